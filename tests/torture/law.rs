//! What must hold, and what was seen that breaks it.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use tokio::sync::Notify;

/// The nine laws that the server promises, and what it promises beside them of what is in no log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// A change and its event are written together; nothing is told that was taken back.
    OneTransaction = 1,
    /// Events of a project are numbered without a gap, in the order of their commits.
    OneOrder,
    /// The snapshot and the events that follow make the next snapshot.
    Replay,
    /// A reader that comes back gets exactly the rest, or is told why not.
    WhatWasMissed,
    /// Everything sent to somebody belongs to a project of theirs.
    OnlyMembers,
    /// Nothing after a removal; streams end with what they were opened by.
    Revocation,
    /// What was answered is kept.
    Kept,
    /// Never a server's error, never a panic.
    BadInput,
    /// A slow reader harms only itself.
    SlowReader,
    /// Who is shown as present is there, and who is there is shown.
    Presence,
    /// A piece of news is pushed once.
    Pushed,
}

impl Law {
    const fn said(self) -> &'static str {
        match self {
            Self::OneTransaction => "1, one transaction",
            Self::OneOrder => "2, one order",
            Self::Replay => "3, replay is the state",
            Self::WhatWasMissed => "4, exactly what was missed",
            Self::OnlyMembers => "5, only members",
            Self::Revocation => "6, revocation is ordered",
            Self::Kept => "7, an answered change is kept",
            Self::BadInput => "8, no server error",
            Self::SlowReader => "9, a slow reader harms only itself",
            Self::Presence => "of presence, who is shown is there",
            Self::Pushed => "of push, news are pushed once",
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.said())
    }
}

#[derive(Clone, Debug)]
pub struct Breach {
    /// Nothing when it is this program that failed.
    pub law: Option<Law>,
    pub evidence: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.law {
            Some(law) => write!(f, "law {law}"),
            None => f.write_str("no law, the harness failed"),
        }
    }
}

/// What has been found so far; the first finding ends the run.
#[derive(Clone, Default)]
pub struct Verdict(Arc<Inner>);

#[derive(Default)]
struct Inner {
    found: Mutex<Option<Breach>>,
    news: Notify,
}

impl Verdict {
    pub fn broken(&self, law: Law, evidence: impl Into<String>) {
        self.found_out(Some(law), evidence.into());
    }

    /// What says nothing about the server.
    pub fn failed(&self, evidence: impl Into<String>) {
        self.found_out(None, evidence.into());
    }

    fn found_out(&self, law: Option<Law>, mut evidence: String) {
        if evidence.len() > 4_000 {
            let end = (0..=4_000).rev().find(|at| evidence.is_char_boundary(*at)).unwrap_or(0);
            evidence.truncate(end);
            evidence.push_str(" …");
        }
        self.0.found.lock().unwrap().get_or_insert(Breach { law, evidence });
        self.0.news.notify_waiters();
    }

    pub fn found(&self) -> Option<Breach> {
        self.0.found.lock().unwrap().clone()
    }

    /// Waits for a finding.
    pub async fn wait(&self) -> Breach {
        loop {
            let news = self.0.news.notified();
            if let Some(breach) = self.found() {
                return breach;
            }
            news.await;
        }
    }

    /// Checks whose failure is a panic, from the harness of the API tests.
    pub fn check<T>(&self, law: Law, check: impl FnOnce() -> T) -> Option<T> {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)) {
            Ok(value) => Some(value),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a check failed");
                self.broken(law, text);
                None
            }
        }
    }
}
