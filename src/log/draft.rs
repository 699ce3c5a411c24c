//! An event that is being composed: what a change created, changed and removed, and what it was before.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    db::Tx,
    faults::{self, planted},
    log::{
        Chain, Frame, LogPosition,
        fields::{Fields, ObjectText},
    },
};

/// The fields by which objects name their tasks.
pub(super) const TASK_FIELDS: [&str; 2] = ["task_id", "depends_on_id"];

/// What the event keeps of an object that came out of the trash has this member.
pub const FROM_TRASH: &str = "trashed";

/// And that of an object that went into it has this one.
pub const TO_TRASH: &str = "deleted";

/// What became of an object that no reader holds any more is in this one: its id, its version, and the fields that differ.
/// Reports count archived tasks too.
pub const UNTOLD: &str = "untold";

/// When an object was last changed follows from the event: it is told, and it is nothing that a person changed.
pub const UPDATED_AT: &str = "updated_at";

/// Whether a member of what an event tells or keeps of an object is a field of it that people change.
#[must_use]
pub fn is_field(name: &str) -> bool {
    !["id", "version", FROM_TRASH, TO_TRASH, UNTOLD, UPDATED_AT].contains(&name)
}

/// A person, as the other members see them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Person {
    pub id: UserId,
    pub name: String,
}

/// The person who did something, by themselves or through a program.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    /// The name of the API token that a program showed; absent when the person was signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub via: Option<String>,
}

impl Actor {
    /// A person by themselves.
    #[must_use]
    pub const fn of(id: UserId, name: String) -> Self {
        Self { id, name, via: None }
    }
}

/// Objects are listed under the kinds of the snapshot.
#[derive(Debug)]
pub struct Draft {
    event_type: &'static str,
    changes: Lists,
    removed: Lists,
    before: Lists,
    /// The tasks of changed objects that do not say so in what is told of them, such as a comment's.
    tasks: Vec<String>,
    /// The user whose membership ends with this event.
    pub left: Option<UserId>,
}

/// For each kind a JSON array without its end.
#[derive(Debug, Default)]
struct Lists(Vec<(&'static str, String)>);

impl Lists {
    fn push(&mut self, kind: &'static str, json: &str) {
        match self.0.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, list)) => {
                list.push(',');
                list.push_str(json);
            }
            None => self.0.push((kind, format!("[{json}"))),
        }
    }

    /// As an object; `None` without any list.
    fn end(self) -> Option<String> {
        let mut text = ObjectText::new();
        let any = !self.0.is_empty();
        for (kind, mut list) in self.0 {
            list.push(']');
            text.push(kind, list.as_bytes());
        }
        any.then(|| text.end())
    }
}

/// What every event carries beside its changes.
pub struct EventMeta<'a> {
    pub epoch: &'a str,
    pub project: ProjectId,
    pub seq: i64,
    /// The chain of the event before.
    pub previous: Chain,
    pub at: Timestamp,
    pub actor: Option<&'a Actor>,
    pub cause: Option<&'a str>,
}

fn failed(error: &serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| failed(&error))
}

fn fields(object: &impl Serialize) -> Result<Fields> {
    Fields::of(object).map_err(|error| failed(&error))
}

/// An object with one member more.
fn with_member(object: &str, name: &str, value: &str) -> String {
    let members = object.strip_suffix('}').unwrap_or(object);
    format!("{members},\"{name}\":{value}}}")
}

/// The fields that differ between two states of an object, as they were and as they are, with the id and the version;
/// `None` when none differs.
fn difference(old: &Fields, new: &Fields) -> Result<Option<(String, String)>> {
    let (mut before, mut changed) = (ObjectText::new(), ObjectText::new());
    for field in ["id", "version"] {
        before.push(field, old.get(field));
        changed.push(field, new.get(field));
    }
    let mut any = false;
    // One type has its fields in one order, unless it leaves some of them out.
    if !new.iter().map(|(name, _)| name).eq(old.iter().map(|(name, _)| name)) {
        return Err(Error::Internal("two states of an object have other fields".into()));
    }
    for ((field, new), (_, old)) in new.iter().zip(old.iter()) {
        let told = planted!(ForgottenField => field != "position", true);
        if told && field != "version" && old != new {
            if field != UPDATED_AT {
                before.push(field, old);
            }
            changed.push(field, new);
            any = true;
        }
    }
    Ok(any.then(|| (before.end(), changed.end())))
}

impl Draft {
    #[must_use]
    pub fn new(event_type: &'static str) -> Self {
        let [changes, removed, before] = [(); 3].map(|()| Lists::default());
        Self { event_type, changes, removed, before, tasks: vec![], left: None }
    }

    /// A new object, with all its fields.
    pub fn create(&mut self, kind: &'static str, new: &impl Serialize) -> Result<()> {
        self.changes.push(kind, &json(new)?);
        Ok(())
    }

    /// An object that changed: its id, its version, and the fields that differ.
    pub fn update<T: Serialize>(&mut self, kind: &'static str, old: &T, new: &T) -> Result<()> {
        let (old, new) = (fields(old)?, fields(new)?);
        if let Some((before, changed)) = difference(&old, &new)? {
            self.changes.push(kind, &changed);
            self.before.push(kind, &before);
            self.note_tasks(&new);
        }
        Ok(())
    }

