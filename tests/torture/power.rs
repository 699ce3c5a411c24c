//! A power cut: what the server wrote is recorded as the kernel saw it, and an image of the files is made in which
//! only that survives that the disk was asked to keep before the end.

use std::{collections::HashMap, path::Path, time::Duration};

/// One file as it would be found after the cut.
#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    /// Written, and not asked for since.
    pending: Vec<Write>,
}

enum Write {
    At(usize, Vec<u8>),
    Length(usize),
}

impl File {
    fn keep(&mut self, count: usize) {
        for write in self.pending.drain(..count.min(self.pending.len())) {
            match write {
                Write::Length(length) => self.bytes.resize(length, 0),
                Write::At(at, bytes) => {
                    let end = at + bytes.len();
                    if self.bytes.len() < end {
                        self.bytes.resize(end, 0);
                    }
                    self.bytes[at..end].copy_from_slice(&bytes);
                }
            }
        }
    }
}

const FILES: [&str; 2] = ["boardcast.db", "boardcast.db-wal"];

/// The program that records, which leaves the server its own process number.
pub fn recorder(data: &Path) -> Vec<String> {
    let calls = "trace=pwrite64,fsync,fdatasync,ftruncate";
    let words = [
        "strace",
        "-D",
        "-f",
        "--seccomp-bpf",
        "-q",
        "-y",
        "-xx",
        "-s",
        "200000",
        "-e",
        calls,
        "-e",
        "signal=none",
        "-o",
    ];
    let record = data.join("record").display().to_string();
    words.iter().map(ToString::to_string).chain([record]).collect()
}

pub fn keep_base(data: &Path) {
    std::fs::create_dir_all(data.join("base")).unwrap();
    for name in FILES {
        // The second one may not be there yet.
        drop(std::fs::copy(data.join(name), data.join("base").join(name)));
    }
}

/// Puts in place of the files what a power cut would have left of them.
pub fn cut(data: &Path) {
    let record = whole(&data.join("record"));
    let mut files: HashMap<&str, File> = HashMap::new();
    for name in FILES {
        let bytes = std::fs::read(data.join("base").join(name)).unwrap_or_default();
        files.insert(name, File { bytes, pending: vec![] });
    }
    // Which file each thread waits for, and how much was written before.
    let mut waits: HashMap<&str, (&str, usize)> = HashMap::new();
    let mut syncs = 0;
    for line in record.lines() {
        let (thread, call) = line.split_once(' ').unwrap_or_default();
        let call = call.trim_start();
        let syncing = call.starts_with("fsync(") || call.starts_with("fdatasync(");
        if call.starts_with("<... f") && call.contains("sync resumed") {
            if let Some((name, count)) = waits.remove(thread).filter(|_| call.ends_with("= 0")) {
                files.get_mut(name).unwrap().keep(count);
                syncs += 1;
            }
            continue;
        }
        let Some(name) = file_of(call) else { continue };
        let file = files.get_mut(name).unwrap();
        if syncing && call.contains("<unfinished") {
            waits.insert(thread, (name, file.pending.len()));
        } else if syncing && call.ends_with("= 0") {
            file.keep(usize::MAX);
            syncs += 1;
        } else if let Some(write) = write_of(call) {
            file.pending.push(write);
        }
    }
    assert!(syncs > 0 || record.contains("pwrite64"), "nothing was recorded");
    drop(std::fs::remove_file(data.join("boardcast.db-shm")));
    for (name, file) in files {
        // A new file: whoever still has the old one open keeps it for himself.
        drop(std::fs::remove_file(data.join(name)));
        std::fs::write(data.join(name), file.bytes).unwrap();
    }
}

/// The record, once it says that the server is gone.
fn whole(path: &Path) -> String {
    let mut record = String::new();
    for _ in 0..100 {
        record = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
        let over = record.split_once(' ').is_some_and(|(server, _)| {
            let end = format!("{server} +++ killed by SIGKILL +++");
            record.lines().rev().take(50).any(|line| line.starts_with(&end))
        });
        if over {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    record
}

/// Which of the files a call is about: strace writes the path behind the number.
fn file_of(call: &str) -> Option<&'static str> {
    let path = call.split_once('<')?.1.split_once('>')?.0;
    let path =
        if path.starts_with("\\x") { String::from_utf8_lossy(&unhex(path)).into_owned() } else { path.to_owned() };
    FILES.into_iter().find(|name| path.ends_with(&format!("/{name}")))
}

fn write_of(call: &str) -> Option<Write> {
    let rest = call.split_once('>')?.1;
    let number =
        |text: &str| text.trim().trim_end_matches(" <unfinished ...>").trim_end_matches(')').trim().parse().ok();
    if call.starts_with("ftruncate(") {
        let text = rest.trim_start_matches(", ").split(['=', '<']).next()?;
        return Some(Write::Length(number(text.trim().trim_end_matches(')'))?));
    }
    let (_, rest) = rest.split_once('"')?;
    let (data, rest) = rest.split_once('"')?;
    let rest = rest.split(['=', '<']).next()?.trim().trim_end_matches(')');
    let at = number(rest.rsplit_once(',')?.1)?;
    Some(Write::At(at, unhex(data)))
}

/// `\x2f\x74` and so on.
fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    text.as_bytes().chunks_exact(4).map(|byte| digit(byte[2]) * 16 + digit(byte[3])).collect()
}
