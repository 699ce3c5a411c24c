//! Signed messages to addresses that people give, as Standard Webhooks has them:
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use sha2::Sha256;

use crate::base::clock::Timestamp;

const PREFIX: &str = "whsec_";
/// The standard asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// What a receiver and this server know: `whsec_` and base64.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(String);

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningSecret")
    }
}

impl SigningSecret {
    #[must_use]
    pub fn fresh() -> Self {
        Self(format!("{PREFIX}{}", STANDARD.encode(rand::rng().random::<[u8; SECRET_BYTES]>())))
    }

    /// One that was kept.
    #[must_use]
    pub const fn kept(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The signature of what is sent: `v1,` and base64. Nothing where the secret is damaged.
    fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> Option<String> {
        let key = STANDARD.decode(self.0.strip_prefix(PREFIX)?).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body);
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// The headers of one attempt to send a message. The id is the message's own: each attempt has the same. It holds no full
/// stop, which parts what is signed.
#[must_use]
pub fn signed_headers(id: &str, at: Timestamp, body: &[u8], secrets: &[SigningSecret]) -> [(&'static str, String); 3] {
    let seconds = at.0.div_euclid(1_000);
    let signatures: Vec<_> = secrets.iter().filter_map(|secret| secret.sign(id, seconds, body)).collect();
    [("webhook-id", id.into()), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signatures.join(" "))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_standard_has_it() {
        // Computed by `openssl dgst -sha256 -mac HMAC` over the id, the seconds and the body.
        let secret = SigningSecret::kept("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
        let body = br#"{"test": 2432232314}"#;
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let [sent, at, signature] = signed_headers(id, Timestamp(1_614_265_330_999), body, &[secret]);
        assert_eq!(sent, ("webhook-id", id.into()));
        assert_eq!(at, ("webhook-timestamp", "1614265330".into()));
        assert_eq!(signature, ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".into()));
    }

    #[test]
    fn two_secrets_make_two_signatures_and_none_is_printed() {
        let secrets = [SigningSecret::fresh(), SigningSecret::fresh()];
        let [.., (_, both)] = signed_headers("m", Timestamp(0), b"x", &secrets);
        assert_eq!(both.split(' ').count(), 2);
        assert!(!format!("{secrets:?}").contains(&secrets[0].as_str()[6..]));
        assert_eq!(secrets[0].as_str().len(), 6 + 44);
    }
}
