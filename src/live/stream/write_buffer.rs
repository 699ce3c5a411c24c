//! What waits to be written to one socket: shared bytes, never copies of them.

use std::{collections::VecDeque, io::IoSlice};

use bytes::{Buf, Bytes};
use tokio::net::TcpStream;

use crate::faults::planted;

/// One system call writes at most this many pieces.
const PIECES: usize = 64;
/// Beyond this many bytes a stream puts nothing more in: a stuck client keeps no more of the log in memory than this.
const FULL: usize = 64 * 1024;
/// An idle stream keeps no more capacity than this many pieces.
const IDLE_CAPACITY: usize = 8;

#[derive(Debug, Default)]
pub struct WriteBuffer {
    /// The head of the response, then frames.
    pieces: VecDeque<Bytes>,
    len: usize,
    /// The first piece is written in part.
    mid_piece: bool,
    /// Something was written.
    started: bool,
}

impl WriteBuffer {
    pub fn push(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        self.len += piece.len();
        self.pieces.push_back(piece);
    }

    /// Put a piece before all others.
    pub fn push_front(&mut self, piece: impl Into<Bytes>) {
        let piece = piece.into();
        self.len += piece.len();
        self.pieces.push_front(piece);
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many bytes wait.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether a stream has to wait before it puts more in.
    pub fn is_full(&self) -> bool {
        planted!(UnboundedWriteBuffer => false, self.len >= FULL)
    }

    /// Whether a frame may follow what was written if everything that waits is dropped: the head of the response was
    /// written, and no frame in part.
    pub const fn is_between_frames(&self) -> bool {
        self.started && !self.mid_piece
    }

    /// Drop everything that waits.
    pub fn clear(&mut self) {
        *self = Self { started: self.started, ..Self::default() };
    }

    /// Write as much as the socket takes; `WouldBlock` when it takes nothing.
    pub fn write(&mut self, socket: &TcpStream) -> std::io::Result<()> {
        while !self.pieces.is_empty() {
            let written = self.write_once(socket)?;
            if written == 0 {
                return Err(std::io::ErrorKind::WriteZero.into());
            }
            self.advance(written);
        }
        if self.pieces.capacity() > IDLE_CAPACITY {
            self.pieces = VecDeque::new();
        }
        Ok(())
    }

    fn write_once(&self, socket: &TcpStream) -> std::io::Result<usize> {
        if self.pieces.len() == 1 {
            return socket.try_write(&self.pieces[0]);
        }
        let mut slices = [IoSlice::new(&[]); PIECES];
        let mut count = 0;
        for (slice, piece) in slices.iter_mut().zip(&self.pieces) {
            *slice = IoSlice::new(piece);
            count += 1;
        }
        socket.try_write_vectored(&slices[..count])
    }

    fn advance(&mut self, mut written: usize) {
        self.len = self.len.saturating_sub(written);
        self.mid_piece = false;
        self.started |= written > 0;
        while let Some(first) = self.pieces.front_mut() {
            if written < first.len() {
                first.advance(written);
                self.mid_piece = written > 0;
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
    fn a_half_written_frame_is_known() {
        let mut buffer = WriteBuffer::default();
        buffer.push("event: a\n\n");
        buffer.push("event: b\n\n");
        assert!(!buffer.is_between_frames(), "before the head there is no frame");
        buffer.advance(10);
        assert!(buffer.is_between_frames());
        buffer.advance(4);
        assert!(!buffer.is_between_frames());
        assert_eq!(buffer.len, 6);
        buffer.advance(6);
        assert!(buffer.is_between_frames() && buffer.is_empty());
    }
}
