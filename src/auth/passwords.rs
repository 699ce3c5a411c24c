//! Passwords: argon2id, a few at a time; and which of them are too easy to guess.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::base::{
    error::{Error, Result},
    text::{Email, Name, Password},
};

/// Memory in KiB, passes, lanes: the parameters that OWASP names first for argon2id.
const PARAMS: (u32, u32, u32) = (19_456, 2, 1);
const WAIT: Duration = Duration::from_secs(2);

/// How many guesses a password withstands, at least: more than the 30,000 commonest ones with their usual variations
/// (capitals, digits and signs in place of letters, a year or `123` behind).
const GUESSES: u64 = 10_000_000;

const PRODUCT: &str = "boardcast";

/// A hash that no password has, so that an unknown address costs as much as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| make("nobody's password").unwrap_or_default());

#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
}

fn argon2() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = PARAMS;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn make(password: &str) -> Result<String> {
    let hash = argon2()?.hash_password(password.as_bytes()).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(hash.to_string())
}

fn matches(password: &str, hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok())
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(cores.min(4))) }
    }
}

impl Passwords {
    /// Run on a thread of its own. The permit moves into the closure: a caller who hangs up does not make
    /// room for another hash while this one still uses its memory.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = tokio::time::timeout(WAIT, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| Error::Unavailable)?
            .map_err(|_| Error::Unavailable)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(|error| Error::Internal(error.to_string()))
    }

    /// Hash a password that was accepted before; see [`Self::hash_new`].
    pub async fn hash(&self, password: String) -> Result<String> {
        self.work(move || make(&password)).await?
    }

    /// Hash a password that a person chooses, unless it is easy to guess. `pointer` is the field that holds it.
    pub async fn hash_new(&self, password: &Password, of: &Owner, pointer: &'static str) -> Result<String> {
        let (chosen, of) = (password.as_str().to_owned(), of.clone());
        // Without a permit: it takes no memory to speak of, and the first look makes the lists ready, which takes a while.
        tokio::task::spawn_blocking(move || check(&chosen, &of))
            .await
            .map_err(|error| Error::Internal(error.to_string()))?
            .map_err(|detail| Error::invalid(pointer, detail))?;
        self.hash(password.as_str().to_owned()).await
    }

    /// Whether the password fits; without a hash (no such user) it takes as long and never does.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.work(move || {
            if let Some(hash) = hash {
                matches(&password, &hash)
            } else {
                matches(&password, &NOBODY);
                false
            }
        })
        .await
    }
}

/// Whose password it is to be: what is known of a person is guessed first.
#[derive(Clone, Debug)]
pub struct Owner {
    known: Vec<String>,
}

impl Owner {
    #[must_use]
    pub fn new(name: &str, email: &str) -> Self {
        let mut known = vec![PRODUCT.to_owned()];
        for text in [name, email] {
            let parts = text.split(|c: char| !c.is_alphanumeric());
            let whole = [text.to_owned(), text.split('@').next().unwrap_or_default().to_owned()];
            known.extend(whole.into_iter().chain(parts.map(ToOwned::to_owned)).map(|part| part.to_lowercase()));
        }
        known.retain(|part| part.chars().count() > 2);
        Self { known }
    }

    #[must_use]
    pub fn of(name: &Name, email: &Email) -> Self {
        Self::new(name.as_str(), email.as_str())
    }
}

/// Refuse a password that is easy to guess, by the estimate of zxcvbn (Wheeler, "zxcvbn: Low-Budget Password Strength
/// Estimation", 2016).
fn check(password: &str, of: &Owner) -> Result<(), &'static str> {
    let guesses = |known: &[&str]| zxcvbn::zxcvbn(password, known).guesses();
    let known: Vec<&str> = of.known.iter().map(String::as_str).collect();
    if guesses(&known) >= GUESSES {
        Ok(())
    } else if guesses(&[PRODUCT]) >= GUESSES {
        Err("the password is made of your name or your address: take words that nobody connects with you")
    } else {
        Err("the password is one of those that are tried first: take several words that do not belong together")
    }
}

/// Whether a hash was made with weaker parameters than today's.
#[must_use]
pub fn outdated(hash: &str) -> bool {
    let (memory, passes, lanes) = PARAMS;
    !hash.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(!outdated(&hash), "{hash}");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("nobody's password".into(), None).await.unwrap());
        assert!(outdated("$argon2id$v=19$m=4096,t=1,p=1$x$y"));
    }

    #[test]
    fn common_passwords_and_those_made_of_ones_own_name_are_refused() {
        let alice = Owner::new("Alice Liddell", "alice.liddell@example.com");
        for password in [
            "qwertz123",
            "iloveyou1",
            "p@ssw0rd",
            "11112222",
            "Password123",
            "12345678",
            "1q2w3e4r",
            "abcdefgh",
            "qwertyuiop",
            "Summer2026",
            "football1",
            "letmein1",
            "aaaaaaaa",
            "trustno1",
            "boardcast",
            "boardcast1",
        ] {
            assert!(check(password, &alice).is_err_and(|detail| detail.contains("tried first")), "{password}");
        }
        for password in [
            "alice.liddell@example.com",
            "alice.liddell",
            "Alice Liddell",
            "AliceLiddell",
            "liddell2026",
            "al1ce.l1ddell",
        ] {
            assert!(check(password, &alice).is_err(), "{password}");
        }
        assert!(check("alice.liddell@example.com", &alice).unwrap_err().contains("your name"));
        for password in
            ["orchid-lantern-42", "violet-harbour-9", "four words in a row", "alice likes seven green lamps"]
        {
            assert_eq!(check(password, &alice), Ok(()), "{password}");
        }
    }
}
