//! The process: what is opened at the start, the accept loop, and an end that loses nothing.

use std::{
    convert::Infallible,
    fs::{self, File},
    future::{pending, poll_fn},
    net::SocketAddr,
    path::Path,
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use ::http::{Method, response::Parts};
use axum::Router;
use fs4::FileExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::{
    app::App,
    config::Config,
    db::Db,
    error::Error,
    http::{
        self,
        stream::{Handover, Stream},
    },
    jobs,
    model::instance,
};

const HEADERS: Duration = Duration::from_secs(10);
const MOST_HEADERS: usize = 64;
const LARGEST_HEAD: usize = 16 * 1024;
/// A peer that acknowledges nothing for this long is gone.
const USER_TIMEOUT: Duration = Duration::from_secs(30);
const KEEPALIVE: Duration = Duration::from_mins(1);
/// Over how long streams are said goodbye to when there are many, and how long everything has to end.
const GOODBYES: Duration = Duration::from_secs(3);
/// Open files that are no connections: the database and what is beside it, the doorbell, the runtime.
const OTHER_FILES: u64 = 64;
/// As far as the limit of open files is raised where the machine sets no end.
const MOST_FILES: u64 = 1 << 20;
/// How many connections may wait to be accepted, as far as the system allows: whoever finds no place tries again a
/// second later, then two, then four, and after a cut everybody comes back at once.
const WAITING: u32 = 8_192;
const DRAIN: Duration = Duration::from_secs(8);
const CLOSE: Duration = Duration::from_secs(1);

/// Whose connection a request came by.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}")]
    Setting(String),
    #[error("the data folder {folder} cannot be used: {error}")]
    Folder { folder: String, error: std::io::Error },
    #[error("another Boardcast server uses the data folder {0}")]
    Locked(String),
    #[error("cannot listen on {address}: {error}")]
    Listen { address: SocketAddr, error: std::io::Error },
    #[error("the database cannot be opened: {0}")]
    Database(#[from] Error),
}

type Accepted = std::io::Result<(TcpStream, SocketAddr)>;

/// An application with its database open, and the lock that keeps a second server away from the same file.
pub struct Opened {
    pub app: App,
    _lock: Option<File>,
}

fn lock(folder: &Path) -> Result<File, StartError> {
    let failed = |error| StartError::Folder { folder: folder.display().to_string(), error };
    fs::create_dir_all(folder).map_err(failed)?;
    let file =
        File::options().create(true).truncate(false).write(true).open(folder.join("boardcast.lock")).map_err(failed)?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(fs4::TryLockError::WouldBlock) => Err(StartError::Locked(folder.display().to_string())),
        Err(fs4::TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Open the database that the settings name.
pub async fn open(config: Config, address: SocketAddr) -> Result<Opened, StartError> {
    let (db, lock) = if let Some(url) = &config.database {
        (Db::postgres(url, config.commit).await?, None)
    } else {
        let lock = lock(&config.data)?;
        (Db::sqlite(&config.data.join("boardcast.db"), config.commit).await?, Some(lock))
    };
    let epoch = instance::epoch(&db).await?;
    let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    Ok(Opened { app: App::new(config, db, &epoch, public_url), _lock: lock })
}

/// Bind, so that the address is known before anything else begins.
pub fn bind(config: &Config) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address: config.listen, error };
    let listener = listener(config.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Raise the limit of open files as far as the process may. Answers the limit that holds then.
fn raise_file_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(MOST_FILES);
    let current = limit.current.unwrap_or(MOST_FILES);
    if current < most && setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..limit }).is_ok() {
        return most;
    }
    current
}

/// How many connections there is room for, so that the database never finds the last descriptor taken.
fn room(wanted: usize) -> usize {
    let files = raise_file_limit();
    // With a limit so low that nothing would be left, every second one.
    let left = files.saturating_sub(OTHER_FILES).max(files / 2);
    let room = usize::try_from(left).unwrap_or(usize::MAX).min(wanted);
    if room < wanted {
        tracing::warn!(room, wanted, files, "the limit of open files leaves room for fewer connections");
    }
    room
}

