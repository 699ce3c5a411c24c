//! A Redis that a test may stop.

use std::process::{Child, Command, Stdio};

/// A Redis of one's own on a private socket; gone when dropped.
pub struct Redis {
    folder: tempfile::TempDir,
    process: Option<Child>,
}

impl Redis {
    pub fn start() -> Self {
        let mut redis = Self { folder: tempfile::tempdir().unwrap(), process: None };
        redis.go();
        redis
    }

    pub fn url(&self) -> String {
        format!("redis+unix://{}/redis", self.folder.path().display())
    }

    pub fn go(&mut self) {
        let process = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket", "redis"])
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.process = Some(process);
    }

    /// It takes what is sent, and answers nothing.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().expect("a running Redis").id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
