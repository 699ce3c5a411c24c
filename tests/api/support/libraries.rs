//! Programs that read what the server says by libraries of others: those in `tests/NAME`, for which `tests/run` installs
//! what they import.

use std::{
    io::Write,
    process::{Command, Stdio},
};

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/");

pub fn python(program: &str) -> Command {
    let mut command = Command::new(std::env::var("BOARDCAST_TEST_PYTHON").unwrap_or("python3".into()));
    command.arg(format!("{TESTS}{program}"));
    command
}

pub fn node(program: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(format!("{TESTS}{program}"));
    command.arg(std::env::var("BOARDCAST_TEST_PACKAGES").unwrap_or(TESTS.into()));
    command
}

/// The lines that a program prints when it is given a text.
#[track_caller]
pub fn answers(mut program: Command, text: &str) -> Vec<String> {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program:?} does not read\n{text}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
