//! Reading a backup whole, without a database: it is what its manifest says, this version of Boardcast knows its tables, and
//! every attachment that they refer to is in it.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use serde_json::value::RawValue;

use super::container::{self, Head, Manifest, Visit, broken};
use crate::{
    base::{
        error::{Error, Result},
        hex::{self, Sha256Hash},
    },
    db::tables::{self, Table},
    model::blobs::Blob,
};

/// A backup that was read whole.
pub struct Inspected {
    pub path: PathBuf,
    pub manifest: Manifest,
    pub tables: Vec<Table>,
    /// The contents that attachments refer to, and where the store keeps them. A backup of a million of them takes a
    /// hundred MiB here; nothing else grows with its size.
    pub blobs: HashMap<Sha256Hash, Blob>,
    /// What is wrong with it although it is whole: attachments that the store had lost already.
    pub lost: Vec<String>,
}

/// Cells of a table's rows, as they are written.
pub struct Cells<'a> {
    table: &'a Table,
    cells: Vec<&'a RawValue>,
}

impl<'a> Cells<'a> {
    pub fn parse(table: &'a Table, line: &'a str) -> Result<Self> {
        let cells: Vec<&RawValue> =
            serde_json::from_str(line).map_err(|error| broken(format!("a row of `{}`: {error}", table.name)))?;
        if cells.len() != table.columns.len() {
            let (found, wanted) = (cells.len(), table.columns.len());
            return Err(broken(format!("a row of `{}` has {found} cells and not {wanted}", table.name)));
        }
        Ok(Self { table, cells })
    }

    fn at(&self, column: &str) -> Result<usize> {
        let at = self.table.columns.iter().position(|known| known == column);
        at.ok_or_else(|| broken(format!("`{}` has no {column}", self.table.name)))
    }

    pub fn text(&self, column: &str) -> Result<String> {
        let raw = self.cells[self.at(column)?].get();
        serde_json::from_str(raw).map_err(|_| broken(format!("a {column} of `{}` is {raw}", self.table.name)))
    }

    pub fn number(&self, column: &str) -> Result<i64> {
        let raw = self.cells[self.at(column)?].get();
        raw.parse().map_err(|_| broken(format!("a {column} of `{}` is {raw}", self.table.name)))
    }

    /// The row with another cell in this column.
    pub fn with(&self, column: &str, cell: &str) -> Result<String> {
        let at = self.at(column)?;
        let cells: Vec<&str> =
            self.cells.iter().enumerate().map(|(n, raw)| if n == at { cell } else { raw.get() }).collect();
        Ok(format!("[{}]", cells.join(",")))
    }
}

/// The rows of a part.
pub fn lines(text: &[u8]) -> Result<Vec<&str>> {
    let text = std::str::from_utf8(text).map_err(broken)?;
    Ok(text.lines().collect())
}

/// The tables that this program knows of the version of a backup.
async fn tables_of(head: &Head) -> Result<Vec<Table>> {
    let latest = tables::latest();
    if head.schema > latest {
        return Err(Error::BadRequest(format!(
            "this backup is of a newer Boardcast ({}, tables of version {}; this one knows {latest}): use that one",
            head.version, head.schema
        )));
    }
    tables::tables(head.schema).await
}

/// Finds out of which version the tables are, and reads no further.
struct First(Option<Head>);

impl Visit for First {
    fn head(&mut self, head: &Head) -> Result<()> {
        self.0 = Some(head.clone());
        Err(Error::Unavailable)
    }
}

struct Inspecting {
    tables: HashMap<String, Table>,
    blobs: HashMap<Sha256Hash, Blob>,
    referred: HashSet<Sha256Hash>,
    files: HashSet<Sha256Hash>,
}

impl Visit for Inspecting {
    fn rows(&mut self, table: &str, text: Vec<u8>) -> Result<()> {
        let table = self.tables.get(table).ok_or_else(|| broken(format!("there is no table `{table}`")))?;
        for line in lines(&text)? {
            let cells = Cells::parse(table, line)?;
            match table.name.as_str() {
                "blobs" => {
                    let (sha256, key, size) = (cells.text("sha256")?, cells.text("key")?, cells.number("size")?);
                    let blob = Blob::parse(&sha256, &key, size);
                    let blob = blob.ok_or_else(|| broken(format!("no attachment is kept under `{key}`")))?;
                    self.blobs.insert(blob.hash, blob);
                }
                "attachments" => {
                    let sha256 = cells.text("sha256")?;
                    let hash = hex::parse_hash(&sha256).ok_or_else(|| broken(format!("`{sha256}` is no SHA-256")))?;
                    self.referred.insert(hash);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn file(&mut self, hash: Sha256Hash, size: u64, _: &mut dyn std::io::Read) -> Result<()> {
        if !self.files.insert(hash) {
            return Err(broken(format!("the attachment {} is in it twice", hex::encode(&hash))));
        }
        match self.blobs.get(&hash) {
            Some(blob) if self.referred.contains(&hash) && blob.size == size => Ok(()),
            _ => Err(broken(format!("nothing refers to the attachment {} of {size} bytes", hex::encode(&hash)))),
        }
    }
}

/// Work on a file, where it holds up nothing else.
pub async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}

/// Read a backup whole. What is wrong with it is said in words.
pub async fn inspect(path: &Path) -> Result<Inspected> {
    let file = path.to_owned();
    let head = on_disk(move || {
        let mut first = First(None);
        match container::read(&file, &mut first) {
            Err(error) => first.0.ok_or(error),
            Ok(manifest) => Ok(manifest.head),
        }
    })
    .await?;
    let tables = tables_of(&head).await?;
    let file = path.to_owned();
    let known: HashMap<String, Table> = tables.iter().map(|table| (table.name.clone(), table.clone())).collect();
    let (manifest, seen) = on_disk(move || {
        let mut inspecting =
            Inspecting { tables: known, blobs: HashMap::new(), referred: HashSet::new(), files: HashSet::new() };
        let manifest = container::read(&file, &mut inspecting)?;
        Ok((manifest, inspecting))
    })
    .await?;
    let Inspecting { mut blobs, referred, files, .. } = seen;
    for table in &tables {
        if manifest.columns.get(&table.name) != Some(&table.columns) {
            return Err(broken(format!("its table `{}` is not that of version {}", table.name, manifest.head.schema)));
        }
    }
    let told = &manifest.attachments;
    let mut lost = vec![];
    for hash in referred.difference(&files) {
        let name = hex::encode(hash);
        if !told.missing.contains(&name) {
            return Err(broken(format!("the attachment {name} is missing")));
        }
        lost.push(format!("the attachment {name} was missing in the store when the backup was made"));
    }
    lost.extend(
        told.damaged.iter().map(|name| format!("the attachment {name} had other bytes when the backup was made")),
    );
    blobs.retain(|hash, _| referred.contains(hash));
    Ok(Inspected { path: path.to_owned(), manifest, tables, blobs, lost })
}
