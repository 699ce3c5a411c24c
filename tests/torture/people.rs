//! Who takes part, and what they show to be let in.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use tokio::sync::watch;

use crate::support::Auth;

pub struct Person {
    pub at: usize,
    pub id: String,
    pub name: String,
    pub email: String,
    /// The last ones that it may be: more than one after an answer that never came.
    pub passwords: Mutex<Vec<String>>,
    pub credentials: Mutex<Vec<Arc<Credential>>>,
}

impl Person {
    pub fn new(at: usize, id: &str, name: &str, email: &str, password: &str) -> Self {
        Self {
            at,
            id: id.to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            passwords: Mutex::new(vec![password.to_owned()]),
            credentials: Mutex::default(),
        }
    }

    /// Those that should be accepted now.
    pub fn valid(&self) -> Vec<Arc<Credential>> {
        self.credentials.lock().unwrap().iter().filter(|credential| credential.is_valid()).cloned().collect()
    }

    pub fn take(&self, credential: Credential) -> Arc<Credential> {
        let credential = Arc::new(credential);
        let mut credentials = self.credentials.lock().unwrap();
        // Ended ones are asked with for a while.
        if credentials.len() > 40 {
            credentials.remove(0);
        }
        credentials.push(credential.clone());
        credential
    }
}

/// How far the end of a credential is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    Valid,
    /// It was asked for, or the answer never came.
    Unsure,
    /// It was answered, by this node.
    Ended(Instant, usize),
}

pub struct Credential {
    pub person: usize,
    pub auth: Auth,
    /// The token's id, or the session's.
    pub id: String,
    /// The only projects that a token reaches.
    pub reach: Option<Vec<String>>,
    pub writes: bool,
    pub expires_at: Option<Instant>,
    end: watch::Sender<End>,
}

impl Credential {
    pub fn session(person: usize, cookie: String) -> Self {
        Self::new(person, Auth::Cookie(cookie), String::new())
    }

    pub fn new(person: usize, auth: Auth, id: String) -> Self {
        let end = watch::channel(End::Valid).0;
        Self { person, auth, id, reach: None, writes: true, expires_at: None, end }
    }

    pub fn is_session(&self) -> bool {
        matches!(self.auth, Auth::Cookie(_))
    }

    pub fn is_valid(&self) -> bool {
        *self.end.borrow() == End::Valid && self.expires_at.is_none_or(|at| Instant::now() < at)
    }

    pub fn end(&self) -> End {
        let end = *self.end.borrow();
        match (end, self.expires_at) {
            // The clocks are the same, the milliseconds may not be.
            (End::Valid, Some(at)) if Instant::now() >= at => End::Ended(at, usize::MAX),
            _ => end,
        }
    }

    pub fn set(&self, end: End) {
        self.end.send_replace(end);
    }

    pub fn watch(&self) -> watch::Receiver<End> {
        self.end.subscribe()
    }

    pub fn reaches(&self, project: &str) -> bool {
        self.reach.as_ref().is_none_or(|reach| reach.iter().any(|id| id == project))
    }
}
