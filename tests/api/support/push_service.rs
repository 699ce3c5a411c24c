//! A push service as browsers' makers run them, over TLS, and a browser that subscribed there. It checks who sends, and reads
//! what was encrypted, by other means than the server's own.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    future::pending,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use futures_util::stream;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Frame, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman};
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey},
};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring::default_provider, pki_types::PrivateKeyDer},
};

use super::until;

/// What a push service answers to one message.
#[derive(Clone, Debug)]
pub enum Reply {
    Status(u16),
    /// With this header.
    With(u16, &'static str, String),
    /// Never.
    Silence,
    /// A body without an end.
    Endless(u16),
}

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub at: Instant,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) received: Vec<Received>,
    /// What comes first, before the usual answer.
    pub(super) replies: VecDeque<Reply>,
    pub(super) usual: Option<Reply>,
}

pub struct PushService {
    pub port: u16,
    /// A file with its certificate, which nothing but the tests trusts.
    certificate: PathBuf,
    state: Arc<Mutex<State>>,
    connections: Arc<AtomicUsize>,
    /// How many bytes of endless bodies it has given away.
    pub given: Arc<AtomicUsize>,
}

pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;

impl PushService {
    pub async fn start() -> Self {
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let certificate = std::env::temp_dir().join(format!("boardcast-push-{}.pem", uuid::Uuid::now_v7()));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self {
            port: listener.local_addr().unwrap().port(),
            certificate,
            state: Arc::default(),
            connections: Arc::default(),
            given: Arc::default(),
        };
        let (state, connections, given) = (service.state.clone(), service.connections.clone(), service.given.clone());
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((socket, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, state, given) = (acceptor.clone(), state.clone(), given.clone());
                tokio::spawn(async move {
                    let Ok(socket) = acceptor.accept(socket).await else { return };
                    let answer = service_fn(move |request| answer(request, state.clone(), given.clone()));
                    drop(http1::Builder::new().serve_connection(TokioIo::new(socket), answer).await);
                });
            }
        });
        service
    }

    /// What a server needs to send here.
    pub fn settings(&self) -> [(&'static str, &str); 3] {
        let certificate = self.certificate.to_str().unwrap();
        [
            ("SSL_CERT_FILE", certificate),
            ("BOARDCAST_OUTGOING_NETWORKS", "127.0.0.0/8"),
            ("BOARDCAST_TEST_PUSH_PACE", "20"),
        ]
    }

    /// Answer the next messages so, one after the other.
    pub fn reply(&self, replies: &[Reply]) {
        self.state.lock().unwrap().replies.extend(replies.iter().cloned());
    }

    /// Answer all others so.
    pub fn reply_always(&self, reply: Reply) {
        self.state.lock().unwrap().usual = Some(reply);
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Until so many have come.
    pub async fn messages(&self, count: usize) -> Vec<Received> {
        until("push messages", || async { Some(self.received()).filter(|all| all.len() >= count) }).await
    }

    pub fn origin(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.certificate));
    }
}

