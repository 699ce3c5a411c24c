//! Connects to other servers: looks a name up once, and connects to an address that was checked.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tower::Service;

use super::Reach;

/// How long one address may take to answer.
const CONNECT: Duration = Duration::from_secs(3);
/// How many addresses of a name are tried.
const MOST_ADDRESSES: usize = 4;
const LOOK_UP: Duration = Duration::from_secs(5);

type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;
/// How the addresses of a name are found.
type Resolve = Arc<dyn Fn(String, u16) -> Lookup + Send + Sync>;

/// A way to connect, for an HTTP client.
#[derive(Clone)]
pub struct Dial {
    reach: Reach,
    /// Whether what is not encrypted goes to the networks that the settings name, and nowhere else.
    plain_inside: bool,
    resolve: Resolve,
}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reach.fmt(f)
    }
}

fn by_system(host: String, port: u16) -> Lookup {
    Box::pin(async move { Ok(lookup_host((host, port)).await?.collect()) })
}

fn refused(host: &str, address: IpAddr) -> io::Error {
    let which = if host == address.to_string() { String::new() } else { format!("{host} is at ") };
    let text = format!("{which}{address}, which is not public, and --outgoing-networks does not name its network");
    io::Error::new(io::ErrorKind::PermissionDenied, text)
}

/// The host of an address, and its port.
fn target(uri: &Uri) -> io::Result<(String, u16)> {
    let host = uri.host().map(|host| host.trim_start_matches('[').trim_end_matches(']'));
    let host = host.filter(|host| !host.is_empty()).ok_or_else(|| io::Error::other("the address has no host"))?;
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    Ok((host.to_owned(), port))
}

impl Dial {
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self { reach, plain_inside: false, resolve: Arc::new(by_system) }
    }

    /// The same for addresses of people: `http` reaches the networks that the settings name only.
    #[must_use]
    pub const fn plain_inside(mut self) -> Self {
        self.plain_inside = true;
        self
    }

    /// The addresses of a host that requests may go to; an error when it has others only.
    async fn addresses(&self, uri: &Uri) -> io::Result<Vec<SocketAddr>> {
        let (host, port) = target(uri)?;
        let all = match host.parse::<IpAddr>() {
            Ok(address) => vec![(address, port).into()],
            Err(_) => timeout(LOOK_UP, (self.resolve)(host.clone(), port)).await??,
        };
        let Some(first) = all.first().map(SocketAddr::ip) else {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("{host} has no address")));
        };
        let open: Vec<_> =
            all.into_iter().filter(|address| self.reach.allows(address.ip())).take(MOST_ADDRESSES).collect();
        if open.is_empty() {
            return Err(refused(&host, first));
        }
        let encrypted = uri.scheme_str() != Some("http");
        if self.plain_inside && !encrypted && !open.iter().all(|address| self.reach.opens(address.ip())) {
            let text = format!("{host} is reached by https only: --outgoing-networks does not name its network");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        Ok(open)
    }

    /// Whether requests may go to this address, as far as that is known now: a name that cannot be looked up may be known
    /// later.
    pub async fn check(&self, uri: &Uri) -> Result<(), String> {
        let (host, _) = target(uri).map_err(|error| error.to_string())?;
        match self.addresses(uri).await {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(error.to_string()),
            Err(error) => {
                tracing::warn!(host, %error, "this host cannot be looked up now");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    async fn connect(self, uri: Uri) -> io::Result<TokioIo<TcpStream>> {
        let mut failure = None;
        // From here on the name is not looked at any more: another answer to it changes nothing.
        for address in self.addresses(&uri).await? {
            match timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true)?;
                    return Ok(TokioIo::new(stream));
                }
                Ok(Err(error)) => failure = Some(error),
                Err(_) => failure = Some(io::ErrorKind::TimedOut.into()),
            }
        }
        Err(failure.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }
}

impl Service<Uri> for Dial {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::net::TcpListener;

    use super::*;