fn listener(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that was stopped a moment ago leaves connections behind that are not quite over.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Serve until `stop` resolves; then finish what was begun, say goodbye to every stream, and return.
pub async fn run(opened: Opened, listener: TcpListener, stop: impl Future<Output = ()>) {
    let app = opened.app.clone();
    let sweeps = tokio::spawn(jobs::run(app.clone()));
    let (stopping, stopped) = watch::channel(false);
    let server = Server {
        router: http::router(app.clone()),
        room: Arc::new(Semaphore::new(room(app.config.connections).min(Semaphore::MAX_PERMITS))),
        tasks: TaskTracker::new(),
        stopped,
    };
    tokio::select! {
        () = server.accept(&listener) => {}
        () = stop => {}
    }
    let deadline = Instant::now() + DRAIN;
    tracing::info!(streams = app.hub.reader_count(), "stopping");
    // Whoever asks in the meantime is still answered, and told that this server is no longer ready.
    tokio::select! {
        () = server.accept(&listener) => {}
        () = app.drain(GOODBYES) => {}
    }
    drop(listener);
    stopping.send_replace(true);
    server.tasks.close();
    if tokio::time::timeout_at(deadline, server.tasks.wait()).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
    sweeps.abort();
    // Whoever still holds a connection had eight seconds; SQLite and Postgres recover from a sudden end.
    if tokio::time::timeout(CLOSE, app.db.close()).await.is_err() {
        tracing::warn!("the database was still in use at the end");
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Server {
    router: Router,
    room: Arc<Semaphore>,
    tasks: TaskTracker,
    stopped: watch::Receiver<bool>,
}

/// A stream and the head of its answer, to be taken over from hyper.
type Handed = (Parts, Box<Stream>);

impl Server {
    async fn accept(&self, listener: &TcpListener) {
        loop {
            let (permit, accepted) = next(&self.room, listener).await;
            match accepted {
                Ok((socket, peer)) => {
                    let server = self.clone();
                    self.tasks.spawn(async move { server.connection(socket, peer, permit).await });
                }
                Err(error) => {
                    // Out of file descriptors, most likely: wait for some to come back rather than spin.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    async fn connection(mut self, socket: TcpStream, peer: SocketAddr, permit: Option<OwnedSemaphorePermit>) {
        tune(&socket);
        let handed: Arc<Mutex<Option<Handed>>> = Arc::default();
        let (router, hand) = (self.router.clone(), handed.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let get = request.method() == Method::GET;
            request.extensions_mut().insert(Peer(peer));
            let answer = router.clone().oneshot(request.map(axum::body::Body::new));
            let hand = hand.clone();
            async move {
                let Ok(mut response) = answer.await;
                let stream = response.extensions_mut().remove::<Handover>().and_then(Handover::take);
                let Some(stream) = stream.filter(|_| get) else { return Ok::<_, Infallible>(response) };
                *hand.lock() = Some((response.into_parts().0, stream));
                // hyper is to write nothing: whoever polls it takes the socket away.
                pending().await
            }
        });
        let mut serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_headers(MOST_HEADERS)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(socket), service);
        let mut stopping = false;
        let ended = loop {
            let served = poll_fn(|cx| {
                let served = Pin::new(&mut serving).poll(cx);
                match handed.lock().take() {
                    Some(handed) => Poll::Ready(Ok(Some(handed))),
                    None => served.map_ok(|()| None),
                }
            });
            tokio::select! {
                ended = served => break ended,
                () = stop(&mut self.stopped), if !stopping => {
                    stopping = true;
                    Pin::new(&mut serving).graceful_shutdown();
                }
            }
        };
        match ended {
            Ok(Some((head, stream))) => {
                let socket = serving.into_parts().io.into_inner();
                // A task of its own, small: this one is as large as a request needs.
                let served = stream.serve(socket, &head);
                self.tasks.spawn(async move {
                    served.await;
                    drop(permit);
                });
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, %peer, "a connection ended badly"),
        }
    }
}

async fn stop(stopped: &mut watch::Receiver<bool>) {
    // The sender lives as long as the server.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// The next connection, once there is room for one; until then it waits in the kernel's queue.
async fn next(room: &Arc<Semaphore>, listener: &TcpListener) -> (Option<OwnedSemaphorePermit>, Accepted) {
    // The semaphore is never closed.
    let permit = room.clone().acquire_owned().await.ok();
    (permit, listener.accept().await)
}

fn tune(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let keepalive = socket2::TcpKeepalive::new().with_time(KEEPALIVE).with_interval(Duration::from_secs(15));
    let tuned = stream
        .set_nodelay(true)
        .and_then(|()| socket.set_tcp_user_timeout(Some(USER_TIMEOUT)))
        .and_then(|()| socket.set_tcp_keepalive(&keepalive));
    if let Err(error) = tuned {
        tracing::debug!(%error, "a socket could not be tuned");
    }
}
