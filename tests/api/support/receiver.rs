//! A receiver of webhooks, which checks what comes by other means than the server's own.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use ring::hmac;
use serde_json::Value;
use tokio::net::TcpListener;

use super::{
    Fields, Received, Reply,
    push_service::{State, answer},
    until,
};

/// Listens on this machine, without TLS: the settings of a server open it.
#[derive(Clone)]
pub struct Receiver {
    port: u16,
    state: Arc<Mutex<State>>,
    connections: Arc<AtomicUsize>,
    /// How many bytes of endless bodies it has given away.
    pub given: Arc<AtomicUsize>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            state: Arc::default(),
            connections: Arc::default(),
            given: Arc::default(),
        };
        let (state, connections, given) =
            (receiver.state.clone(), receiver.connections.clone(), receiver.given.clone());
        receiver.reply_always(Reply::Status(204));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (state, given) = (state.clone(), given.clone());
                tokio::spawn(async move {
                    let answer = service_fn(move |request| answer(request, state.clone(), given.clone()));
                    drop(http1::Builder::new().serve_connection(TokioIo::new(socket), answer).await);
                });
            }
        });
        receiver
    }

    /// What a server needs to send here.
    pub const SETTINGS: [(&'static str, &'static str); 2] =
        [("BOARDCAST_OUTGOING_NETWORKS", "127.0.0.0/8"), ("BOARDCAST_TEST_WEBHOOK_PACE", "20")];

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answer the next messages so, one after the other.
    pub fn reply(&self, replies: &[Reply]) {
        self.state.lock().unwrap().replies.extend(replies.iter().cloned());
    }

    /// Answer all others so.
    pub fn reply_always(&self, reply: Reply) {
        self.state.lock().unwrap().usual = Some(reply);
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// What came at a path so far.
    pub fn at(&self, path: &str) -> Vec<Received> {
        let mut all = self.state.lock().unwrap().received.clone();
        all.retain(|message| message.path == path);
        all
    }

    /// Until so many have come at a path.
    pub async fn messages(&self, path: &str, count: usize) -> Vec<Received> {
        until("messages of a webhook", || async { Some(self.at(path)).filter(|all| all.len() >= count) }).await
    }

    /// Until a message of this type has come; answers all that have.
    pub async fn until_type(&self, path: &str, event_type: &str) -> Vec<Received> {
        until(event_type, || async {
            Some(self.at(path)).filter(|all| all.iter().any(|one| one.json()["type"] == event_type))
        })
        .await
    }
}

impl Received {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn id(&self) -> String {
        self.header("webhook-id").to_owned()
    }

    /// The number of its event.
    #[track_caller]
    pub fn seq(&self) -> i64 {
        self.json()["data"].int("seq")
    }

    /// Which of its signatures a secret has made, as a library of the standard finds out.
    #[track_caller]
    pub fn signed_by(&self, secret: &str) -> Vec<usize> {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert!((24..=64).contains(&key.len()), "{}", key.len());
        let at: i64 = self.header("webhook-timestamp").parse().unwrap();
        let now = jiff::Timestamp::now().as_second();
        assert!((now - 300..=now + 300).contains(&at), "{at} is not now");
        let signed = [format!("{}.{at}.", self.id()).as_bytes(), &self.body].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signatures = self.header("webhook-signature").split(' ').map(|one| one.strip_prefix("v1,").unwrap());
        let good = signatures
            .enumerate()
            .filter(|(_, text)| hmac::verify(&key, &signed, &STANDARD.decode(text).unwrap()).is_ok());
        good.map(|(place, _)| place).collect()
    }
}
