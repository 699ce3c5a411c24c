//! Every change that was asked for, what became of it, and whether the log agrees.

use std::{collections::HashMap, sync::Mutex};

use crate::{
    archive::{Index, ProjectLog},
    law::{Law, Verdict},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// No answer came, or one that does not know.
    Unknown,
    /// Answered with 2xx, and the version in the answer.
    Kept(Option<i64>),
    Refused(u16),
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub project: String,
    /// The `Idempotency-Key` where `keyed`, and in the text where `titled`.
    pub mark: String,
    pub keyed: bool,
    pub titled: bool,
    /// A 2xx may have found nothing to change.
    pub idle: bool,
    /// The object that it changes, and the version in its `If-Match`.
    pub base: Option<(String, i64)>,
    pub what: String,
    pub fate: Fate,
}

#[derive(Default)]
pub struct Ledger(Mutex<HashMap<String, Entry>>);

impl Ledger {
    pub fn asked(&self, entry: Entry) {
        self.0.lock().unwrap().insert(entry.mark.clone(), entry);
    }

    pub fn became(&self, mark: &str, fate: Fate) {
        if let Some(entry) = self.0.lock().unwrap().get_mut(mark) {
            entry.fate = fate;
        }
    }

    /// Compares with the log, when nothing is on its way. Done with are all but those nobody knows the fate of.
    pub fn check(&self, logs: &HashMap<String, ProjectLog>, verdict: &Verdict) {
        let mut entries = self.0.lock().unwrap();
        for entry in entries.values() {
            if let Some(log) = logs.get(&entry.project) {
                entry.check(log, verdict);
            }
        }
        for (project, log) in logs {
            for (cause, seqs) in &log.index.causes {
                let known = entries.get(cause).is_some_and(|entry| entry.project == *project);
                if cause.starts_with("[p") && !known {
                    let text = format!("nobody asked for event {seqs:?} of {project} under {cause}");
                    verdict.broken(Law::OneTransaction, text);
                }
            }
        }
        entries.retain(|_, entry| entry.fate == Fate::Unknown);
    }
}

impl Entry {
    fn check(&self, log: &ProjectLog, verdict: &Verdict) {
        let none = vec![];
        let Index { causes, texts, .. } = &log.index;
        let by_key = causes.get(&self.mark).unwrap_or(&none);
        let by_text = texts.get(&self.mark).unwrap_or(&none);
        let told = if self.keyed { by_key } else { by_text };
        let broken = |what: &str| {
            let Self { what: asked, fate, mark, project, .. } = self;
            verdict.broken(
                Law::Kept,
                format!("{what}: {asked} in {project} under {mark} became {fate:?}; told by {told:?}"),
            );
        };
        if by_key.len() > 1 || by_text.len() > 1 {
            return broken("it happened more than once");
        }
        match &self.fate {
            Fate::Refused(_) if !told.is_empty() => broken("it was refused and happened"),
            Fate::Unknown | Fate::Refused(_) => {}
            Fate::Kept(version) => {
                if told.is_empty() && (self.keyed || self.titled) && !self.idle {
                    return broken("it was answered and is not in the log");
                }
                let Some(version) = version else { return };
                if told.first().is_some_and(|seq| seq != version) {
                    return broken("its version is not its event's number");
                }
                let overwritten = self.base.as_ref().zip(told.first());
                let overwritten = overwritten.and_then(|((id, base), seq)| log.touches.overwritten(id, *base, *seq));
                if let Some(field) = overwritten {
                    return broken(&format!("it went over {field}"));
                }
                if *version > log.head {
                    broken("it was answered with a version beyond the log");
                }
            }
        }
    }
}
