//! Text that came from people, parsed at the edge: once a value has one of these types, it is the proof
//! that it was checked. Text is data everywhere; nothing here escapes anything.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{PartialSchema, ToSchema, openapi};

/// One line of 1 to `MAX` characters, trimmed, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

pub type Title = Line<255>;
pub type Name = Line<100>;

/// Text of any number of lines, up to 64 KiB.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Body(String);

/// An e-mail address in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Email(String);

/// A project's key: 2 to 10 capital letters and digits, a letter first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Key(String);

/// A colour, `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Colour(String);

/// A password as typed; never shown, never written.
#[derive(Clone)]
pub struct Password(String);

/// A secret that was given in a link or a header; never shown, never written.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl<const MAX: usize> Line<MAX> {
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err("must not be empty".into()),
            n if n > MAX => Err(format!("must have at most {MAX} characters, has {n}")),
            _ if text.chars().any(char::is_control) => Err("must not contain control characters".into()),
            _ => Ok(Self(text.into())),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Body {
    pub const MAX_BYTES: usize = 64 * 1024;

    pub fn parse(text: String) -> Result<Self, String> {
        if text.len() > Self::MAX_BYTES {
            return Err(format!("must have at most {} bytes, has {}", Self::MAX_BYTES, text.len()));
        }
        if text.contains('\0') {
            return Err("must not contain NUL".into());
        }
        Ok(Self(text))
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Email {
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let valid = text.len() <= 254
            && text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c))
            && text.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len())
                    && !domain.is_empty()
                    && !domain.contains('@')
                    && domain.split('.').all(|part| !part.is_empty())
            });
        if valid { Ok(Self(text.to_lowercase())) } else { Err("must be an e-mail address".into()) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Key {
    pub fn parse(text: &str) -> Result<Self, String> {
        let valid = (2..=10).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && text.starts_with(|c: char| c.is_ascii_uppercase());
        if valid { Ok(Self(text.into())) } else { Err("must be 2 to 10 of A-Z and 0-9, a letter first".into()) }
    }

    /// A key from a project's name: its first letters, or `P` and digits when it has none.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).take(4).collect();
        Self::parse(&letters.to_uppercase()).unwrap_or_else(|_| Self(format!("P{}", letters.len())))
    }

    /// This key with a number behind it, cut so that it stays a key.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let digits = number.to_string();
        let stem: String = self.0.chars().take(10 - digits.len().min(9)).collect();
        Self(stem + &digits)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Colour {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let valid = text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
        if valid { Ok(Self(text.to_lowercase())) } else { Err("must be a colour such as #4466aa".into()) }
    }
}

/// Passwords that attackers try first. Short ones need no entry: eight characters are the floor.
const COMMON: &[&str] = &[
    "password",
    "password1",
    "password12",
    "password123",
    "passw0rd",
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "11111111",
    "00000000",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "1q2w3e4r",
    "1qaz2wsx",
    "abc12345",
    "abcd1234",
    "iloveyou",
    "letmein1",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "welcome1",
    "whatever",
    "computer",
    "internet",
    "changeme",
    "administrator",
    "admin123",
    "boardcast",
];

impl Password {
    pub fn parse(text: String) -> Result<Self, String> {
        match text.chars().count() {
            n if n < 8 => Err("must have at least 8 characters".into()),
            n if n > 256 => Err("must have at most 256 characters".into()),
            _ if COMMON.contains(&text.to_lowercase().as_str()) => {
                Err("is one of the passwords that everybody tries first".into())
            }
            _ => Ok(Self(text)),
        }
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Line<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

macro_rules! deserialize_by_parse {
    ($($name:ty => $convert:expr),+ $(,)?) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $convert(text).map_err(de::Error::custom)
            }
        }
    )+};
}

deserialize_by_parse!(
    Body => Body::parse,
    Email => |text: String| Email::parse(&text),
    Key => |text: String| Key::parse(&text),
    Colour => |text: String| Colour::parse(&text),
    Password => Password::parse,
);

fn string_schema(min: usize, max: usize, pattern: Option<&str>) -> openapi::RefOr<openapi::Schema> {
    openapi::ObjectBuilder::new()
        .schema_type(openapi::schema::Type::String)
        .min_length(Some(min))
        .max_length(Some(max))
        .pattern(pattern)
        .into()
}

impl<const MAX: usize> PartialSchema for Line<MAX> {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        string_schema(1, MAX, None)
    }
}

impl<const MAX: usize> ToSchema for Line<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Line{MAX}"))
    }
}

macro_rules! string_schemas {
    ($($name:ident: $min:expr, $max:expr, $pattern:expr);+ $(;)?) => {$(
        impl PartialSchema for $name {
            fn schema() -> openapi::RefOr<openapi::Schema> {
                string_schema($min, $max, $pattern)
            }
        }
        impl ToSchema for $name {}
    )+};
}

string_schemas!(
    Body: 0, Body::MAX_BYTES, None;
    Email: 3, 254, None;
    Key: 2, 10, Some("^[A-Z][A-Z0-9]+$");
    Colour: 7, 7, Some("^#[0-9a-fA-F]{6}$");
    Password: 8, 256, None;
    Secret: 1, 255, None;
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_and_bounded() {
        assert_eq!(Title::parse("  Ship it ").unwrap().as_str(), "Ship it");
        assert!(Title::parse(" \t ").is_err());
        assert!(Title::parse(&"x".repeat(256)).is_err());
        assert!(Title::parse("a\nb").is_err());
        assert!(Title::parse("a\0b").is_err());
    }

    #[test]
    fn emails_are_lower_case_and_have_one_at() {
        assert_eq!(Email::parse("Alice@Example.com").unwrap().as_str(), "alice@example.com");
        for text in ["", "alice", "@x", "a@", "a@b@c", "a b@c", "a@b..c", "<a@b.c>"] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn keys_come_from_names() {
        assert_eq!(Key::from_name("Launch the website").as_str(), "LAUN");
        assert!(Key::parse(Key::from_name("日本").as_str()).is_ok());
        assert!(Key::parse(Key::from_name("7 days").as_str()).is_ok());
        assert_eq!(Key::parse("ABCDEFGHIJ").unwrap().numbered(12).as_str(), "ABCDEFGH12");
    }

    #[test]
    fn common_and_short_passwords_are_refused() {
        assert!(Password::parse("Password123".into()).is_err());
        assert!(Password::parse("short".into()).is_err());
        assert!(Password::parse("four words in a row".into()).is_ok());
    }
}
