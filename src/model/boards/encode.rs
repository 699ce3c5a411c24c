//! A board as the bytes of an answer: JSON, straight from the rows into the compressor.

use std::io::{BufWriter, Write};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use crate::{
    base::error::{Error, Result},
    model::boards::Board,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Identity,
    Gzip,
}

/// Of 6.4 MB (10,000 tasks), level 4 makes 707 kB, and level 5 makes 671 kB in a third more time; brotli at 4, which is the
/// usual one, takes four times as long for 689 kB, and at 1, which takes as long as this, makes 798 kB.
const LEVEL: Compression = Compression::new(4);
/// The serializer writes a few bytes at a time, and the compressor likes many.
const CHUNK: usize = 32 * 1024;

/// Where it takes long, this occupies a thread that no other request waits for.
pub async fn encode(board: Board, encoding: Encoding) -> Result<Bytes> {
    let encoded = tokio::task::spawn_blocking(move || match encoding {
        Encoding::Identity => write(&board, Vec::new()),
        Encoding::Gzip => {
            let gzip = write(&board, BufWriter::with_capacity(CHUNK, GzEncoder::new(Vec::new(), LEVEL)))?;
            gzip.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()
        }
    });
    let failed = |error: &dyn std::fmt::Display| Error::Internal(format!("a snapshot could not be encoded: {error}"));
    let bytes = encoded.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    Ok(bytes.into())
}

fn write<W: Write>(board: &Board, mut to: W) -> std::io::Result<W> {
    serde_json::to_writer(&mut to, board)?;
    Ok(to)
}
