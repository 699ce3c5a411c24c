//! What waits to be written to one stream: shared bytes, never copies of them.

use std::{collections::VecDeque, io::IoSlice};

use bytes::{Buf, Bytes};
use tokio::net::TcpStream;

use crate::faults::{Fault, planted};

/// One write carries at most this many pieces.
const PIECES: usize = 64;
/// Beyond this many bytes nothing more is put in: a reader that is stuck pins no more of the log than this.
const FULL: usize = 64 * 1024;

#[derive(Debug, Default)]
pub struct Outbox {
    pieces: VecDeque<Bytes>,
    bytes: usize,
    /// The first piece has been written in part.
    torn: bool,
    /// Something was written, the head of the answer first.
    begun: bool,
}

impl Outbox {
    pub fn push(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        self.bytes += piece.len();
        self.pieces.push_back(piece);
    }

    /// Before everything else.
    pub fn precede(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        self.bytes += piece.len();
        self.pieces.push_front(piece);
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How much waits.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// No more than what is in here should wait.
    pub fn is_full(&self) -> bool {
        self.bytes >= FULL && !planted(Fault::OutboxWithoutEnd)
    }

    /// Whether, with all that waits thrown away, another frame could follow what was written.
    pub const fn is_between_frames(&self) -> bool {
        self.begun && !self.torn
    }

    pub fn clear(&mut self) {
        *self = Self { begun: self.begun, ..Self::default() };
    }

    /// Write as much as the socket takes; `WouldBlock` when it takes nothing.
    pub fn write(&mut self, socket: &TcpStream) -> std::io::Result<()> {
        while !self.pieces.is_empty() {
            let written = match &self.pieces {
                pieces if pieces.len() == 1 => socket.try_write(&pieces[0])?,
                pieces => {
                    let mut slices = [IoSlice::new(&[]); PIECES];
                    let mut count = 0;
                    for (slice, piece) in slices.iter_mut().zip(pieces) {
                        *slice = IoSlice::new(piece);
                        count += 1;
                    }
                    socket.try_write_vectored(&slices[..count])?
                }
            };
            if written == 0 {
                return Err(std::io::ErrorKind::WriteZero.into());
            }
            self.wrote(written);
        }
        // A burst leaves no room behind that an idle stream would keep.
        if self.pieces.capacity() > 8 {
            self.pieces = VecDeque::new();
        }
        Ok(())
    }

    fn wrote(&mut self, mut written: usize) {
        self.bytes = self.bytes.saturating_sub(written);
        self.torn = false;
        self.begun |= written > 0;
        while let Some(first) = self.pieces.front_mut() {
            if written < first.len() {
                first.advance(written);
                self.torn = written > 0;
                return;
            }
            written -= first.len();
            self.pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_when_a_piece_is_half_written() {
        let mut outbox = Outbox::default();
        outbox.push("event: a\n\n");
        outbox.push("event: b\n\n");
        assert!(!outbox.is_between_frames(), "before the head there is no frame");
        outbox.wrote(10);
        assert!(outbox.is_between_frames());
        outbox.wrote(4);
        assert!(!outbox.is_between_frames());
        assert_eq!(outbox.bytes, 6);
        outbox.wrote(6);
        assert!(outbox.is_between_frames() && outbox.is_empty());
    }
}
