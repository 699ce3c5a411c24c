//! Passwords: argon2id, a few at a time.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Memory in KiB, passes, lanes: the parameters that OWASP names first for argon2id.
const PARAMS: (u32, u32, u32) = (19_456, 2, 1);
const WAIT: Duration = Duration::from_secs(2);

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

    pub async fn hash(&self, password: String) -> Result<String> {
        self.work(move || make(&password)).await?
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
}
