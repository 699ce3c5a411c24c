//! What happened in a project or to a task, in the words of the log: who did what, and the fields that it changed.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::membership::Membership,
    base::{
        error::Result,
        ids::{TaskId, UserId},
    },
    db::{Bind, Tx},
    log::{self, Actor, digest, is_field, parse, read::LoggedEvent},
    model::account_removal::{self, REMOVED},
};

/// How many events are looked at in one statement …
const STEP: i64 = 100;
/// … and for one page: where few of them are asked for, a page may have fewer items than its limit.
const MOST: i64 = 2_000;
/// At most so many bytes of events are read at once.
const BYTES: i64 = 1024 * 1024;

/// Fields that say nothing to people, or what the type of the event says already.
const UNSAID: [&str; 13] = [
    "position",
    "number",
    "task_id",
    "created_at",
    "created_by",
    "author_id",
    "edited_at",
    "uploaded_by",
    "sha256",
    "comment_count",
    "attachment_count",
    "description_html",
    "body_html",
];

/// What an event is about: the first word of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Noun {
    Project,
    Member,
    Column,
    Task,
    Timeline,
    ChecklistItem,
    Dependency,
    Comment,
    Attachment,
    Label,
    Milestone,
    View,
}

impl Noun {
    /// The first word of a type, and the kind of the objects that such events are about.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Project => ("project", "project"),
            Self::Member => ("member", "members"),
            Self::Column => ("column", "columns"),
            Self::Task => ("task", "tasks"),
            Self::Timeline => ("timeline", "tasks"),
            Self::ChecklistItem => ("checklist_item", "checklist_items"),
            Self::Dependency => ("dependency", "dependencies"),
            Self::Comment => ("comment", "comments"),
            Self::Attachment => ("attachment", "attachments"),
            Self::Label => ("label", "labels"),
            Self::Milestone => ("milestone", "milestones"),
            Self::View => ("view", "views"),
        }
    }

    const ALL: [Self; 12] = [
        Self::Project,
        Self::Member,
        Self::Column,
        Self::Task,
        Self::Timeline,
        Self::ChecklistItem,
        Self::Dependency,
        Self::Comment,
        Self::Attachment,
        Self::Label,
        Self::Milestone,
        Self::View,
    ];

    fn of(event_type: &str) -> Option<Self> {
        let word = event_type.split('.').next()?;
        Self::ALL.into_iter().find(|noun| noun.names().0 == word)
    }
}

/// Which of the activity is asked for.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Of one task.
    pub task: Option<TaskId>,
    pub actor: Option<UserId>,
    /// About these; about all when empty.
    pub nouns: Vec<Noun>,
    /// Before this event.
    pub before: Option<i64>,
    pub limit: usize,
}

/// A field that an event changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityField {
    pub name: String,
    /// Null for what was created.
    pub from: Value,
    /// Null for what was deleted.
    pub to: Value,
}

/// An event in the words of people.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    pub seq: i64,
    #[schema(format = DateTime)]
    pub at: String,
    /// Null for what a rule of the project did.
    #[schema(required)]
    pub actor: Option<Actor>,
    /// The `Idempotency-Key` of the request, or the rule.
    #[schema(required)]
    pub cause: Option<String>,
    /// What happened, such as `task.moved`.
    pub r#type: String,
    /// The task that it is about; absent when it is about none, or about several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// The object that it is about, as the board files it, such as `labels`.
    #[schema(required)]
    pub kind: Option<&'static str>,
    #[schema(required)]
    pub object_id: Option<String>,
    /// What that was called, where the event says it.
    #[schema(required)]
    pub name: Option<String>,
    /// The number of a task, where the event says it.
    #[schema(required)]
    pub number: Option<i64>,
    pub fields: Vec<ActivityField>,
    /// How many further objects of this kind it is about.
    pub others: usize,
}

/// A page, and before which event the next one begins.
#[derive(Debug)]
pub struct ActivityPage {
    pub items: Vec<Activity>,
    pub next: Option<i64>,
}

