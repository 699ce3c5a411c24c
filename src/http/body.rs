//! The body of a request. It is read when the caller is known: a request of a stranger to what only callers may ask ends
//! before. Bodies are bounded by size, time and memory; those of strangers are small, few and short.

use std::{io::Read, sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::read::MultiGzDecoder;
use http::{HeaderMap, header, request::Parts};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    auth::{
        caller::Caller,
        network::Network,
        shares::{Exceeded, Share, Shares},
    },
    base::error::{Error, Result},
    change,
    faults::planted,
    http::{
        client_address::Client,
        operations::{File, Public, Uploads},
        origin::mutates,
        upload,
    },
};

/// How large a body may be, and by when all of it is here.
struct Bounds {
    bytes: usize,
    time: Duration,
}

const OF_CALLERS: Bounds = Bounds { bytes: 256 * 1024, time: Duration::from_secs(30) };
const OF_STRANGERS: Bounds = Bounds { bytes: 16 * 1024, time: Duration::from_secs(10) };
/// How many bodies of strangers may be on their way at once, and how many of them from one network.
const MOST_OF_STRANGERS: usize = 256;
const MOST_OF_STRANGERS_EACH: usize = 16;
/// Which part of the memory for bodies one network may hold.
const PART_OF_NETWORK: usize = 4;
const MIB: usize = 1024 * 1024;
/// What an upload may hold of it while it goes to the store.
const OF_UPLOAD: usize = MIB;

/// What is left of the body of a refused request: so little is read and thrown away, so that the connection goes on.
const LITTLE: u64 = 64 * 1024;
const AT_ONCE: Duration = Duration::from_millis(250);

/// What [`read`] needs to know.
#[derive(Clone)]
pub struct Bodies {
    app: App,
    /// The bytes of all bodies.
    memory: Arc<Shares>,
    /// The bodies of strangers that are not here yet.
    strangers: Arc<Shares>,
}

impl Bodies {
    #[must_use]
    pub fn new(app: App) -> Self {
        let memory = app.config.body_memory * MIB;
        let each = if app.limits.on() { MOST_OF_STRANGERS_EACH } else { MOST_OF_STRANGERS };
        Self {
            app,
            memory: Shares::new(memory, memory / PART_OF_NETWORK),
            strangers: Shares::new(MOST_OF_STRANGERS, each),
        }
    }

    /// The request with its body, and what it holds of the memory until it is answered.
    async fn with_body(&self, request: Request) -> Result<(Request, Option<Share>)> {
        let (mut parts, mut body) = request.into_parts();
        let public = parts.extensions.get::<Public>().copied();
        let Some(Public(public)) = public.filter(|_| mutates(&parts.method)) else {
            return Ok((Request::from_parts(parts, Body::empty()), None));
        };
        let uploads = parts.extensions.get::<Uploads>().and_then(|uploads| uploads.0);
        let client = parts.extensions.get::<Client>().map_or([0, 0, 0, 0].into(), |client| client.0);
        let network = Network::from(client);
        if let Some(file) = uploads {
            return match self.for_upload(&mut parts, file, network).await {
                Ok(share) => Ok((Request::from_parts(parts, body), Some(share))),
                Err(error) => {
                    discard(&parts.headers, body).await;
                    Err(error)
                }
            };
        }
        match self.read(&mut parts, &mut body, public, network).await {
            Ok((bytes, share)) => {
                add_hash(&mut parts, &bytes);
                Ok((Request::from_parts(parts, Body::from(bytes)), Some(share)))
            }
            Err(error) => {
                discard(&parts.headers, body).await;
                Err(error)
            }
        }
    }

    /// What is asked of an upload before its handler reads it.
    async fn for_upload(&self, parts: &mut Parts, file: File, network: Network) -> Result<Share> {
        Caller::from_request_parts(parts, &self.app).await?;
        if is_coded(&parts.headers) {
            return Err(Error::EncodedFile);
        }
        let limit = match file {
            File::Attachment => self.app.files.limit(),
            File::Import => self.app.config.import_limit,
        };
        let most = u64::try_from(limit.saturating_add(upload::AROUND)).unwrap_or(u64::MAX);
        if announced(&parts.headers) > most {
            return Err(Error::TooLarge { limit });
        }
        let mut share = self.memory.clone().begin(network);
        share.grow(OF_UPLOAD).map_err(exceeded)?;
        // The rest of what is asked is added when it is known.
        add_hash(parts, &[]);
        Ok(share)
    }

    async fn read(
        &self,
        parts: &mut Parts,
        body: &mut Body,
        public: bool,
        network: Network,
    ) -> Result<(Vec<u8>, Share)> {
        let stranger = public || planted!(BodyReadForStrangers => true, false);
        if !stranger {
            Caller::from_request_parts(parts, &self.app).await?;
        }
        let gzip = is_gzip(&parts.headers)?;
        let bounds = if stranger { &OF_STRANGERS } else { &OF_CALLERS };
        // Until the body is here.
        let _slot = if stranger { Some(self.strangers.one(network).map_err(exceeded)?) } else { None };
        let mut share = self.memory.clone().begin(network);
        let bytes = tokio::time::timeout(bounds.time, collect(body, bounds.bytes, &mut share))
            .await
            .map_err(|_| Error::RequestTimeout)??;
        if !gzip || bytes.is_empty() {
            return Ok((bytes, share));
        }
        share.grow(bounds.bytes).map_err(exceeded)?;
        Ok((decompressed(&bytes, bounds.bytes)?, share))
    }
}

