//! The link by which a person ends mails of one kind without signing in (RFC 8058). It says who and which kind, and is signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// What signs the links of this instance.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

/// Whose mails end, and of which kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    pub user: Uuid,
    pub kind: String,
}

impl Key {
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(secret.as_bytes().to_vec())
    }

    fn mac(&self, content: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(content);
        Some(mac)
    }

    #[must_use]
    pub fn sign(&self, unsubscribe: &Unsubscribe) -> String {
        let content = [unsubscribe.user.as_bytes(), unsubscribe.kind.as_bytes()].concat();
        let signature = self.mac(&content).map(|mac| mac.finalize().into_bytes()).unwrap_or_default();
        URL_SAFE_NO_PAD.encode([&signature[..], &content].concat())
    }

    /// What a link says, if this instance signed it.
    #[must_use]
    pub fn open(&self, token: &str) -> Option<Unsubscribe> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (signature, content) = bytes.split_at_checked(32)?;
        self.mac(content)?.verify_slice(signature).ok()?;
        let (user, kind) = content.split_at_checked(16)?;
        Some(Unsubscribe { user: Uuid::from_slice(user).ok()?, kind: String::from_utf8(kind.to_vec()).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_was_touched_is_none() {
        let (key, other) = (Key::new("a"), Key::new("b"));
        let unsubscribe = Unsubscribe { user: Uuid::from_u128(7), kind: "commented".into() };
        let token = key.sign(&unsubscribe);
        assert_eq!(key.open(&token), Some(unsubscribe));
        assert_eq!(other.open(&token), None);
        for at in 0..token.len() {
            let touched: String =
                token.char_indices().map(|(i, c)| if i == at { if c == 'A' { 'B' } else { 'A' } } else { c }).collect();
            // The last character may hold bits that say nothing.
            assert!(touched == token || key.open(&touched).is_none() || at + 1 == token.len(), "{at}");
        }
        assert_eq!(key.open(""), None);
    }
}
