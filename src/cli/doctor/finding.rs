//! What a check found.

use serde::Serialize;

use crate::config::without_passwords;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    Warning,
    Error,
}

impl State {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// What the process ends with.
    pub const fn status(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Error => 2,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub state: State,
    /// What is.
    pub detail: String,
    /// How to mend it, where it is to be mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    fn new(check: &'static str, state: State, detail: &str, remedy: Option<&str>) -> Self {
        let remedy = remedy.map(without_passwords);
        Self { check, state, detail: without_passwords(detail), remedy }
    }

    pub fn ok(check: &'static str, detail: impl AsRef<str>) -> Self {
        Self::new(check, State::Ok, detail.as_ref(), None)
    }

    pub fn warning(check: &'static str, detail: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self::new(check, State::Warning, detail.as_ref(), Some(remedy.as_ref()))
    }

    pub fn error(check: &'static str, detail: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self::new(check, State::Error, detail.as_ref(), Some(remedy.as_ref()))
    }
}

/// A number of bytes, as people say it.
pub fn bytes(count: u64) -> String {
    const UNITS: [(&str, u64); 4] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let fits = UNITS.iter().find(|(_, bits)| count >> bits > 0);
    let Some((unit, bits)) = fits else { return format!("{count} bytes") };
    let tenths = (count * 10) >> bits;
    if tenths < 100 { format!("{}.{} {unit}", tenths / 10, tenths % 10) } else { format!("{} {unit}", tenths / 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_as_people_say_them() {
        for (count, said) in [(0, "0 bytes"), (1_536, "1.5 KiB"), (64 << 20, "64 MiB"), (3 << 30, "3.0 GiB")] {
            assert_eq!(bytes(count), said);
        }
    }

    #[test]
    fn no_finding_shows_a_password() {
        let finding = Finding::error("mail", "smtp://alice:secret-7@host is wrong", "try smtp://alice:secret-7@host");
        assert!(!format!("{finding:?}").contains("secret-7"));
    }
}
