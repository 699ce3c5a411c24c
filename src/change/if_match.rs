//! `If-Match`: whether a change that was made on an older version may still go on.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    base::error::{Error, Result, Stale},
    change::project::Change,
    faults::planted,
    log::conflict::{self, ObjectVersion},
};

impl Change {
    /// Compare `If-Match` with the object as it is. When it is stale, the change goes on only if no other change
    /// touched the fields that it changes; otherwise 412 shows what they were, what they are, and which they are.
    pub async fn check_match(&mut self, kind: &str, current: &impl Serialize, after: &impl Serialize) -> Result<()> {
        if self.request().if_match.is_empty() {
            return Ok(());
        }
        let current = object(current)?;
        let Some(base_version) = self.stale_version(&current) else { return Ok(()) };
        let after = object(after)?;
        let changes =
            |field: &String| field != "version" && !is_derived(field) && after.get(field) != current.get(field);
        let named = current.keys().filter(|field| changes(field)).cloned().collect();
        self.check(kind, base_version, &current, named, changes).await
    }

    /// The same before an object is deleted: a change of any of its fields is a conflict.
    pub async fn check_match_all(&mut self, kind: &str, current: &impl Serialize) -> Result<()> {
        if self.request().if_match.is_empty() {
            return Ok(());
        }
        let current = object(current)?;
        let Some(base_version) = self.stale_version(&current) else { return Ok(()) };
        self.check(kind, base_version, &current, vec![], |_| true).await
    }

    /// The version that the client knows, when it is not the present one: of several the newest that the object can
    /// have had.
    pub(super) fn stale_version(&self, current: &Map<String, Value>) -> Option<i64> {
        let known = &self.request().if_match;
        let version = current.get("version").and_then(Value::as_i64).unwrap_or(0);
        if known.contains(&version) {
            return None;
        }
        known.iter().copied().filter(|known| *known < version).max().or(known.iter().copied().max())
    }

    async fn check(
        &mut self,
        kind: &str,
        base_version: i64,
        current: &Map<String, Value>,
        named: Vec<String>,
        changes: impl Fn(&String) -> bool,
    ) -> Result<()> {
        let id = current.get("id").and_then(Value::as_str).unwrap_or_default();
        let stale = |base: Value, conflicts: Vec<String>| {
            let current = Value::Object(current.clone());
            let conflicts = planted!(ConflictsUnnamed => vec![], conflicts);
            Err(Error::Stale(Box::new(Stale { base_version, current, base, conflicts })))
        };
        let version = current.get("version").and_then(Value::as_i64).filter(|version| base_version <= *version);
        let project = self.project();
        let base = match version {
            Some(version) => {
                let object = ObjectVersion { kind, id, version };
                conflict::changed_since(self.tx(), project, object, base_version).await?
            }
            None => None,
        };
        let Some(base) = base else {
            return stale(Value::Null, named);
        };
        let conflicts: Vec<String> = base.keys().filter(|field| changes(field)).cloned().collect();
        let free = planted!(StaleIfMatchAccepted => true, conflicts.is_empty());
        if free { Ok(()) } else { stale(Value::Object(base), conflicts) }
    }
}

/// HTML follows from the text beside it, which is what people edit.
fn is_derived(field: &str) -> bool {
    field.ends_with("_html")
}

pub fn object(value: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::Internal("an object of a project is a JSON object".into())),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}
