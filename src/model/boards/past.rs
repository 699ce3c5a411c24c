//! The board of an earlier moment, and what differs between two moments.

use std::{collections::BTreeMap, str::FromStr};

use bytes::Bytes;
use serde::{Deserialize, Serialize, de::value::StrDeserializer};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    auth::membership::Membership,
    base::{
        clock::Timestamp,
        error::{Error, Result},
    },
    log::{
        self, LogPosition,
        past::{Object, State},
    },
    model::boards::{HELD, LISTED},
};

/// A moment of a project: an event, or an instant, which means the last event until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Seq(i64),
    Instant(Timestamp),
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(seq) = text.parse() {
            return if seq >= 0 { Ok(Self::Seq(seq)) } else { Err("must be 0 or more".into()) };
        }
        let instant = Timestamp::deserialize(StrDeserializer::<serde::de::value::Error>::new(text));
        instant
            .map(Self::Instant)
            .map_err(|_| "must be the number of an event, or an instant such as 2026-11-20T10:00:00Z".into())
    }
}

impl Moment {
    async fn seq(self, by: &Membership) -> Result<i64> {
        match self {
            Self::Seq(seq) => Ok(seq),
            Self::Instant(instant) => log::past::last_until(by.db(), by.project(), instant).await,
        }
    }
}

/// The state at an event, and that event.
async fn state_at(by: &Membership, seq: i64) -> Result<(LogPosition, State)> {
    let mut tx = by.read().await?;
    let moment = log::past::Moment::read(&mut tx, by.project(), seq).await?;
    drop(tx);
    let end = moment.end;
    Ok((end, moment.fold(HELD).await?))
}

/// The board of an earlier moment as an answer's body, and the event that it ends with.
pub struct PastBoard {
    pub end: LogPosition,
    pub bytes: Bytes,
}

#[derive(Serialize)]
struct Encoded<'a> {
    epoch: &'a str,
    seq: i64,
    cursor: String,
    past: bool,
    project: Option<Object>,
    #[serde(flatten)]
    kinds: BTreeMap<&'static str, Vec<Object>>,
}

/// What the board was at a moment. Before its first event a project was nothing: 422.
pub async fn past(by: &Membership, epoch: &str, at: Moment) -> Result<PastBoard> {
    let seq = at.seq(by).await?;
    if seq == 0 {
        return Err(Error::invalid("/at", "is before the project began"));
    }
    let (end, mut state) = state_at(by, seq).await?;
    let mut project = state.take("project", &[])?.pop();
    if project.is_none() && seq > 1 {
        // The event that deleted it: what was deleted is shown.
        let (_, mut before) = state_at(by, seq - 1).await?;
        project = before.take("project", &[])?.pop();
    }
    let kinds = LISTED.iter().map(|(kind, order)| Ok((*kind, state.take(kind, order)?))).collect::<Result<_>>()?;
    let board = Encoded { epoch, seq, cursor: end.cursor(epoch), past: true, project, kinds };
    let bytes = serde_json::to_vec(&board).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(PastBoard { end, bytes: bytes.into() })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Created,
    Changed,
    Removed,
}

/// A field that is another one at the later moment.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldDifference {
    pub name: String,
    /// Null for what was created since.
    pub from: Value,
    /// Null for what was removed since.
    pub to: Value,
}

/// An object that differs between two moments.
#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    /// As the board files it: `tasks`, `labels` …
    pub kind: &'static str,
    pub id: String,
    pub change: Change,
    pub fields: Vec<FieldDifference>,
}

/// What differs between two moments, by kind and id.
pub struct Differences {
    pub to: i64,
    pub items: Vec<Difference>,
}

/// Compare the state at the event `from` with that at `to`, or with the present one.
pub async fn compare(by: &Membership, from: i64, to: Option<i64>) -> Result<Differences> {
    let to = match to {
        Some(to) => to,
        None => log::read::head(by.db(), by.project()).await?.seq,
    };
    let ((_, mut old), (_, mut new)) = (state_at(by, from).await?, state_at(by, to).await?);
    let mut items = vec![];
    for kind in HELD {
        for (id, old, new) in State::differing(&mut old, &mut new, kind.name)? {
            let change = match (old.is_empty(), new.is_empty()) {
                (true, _) => Change::Created,
                (_, true) => Change::Removed,
                _ => Change::Changed,
            };
            let mut fields: Vec<FieldDifference> = vec![];
            for (name, from) in &old {
                let to = new.get(name).unwrap_or(&Value::Null);
                if from != to {
                    fields.push(FieldDifference { name: name.clone(), from: from.clone(), to: to.clone() });
                }
            }
            for (name, to) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                fields.push(FieldDifference { name: name.clone(), from: Value::Null, to: to.clone() });
            }
            fields.retain(|field| log::is_field(&field.name));
            if change != Change::Changed || !fields.is_empty() {
                items.push(Difference { kind: kind.name, id, change, fields });
            }
        }
    }
    Ok(Differences { to, items })
}
