//! Many readers in one epoll loop, the same for every server. Of a frame only its number is looked at, which has to follow
//! the last one. The HTTP head and the chunks around the frames are not parsed: they hold no blank line.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use boardcast::client::FrameParser;
use mio::{Events, Interest, Poll, Token, net::TcpStream};

/// How many connections may be without an answer: servers accept as fast as they can, their queues are short.
const CONNECTING: usize = 200;

#[derive(Default)]
struct Shared {
    /// Readers that have got the head of their answer.
    ready: AtomicUsize,
    delivered: AtomicU64,
    bytes: AtomicU64,
    over: AtomicBool,
}

/// A crowd of readers at work in a thread of their own.
pub struct Crowd {
    shared: Arc<Shared>,
    thread: JoinHandle<Found>,
    readers: usize,
}

/// What the readers have found in the end.
#[derive(Default)]
pub struct Found {
    /// Numbers that did not follow the one before.
    pub gaps: u64,
    /// Frames that were no events: greetings, pings, checkpoints.
    pub others: u64,
    /// Readers whose connection ended.
    pub ended: u64,
    /// The number of the last event, and how many events came, for each reader.
    pub last: Vec<u64>,
    pub counts: Vec<u64>,
    /// When which event came to somebody, if that was asked for.
    pub arrivals: Vec<(u64, Instant)>,
    /// When the last byte came.
    pub at: Option<Instant>,
}

#[derive(Clone)]
pub struct Plan {
    pub address: SocketAddr,
    /// What each reader sends; the readers take turns.
    pub requests: Vec<Arc<[u8]>>,
    pub readers: usize,
    /// Note when each event arrives.
    pub stopwatch: bool,
    /// All at once, instead of a few hundred at a time.
    pub storm: bool,
}

struct Reader {
    socket: TcpStream,
    parser: FrameParser,
    last: u64,
    count: u64,
    answered: bool,
}

struct Loop {
    readers: Vec<Reader>,
    found: Found,
    shared: Arc<Shared>,
    buffer: Vec<u8>,
    stopwatch: bool,
}

impl Crowd {
    pub fn gather(plan: Plan) -> Self {
        let shared = Arc::new(Shared::default());
        let readers = plan.readers;
        let ours = shared.clone();
        let thread = std::thread::spawn(move || work(&plan, ours));
        Self { shared, thread, readers }
    }

    /// Wait until everybody has an answer.
    pub fn ready(&self) -> &Self {
        let deadline = Instant::now() + Duration::from_mins(1);
        while self.shared.ready.load(Ordering::Acquire) < self.readers {
            assert!(!self.thread.is_finished() && Instant::now() < deadline, "some readers got no answer");
            std::thread::sleep(Duration::from_millis(5));
        }
        self
    }

    pub fn delivered(&self) -> u64 {
        self.shared.delivered.load(Ordering::Acquire)
    }

    pub fn bytes(&self) -> u64 {
        self.shared.bytes.load(Ordering::Acquire)
    }

    /// Wait until so many events have come, or until none has come for a while; answers whether they have.
    pub fn wait(&self, expected: u64, patience: Duration) -> bool {
        let (mut before, mut since) = (self.delivered(), Instant::now());
        while before < expected && since.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(2));
            let now = self.delivered();
            if now > before {
                (before, since) = (now, Instant::now());
            }
        }
        before >= expected
    }

    /// Hang up and say what was found.
    pub fn leave(self) -> Found {
        self.shared.over.store(true, Ordering::Release);
        self.thread.join().unwrap()
    }
}

fn work(plan: &Plan, shared: Arc<Shared>) -> Found {
    let mut poll = Poll::new().unwrap();
    let mut events = Events::with_capacity(1024);
    let mut all = Loop {
        readers: Vec::with_capacity(plan.readers),
        found: Found::default(),
        shared,
        buffer: vec![0; 256 * 1024],
        stopwatch: plan.stopwatch,
    };
    while !all.shared.over.load(Ordering::Acquire) {
        let waiting = all.readers.len() - all.shared.ready.load(Ordering::Relaxed);
        let room = if plan.storm { plan.readers } else { CONNECTING.saturating_sub(waiting) };
        for _ in 0..room.min(plan.readers - all.readers.len()) {
            let token = Token(all.readers.len());
            let socket = std::net::TcpStream::connect(plan.address).unwrap();
            (&socket).write_all(&plan.requests[token.0 % plan.requests.len()]).unwrap();
            socket.set_nonblocking(true).unwrap();
            let mut socket = TcpStream::from_std(socket);
            poll.registry().register(&mut socket, token, Interest::READABLE).unwrap();
            all.readers.push(Reader { socket, parser: FrameParser::default(), last: 0, count: 0, answered: false });
        }
        match poll.poll(&mut events, Some(Duration::from_millis(20))) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            result => result.unwrap(),
        }
        for event in &events {
            all.read(event.token().0);
        }
    }
    let Loop { readers, mut found, .. } = all;
    found.last = readers.iter().map(|reader| reader.last).collect();
    found.counts = readers.iter().map(|reader| reader.count).collect();
    found
}

impl Loop {
    fn read(&mut self, index: usize) {
        loop {
            let reader = &mut self.readers[index];
            let got = match reader.socket.read(&mut self.buffer) {
                Ok(0) => {
                    self.found.ended += 1;
                    return;
                }
                Ok(got) => got,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => {
                    self.found.ended += 1;
                    return;
                }
            };
            self.take(index, got);
            // A read that did not fill the buffer has emptied the socket.
            if got < self.buffer.len() {
                return;
            }
        }
    }

    fn take(&mut self, index: usize, got: usize) {
        let Self { readers, found, shared, buffer, .. } = self;
        let Reader { parser, last, count, answered, .. } = &mut readers[index];
        let bytes = &buffer[..got];
        if !*answered {
            assert!(bytes.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(bytes));
            *answered = true;
            shared.ready.fetch_add(1, Ordering::Release);
        }
        let now = self.stopwatch.then(Instant::now);
        let mut delivered = 0;
        parser.push(bytes, |frame| {
            let Some(seq) = frame.seq().and_then(|seq| u64::try_from(seq).ok()) else {
                found.others += 1;
                return;
            };
            found.gaps += u64::from(*count > 0 && seq != *last + 1);
            *last = seq;
            *count += 1;
            delivered += 1;
            if let Some(now) = now {
                found.arrivals.push((seq, now));
            }
        });
        shared.bytes.fetch_add(got.try_into().unwrap(), Ordering::Relaxed);
        if delivered > 0 {
            found.at = Some(Instant::now());
            shared.delivered.fetch_add(delivered, Ordering::Release);
        }
    }
}
