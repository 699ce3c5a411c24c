//! From bytes to cells.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Table;
use crate::{
    base::error::{Error, Result},
    import::Options,
};

const MOST_COLUMNS: usize = 1_000;
const MOST_ROWS: usize = 200_000;
/// So many bytes at the beginning say how the cells are parted.
const SAMPLE: usize = 64 * 1024;
/// The header is one of the first so many rows.
const PREAMBLE: usize = 8;

fn refused(why: impl Into<String>) -> Error {
    Error::invalid("/file", why)
}

/// The text of a file. What a byte order mark says counts; without one UTF-8 where it is, UTF-16 where half of the bytes are
/// zero, and otherwise what Windows writes in the West.
fn decode<'b>(bytes: &'b [u8], named: Option<&str>) -> Result<Cow<'b, str>> {
    let encoding = match named {
        Some(name) => Encoding::for_label(name.as_bytes())
            .ok_or_else(|| Error::invalid("/mapping/encoding", "is no encoding that is known here"))?,
        None => Encoding::for_bom(bytes).map_or_else(|| guess(bytes), |(encoding, _)| encoding),
    };
    let (text, _, malformed) = encoding.decode(bytes);
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if malformed || text.chars().take(4_096).filter(|c| control(*c)).count() > 8 {
        return Err(refused("is no text, or in another encoding than it seems: say which in the mapping"));
    }
    Ok(text)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    if zeros(1) * 4 > sample.len() {
        return UTF_16LE;
    }
    if zeros(0) * 4 > sample.len() {
        return UTF_16BE;
    }
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

fn records(text: &str, delimiter: u8, most: usize) -> Result<Vec<Vec<String>>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut rows = vec![];
    for record in reader.records() {
        let record = record.map_err(|error| refused(format!("is no table: {error}")))?;
        if record.len() > MOST_COLUMNS {
            return Err(refused(format!("is a table of more than {MOST_COLUMNS} columns")));
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() >= most {
            break;
        }
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

/// What stands between the cells: with the right one most rows have the same number of cells, and more than one. A header is the
/// first row, or has a row like it behind it.
fn delimiter(text: &str) -> u8 {
    const KNOWN: [u8; 4] = [b',', b';', b'\t', b'|'];
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let widths = |delimiter: u8| -> Vec<usize> {
        records(sample, delimiter, 50).unwrap_or_default().iter().map(Vec::len).collect()
    };
    let score = |delimiter: u8| {
        let widths = widths(delimiter);
        let width = widths.iter().copied().max().unwrap_or(0);
        let like = widths.iter().filter(|one| **one == width).count();
        let has_header = like > 1 || widths.first() == Some(&width);
        if width < 2 || !has_header { 0 } else { like * 1_000 / widths.len().max(1) * 100 + width.min(99) }
    };
    // Of equal ones the first. One column alone is parted by what does not stand in it.
    let best = KNOWN.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).filter(|best| score(*best) > 0);
    let absent = || KNOWN.into_iter().find(|delimiter| widths(*delimiter).iter().all(|width| *width < 2));
    best.or_else(absent).unwrap_or(b',')
}

/// Read a table: its header is the first row with most cells among the first few.
pub fn read(bytes: &[u8], options: &Options) -> Result<Table> {
    let text = decode(bytes, options.mapping.encoding.as_deref())?;
    let given = options.mapping.delimiter.map(|c| {
        u8::try_from(c)
            .ok()
            .filter(u8::is_ascii)
            .ok_or_else(|| Error::invalid("/mapping/delimiter", "must be one ASCII character"))
    });
    let delimiter = given.transpose()?.unwrap_or_else(|| delimiter(&text));
    let mut rows = records(&text, delimiter, MOST_ROWS + 1)?;
    if rows.len() > MOST_ROWS {
        return Err(refused(format!("is a table of more than {MOST_ROWS} rows")));
    }
    let widest = rows.iter().take(PREAMBLE).map(Vec::len).max().unwrap_or(0);
    let at = rows.iter().position(|row| row.len() == widest).ok_or_else(|| refused("is empty"))?;
    let headers = rows.drain(..=at).next_back().unwrap_or_default();
    let headers: Vec<String> =
        headers.iter().map(|header| header.trim().trim_start_matches('\u{feff}').to_owned()).collect();
    if headers.iter().all(String::is_empty) {
        return Err(refused("has no header"));
    }
    Ok(Table { headers, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::clock::Timestamp, import::Mapping};

    fn options() -> Options {
        Options { format: None, mapping: Mapping::default(), name: "x".into(), zone: None, now: Timestamp(0) }
    }

    fn table(bytes: &[u8]) -> Table {
        read(bytes, &options()).unwrap()
    }

    #[test]
    fn encodings_and_delimiters_are_recognised() {
        let rows = "Title;Größe\r\n\"a;b\r\nc\";\"x\"\"y\"\r\n\r\né;ü\r\n";
        let utf16: Vec<u8> = rows.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let western = WINDOWS_1252.encode(rows).0.into_owned();
        for bytes in [
            rows.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", rows.as_bytes()].concat(),
            western,
            utf16.clone(),
            [b"\xff\xfe".to_vec(), utf16].concat(),
            rows.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ] {
            let found = table(&bytes);
            assert_eq!(found.headers, ["Title", "Größe"], "{bytes:?}");
            assert_eq!(found.rows, [["a;b\r\nc", "x\"y"], ["é", "ü"]]);
        }
        for (text, width) in [("a,b,c\n1,2,3\n", 3), ("a\tb\n1\t2\n", 2), ("a|b\n1|2\n", 2), ("Title\nx, y\n", 1)] {
            assert_eq!(table(text.as_bytes()).headers.len(), width, "{text}");
        }
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let wide = format!("{}\n", "a,".repeat(10_000));
        for bytes in
            [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\0\0\0"[..], b"\n\n", wide.as_bytes(), b",,\n,,\n"]
        {
            assert!(read(bytes, &options()).is_err());
        }
    }

    #[test]
    fn lines_before_the_header_are_passed_over() {
        let found = table(b"\"Date: today\"\n\"Status:\n0 Normal\"\nTitle,Content\nx,y\n");
        assert_eq!((found.headers.len(), found.rows.len()), (2, 1));
    }
}
