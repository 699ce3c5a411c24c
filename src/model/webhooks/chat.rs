//! An event in a line that people read in a chat: who did what, with the names that things have now.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::message::Sentence;
use crate::{
    base::{
        error::Result,
        ids::{ProjectId, UserId},
    },
    db::{Bind, Db},
    log::read::LoggedEvent,
    markdown,
    model::activity::{self, Activity},
};

/// How many characters of a comment are shown.
const EXCERPT: usize = 200;
/// How many people are named.
const MOST_NAMES: usize = 5;

/// Where lines lead.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub project: ProjectId,
    pub key: &'a str,
    pub public_url: &'a str,
}

/// A task as it is called now, or was when it was deleted.
struct Task {
    number: Option<i64>,
    title: Option<String>,
}

/// The line; nothing where an event says nothing to people, such as another place in the same column.
pub async fn sentence(db: &Db, place: Place<'_>, event: &LoggedEvent) -> Result<Option<Sentence>> {
    let Some(said) = activity::of_event(event)? else { return Ok(None) };
    let task = task(db, place, &said).await?;
    let writer = Writer { db, place, said: &said, task };
    let Some(line) = writer.line().await? else { return Ok(None) };
    Ok(Some(if said.others > 0 { line.text(format!(" and {} more", said.others)) } else { line }))
}

async fn task(db: &Db, place: Place<'_>, said: &Activity) -> Result<Option<Task>> {
    // Of several tasks the first is named.
    let id = said.task_id.as_deref().or(said.object_id.as_deref().filter(|_| said.kind == Some("tasks")));
    let Some(id) = id.and_then(|id| Uuid::try_parse(id).ok()) else { return Ok(None) };
    let row: Option<(i64, String)> = db
        .query("select number, title from tasks where project_id = $1 and id = $2")
        .bind(place.project)
        .bind(id)
        .optional()
        .await?;
    let of_event = || Task { number: said.number, title: said.name.clone() };
    Ok(Some(row.map_or_else(of_event, |(number, title)| Task { number: Some(number), title: Some(title) })))
}

/// The ids in a field that is a list.
fn ids(value: &Value) -> BTreeSet<Uuid> {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.filter_map(|text| Uuid::try_parse(text).ok()).collect()
}

struct Writer<'a> {
    db: &'a Db,
    place: Place<'a>,
    said: &'a Activity,
    task: Option<Task>,
}

