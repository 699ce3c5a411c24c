//! The nouns of a project: one declaration says how rows of a kind are read and written, and one call writes a row
//! together with its part of the event.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::{
    auth::membership::Membership,
    base::{
        clock::Timestamp,
        error::{Error, Result},
    },
    change::project::Change,
    db::{Bind, Cells, Query, Row, Tx},
    faults::planted,
    log::Draft,
};

/// How many objects of a kind there may be, and how one more is refused.
pub struct Most {
    pub count: i64,
    /// Counts them; `$1` is the parent's id.
    pub sql: &'static str,
    /// The `code` and the `detail` of the 409.
    pub code: &'static str,
    pub detail: &'static str,
}

/// Something that belongs to a project, and that events tell of under its kind.
pub trait Kind: Row + Serialize + Clone + PartialEq + Send + Sync + 'static {
    /// The name under which snapshots and events hold it, such as `labels`.
    const KIND: &'static str;

    fn id(&self) -> Uuid;
    fn set_version(&mut self, seq: i64);

    /// A change at this instant writes it. Kinds that keep when that was note it.
    fn touch(&mut self, at: Timestamp) {
        let _ = at;
    }

    /// Whether the project's readers hold it. An object that leaves the snapshot is removed for them, and one that comes
    /// back is told whole.
    fn in_snapshot(&self) -> bool {
        true
    }
}

/// A kind that a project's snapshot holds whole. The others are read by pages, such as the comments of one task.
pub trait InSnapshot: Kind {
    /// The rows of a project (`$1`) that its snapshot holds, in the snapshot's order.
    const ALL: &'static str;
    /// The fields that give that order.
    const ORDER: &'static [&'static str];
    /// Fields that its events tell of and the snapshot leaves out.
    const OMITTED: &'static [&'static str] = &[];

    /// All objects of a project that its snapshot holds, in the snapshot's order.
    fn load_all(tx: &mut Tx, by: &Membership) -> impl Future<Output = Result<Vec<Self>>> + Send {
        async { tx.query(Self::ALL).bind(by.project()).all().await }
    }
}

/// How one row is read and written. In every statement `$1` is the project's id and `$2` the object's; `$3` and what
/// follows are the values of [`Object::bind`], of which the last is the version.
pub trait Object: Kind {
    const MOST: Option<Most>;
    const SELECT: &'static str;
    const INSERT: &'static str;
    const UPDATE: &'static str;
    const DELETE: &'static str;

    /// Bind the values of its row, in the order of `INSERT` and `UPDATE`.
    fn bind<'q>(&self, query: Query<'q>) -> Query<'q>;

    /// Bind the values that never change: `INSERT` has them behind the others, `UPDATE` has them not.
    fn bind_fixed<'q>(&self, query: Query<'q>) -> Query<'q> {
        query
    }

    /// What [`Object::MOST`] is counted in, where that is not the project.
    fn parent(&self) -> Option<Uuid> {
        None
    }

    /// Load the parts of it that are not in its row.
    fn load_parts(&mut self, change: &mut Change) -> impl Future<Output = Result<()>> + Send {
        let _ = change;
        async { Ok(()) }
    }

    /// Write the parts of it that are not in its row.
    fn write_parts(&self, before: Option<&Self>, change: &mut Change) -> impl Future<Output = Result<()>> + Send {
        let _ = (before, change);
        async { Ok(()) }
    }
}

/// A kind of which one change rewrites many rows by one statement. `$1` is the rows, which were loaded from this project;
/// they alone lead to the table, so that the statement looks each row up by its key.
pub trait Set: Kind {
    /// Rewrites the rows that `{rows $1: …}` lists.
    const UPDATE_ALL: &'static str;
    /// Moves the positions of those rows out of the way: one row's new position may be another's old one.
    const PARK_ALL: &'static str;

    /// Bind its row, in the order of the columns in `UPDATE_ALL`.
    fn bind_row(&self, cells: Cells) -> Cells;
}

/// A kind of which one change writes many new rows by one statement.
pub trait Many: Kind {
    /// Inserts the rows `{rows $1: …}` into the project `$2`.
    const INSERT_ALL: &'static str;

    /// Bind its row, in the order of the columns in `INSERT_ALL`.
    fn bind_new(&self, cells: Cells) -> Cells;
}

/// A kind of which one change loads many objects by one statement. It has no parts beside its row.
pub trait Findable: Object {
    /// Those of the rows `{rows $1: id uuid}` that the project `$2` has.
    const SELECT_ALL: &'static str;
}

/// A kind of which one change deletes many rows by one statement.
pub trait Removable: Kind {
    /// Deletes the rows `{rows $1: id uuid}`, which were loaded from this project.
    const DELETE_ALL: &'static str;
}

impl Change {
    /// Load an object of this project; another project's does not exist.
    pub async fn load<T: Object>(&mut self, id: impl Into<Uuid>) -> Result<T> {
        let (project, id) = (self.project(), id.into());
        let mut found: T = self.query(T::SELECT).bind(project).bind(id).one().await?;
        found.load_parts(self).await?;
        Ok(found)
    }

