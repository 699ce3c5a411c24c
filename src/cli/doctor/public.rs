//! The public URL, from outside as far as this machine can be: that the server answers there, that its certificate lasts, and
//! that no proxy in front keeps streams back.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ::http::{Request, StatusCode, header, response::Parts};
use http_body_util::{BodyExt, Empty};
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http1,
};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::ring::default_provider,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::Url;

use super::finding::Finding;
use crate::{
    base::clock::Timestamp,
    cli::healthcheck,
    config::Config,
    http::health::{PROBE_PAUSE, PROBES},
};

const PATIENCE: Duration = Duration::from_secs(10);
/// A certificate that lasts for less is to be looked at: most are renewed a month before their end.
const FEW_DAYS: i64 = 14;
const DAY: i64 = 86_400;

const REACH: &str = "public url";
const STREAMS: &str = "streams";
const CERTIFICATE: &str = "certificate";

/// A certificate, and what is to be said of it.
type Shown = (Vec<u8>, Result<(), rustls::Error>);

/// Takes every certificate, and keeps it with what is to be said of it: a bad one is a finding, and what is behind it is
/// looked at all the same.
#[derive(Debug)]
struct Witness {
    judge: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Shown>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.judge.verify_server_cert(certificate, intermediates, name, ocsp, now);
        *self.seen.lock() = Some((certificate.to_vec(), verdict.map(drop)));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

fn witness() -> Result<Arc<Witness>, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider())).build();
    let judge = judge.map_err(|_| "there are no certificates that this machine trusts")?;
    Ok(Arc::new(Witness { judge, seen: Mutex::default() }))
}

trait Both: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Both for T {}

/// What came of asking.
struct Answered {
    head: Parts,
    /// When each piece of the body came, since the request.
    pieces: Vec<(Duration, Bytes)>,
}

/// Look at the URL that the settings name, or at the server itself where they name none.
pub async fn check(config: &Config) -> Vec<Finding> {
    let own = healthcheck::reached(config.listen);
    if config.public_url.is_none() && own.port() == 0 {
        return vec![Finding::ok(REACH, "none, and the port is a free one at each start: only this machine knows it")];
    }
    let url = config.public_url(own);
    let Ok(parsed) = Url::parse(&url) else {
        return vec![Finding::error(REACH, format!("{url} is no address"), "mend --public-url")];
    };
    let mut findings = vec![];
    let mut certificate = None;
    match timeout(PATIENCE, ask(&parsed, &mut certificate)).await.unwrap_or_else(|_| Err("no answer in time".into())) {
        Ok(answered) => findings.extend(judged(&url, &answered)),
        Err(why) => {
            let runs = timeout(PATIENCE, TcpStream::connect(own)).await.is_ok_and(|connected| connected.is_ok());
            findings.push(if runs {
                Finding::error(
                    REACH,
                    format!("{url} cannot be reached from here: {why}"),
                    "look at the name (DNS), the firewall, and the proxy that answers there",
                )
            } else {
                Finding::warning(
                    REACH,
                    format!("{url} cannot be reached, and no server listens at {own}: {why}"),
                    "start the server, and look again",
                )
            });
        }
    }
    if let Some(witness) = certificate {
        findings.push(lasting(&witness));
    } else if parsed.scheme() == "http" && !is_local(&parsed) {
        findings.push(Finding::warning(
            CERTIFICATE,
            format!("{url} is without TLS: passwords and cookies can be read on their way"),
            "put a proxy with a certificate in front (Caddy, nginx, Traefik), and say --public-url https://…",
        ));
    }
    findings
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

async fn ask(url: &Url, certificate: &mut Option<Arc<Witness>>) -> Result<Answered, String> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let socket = TcpStream::connect((bare, port)).await.map_err(|error| error.to_string())?;
    let stream: Box<dyn Both> = if url.scheme() == "https" {
        let witness = witness()?;
        *certificate = Some(witness.clone());
        let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let tls = tls.dangerous().with_custom_certificate_verifier(witness).with_no_client_auth();
        let name = ServerName::try_from(bare.to_owned()).map_err(|error| error.to_string())?;
        let connected = TlsConnector::from(Arc::new(tls)).connect(name, socket).await;
        Box::new(connected.map_err(|error| format!("there is no TLS: {error}"))?)
    } else {
        Box::new(socket)
    };
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let _connection = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(connection));
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let request = Request::get("/livez").header(header::HOST, authority).header(header::ACCEPT, "text/event-stream");
    let request = request.body(Empty::<Bytes>::new()).map_err(|error| error.to_string())?;
    let asked = Instant::now();
    let (head, mut body) = sender.send_request(request).await.map_err(|error| error.to_string())?.into_parts();
    let mut pieces = vec![];
    while let Some(piece) = next(&mut body).await? {
        pieces.push((asked.elapsed(), piece));
        if pieces.len() > 100 {
            break;
        }
    }
    Ok(Answered { head, pieces })
}

