//! How much of the processors' time a process took: unlike a duration, it is nearly the same on a busy machine.

use std::{collections::HashMap, fs, time::Duration};

use crate::Result;

/// The time that each thread of a process has run so far.
pub struct Cpu(HashMap<String, Duration>);

impl Cpu {
    /// From `/proc`: the first field of a thread's `schedstat` is its time in nanoseconds.
    pub fn of(process: u32) -> Result<Self> {
        let mut threads = HashMap::new();
        for thread in fs::read_dir(format!("/proc/{process}/task"))? {
            let thread = thread?;
            // A thread that has ended meanwhile has no file any more.
            let Ok(text) = fs::read_to_string(thread.path().join("schedstat")) else { continue };
            let ran: u64 = text.split(' ').next().unwrap_or_default().parse()?;
            threads.insert(thread.file_name().to_string_lossy().into_owned(), Duration::from_nanos(ran));
        }
        Ok(Self(threads))
    }

    /// What all threads took since `earlier`. A thread that ended in between is not counted: those are idle ones.
    pub fn since(&self, earlier: &Self) -> Duration {
        let took = |(thread, ran): (&String, &Duration)| {
            ran.saturating_sub(earlier.0.get(thread).copied().unwrap_or_default())
        };
        self.0.iter().map(took).sum()
    }
}