    /// Those of these objects that the project has.
    pub async fn load_all<T: Findable>(&mut self, ids: &[Uuid]) -> Result<HashMap<Uuid, T>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let project = self.project();
        let statement = self.query(T::SELECT_ALL).bind_rows(ids, |cells, id| cells.bind(*id));
        let found: Vec<T> = statement.bind(project).all().await?;
        Ok(found.into_iter().map(|one| (one.id(), one)).collect())
    }

    /// Load an object that a body names at `pointer`.
    pub async fn load_named<T: Object>(&mut self, pointer: &str, id: impl Into<Uuid>, detail: &str) -> Result<T> {
        self.load(id).await.map_err(|error| match error {
            Error::NotFound => Error::invalid(pointer, detail),
            error => error,
        })
    }

    /// Write a new object.
    pub async fn insert<T: Object>(&mut self, event: &mut Draft, mut new: T) -> Result<T> {
        let project = self.project();
        if let Some(most) = T::MOST {
            let parent = new.parent().unwrap_or(project.0);
            let (count,): (i64,) = self.query(most.sql).bind(parent).one().await?;
            if count >= most.count {
                return Err(Error::conflict(most.code, most.detail));
            }
        }
        new.set_version(self.seq());
        new.touch(self.at());
        let statement = self.query(T::INSERT).bind(project).bind(new.id());
        new.bind_fixed(new.bind(statement)).execute().await?;
        new.write_parts(None, self).await?;
        event.create(T::KIND, &new)?;
        Ok(new)
    }

    /// Write what differs between two states of an object. `If-Match` is compared with the fields that differ.
    pub async fn update<T: Object>(&mut self, event: &mut Draft, before: &T, mut after: T) -> Result<T> {
        self.check_match(T::KIND, before, &after).await?;
        let forgotten = planted!(MergedEditForgotten => self.stale_version(&super::object(before)?).is_some(), false);
        if *before == after || forgotten {
            return Ok(after);
        }
        after.set_version(self.seq());
        after.touch(self.at());
        let project = self.project();
        after.bind(self.query(T::UPDATE).bind(project).bind(after.id())).execute().await?;
        after.write_parts(Some(before), self).await?;
        event.change(T::KIND, (before, before.in_snapshot()), (&after, after.in_snapshot()))?;
        Ok(after)
    }

    /// Compare `If-Match` before an object is deleted: cheap to call before the work of taking it off others.
    pub async fn check_delete<T: Object>(&mut self, old: &T) -> Result<()> {
        self.check_match_all(T::KIND, old).await
    }

    /// Delete an object. What hangs on it in the database goes by `on delete cascade`; the event tells of it when the
    /// caller adds it.
    pub async fn delete<T: Object>(&mut self, event: &mut Draft, old: &T) -> Result<()> {
        self.check_delete(old).await?;
        let project = self.project();
        self.query(T::DELETE).bind(project).bind(old.id()).execute().await?;
        event.remove(T::KIND, old)
    }

    /// Write many new objects in one statement. Nothing is counted: the caller knows that there is room for them.
    pub async fn insert_all<T: Many>(&mut self, event: &mut Draft, mut new: Vec<T>) -> Result<Vec<T>> {
        let (seq, at) = (self.seq(), self.at());
        for one in &mut new {
            one.set_version(seq);
            one.touch(at);
        }
        self.insert_rows(&new).await?;
        for one in &new {
            event.create(T::KIND, one)?;
        }
        Ok(new)
    }

    /// The same for objects that an event tells of later, whose number is their version already.
    pub async fn insert_rows<T: Many>(&mut self, new: &[T]) -> Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        let project = self.project();
        let statement = self.query(T::INSERT_ALL).bind_rows(new, |cells, one| one.bind_new(cells));
        statement.bind(project).execute().await?;
        Ok(())
    }

    /// Delete many objects in one statement. The request's `If-Match` is about one object and not compared with these.
    pub async fn delete_all<T: Removable>(&mut self, event: &mut Draft, old: &[T]) -> Result<()> {
        if old.is_empty() {
            return Ok(());
        }
        self.query(T::DELETE_ALL).bind_rows(old, |cells, one| cells.bind(one.id())).execute().await?;
        for one in old {
            event.remove(T::KIND, one)?;
        }
        Ok(())
    }

    /// The same for objects that no reader holds: the event keeps what they were.
    pub async fn delete_untold<T: Removable>(&mut self, event: &mut Draft, old: &[T]) -> Result<()> {
        if old.is_empty() {
            return Ok(());
        }
        self.query(T::DELETE_ALL).bind_rows(old, |cells, one| cells.bind(one.id())).execute().await?;
        for one in old {
            event.keep_whole(T::KIND, one)?;
        }
        Ok(())
    }

    /// Write what differs between two states of many objects, in a constant number of statements. The request's
    /// `If-Match` is about one object and not compared with these.
    pub async fn update_all<T: Set>(&mut self, event: &mut Draft, pairs: Vec<(T, T)>) -> Result<Vec<T>> {
        self.write_all(event, pairs, false).await
    }

    /// The same for objects that exchange positions.
    pub async fn reposition_all<T: Set>(&mut self, event: &mut Draft, pairs: Vec<(T, T)>) -> Result<Vec<T>> {
        self.write_all(event, pairs, true).await
    }

    async fn write_all<T: Set>(&mut self, event: &mut Draft, mut pairs: Vec<(T, T)>, park: bool) -> Result<Vec<T>> {
        pairs.retain(|(before, after)| before != after);
        if pairs.is_empty() {
            return Ok(vec![]);
        }
        let (seq, at) = (self.seq(), self.at());
        for (_, after) in &mut pairs {
            after.set_version(seq);
            // What makes room for another object is not changed itself.
            if !park {
                after.touch(at);
            }
        }
        let rows = || pairs.iter().map(|(_, after)| after);
        if park {
            let statement = self.query(T::PARK_ALL);
            statement.bind_rows(rows(), |cells, row| cells.bind(row.id())).execute().await?;
        }
        let statement = self.query(T::UPDATE_ALL);
        statement.bind_rows(rows(), |cells, row| row.bind_row(cells)).execute().await?;
        for (before, after) in &pairs {
            event.change(T::KIND, (before, before.in_snapshot()), (after, after.in_snapshot()))?;
        }
        Ok(pairs.into_iter().map(|(_, after)| after).collect())
    }
}
