//! Drives the real binary over real sockets, as a browser or a program would.
//!
//! - `server`  a process with its data, started once for all tests or for one
//! - `app`     a server as a test holds it
//! - `user`    a person who calls
//! - `call`    requests, answers, what every answer must satisfy
//! - `project` a project and what it told its readers
//! - `push_service` what browsers' makers run, and a browser that reads what comes from there
//! - `receiver` where webhooks lead
//! - `libraries` programs of others that read what the server says
//! - `redis`   one that may be stopped, or hang
//! - `gate`    a way to Postgres that may be shut
//! - `log_reader` whoever reads a server's log, or stops to
//! - `stream`  a reader of server-sent events
//! - `line`    a cheap one, for thousands at once
//! - `fake`    a server that makes mistakes, for the commands that look for them
//! - `tool`    a command of the binary that runs beside a test
//! - `replay`  the reducer, and the law that is checked after every mutation of any test

mod app;
mod call;
mod documented;
mod expire;
mod fake;
mod gate;
pub mod libraries;
mod light_reader;
mod log_reader;
mod project;
mod push_service;
mod receiver;
mod redis;
pub mod replay;
mod server;
mod stream;
mod tool;
mod user;

pub use app::{App, cookie_at};
pub use call::{Answer, Call};
pub use expire::{archive_at, expire};
pub use fake::{Fake, Mistake};
pub use gate::{Gate, Way};
pub use light_reader::LightReader;
pub use log_reader::LogReader;
pub use project::Project;
pub use push_service::{Browser, PushService, Received, Reply, sender};
pub use receiver::Receiver;
pub use redis::Redis;
pub use server::{ADMIN_EMAIL, Home, Launch, Server, Stillborn};
pub use stream::{Frame, Stream};
pub use tool::Tool;
pub use user::{Auth, User};

use std::{future::Future, time::Duration};

use serde_json::Value;

/// How long anything may take that is promised to happen "at once".
pub const SOON: Duration = Duration::from_secs(10);

/// Fits the rules and is on no list of common passwords.
pub const PASSWORD: &str = "orchid-lantern-42";

/// The server that all tests share, with three people who have nothing in common yet.
pub async fn app() -> (App, User, User, User) {
    let app = App::shared().await;
    people(app).await
}

/// The same on a server of its own, for tests that restart it or change the instance.
pub async fn own_app(settings: &[(&str, &str)]) -> (App, User, User, User) {
    let app = App::own(settings).await;
    people(app).await
}

async fn people(app: App) -> (App, User, User, User) {
    let (alice, bob, stranger) = tokio::join!(app.sign_up("Alice"), app.sign_up("Bob"), app.sign_up("Charlie"));
    (app, alice, bob, stranger)
}

/// The cursor of a project's stream at its hello, before anything came.
#[track_caller]
pub fn cursor_of(hello: &Value, project: &str) -> String {
    let standing = &hello["projects"][project];
    format!("{}.{}.{}", hello.str("epoch"), standing.int("from"), standing.str("chain"))
}

/// A picture of this size, in one colour.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb([20, 120, 60]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// An id that nothing has.
pub fn nobody() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Waits for `what`, and says what was missing when it does not come.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(SOON, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited {SOON:?} in vain for {what}"),
    }
}

/// Asks again and again until the answer is there; for what no event announces.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    soon(what, again_and_again(ask)).await
}

/// The same for what takes its time: a database that recovers.
pub async fn until_at_last<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    match tokio::time::timeout(SOON * 6, again_and_again(ask)).await {
        Ok(value) => value,
        Err(_) => panic!("waited {:?} in vain for {what}", SOON * 6),
    }
}

async fn again_and_again<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let mut pause = tokio::time::interval(Duration::from_millis(20));
    loop {
        pause.tick().await;
        if let Some(value) = ask().await {
            return value;
        }
    }
}

/// What tests read out of answers, short enough to stay in one line.
pub trait Fields {
    fn str(&self, key: &str) -> String;
    fn int(&self, key: &str) -> i64;
    fn list(&self, key: &str) -> Vec<Value>;
    fn id(&self) -> String {
        self.str("id")
    }
    fn version(&self) -> i64 {
        self.int("version")
    }
}

impl Fields for Value {
    #[track_caller]
    fn str(&self, key: &str) -> String {
        match self[key].as_str() {
            Some(text) => text.to_owned(),
            None => panic!("no text `{key}` in {self}"),
        }
    }

    #[track_caller]
    fn int(&self, key: &str) -> i64 {
        match self[key].as_i64() {
            Some(number) => number,
            None => panic!("no whole number `{key}` in {self}"),
        }
    }

    #[track_caller]
    fn list(&self, key: &str) -> Vec<Value> {
        match self[key].as_array() {
            Some(list) => list.clone(),
            None => panic!("no list `{key}` in {self}"),
        }
    }
}

/// One field of each, in order.
#[track_caller]
pub fn each(list: &[Value], key: &str) -> Vec<String> {
    list.iter().map(|item| item.str(key)).collect()
}

/// The one in the list that has this id.
#[track_caller]
pub fn with_id<'a>(list: &'a [Value], id: &str) -> &'a Value {
    match list.iter().find(|item| item["id"] == id) {
        Some(item) => item,
        None => panic!("nothing has the id {id} in {list:?}"),
    }
}
