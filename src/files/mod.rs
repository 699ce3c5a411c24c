//! The bytes of attachments. They are kept once for each content, under a key that begins with their SHA-256; which keys
//! are in use is said by the database (`model/blobs.rs`).
//!
//! - [`Files`] — the store: keep, read, delete
//! - [`incoming`] — an upload as it comes: a temporary file, a running hash, a limit
//! - `folder`, `bucket` — where the bytes are: a folder, or S3
//! - `unfinished` — uploads to S3 that were begun and never completed
//! - [`media`] — what a content is, by its first bytes
//! - [`images`] — width, height, and thumbnails

mod bucket;
mod folder;
pub mod images;
pub mod incoming;
pub mod media;
mod unfinished;

use std::{future::Future, io, ops::Range, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use self::{
    bucket::Bucket,
    folder::Folder,
    images::Size,
    incoming::{Incoming, Received},
};
use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
    },
    config::Config,
    outgoing::{Dial, Reach},
};

/// How long the store may take for one step, such as writing a piece or reading one.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many images are decoded at once: each may take a core, and a quarter of a GiB.
const MOST_DECODED: usize = 2;
/// How long a request waits for its turn to have an image decoded.
const TURN: Duration = Duration::from_secs(10);

/// The bytes of a content, in pieces.
pub type Content = BoxStream<'static, io::Result<Bytes>>;

#[derive(Clone, Debug)]
enum Store {
    Folder,
    Bucket(Bucket),
}

/// What keeps the attachments; cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    /// What is on its way is here, and everything where there is no bucket.
    folder: Folder,
    store: Store,
    decoding: Arc<Semaphore>,
    /// For the heads of images, which do not wait for those that are decoded.
    measuring: Arc<Semaphore>,
    limit: usize,
}

impl Files {
    /// As the settings say. Nothing is made or asked before the first upload.
    pub fn new(config: &Config) -> Result<Self, String> {
        let store = match &config.files {
            None => Store::Folder,
            Some(bucket) => {
                let reach = Reach::new(&config.outgoing_networks);
                Store::Bucket(Bucket::new(bucket, Config::bucket_credentials()?, reach)?)
            }
        };
        Ok(Self {
            folder: Folder::new(config.data.join("files")),
            store,
            decoding: Arc::new(Semaphore::new(MOST_DECODED)),
            measuring: Arc::new(Semaphore::new(MOST_DECODED)),
            limit: config.attachment_limit,
        })
    }

    /// Whether the settings let requests go to the bucket, as far as its address is known now.
    pub async fn check(config: &Config) -> Result<(), String> {
        let Some(bucket) = &config.files else { return Ok(()) };
        let endpoint = bucket.endpoint.parse().map_err(|error| format!("the bucket for attachments: {error}"))?;
        let checked = Dial::new(Reach::new(&config.outgoing_networks)).check(&endpoint).await;
        checked.map_err(|why| format!("--files (BOARDCAST_FILES): {why}"))
    }

    /// Try the bucket, where there is one, with an object that is gone afterwards.
    pub async fn probe(&self, name: &str) -> std::result::Result<(), (&'static str, String)> {
        let Store::Bucket(bucket) = &self.store else { return Ok(()) };
        let probed = timeout(PATIENCE * 2, bucket.probe(&format!("doctor/{name}"))).await;
        probed.unwrap_or_else(|_| Err(("put", format!("no answer within {} s", PATIENCE.as_secs() * 2))))
    }

    /// The most bytes of one upload.
    #[must_use]
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Begin to take an upload.
    pub async fn receive(&self) -> Result<Incoming> {
        let temporary = self.folder.temporary().await?;
        Ok(Incoming::new(temporary, self.limit))
    }

    /// Begin to take a file with a limit of its own.
    pub async fn receive_up_to(&self, limit: usize) -> Result<Incoming> {
        Ok(Incoming::new(self.folder.temporary().await?, limit))
    }

    /// All bytes that are kept under this key.
    pub async fn read_whole(&self, key: &str, size: u64) -> Result<Vec<u8>> {
        let mut content = self.read(key, 0..size).await?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        while let Some(piece) = content.next().await {
            bytes.extend_from_slice(&piece.map_err(|_| Error::StoreUnavailable)?);
        }
        Ok(bytes)
    }

    /// Begin to take what comes from the store itself.
    async fn unlimited(&self) -> Result<Incoming> {
        Ok(Incoming::new(self.folder.temporary().await?, usize::MAX))
    }

    /// Keep what was received under this key, durably. It may be there already, with the same bytes.
    pub async fn keep(&self, received: &Received, key: &str) -> Result<()> {
        match &self.store {
            Store::Folder => self.folder.keep(received.temporary(), key).await,
            Store::Bucket(bucket) => bucket.keep(received.temporary(), received.size(), key).await,
        }
    }

