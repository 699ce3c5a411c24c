//! How a topic follows the log. The parts of the server run in this process, where a test can leave gaps in what it
//! publishes and count the reads of the log.

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::{filter::Targets, prelude::*};

use boardcast::{
    app::App,
    base::ids::ProjectId,
    cli::serve::Opened,
    db::Query,
    jobs,
    live::{Next, Signal, Subscription, Topic},
    log::{Chain, Frame, LogPosition},
};
use serde_json::json;
use tracing::subscriber::DefaultGuard;

use crate::support::{Fields, Home, app, until};

const LONG: usize = 64 * 1024;

/// A project with one subscription, whose events the test writes itself.
struct Followed {
    app: App,
    project: ProjectId,
    subscription: Subscription,
    reads: Reads,
    _logging: DefaultGuard,
    _opened: Opened,
    _home: Arc<Home>,
}

/// The server's own log lines about reads of the event log.
#[derive(Clone, Default)]
struct Reads(Arc<Mutex<Vec<u8>>>);

impl Write for Reads {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Reads {
    /// How many bytes each read brought.
    fn sizes(&self) -> Vec<usize> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let size = |line: &str| line.split_once("bytes=")?.1.split_whitespace().next()?.parse().ok();
        text.lines().filter_map(size).collect()
    }
}

async fn followed() -> Followed {
    let reads = Reads::default();
    let sink = reads.clone();
    let logging = tracing::subscriber::set_default(
        tracing_subscriber::registry()
            .with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || sink.clone()))
            .with(Targets::new().with_target("boardcast::log", tracing::Level::DEBUG)),
    );
    let home = Home::new(&[]).await;
    let config = home.config();
    let address = config.listen;
    let opened = boardcast::cli::serve::open(config, address).await.unwrap();
    let app = opened.app.clone();
    let project = ProjectId::new();
    app.db
        .execute(
            "insert into projects (id, key, name, description, version, seq, created_at) values ($1, 'A', 'A', '', 0, 0, 0)",
            |query| query.bind(project),
        )
        .await
        .unwrap();
    let subscription = app.live.subscribe(project, &Arc::new(Signal::default()));
    Followed { app, project, subscription, reads, _logging: logging, _opened: opened, _home: home }
}

impl Followed {
    fn topic(&self) -> &Arc<Topic> {
        &self.subscription.topic
    }

