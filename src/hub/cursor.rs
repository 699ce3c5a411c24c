//! Where a reader of many projects stands: compact, opaque, and worth nothing by itself (membership is looked up
//! at every connect).

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::ids::ProjectId;

/// A cursor comes back in one header line, for which proxies have 8 KiB. More projects than this are not told of:
/// whoever comes back goes on from their end, and is told so.
const MOST: usize = 500;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub epoch: String,
    /// The last notification.
    pub notification: i64,
    /// The last event of each project, under the random half of its id: the other half is the time when it was made.
    projects: BTreeMap<u64, i64>,
}

const FORM: u8 = 2;
const KEY: usize = size_of::<u64>();

const fn key(project: ProjectId) -> u64 {
    project.0.as_u64_pair().1
}

fn put(bytes: &mut Vec<u8>, number: i64) {
    // LEB128: seven bits a byte, the lowest first.
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

impl Cursor {
    #[must_use]
    pub fn new(epoch: &str, notification: i64) -> Self {
        Self { epoch: epoch.to_owned(), notification, projects: BTreeMap::new() }
    }

    pub fn set(&mut self, project: ProjectId, seq: i64) {
        if self.projects.len() < MOST {
            self.projects.insert(key(project), seq);
        }
    }

    /// The last event of this project, unless the cursor does not know it.
    #[must_use]
    pub fn seq(&self, project: ProjectId) -> Option<i64> {
        self.projects.get(&key(project)).copied()
    }

    /// How many projects it knows.
    #[must_use]
    pub fn count(&self) -> usize {
        self.projects.len()
    }

    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = vec![FORM];
        put(&mut bytes, i64::try_from(self.epoch.len()).unwrap_or(0));
        bytes.extend_from_slice(self.epoch.as_bytes());
        put(&mut bytes, self.notification);
        for (key, seq) in &self.projects {
            bytes.extend_from_slice(&key.to_be_bytes());
            put(&mut bytes, *seq);
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
        let mut cursor = Self::new(std::str::from_utf8(epoch).ok()?, take(&mut rest)?);
        while !rest.is_empty() {
            let (key, tail) = rest.split_first_chunk::<KEY>()?;
            rest = tail;
            cursor.projects.insert(u64::from_be_bytes(*key), take(&mut rest)?);
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
        fn a_cursor_comes_back_as_it_was(epoch in "[a-zA-Z0-9]{0,12}", notification in 0..i64::MAX, seqs in prop::collection::vec(0..i64::MAX, 0..20)) {
            let projects: Vec<(ProjectId, i64)> = seqs.into_iter().map(|seq| (ProjectId::new(), seq)).collect();
            let mut cursor = Cursor::new(&epoch, notification);
            for (project, seq) in &projects {
                cursor.set(*project, *seq);
            }
            let back = Cursor::decode(&cursor.encode()).unwrap();
            prop_assert_eq!((&*back.epoch, back.notification, back.count()), (&*epoch, notification, projects.len()));
            for (project, seq) in projects {
                prop_assert_eq!(back.seq(project), Some(seq));
            }
            prop_assert_eq!(back.seq(ProjectId::new()), None);
        }

        #[test]
        fn any_text_is_decoded_without_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Cursor::decode(&text);
            let _ = Cursor::decode(&URL_SAFE_NO_PAD.encode([&[FORM], bytes.as_slice()].concat()));
        }
    }

    #[test]
    fn however_many_the_projects_it_goes_through_a_proxy() {
        let mut cursor = Cursor::new("0123456789ab", i64::from(u32::MAX));
        let projects: Vec<ProjectId> = (0..=MOST).map(|_| ProjectId::new()).collect();
        for project in &projects {
            cursor.set(*project, 2_000_000);
        }
        let line = format!("last-event-id: {}", cursor.encode()).len();
        assert!(line < 8_000, "{line} bytes");
        let back = Cursor::decode(&cursor.encode()).unwrap();
        assert_eq!(back.seq(projects[MOST - 1]), Some(2_000_000));
        assert_eq!(back.seq(projects[MOST]), None);
    }
}
