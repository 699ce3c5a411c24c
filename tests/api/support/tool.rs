//! A command of the binary that runs beside a test, and what it says.

use std::process::{Command, ExitStatus, Stdio};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdout},
};

use super::soon;

/// Killed when it is dropped.
pub struct Tool {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
}

impl Tool {
    pub fn start(command: Command) -> Self {
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, stdout, stderr }
    }

    /// The next line of the standard output.
    pub async fn line(&mut self) -> String {
        let line = soon("a line of the command", self.stdout.next_line()).await.unwrap();
        line.expect("the command goes on")
    }

    /// The first line on the standard error that has these words; those before it are passed over.
    pub async fn says(&mut self, words: &str) -> String {
        soon(words, async {
            loop {
                let line = self.stderr.next_line().await.unwrap();
                let line = line.unwrap_or_else(|| panic!("the command ended without a word of `{words}`"));
                if line.contains(words) {
                    return line;
                }
            }
        })
        .await
    }

    pub fn interrupt(&self) {
        let id = self.child.id().expect("the command runs").to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    /// Its end, whatever it has still to say.
    pub async fn status(&mut self) -> ExitStatus {
        self.child.wait().await.unwrap()
    }

    /// Its end, and the rest of what it says on both.
    pub async fn end(mut self) -> (ExitStatus, String, String) {
        let (out, err) = tokio::join!(rest(self.stdout), rest(self.stderr));
        let status = soon("the end of the command", self.child.wait()).await.unwrap();
        (status, out, err)
    }
}

/// However long that takes: a load test has a time of its own.
async fn rest<R: AsyncRead + Unpin>(mut lines: Lines<BufReader<R>>) -> String {
    let mut rest = vec![];
    while let Some(line) = lines.next_line().await.unwrap() {
        rest.push(line);
    }
    rest.join("\n")
}
