//! Standard output and standard error. Either may break, close or block at any moment, and no request, no signal and not
//! the end of the process waits for it: lines go through a bounded queue to a thread of their own. What does not fit is
//! dropped and counted, and the count is written once lines flow again.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Write},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use serde_json::json;

use crate::{base::clock::Timestamp, faults::planted};

/// At most so many bytes wait to be written.
const MAX_WAITING: usize = 256 << 10;
/// About so many bytes are written at once.
const BATCH: usize = 64 << 10;
/// How long to wait where the other end takes nothing just now and says so.
const RETRY: Duration = Duration::from_millis(20);
/// How long the end of the process waits for the last lines.
const LAST_LINES: Duration = Duration::from_millis(500);
/// A write that takes longer than this is stuck: its reader stopped reading.
const STUCK: Duration = Duration::from_millis(250);

/// Whether each line of the standard error is a JSON object.
static JSON: AtomicBool = AtomicBool::new(false);

/// From now on what the process says by itself is JSON, as its log is.
pub fn write_json() {
    JSON.store(true, Ordering::Relaxed);
}

/// A line that no subscriber of `tracing` has written, in the form of those that one has.
#[must_use]
pub fn own_line(level: &str, text: &str) -> Vec<u8> {
    if !JSON.load(Ordering::Relaxed) {
        return format!("boardcast: {text}\n").into_bytes();
    }
    let line = json!({"timestamp": Timestamp::now(), "level": level, "message": text, "target": "boardcast"});
    format!("{line}\n").into_bytes()
}

type Sink = Box<dyn FnMut(&[u8]) -> io::Result<usize> + Send>;

/// One of the two, or in tests another one; cheap to clone.
#[derive(Clone)]
pub struct Output(Arc<Inner>);

struct Inner {
    /// Whether to write how many lines were dropped.
    reports: bool,
    queue: Mutex<Queue>,
    /// There is something to write.
    filled: Condvar,
    /// Everything is written.
    drained: Condvar,
    /// Where the lines are written at once, because no thread could be started.
    direct: Mutex<Option<Sink>>,
    /// How many lines were dropped since the process began.
    lost: AtomicU64,
}

#[derive(Default)]
struct Queue {
    lines: VecDeque<Entry>,
    bytes: usize,
    dropped: u64,
    /// Since when the thread has been writing.
    writing: Option<Instant>,
    /// The last write failed.
    broken: bool,
}

struct Entry {
    text: Vec<u8>,
    /// How many lines are lost when this one is: a report stands for those that it counts.
    stands_for: u64,
    /// It is a report, whose lines are counted already.
    reports: bool,
}

impl Entry {
    fn report(dropped: u64) -> Self {
        let lines = if dropped == 1 { "line was" } else { "lines were" };
        let text = own_line("WARN", &format!("{dropped} {lines} dropped here, because nothing read them"));
        Self { text, stands_for: dropped, reports: true }
    }
}

impl Queue {
    fn push(&mut self, line: Entry) {
        self.bytes += line.text.len();
        self.lines.push_back(line);
    }

    fn batch(&mut self) -> Vec<Entry> {
        let mut batch = vec![];
        let mut bytes = 0;
        while let Some(line) = self.lines.pop_front_if(|line| bytes == 0 || bytes + line.text.len() <= BATCH) {
            bytes += line.text.len();
            batch.push(line);
        }
        self.bytes -= bytes;
        batch
    }
}

impl Output {
    /// Writes by way of this function, on a thread of its own.
    fn new(name: &str, reports: bool, sink: Sink) -> Self {
        let inner = Arc::new(Inner {
            reports,
            queue: Mutex::default(),
            filled: Condvar::new(),
            drained: Condvar::new(),
            direct: Mutex::default(),
            lost: AtomicU64::new(0),
        });
        // Where no thread can be started the sink is still here. A line that comes before the thread runs waits for it.
        let sink = Arc::new(Mutex::new(Some(sink)));
        let (own, for_thread) = (inner.clone(), sink.clone());
        let begin = move || {
            let taken = for_thread.lock().take();
            if let Some(sink) = taken {
                own.write(sink);
            }
        };
        if let Err(error) = thread::Builder::new().name(name.into()).spawn(begin) {
            *inner.direct.lock() = sink.lock().take();
            inner.direct_line(&own_line("ERROR", &format!("no thread for the log: {error}")));
        }
        Self(inner)
    }

    /// Write a line, or drop it where too much is waiting. Never waits.
    pub fn line(&self, text: &[u8]) {
        if self.0.direct_line(text) {
            return;
        }
        let mut queue = self.0.queue.lock();
        if queue.bytes + text.len() > MAX_WAITING {
            queue.dropped += 1;
            self.0.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if self.0.reports && queue.dropped > 0 && !queue.broken {
            let dropped = std::mem::take(&mut queue.dropped);
            queue.push(Entry::report(dropped));
        }
        queue.push(Entry { text: text.into(), stands_for: 1, reports: false });
        if queue.writing.is_none() {
            self.0.filled.notify_one();
        }
    }

    /// How many lines were dropped since the process began.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// Wait until everything is written, but not for a reader that stopped reading.
    pub fn flush(&self) {
        let deadline = Instant::now() + LAST_LINES;
        let mut queue = self.0.queue.lock();
        while !queue.lines.is_empty() || queue.writing.is_some() {
            let stuck = queue.writing.is_some_and(|since| since.elapsed() > STUCK);
            let now = Instant::now();
            if stuck || now >= deadline {
                return;
            }
            self.0.drained.wait_until(&mut queue, deadline.min(now + STUCK));
        }
    }
}

impl Inner {
    /// Whether the line was written here, because there is no thread.
    fn direct_line(&self, text: &[u8]) -> bool {
        let mut direct = self.direct.lock();
        let Some(sink) = &mut *direct else { return false };
        // There is no place to report it.
        let _ = write_all(sink, text);
        true
    }

