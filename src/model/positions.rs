//! Places between neighbours, for everything that people put in order: columns, tasks, checklist items.

use serde_json::json;
use uuid::Uuid;

use crate::{change::Change, error::Result, event::Draft, rank};

/// Where something goes, said by its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    First,
    Last,
    After(Uuid),
    Before(Uuid),
}

impl Place {
    /// From a body's `after`: absent is the end, `null` the beginning.
    #[must_use]
    pub fn after(after: Option<Option<Uuid>>) -> Self {
        match after {
            None => Self::Last,
            Some(None) => Self::First,
            Some(Some(id)) => Self::After(id),
        }
    }
}

/// The statements for one kind of ordered things; `$1` is what they are in.
pub struct Ordered {
    pub kind: &'static str,
    pub at: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub all: &'static str,
    pub park: &'static str,
    pub put: &'static str,
}

pub const COLUMNS: Ordered = Ordered {
    kind: "columns",
    at: "select position from columns where project_id = $1 and id = $2",
    previous: "select max(position) from columns where project_id = $1 and id <> $2 and position < $3",
    next: "select min(position) from columns where project_id = $1 and id <> $2 and position > $3",
    all: "select id, position, version from columns where project_id = $1 order by position",
    park: "update columns set position = '~' || position where project_id = $1",
    put: "update columns set position = $2, version = $3 where id = $1",
};

pub const TASKS: Ordered = Ordered {
    kind: "tasks",
    at: "select position from tasks where column_id = $1 and id = $2",
    previous: "select max(position) from tasks where column_id = $1 and id <> $2 and position < $3",
    next: "select min(position) from tasks where column_id = $1 and id <> $2 and position > $3",
    all: "select id, position, version from tasks where column_id = $1 order by position",
    park: "update tasks set position = '~' || position where column_id = $1",
    put: "update tasks set position = $2, version = $3 where id = $1",
};

pub const CHECKLIST_ITEMS: Ordered = Ordered {
    kind: "checklist_items",
    at: "select position from checklist_items where task_id = $1 and id = $2",
    previous: "select max(position) from checklist_items where task_id = $1 and id <> $2 and position < $3",
    next: "select min(position) from checklist_items where task_id = $1 and id <> $2 and position > $3",
    all: "select id, position, version from checklist_items where task_id = $1 order by position",
    park: "update checklist_items set position = '~' || position where task_id = $1",
    put: "update checklist_items set position = $2, version = $3 where id = $1",
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    position: String,
    version: i64,
}

/// The key for `id` at this place within `parent`; `None` when the neighbour that was named is not there.
/// When the keys have grown long, all of them are spread anew, and the draft tells of each.
pub async fn key(
    change: &mut Change,
    draft: &mut Draft,
    ordered: &Ordered,
    parent: Uuid,
    id: Uuid,
    place: Place,
) -> Result<Option<String>> {
    let neighbour = match place {
        Place::First => String::new(),
        Place::Last => "~".into(),
        Place::After(other) | Place::Before(other) => {
            let row: Option<(String,)> = change.query(ordered.at).bind(parent).bind(other).optional().await?;
            let Some((position,)) = row.filter(|_| other != id) else { return Ok(None) };
            position
        }
    };
    let beyond = match place {
        Place::First | Place::After(_) => ordered.next,
        Place::Last | Place::Before(_) => ordered.previous,
    };
    let (beyond,): (Option<String>,) =
        change.query(beyond).bind(parent).bind(id).bind(neighbour.as_str()).one().await?;
    let key = match place {
        Place::First => rank::between(None, beyond.as_deref()),
        Place::Last => rank::between(beyond.as_deref(), None),
        Place::After(_) => rank::between(Some(&neighbour), beyond.as_deref()),
        Place::Before(_) => rank::between(beyond.as_deref(), Some(&neighbour)),
    };
    if key.len() > rank::LONGEST {
        respread(change, draft, ordered, parent, id, &key).await.map(Some)
    } else {
        Ok(Some(key))
    }
}

/// Give everything in `parent` a short key again, in the same transaction and the same event.
async fn respread(
    change: &mut Change,
    draft: &mut Draft,
    ordered: &Ordered,
    parent: Uuid,
    id: Uuid,
    wanted: &str,
) -> Result<String> {
    let mut rows: Vec<Row> = change.query(ordered.all).bind(parent).all().await?;
    rows.retain(|row| row.id != id);
    let at = rows.partition_point(|row| row.position.as_str() < wanted);
    let mut keys = rank::spread(rows.len() + 1);
    let own = keys.remove(at);
    // Out of the way first: a new key may be the old one of a row that comes later.
    change.query(ordered.park).bind(parent).execute().await?;
    let seq = change.seq();
    for (row, key) in rows.iter().zip(keys) {
        // Who comes out where they were has not changed.
        let version = if key == row.position { row.version } else { seq };
        change.query(ordered.put).bind(row.id).bind(key.as_str()).bind(version).execute().await?;
        draft.update(
            ordered.kind,
            &json!({"id": row.id, "version": row.version, "position": row.position}),
            &json!({"id": row.id, "version": seq, "position": key}),
        )?;
    }
    Ok(own)
}
