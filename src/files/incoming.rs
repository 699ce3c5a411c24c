//! An upload as it comes: into a temporary file, with a running hash and a limit.

use std::{
    fs::File,
    io::{self, Write},
};

use sha2::{Digest, Sha256};

use super::{folder::Temporary, media, on_disk};
use crate::{
    base::{
        error::{Error, Result},
        hex,
    },
    db::error_kind::exit_fsync_failed,
};

/// So much is gathered before it is written.
const PIECE: usize = 256 * 1024;
/// So much of a disk is left to others: the database may be on the same one.
const LEFT: u64 = 32 * 1024 * 1024;
/// So much of the beginning says what a content is.
const HEAD: usize = 8 * 1024;

/// What the next piece is written with; it goes to the thread that writes, and comes back.
struct Writer {
    file: File,
    hash: Sha256,
}

/// An upload on its way. Dropped, it leaves nothing behind.
pub struct Incoming {
    temporary: Temporary,
    writer: Option<Writer>,
    piece: Vec<u8>,
    head: Vec<u8>,
    size: usize,
    limit: usize,
}

/// A content that is here whole, and durable; dropped before it is kept, it leaves nothing behind.
#[derive(Debug)]
pub struct Received {
    temporary: Temporary,
    sha256: String,
    media_type: String,
    size: usize,
}

impl Incoming {
    pub(super) fn new((temporary, file): (Temporary, File), limit: usize) -> Self {
        let writer = Some(Writer { file, hash: Sha256::new() });
        Self { temporary, writer, piece: vec![], head: vec![], size: 0, limit }
    }

    /// Take more of it. Beyond the limit it is refused, and nothing more is written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.size = self.size.saturating_add(bytes.len());
        if self.size > self.limit {
            return Err(Error::TooLarge { limit: self.limit });
        }
        let missing = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..missing.min(bytes.len())]);
        for part in bytes.chunks(PIECE) {
            self.piece.extend_from_slice(part);
            if self.piece.len() >= PIECE {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        let piece = std::mem::take(&mut self.piece);
        // It is away only while a write that was given up goes on.
        let Some(mut writer) = self.writer.take() else { return Err(Error::StoreUnavailable) };
        let (writer, mut piece) = on_disk(move || {
            writer.hash.update(&piece);
            leave_room(&writer.file)?;
            writer.file.write_all(&piece)?;
            Ok((writer, piece))
        })
        .await?;
        piece.clear();
        (self.writer, self.piece) = (Some(writer), piece);
        Ok(())
    }

    /// The whole of it, on the disk. The name says what it is where its bytes do not.
    pub async fn finish(mut self, name: &str) -> Result<Received> {
        self.flush().await?;
        let Some(writer) = self.writer.take() else { return Err(Error::StoreUnavailable) };
        let file = writer.file;
        on_disk(move || file.sync_all().or_else(unsynced)).await?;
        Ok(Received {
            temporary: self.temporary,
            sha256: hex::encode(&writer.hash.finalize()),
            media_type: media::type_of(&self.head, name),
            size: self.size,
        })
    }
}

fn leave_room(file: &File) -> io::Result<()> {
    let disk = rustix::fs::fstatvfs(file)?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) < LEFT { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

/// A disk that only says at `fsync` that it is full has lost what is thrown away here anyway. After another error of
/// `fsync` nothing that was written can be trusted.
pub(super) fn unsynced(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Err(error),
        _ => exit_fsync_failed(&error),
    }
}

impl Received {
    /// In hex digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    pub(super) const fn temporary(&self) -> &Temporary {
        &self.temporary
    }
}
