//! The file of a backup: a tar, compressed with zstd, so that the tools of any machine can look into it.
//!
//! | Entry | What it is |
//! |---|---|
//! | `boardcast.json` | the first: the format, and which version of the tables it was made of |
//! | `tables/tasks/00000001.ndjson` | rows of a table, a JSON list a line; tables that others refer to come first |
//! | `files/3a7b…` | the bytes of an attachment, named by their SHA-256 |
//! | `manifest.json` | the last: every part with its SHA-256, and how many attachments there are |
//!
//! Parts are small, so that neither writing nor reading takes more memory for a larger instance.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};
use tokio::sync::mpsc;
use zstd::{Decoder, Encoder};

use crate::base::{
    clock::Timestamp,
    error::{Error, Result},
    hex::{self, Sha256Hash},
};

const FORMAT: u32 = 1;
const HEAD: &str = "boardcast.json";
const MANIFEST: &str = "manifest.json";
const LEVEL: i32 = 3;
/// No part of a table is larger, and no entry that is read whole.
const MOST: u64 = 512 * 1024 * 1024;

/// What a backup says of itself before anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub format: u32,
    /// The version of Boardcast that made it.
    pub version: String,
    /// The version of the tables.
    pub schema: i64,
    pub created_at: Timestamp,
}

