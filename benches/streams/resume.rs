//! Coming back: what many at once cost, and whether the length of the log matters.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use memchr::memmem;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::{
    Options,
    client::Client,
    complete, crowd, machine,
    readers::{Crowd, Plan},
    sides::{Kind, Ours, Side},
    table::{Table, median, quantile},
    write,
};

const MISSED: u32 = 200;
/// How far behind somebody is who comes back to a long log.
const BEHIND: u64 = 500;
const PAGE: u64 = 200;

/// Everybody comes back at once, to a server that nobody has read from in the meantime.
pub fn storm(options: &Options, ours: &Ours) {
    let readers = options.readers;
    println!("\n## {readers} streams come back at once and have missed {MISSED} events\n");
    let mut table = Table::new(&[
        "stream",
        "reads of the log",
        "statements a stream",
        "all have all after, s",
        "CPU ms a stream",
        "exactly the rest",
    ]);
    for kind in [Kind::Project, Kind::User] {
        // The log of statements tells how many there were; writing it costs too much to measure anything else.
        let counted = one_storm(ours, kind, readers, "warn,sqlx::query=debug");
        let timed = one_storm(ours, kind, readers, "warn");
        table.row(&[
            kind.name(),
            counted.log_reads.to_string(),
            format!("{:.2}", counted.statements as f64 / readers as f64),
            format!("{:.2}", timed.took.as_secs_f64()),
            format!("{:.3}", timed.spent.as_secs_f64() * 1e3 / readers as f64),
            if counted.exact && timed.exact { "yes".into() } else { "no".into() },
        ]);
    }
    table.print();
    println!(
        "\nReads of the log: `select … from events` in the server's log of statements, all {readers} streams together."
    );
}

struct Storm {
    log_reads: usize,
    statements: usize,
    took: Duration,
    spent: Duration,
    exact: bool,
}

fn one_storm(ours: &Ours, kind: Kind, readers: usize, log: &str) -> Storm {
    let side = ours.start_with_log(kind, log);
    crowd(&side, ours.requests(kind, ""), readers, false).leave();
    let requests: Vec<Arc<[u8]>> = ours.requests(kind, "").iter().map(|request| back(&side, request)).collect();
    let made = write(&side, 1, Some(MISSED), 1).len();
    let errors = ours.data().join("errors");
    let said = fs::read(&errors).unwrap().len();
    let (before, began) = (machine::cpu(&side.pids()), Instant::now());
    let address = side.process.address;
    let crowd = Crowd::gather(Plan { address, requests, readers, stopwatch: false, storm: true });
    crowd.wait((made * readers) as u64, Duration::from_secs(20));
    // Whatever comes twice would still be on its way.
    std::thread::sleep(Duration::from_secs(1));
    let spent = machine::cpu_since(&side.pids(), before);
    let found = crowd.leave();
    let text = fs::read(&errors).unwrap().split_off(said);
    let lines = || text.split(|byte| *byte == b'\n');
    Storm {
        log_reads: memmem::find_iter(&text, b") weighed").count(),
        statements: lines().filter(|line| memmem::find(line, b"sqlx::query").is_some()).count(),
        took: found.at.map_or(Duration::MAX, |at| at - began),
        spent,
        exact: complete(&found, readers, made),
    }
}

/// The same request, going on from where the log is now.
fn back(side: &Side, request: &[u8]) -> Arc<[u8]> {
    let mut socket = TcpStream::connect(side.process.address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket.write_all(request).unwrap();
    let mut came = vec![];
    let mut piece = [0; 4096];
    let cursor = loop {
        let got = socket.read(&mut piece).unwrap();
        assert!(got > 0, "the stream ended before it gave a cursor: {}", String::from_utf8_lossy(&came));
        came.extend_from_slice(&piece[..got]);
        let text = String::from_utf8_lossy(&came);
        if let Some((_, rest)) = text.split_once("\nid: ").filter(|(_, rest)| rest.contains('\n')) {
            break rest.lines().next().unwrap().to_owned();
        }
        // A project's stream says where it begins, and gives a cursor with each event.
        if let (Kind::Project, Some(head), Some(epoch), Some(chain)) =
            (side.kind, after(&text, "\"head\":"), after(&text, "\"epoch\":\""), after(&text, "\"chain\":\""))
        {
            break format!("{epoch}.{head}.{chain}");
        }
    };
    with_cursor(request, &cursor)
}

fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let rest = text.split_once(name)?.1;
    rest.split([',', '"', '}']).next().filter(|value| value.len() < rest.len())
}