    /// Keep of which tasks an object is that is told of without its unchanged fields.
    fn note_tasks(&mut self, object: &Fields) {
        for task in TASK_FIELDS.map(|field| object.get(field)).into_iter().filter(|id| *id != b"null") {
            self.tasks.push(String::from_utf8_lossy(task).into_owned());
        }
    }

    /// An object that changed, between its states before and after and whether the snapshot held it in each.
    pub fn change<T: Serialize>(&mut self, kind: &'static str, old: (&T, bool), new: (&T, bool)) -> Result<()> {
        match (old, new) {
            ((old, true), (new, true)) => self.update(kind, old, new),
            ((old, true), (new, false)) => {
                let changed = difference(&fields(old)?, &fields(new)?)?.map(|(_, changed)| changed);
                self.take_out(kind, old, changed.as_deref().map(|changed| (UNTOLD, changed)))
            }
            ((old, false), (new, true)) => {
                self.keep(kind, old, new, false)?;
                self.create(kind, new)
            }
            // No reader holds it: there is nothing to tell.
            ((old, false), (new, false)) => self.keep(kind, old, new, true),
        }
    }

    /// An object that comes out of the trash: readers get it whole, like a new one.
    pub fn restore<T: Serialize>(&mut self, kind: &'static str, old: &T, new: &T) -> Result<()> {
        if let Some((before, _)) = difference(&fields(old)?, &fields(new)?)? {
            self.before.push(kind, &with_member(&before, FROM_TRASH, "true"));
        }
        self.create(kind, new)
    }

    /// Keep what an object was. From its version each change of it leads to the one before. Of an object that stays out of
    /// the snapshot what it is now is kept too, because no reader is told.
    fn keep<T: Serialize>(&mut self, kind: &'static str, old: &T, new: &T, stays_out: bool) -> Result<()> {
        let (old, new) = (fields(old)?, fields(new)?);
        if let Some((before, changed)) = difference(&old, &new)? {
            let kept = if stays_out { with_member(&before, UNTOLD, &changed) } else { before };
            self.before.push(kind, &kept);
            self.note_tasks(&new);
        }
        Ok(())
    }

    /// An object leaves the snapshot. What the event keeps of it may have one member more.
    fn take_out(&mut self, kind: &'static str, old: &impl Serialize, member: Option<(&str, &str)>) -> Result<()> {
        let whole = json(old)?;
        self.removed.push(kind, &String::from_utf8_lossy(fields(old)?.get("id")));
        match member {
            Some((name, value)) => self.before.push(kind, &with_member(&whole, name, value)),
            None => self.before.push(kind, &whole),
        }
        Ok(())
    }

    /// Keep all that an object was which no reader holds.
    pub fn keep_whole(&mut self, kind: &'static str, old: &impl Serialize) -> Result<()> {
        self.before.push(kind, &json(old)?);
        Ok(())
    }

    /// An object that is no more, or that leaves the snapshot.
    pub fn remove(&mut self, kind: &'static str, old: &impl Serialize) -> Result<()> {
        if planted!(ForgottenParts => self.event_type != "task.deleted" || kind == "tasks", true) {
            self.take_out(kind, old, None)?;
        }
        Ok(())
    }

    /// An object that goes into the trash.
    pub fn trash(&mut self, kind: &'static str, old: &impl Serialize) -> Result<()> {
        self.take_out(kind, old, Some((TO_TRASH, "true")))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.0.is_empty() && self.removed.0.is_empty()
    }

    /// Write the event into the log, and give the frame that readers get.
    pub async fn append(self, tx: &mut Tx, meta: EventMeta<'_>) -> Result<Frame> {
        let EventMeta { epoch, project, seq, previous, at, actor, cause } = meta;
        let mut event = ObjectText::new();
        event.push("project", json(&project)?.as_bytes());
        event.push("seq", json(&seq)?.as_bytes());
        event.push("type", json(&self.event_type)?.as_bytes());
        event.push("at", json(&at)?.as_bytes());
        event.push("actor", json(&actor)?.as_bytes());
        let cause = cause.map(|cause| json(&cause)).transpose()?;
        for (name, value) in [("cause", cause), ("changes", self.changes.end()), ("removed", self.removed.end())] {
            if let Some(value) = value {
                event.push(name, value.as_bytes());
            }
        }
        let (chain, body) = previous.append(event.end());
        faults::point("event.before");
        tx.query(
            "insert into events (project_id, seq, type, at, body, before, left_id, chain, tasks)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(project)
        .bind(seq)
        .bind(self.event_type)
        .bind(at)
        .bind(body.as_str())
        .bind(self.before.end())
        .bind(self.left)
        .bind(chain.stored())
        .bind((!self.tasks.is_empty()).then(|| format!("[{}]", self.tasks.join(","))))
        .execute()
        .await?;
        faults::point("event.after");
        Ok(Frame::new(epoch, LogPosition::new(seq, chain), self.event_type, &body, self.left))
    }
}
