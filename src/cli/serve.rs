//! The process of a server: its start, the accept loop, and a shutdown that finishes what was begun.

use std::{
    convert::Infallible,
    future::{pending, poll_fn},
    net::{IpAddr, SocketAddr},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use ::http::{HeaderValue, Method, header::CONNECTION, response::Parts};
use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep_until},
};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tower::ServiceExt;

use crate::{
    app::App,
    auth::{
        network::Network,
        shares::{Share, Shares},
    },
    backup::scheduled,
    base::error::Error,
    cli::{
        folder::DataFolder,
        idle::{Activity, Watched},
        metrics,
    },
    config::Config,
    db::Db,
    files::Files,
    http::{
        self,
        client_address::is_proxy,
        connection::{Io, MAX_HEADERS, Received},
        metrics::Metrics,
        request::Peer,
    },
    jobs,
    live::stream::{Stream, Upgrade},
    model::instance,
};

const MAX_HEAD: usize = 32 * 1024;
/// Which part of all connections one network may have, where the settings do not say.
const PART_OF_NETWORK: usize = 4;
/// A client that acknowledges nothing for this long is gone.
const USER_TIMEOUT: Duration = Duration::from_secs(30);
const KEEPALIVE: Duration = Duration::from_mins(1);
/// At a shutdown, the time over which the ends of many streams are spread: their clients all come back somewhere.
const BYE_SPREAD: Duration = Duration::from_secs(3);
/// How many open files are needed beside the connections: for the database, the cluster's hints, the runtime.
const OTHER_FILES: u64 = 64;
/// The limit of open files where the machine sets none.
const MAX_FILES: u64 = 1 << 20;
/// How many connections may wait in the kernel to be accepted, as far as the system allows. After a network failure all
/// clients connect at once, and one that finds the queue full tries again only a second later, then two, then four.
const BACKLOG: u32 = 8_192;
/// How long connections have to end after the stop signal.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}")]
    Setting(String),
    #[error("another Boardcast server uses the data folder {0}")]
    Locked(String),
    #[error("cannot listen on {address}: {error}")]
    Listen { address: SocketAddr, error: std::io::Error },
    #[error("the database cannot be opened: {0}")]
    Database(#[from] Error),
}

/// What a connection holds until it ends.
struct Held {
    _permit: Option<OwnedSemaphorePermit>,
    _place: Share,
}

type Accepted = std::io::Result<(TcpStream, SocketAddr)>;

/// An application with its database open, and the folder of its files, whose lock keeps a second server away.
pub struct Opened {
    pub app: App,
    folder: Option<DataFolder>,
}

impl Opened {
    /// From now on the process ends when a file of the database is not the one that was opened.
    pub fn watch(&self) -> Result<(), StartError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let watched = self.app.db.watch_files(&folder.database(), &folder.others());
        watched.map_err(|error| StartError::Setting(format!("a file in the data folder is gone: {error}")))
    }
}

/// Open the database that the settings name, for a server.
pub async fn open(config: Config, address: SocketAddr) -> Result<Opened, StartError> {
    opened(config, address, false).await
}

/// The same for a command, which may run beside a server.
pub async fn open_beside(config: Config, address: SocketAddr) -> Result<Opened, StartError> {
    opened(config, address, true).await
}

async fn opened(config: Config, address: SocketAddr, beside: bool) -> Result<Opened, StartError> {
    let files = Files::new(&config).map_err(StartError::Setting)?;
    if !beside {
        Files::check(&config).await.map_err(StartError::Setting)?;
        if let Some(folder) = &config.backup_to {
            let usable = scheduled::check(folder);
            usable.map_err(|why| StartError::Setting(format!("--backup-to (BOARDCAST_BACKUP_TO): {why}")))?;
        }
    }
    let (db, folder) = if let Some(url) = &config.database {
        (Db::postgres_with(url, config.commit, config.pool).await?, None)
    } else {
        let folder = DataFolder::open(&config.data)?;
        if !folder.is_ours() && !beside {
            return Err(StartError::Locked(config.data.display().to_string()));
        }
        folder.refuse_emptied()?;
        let file = folder.database();
        let db = if folder.is_ours() {
            let db = Db::sqlite(&file, config.commit).await?;
            folder.mark()?;
            db
        } else {
            Db::sqlite_beside(&file, config.commit).await?
        };
        (db, Some(folder))
    };
    let epoch = instance::epoch(&db).await?;
    let public_url = config.public_url(address);
    Ok(Opened { app: App::new(config, db, files, &epoch, public_url), folder })
}

