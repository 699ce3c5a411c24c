//! An event as streams write it: built once, shared by all of them.

use bytes::{Buf, Bytes};
use tokio::time::Instant;

use crate::{
    base::ids::UserId,
    log::{Chain, LogPosition, ProjectCursor},
};

#[derive(Clone, Debug)]
pub struct Frame {
    pub seq: i64,
    pub chain: Chain,
    bytes: Bytes,
    /// Where the part without the `id:` line begins.
    bare_at: usize,
    /// The user whose membership ends with this event.
    pub left: Option<UserId>,
    /// The project itself ends with this event.
    pub gone: bool,
    /// When this node had it to give to its streams, right after the commit.
    pub received: Option<Instant>,
}

impl Frame {
    #[must_use]
    pub fn new(epoch: &str, position: LogPosition, event_type: &str, body: &str, left: Option<UserId>) -> Self {
        let LogPosition { seq, chain } = position;
        let id = format!("id: {}\n", position.cursor(epoch));
        // `body` is JSON on one line: line ends inside of it are escaped, so no text can end the frame.
        let bytes = Bytes::from(format!("{id}event: {event_type}\ndata: {body}\n\n"));
        Self { seq, chain, bytes, bare_at: id.len(), left, gone: event_type == "project.deleted", received: None }
    }

    /// A frame that another node built; `None` when the bytes are none.
    #[must_use]
    pub fn from_bytes(bytes: Bytes, left: Option<UserId>, gone: bool) -> Option<Self> {
        let bare_at = bytes.iter().position(|byte| *byte == b'\n')? + 1;
        let id = std::str::from_utf8(&bytes[..bare_at - 1]).ok()?.strip_prefix("id: ")?;
        let LogPosition { seq, chain } = ProjectCursor::parse(id)?.position;
        let whole = bytes[bare_at..].starts_with(b"event: ") && bytes.ends_with(b"\n\n");
        whole.then_some(Self { seq, chain, bytes, bare_at, left, gone, received: None })
    }

    /// For the stream of one project: with its number as the cursor.
    #[must_use]
    pub fn with_id(self) -> Bytes {
        self.bytes
    }

    /// For a stream of many projects, whose cursor comes in checkpoints.
    #[must_use]
    pub fn bare(mut self) -> Bytes {
        self.bytes.advance(self.bare_at);
        self.bytes
    }

    #[must_use]
    pub const fn position(&self) -> LogPosition {
        LogPosition::new(self.seq, self.chain)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