impl Head {
    #[must_use]
    pub fn new(schema: i64) -> Self {
        Self { format: FORMAT, version: env!("CARGO_PKG_VERSION").into(), schema, created_at: Timestamp::now() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub name: String,
    pub rows: u64,
    pub sha256: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    pub count: u64,
    pub bytes: u64,
    /// Contents that are referred to and that the store did not have, by their SHA-256.
    pub missing: Vec<String>,
    /// Contents that the store had with other bytes.
    pub damaged: Vec<String>,
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub head: Head,
    /// The columns of each table, in the order of the cells.
    pub columns: BTreeMap<String, Vec<String>>,
    pub parts: Vec<Part>,
    pub attachments: Attachments,
}

impl Manifest {
    /// How many rows of a table it has.
    #[must_use]
    pub fn rows(&self, table: &str) -> u64 {
        self.parts.iter().filter(|part| table_of(&part.name) == Some(table)).map(|part| part.rows).sum()
    }
}

/// What is written, in the order of the file.
pub enum Entry {
    Rows {
        table: String,
        rows: u64,
        text: Vec<u8>,
    },
    File {
        hash: Sha256Hash,
        size: u64,
        pieces: mpsc::Receiver<Bytes>,
    },
    /// Without it the file was not written to its end.
    End {
        missing: Vec<String>,
    },
}

/// Takes the pieces of a content, and computes its hash.
struct Pieces {
    from: mpsc::Receiver<Bytes>,
    piece: Bytes,
    hash: Sha256,
    left: u64,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        while self.piece.is_empty() {
            self.piece = self.from.blocking_recv().ok_or(io::ErrorKind::UnexpectedEof)?;
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let count = into.len().min(self.piece.len()).min(most);
        let taken = self.piece.split_to(count);
        into[..count].copy_from_slice(&taken);
        self.hash.update(&taken);
        self.left -= u64::try_from(count).map_err(io::Error::other)?;
        Ok(count)
    }
}

/// The name of a part of a table.
fn part_name(table: &str, number: u32) -> String {
    format!("tables/{table}/{number:08}.ndjson")
}

/// The table that an entry is a part of. Nothing else has a name of this shape, and none leads out of anywhere.
fn table_of(name: &str) -> Option<&str> {
    let (table, number) = name.strip_prefix("tables/")?.strip_suffix(".ndjson")?.split_once('/')?;
    let plain = !table.is_empty() && table.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
    (plain && number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(table)
}

/// Write a backup as its entries come. Answers what was written to, and what the backup holds.
pub fn write<W: Write>(
    to: W,
    head: Head,
    columns: BTreeMap<String, Vec<String>>,
    mut entries: mpsc::Receiver<Entry>,
) -> io::Result<(W, Manifest)> {
    let mut zstd = Encoder::new(to, LEVEL)?;
    zstd.include_checksum(true)?;
    let mut tar = Builder::new(zstd);
    let at = u64::try_from(head.created_at.0 / 1_000).unwrap_or(0);
    let add = |tar: &mut Builder<Encoder<'static, W>>, name: &str, size: u64, from: &mut dyn Read| {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_mtime(at);
        header.set_size(size);
        tar.append_data(&mut header, name, from)
    };
    let text = json(&head)?;
    add(&mut tar, HEAD, length(&text), &mut text.as_slice())?;
    let mut manifest = Manifest { head, columns, parts: vec![], attachments: Attachments::default() };
    let mut number = 0;
    let mut last = String::new();
    loop {
        // The other side ended without a word: what is there is no backup.
        match entries.blocking_recv().ok_or(io::ErrorKind::Interrupted)? {
            Entry::Rows { table, rows, text } => {
                number = if table == last { number + 1 } else { 1 };
                let name = part_name(&table, number);
                add(&mut tar, &name, length(&text), &mut text.as_slice())?;
                manifest.parts.push(Part { name, rows, sha256: hex::encode(&Sha256::digest(&text)) });
                last = table;
            }
            Entry::File { hash, size, pieces } => {
                let mut pieces = Pieces { from: pieces, piece: Bytes::new(), hash: Sha256::new(), left: size };
                add(&mut tar, &format!("files/{}", hex::encode(&hash)), size, &mut pieces)?;
                let found: Sha256Hash = pieces.hash.finalize().into();
                if found != hash {
                    manifest.attachments.damaged.push(hex::encode(&hash));
                }
                manifest.attachments.count += 1;
                manifest.attachments.bytes += size;
            }
            Entry::End { missing } => {
                manifest.attachments.missing = missing;
                break;
            }
        }
    }
    let text = json(&manifest)?;
    add(&mut tar, MANIFEST, length(&text), &mut text.as_slice())?;
    let to = tar.into_inner()?.finish()?;
    Ok((to, manifest))
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value).map_err(io::Error::other)?;
    text.push(b'\n');
    Ok(text)
}

fn length(text: &[u8]) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// What is done with the entries of a backup as they are read.
pub trait Visit {
    fn head(&mut self, _head: &Head) -> Result<()> {
        Ok(())
    }
    fn rows(&mut self, _table: &str, _text: Vec<u8>) -> Result<()> {
        Ok(())
    }
    /// What is left unread is read afterwards.
    fn file(&mut self, _hash: Sha256Hash, _size: u64, _bytes: &mut dyn Read) -> Result<()> {
        Ok(())
    }
}

/// What is wrong with a backup, in words.
pub fn broken(why: impl std::fmt::Display) -> Error {
    Error::BadRequest(format!("this is no whole backup: {why}"))
}

/// Reads, and computes the hash of what was read.
struct Hashed<R>(R, Sha256);

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(into)?;
        self.1.update(&into[..count]);
        Ok(count)
    }
}

/// Read a backup from its beginning to its end, and check that it is what its manifest says.
pub fn read(path: &Path, visit: &mut impl Visit) -> Result<Manifest> {
    let file = File::open(path).map_err(|error| Error::BadRequest(format!("{}: {error}", path.display())))?;
    let mut zstd = Decoder::new(file).map_err(broken)?;
    let mut reading = Reading { head: None, parts: vec![], files: 0, bytes: 0, damaged: vec![], manifest: None };
    {
        let mut archive = tar::Archive::new(&mut zstd);
        for entry in archive.entries().map_err(unread)? {
            reading.entry(entry.map_err(unread)?, visit)?;
        }
    }
    // To the checksum behind the last byte.
    io::copy(&mut zstd, &mut io::sink()).map_err(unread)?;
    reading.end()
}

fn unread(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => broken("the file is cut off"),
        _ => broken(error),
    }
}

struct Reading {
    head: Option<Head>,
    parts: Vec<Part>,
    files: u64,
    bytes: u64,
    damaged: Vec<String>,
    manifest: Option<Manifest>,
}

