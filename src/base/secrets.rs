//! Secrets that are handed out once: how they are made, recognised and kept (only as SHA-256).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt;
use sha2::{Digest, Sha256};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TOKEN_PREFIX: &str = "bc_";
const TOKEN_RANDOM: usize = 43;
const TOKEN_CHECK: usize = 6;

/// The form in which a secret is stored. The secrets have 256 bits, so one round is enough.
#[must_use]
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// 256 random bits for a link.
#[must_use]
pub fn link() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

/// An API token: `bc_`, 43 random characters, and 6 of checksum, so that scanners can tell a real one from noise
/// and a mistyped one costs no look-up.
#[must_use]
pub fn token() -> String {
    let mut rng = rand::rng();
    let random: String = (0..TOKEN_RANDOM).map(|_| char::from(BASE62[rng.random_range(0..BASE62.len())])).collect();
    let check = checksum(&random);
    format!("{TOKEN_PREFIX}{random}{check}")
}

/// Whether a text has the form and the checksum of an API token.
#[must_use]
pub fn is_token(text: &str) -> bool {
    text.strip_prefix(TOKEN_PREFIX).is_some_and(|rest| {
        rest.len() == TOKEN_RANDOM + TOKEN_CHECK
            && rest.is_ascii()
            && checksum(&rest[..TOKEN_RANDOM]) == rest[TOKEN_RANDOM..]
    })
}

fn checksum(random: &str) -> String {
    let digest = Sha256::digest(random.as_bytes());
    digest.iter().take(TOKEN_CHECK).map(|byte| char::from(BASE62[usize::from(*byte) % BASE62.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_carries_its_checksum() {
        let token = token();
        assert_eq!(token.len(), 52);
        assert!(is_token(&token));
        let other = if token.ends_with('0') { '1' } else { '0' };
        assert!(!is_token(&format!("{}{other}", &token[..51])));
        assert!(!is_token("bc_"));
        assert!(!is_token(""));
    }
}
