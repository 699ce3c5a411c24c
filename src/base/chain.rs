//! The chain of a project's log: each event carries a short value over its predecessor's and its own bytes.
//!
//! A number alone does not say of which history it is: a copy of the database that goes on differently gives the same
//! numbers to other events. So cursors and `ETag`s name the chain beside the number, and a log can be verified by it.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::faults::planted;

/// The value of one event: 4 bytes, shown as 8 hex digits. It tells histories apart and withstands no forger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chain(u32);

/// What stands between an event's other members and the digits of its chain, which is its last member.
const MEMBER: &str = ",\"chain\":\"";
const DIGITS: usize = 8;

impl Chain {
    /// Before the first event; also of events that were written before there was a chain.
    pub const NONE: Self = Self(0);

    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// As the database keeps it.
    #[must_use]
    pub fn stored(self) -> i64 {
        self.0.into()
    }

    /// The chain of the event that follows: of the JSON text of its members before the chain.
    #[must_use]
    pub fn next(self, body: &str) -> Self {
        let previous = planted!(ChainForgetsPredecessor => 0, self.0);
        let hash = Sha256::new().chain_update(previous.to_be_bytes()).chain_update(body).finalize();
        Self(hash.first_chunk().map_or(0, |first| u32::from_be_bytes(*first)))
    }

    /// The digits, and no other way to write them.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let plain = digits.len() == DIGITS && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        plain.then(|| u32::from_str_radix(digits, 16).ok().map(Self)).flatten()
    }

    /// Append an event that has no chain yet: its chain, and its text with the chain as the last member.
    #[must_use]
    pub fn append(self, mut body: String) -> (Self, String) {
        let chain = self.next(&body);
        body.truncate(body.len().saturating_sub(1));
        (chain, format!("{body}{MEMBER}{chain}\"}}"))
    }

    /// The chain of an event that follows this one, if its text carries the right one. An event from before there was a
    /// chain carries none, and has [`Chain::NONE`].
    #[must_use]
    pub fn verify(self, body: &str) -> Option<Self> {
        let Some((before, told)) = split(body) else { return Some(Self::NONE) };
        (self.next(&format!("{before}}}")) == told).then_some(told)
    }

    /// The chain that an event's text carries.
    #[must_use]
    pub fn of_event(body: &str) -> Self {
        split(body).map_or(Self::NONE, |(_, chain)| chain)
    }
}

/// The text before the last member, and the chain in it.
fn split(body: &str) -> Option<(&str, Chain)> {
    let (before, digits) = body.strip_suffix("\"}")?.split_at_checked(body.len().checked_sub(2 + DIGITS)?)?;
    Some((before.strip_suffix(MEMBER)?, Chain::parse(digits)?))
}

/// From how the database keeps it.
impl From<i64> for Chain {
    fn from(stored: i64) -> Self {
        Self(u32::try_from(stored).unwrap_or_default())
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_carries_its_chain_as_its_last_member() {
        let (first, body) = Chain::NONE.append(r#"{"seq":1,"type":"task.created"}"#.into());
        // printf '\0\0\0\0{"seq":1,"type":"task.created"}' | sha256sum
        assert_eq!(body, r#"{"seq":1,"type":"task.created","chain":"0e9c4eef"}"#);
        assert_eq!(Chain::of_event(&body), first);
        assert_eq!(Chain::NONE.verify(&body), Some(first));
        let (second, next) = first.append(r#"{"seq":2}"#.into());
        assert_eq!(first.verify(&next), Some(second));
        assert_eq!(Chain::NONE.verify(&next), None, "another predecessor");
        assert_eq!(first.verify(&next.replace("\"seq\":2", "\"seq\":3")), None, "another event");
    }

    #[test]
    fn an_event_from_before_the_chain_carries_none() {
        for body in [r#"{"seq":1}"#, "{}", "", r#"{"chain":"0123456"}"#, r#"{"a":1,"chain":"0123456G"}"#] {
            assert_eq!(Chain::of_event(body), Chain::NONE, "{body}");
            assert_eq!(Chain::NONE.next("x").verify(body), Some(Chain::NONE), "{body}");
        }
    }

    #[test]
    fn eight_digits_are_a_chain_and_nothing_else_is() {
        let chain = Chain::from_bits(0x00c0_ffee);
        assert_eq!((chain.to_string().as_str(), Chain::parse("00c0ffee")), ("00c0ffee", Some(chain)));
        assert_eq!(Chain::from(chain.stored()), chain);
        for text in ["", "c0ffee", "00C0FFEE", "+0c0ffee", "00c0ffee0", "00c0ffeé"] {
            assert_eq!(Chain::parse(text), None, "{text}");
        }
    }
}
