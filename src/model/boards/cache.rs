//! Encoded boards that are kept while nothing happens in their projects: after a deploy, or when a team opens its board in
//! the morning, the first request reads and encodes it, and the others get the same bytes.
//!
//! What is kept is the same for every member, and it is asked for with a [`Membership`] only. It carries its last event:
//! a request looks up the project's last event first, and takes what ends with that one or was read after the look-up. A
//! number alone would not do: the database may have been put back to an older state.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use parking_lot::Mutex;

use crate::{
    auth::membership::Membership,
    base::{error::Result, ids::ProjectId},
    log::LogPosition,
    model::boards::{self, Encoding, encode::encode},
};

/// How many bytes are kept in all. A compressed board has about 70 bytes a task: this is room for forty projects of 10,000
/// tasks each, or for one of the largest that a client asks for without compression.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A board as an answer's body, up to the event `head`.
#[derive(Clone, Debug)]
pub struct EncodedBoard {
    pub head: LogPosition,
    pub bytes: Bytes,
}

type Key = (ProjectId, Encoding);
/// The lock to hold while a board is made, and when it was missing.
type Missing = (Arc<tokio::sync::Mutex<()>>, u64);

#[derive(Debug, Default)]
pub struct BoardCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    slots: HashMap<Key, Slot>,
    bytes: usize,
    /// Counts the uses, to know the least recent one, and what came before what.
    clock: u64,
}

#[derive(Debug, Default)]
struct Slot {
    board: Option<EncodedBoard>,
    kept_at: u64,
    used_at: u64,
    /// Held by the one request that reads and encodes this board.
    reading: Arc<tokio::sync::Mutex<()>>,
}

impl BoardCache {
    /// The board, not older than the event `head`, which the caller has just looked up.
    pub async fn get(
        &self,
        by: &Membership,
        epoch: &str,
        encoding: Encoding,
        head: LogPosition,
    ) -> Result<EncodedBoard> {
        let key = (by.project(), encoding);
        let (reading, begun) = match self.0.lock().look(key, head, u64::MAX) {
            Ok(board) => return Ok(board),
            Err(missing) => missing,
        };
        let _one_at_a_time = reading.lock().await;
        if let Ok(board) = self.0.lock().look(key, head, begun) {
            return Ok(board);
        }
        let (head, board) = boards::read(by, epoch).await?;
        let board = EncodedBoard { head, bytes: encode(board, encoding).await? };
        self.0.lock().keep(key, board.clone());
        Ok(board)
    }
}

impl Kept {
    /// What is kept, if it ends with this event or is later and was put here after `begun`; or the lock to hold while it is
    /// made, and the moment of this look.
    fn look(&mut self, key: Key, head: LogPosition, begun: u64) -> Result<EncodedBoard, Missing> {
        self.clock += 1;
        let slot = self.slots.entry(key).or_default();
        slot.used_at = self.clock;
        let newer = |board: &EncodedBoard| slot.kept_at > begun && board.head.seq >= head.seq;
        let found = slot.board.clone().filter(|board| board.head == head || newer(board));
        found.ok_or_else(|| (slot.reading.clone(), self.clock))
    }

    fn keep(&mut self, key: Key, board: EncodedBoard) {
        self.clock += 1;
        let slot = self.slots.entry(key).or_default();
        (slot.used_at, slot.kept_at) = (self.clock, self.clock);
        self.bytes += board.bytes.len();
        if let Some(older) = slot.board.replace(board) {
            self.bytes -= older.bytes.len();
        }
        while self.bytes > MOST_BYTES && self.forget_one() {}
        // A slot without a board stays only while a request is about to fill it.
        self.slots.retain(|_, slot| slot.board.is_some() || Arc::strong_count(&slot.reading) > 1);
    }

    /// Forget the board that was not asked for the longest.
    fn forget_one(&mut self) -> bool {
        let kept = self.slots.values_mut().filter(|slot| slot.board.is_some());
        let Some(board) = kept.min_by_key(|slot| slot.used_at).and_then(|slot| slot.board.take()) else { return false };
        self.bytes -= board.bytes.len();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Chain;

    fn at(seq: i64) -> LogPosition {
        LogPosition::new(seq, Chain::NONE.next(&seq.to_string()))
    }

    fn board(seq: i64, length: usize) -> EncodedBoard {
        EncodedBoard { head: at(seq), bytes: vec![0; length].into() }
    }

    fn key() -> Key {
        (ProjectId::new(), Encoding::Gzip)
    }

    fn look(kept: &mut Kept, key: Key, seq: i64) -> Result<EncodedBoard, Missing> {
        kept.look(key, at(seq), u64::MAX)
    }

    #[test]
    fn nothing_but_what_was_looked_up_is_taken() {
        let (mut kept, key) = (Kept::default(), key());
        let (_, begun) = look(&mut kept, key, 4).unwrap_err();
        kept.keep(key, board(5, 10));
        assert_eq!(look(&mut kept, key, 5).unwrap().head, at(5));
        assert!(look(&mut kept, key, 6).is_err());
        assert!(look(&mut kept, (key.0, Encoding::Identity), 5).is_err());
        assert!(kept.look(key, LogPosition::new(5, Chain::NONE), u64::MAX).is_err(), "another history");
        assert!(look(&mut kept, key, 4).is_err(), "it may be of another history");
        assert_eq!(kept.look(key, at(4), begun).unwrap().head, at(5), "it was read after the look-up");
        kept.keep(key, board(6, 20));
        assert_eq!((look(&mut kept, key, 6).unwrap().bytes.len(), kept.bytes), (20, 20));
    }

    #[test]
    fn the_least_recently_used_go_first_and_bytes_are_bounded() {
        let mut kept = Kept::default();
        let keys: Vec<Key> = (0..9).map(|_| key()).collect();
        for key in &keys[..8] {
            kept.keep(*key, board(1, MOST_BYTES / 8));
        }
        assert!(look(&mut kept, keys[0], 1).is_ok());
        kept.keep(keys[8], board(1, 1));
        assert!(look(&mut kept, keys[1], 1).is_err());
        for key in [0, 2, 3, 4, 5, 6, 7, 8] {
            assert!(look(&mut kept, keys[key], 1).is_ok(), "{key}");
        }
        assert!(kept.bytes <= MOST_BYTES);
        // A board that is longer than all of the room is answered and not kept.
        kept.keep(keys[1], board(1, MOST_BYTES + 1));
        assert_eq!((kept.bytes, kept.slots.values().filter(|slot| slot.board.is_some()).count()), (0, 0));
    }

    #[test]
    fn slots_without_boards_do_not_pile_up() {
        let mut kept = Kept::default();
        let (waiting, _) = look(&mut kept, key(), 1).unwrap_err();
        for _ in 0..100 {
            assert!(look(&mut kept, key(), 1).is_err());
        }
        kept.keep(key(), board(1, 10));
        assert_eq!(kept.slots.len(), 2);
        drop(waiting);
        kept.keep(key(), board(1, 10));
        assert_eq!(kept.slots.len(), 2);
    }
}
