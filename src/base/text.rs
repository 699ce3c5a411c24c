//! Text from outside, parsed where it enters: a value of one of these types is the proof that its text was checked.
//! Text is data everywhere, so nothing here escapes anything.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_normalization::UnicodeNormalization;
use utoipa::{PartialSchema, ToSchema, openapi};

use crate::base::invisible::{is_invisible, shows_nothing};

/// A single line of 1 to `MAX` characters, trimmed, without control characters. One of them at least can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct ShortText<const MAX: usize>(String);

pub type Title = ShortText<255>;
pub type Name = ShortText<100>;

/// Text of any number of lines, up to 64 KiB.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, sqlx_macros::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Body(String);

/// An e-mail address in lower case, composed (NFC), of characters that can be seen: one account has one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Email(String);

/// A project's key: 2 to 10 capital letters and digits, a letter first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Key(String);

/// A colour, `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Colour(String);

/// The name of a file, without a folder: 1 to 255 characters, of which one at least can be seen and is no dot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::Type)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct FileName(String);

/// One emoji, in its usual form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emoji(&'static str);

/// A time zone by its IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(String);

/// A password as typed; never shown, never written.
#[derive(Clone)]
pub struct Password(String);

/// A secret from a link or a header; never shown, never written.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl<const MAX: usize> ShortText<MAX> {
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err("must not be empty".into()),
            n if n > MAX => Err(format!("must have at most {MAX} characters, has {n}")),
            _ if text.chars().any(char::is_control) => Err("must not contain control characters".into()),
            _ if shows_nothing(text) => Err("must have a character that can be seen".into()),
            _ => Ok(Self(text.into())),
        }
    }

    /// A text of the database, which was checked when it came, if by older rules.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
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
        let text = folded(text.trim());
        let valid = text.len() <= 254
            && text.chars().all(|c| !c.is_whitespace() && !is_invisible(c) && !"<>()[],;:\\\"".contains(c))
            && text.split_once('@').is_some_and(|(local, domain)| {
                (1..=64).contains(&local.len())
                    && !domain.is_empty()
                    && !domain.contains('@')
                    && domain.split('.').all(|part| !part.is_empty())
            });
        if valid { Ok(Self(text)) } else { Err("must be an e-mail address".into()) }
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

