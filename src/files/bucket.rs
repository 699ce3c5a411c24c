//! A bucket of S3 that keeps the attachments. Requests go to the configured endpoint and nowhere else: through no proxy,
//! after no redirect, and not to a service of the machine's network that would know credentials. Its address is a public
//! one, or in a network that the settings open.

use std::{fs::File, io, ops::Range, os::unix::fs::FileExt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{
    client::legacy::{Client, connect::Connect},
    rt::TokioExecutor,
};
use object_store::{
    BackoffConfig, ClientOptions, GetOptions, GetResult, MultipartUpload, ObjectStore, ObjectStoreExt, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
        HttpResponseBody, HttpService,
    },
    multipart::MultipartStore,
    path::Path,
};
use tokio::sync::Semaphore;

use super::{Content, PATIENCE, folder::Temporary, on_disk, patiently, unfinished::Unfinished};
use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
    },
    config::{self, Credentials},
    outgoing::{Dial, Reach},
};

/// What is larger is sent in parts of this size; each is in memory as a whole.
const PART: usize = 8 * 1024 * 1024;
/// How many uploads are sent on at once, so that their parts take a bounded amount of memory.
const MOST_SENT: usize = 4;
/// How much is read at once. Each piece is a request of its own, so that a slow client holds none open.
const PIECE: u64 = 1024 * 1024;
/// The most bytes of a thumbnail.
const SMALL: u64 = 16 * 1024 * 1024;
/// What the keys of all contents begin with.
const CONTENTS: &str = "sha256";
const RETRIES: usize = 2;
const RETRY_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Arc<str>,
    sending: Arc<Semaphore>,
    unfinished: Arc<Unfinished>,
}

/// Asks the endpoint itself: this client knows of no proxy, and follows no redirect.
#[derive(Debug)]
struct Directly<C>(Client<C, HttpRequestBody>);

#[async_trait]
impl<C: Connect + Clone + std::fmt::Debug + Send + Sync + 'static> HttpService for Directly<C> {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request).await.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
            HttpError::new(kind, error)
        })?;
        let broken = |error| HttpError::new(HttpErrorKind::Interrupted, error);
        Ok(answer.map(|body| HttpResponseBody::new(body.map_err(broken))))
    }
}

/// The client that was made before.
#[derive(Debug)]
struct Made(HttpClient);

impl HttpConnector for Made {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(self.0.clone())
    }
}

fn client(endpoint: &str, reach: Reach) -> Result<HttpClient, String> {
    let dial = Dial::new(reach);
    let client = Client::builder(TokioExecutor::new());
    if endpoint.starts_with("http://") {
        return Ok(HttpClient::new(Directly(client.build(dial))));
    }
    let tls = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
        .map_err(|error| format!("there are no certificates that this machine trusts: {error}"))?;
    Ok(HttpClient::new(Directly(client.build(tls.https_only().enable_http1().wrap_connector(dial)))))
}

impl Bucket {
    pub fn new(bucket: &config::Bucket, credentials: Credentials, reach: Reach) -> Result<Self, String> {
        let retry =
            RetryConfig { backoff: BackoffConfig::default(), max_retries: RETRIES, retry_timeout: RETRY_TIMEOUT };
        let client = client(&bucket.endpoint, reach)?;
        let unfinished = Unfinished::new(bucket, &credentials, client.clone());
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_endpoint(&bucket.endpoint)
            .with_region(&bucket.region)
            .with_access_key_id(credentials.key_id)
            .with_secret_access_key(credentials.secret)
            .with_allow_http(bucket.endpoint.starts_with("http://"))
            .with_retry(retry)
            .with_http_connector(Made(client));
        if let Some(token) = credentials.token {
            builder = builder.with_token(token);
        }
        Ok(Self {
            store: Arc::new(builder.build().map_err(|error| format!("the bucket for attachments: {error}"))?),
            prefix: bucket.prefix.as_str().into(),
            sending: Arc::new(Semaphore::new(MOST_SENT)),
            unfinished: Arc::new(unfinished),
        })
    }

    fn at(&self, key: &str) -> Path {
        Path::from(format!("{}/{key}", self.prefix))
    }

