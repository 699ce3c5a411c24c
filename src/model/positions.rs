//! Places between neighbours, for everything that people put in order: columns, tasks, checklist items.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::{
    base::{
        error::{Error, Result},
        rank,
    },
    change::{Change, Set},
    db::Bind,
    log::Draft,
};

/// Where something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    First,
    Last,
    /// Next to the first of these that is still there, or else at the end: between looking and dropping, another
    /// person may have taken a neighbour away.
    Beside {
        after: Option<Uuid>,
        before: Option<Uuid>,
    },
}

impl Place {
    /// From a body's `after` (`null` is the beginning) and `before` (`null` is the end); without both, the end.
    pub fn between<Id: Into<Uuid>>(after: Option<Option<Id>>, before: Option<Option<Id>>) -> Self {
        match (after, before) {
            (Some(None), _) => Self::First,
            (None, None | Some(None)) => Self::Last,
            (after, before) => {
                Self::Beside { after: after.flatten().map(Into::into), before: before.flatten().map(Into::into) }
            }
        }
    }
}

/// The place that a body says, which names at least one neighbour.
pub fn neighbours<Id: Into<Uuid>>(after: Option<Option<Id>>, before: Option<Option<Id>>) -> Result<Place> {
    if after.is_none() && before.is_none() {
        return Err(Error::invalid("/after", "must be given, or before"));
    }
    Ok(Place::between(after, before))
}

/// A place as the table has it: at an end, or next to the row with this position.
enum Found {
    First,
    Last,
    After(String),
    Before(String),
}

async fn find<T: Ordered>(change: &mut Change, parent: Uuid, id: Uuid, place: Place) -> Result<Found> {
    let (after, before) = match place {
        Place::First => return Ok(Found::First),
        Place::Last => return Ok(Found::Last),
        Place::Beside { after, before } => (after, before),
    };
    for (neighbour, pointer) in [(after, "/after"), (before, "/before")] {
        if neighbour == Some(id) {
            return Err(Error::invalid(pointer, "must not be what is moved itself"));
        }
    }
    if let Some(position) = position::<T>(change, parent, after).await? {
        return Ok(Found::After(position));
    }
    let below = position::<T>(change, parent, before).await?;
    Ok(below.map_or(Found::Last, Found::Before))
}

/// Where a neighbour is, if it is still there.
async fn position<T: Ordered>(change: &mut Change, parent: Uuid, neighbour: Option<Uuid>) -> Result<Option<String>> {
    let Some(neighbour) = neighbour else { return Ok(None) };
    let row: Option<(String,)> = change.query(T::POSITION).bind(parent).bind(neighbour).optional().await?;
    Ok(row.map(|(position,)| position))
}

/// A kind whose objects are in an order within their parent. In every statement `$1` is the parent.
pub trait Ordered: Set {
    /// The position of `$2`.
    const POSITION: &'static str;
    /// The last position before `$3`, and the first one behind it, `$2` left out.
    const PREVIOUS: &'static str;
    const NEXT: &'static str;
    /// Up to `$3` rows before the position `$2`, the nearest first, and as many from it on.
    const ROWS_BEFORE: &'static str;
    const ROWS_FROM: &'static str;
    /// Which of the places `{rows $1: parent uuid, position text}` are taken: parent, position and id.
    const TAKEN: &'static str;

    fn position(&self) -> &str;
    fn set_position(&mut self, position: String);
}

/// The key for `id` at this place within `parent`. Where the keys have grown long, those around the place are spread
/// anew, and the event tells of each.
pub async fn key<T: Ordered>(
    change: &mut Change,
    event: &mut Draft,
    parent: Uuid,
    id: Uuid,
    place: Place,
) -> Result<String> {
    let found = find::<T>(change, parent, id, place).await?;
    let (statement, neighbour) = match &found {
        Found::First => (T::NEXT, ""),
        Found::After(position) => (T::NEXT, position.as_str()),
        Found::Last => (T::PREVIOUS, "~"),
        Found::Before(position) => (T::PREVIOUS, position.as_str()),
    };
    let (beyond,): (Option<String>,) = change.query(statement).bind(parent).bind(id).bind(neighbour).one().await?;
    let key = match &found {
        Found::First => rank::between(None, beyond.as_deref()),
        Found::Last => rank::between(beyond.as_deref(), None),
        Found::After(position) => rank::between(Some(position), beyond.as_deref()),
        Found::Before(position) => rank::between(beyond.as_deref(), Some(position)),
    };
    if key.len() > rank::LONGEST { spread::<T>(change, event, parent, id, &key).await } else { Ok(key) }
}