pub(super) async fn answer(
    request: http::Request<hyper::body::Incoming>,
    state: Arc<Mutex<State>>,
    given: Arc<AtomicUsize>,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    let received = Received { at: Instant::now(), path: head.uri.path().into(), headers: head.headers, body };
    let reply = {
        let mut state = state.lock().unwrap();
        state.received.push(received);
        state.replies.pop_front().or_else(|| state.usual.clone()).unwrap_or(Reply::Status(201))
    };
    let empty = || http_body_util::Empty::new().boxed_unsync();
    let (status, body, header) = match reply {
        Reply::Status(status) => (status, empty(), None),
        Reply::With(status, name, value) => (status, empty(), Some((name, value))),
        Reply::Silence => pending().await,
        Reply::Endless(status) => {
            let pieces = stream::repeat_with(move || {
                given.fetch_add(16 * 1024, Ordering::SeqCst);
                Ok(Frame::data(Bytes::from_static(&[b'x'; 16 * 1024])))
            });
            (status, StreamBody::new(pieces).boxed_unsync(), None)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    Ok(response)
}

/// A browser with its keys.
#[derive(Clone)]
pub struct Browser {
    name: String,
    secret: SecretKey,
    auth: [u8; 16],
    /// What was read before: a debug build takes long for each message, and tests ask again and again.
    known: Arc<Mutex<HashMap<Vec<u8>, Value>>>,
}

impl Browser {
    pub fn new(name: &str) -> Self {
        let bytes: [u8; 32] = rand::random();
        Self {
            name: name.into(),
            secret: SecretKey::from_slice(&bytes).unwrap(),
            auth: rand::random(),
            known: Arc::default(),
        }
    }

    fn public(&self) -> Vec<u8> {
        use p256::elliptic_curve::sec1::ToEncodedPoint;
        self.secret.public_key().to_encoded_point(false).as_bytes().to_vec()
    }

    /// Its address at a push service.
    pub fn path(&self) -> String {
        format!("/send/{}", self.name)
    }

    /// Its subscription there, as the API takes it.
    pub fn at(&self, origin: &str) -> Value {
        json!({
            "endpoint": format!("{origin}{}", self.path()),
            "keys": {"p256dh": URL_SAFE_NO_PAD.encode(self.public()), "auth": URL_SAFE_NO_PAD.encode(self.auth)},
        })
    }

    /// What a message says.
    pub fn read(&self, message: &Received) -> Value {
        if let Some(known) = self.known.lock().unwrap().get(&message.body) {
            return known.clone();
        }
        let said = self.decrypt(message);
        self.known.lock().unwrap().insert(message.body.clone(), said.clone());
        said
    }

    /// As a browser does it (RFC 8188, RFC 8291).
    fn decrypt(&self, message: &Received) -> Value {
        assert_eq!(message.header("content-encoding"), "aes128gcm");
        assert!(message.body.len() <= 4_096, "{}", message.body.len());
        let (salt, rest) = message.body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!(size, 4_096_u32.to_be_bytes());
        let (sender, sealed) = rest[1..].split_at(usize::from(rest[0]));
        let theirs = PublicKey::from_sec1_bytes(sender).unwrap();
        let shared = diffie_hellman(self.secret.to_nonzero_scalar(), theirs.as_affine());
        let info = [b"WebPush: info\0", &self.public()[..], sender].concat();
        let secret = hkdf(&self.auth, shared.raw_secret_bytes(), &info);
        let key = &hkdf(salt, &secret, b"Content-Encoding: aes128gcm\0")[..16];
        let nonce = &hkdf(salt, &secret, b"Content-Encoding: nonce\0")[..12];
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
        let mut sealed = sealed.to_vec();
        let text = key.open_in_place(nonce, Aad::empty(), &mut sealed).expect("a message for this browser");
        let (last, text) = text.split_last().unwrap();
        assert_eq!(*last, 2, "the last record");
        serde_json::from_slice(text).unwrap()
    }
}

fn mac(key: &[u8], content: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(content);
    mac.finalize().into_bytes().to_vec()
}

fn hkdf(salt: &[u8], secret: &[u8], info: &[u8]) -> Vec<u8> {
    mac(&mac(salt, secret), &[info, &[1]].concat())
}

/// Who has sent a message, as a push service finds out (RFC 8292): the claims, signed by this key.
pub fn sender(message: &Received, origin: &str, key: &str) -> Value {
    let header = message.header("authorization");
    let (token, shown) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(shown, key, "the key that the browser has subscribed for");
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let known = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key));
    known.verify(signed.as_bytes(), &bytes(signature)).expect("a signature of this server");
    let (head, claims) = signed.split_once('.').unwrap();
    let head: Value = serde_json::from_slice(&bytes(head)).unwrap();
    assert_eq!(head, json!({"typ": "JWT", "alg": "ES256"}));
    let claims: Value = serde_json::from_slice(&bytes(claims)).unwrap();
    assert_eq!(claims["aud"], origin);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let left = Duration::from_secs(claims["exp"].as_u64().unwrap()).checked_sub(now).expect("it holds still");
    assert!(left <= Duration::from_hours(24), "{left:?}");
    claims
}