async fn next(body: &mut Incoming) -> Result<Option<Bytes>, String> {
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame.map_err(|error| error.to_string())?.into_data() {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// What an answer says of who answered, and how.
fn judged(url: &str, answered: &Answered) -> Vec<Finding> {
    let header = |name| answered.head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let status = answered.head.status;
    if status.is_redirection() {
        let (detail, target) = (format!("{url} leads on with {status}"), header(header::LOCATION));
        return vec![Finding::error(
            REACH,
            format!("{detail} to {target}"),
            "say the address that it leads to with --public-url",
        )];
    }
    if status != StatusCode::OK {
        let remedy = match status.as_u16() {
            421 => "name the host in --hosts, or let the proxy pass Host on (proxy_set_header Host $host)",
            502..=504 => "start the server, and let the proxy ask where it listens (--listen)",
            _ => "let the proxy pass all paths on to this server",
        };
        return vec![Finding::error(REACH, format!("{url} answers {status} for /livez"), remedy)];
    }
    if header(header::CONTENT_TYPE) != "text/event-stream" {
        let detail = format!("what answers at {url} is not this version of Boardcast");
        return vec![Finding::error(
            REACH,
            detail,
            "mend --public-url, or the proxy's upstream, or restart the server after an update",
        )];
    }
    vec![Finding::ok(REACH, format!("{url} answers")), streams(answered)]
}

/// Events are sent with pauses in between, and have to come so.
fn streams(answered: &Answered) -> Finding {
    let whole = answered.pieces.iter().flat_map(|(_, piece)| piece.iter().copied()).collect::<Vec<u8>>();
    let events = String::from_utf8_lossy(&whole).matches("event: probe\n").count();
    let at = |piece: Option<&(Duration, Bytes)>| piece.map_or(Duration::ZERO, |(at, _)| *at);
    let spread = at(answered.pieces.last()).saturating_sub(at(answered.pieces.first()));
    let sent = PROBE_PAUSE * u32::try_from(PROBES - 1).unwrap_or(1);
    let remedy = "turn off buffering and compression for this site: proxy_buffering off in nginx, flush_interval -1 in Caddy, no \
                  response buffering in Traefik and load balancers";
    if events < PROBES {
        return Finding::error(STREAMS, format!("of {PROBES} events {events} came"), remedy);
    }
    if spread < sent / 2 {
        let detail = format!(
            "something in front keeps events back: {PROBES} events that were sent over {} ms came within {} ms",
            sent.as_millis(),
            spread.as_millis()
        );
        return Finding::error(STREAMS, detail, remedy);
    }
    let first = at(answered.pieces.first());
    Finding::ok(STREAMS, format!("events come as they are sent, the first after {} ms", first.as_millis()))
}

/// How long the certificate lasts, and whether browsers will take it.
fn lasting(witness: &Witness) -> Finding {
    let renew = "renew it, and look why that was not done by itself";
    let Some((certificate, verdict)) = witness.seen.lock().clone() else {
        return Finding::error(CERTIFICATE, "none was shown", "look at what answers there, and give it a certificate");
    };
    let parsed = x509_parser::parse_x509_certificate(&certificate);
    let Ok((_, parsed)) = parsed else {
        return Finding::error(CERTIFICATE, "it cannot be read", renew);
    };
    let left = parsed.validity().not_after.timestamp() - Timestamp::now().0 / 1_000;
    let days = left.div_euclid(DAY);
    match verdict {
        _ if left < 0 => Finding::error(CERTIFICATE, format!("it ended {} days ago", -days), renew),
        Err(rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => Finding::error(CERTIFICATE, "it is for another name", "get one for the name in --public-url"),
        Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => Finding::error(
            CERTIFICATE,
            "this machine does not trust who issued it, or a certificate in between is missing",
            "let the proxy send the whole chain, or install the root certificate where it is to be trusted",
        ),
        Err(error) => Finding::error(CERTIFICATE, format!("it is refused: {error}"), "get one that browsers take"),
        Ok(()) if days < FEW_DAYS => Finding::warning(CERTIFICATE, format!("it ends in {days} days"), renew),
        Ok(()) => Finding::ok(CERTIFICATE, format!("it lasts for {days} days")),
    }
}