fn with_cursor(request: &[u8], cursor: &str) -> Arc<[u8]> {
    let head = request.strip_suffix(b"\r\n").unwrap();
    [head, format!("Last-Event-ID: {cursor}\r\n\r\n").as_bytes()].concat().into()
}

/// Resuming, and a page, in a log of ten thousand events and in one of a million.
pub fn long_log(options: &Options) {
    let times = if options.quick { 50 } else { 200 };
    println!("\n## {BEHIND} events behind, in a short log and in a long one\n");
    let mut table = Table::new(&[
        "events in the log",
        "resume, ms",
        "resume, CPU ms",
        "latest page, ms",
        "page in the middle, ms",
        "page, CPU ms",
    ]);
    let logs: Vec<(u64, Ours)> = [10_000, if options.quick { 100_000 } else { 1_000_000 }]
        .into_iter()
        .map(|length| {
            let ours = Ours::new();
            fill(&ours, length);
            (length, ours)
        })
        .collect();
    for _ in 0..options.rounds() {
        for (length, ours) in &logs {
            let side = ours.start(Kind::Project);
            let mut client = Client::new(side.process.address);
            let head = ours.page(&side, &mut client, 0, 1)["head"].as_u64().unwrap();
            assert!(head >= *length, "{head} of {length}");
            let behind = ours.page(&side, &mut client, head - BEHIND - 1, 1);
            let request = with_cursor(&ours.requests(Kind::Project, "")[0], behind["cursor"].as_str().unwrap());
            let (resumes, resuming) = timed(&side, times, |_| resume(&side, &request, head));
            let mut page = |after: u64| {
                let page = ours.page(&side, &mut client, after, PAGE);
                assert_eq!(page["items"].as_array().unwrap().len(), PAGE as usize);
                assert_eq!(page["items"][0]["seq"], after + 1);
            };
            let (latest, paging) = timed(&side, times, |_| page(head - PAGE));
            let (middle, _) = timed(&side, times, |turn| page(head / 2 + turn));
            table.row(&[
                length.to_string(),
                format!("{:.2}", median(&resumes)),
                format!("{resuming:.2}"),
                format!("{:.2}", median(&latest)),
                format!("{:.2}", quantile(&middle, 0.5)),
                format!("{paging:.2}"),
            ]);
        }
    }
    table.print();
    println!("\nMedians of {times} each, one after the other; CPU is the server's.");
}

/// How long each took, and the server's CPU for one, in ms.
fn timed(side: &Side, times: u64, mut what: impl FnMut(u64)) -> (Vec<f64>, f64) {
    // A fresh server opens connections to its database, and fills its caches.
    (0..times / 4).for_each(&mut what);
    let before = machine::cpu(&side.pids());
    let took = (0..times)
        .map(|turn| {
            let began = Instant::now();
            what(turn);
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    (took, (machine::cpu_since(&side.pids(), before)).as_secs_f64() * 1e3 / times as f64)
}

/// Open a stream and read to the head.
fn resume(side: &Side, request: &[u8], head: u64) {
    let mut socket = TcpStream::connect(side.process.address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket.write_all(request).unwrap();
    let (mut came, mut piece) = (vec![], [0; 16 * 1024]);
    let last = format!("\"seq\":{head},");
    while memmem::rfind(&came, last.as_bytes()).is_none() {
        let got = socket.read(&mut piece).unwrap();
        assert!(got > 0, "the stream ended");
        came.extend_from_slice(&piece[..got]);
    }
    assert_eq!(memmem::find_iter(&came, b"\"seq\":").count() as u64, BEHIND);
}

/// Write events into the log by hand until it is so long.
fn fill(ours: &Ours, length: u64) {
    let file = ours.data().join("boardcast.db");
    let sql = format!(
        "begin;
         insert into events (project_id, seq, type, at, body, before, left_id)
         with recursive n (i) as (select 1 union all select i + 1 from n where i < {length})
         select e.project_id, e.seq + i, e.type, e.at,
                replace(e.body, '\"seq\":' || e.seq || ',', '\"seq\":' || (e.seq + i) || ','), e.before, e.left_id
         from n, (select * from events order by project_id, seq desc limit 1) e;
         update projects set seq = (select max(seq) from events);
         commit;
         pragma wal_checkpoint(truncate)"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    });
}