impl Writer<'_> {
    fn verb(&self) -> &str {
        self.said.r#type.split_once('.').map_or("changed", |(_, verb)| verb)
    }

    fn begin(&self) -> Sentence {
        Sentence::default().text(self.said.actor.as_ref().map_or("Boardcast", |actor| &actor.name)).text(" ")
    }

    /// `WEB-12 Plan`, and where that is.
    fn with_task(&self, line: Sentence, hash: &str) -> Sentence {
        let Some(task) = &self.task else { return line.text("tasks") };
        let line = match task.number {
            Some(number) => {
                let Place { key, public_url, .. } = self.place;
                line.link(format!("{key}-{number}"), format!("{public_url}/p/{key}/board/{number}{hash}"))
            }
            None => line.text("a task"),
        };
        match &task.title {
            Some(title) => line.text(" ").strong(title),
            None => line,
        }
    }

    fn field(&self, name: &str) -> Option<(&Value, &Value)> {
        self.said.fields.iter().find(|field| field.name == name).map(|field| (&field.from, &field.to))
    }

    async fn line(&self) -> Result<Option<Sentence>> {
        let line = self.begin();
        Ok(match (self.said.r#type.as_str(), self.said.kind) {
            ("task.moved", _) => return self.moved(line).await,
            ("task.assigned" | "task.unassigned", _) if self.said.others == 0 => Some(self.assigned(line).await?),
            ("task.changed" | "task.undone", Some("tasks")) => Some(self.changed(line)),
            ("comment.created", _) => Some(self.commented(line).await?),
            ("comment.reacted", _) => Some(self.with_task(line.text("reacted to a comment on "), &self.comment())),
            ("member.added", _) if self.is_actor() => Some(line.text("joined the project")),
            (_, Some("tasks")) => Some(self.with_task(line.text(format!("{} ", self.verb())), "")),
            (_, Some("checklist_items")) if self.field("done").is_some_and(|(_, to)| *to == true) => {
                let name = self.said.name.clone().unwrap_or_else(|| "a step".into());
                Some(self.with_task(line.text("ticked off ").strong(name).text(" on "), ""))
            }
            _ => Some(self.other(line)),
        })
    }

    fn is_actor(&self) -> bool {
        let actor = self.said.actor.as_ref().map(|actor| actor.id.to_string());
        actor.is_some() && actor == self.said.object_id
    }

    async fn moved(&self, line: Sentence) -> Result<Option<Sentence>> {
        let Some((from, to)) = self.field("column_id") else { return Ok(None) };
        let mut line = self.with_task(line.text("moved "), "");
        for (word, column) in [("from", from), ("to", to)] {
            if let Some(name) = self.column(column).await? {
                line = line.text(format!(" {word} {name}"));
            }
        }
        Ok(Some(line))
    }

    /// What a column is called; nothing where it is no more.
    async fn column(&self, id: &Value) -> Result<Option<String>> {
        let Some(id) = id.as_str().and_then(|id| Uuid::try_parse(id).ok()) else { return Ok(None) };
        let row: Option<(String,)> = self
            .db
            .query("select name from columns where project_id = $1 and id = $2")
            .bind(self.place.project)
            .bind(id)
            .optional()
            .await?;
        Ok(row.map(|(name,)| name))
    }

    async fn assigned(&self, line: Sentence) -> Result<Sentence> {
        let (from, to) = self.field("assignee_ids").map(|(from, to)| (ids(from), ids(to))).unwrap_or_default();
        let (added, gone) = (self.names(to.difference(&from)).await?, self.names(from.difference(&to)).await?);
        Ok(match (added.is_empty(), gone.is_empty()) {
            (false, _) => self.with_task(line.text("assigned "), "").text(format!(" to {added}")),
            (true, false) => self.with_task(line.text(format!("took {gone} off ")), ""),
            (true, true) => self.with_task(line.text(format!("{} ", self.verb())), ""),
        })
    }

    async fn names(&self, people: impl Iterator<Item = &Uuid>) -> Result<String> {
        let people: Vec<UserId> = people.take(MOST_NAMES).map(|id| UserId(*id)).collect();
        if people.is_empty() {
            return Ok(String::new());
        }
        let rows: Vec<(String,)> = self
            .db
            .query("select u.name from {rows $1: id uuid} r join users u on u.id = r.id order by u.name")
            .bind_rows(people, Bind::bind)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect::<Vec<_>>().join(", "))
    }

    fn changed(&self, line: Sentence) -> Sentence {
        let names: Vec<String> = self.said.fields.iter().map(|field| words(&field.name)).collect();
        let verb = self.verb();
        if names.is_empty() || names.len() > 3 {
            return self.with_task(line.text(format!("{verb} ")), "");
        }
        self.with_task(line.text(format!("{verb} the {} of ", names.join(" and "))), "")
    }

    fn comment(&self) -> String {
        self.said.object_id.as_ref().map(|id| format!("#comment-{id}")).unwrap_or_default()
    }

    /// With the beginning of the comment, unless it was deleted meanwhile.
    async fn commented(&self, line: Sentence) -> Result<Sentence> {
        let line = self.with_task(line.text("commented on "), &self.comment());
        let Some(id) = self.said.object_id.as_deref().and_then(|id| Uuid::try_parse(id).ok()) else { return Ok(line) };
        let row: Option<(String,)> = self
            .db
            .query("select body from comments where project_id = $1 and id = $2")
            .bind(self.place.project)
            .bind(id)
            .optional()
            .await?;
        let Some((body,)) = row else { return Ok(line) };
        Ok(line.text(format!(": {}", markdown::excerpt(&body, EXCERPT))))
    }

    /// What is said of all other nouns: who did what with which.
    fn other(&self, line: Sentence) -> Sentence {
        let noun = self.said.r#type.split('.').next().unwrap_or_default().replace('_', " ");
        let mut line = line.text(format!("{} the {noun}", self.verb()));
        if let Some(name) = &self.said.name {
            line = line.text(" ").strong(name);
        }
        if self.task.is_some() { self.with_task(line.text(" on "), "") } else { line }
    }
}

/// A field as people call it: `due_on` is the due date.
fn words(field: &str) -> String {
    let field = field.strip_suffix("_ids").map_or_else(|| field.to_owned(), |stem| format!("{stem}s"));
    let field = field.strip_suffix("_on").map(|stem| format!("{stem} date")).unwrap_or(field);
    field.trim_end_matches("_id").replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_called_as_people_call_them() {
        for (field, called) in [
            ("due_on", "due date"),
            ("assignee_ids", "assignees"),
            ("milestone_id", "milestone"),
            ("title", "title"),
            ("archive_after_days", "archive after days"),
        ] {
            assert_eq!(words(field), called);
        }
    }
}