type Objects<'a> = HashMap<Cow<'a, str>, Vec<Map<String, Value>>>;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    at: String,
    actor: Option<Actor>,
    cause: Option<String>,
    #[serde(borrow)]
    changes: Option<Objects<'a>>,
    #[serde(borrow)]
    removed: Option<HashMap<Cow<'a, str>, Vec<Cow<'a, str>>>>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    seq: i64,
    body: String,
    before: Option<String>,
    tasks: Option<String>,
}

fn text(object: &Map<String, Value>, field: &str) -> Option<String> {
    object.get(field).and_then(Value::as_str).map(ToOwned::to_owned)
}

/// An object of an event, before and after it; nothing where it was not, or is no more.
#[derive(Default)]
struct Touched {
    before: Map<String, Value>,
    after: Map<String, Value>,
    removed: bool,
}

impl Touched {
    fn is_of(&self, kind: &str, id: &str, task: &str) -> bool {
        let names = |object: &Map<String, Value>| {
            ["task_id", "depends_on_id"].iter().any(|field| object.get(*field).is_some_and(|id| id == task))
        };
        (kind == "tasks" && id == task) || names(&self.before) || names(&self.after)
    }

    fn number(&self) -> Option<i64> {
        let number = self.after.get("number").or_else(|| self.before.get("number"))?;
        number.as_i64()
    }

    fn field(&self, name: &str) -> Option<String> {
        text(&self.after, name).or_else(|| text(&self.before, name))
    }

    fn fields(&self, kind: &str) -> Vec<ActivityField> {
        let said = |name: &&String| match (kind, name.as_str()) {
            // Of which tasks it is, is what a dependency says.
            ("dependencies", "task_id") => true,
            (_, name) => !UNSAID.contains(&name) && is_field(name),
        };
        let names = self.after.keys().chain(self.before.keys().filter(|name| !self.after.contains_key(*name)));
        let value = |object: &Map<String, Value>, name: &str| object.get(name).cloned().unwrap_or(Value::Null);
        let field = |name: &String| ActivityField {
            name: name.clone(),
            from: value(&self.before, name),
            to: if self.removed { Value::Null } else { value(&self.after, name) },
        };
        names.filter(said).map(field).filter(|field| field.from != field.to).collect()
    }
}

/// What an event did to the objects of a kind, by id, in the order in which it tells of them.
fn touched(kind: &str, event: &Event<'_>, before: Option<&Objects<'_>>) -> Vec<(String, Touched)> {
    let mut found: Vec<(String, Touched)> = vec![];
    let at = |found: &mut Vec<(String, Touched)>, id: &str| {
        found.iter().position(|(known, _)| known == id).unwrap_or_else(|| {
            found.push((id.to_owned(), Touched::default()));
            found.len() - 1
        })
    };
    for object in event.changes.iter().filter_map(|kinds| kinds.get(kind)).flatten() {
        let index = at(&mut found, &text(object, "id").unwrap_or_default());
        found[index].1.after.extend(object.clone());
    }
    for id in event.removed.iter().filter_map(|kinds| kinds.get(kind)).flatten() {
        let index = at(&mut found, id);
        found[index].1.removed = true;
    }
    for object in before.iter().filter_map(|kinds| kinds.get(kind)).flatten() {
        let index = at(&mut found, &text(object, "id").unwrap_or_default());
        for (field, value) in object {
            // An event may change an object in steps: the first of them says what was before.
            found[index].1.before.entry(field).or_insert_with(|| value.clone());
        }
    }
    found
}

