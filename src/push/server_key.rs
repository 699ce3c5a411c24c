//! The key by which push services know this server (VAPID, RFC 8292): a subscription is made for it, and each message is
//! signed by it.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;
use url::Url;

use crate::base::clock::Timestamp;

/// How long a signature holds; push services take none that holds for more than a day.
const HOLDS: Duration = Duration::from_hours(12);

pub struct ServerKey(EcdsaKeyPair);

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey")
    }
}

impl ServerKey {
    /// A new key, as it is kept (PKCS#8).
    #[must_use]
    pub fn fresh() -> Option<String> {
        let kept = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Some(URL_SAFE_NO_PAD.encode(kept.ok()?))
    }

    /// A key that was kept.
    #[must_use]
    pub fn read(kept: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(kept).ok()?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, &SystemRandom::new());
        key.ok().map(Self)
    }

    /// What browsers are told, which is no secret.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key())
    }

    /// The header by which a push service knows who sends to this address, and how to reach the people who run the server.
    #[must_use]
    pub fn authorization(&self, endpoint: &Url, public_url: &str, now: Timestamp) -> Option<String> {
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": now.plus(HOLDS).0 / 1_000,
            "sub": contact(public_url),
        });
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(signature), self.public()))
    }
}

/// Push services take the address of a site or a mailbox, and the first one has to be `https`.
fn contact(public_url: &str) -> String {
    if public_url.starts_with("https://") {
        return public_url.to_owned();
    }
    let host = Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    format!("mailto:admin@{}", host.as_deref().unwrap_or("localhost"))
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_push_service_can_check_who_sends() {
        let key = ServerKey::read(&ServerKey::fresh().unwrap()).unwrap();
        let endpoint = Url::parse("https://push.example.org:8443/send/secret?a=b").unwrap();
        let header = key.authorization(&endpoint, "https://boards.example.org", Timestamp(1_000_000)).unwrap();
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let known = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(public));
        known.verify(signed.as_bytes(), &bytes(signature)).unwrap();
        let claims: Value = serde_json::from_slice(&bytes(signed.split_once('.').unwrap().1)).unwrap();
        let expected =
            json!({"aud": "https://push.example.org:8443", "exp": 44_200, "sub": "https://boards.example.org"});
        assert_eq!(claims, expected);
        assert_eq!(contact("http://127.0.0.1:8080"), "mailto:admin@127.0.0.1");
    }

    #[test]
    fn a_key_is_never_shown() {
        let kept = ServerKey::fresh().unwrap();
        assert_eq!(format!("{:?}", ServerKey::read(&kept)), "Some(ServerKey)");
        assert_ne!(Some(kept), ServerKey::fresh());
        assert!(ServerKey::read("").is_none() && ServerKey::read("nonsense").is_none());
    }
}