    /// Read a part of what is kept under this key. Answers when its first bytes are there.
    pub async fn read(&self, key: &str, range: Range<u64>) -> Result<Content> {
        match &self.store {
            Store::Folder => self.folder.read(key, range).await,
            Store::Bucket(bucket) => bucket.read(key, range).await,
        }
    }

    /// The whole of what is kept under this key; nothing where it is not there, or is shorter than it was.
    pub async fn find(&self, key: &str, size: u64) -> Result<Option<Content>> {
        let there = match &self.store {
            Store::Folder => self.folder.size(key).await?,
            Store::Bucket(bucket) => bucket.size(key).await?,
        };
        if there.is_none_or(|there| there < size) {
            return Ok(None);
        }
        self.read(key, 0..size).await.map(Some)
    }

    /// Delete what is kept under this key, with its thumbnails.
    pub async fn delete(&self, key: &str) -> Result<()> {
        for name in [key.to_owned(), Size::Small.key(key), Size::Large.key(key)] {
            match &self.store {
                Store::Folder => self.folder.delete(&name).await?,
                Store::Bucket(bucket) => bucket.delete(&name).await?,
            }
        }
        Ok(())
    }

    /// Remove what uploads have left behind whose server has ended.
    pub async fn sweep(&self) -> Result<()> {
        self.folder.sweep().await
    }

    /// The same in a bucket: the parts of uploads that began before this instant and were never completed.
    pub async fn sweep_parts(&self, before: Timestamp) -> Result<()> {
        match &self.store {
            Store::Folder => Ok(()),
            Store::Bucket(bucket) => bucket.abort_uploads(before).await,
        }
    }

    /// The width and the height of an image as it is shown, or nothing for what is none that can be shown small.
    pub async fn measure(&self, received: &Received) -> Result<Option<(i64, i64)>> {
        if !images::is_decodable(received.media_type()) {
            return Ok(None);
        }
        let path = received.temporary().path().to_owned();
        Ok(decode(&self.measuring, move || images::measure(&path)).await?.flatten())
    }

    /// A small picture of an image, which is made when it is first asked for. Nothing when none can be made.
    pub async fn thumbnail(&self, key: &str, content_size: u64, size: Size) -> Result<Option<Bytes>> {
        let name = size.key(key);
        if let Some(kept) = self.whole(&name).await? {
            return Ok(Some(kept).filter(|kept| !kept.is_empty()));
        }
        // That it is there is known before it is decoded: what is missing today may be back tomorrow.
        let mut content = self.read(key, 0..content_size).await?;
        let (path, _original) = match &self.store {
            Store::Folder => (self.folder.at(key), None),
            Store::Bucket(_) => {
                let mut original = self.unlimited().await?;
                while let Some(piece) = content.next().await {
                    original.write(&piece.map_err(|error| failed(&error))?).await?;
                }
                let original = original.finish("image").await?;
                (original.temporary().path().to_owned(), Some(original))
            }
        };
        // `None` is a panic: it says nothing about another attempt.
        let made = decode(&self.decoding, move || images::thumbnail(&path, size)).await?;
        let Some(made) = made else { return Ok(None) };
        let made = Bytes::from(made.map_err(|error| failed(&error))?.unwrap_or_default());
        if let Err(error) = self.keep_made(&made, &name).await {
            tracing::debug!(%error, "a thumbnail is made again next time");
        }
        Ok(Some(made).filter(|made| !made.is_empty()))
    }

    /// Keep a thumbnail. One of no bytes says that none can be made.
    async fn keep_made(&self, made: &[u8], name: &str) -> Result<()> {
        let mut incoming = self.unlimited().await?;
        incoming.write(made).await?;
        self.keep(&incoming.finish("thumbnail").await?, name).await
    }

    async fn whole(&self, key: &str) -> Result<Option<Bytes>> {
        match &self.store {
            Store::Folder => self.folder.whole(key).await,
            Store::Bucket(bucket) => bucket.whole(key).await,
        }
    }
}

/// Work on an image when it is its turn. `None` when the decoder panicked.
async fn decode<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Option<T>> {
    let turn = timeout(TURN, turns.clone().acquire_owned()).await;
    let permit = turn.map_err(|_| Error::Unavailable)?.map_err(|_| Error::Unavailable)?;
    // The permit goes along: the work goes on when its request is gone.
    let done = spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    });
    Ok(done.await.inspect_err(|error| tracing::warn!(%error, "an image could not be decoded")).ok())
}

/// An error of a disk as its caller is told.
fn failed(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::StoreFull,
        _ => {
            tracing::warn!(%error, "the store for attachments failed");
            Error::StoreUnavailable
        }
    }
}

/// Wait for one step of the store, and no longer than it may take.
async fn patiently<T>(step: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(PATIENCE, step).await.unwrap_or_else(|_| {
        tracing::warn!("the store for attachments does not answer");
        Err(Error::StoreUnavailable)
    })
}

/// Work on the disk, where it holds up no other request.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    patiently(async {
        let done = spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?;
        done.map_err(|error| failed(&error))
    })
    .await
}
