//! What fails below the server: the process itself, the disk, the database. Whatever it is, what was answered is kept
//! exactly once, the log has no gap, and readers go on where they were. Run by its own part: `tests/run below`.

mod disk;
mod full;
mod history;
mod points;
mod postgres;

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    crash::{Asked, Ledger, Team, WRITERS, check_log},
    support::Fields,
};

/// Each writer asks for this many changes, one after the other, and asks again until each is answered. Refusals may say
/// that it is not done, or that nobody knows; never that the server failed.
async fn insist(team: &Team, round: usize, each: usize, ledger: &Ledger) {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (team, ledger) = (team.clone(), ledger.clone());
        writers.spawn(async move {
            for n in 0..each {
                let key = format!("r{round}-w{writer}-{n}");
                ledger.asked.lock().unwrap().insert(key.clone(), None);
                let version = crate::support::until_at_last("an answer", || asked(&team, &key, &ledger)).await;
                ledger.answer(key, version);
            }
        });
    }
    writers.join_all().await;
}

async fn asked(team: &Team, key: &str, ledger: &Ledger) -> Option<i64> {
    let answer = team.request(key).attempt().await.ok()?;
    if answer.status < 300 {
        return Some(answer.body.version());
    }
    let outcome = answer.body["outcome"].as_str();
    match (answer.status, outcome) {
        (503, Some(outcome @ ("not_done" | "unknown"))) => {
            assert!(!answer.header("retry-after").is_empty(), "{answer:?}");
            ledger.unknown.fetch_add(usize::from(outcome == "unknown"), Ordering::Relaxed);
        }
        (507, None) => {}
        _ => panic!("{answer:?}"),
    }
    None
}

/// All that was asked for is there, once, and nothing else.
async fn check(team: &Team, start: i64, ledger: &Ledger, board: &Value) {
    let asked: Asked = std::mem::take(&mut *ledger.asked.lock().unwrap());
    check_log(&team.project.events_after(start).await, start, &asked);
    team.check_board(board).await;
}

/// A reader who comes back whenever his stream ends, and goes on where he was.
struct Follower {
    goal: watch::Sender<i64>,
    following: JoinHandle<()>,
}

impl Follower {
    fn new(team: &Team, board: &Value) -> Self {
        let (goal, told) = watch::channel(i64::MAX);
        let start = board.int("seq");
        let cursor = board.str("cursor");
        Self { goal, following: tokio::spawn(follow(team.clone(), cursor, start, told)) }
    }

    /// Until he has read everything up to here.
    async fn reaches(self, goal: i64) {
        self.goal.send_replace(goal);
        crate::support::soon("the last event", self.following).await.unwrap();
    }
}

async fn follow(team: Team, mut cursor: String, mut seen: i64, mut goal: watch::Receiver<i64>) {
    let path = team.project.at("/events");
    while seen < *goal.borrow() {
        let Some(mut stream) = team.alice.attempt_stream(&path, Some(&cursor)).await else { continue };
        while seen < *goal.borrow() {
            let frame = tokio::select! {
                frame = stream.read() => frame,
                changed = goal.changed() => { changed.unwrap(); continue }
            };
            let Some(frame) = frame else { break };
            if frame.event == "hello" {
                let standing = &frame.data["projects"][&team.project.id];
                assert_eq!((&standing["status"], standing["from"].as_i64()), (&json!("ok"), Some(seen)), "{frame:?}");
            }
            if let Some(seq) = frame.data["seq"].as_i64() {
                assert_eq!(seq, seen + 1, "{frame:?}");
                seen = seq;
            }
        }
        cursor = stream.cursor.unwrap_or(cursor);
    }
}