/// The activity that an event is, or `None` when it is not asked for.
fn activity(row: &Row, wanted: &Wanted) -> Result<Option<Activity>> {
    let event: Event<'_> = parse(&row.body)?;
    let noun = Noun::of(&event.r#type);
    let other_noun = !wanted.nouns.is_empty() && noun.is_none_or(|noun| !wanted.nouns.contains(&noun));
    let other_actor = wanted.actor.is_some_and(|id| event.actor.as_ref().is_none_or(|actor| actor.id != id));
    if other_noun || other_actor {
        return Ok(None);
    }
    let before: Option<Objects<'_>> = row.before.as_deref().map(parse).transpose()?;
    let of_noun = noun.map_or("", |noun| noun.names().1);
    let mut kind = of_noun;
    let mut objects = touched(kind, &event, before.as_ref());
    if let Some(task) = wanted.task.map(|task| task.to_string()) {
        let named = |(id, object): &(String, Touched)| object.is_of(of_noun, id, &task);
        // An edited comment does not say of which task it is: the log does.
        if objects.len() != 1 || kind == "tasks" {
            objects.retain(named);
        }
        if objects.is_empty() {
            kind = "tasks";
            objects = touched(kind, &event, before.as_ref());
            objects.retain(|(id, _)| *id == task);
        }
    }
    // What made room for something that was moved is told of before it.
    if event.r#type.ends_with(".moved") {
        objects.reverse();
    }
    let others = objects.iter().skip(1).filter(|(_, object)| !object.fields(kind).is_empty()).count();
    let first = objects.into_iter().next();
    let tasks = digest::tasks_of(&row.body, row.before.as_deref(), row.tasks.as_deref())?;
    let only = if tasks.len() == 1 { tasks.first().map(ToString::to_string) } else { None };
    let called =
        |(_, object): &(String, Touched)| ["title", "name", "text"].iter().find_map(|field| object.field(field));
    Ok(Some(Activity {
        seq: row.seq,
        task_id: wanted.task.map(|task| task.to_string()).or(only),
        kind: first.is_some().then_some(kind),
        name: first.as_ref().and_then(called),
        number: first.as_ref().and_then(|(_, object)| object.number()),
        fields: first.as_ref().map(|(_, object)| object.fields(kind)).unwrap_or_default(),
        object_id: first.map(|(id, _)| id),
        others,
        r#type: event.r#type.into_owned(),
        at: event.at,
        actor: event.actor,
        cause: event.cause,
    }))
}

/// What an event says in the words of people.
pub fn of_event(event: &LoggedEvent) -> Result<Option<Activity>> {
    let row =
        Row { seq: event.seq, body: event.body.clone(), before: event.before.clone(), tasks: event.tasks.clone() };
    activity(&row, &Wanted::default())
}

/// What happened behind an event, the oldest first: at most so many events, and fewer when they are long.
pub async fn after(by: &Membership, seq: i64, limit: i64) -> Result<Vec<Activity>> {
    let events = log::read::events_after(by.db(), by.project(), seq, limit, BYTES).await?;
    let mut items = vec![];
    for event in &events {
        items.extend(of_event(event)?);
    }
    withhold(&mut by.read().await?, &mut items).await?;
    Ok(items)
}

/// The activity of a project or a task, newest first.
pub async fn list(by: &Membership, wanted: &Wanted) -> Result<ActivityPage> {
    let mut tx = by.read().await?;
    let mut page = read(&mut tx, by, wanted).await?;
    withhold(&mut tx, &mut page.items).await?;
    Ok(page)
}

/// Take out what people have taken back: the texts of comments that were deleted, and the names of people who deleted their
/// accounts. The log itself is a chain of hashes, and stays as it is.
async fn withhold(tx: &mut Tx, items: &mut [Activity]) -> Result<()> {
    withhold_names(tx, items).await?;
    withhold_texts(tx, items).await
}

async fn withhold_names(tx: &mut Tx, items: &mut [Activity]) -> Result<()> {
    let member = |item: &Activity| {
        let id = item.object_id.as_deref().filter(|_| item.kind == Some("members"))?;
        Uuid::try_parse(id).ok().map(UserId)
    };
    let actors = items.iter().filter_map(|item| item.actor.as_ref().map(|actor| actor.id));
    let people: BTreeSet<UserId> = actors.chain(items.iter().filter_map(member)).collect();
    if people.is_empty() {
        return Ok(());
    }
    let removed = account_removal::removed(tx, people).await?;
    for item in items.iter_mut().filter(|_| !removed.is_empty()) {
        if let Some(actor) = item.actor.as_mut().filter(|actor| removed.contains(&actor.id)) {
            actor.name = REMOVED.into();
        }
        if member(item).is_some_and(|id| removed.contains(&id)) {
            item.name = item.name.take().map(|_| REMOVED.into());
            item.fields.retain(|field| field.name != "name");
        }
    }
    Ok(())
}

