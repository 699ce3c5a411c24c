//! How far a stream of many projects has been read, as one opaque text. A cursor grants nothing: the server looks up
//! memberships at every connect.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    base::ids::ProjectId,
    log::{Chain, LogPosition, notifications::Notified},
};

/// The client sends its cursor back in one header line, for which proxies allow 8 KiB. A cursor leaves out the projects
/// beyond this number: for those, a stream that resumes goes on from the head of the log, and its hello says so.
const MOST: usize = 500;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub epoch: String,
    /// The last notification.
    pub notified: Notified,
    /// The last event of each project, under a part of its id.
    projects: BTreeMap<u32, LogPosition>,
}

/// The version of the encoding, its first byte.
const FORM: u8 = 3;

/// The end of a project's id, which is random, and another part of it, by which the chain is masked: two projects whose
/// ids end alike have one entry, and the other one of them finds a wrong chain in it.
fn key(project: ProjectId) -> (u32, u32) {
    let (first, second) = project.0.as_u64_pair();
    let low = |part: u64| u32::try_from(part & u64::from(u32::MAX)).unwrap_or_default();
    (low(second), low(second >> 32) ^ low(first))
}

/// Append a number as LEB128: seven bits a byte, the lowest first.
fn put(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = u64::try_from(number).unwrap_or(0);
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or(0);
        rest >>= 7;
        if rest == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

/// Take a LEB128 number from the front.
fn take(bytes: &mut &[u8]) -> Option<i64> {
    let mut number: u64 = 0;
    for shift in (0..63).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return i64::try_from(number).ok();
        }
    }
    None
}

/// Take four bytes from the front.
fn take_bits(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*first))
}

impl Cursor {
    #[must_use]
    pub fn new(epoch: &str, notified: Notified) -> Self {
        Self { epoch: epoch.to_owned(), notified, projects: BTreeMap::new() }
    }

    pub fn set(&mut self, project: ProjectId, position: LogPosition) {
        if self.projects.len() < MOST {
            let (key, mask) = key(project);
            let chain = Chain::from_bits(position.chain.bits() ^ mask);
            self.projects.insert(key, LogPosition { chain, ..position });
        }
    }

    /// The last event of this project; `None` when the cursor does not name the project.
    #[must_use]
    pub fn position(&self, project: ProjectId) -> Option<LogPosition> {
        let (key, mask) = key(project);
        let LogPosition { seq, chain } = *self.projects.get(&key)?;
        Some(LogPosition::new(seq, Chain::from_bits(chain.bits() ^ mask)))
    }

    /// How many projects it names.
    #[must_use]
    pub fn count(&self) -> usize {
        self.projects.len()
    }

    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = vec![FORM];
        put(&mut bytes, i64::try_from(self.epoch.len()).unwrap_or(0));
        bytes.extend_from_slice(self.epoch.as_bytes());
        put(&mut bytes, self.notified.number);
        bytes.extend_from_slice(&self.notified.check.to_be_bytes());
        for (key, LogPosition { seq, chain }) in &self.projects {
            bytes.extend_from_slice(&key.to_be_bytes());
            put(&mut bytes, *seq);
            bytes.extend_from_slice(&chain.bits().to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// `None` for anything that was not made by `encode`.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let mut rest = bytes.strip_prefix(&[FORM])?;
        let length = usize::try_from(take(&mut rest)?).ok()?;
        let (epoch, tail) = rest.split_at_checked(length)?;
        rest = tail;
        let number = take(&mut rest)?;
        let notified = Notified { number, check: take_bits(&mut rest)? };
        let mut cursor = Self::new(std::str::from_utf8(epoch).ok()?, notified);
        while !rest.is_empty() {
            let (key, seq) = (take_bits(&mut rest)?, take(&mut rest)?);
            cursor.projects.insert(key, LogPosition::new(seq, Chain::from_bits(take_bits(&mut rest)?)));
        }
        Some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was(
            epoch in "[a-zA-Z0-9]{0,12}",
            number in 0..i64::MAX,
            check in any::<u32>(),
            places in prop::collection::vec((0..i64::MAX, any::<u32>()), 0..20),
        ) {
            let place = |(seq, bits)| (ProjectId::new(), LogPosition::new(seq, Chain::from_bits(bits)));
            let projects: Vec<(ProjectId, LogPosition)> = places.into_iter().map(place).collect();
            let notified = Notified { number, check };
            let mut cursor = Cursor::new(&epoch, notified);
            for (project, position) in &projects {
                cursor.set(*project, *position);
            }
            let back = Cursor::decode(&cursor.encode()).unwrap();
            prop_assert_eq!((&*back.epoch, back.notified, back.count()), (&*epoch, notified, projects.len()));
            for (project, position) in projects {
                prop_assert_eq!(back.position(project), Some(position));
            }
            prop_assert_eq!(back.position(ProjectId::new()), None);
        }

        #[test]
        fn any_text_is_decoded_without_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Cursor::decode(&text);
            let _ = Cursor::decode(&URL_SAFE_NO_PAD.encode([&[FORM], bytes.as_slice()].concat()));
        }
    }

    #[test]
    fn a_cursor_of_very_many_projects_still_passes_a_proxy() {
        let mut cursor = Cursor::new("0123456789ab", Notified { number: i64::from(u32::MAX), check: u32::MAX });
        let projects: Vec<ProjectId> = (0..=MOST).map(|_| ProjectId::new()).collect();
        let position = LogPosition::new(2_000_000, Chain::from_bits(u32::MAX));
        for project in &projects {
            cursor.set(*project, position);
        }
        let line = format!("last-event-id: {}", cursor.encode()).len();
        assert!(line < 8_000, "{line} bytes");
        let back = Cursor::decode(&cursor.encode()).unwrap();
        assert_eq!(back.position(projects[MOST - 1]), Some(position));
        assert_eq!(back.position(projects[MOST]), None);
    }

    #[test]
    fn a_project_whose_id_ends_alike_finds_another_chain() {
        let one = ProjectId::new();
        let bytes = one.0.as_u64_pair();
        let other = ProjectId(uuid::Uuid::from_u64_pair(bytes.0 ^ (1 << 20), bytes.1));
        let mut cursor = Cursor::new("e", Notified::default());
        cursor.set(one, LogPosition::new(7, Chain::NONE));
        let found = cursor.position(other).unwrap();
        assert_eq!(found.seq, 7);
        assert_ne!(found.chain, Chain::NONE);
    }
}
