//! A project as its owner sees it, and what it told since somebody last asked.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use serde_json::{Value, json};

use super::{App, Fields, User};

#[derive(Clone)]
pub struct Project {
    pub id: String,
    pub key: String,
    pub by: User,
    mark: Arc<AtomicI64>,
}

impl Project {
    pub async fn new(by: User, answer: &Value) -> Self {
        let project = Self { id: answer.id(), key: answer.str("key"), by, mark: Arc::default() };
        project.told().await;
        project
    }

    /// The same project at a server that came back at another address.
    pub fn on(&self, app: &App) -> Self {
        Self { by: self.by.on(app), ..self.clone() }
    }

    /// The same project as another member sees it.
    pub fn seen_by(&self, user: &User) -> Self {
        Self { by: user.clone(), ..self.clone() }
    }

    /// The path of something in this project.
    pub fn at(&self, rest: &str) -> String {
        format!("/projects/{}{rest}", self.id)
    }

    /// The path of a task, or of something in it.
    pub fn task_at(&self, task: &Value, rest: &str) -> String {
        self.at(&format!("/tasks/{}{rest}", task.id()))
    }

    pub async fn column(&self, name: &str) -> Value {
        self.column_with(json!({"name": name})).await
    }

    pub async fn column_with(&self, body: Value) -> Value {
        self.by.post(&self.at("/columns")).json(body).await.created()
    }

    pub async fn task(&self, column: &Value, title: &str) -> Value {
        self.task_with(column, json!({"title": title})).await
    }

    pub async fn task_with(&self, column: &Value, mut body: Value) -> Value {
        body["column_id"] = json!(column.id());
        if body["title"].is_null() {
            body["title"] = json!("A task");
        }
        self.by.post(&self.at("/tasks")).json(body).await.created()
    }

    pub async fn label(&self, name: &str) -> Value {
        let body = json!({"name": name, "colour": "#3366cc"});
        self.by.post(&self.at("/labels")).json(body).await.created()
    }

    pub async fn milestone(&self, name: &str) -> Value {
        let body = json!({"name": name});
        let call = self.by.post(&self.at("/milestones"));
        call.json(body).await.created()
    }

    pub async fn checklist_item(&self, task: &Value, text: &str) -> Value {
        let call = self.by.post(&self.task_at(task, "/checklist"));
        call.json(json!({"text": text})).await.created()
    }

    /// Attaches a file to a task.
    pub async fn attach(&self, task: &Value, name: &str, bytes: &[u8]) -> Value {
        let call = self.by.post(&self.task_at(task, &format!("/attachments?name={name}")));
        call.bytes("application/octet-stream", bytes).await.created()
    }

    pub async fn comment(&self, task: &Value, body: &str) -> Value {
        let call = self.by.post(&self.task_at(task, "/comments"));
        call.json(json!({"body": body})).await.created()
    }

    /// All comments of a task, the oldest first.
    pub async fn comments(&self, task: &Value) -> Vec<Value> {
        self.by.get(&self.task_at(task, "/comments?limit=200")).await.ok().list("items")
    }

    /// `task` starts after `other`.
    pub async fn dependency(&self, task: &Value, other: &Value, lag_days: i64) -> Value {
        let path = self.task_at(task, &format!("/dependencies/{}", other.id()));
        let call = self.by.put(&path).json(json!({"lag_days": lag_days}));
        call.await.ok()
    }

    pub async fn invite(&self, role: &str) -> Value {
        let call = self.by.post(&self.at("/invitations"));
        call.json(json!({"role": role})).await.created()
    }

    /// Makes somebody a member, the way people become one: by an invitation they accept.
    pub async fn add(&self, user: &User, role: &str) {
        let secret = self.invite(role).await.str("secret");
        let call = user.post("/invitations/accept");
        call.json(json!({"secret": secret})).await.ok();
        self.told().await;
    }

    pub async fn board(&self) -> Value {
        self.by.get(&self.at("/board")).await.ok()
    }

    /// The cursor behind an event: where a reader goes on that has read up to it.
    pub async fn cursor_at(&self, seq: i64) -> String {
        let call = self.by.get(&self.at(&format!("/events?after={}&limit=1", seq - 1)));
        let page = call.header("Accept", "application/json").await.ok();
        assert_eq!(page["items"][0]["seq"], seq, "{page}");
        page.str("cursor")
    }

    pub async fn seq(&self) -> i64 {
        self.board().await.int("seq")
    }

    /// One object of the snapshot.
    pub async fn find(&self, kind: &str, id: &str) -> Option<Value> {
        let board = self.board().await;
        board.list(kind).into_iter().find(|item| item["id"] == id)
    }

    /// The tasks of a column that are not archived, in order, by title.
    pub async fn titles(&self, column: &Value) -> Vec<String> {
        let mut tasks = self.board().await.list("tasks");
        tasks.retain(|task| task["column_id"] == column["id"] && task["archived_at"].is_null());
        tasks.sort_by_key(|task| task.str("position"));
        super::each(&tasks, "title")
    }

    pub async fn events_after(&self, seq: i64) -> Vec<Value> {
        let mut events = Vec::new();
        let mut from = format!("after={seq}");
        loop {
            let path = self.at(&format!("/events?{from}&limit=200"));
            let call = self.by.get(&path).header("Accept", "application/json");
            let page = call.await.ok();
            events.extend(page.list("items"));
            match page["next_cursor"].as_str() {
                Some(next) => from = format!("cursor={next}"),
                None => return events,
            }
        }
    }

    /// The events since this was last asked.
    pub async fn told(&self) -> Vec<Value> {
        let events = self.events_after(self.mark.load(Ordering::SeqCst)).await;
        if let Some(last) = events.last() {
            self.mark.store(last.int("seq"), Ordering::SeqCst);
        }
        events
    }

    /// The only event since this was last asked, which has to be of this type.
    pub async fn told_only(&self, kind: &str) -> Value {
        let events = self.told().await;
        let types = super::each(&events, "type");
        assert_eq!(types, [kind], "{events:?}");
        events[0].clone()
    }

    pub async fn told_nothing(&self) {
        let events = self.told().await;
        assert!(events.is_empty(), "{events:?}");
    }

    /// The replay law, for tests that wrote without it.
    pub async fn settle(&self) {
        self.settle_as(&[&self.by]).await;
    }

    /// The same through the eyes of whoever of these is still a member.
    pub async fn settle_as(&self, users: &[&User]) {
        for user in users {
            self.by.app.known(&self.id).check(user, &self.id).await;
        }
    }
}
