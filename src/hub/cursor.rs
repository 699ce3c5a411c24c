//! Where a reader of many projects stands: compact, opaque, and worth nothing by itself (membership is looked up
//! at every connect).

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::ids::ProjectId;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub epoch: String,
    /// The last notification.
    pub notification: i64,
    /// The last event of each project.
    pub projects: BTreeMap<ProjectId, i64>,
}

const FORM: u8 = 1;

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
    pub fn encode(&self) -> String {
        let mut bytes = vec![FORM];
        put(&mut bytes, i64::try_from(self.epoch.len()).unwrap_or(0));
        bytes.extend_from_slice(self.epoch.as_bytes());
        put(&mut bytes, self.notification);
        for (project, seq) in &self.projects {
            bytes.extend_from_slice(project.0.as_bytes());
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
        let mut cursor = Self { epoch: String::from_utf8(epoch.into()).ok()?, ..Self::default() };
        rest = tail;
        cursor.notification = take(&mut rest)?;
        while !rest.is_empty() {
            let (id, tail) = rest.split_at_checked(16)?;
            rest = tail;
            cursor.projects.insert(ProjectId(Uuid::from_slice(id).ok()?), take(&mut rest)?);
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
            let projects = seqs.into_iter().map(|seq| (ProjectId::new(), seq)).collect();
            let cursor = Cursor { epoch, notification, projects };
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn any_text_is_decoded_without_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Cursor::decode(&text);
            let _ = Cursor::decode(&URL_SAFE_NO_PAD.encode([&[FORM], bytes.as_slice()].concat()));
        }
    }
}
