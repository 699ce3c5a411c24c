//! The keys of a browser's subscription, and the encryption of a message for it: RFC 8291, in the coding `aes128gcm` of
//! RFC 8188.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    error::Unspecified,
    hmac,
    rand::{SecureRandom, SystemRandom},
};

/// Bytes of a point on the curve, uncompressed.
const POINT: usize = 65;
const SALT: usize = 16;
/// How many bytes push services have to take (RFC 8030).
const MOST_BYTES: usize = 4_096;
/// The salt, the size of a record, the length of the sender's key and the key.
const HEAD: usize = SALT + 4 + 1 + POINT;
/// The end of the text, and the tag of the cipher.
const END: usize = 1 + 16;

/// What a browser tells those servers that may send to it.
#[derive(Clone)]
pub struct Keys {
    /// Its public key.
    p256dh: [u8; POINT],
    auth: [u8; 16],
}

impl Keys {
    /// The most bytes of a message before it is encrypted.
    pub const MOST_TEXT: usize = MOST_BYTES - HEAD - END;

    /// Keys as a browser writes them. The error names the one that is wrong, and says what it must be.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, (&'static str, &'static str)> {
        let point = URL_SAFE_NO_PAD.decode(p256dh).ok().and_then(|bytes| <[u8; POINT]>::try_from(bytes).ok());
        let point = point.filter(is_on_curve);
        let wrong = ("p256dh", "must be a point on the curve P-256, uncompressed, in base64url without padding");
        let p256dh = point.ok_or(wrong)?;
        let auth = URL_SAFE_NO_PAD.decode(auth).ok().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
        Ok(Self { p256dh, auth: auth.ok_or(("auth", "must be 16 bytes, in base64url without padding"))? })
    }

    /// Encrypt a message. Each one has a key pair and a salt of its own.
    pub fn encrypt(&self, text: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        let mut salt = [0; SALT];
        random.fill(&mut salt)?;
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
        let public = own.compute_public_key()?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &self.p256dh);
        agree_ephemeral(own, &theirs, |shared| self.seal(text, shared, public.as_ref(), salt))?
    }

    /// Encrypt by the secret that this server's key of the message and the browser's share.
    fn seal(&self, text: &[u8], shared: &[u8], public: &[u8], salt: [u8; SALT]) -> Result<Vec<u8>, Unspecified> {
        if text.len() > Self::MOST_TEXT {
            return Err(Unspecified);
        }
        let info = [b"WebPush: info\0", &self.p256dh[..], public].concat();
        let secret = derive(&self.auth, shared, &info);
        let key = derive(&salt, secret.as_ref(), b"Content-Encoding: aes128gcm\0");
        let nonce = derive(&salt, secret.as_ref(), b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key.as_ref()[..16])?);
        // The text is the last record, which this byte says.
        let mut sealed = [text, &[2]].concat();
        key.seal_in_place_append_tag(
            Nonce::try_assume_unique_for_key(&nonce.as_ref()[..12])?,
            Aad::empty(),
            &mut sealed,
        )?;
        let record = u32::try_from(MOST_BYTES).map_err(|_| Unspecified)?.to_be_bytes();
        let length = u8::try_from(public.len()).map_err(|_| Unspecified)?;
        Ok([&salt[..], &record, &[length], public, &sealed].concat())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// HKDF-SHA-256 (RFC 5869) for up to 32 bytes.
fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> hmac::Tag {
    let extracted = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), secret);
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()), &[info, &[1]].concat())
}

/// An agreement takes no other points.
fn is_on_curve(point: &[u8; POINT]) -> bool {
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new());
    own.and_then(|own| agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, point), |_| ())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const P256DH: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    /// The example of RFC 8291, section 5 and appendix A.
    #[test]
    fn a_message_is_encrypted_as_the_standard_says() {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let shared = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let public = bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = Keys::parse(P256DH, AUTH).unwrap().seal(text, &shared, &public, salt).unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), expected);
    }

    #[test]
    fn a_message_has_at_most_4096_bytes() {
        let keys = Keys::parse(P256DH, AUTH).unwrap();
        assert_eq!(keys.encrypt(&[b'x'; Keys::MOST_TEXT]).unwrap().len(), MOST_BYTES);
        assert!(keys.encrypt(&[b'x'; Keys::MOST_TEXT + 1]).is_err());
    }

    #[test]
    fn keys_are_a_point_on_the_curve_and_16_bytes() {
        let mut off = URL_SAFE_NO_PAD.decode(P256DH).unwrap();
        off[64] ^= 1;
        let (off, zero) = (URL_SAFE_NO_PAD.encode(&off), URL_SAFE_NO_PAD.encode([&[4][..], &[0; 64]].concat()));
        let compressed = URL_SAFE_NO_PAD.encode([&[2][..], &URL_SAFE_NO_PAD.decode(P256DH).unwrap()[1..33]].concat());
        for p256dh in ["", "x", &off, &zero, &compressed, &P256DH[..86], &format!("{P256DH}=")] {
            assert_eq!(Keys::parse(p256dh, AUTH).unwrap_err().0, "p256dh", "{p256dh}");
        }
        for auth in ["", "BTBZMqHH6r4Tts7J_aSIg", "BTBZMqHH6r4Tts7J_aSIggA", "BTBZMqHH6r4Tts7J/aSIgg"] {
            assert_eq!(Keys::parse(P256DH, auth).unwrap_err().0, "auth", "{auth}");
        }
    }
}