/// Bind, so that the address is known before anything else begins.
pub fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let listener = listener(address).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Raise the limit of open files as far as the process may. Answers the limit.
fn raise_file_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(MAX_FILES);
    let current = limit.current.unwrap_or(MAX_FILES);
    if current < most && setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..limit }).is_ok() {
        return most;
    }
    current
}

/// How many connections may be open, so that the database always finds a free file descriptor.
fn capacity(wanted: usize) -> usize {
    let files = raise_file_limit();
    let capacity = connections_within(files, wanted);
    if capacity < wanted {
        tracing::warn!(capacity, wanted, files, "the limit of open files allows fewer connections");
    }
    capacity
}

/// How many connections there may be with this limit of open files.
#[must_use]
pub fn connections_within(files: u64, wanted: usize) -> usize {
    // With a very low limit, half of it.
    let left = files.saturating_sub(OTHER_FILES).max(files / 2);
    usize::try_from(left).unwrap_or(usize::MAX).min(wanted)
}

fn listener(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that was stopped a moment ago leaves connections behind in TIME_WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serve until `stop` resolves; then finish the requests, send `bye` to every stream, and return. Metrics are answered until
/// the end, where there is a listener for them.
pub async fn run(opened: Opened, listener: TcpListener, metrics: Option<TcpListener>, stop: impl Future<Output = ()>) {
    let app = opened.app.clone();
    let sweeps = tokio::spawn(jobs::run(app.clone()));
    let figures = Metrics::new(app.clone());
    let requests = figures.requests();
    let _scrapes = metrics.map(|listener| AbortOnDropHandle::new(tokio::spawn(metrics::serve(listener, figures))));
    let (stopping, stopped) = watch::channel(false);
    let capacity = capacity(app.config.connections).min(Semaphore::MAX_PERMITS);
    let each = app.config.connections_per_address.unwrap_or((capacity / PART_OF_NETWORK).max(1));
    let server = Server {
        router: http::router(app.clone(), requests),
        permits: Arc::new(Semaphore::new(capacity)),
        places: Shares::new(usize::MAX, each),
        app: app.clone(),
        tasks: TaskTracker::new(),
        stopped,
    };
    tokio::select! {
        () = server.accept(&listener) => {}
        () = stop => {}
    }
    let deadline = Instant::now() + DRAIN_TIMEOUT;
    tracing::info!(streams = app.live.stream_count(), "stopping");
    // A request that comes in the meantime is still answered; only the health check says that the server is not ready.
    tokio::select! {
        () = server.accept(&listener) => {}
        () = app.drain(BYE_SPREAD) => {}
    }
    drop(listener);
    stopping.send_replace(true);
    server.tasks.close();
    if tokio::time::timeout_at(deadline, server.tasks.wait()).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
    sweeps.abort();
    if !matches!(tokio::time::timeout(CLOSE_TIMEOUT, app.noted.flush(&app.db)).await, Ok(Ok(_))) {
        tracing::warn!("the end of the audit log could not be written");
    }
    // A request that still uses the database had eight seconds. SQLite and Postgres recover from a sudden end.
    if tokio::time::timeout(CLOSE_TIMEOUT, app.db.close()).await.is_err() {
        tracing::warn!("the database was still in use at the end");
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Server {
    router: Router,
    /// One for each connection that may be open.
    permits: Arc<Semaphore>,
    /// How many of them each network has.
    places: Arc<Shares>,
    app: App,
    tasks: TaskTracker,
    stopped: watch::Receiver<bool>,
}

/// The head of an answer and its stream, which will write to the socket without hyper.
type Upgraded = (Parts, Box<Stream>);

impl Server {
    async fn accept(&self, listener: &TcpListener) {
        loop {
            let (permit, accepted) = next(&self.permits, listener).await;
            match accepted {
                Ok((socket, peer)) => {
                    let Some(place) = self.place(peer.ip()) else { continue };
                    let server = self.clone();
                    let room = Held { _permit: permit, _place: place };
                    self.tasks.spawn(async move { server.connection(socket, peer, room).await });
                }
                Err(error) => {
                    // Out of file descriptors, most likely: wait for some to be closed, and do not spin.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    /// A place for a connection from this address, unless its network has as many as it may. This machine and trusted
    /// proxies speak for many.
    fn place(&self, address: IpAddr) -> Option<Share> {
        let network = Network::from(address);
        let many = address.to_canonical().is_loopback() || is_proxy(&self.app.config.proxies, address);
        if many || !self.app.limits.on() {
            return Some(self.places.clone().begin(network));
        }
        let place = self.places.one(network);
        if place.is_err() {
            self.app.limits.refuse_connection();
            tracing::debug!(%address, "a connection was closed: its network has as many as it may");
        }
        place.ok()
    }

    async fn connection(mut self, socket: TcpStream, peer: SocketAddr, room: Held) {
        tune(&socket);
        let upgrade: Arc<Mutex<Option<Upgraded>>> = Arc::default();
        let (activity, unread) = (Activity::new(), Arc::<AtomicBool>::default());
        let (router, requested, seen, left) = (self.router.clone(), upgrade.clone(), activity.clone(), unread.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let get = request.method() == Method::GET;
            request.extensions_mut().insert(Peer(peer));
            let received = |body| axum::body::Body::new(Received::new(body, left.clone()));
            let answer = router.clone().oneshot(request.map(received));
            let (requested, seen, left) = (requested.clone(), seen.clone(), left.clone());
            seen.request();
            async move {
                let Ok(mut response) = answer.await;
                seen.answered();
                let stream = response.extensions_mut().remove::<Upgrade>().and_then(Upgrade::take);
                let Some(stream) = stream.filter(|_| get) else {
                    if left.load(Ordering::Relaxed) {
                        // hyper closes a connection on which a body was left; a client that knows does not reuse it.
                        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                    }
                    return Ok::<_, Infallible>(response);
                };
                *requested.lock() = Some((response.into_parts().0, stream));
                // hyper is to write nothing: the loop below takes the socket away from it.
                pending().await
            }
        });
        let mut serving = http1::Builder::new()
            .header_read_timeout(None)
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(Watched::new(Io::new(socket), activity.clone())), service);
        let mut overdue = pin!(sleep_until(Instant::now()));
        let mut timed_out = false;
        let mut stopping = false;
        let ended = loop {
            let served = poll_fn(|cx| {
                let served = Pin::new(&mut serving).poll(cx);
                if let Some(upgrade) = upgrade.lock().take() {
                    return Poll::Ready(Ok(Some(upgrade)));
                }
                match activity.deadline() {
                    Some(deadline) if served.is_pending() => {
                        if overdue.deadline() != deadline {
                            overdue.as_mut().reset(deadline);
                        }
                        overdue.as_mut().poll(cx).map(|()| {
                            timed_out = true;
                            Ok(None)
                        })
                    }
                    _ => served.map_ok(|()| None),
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
                let socket = serving.into_parts().io.into_inner().into_inner().into_socket();
                // In a task of its own: the future of this one is as large as a request needs, and a stream lives long.
                let served = stream.serve(socket, &head);
                self.tasks.spawn(async move {
                    served.await;
                    drop(room);
                });
            }
            ended => {
                if let Err(error) = ended {
                    tracing::debug!(%error, %peer, "a connection ended badly");
                }
                let parts = serving.into_parts();
                // An idle connection that is closed owes nothing.
                let timed_out = timed_out && !parts.read_buf.is_empty();
                Box::pin(parts.io.into_inner().into_inner().end(timed_out, unread.load(Ordering::Relaxed))).await;
            }
        }
    }
}

async fn stop(stopped: &mut watch::Receiver<bool>) {
    // An error would mean that the server is gone.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// The next connection, once one more may be open; until then it waits in the kernel's queue.
async fn next(permits: &Arc<Semaphore>, listener: &TcpListener) -> (Option<OwnedSemaphorePermit>, Accepted) {
    // The semaphore is never closed.
    let permit = permits.clone().acquire_owned().await.ok();
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
