//! What processes use, as the kernel tells it.

use std::{fs, time::Duration};

/// A process and everything it started.
pub fn family(root: u32) -> Vec<u32> {
    let mut family = vec![root];
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, fields(pid)?.get(1)?.parse().ok()?)))
        .collect();
    let mut done = 0;
    while done < family.len() {
        let parent = family[done];
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        done += 1;
    }
    family
}

/// The fields of `/proc/<pid>/stat` behind the name, which may hold spaces.
fn fields(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(ToOwned::to_owned).collect())
}

/// User and system time of these processes, threads that have ended included.
pub fn cpu(pids: &[u32]) -> Duration {
    let ticks: u64 = pids
        .iter()
        .filter_map(|pid| fields(*pid))
        .map(|fields| fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap())
        .sum();
    // A tick is 10 ms on every Linux of the last decades.
    Duration::from_millis(ticks * 10)
}

pub fn cpu_since(pids: &[u32], before: Duration) -> Duration {
    cpu(pids).saturating_sub(before)
}

#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// In KiB: all pages, and pages with each shared one divided among those who share it.
    pub rss: f64,
    pub pss: f64,
}

pub fn memory(pids: &[u32]) -> Memory {
    let mut memory = Memory { rss: 0.0, pss: 0.0 };
    for pid in pids {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let kib = |name: &str| -> f64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0.0)
        };
        memory.rss += kib("Rss:");
        memory.pss += kib("Pss:");
    }
    memory
}

/// What the figures were taken on.
pub fn describe() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("").trim_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} cores ({}), Linux {}", if model.is_empty() { "unknown" } else { model }, kernel.trim())
}
