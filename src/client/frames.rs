//! The one parser of server-sent events, for the commands, the tests and the benchmarks. It works on the bytes in the
//! caller's buffer and copies only a frame that is cut off at the buffer's end, so that thousands of streams can be read
//! without the reading being what is measured.

use std::sync::LazyLock;

use memchr::memmem::Finder;

static END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\n\n"));
static SEQ: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"seq\":"));

/// Cuts a body into frames.
#[derive(Debug, Default)]
pub struct FrameParser {
    /// The beginning of a frame whose end has not come yet.
    rest: Vec<u8>,
}

/// The bytes of one frame, not looked at yet: a benchmark may only count them.
#[derive(Clone, Copy, Debug)]
pub struct RawFrame<'a>(&'a [u8]);

/// One server-sent event. A field that is absent is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame<'a> {
    pub event: &'a str,
    pub id: Option<&'a str>,
    pub data: &'a str,
    /// In milliseconds.
    pub retry: Option<u64>,
    text: &'a str,
}

/// A frame that outlives the buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedFrame {
    pub event: String,
    pub id: Option<String>,
    pub data: String,
    pub retry: Option<u64>,
}

impl FrameParser {
    /// Take the next bytes of the body, and hand on each frame that is whole.
    pub fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(RawFrame<'_>)) {
        if !self.rest.is_empty() {
            let cut_in_two = self.rest.ends_with(b"\n") && bytes.starts_with(b"\n");
            let end = if cut_in_two { Some(1) } else { END.find(bytes).map(|at| at + 2) };
            self.rest.extend_from_slice(&bytes[..end.unwrap_or(bytes.len())]);
            let Some(end) = end else { return };
            take(RawFrame(&self.rest[..self.rest.len() - 2]));
            self.rest.clear();
            bytes = &bytes[end..];
        }
        while let Some(end) = END.find(bytes) {
            take(RawFrame(&bytes[..end]));
            bytes = &bytes[end + 2..];
        }
        self.rest.extend_from_slice(bytes);
    }
}

impl<'a> RawFrame<'a> {
    /// The number of the project's event that it carries.
    #[must_use]
    pub fn seq(self) -> Option<i64> {
        seq(self.0)
    }

    /// The fields; none if it is not UTF-8, and so not from this server.
    #[must_use]
    pub fn parse(self) -> Option<Frame<'a>> {
        let text = std::str::from_utf8(self.0).ok()?;
        let mut frame = Frame { text, ..Frame::default() };
        for (field, value) in fields(text) {
            match field {
                "event" => frame.event = value,
                "id" => frame.id = Some(value),
                // The server writes data on one line.
                "data" => frame.data = value,
                "retry" => frame.retry = value.parse().ok(),
                _ => {}
            }
        }
        Some(frame)
    }
}

impl Frame<'_> {
    /// The number of the project's event that it carries.
    #[must_use]
    pub fn seq(&self) -> Option<i64> {
        seq(self.data.as_bytes())
    }

    /// Whether it carries a project's event, and not news about the stream itself.
    #[must_use]
    pub fn is_event(&self) -> bool {
        // The type of an event is a noun and a verb.
        self.event.contains('.')
    }

    #[must_use]
    pub fn to_owned(&self) -> OwnedFrame {
        OwnedFrame {
            event: self.event.to_owned(),
            id: self.id.map(ToOwned::to_owned),
            data: self.data.to_owned(),
            retry: self.retry,
        }
    }

    /// What is wrong with it, by the form that this server keeps to: known fields, each of them once, and a name wherever
    /// there is data. The standard allows more.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let mut seen = vec![];
        for (field, value) in fields(self.text) {
            let known =
                matches!(field, "event" | "id" | "data" | "") || field == "retry" && value.parse::<u64>().is_ok();
            if !known || seen.contains(&field) {
                return Some(format!("`{field}` is unknown, malformed or comes twice: {}", self.text));
            }
            seen.push(field);
        }
        let nameless = seen.contains(&"data") && self.event.is_empty();
        nameless.then(|| format!("data without a name: {}", self.text))
    }
}

/// The lines of a frame; a comment is a line whose field has no name.
fn fields(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|line| !line.is_empty()).map(|line| {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        (field, value.strip_prefix(' ').unwrap_or(value))
    })
}

/// It stands near the beginning of the data, before any text that users write.
fn seq(bytes: &[u8]) -> Option<i64> {
    let digits = &bytes[SEQ.find(bytes)? + SEQ.needle().len()..];
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = "retry: 2417\n\nevent: hello\ndata: {\"epoch\":\"3f\"}\n\nid: 3f.12.0badcafe\nevent: task.moved\n\
                        data: {\"project\":\"p\",\"seq\":12,\"type\":\"task.moved\",\"cause\":\"\\\"seq\\\":99\"}\n\n";

    fn frames(bytes: &[u8], read: usize) -> Vec<OwnedFrame> {
        let mut parser = FrameParser::default();
        let mut frames = vec![];
        for part in bytes.chunks(read) {
            parser.push(part, |raw| {
                let frame = raw.parse().unwrap();
                assert_eq!((raw.seq(), frame.fault()), (frame.seq(), None));
                frames.push(frame.to_owned());
            });
        }
        assert!(parser.rest.is_empty());
        frames
    }

    proptest! {
        #[test]
        fn frames_are_the_same_wherever_they_are_cut(read in 1..400_usize) {
            prop_assert_eq!(frames(BODY.as_bytes(), read), frames(BODY.as_bytes(), 10_000));
        }
    }

    #[test]
    fn a_frame_has_what_its_fields_say() {
        let mut count = 0;
        FrameParser::default().push(BODY.as_bytes(), |raw| {
            count += 1;
            let frame = raw.parse().unwrap();
            match count {
                1 => assert_eq!((frame.retry, frame.data), (Some(2417), "")),
                2 => assert_eq!((frame.event, frame.seq(), frame.is_event()), ("hello", None, false)),
                _ => assert_eq!((frame.id, frame.seq(), frame.is_event()), (Some("3f.12.0badcafe"), Some(12), true)),
            }
        });
        assert_eq!(count, 3);
    }

    #[test]
    fn a_frame_in_a_form_that_the_server_does_not_write_is_a_fault() {
        for text in ["event: a\ndata: 1\ndata: 2", "data: 1", "retry: soon", "event: a\nname: b\ndata: 1"] {
            assert!(RawFrame(text.as_bytes()).parse().unwrap().fault().is_some(), "{text}");
        }
        assert_eq!(RawFrame(b": a comment").parse().unwrap().fault(), None);
        assert_eq!(RawFrame(&[0xff]).parse(), None);
    }
}
