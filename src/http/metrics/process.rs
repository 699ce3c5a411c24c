//! What the machine says of this process, by the names that Prometheus has for it.

use rustix::{
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

use crate::base::clock::Timestamp;

/// A figure that the machine does not give is none.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    pub cpu_seconds: f64,
    pub memory: Option<u64>,
    pub virtual_memory: Option<u64>,
    pub threads: Option<u64>,
    pub open_files: Option<u64>,
    pub most_files: Option<u64>,
    pub began: Timestamp,
}

async fn status() -> String {
    tokio::fs::read_to_string("/proc/self/status").await.unwrap_or_default()
}

/// The number in a line of `/proc/self/status`.
fn number(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The same of a line in KiB, in bytes.
fn bytes(status: &str, name: &str) -> Option<u64> {
    number(status, name).map(|kilobytes| kilobytes * 1024)
}

/// What the process keeps in memory.
pub async fn memory() -> Option<u64> {
    bytes(&status().await, "VmRSS")
}

async fn open_files() -> Option<u64> {
    let counted = tokio::task::spawn_blocking(|| std::fs::read_dir("/proc/self/fd").map(Iterator::count));
    // The folder itself is open while it is read.
    u64::try_from(counted.await.ok()?.ok()?.saturating_sub(1)).ok()
}

impl Process {
    pub async fn read(began: Timestamp) -> Self {
        let cpu = clock_gettime(ClockId::ProcessCPUTime);
        let status = status().await;
        Self {
            cpu_seconds: std::time::Duration::try_from(cpu).unwrap_or_default().as_secs_f64(),
            memory: bytes(&status, "VmRSS"),
            virtual_memory: bytes(&status, "VmSize"),
            threads: number(&status, "Threads"),
            open_files: open_files().await,
            most_files: getrlimit(Resource::Nofile).current,
            began,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_machine_knows_this_process() {
        let process = Process::read(Timestamp(0)).await;
        assert!(process.cpu_seconds > 0.0 && process.memory.unwrap() > 1 << 20, "{process:?}");
        assert!(process.open_files.unwrap() >= 3 && process.threads.unwrap() >= 1, "{process:?}");
        assert!(process.virtual_memory > process.memory && process.most_files > process.open_files, "{process:?}");
    }
}