    async fn execute(&self, sql: &'static str, bind: impl FnOnce(Query<'_>) -> Query<'_>) {
        self.app.db.execute(sql, bind).await.unwrap();
    }

    /// Commits events of this length without publishing them.
    async fn commit(&self, seqs: std::ops::RangeInclusive<i64>, length: usize) {
        let body = "x".repeat(length);
        let mut tx = self.app.db.begin().await.unwrap();
        for seq in seqs {
            tx.query("insert into events (project_id, seq, type, at, body) values ($1, $2, 'task.changed', 0, $3)")
                .bind(self.project)
                .bind(seq)
                .bind(body.as_str())
                .execute()
                .await
                .unwrap();
            tx.query("update projects set seq = $2 where id = $1")
                .bind(self.project)
                .bind(seq)
                .execute()
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    fn receive(&self, seq: i64) {
        self.app
            .live
            .receive(self.project, Frame::new("e", LogPosition::new(seq, Chain::NONE), "task.changed", "{}", None));
    }

    async fn reaches(&self, seq: i64) {
        until("the end of the log", async || (self.topic().head() == Some(seq)).then_some(())).await;
    }

    /// What a stream takes in one step after its cursor.
    async fn fetch(&self, after: i64) -> Vec<i64> {
        let frames = match self.topic().next(after) {
            Next::Frame(frame) => vec![frame],
            Next::UpToDate => vec![],
            Next::Behind => self.app.live.fetch(self.topic(), self.project, after).await.unwrap(),
        };
        frames.iter().map(|frame| frame.seq).collect()
    }

    /// Reads to the end as a stream does; answers in how many steps.
    async fn read_from(&self, mut cursor: i64) -> usize {
        let mut steps = 0;
        loop {
            let seqs = self.fetch(cursor).await;
            let Some(last) = seqs.last() else { return steps };
            assert_eq!(seqs, (cursor + 1..=*last).collect::<Vec<_>>());
            cursor = *last;
            steps += 1;
        }
    }
}

#[tokio::test]
async fn gaps_that_close_soon_cause_no_read_of_the_log() {
    let followed = followed().await;
    followed.topic().start_at(0);
    for pair in 0..100 {
        followed.receive(2 * pair + 2);
        followed.receive(2 * pair + 1);
        tokio::task::yield_now().await;
    }
    // Longer than a gap may last: the test is that nothing happens.
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(followed.topic().head(), Some(200));
    assert_eq!(followed.reads.sizes().len(), 0);
}

#[tokio::test]
async fn a_gap_that_lasts_is_filled_by_one_read() {
    let followed = followed().await;
    followed.topic().start_at(0);
    followed.commit(1..=100, 10).await;
    for seq in 2..=100 {
        followed.receive(seq);
        tokio::task::yield_now().await;
    }
    followed.reaches(100).await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(followed.reads.sizes().len() <= 2, "{:?}", followed.reads.sizes());
}

#[tokio::test]
async fn many_requests_for_a_repair_share_one() {
    let followed = followed().await;
    followed.topic().start_at(0);
    followed.commit(1..=10, 10).await;
    // On this one thread no repair reads before all are requested.
    for _ in 0..100 {
        followed.app.live.repair(followed.project);
    }
    followed.reaches(10).await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(followed.reads.sizes().len() < 30, "{}", followed.reads.sizes().len());
}

#[tokio::test]
async fn a_topic_whose_next_events_were_trimmed_restarts_after_them() {
    let followed = followed().await;
    followed.topic().start_at(3);
    followed.commit(1..=20, 10).await;
    followed.execute("delete from events where project_id = $1 and seq <= 10", |q| q.bind(followed.project)).await;
    followed.execute("update projects set trimmed_seq = 10 where id = $1", |q| q.bind(followed.project)).await;
    followed.receive(19);
    followed.reaches(20).await;
    assert_eq!(followed.read_from(10).await, 10, "from the ring");
    // Not what follows the cursor, so a stream sends `reset`.
    assert_eq!(followed.fetch(3).await.first(), Some(&11));
    assert_eq!(followed.fetch(9).await.first(), Some(&11));
}

#[tokio::test]
async fn a_gap_that_could_not_be_filled_is_filled_by_the_comparison() {
    let followed = followed().await;
    let jobs = tokio::spawn(jobs::run(followed.app.clone()));
    followed.topic().start_at(0);
    followed.receive(2);
    until("the first read for the gap", async || (!followed.reads.sizes().is_empty()).then_some(())).await;
    followed.commit(1..=2, 10).await;
    followed.reaches(2).await;
    jobs.abort();
}

#[tokio::test]
async fn long_events_are_read_a_bounded_page_at_a_time() {
    let followed = followed().await;
    followed.commit(1..=40, 100).await;
    followed.commit(41..=120, LONG).await;
    followed.commit(121..=700, 100).await;
    followed.commit(701..=760, LONG).await;
    followed.topic().start_at(760);
    for cursor in [0, 759, 41, 57, 99, 300, 699, 1, 705] {
        followed.read_from(cursor).await;
    }
    let sizes = followed.reads.sizes();
    let most = 1024 * 1024 + LONG + 1_000;
    assert!(sizes.iter().all(|size| *size <= most), "{sizes:?}");
    // Nine streams of up to 9 MB, in pages of 1 MiB that they share where they can.
    assert!(sizes.len() <= 80, "{}", sizes.len());
}

#[tokio::test]
async fn events_longer_than_a_page_come_one_at_a_time() {
    let followed = followed().await;
    followed.commit(1..=5, 3 * 1024 * 1024).await;
    followed.topic().start_at(5);
    assert_eq!(followed.read_from(0).await, 5);
    followed.commit(6..=7, 3 * 1024 * 1024).await;
    followed.app.live.repair(followed.project);
    followed.reaches(7).await;
    assert_eq!(followed.read_from(3).await, 4);
}

#[tokio::test]
async fn a_stream_far_behind_long_events_gets_all_of_them() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let task = project.task(&project.column("To do").await, "Written often").await;
    let mut stream = alice.stream(&project.at("/events")).await;
    let from = stream.hello().await["projects"][&project.id].int("head");
    project.column("A cursor").await;
    stream.change().await;
    let cursor = stream.cut();
    for n in 0..40 {
        let body = json!({"description": format!("{n} {}", "x".repeat(60_000))});
        alice.unchecked().patch(&project.task_at(&task, "")).json(body).await.ok();
    }
    let mut stream = alice.stream_from(&project.at("/events"), &cursor).await;
    assert_eq!(stream.hello().await["projects"][&project.id]["status"], "ok");
    stream.changes(40).await;
    assert_eq!(stream.numbers(&project.id), (from + 2..=from + 41).collect::<Vec<_>>());
    assert!(!stream.saw("reset"));

    let page = alice.get(&project.at(&format!("/events?after={from}&limit=200"))).await.ok();
    let items = page.list("items").len();
    assert!((10..40).contains(&items), "{items}");
    assert_eq!(page["next_cursor"], project.cursor_at(from + i64::try_from(items).unwrap()).await);
    assert_eq!(project.events_after(from).await.len(), 41);
    project.settle().await;
}