    /// A resolver that gives these answers one after the other, and how often it was asked.
    fn resolving(opened: &[&str], answers: Vec<Vec<SocketAddr>>) -> (Dial, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let resolve = move |_: String, _: u16| -> Lookup {
            let answer = answers[count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)].clone();
            Box::pin(async move { Ok(answer) })
        };
        let opened: Vec<_> = opened.iter().map(|network| network.parse().unwrap()).collect();
        (Dial { resolve: Arc::new(resolve), ..Dial::new(Reach::new(&opened)) }, asked)
    }

    #[tokio::test]
    async fn a_name_whose_answer_changes_is_looked_up_once_for_each_connection() {
        // Two servers on two networks of this machine, of which one is open.
        let (open, closed) =
            (TcpListener::bind("127.0.0.2:0").await.unwrap(), TcpListener::bind("127.0.0.3:0").await.unwrap());
        let answers = vec![vec![open.local_addr().unwrap()], vec![closed.local_addr().unwrap()]];
        let (dial, asked) = resolving(&["127.0.0.2/32"], answers);
        let uri: Uri = "https://push.example.org/x".parse().unwrap();
        let stream = dial.clone().connect(uri.clone()).await.unwrap();
        assert_eq!(stream.inner().peer_addr().unwrap(), open.local_addr().unwrap());
        assert_eq!(asked.load(Ordering::SeqCst), 1, "the check and the connection take one answer");
        let refused = dial.connect(uri).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied, "{refused}");
        assert!(tokio::time::timeout(Duration::from_millis(50), closed.accept()).await.is_err());
    }

    #[tokio::test]
    async fn of_several_addresses_those_that_are_closed_are_never_dialled() {
        let (open, closed) =
            (TcpListener::bind("127.0.0.2:0").await.unwrap(), TcpListener::bind("127.0.0.3:0").await.unwrap());
        let both = vec![closed.local_addr().unwrap(), open.local_addr().unwrap()];
        let (dial, _) = resolving(&["127.0.0.2/32"], vec![both]);
        let stream = dial.connect("http://push.example.org/".parse().unwrap()).await.unwrap();
        assert_eq!(stream.inner().peer_addr().unwrap(), open.local_addr().unwrap());
        assert!(tokio::time::timeout(Duration::from_millis(50), closed.accept()).await.is_err());
    }

    #[tokio::test]
    async fn what_is_not_encrypted_goes_to_networks_that_the_settings_name() {
        let inside: SocketAddr = ([127, 0, 0, 2], 9).into();
        let public: SocketAddr = ([1, 1, 1, 1], 9).into();
        for (addresses, plain, encrypted) in
            [(vec![inside], true, true), (vec![public], false, true), (vec![inside, public], false, true)]
        {
            let dial = resolving(&["127.0.0.2/32"], vec![addresses.clone()]).0.plain_inside();
            for (scheme, allowed) in [("http", plain), ("https", encrypted)] {
                let uri = format!("{scheme}://hooks.example.org/").parse().unwrap();
                assert_eq!(dial.addresses(&uri).await.is_ok(), allowed, "{scheme} to {addresses:?}");
            }
        }
    }

    #[tokio::test]
    async fn an_address_is_refused_however_it_is_written() {
        let dial = Dial::new(Reach::new(&[]));
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.0.0.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "0",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[fe80::1]",
            "169.254.169.254",
        ] {
            let Ok(uri) = format!("http://{host}:9/").parse::<Uri>() else { continue };
            let refused = dial.clone().connect(uri).await.unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied, "{host}: {refused}");
            assert!(refused.to_string().contains("--outgoing-networks"), "{refused}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_looked_up_now_may_be_known_later() {
        let dial = Dial::new(Reach::new(&[]));
        assert!(dial.check(&"https://nothing.invalid/".parse().unwrap()).await.is_ok());
        assert!(dial.check(&"https://localhost/".parse().unwrap()).await.is_err());
    }
}
