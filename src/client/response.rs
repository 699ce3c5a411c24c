//! The answer to a request for a stream, as it comes from the socket: its head, then its body, in chunks or plain.

use super::{Failure, Frame, FrameParser};

/// What the next byte belongs to.
#[derive(Debug)]
enum State {
    Head(Vec<u8>),
    /// The line with the size of a chunk: the size so far, and whether its digits are over.
    Size(usize, bool),
    /// The rest of a chunk has this many bytes.
    Chunk(usize),
    ChunkEnd,
    /// A body that ends when the connection does.
    Plain,
    End,
}

#[derive(Debug)]
pub struct StreamResponse {
    state: State,
    parser: FrameParser,
}

impl Default for StreamResponse {
    fn default() -> Self {
        Self { state: State::Head(vec![]), parser: FrameParser::default() }
    }
}

impl StreamResponse {
    /// Take the next bytes from the socket, and hand on each frame that is whole. Answers whether the body goes on. A
    /// head with any status but 200 is a failure.
    pub fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(Frame<'_>)) -> Result<bool, Failure> {
        let mut take = |raw: super::RawFrame<'_>| raw.parse().into_iter().for_each(&mut take);
        while !bytes.is_empty() {
            match &mut self.state {
                State::Head(head) => {
                    let before = head.len();
                    head.extend_from_slice(bytes);
                    let Some(end) = memchr::memmem::find(head, b"\r\n\r\n") else { return Ok(true) };
                    bytes = &bytes[end + 4 - before..];
                    self.state = body_of(&head[..end])?;
                }
                State::Size(size, over) => {
                    let byte = bytes[0];
                    bytes = &bytes[1..];
                    match char::from(byte).to_digit(16) {
                        Some(digit) if !*over => *size = *size * 16 + usize::try_from(digit).unwrap_or(0),
                        _ if byte != b'\n' => *over = true,
                        _ if *size == 0 => self.state = State::End,
                        _ => self.state = State::Chunk(*size),
                    }
                }
                State::Chunk(left) => {
                    let (chunk, after) = bytes.split_at(bytes.len().min(*left));
                    *left -= chunk.len();
                    if *left == 0 {
                        self.state = State::ChunkEnd;
                    }
                    self.parser.push(chunk, &mut take);
                    bytes = after;
                }
                State::ChunkEnd => {
                    if bytes[0] == b'\n' {
                        self.state = State::Size(0, false);
                    }
                    bytes = &bytes[1..];
                }
                State::Plain => {
                    self.parser.push(bytes, &mut take);
                    return Ok(true);
                }
                State::End => return Ok(false),
            }
        }
        Ok(!matches!(self.state, State::End))
    }

    /// Whether the head of the answer is there.
    #[must_use]
    pub const fn has_head(&self) -> bool {
        !matches!(self.state, State::Head(_))
    }
}

fn body_of(head: &[u8]) -> Result<State, Failure> {
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
    Ok(if chunked { State::Size(0, false) } else { State::Plain })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = "retry: 2417\n\nevent: hello\ndata: {\"epoch\":\"3f\"}\n\nid: 3f.12.0badcafe\nevent: task.moved\n\
                        data: {\"project\":\"p\",\"seq\":12,\"type\":\"task.moved\"}\n\n";

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

    fn frames(bytes: &[u8], read: usize) -> (Vec<String>, bool) {
        let mut response = StreamResponse::default();
        let (mut frames, mut goes_on) = (vec![], true);
        for part in bytes.chunks(read) {
            goes_on = response.push(part, |frame| frames.push(format!("{frame:?} {:?}", frame.seq()))).unwrap();
        }
        (frames, goes_on)
    }

    proptest! {
        #[test]
        fn frames_are_the_same_wherever_they_are_cut(chunk in 1..300_usize, read in 1..400_usize) {
            let (whole, _) = frames(&answer(1000), 10_000);
            prop_assert_eq!(whole.len(), 3);
            let (cut, goes_on) = frames(&answer(chunk), read);
            prop_assert_eq!(cut, whole);
            prop_assert!(!goes_on);
        }
    }

    #[test]
    fn a_refusal_is_told_from_a_server_in_trouble() {
        let push =
            |status: &str| StreamResponse::default().push(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes(), |_| ());
        assert!(matches!(push("401 Unauthorized"), Err(Failure::Refused(_))));
        assert!(matches!(push("502 Bad Gateway"), Err(Failure::Broken(_))));
        assert!(push("200 OK").unwrap());
    }
}