/// Throw a little body away; a large one, and one that its client holds back, ends the connection.
pub async fn discard(headers: &HeaderMap, mut body: Body) {
    let little = body.size_hint().exact().is_some_and(|length| length <= LITTLE);
    if little && !headers.contains_key(header::EXPECT) {
        let rest = async { while let Some(Ok(_)) = body.frame().await {} };
        // What does not come now is not waited for.
        let _ = tokio::time::timeout(AT_ONCE, rest).await;
    }
}

/// How long a body says that it is; nothing of one that comes in chunks.
pub fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// Whether a body is coded in any way.
fn is_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.flat_map(|value| value.to_str().unwrap_or("?").split(',')).any(|coding| {
        let coding = coding.trim();
        !coding.is_empty() && !coding.eq_ignore_ascii_case("identity")
    })
}

/// Whether a body is compressed by gzip; no other coding is known.
fn is_gzip(headers: &HeaderMap) -> Result<bool> {
    let mut gzip = false;
    for value in headers.get_all(header::CONTENT_ENCODING) {
        for coding in value.to_str().unwrap_or("?").split(',').map(str::trim) {
            match coding.to_ascii_lowercase().as_str() {
                "" | "identity" => {}
                "gzip" | "x-gzip" if !gzip => gzip = true,
                _ => return Err(Error::UnsupportedEncoding),
            }
        }
    }
    Ok(gzip)
}

/// A body may not unpack to more than it could have been sent as.
fn decompressed(bytes: &[u8], most: usize) -> Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(bytes.len().saturating_mul(4).min(most));
    MultiGzDecoder::new(bytes)
        .take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|_| Error::BadRequest("the body is not in gzip, as Content-Encoding says".into()))?;
    if plain.len() > most {
        return Err(Error::TooLarge { limit: most });
    }
    Ok(plain)
}

fn exceeded(exceeded: Exceeded) -> Error {
    match exceeded {
        Exceeded::Network => Error::RateLimited { retry_after: 1 },
        Exceeded::All => {
            tracing::debug!("there is no memory left for bodies of requests");
            Error::Unavailable
        }
    }
}

/// Read a body of at most this many bytes. What is held of it counts as it arrives, and not as it is announced: an
/// announcement costs its sender nothing.
async fn collect(body: &mut Body, most: usize, share: &mut Share) -> Result<Vec<u8>> {
    let too_large = || Error::TooLarge { limit: most };
    let announced = body.size_hint().lower();
    if usize::try_from(announced).map_or(true, |announced| announced > most) {
        return Err(too_large());
    }
    let mut bytes: Vec<u8> = vec![];
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::BadRequest("the body broke off".into()))?;
        let Ok(data) = frame.into_data() else { continue };
        let length = bytes.len() + data.len();
        if length > most {
            return Err(too_large());
        }
        if length > bytes.capacity() {
            let capacity = length.max((bytes.capacity() * 2).min(most));
            share.grow(capacity - bytes.capacity()).map_err(exceeded)?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// Complete what the request asks by a hash of all of it, where its answer is stored for retries.
fn add_hash(parts: &mut Parts, bytes: &[u8]) {
    let Some(asked) = parts.extensions.get::<Arc<change::Request>>().filter(|asked| asked.key.is_some()) else {
        return;
    };
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str));
    hash.update([0]);
    hash.update(bytes);
    let asked = change::Request { hash: URL_SAFE_NO_PAD.encode(hash.finalize()), ..(**asked).clone() };
    parts.extensions.insert(Arc::new(asked));
}

/// Read the body and hand the request on.
pub async fn read(State(bodies): State<Bodies>, request: Request, next: Next) -> Response {
    match bodies.with_body(request).await {
        Ok((request, share)) => {
            let response = next.run(request).await;
            // The handler has parsed it, and it is gone.
            drop(share);
            response
        }
        Err(error) => error.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(most: usize, each: usize) -> (Arc<Shares>, Share) {
        let shares = Shares::new(most, each);
        let share = shares.clone().begin(Network::from(std::net::IpAddr::from([192, 0, 2, 1])));
        (shares, share)
    }

    fn chunks(sizes: &[usize]) -> Body {
        let chunks: Vec<Result<Vec<u8>, std::io::Error>> = sizes.iter().map(|size| Ok(vec![b'x'; *size])).collect();
        Body::from_stream(futures_util::stream::iter(chunks))
    }

    #[tokio::test]
    async fn what_is_held_of_a_body_is_counted_as_it_arrives() {
        let (shares, mut share) = memory(10_000, 10_000);
        let bytes = collect(&mut chunks(&[100, 1, 1_000]), 5_000, &mut share).await.unwrap();
        assert_eq!(bytes.len(), 1_101);
        assert_eq!(shares.held(), bytes.capacity());
        drop(share);
        assert_eq!(shares.held(), 0);
    }

    #[tokio::test]
    async fn a_body_beyond_its_size_or_the_memory_is_refused() {
        let (_, mut share) = memory(10_000, 10_000);
        let refused = collect(&mut chunks(&[3_000, 3_000]), 5_000, &mut share).await;
        assert!(matches!(refused, Err(Error::TooLarge { limit: 5_000 })), "{refused:?}");
        // The length is announced here: nothing is read.
        let refused = collect(&mut Body::from(vec![0; 6_000]), 5_000, &mut share).await;
        assert!(matches!(refused, Err(Error::TooLarge { .. })), "{refused:?}");
        let (_, mut share) = memory(10_000, 2_000);
        let refused = collect(&mut chunks(&[3_000]), 5_000, &mut share).await;
        assert!(matches!(refused, Err(Error::RateLimited { .. })), "{refused:?}");
        let (_, mut share) = memory(2_000, 4_000);
        let refused = collect(&mut chunks(&[3_000]), 5_000, &mut share).await;
        assert!(matches!(refused, Err(Error::Unavailable)), "{refused:?}");
    }
}
