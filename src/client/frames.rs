//! Bytes of an answer that does not end, taken apart: head, chunks, frames. Frames are handed on as they lie in the
//! reader's buffer; only one that is not whole yet is kept.

use super::Failure;

/// One server-sent event; what it does not say is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame<'a> {
    pub event: &'a str,
    pub id: Option<&'a str>,
    pub data: &'a str,
    /// In milliseconds.
    pub retry: Option<u64>,
}

impl<'a> Frame<'a> {
    fn parse(text: &'a str) -> Self {
        let mut frame = Self::default();
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let Some((field, value)) = line.split_once(':') else { continue };
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => frame.event = value,
                "id" => frame.id = Some(value),
                // The server writes data on one line.
                "data" => frame.data = value,
                "retry" => frame.retry = value.parse().ok(),
                _ => {}
            }
        }
        frame
    }

    /// The number of the event that it carries. It stands near the beginning, before anything that people write.
    #[must_use]
    pub fn seq(&self) -> Option<i64> {
        let rest = &self.data[self.data.find("\"seq\":")? + 6..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    }

    /// Whether it tells of a change, and not of the stream.
    #[must_use]
    pub fn is_event(&self) -> bool {
        // Types of events are a noun and a verb.
        self.event.contains('.')
    }
}

/// Where in the answer the next byte belongs.
#[derive(Debug)]
enum Part {
    Head(Vec<u8>),
    /// The line with a chunk's size, as far as it came, and whether its digits are over.
    Size(usize, bool),
    Chunk(usize),
    ChunkEnd,
    /// A body that ends with its connection.
    Plain,
    End,
}

#[derive(Debug)]
pub struct Frames {
    part: Part,
    rest: Vec<u8>,
}

impl Default for Frames {
    fn default() -> Self {
        Self { part: Part::Head(vec![]), rest: vec![] }
    }
}

impl Frames {
    /// Take in the next bytes. Answers whether the answer goes on; it fails unless the head says 200.
    pub fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(Frame<'_>)) -> Result<bool, Failure> {
        while !bytes.is_empty() {
            match &mut self.part {
                Part::Head(head) => {
                    let before = head.len();
                    head.extend_from_slice(bytes);
                    let Some(end) = find(head, b"\r\n\r\n") else { return Ok(true) };
                    bytes = &bytes[end + 4 - before..];
                    self.part = begin(&head[..end])?;
                }
                Part::Size(size, over) => {
                    let byte = bytes[0];
                    bytes = &bytes[1..];
                    match char::from(byte).to_digit(16) {
                        Some(digit) if !*over => *size = *size * 16 + usize::try_from(digit).unwrap_or(0),
                        _ if byte != b'\n' => *over = true,
                        _ if *size == 0 => self.part = Part::End,
                        _ => self.part = Part::Chunk(*size),
                    }
                }
                Part::Chunk(left) => {
                    let (chunk, after) = bytes.split_at(bytes.len().min(*left));
                    *left -= chunk.len();
                    if *left == 0 {
                        self.part = Part::ChunkEnd;
                    }
                    self.text(chunk, &mut take);
                    bytes = after;
                }
                Part::ChunkEnd => {
                    if bytes[0] == b'\n' {
                        self.part = Part::Size(0, false);
                    }
                    bytes = &bytes[1..];
                }
                Part::Plain => {
                    self.text(bytes, &mut take);
                    return Ok(true);
                }
                Part::End => return Ok(false),
            }
        }
        Ok(!matches!(self.part, Part::End))
    }

    fn text(&mut self, bytes: &[u8], take: &mut impl FnMut(Frame<'_>)) {
        if self.rest.is_empty() {
            let used = split(bytes, take);
            self.rest.extend_from_slice(&bytes[used..]);
        } else {
            self.rest.extend_from_slice(bytes);
            let used = split(&self.rest, take);
            self.rest.drain(..used);
        }
    }
}

fn begin(head: &[u8]) -> Result<Part, Failure> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap_or_default();
    match status {
        "200" => {}
        "401" => return Err(Failure::Refused("401: the token is not valid (any more)".into())),
        "404" => return Err(Failure::Refused("404: there is no such project, or none for this token".into())),
        _ if status.starts_with('4') && status != "429" => {
            return Err(Failure::Refused(format!("the server answered {status}")));
        }
        _ => return Err(Failure::Broken(format!("the server answered {status}"))),
    }
    let chunked = head.lines().any(|line| line.starts_with("transfer-encoding:") && line.contains("chunked"));
    Ok(if chunked { Part::Size(0, false) } else { Part::Plain })
}

/// Hand on the whole frames; answers how many bytes they took.
fn split(bytes: &[u8], take: &mut impl FnMut(Frame<'_>)) -> usize {
    let mut begin = 0;
    while let Some(length) = find(&bytes[begin..], b"\n\n") {
        // What is not UTF-8 is not from this server; whoever counts will miss it.
        if let Ok(text) = std::str::from_utf8(&bytes[begin..begin + length]) {
            take(Frame::parse(text));
        }
        begin += length + 2;
    }
    begin
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = haystack[from..].iter().position(|byte| *byte == needle[0]) {
        if haystack[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = "retry: 2417\n\nevent: hello\ndata: {\"epoch\":\"3f\"}\n\nid: 3f.12\nevent: task.moved\n\
                        data: {\"project\":\"p\",\"seq\":12,\"type\":\"task.moved\",\"cause\":\"\\\"seq\\\":99\"}\n\n";

    fn answer(chunk: usize) -> Vec<u8> {
        let mut bytes =
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for part in BODY.as_bytes().chunks(chunk) {
            bytes.extend_from_slice(format!("{:X};x=1\r\n", part.len()).as_bytes());
            bytes.extend_from_slice(part);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }

    fn seen(bytes: &[u8], read: usize) -> (Vec<String>, bool) {
        let mut frames = Frames::default();
        let mut seen = vec![];
        let mut goes_on = true;
        for part in bytes.chunks(read) {
            goes_on = frames.push(part, |frame| seen.push(format!("{frame:?} {:?}", frame.seq()))).unwrap();
        }
        (seen, goes_on)
    }

    proptest! {
        #[test]
        fn frames_are_the_same_however_they_are_cut(chunk in 1..300_usize, read in 1..400_usize) {
            let (whole, _) = seen(&answer(1000), 10_000);
            let (cut, goes_on) = seen(&answer(chunk), read);
            prop_assert_eq!(cut, whole);
            prop_assert!(!goes_on);
        }
    }

    #[test]
    fn a_frame_says_what_it_carries() {
        let mut frames = Frames::default();
        let mut count = 0;
        frames
            .push(&answer(1000), |frame| {
                count += 1;
                match count {
                    1 => assert_eq!((frame.retry, frame.data), (Some(2417), "")),
                    2 => assert_eq!((frame.event, frame.seq(), frame.is_event()), ("hello", None, false)),
                    _ => assert_eq!((frame.id, frame.seq(), frame.is_event()), (Some("3f.12"), Some(12), true)),
                }
            })
            .unwrap();
        assert_eq!(count, 3);
    }

    #[test]
    fn a_refusal_is_told_from_a_server_in_trouble() {
        let push = |status: &str| Frames::default().push(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes(), |_| ());
        assert!(matches!(push("401 Unauthorized"), Err(Failure::Refused(_))));
        assert!(matches!(push("502 Bad Gateway"), Err(Failure::Broken(_))));
        assert!(push("200 OK").unwrap());
    }
}
