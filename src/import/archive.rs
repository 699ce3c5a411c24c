//! A ZIP around the document that is meant. What it says of itself is not believed: entries are few, each is bounded while
//! it unpacks, and no name leads anywhere.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::base::error::{Error, Result};

const MOST_ENTRIES: usize = 20_000;
/// The most bytes of the document, unpacked.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// So many times its packed size a document may have, beyond the first MiB.
const MOST_RATIO: u64 = 200;

fn refused(why: impl Into<String>) -> Error {
    Error::invalid("/file", why)
}

/// The document in an archive: `data.json`, or else the one JSON or CSV file that is not in a folder, or in one alone.
pub fn document(bytes: &[u8]) -> Result<Vec<u8>> {
    let broken = |_| refused("is a ZIP that cannot be read");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_ENTRIES {
        return Err(refused(format!("is a ZIP with more than {MOST_ENTRIES} entries")));
    }
    let mut found: Option<(usize, usize)> = None;
    for index in 0..archive.len() {
        let Some(Ok(name)) = archive.name_for_index(index) else { continue };
        let name = name.replace('\\', "/");
        if name.ends_with('/') || name.starts_with("__MACOSX/") {
            continue;
        }
        let depth = 2 * name.matches('/').count();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        let rank = match ending.as_str() {
            "json" if name.eq_ignore_ascii_case("data.json") => 0,
            "json" => 1 + depth,
            "csv" | "tsv" => 2 + depth,
            _ => continue,
        };
        if found.is_none_or(|(_, best)| rank < best) {
            found = Some((index, rank));
        }
    }
    let (index, _) = found.ok_or_else(|| refused("is a ZIP without a JSON or CSV file in it"))?;
    let entry = archive.by_index(index).map_err(|_| refused("is a ZIP that cannot be read"))?;
    let most = MOST_BYTES.min(entry.compressed_size().saturating_mul(MOST_RATIO).max(1024 * 1024));
    let mut content = vec![];
    entry.take(most + 1).read_to_end(&mut content).map_err(|_| refused("is a ZIP whose content cannot be unpacked"))?;
    if u64::try_from(content.len()).unwrap_or(u64::MAX) > most {
        return Err(refused("is a ZIP whose content is larger than what is taken"));
    }
    Ok(content)
}