/// A key that an object had within its parent.
#[derive(Debug)]
pub struct Wanted {
    pub parent: Uuid,
    pub id: Uuid,
    pub key: String,
}

/// These keys, in their order; where another row has one by now, one right behind that row. Rows of `moving` count as gone. Only
/// those keys take statements of their own.
pub async fn near_all<T: Ordered>(
    change: &mut Change,
    event: &mut Draft,
    wanted: Vec<Wanted>,
    moving: &BTreeSet<Uuid>,
) -> Result<Vec<String>> {
    if wanted.is_empty() {
        return Ok(vec![]);
    }
    let statement = change.query(T::TAKEN);
    let statement = statement.bind_rows(&wanted, |cells, one| cells.bind(one.parent).bind(one.key.clone()));
    let rows: Vec<(Uuid, String, Uuid)> = statement.all().await?;
    let taken: HashMap<(Uuid, String), Uuid> = rows.into_iter().map(|(parent, key, id)| ((parent, key), id)).collect();
    let mut keys = vec![];
    for Wanted { parent, id, key: wanted } in wanted {
        let at = (parent, wanted);
        let other = taken.get(&at).copied().filter(|other| *other != id && !moving.contains(other));
        keys.push(match other {
            None => at.1,
            Some(_) => key::<T>(change, event, parent, id, Place::Beside { after: other, before: None }).await?,
        });
    }
    Ok(keys)
}

/// The same for one object.
pub async fn near<T: Ordered>(
    change: &mut Change,
    event: &mut Draft,
    wanted: Wanted,
    moving: &BTreeSet<Uuid>,
) -> Result<String> {
    let mut keys = near_all::<T>(change, event, vec![wanted], moving).await?;
    keys.pop().ok_or_else(|| Error::Internal("an object has a place".into()))
}

/// How many rows on each side of a crowded place get new keys: as few as make room, so that the cost does not grow
/// with the list.
const WIDTHS: [i64; 3] = [32, 512, 8_192];

/// Give the rows around `wanted` short keys again, in the same transaction and the same event. Answers the key for the
/// place itself.
async fn spread<T: Ordered>(
    change: &mut Change,
    event: &mut Draft,
    parent: Uuid,
    id: Uuid,
    wanted: &str,
) -> Result<String> {
    let present = position::<T>(change, parent, Some(id)).await?;
    for width in WIDTHS.into_iter().chain([i64::from(u32::MAX)]) {
        // One more on each side: the rows that stay, between which the new keys are.
        let mut before: Vec<T> = change.query(T::ROWS_BEFORE).bind(parent).bind(wanted).bind(width + 2).all().await?;
        let mut after: Vec<T> = change.query(T::ROWS_FROM).bind(parent).bind(wanted).bind(width + 2).all().await?;
        let low = outermost(&mut before, id, width);
        let high = outermost(&mut after, id, width);
        before.reverse();
        // One more than are needed: the row that is moved still has its key, and no other one can have the same meanwhile.
        let mut keys = rank::spread_between(low.as_deref(), high.as_deref(), before.len() + after.len() + 2);
        let spare = keys.iter().position(|key| Some(key) == present.as_ref()).unwrap_or(keys.len() - 1);
        keys.remove(spare);
        if width < i64::from(u32::MAX) && keys.iter().any(|key| key.len() > rank::LONGEST / 2) {
            continue;
        }
        let own = keys.remove(before.len());
        let rows = before.into_iter().chain(after);
        let pairs = rows.zip(keys).map(|(row, key)| {
            let mut moved = row.clone();
            moved.set_position(key);
            (row, moved)
        });
        let pairs = pairs.collect();
        change.reposition_all(event, pairs).await?;
        return Ok(own);
    }
    // The last width takes all rows and is never refused.
    Ok(wanted.to_owned())
}

/// Leave the object itself out, keep `width` rows, and answer the position of the next one.
fn outermost<T: Ordered>(rows: &mut Vec<T>, id: Uuid, width: i64) -> Option<String> {
    rows.retain(|row| row.id() != id);
    let width = usize::try_from(width).unwrap_or(usize::MAX);
    let next = rows.get(width).map(|row| row.position().to_owned());
    rows.truncate(width);
    next
}
