//! A server that makes mistakes on its streams. It answers what `boardcast load` and `boardcast tail` ask, and nothing
//! of it is true: there is one project, and every change of a task is the next event.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get, patch, post},
};
use boardcast::base::chain::Chain;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::broadcast};

pub const PROJECT: &str = "01890000-0000-7000-8000-000000000001";

/// What becomes of the third event on every stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    None,
    Lose,
    /// It comes twice.
    Double,
    /// It comes behind the fourth.
    Swap,
    /// The stream is cut, and goes on behind it although the cursor is older.
    Skip,
    /// The server says that it and those before it will not come.
    Reset,
    /// It does not follow from the second.
    Chain,
}

#[derive(Clone)]
pub struct Fake {
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    mistake: Mistake,
    seq: AtomicI64,
    events: broadcast::Sender<i64>,
    deleted: AtomicBool,
}

impl Fake {
    pub async fn start(mistake: Mistake) -> Self {
        let shared = Arc::new(Shared {
            mistake,
            seq: AtomicI64::new(10),
            events: broadcast::channel(10_000).0,
            deleted: AtomicBool::new(false),
        });
        let api = Router::new()
            .route("/session", delete(nothing))
            .route("/users", post(person))
            .route("/tokens", post(made))
            .route("/tokens/{token}", delete(nothing))
            .route("/projects", get(projects).post(made))
            .route("/projects/{project}", delete(gone))
            .route("/projects/{project}/columns", post(made))
            .route("/projects/{project}/tasks", post(made))
            .route("/projects/{project}/tasks/{task}", patch(change))
            .route("/projects/{project}/invitations", post(made))
            .route("/projects/{project}/events", get(events))
            .route("/events", get(stream))
            .with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().nest("/api/v1", api)).await });
        Self { url, shared }
    }

    /// The next event.
    pub fn tell(&self) {
        next(&self.shared);
    }

    pub fn was_tidied_up(&self) -> bool {
        self.shared.deleted.load(Ordering::SeqCst)
    }

    /// How many read at this moment.
    pub fn readers(&self) -> usize {
        self.shared.events.receiver_count()
    }
}

fn next(shared: &Shared) -> i64 {
    let seq = shared.seq.fetch_add(1, Ordering::SeqCst) + 1;
    // Without readers nobody hears it.
    drop(shared.events.send(seq));
    seq
}

async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn gone(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.deleted.store(true, Ordering::SeqCst);
    StatusCode::NO_CONTENT
}

/// Whatever it is.
async fn made() -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, Json(json!({"id": PROJECT, "secret": "s", "key": "FAKE"})))
}

async fn person() -> impl IntoResponse {
    (StatusCode::CREATED, [("set-cookie", "sid=x; Path=/")], Json(json!({"user": {}})))
}

async fn projects() -> Json<Value> {
    Json(json!({"items": [{"id": PROJECT, "key": "FAKE"}], "next_cursor": null}))
}

async fn change(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({"id": PROJECT, "version": next(&shared)}))
}

async fn events(state: State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if headers["accept"] == "text/event-stream" {
        return stream(state, headers).await;
    }
    Json(json!({"items": [], "next_cursor": null, "cursor": "e.0", "head": state.seq.load(Ordering::SeqCst), "epoch": "e"}))
        .into_response()
}

/// An event with its chain.
fn event(seq: i64) -> (Chain, String) {
    let before = if seq <= 1 { Chain::NONE } else { event(seq - 1).0 };
    following(before, seq)
}

fn following(before: Chain, seq: i64) -> (Chain, String) {
    let data = json!({"project": PROJECT, "seq": seq, "type": "task.changed", "at": "now", "actor": null});
    before.append(data.to_string())
}

fn frame(seq: i64) -> String {
    frame_of(seq, event(seq))
}

fn frame_of(seq: i64, (chain, data): (Chain, String)) -> String {
    format!("id: e.{seq}.{chain}\nevent: task.changed\ndata: {data}\n\n")
}

async fn stream(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let mut events = shared.events.subscribe();
    let head = shared.seq.load(Ordering::SeqCst);
    let again = headers.contains_key("last-event-id");
    let chain = event(head).0.to_string();
    let standing = json!({"from": head, "head": head, "chain": chain, "status": "ok"});
    let hello = json!({"epoch": "e", "ping_ms": 15_000, "projects": {PROJECT: standing}});
    let begin =
        format!("retry: 50\n\nevent: hello\ndata: {hello}\n\nid: e.{head}.{chain}\nevent: checkpoint\ndata: {{}}\n\n");
    let mistake = if again { Mistake::None } else { shared.mistake };
    let (frames, body) = tokio::sync::mpsc::unbounded_channel::<Result<Bytes, std::io::Error>>();
    tokio::spawn(async move {
        let send = |text: String| frames.send(Ok(text.into())).is_ok();
        let mut here = send(begin);
        let mut count = 0;
        while here {
            let seq = tokio::select! {
                seq = events.recv() => seq.unwrap(),
                () = frames.closed() => return,
            };
            count += 1;
            let reset = json!({"epoch": "e", "projects": {PROJECT: {"from": seq, "head": seq, "chain": event(seq).0.to_string(), "status": "reset", "reason": "trimmed"}}});
            here = send(match (mistake, count) {
                (Mistake::Lose | Mistake::Swap, 3) => continue,
                (Mistake::Double, 3) => frame(seq) + &frame(seq),
                (Mistake::Swap, 4) => frame(seq) + &frame(seq - 1),
                (Mistake::Skip, 3) => return,
                (Mistake::Reset, 3) => format!("event: reset\ndata: {reset}\n\n"),
                (Mistake::Chain, 3) => frame_of(seq, following(Chain::NONE, seq)),
                _ => frame(seq),
            });
        }
    });
    let body = futures_util::stream::unfold(body, async |mut body| Some((body.recv().await?, body)));
    ([("content-type", "text/event-stream")], Body::from_stream(body)).into_response()
}
