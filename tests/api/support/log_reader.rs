//! Whoever reads a server's log: it may stop reading, go on, or go away.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    process::ChildStderr,
    sync::{Arc, Condvar, Mutex},
};

#[derive(Clone, Debug, Default)]
pub struct LogReader {
    reading: Arc<(Mutex<Reading>, Condvar)>,
    /// Keeps no line about a request: of a server that answers thousands there would be too many.
    brief: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    #[default]
    On,
    Stopped,
    Gone,
}

impl LogReader {
    pub fn brief() -> Self {
        Self { brief: true, ..Self::default() }
    }

    fn set(&self, reading: Reading) {
        *self.reading.0.lock().unwrap() = reading;
        self.reading.1.notify_all();
    }

    pub fn stop(&self) {
        self.set(Reading::Stopped);
    }

    pub fn go_on(&self) {
        self.set(Reading::On);
    }

    /// From the next line on.
    pub fn go_away(&self) {
        self.set(Reading::Gone);
    }

    /// Waits while it has stopped; answers whether it is still there.
    fn is_there(&self) -> bool {
        let reading = self.reading.0.lock().unwrap();
        *self.reading.1.wait_while(reading, |reading| *reading == Reading::Stopped).unwrap() == Reading::On
    }

    /// Copies what the server says, on a thread of its own.
    pub fn read(&self, stderr: ChildStderr, mut to: File) {
        let reader = self.clone();
        // A page: who stops reading is soon in the way, also on a machine that has little time for the server.
        let _ = rustix::pipe::fcntl_setpipe_size(&stderr, 4096);
        std::thread::spawn(move || {
            let mut stderr = BufReader::new(stderr);
            let mut line = vec![];
            while reader.is_there() && stderr.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
                let of_a_request = String::from_utf8_lossy(&line).contains("INFO boardcast::request");
                if !(reader.brief && of_a_request) {
                    to.write_all(&line).unwrap();
                }
                line.clear();
            }
        });
    }
}