async fn withhold_texts(tx: &mut Tx, items: &mut [Activity]) -> Result<()> {
    let of = |item: &Activity| {
        let id = item.object_id.as_deref().filter(|_| item.kind == Some("comments"))?;
        Uuid::try_parse(id).ok()
    };
    let told: Vec<Uuid> = items.iter().filter_map(of).collect();
    if told.is_empty() {
        return Ok(());
    }
    let there: Vec<(Uuid,)> = tx
        .query("select c.id from {rows $1: id uuid} r join comments c on c.id = r.id")
        .bind_rows(told, Bind::bind)
        .all()
        .await?;
    for item in items.iter_mut() {
        if of(item).is_some_and(|id| !there.contains(&(id,))) {
            item.fields.retain(|field| field.name != "body");
        }
    }
    Ok(())
}

async fn read(tx: &mut Tx, by: &Membership, wanted: &Wanted) -> Result<ActivityPage> {
    let mut before = wanted.before.unwrap_or(i64::MAX);
    let mut page = ActivityPage { items: vec![], next: None };
    let mut looked_at = 0;
    loop {
        let rows = match wanted.task {
            Some(task) => of_task(tx, by, task, before).await?,
            None => of_project(tx, by, before).await?,
        };
        let Some(last) = rows.last().map(|row| row.seq) else { return Ok(page) };
        for row in &rows {
            if page.items.len() == wanted.limit {
                page.next = page.items.last().map(|item| item.seq);
                return Ok(page);
            }
            page.items.extend(activity(row, wanted)?);
        }
        before = last;
        looked_at += i64::try_from(rows.len()).unwrap_or(MOST);
        if looked_at >= MOST {
            page.next = Some(before);
            return Ok(page);
        }
    }
}

/// The last events of a project before this one; fewer when they are long.
async fn of_project(tx: &mut Tx, by: &Membership, before: i64) -> Result<Vec<Row>> {
    tx.query(
        "select seq, body, before, tasks
         from (select seq, body, before, tasks,
                      sum(octet_length(body)) over (order by seq desc) - octet_length(body) as behind
               from events
               where project_id = $1 and seq < $2
                 and seq >= (select max(seq) from events where project_id = $1 and seq < $2) - $3) weighed
         where behind < $4
         order by seq desc",
    )
    .bind(by.project())
    .bind(before)
    .bind(STEP)
    .bind(BYTES)
    .all()
    .await
}

/// The same of a task: those that the digest knows, and behind them those that it does not know yet.
async fn of_task(tx: &mut Tx, by: &Membership, task: TaskId, before: i64) -> Result<Vec<Row>> {
    let digested: Option<(i64,)> =
        tx.query("select seq from log_digests where project_id = $1").bind(by.project()).optional().await?;
    let digested = digested.map_or(0, |(seq,)| seq);
    if before > digested + 1 {
        let rows: Vec<Row> = tx
            .query(
                "select seq, body, before, tasks from events
                 where project_id = $1 and seq > $2 and seq < $3
                 order by seq desc
                 limit $4",
            )
            .bind(by.project())
            .bind(digested)
            .bind(before)
            .bind(MOST)
            .all()
            .await?;
        let mut found = vec![];
        for row in rows {
            if digest::tasks_of(&row.body, row.before.as_deref(), row.tasks.as_deref())?.contains(&task.0) {
                found.push(row);
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    tx.query(
        "select e.seq, e.body, e.before, e.tasks from task_events t
         join events e on e.project_id = $1 and e.seq = t.seq
         where t.task_id = $2 and t.seq < $3
         order by t.seq desc
         limit $4",
    )
    .bind(by.project())
    .bind(task)
    .bind(before)
    .bind(STEP)
    .all()
    .await
}