    fn write(&self, mut sink: Sink) -> ! {
        loop {
            let batch = self.next();
            let text: Vec<u8> = batch.iter().flat_map(|line| line.text.iter().copied()).collect();
            let written = write_all(&mut sink, &text);
            let mut queue = self.queue.lock();
            queue.broken = written.is_err();
            if written.is_err() {
                queue.dropped += batch.iter().map(|line| line.stands_for).sum::<u64>();
                let lost = batch.iter().filter(|line| !line.reports).map(|line| line.stands_for).sum();
                self.lost.fetch_add(lost, Ordering::Relaxed);
            }
            queue.writing = None;
        }
    }

    fn next(&self) -> Vec<Entry> {
        let mut queue = self.queue.lock();
        while queue.lines.is_empty() {
            if self.reports && queue.dropped > 0 && !queue.broken {
                let dropped = std::mem::take(&mut queue.dropped);
                queue.push(Entry::report(dropped));
                break;
            }
            self.drained.notify_all();
            self.filled.wait(&mut queue);
        }
        queue.writing = Some(Instant::now());
        queue.batch()
    }
}

fn write_all(sink: &mut Sink, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match sink(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // The file is shared with a process that made it non-blocking.
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(RETRY),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// For a subscriber of `tracing`, which writes an event in one call.
impl Write for &Output {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        planted!(
            LogLinesBlock => io::stderr().write_all(text).map(|()| text.len()),
            {
                self.line(text);
                Ok(text.len())
            }
        )
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// Past the library's own buffers and locks: at its end the process would wait for the thread that holds them.
static STDERR: LazyLock<Output> =
    LazyLock::new(|| Output::new("stderr", true, Box::new(|text| Ok(rustix::io::write(io::stderr(), text)?))));
static STDOUT: LazyLock<Output> =
    LazyLock::new(|| Output::new("stdout", false, Box::new(|text| Ok(rustix::io::write(io::stdout(), text)?))));

#[must_use]
pub fn stderr() -> &'static Output {
    &STDERR
}

#[must_use]
pub fn stdout() -> &'static Output {
    &STDOUT
}

/// How many lines of both were dropped.
#[must_use]
pub fn lines_dropped() -> u64 {
    stderr().lost() + stdout().lost()
}

/// How many panics there were: a request, a job or a stream that panics ends, and nothing else does.
static PANICS: AtomicU64 = AtomicU64::new(0);

#[must_use]
pub fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// From now on panics are counted, and reported like everything else.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        let name = thread::current().name().unwrap_or("unnamed").to_owned();
        let mut text = format!("thread '{name}' {panic}");
        let backtrace = std::backtrace::Backtrace::capture();
        if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
            text = format!("{text}\n{backtrace}");
        }
        let line =
            if JSON.load(Ordering::Relaxed) { own_line("ERROR", &text) } else { format!("{text}\n").into_bytes() };
        stderr().line(&line);
    }));
}

/// Wait for the last lines, as long as they are read.
pub fn flush() {
    stderr().flush();
    stdout().flush();
}

/// End the process.
pub fn exit(code: i32) -> ! {
    flush();
    std::process::exit(code)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// An output whose reader takes what it is sent when the test says so, or fails.
    fn output() -> (Output, mpsc::Sender<io::Result<()>>, mpsc::Receiver<String>) {
        let (allow, allowed) = mpsc::channel();
        let (wrote, written) = mpsc::channel();
        let sink: Sink = Box::new(move |text| {
            allowed.recv().unwrap_or(Ok(()))?;
            let _ = wrote.send(String::from_utf8_lossy(text).into_owned());
            Ok(text.len())
        });
        (Output::new("test", true, sink), allow, written)
    }

    /// Wait until the thread has taken what there is.
    fn taken(output: &Output) {
        while output.0.queue.lock().writing.is_none() {
            thread::yield_now();
        }
    }

    #[test]
    fn lines_that_nothing_reads_are_dropped_and_counted() {
        let (output, allow, written) = output();
        output.line(b"first\n");
        taken(&output);
        let long = vec![b'x'; MAX_WAITING / 4];
        let began = Instant::now();
        for _ in 0..10 {
            output.line(&long);
        }
        output.flush();
        assert!(began.elapsed() < LAST_LINES * 2, "a line waited: {:?}", began.elapsed());
        for _ in 0..6 {
            allow.send(Ok(())).unwrap();
        }
        assert_eq!(written.recv().unwrap(), "first\n");
        for _ in 0..4 {
            assert_eq!(written.recv().unwrap().len(), long.len());
        }
        assert!(written.recv().unwrap().contains("6 lines were dropped"), "the count comes by itself");
        assert_eq!(output.lost(), 6);
        output.line(b"last\n");
        allow.send(Ok(())).unwrap();
        assert_eq!(written.recv().unwrap(), "last\n");
    }

    #[test]
    fn a_reader_that_went_away_is_counted_too_and_stops_nothing() {
        let (output, allow, written) = output();
        for _ in 0..3 {
            output.line(b"lost\n");
            taken(&output);
            allow.send(Err(ErrorKind::BrokenPipe.into())).unwrap();
            output.flush();
        }
        allow.send(Ok(())).unwrap();
        allow.send(Ok(())).unwrap();
        output.line(b"there\n");
        assert_eq!(written.recv().unwrap(), "there\n");
        assert!(written.recv().unwrap().contains("3 lines were dropped"));
        assert_eq!(output.lost(), 3, "each is counted once");
    }
}
