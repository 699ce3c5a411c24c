//! Bytes as hexadecimal digits in lower case.

use std::fmt::Write;

/// The SHA-256 of a content.
pub type Sha256Hash = [u8; 32];

#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a text never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A hash: sixty-four digits in lower case, and no other way to write them.
#[must_use]
pub fn parse_hash(text: &str) -> Option<Sha256Hash> {
    let plain = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    plain.then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_text() {
        let text = "00ff".repeat(16);
        let hash = parse_hash(&text).unwrap();
        assert_eq!((hash[..2].to_vec(), encode(&hash)), (vec![0, 255], text.clone()));
        for wrong in [&text[1..], &format!("{text}0"), &text.to_uppercase(), &text.replace("ff", "+f"), ""] {
            assert_eq!(parse_hash(wrong), None, "{wrong}");
        }
    }
}
