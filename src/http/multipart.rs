//! A body of `multipart/form-data` (RFC 7578), read as it comes: no more of it is held than the head of a part, or what has
//! just arrived.

use bytes::Bytes;
use memchr::memmem;

use crate::base::error::{Error, Result};

/// The head of a part, at most.
const MOST_HEAD: usize = 16 * 1024;

/// Where the bytes come from.
pub trait Source: Send {
    /// The next of them; nothing at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>>> + Send;
}

/// What the head of a part says.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// The field of the form.
    pub name: String,
    /// With a file.
    pub file_name: Option<String>,
}

pub struct Multipart<S> {
    source: S,
    /// What stands before every part, and after the last.
    delimiter: Vec<u8>,
    buffer: Vec<u8>,
}

fn malformed(why: &str) -> Error {
    Error::BadRequest(format!("the body is not multipart/form-data: {why}"))
}

impl<S: Source> Multipart<S> {
    pub fn new(boundary: &str, source: S) -> Self {
        // The first delimiter stands at the beginning, without the line break that is a part of the others.
        Self { source, delimiter: format!("\r\n--{boundary}").into_bytes(), buffer: b"\r\n".to_vec() }
    }

    async fn more(&mut self) -> Result<()> {
        match self.source.next().await? {
            Some(bytes) => {
                self.buffer.extend_from_slice(&bytes);
                Ok(())
            }
            None => Err(malformed("it ends before its last delimiter")),
        }
    }

    /// Bytes before the next delimiter; nothing when it is reached.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            match memmem::find(&self.buffer, &self.delimiter) {
                Some(0) => return Ok(None),
                Some(at) => return Ok(Some(self.take(at))),
                None => {
                    // What may be the beginning of a delimiter waits for its end.
                    let sure = self.buffer.len().saturating_sub(self.delimiter.len() - 1);
                    if sure > 0 {
                        return Ok(Some(self.take(sure)));
                    }
                }
            }
            self.more().await?;
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(length);
        std::mem::replace(&mut self.buffer, rest)
    }

    /// The head of the next part; nothing after the last. What is left of the part before is passed over.
    pub async fn part(&mut self) -> Result<Option<Part>> {
        while self.chunk().await?.is_some() {}
        drop(self.take(self.delimiter.len()));
        while self.buffer.len() < 2 {
            self.more().await?;
        }
        if self.buffer.starts_with(b"--") {
            return Ok(None);
        }
        let end = loop {
            if let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if self.buffer.len() > MOST_HEAD {
                return Err(malformed("the head of a part is too long"));
            }
            self.more().await?;
        };
        if end > MOST_HEAD {
            return Err(malformed("the head of a part is too long"));
        }
        let head = self.take(end);
        drop(self.take(4));
        let head = std::str::from_utf8(&head).map_err(|_| malformed("the head of a part is not UTF-8"))?;
        part_of(head).map(Some)
    }

    /// Read what is left, so that the connection can go on.
    pub async fn rest(&mut self) -> Result<()> {
        while self.source.next().await?.is_some() {}
        Ok(())
    }
}

/// The text between quotes, and what stands behind it. Browsers escape a quote as `%22`, other programs with a backslash.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value.replace("%22", "\""), &text[at + 1..])),
            '\\' if text[at + 1..].starts_with('"') => {
                value.push('"');
                chars.next();
            }
            c => value.push(c),
        }
    }
    None
}

fn part_of(head: &str) -> Result<Part> {
    // Blanks may follow the delimiter on its line.
    let mut lines = head.split("\r\n");
    if !lines.next().unwrap_or_default().trim().is_empty() {
        return Err(malformed("something follows a delimiter"));
    }
    let disposition = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.trim())
    });
    let disposition = disposition.ok_or_else(|| malformed("a part has no Content-Disposition"))?;
    let (kind, mut rest) = disposition.split_once(';').unwrap_or((disposition, ""));
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(malformed("a part is no form-data"));
    }
    let (mut name, mut file_name) = (None, None);
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        let Some((parameter, value)) = rest.split_once('=') else { break };
        let (value, behind) = if let Some(value) = value.strip_prefix('"') {
            quoted(value).ok_or_else(|| malformed("a quote is not closed"))?
        } else {
            let end = value.find(';').unwrap_or(value.len());
            (value[..end].trim().to_owned(), &value[end..])
        };
        match parameter.trim().to_ascii_lowercase().as_str() {
            "name" => name = Some(value),
            "filename" => file_name = Some(value),
            _ => {}
        }
        rest = behind;
    }
    Ok(Part { name: name.ok_or_else(|| malformed("a part has no name"))?, file_name })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Pieces(std::vec::IntoIter<Bytes>);

    impl Source for Pieces {
        async fn next(&mut self) -> Result<Option<Bytes>> {
            Ok(self.0.next())
        }
    }

    /// The parts of a body that comes in pieces of this size.
    async fn parts(body: &[u8], size: usize) -> Result<Vec<(Part, Vec<u8>)>> {
        let pieces: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
        let mut multipart = Multipart::new("b", Pieces(pieces.into_iter()));
        let mut parts = vec![];
        while let Some(part) = multipart.part().await? {
            let mut content = vec![];
            while let Some(chunk) = multipart.chunk().await? {
                content.extend_from_slice(&chunk);
            }
            parts.push((part, content));
        }
        multipart.rest().await?;
        Ok(parts)
    }

    fn body(content: &[u8]) -> Vec<u8> {
        let head = b"preamble\r\n--b \r\nContent-Type: text/plain\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a;%22b\\\"\xc3\xb6.txt\"\r\n\r\n";
        let second = b"\r\n--b\r\nContent-Disposition: form-data; name=other\r\n\r\nx\r\n--b--\r\nepilogue";
        [head, content, second].concat()
    }

    proptest! {
        #[test]
        fn a_part_is_what_was_sent_however_it_comes(
            content in prop::collection::vec(prop::sample::select(b"\r\n-ab".to_vec()), 0..40),
            size in 1_usize..90,
        ) {
            prop_assume!(memmem::find(&[b"\r\n", content.as_slice()].concat(), b"\r\n--b").is_none());
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let found = runtime.block_on(parts(&body(&content), size)).unwrap();
            let file = Part { name: "file".into(), file_name: Some("a;\"b\"ö.txt".into()) };
            let other = Part { name: "other".into(), file_name: None };
            prop_assert_eq!(found, vec![(file, content), (other, b"x".to_vec())]);
        }
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused() {
        let long = format!("--b\r\nX: {}\r\n\r\n", "x".repeat(MOST_HEAD));
        for body in [
            "",
            "--b",
            "--b\r\n",
            "--bx\r\n\r\n\r\n--b--",
            "--b\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: attachment; name=\"x\"\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"x\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=x\r\n\r\nx",
            &long,
        ] {
            let refused = parts(body.as_bytes(), 1_000).await;
            assert!(matches!(refused, Err(Error::BadRequest(_))), "{body}: {refused:?}");
        }
        assert_eq!(parts(b"--b--", 1).await.unwrap(), []);
    }
}
