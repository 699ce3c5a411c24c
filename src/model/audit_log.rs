//! The audit log as administrators read it, the newest entry first.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    auth::audit::{self, Act, AuditEntry, By, Entry},
    base::{clock::Timestamp, error::Result, ids::UserId},
    config::Setting,
    db::{Bind, Db, query::part},
    model::exports::csv,
};

/// Which entries: all that fit everything that is said.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// One of these; any when there are none.
    pub acts: Vec<Act>,
    pub actor: Option<UserId>,
    /// What they are about, or the project that they happened in.
    pub target: Option<Uuid>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// The entries before the one that ended the page before.
pub async fn list(db: &Db, wanted: &Wanted, before: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>> {
    let mut query = db
        .query(
            "select a.number, a.at, a.act, a.actor_id, a.actor_name, a.token_id, a.via, a.target_kind, a.target_id, a.target_name,
                    a.project_id, a.address, a.details, a.hash
             from audit_log a
             where a.number < $1",
        )
        .bind(before.unwrap_or(i64::MAX));
    if !wanted.acts.is_empty() {
        query = query
            .append(part("and a.act in (select r.act from {rows $1: act text} as r)"))
            .bind_rows(&wanted.acts, |cells, act| cells.bind(act.name()));
    }
    if let Some(actor) = wanted.actor {
        query = query.append(part("and a.actor_id = $1")).bind(actor);
    }
    if let Some(target) = wanted.target {
        query = query.append(part("and (a.target_id = $1 or a.project_id = $1)")).bind(target);
    }
    if let Some(from) = wanted.from {
        query = query.append(part("and a.at >= $1")).bind(from);
    }
    if let Some(to) = wanted.to {
        query = query.append(part("and a.at < $1")).bind(to);
    }
    query.append(part("order by a.number desc limit $1")).bind(limit).plan_anew().all().await
}

/// What differs from node to node, and is no setting of the instance.
const OF_A_NODE: [&str; 3] = ["listen", "data", "log"];

/// Tell of the settings that the server begins with, where they are not those that were told of last.
pub async fn note_settings(db: &Db, settings: &[Setting]) -> Result<()> {
    let ours = settings.iter().filter(|setting| !OF_A_NODE.contains(&setting.name.as_str()));
    let values: Map<String, Value> =
        ours.filter_map(|setting| Some((setting.name.clone(), setting.value.clone()?.into()))).collect();
    let last: Option<(String,)> = db
        .query("select details from audit_log where act = 'settings' order by number desc limit 1")
        .optional()
        .await?;
    let last: Option<Value> = last.and_then(|(details,)| serde_json::from_str(&details).ok());
    let before = last.as_ref().and_then(|details| details["values"].as_object());
    if before == Some(&values) {
        return Ok(());
    }
    let mut entry = Entry::new(Act::Settings);
    if let Some(before) = before {
        let mut names: Vec<&String> = before.keys().chain(values.keys()).collect();
        names.sort();
        names.dedup();
        let changed = names.into_iter().filter(|name| before.get(*name) != values.get(*name));
        let changed: Map<String, Value> =
            changed.map(|name| (name.clone(), json!({"from": before.get(name), "to": values.get(name)}))).collect();
        entry = entry.with("changed", changed);
    }
    audit::append_alone(db, &[(Timestamp::now(), By::default(), entry.with("values", values))]).await
}

/// The first line of the table.
pub fn heads() -> Result<Vec<u8>> {
    let heads = [
        "Number",
        "Time",
        "Act",
        "Actor",
        "Actor id",
        "Token id",
        "Via",
        "Target",
        "Target id",
        "Target name",
        "Project id",
        "Address",
        "Details",
        "Hash",
    ];
    csv::line(heads.map(str::to_owned))
}

/// An entry as a line of the table, in which no cell is a formula.
pub fn cells(entry: &AuditEntry) -> Result<Vec<u8>> {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    csv::line([
        entry.number.to_string(),
        entry.at.to_string(),
        entry.act.clone(),
        text(&entry.actor_name),
        id(entry.actor_id.map(Into::into)),
        id(entry.token_id.map(Into::into)),
        text(&entry.via),
        text(&entry.target_kind),
        id(entry.target_id),
        text(&entry.target_name),
        id(entry.project_id.map(Into::into)),
        text(&entry.address),
        entry.details.0.clone(),
        entry.hash.clone(),
    ])
}