impl Reading {
    fn entry(&mut self, mut entry: tar::Entry<'_, impl Read>, visit: &mut impl Visit) -> Result<()> {
        let path = entry.path_bytes().into_owned();
        let name = String::from_utf8_lossy(&path).into_owned();
        let size = entry.size();
        if entry.header().entry_type() != EntryType::Regular {
            return Err(broken(format!("`{name}` is not a file")));
        }
        if self.manifest.is_some() {
            return Err(broken(format!("`{name}` stands behind the manifest")));
        }
        if self.head.is_none() {
            if name != HEAD {
                return Err(broken(format!("it begins with `{name}` and not with `{HEAD}`")));
            }
            let head: Head = parse(&name, &whole(&name, size, &mut entry)?)?;
            refuse_other_format(&head)?;
            visit.head(&head)?;
            self.head = Some(head);
            return Ok(());
        }
        if let Some(table) = table_of(&name) {
            let text = whole(&name, size, &mut entry)?;
            let rows = memchr::memchr_iter(b'\n', &text).count();
            let rows = u64::try_from(rows).unwrap_or(u64::MAX);
            self.parts.push(Part { name: name.clone(), rows, sha256: hex::encode(&Sha256::digest(&text)) });
            return visit.rows(table, text);
        }
        if let Some(hash) = name.strip_prefix("files/").and_then(hex::parse_hash) {
            let mut hashed = Hashed(entry, Sha256::new());
            visit.file(hash, size, &mut hashed)?;
            io::copy(&mut hashed, &mut io::sink()).map_err(unread)?;
            let found: Sha256Hash = hashed.1.finalize().into();
            if found != hash {
                self.damaged.push(hex::encode(&hash));
            }
            self.files += 1;
            self.bytes = self.bytes.saturating_add(size);
            return Ok(());
        }
        if name == MANIFEST {
            self.manifest = Some(parse(&name, &whole(&name, size, &mut entry)?)?);
            return Ok(());
        }
        Err(broken(format!("`{name}` is in no backup")))
    }

    /// Compare what was read with what the manifest says.
    fn end(self) -> Result<Manifest> {
        let manifest = self.manifest.ok_or_else(|| broken("it has no manifest: it was not written to its end"))?;
        if Some(&manifest.head) != self.head.as_ref() {
            return Err(broken(format!("`{HEAD}` and `{MANIFEST}` say different things")));
        }
        let mut found: BTreeMap<&str, &Part> = BTreeMap::new();
        for part in &self.parts {
            if found.insert(&part.name, part).is_some() {
                return Err(broken(format!("`{}` is in it twice", part.name)));
            }
        }
        for part in &manifest.parts {
            let name = &part.name;
            let there = found.remove(name.as_str()).ok_or_else(|| broken(format!("`{name}` is missing")))?;
            if there != part {
                return Err(broken(format!("`{name}` is not what the manifest says")));
            }
        }
        if let Some(name) = found.keys().next() {
            return Err(broken(format!("the manifest does not know `{name}`")));
        }
        if let Some(hash) = self.damaged.iter().find(|hash| !manifest.attachments.damaged.contains(hash)) {
            return Err(broken(format!("the attachment {hash} has other bytes")));
        }
        let told = &manifest.attachments;
        if (self.files, self.bytes) != (told.count, told.bytes) {
            let (files, bytes) = (self.files, self.bytes);
            return Err(broken(format!(
                "it has {files} attachments of {bytes} bytes, and the manifest says {} of {}",
                told.count, told.bytes
            )));
        }
        Ok(manifest)
    }
}

fn refuse_other_format(head: &Head) -> Result<()> {
    if head.format != FORMAT {
        return Err(Error::BadRequest(format!(
            "this backup has the format {}, and this version of Boardcast knows the format {FORMAT}: use the version that \
             made it ({})",
            head.format, head.version
        )));
    }
    Ok(())
}

fn whole(name: &str, size: u64, entry: &mut impl Read) -> Result<Vec<u8>> {
    if size > MOST {
        return Err(broken(format!("`{name}` has {size} bytes")));
    }
    let mut bytes = vec![];
    entry.read_to_end(&mut bytes).map_err(unread)?;
    if length(&bytes) == size { Ok(bytes) } else { Err(broken("the file is cut off")) }
}

fn parse<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|error| broken(format!("`{name}`: {error}")))
}