    pub async fn keep(&self, temporary: &Temporary, size: usize, key: &str) -> Result<()> {
        let at = self.at(key);
        let there = patiently(async {
            match self.store.head(&at).await {
                Ok(there) => Ok(usize::try_from(there.size) == Ok(size)),
                Err(object_store::Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(failed(&error)),
            }
        });
        if there.await? {
            return Ok(());
        }
        let turn = tokio::time::timeout(PATIENCE, self.sending.acquire()).await;
        let _permit = turn.map_err(|_| Error::StoreUnavailable)?.map_err(|_| Error::StoreUnavailable)?;
        let path = temporary.path().to_owned();
        let file = Arc::new(on_disk(move || File::open(path)).await?);
        if size <= PART {
            let whole = part(&file, 0, size).await?;
            return patiently(async {
                self.store.put(&at, whole.into()).await.map(drop).map_err(|error| failed(&error))
            })
            .await;
        }
        let mut upload =
            patiently(async { self.store.put_multipart(&at).await.map_err(|error| failed(&error)) }).await?;
        let sent = send(upload.as_mut(), &file, size).await;
        if sent.is_err()
            && let Err(error) = patiently(async { upload.abort().await.map_err(|error| failed(&error)) }).await
        {
            tracing::warn!(%error, "the parts of an upload that failed are left in the bucket");
        }
        sent
    }

    pub async fn read(&self, key: &str, range: Range<u64>) -> Result<Content> {
        let first = range.start..range.end.min(range.start + PIECE);
        let piece = if first.is_empty() { Bytes::new() } else { self.piece(self.at(key), first.clone()).await? };
        let (bucket, at, end) = (self.clone(), self.at(key), range.end);
        let rest = stream::try_unfold(first.end, move |begin| {
            let (bucket, at) = (bucket.clone(), at.clone());
            async move {
                if begin >= end {
                    return Ok(None);
                }
                let next = begin..end.min(begin + PIECE);
                let piece = bucket.piece(at, next.clone()).await.map_err(io::Error::other)?;
                Ok(Some((piece, next.end)))
            }
        });
        Ok(stream::once(async { Ok(piece) }).chain(rest).boxed())
    }

    async fn piece(&self, at: Path, range: Range<u64>) -> Result<Bytes> {
        let length = range.end - range.start;
        let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
        let read = async {
            let found = self.store.get_opts(&at, options).await.map_err(|error| failed(&error))?;
            collect(found, length).await
        };
        let piece = patiently(read).await?;
        if u64::try_from(piece.len()) == Ok(length) { Ok(piece) } else { Err(Error::StoreUnavailable) }
    }

    /// How many bytes an object has; nothing when there is none.
    pub async fn size(&self, key: &str) -> Result<Option<u64>> {
        let at = self.at(key);
        patiently(async {
            match self.store.head(&at).await {
                Ok(found) => Ok(Some(found.size)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(failed(&error)),
            }
        })
        .await
    }

    /// All of a small object; nothing when there is none.
    pub async fn whole(&self, key: &str) -> Result<Option<Bytes>> {
        let at = self.at(key);
        patiently(async {
            match self.store.get(&at).await {
                Ok(found) => collect(found, SMALL).await.map(Some),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(failed(&error)),
            }
        })
        .await
    }

    /// Abort the uploads that began before this instant: the server that sent their parts has ended, or lost the bucket on the
    /// way. One listing at a time; the next sweep goes on.
    pub async fn abort_uploads(&self, before: Timestamp) -> Result<()> {
        // Another program may send to the same bucket, and to the same prefix.
        let ours = format!("{}/", self.at(CONTENTS));
        let uploads = patiently(async {
            match self.unfinished.list(&ours).await {
                Ok(uploads) => Ok(uploads),
                Err(why) => {
                    tracing::warn!(
                        why,
                        "the bucket does not list uploads that were never completed: give it a lifecycle rule that aborts them after a day"
                    );
                    Ok(vec![])
                }
            }
        });
        for upload in uploads.await? {
            let Ok(at) = Path::parse(&upload.key) else { continue };
            if upload.initiated >= before || !upload.key.starts_with(&ours) {
                continue;
            }
            let aborted = patiently(async {
                match self.store.abort_multipart(&at, &upload.id).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                    Err(error) => Err(failed(&error)),
                }
            });
            aborted.await?;
            tracing::info!(key = upload.key, "the parts of an upload that was never completed are deleted");
        }
        Ok(())
    }

    /// Put an object, get it, and delete it. An error says at which of them, and in the words of the bucket.
    pub async fn probe(&self, key: &str) -> Result<(), (&'static str, String)> {
        let at = self.at(key);
        let bytes = Bytes::from_static(b"boardcast doctor");
        let said = |step| move |error: object_store::Error| (step, error.to_string());
        self.store.put(&at, bytes.clone().into()).await.map_err(said("put"))?;
        let found = async { self.store.get(&at).await?.bytes().await };
        let found = found.await.map_err(said("get"));
        // Whatever came of it, nothing is left.
        self.store.delete(&at).await.map_err(said("delete"))?;
        if found? == bytes { Ok(()) } else { Err(("get", "it gives other bytes than it was given".into())) }
    }

    pub async fn delete(&self, key: &str) -> Result<()> {
        let at = self.at(key);
        patiently(async {
            match self.store.delete(&at).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(failed(&error)),
            }
        })
        .await
    }
}

async fn send(upload: &mut dyn MultipartUpload, file: &Arc<File>, size: usize) -> Result<()> {
    let mut begin = 0;
    while begin < size {
        let piece = part(file, begin, PART.min(size - begin)).await?;
        begin += piece.len();
        patiently(async { upload.put_part(piece.into()).await.map_err(|error| failed(&error)) }).await?;
    }
    patiently(async { upload.complete().await.map(drop).map_err(|error| failed(&error)) }).await
}

async fn part(file: &Arc<File>, begin: usize, length: usize) -> Result<Bytes> {
    let file = file.clone();
    on_disk(move || {
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, u64::try_from(begin).map_err(io::Error::other)?)?;
        Ok(bytes.into())
    })
    .await
}

/// An error of the bucket as its caller is told. The ways to say that there is no room differ by the server.
fn failed(error: &object_store::Error) -> Error {
    const FULL: [&str; 4] = ["status code: 507", "QuotaExceeded", "StorageFull", "InsufficientStorage"];
    let text = error.to_string();
    if FULL.iter().any(|word| text.contains(word)) {
        return Error::StoreFull;
    }
    if !matches!(error, object_store::Error::NotFound { .. }) {
        tracing::warn!(error = text, "the bucket for attachments failed");
    }
    Error::StoreUnavailable
}

/// What an answer holds, as long as it is no more than this: a server may say one thing and send another.
async fn collect(found: GetResult, most: u64) -> Result<Bytes> {
    let mut pieces = found.into_stream();
    let mut all = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        all.extend_from_slice(&piece.map_err(|error| failed(&error))?);
        if u64::try_from(all.len()).unwrap_or(u64::MAX) > most {
            return Err(Error::StoreUnavailable);
        }
    }
    Ok(all.freeze())
}