impl TimeZone {
    pub fn parse(text: &str) -> Result<Self, String> {
        let known = jiff::tz::TimeZone::get(text).ok();
        let name = known.as_ref().and_then(jiff::tz::TimeZone::iana_name);
        name.map(|name| Self(name.into())).ok_or_else(|| "must be a time zone such as Europe/Berlin".into())
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Emoji {
    pub fn parse(text: &str) -> Result<Self, String> {
        emojis::get(text).map(|emoji| Self(emoji.as_str())).ok_or_else(|| "must be one emoji".into())
    }

    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
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

impl FileName {
    pub const MAX: usize = 255;

    pub fn parse(text: &str) -> Result<Self, String> {
        // The marks that turn the direction of writing make `gpj.exe` look like `exe.jpg`.
        let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let text = text.trim();
        match text.chars().count() {
            n if n > Self::MAX => Err(format!("must have at most {} characters, has {n}", Self::MAX)),
            _ if shows_nothing(&text.replace('.', "")) => Err("must be the name of a file".into()),
            _ if text.contains(['/', '\\']) => Err("must not contain slashes".into()),
            _ if text.chars().any(|c| c.is_control() || turns(c)) => Err("must not contain control characters".into()),
            _ => Ok(Self(text.into())),
        }
    }

    /// The name of a file that was sent with the folder that it is in, as some browsers do.
    pub fn of_path(text: &str) -> Result<Self, String> {
        Self::parse(text.rsplit(['/', '\\']).next().unwrap_or_default())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One text for all spellings of it in upper and lower case, composed or not. Case is folded by the character: what
/// stands beside it does not matter, and a final sigma is a sigma.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.nfc().flat_map(char::to_lowercase);
    lower.map(|c| if c == 'ς' { 'σ' } else { c }).nfc().collect()
}

impl Password {
    /// Whether it is hard to guess is looked at where its owner is known, by `auth::passwords`.
    pub fn parse(text: String) -> Result<Self, String> {
        match text.chars().count() {
            n if n < 8 => Err("the password must have at least 8 characters".into()),
            n if n > 256 => Err("the password must have at most 256 characters".into()),
            _ => Ok(Self(text)),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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

impl<'de, const MAX: usize> Deserialize<'de> for ShortText<MAX> {
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
    Emoji => |text: String| Emoji::parse(&text),
    TimeZone => |text: String| TimeZone::parse(&text),
    Password => Password::parse,
    FileName => |text: String| FileName::parse(&text),
);

fn string_schema(min: usize, max: usize, pattern: Option<&str>) -> openapi::RefOr<openapi::Schema> {
    openapi::ObjectBuilder::new()
        .schema_type(openapi::schema::Type::String)
        .min_length(Some(min))
        .max_length(Some(max))
        .pattern(pattern)
        .into()
}

impl<const MAX: usize> PartialSchema for ShortText<MAX> {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        string_schema(1, MAX, None)
    }
}

impl<const MAX: usize> ToSchema for ShortText<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("ShortText{MAX}"))
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
    TimeZone: 1, 100, None;
    Colour: 7, 7, Some("^#[0-9a-fA-F]{6}$");
    Password: 8, 256, None;
    Secret: 1, 255, None;
    FileName: 1, FileName::MAX, None;
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_trimmed_and_bounded() {
        assert_eq!(Title::parse("  Ship it ").unwrap().as_str(), "Ship it");
        assert!(Title::parse(" \t ").is_err());
        assert!(Title::parse(&"x".repeat(256)).is_err());
        assert!(Title::parse("a\nb").is_err());
        assert!(Title::parse("a\0b").is_err());
    }

    #[test]
    fn a_file_has_a_name_and_no_folder() {
        for (sent, name) in [
            ("../../x", "x"),
            ("C:\\pictures\\garden plan.png", "garden plan.png"),
            (" .profile ", ".profile"),
            ("日本 \u{1f469}\u{200d}\u{1f33e}.txt", "日本 \u{1f469}\u{200d}\u{1f33e}.txt"),
        ] {
            assert_eq!(FileName::of_path(sent).unwrap().as_str(), name);
        }
        for sent in ["", ".", "..", " . ", "a/", "..\\..", "a\0.png", "a\r\nb", "exe\u{202e}gpj.x", &"x".repeat(256)] {
            assert!(FileName::of_path(sent).is_err(), "{sent:?}");
        }
        assert!(FileName::parse("a/b").is_err() && FileName::parse("a\\b").is_err());
    }

    #[test]
    fn emails_are_lower_case_and_have_one_at() {
        assert_eq!(Email::parse("Alice@Example.com").unwrap().as_str(), "alice@example.com");
        for text in ["", "alice", "@x", "a@", "a@b@c", "a b@c", "a@b..c", "<a@b.c>"] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn one_account_has_one_text() {
        let same = [
            ["jos\u{e9}@example.com", "JOSE\u{301}@Example.com"],
            ["οδοσ@example.com", "ΟΔΟΣ@example.com"],
            ["οδος@example.com", " ΟΔΟΣ@EXAMPLE.COM\u{a0}"],
        ];
        for [one, other] in same {
            assert_eq!(Email::parse(one).unwrap(), Email::parse(other).unwrap(), "{one} and {other}");
        }
        for hidden in ['\u{200b}', '\u{ad}', '\u{202e}', '\u{2060}', '\u{3164}', '\u{fe0f}', '\u{e0041}', '\u{7f}'] {
            assert!(Email::parse(&format!("ali{hidden}ce@example.com")).is_err(), "{hidden:?}");
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
    fn short_and_long_passwords_are_refused() {
        assert!(Password::parse("short".into()).is_err());
        assert!(Password::parse("x".repeat(257)).is_err());
        assert!(Password::parse("four words in a row".into()).is_ok());
    }
}
