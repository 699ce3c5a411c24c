//! Which object here is which of a board elsewhere.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    base::{
        error::Result,
        ids::{ImportId, ProjectId},
        secrets,
    },
    change::Change,
    db::{Bind, Db},
};

pub const COLUMN: i16 = 0;
pub const LABEL: i16 = 1;
pub const MILESTONE: i16 = 2;
pub const PERSON: i16 = 3;
pub const TASK: i16 = 4;
pub const COMMENT: i16 = 5;

/// The longest id that is kept as it is.
const LONGEST: usize = 200;

/// An id of a file, short enough for an index.
pub fn key(id: &str) -> String {
    if id.len() <= LONGEST && !id.contains('\0') { id.into() } else { format!("sha256:{}", secrets::hash(id)) }
}

/// What a project has of a board.
#[derive(Debug, Default)]
pub struct Links(HashMap<(i16, String), Uuid>);

impl Links {
    pub async fn load(db: &Db, project: ProjectId, source: &str) -> Result<Self> {
        let rows: Vec<(i16, String, Uuid)> = db
            .query("select kind, external_id, object_id from import_links where project_id = $1 and source = $2")
            .bind(project)
            .bind(source)
            .all()
            .await?;
        Ok(Self(rows.into_iter().map(|(kind, external, object)| ((kind, external), object)).collect()))
    }

    pub fn find(&self, kind: i16, id: &str) -> Option<Uuid> {
        self.0.get(&(kind, key(id))).copied()
    }
}

/// Remember what was made.
pub async fn add(
    change: &mut Change,
    source: &str,
    import: ImportId,
    made: impl IntoIterator<Item = (i16, &str, Uuid)>,
) -> Result<()> {
    let made: Vec<(i16, String, Uuid)> = made.into_iter().map(|(kind, id, object)| (kind, key(id), object)).collect();
    if made.is_empty() {
        return Ok(());
    }
    let project = change.project();
    change
        .query(
            "insert into import_links (project_id, source, kind, external_id, object_id, import_id)
             select $2, $3, r.kind, r.external_id, r.object_id, $4
             from {rows $1: kind smallint, external_id text, object_id uuid} r
             where true
             on conflict (project_id, source, kind, external_id) do update
             set object_id = excluded.object_id, import_id = excluded.import_id",
        )
        .bind_rows(made, |cells, (kind, id, object)| cells.bind(kind).bind(id).bind(object))
        .bind(project)
        .bind(source)
        .bind(import)
        .execute()
        .await?;
    Ok(())
}

/// Forget that these objects came from a file, and the comments on them: what an undo took back may come again.
pub async fn forget(change: &mut Change, objects: impl IntoIterator<Item = Uuid>) -> Result<()> {
    let project = change.project();
    change
        .query(
            "delete from import_links
             where project_id = $2
               and object_id in (select r.id from {rows $1: id uuid} r
                                 union all
                                 select c.id from {rows $1: id uuid} r join comments c on c.task_id = r.id)",
        )
        .bind_rows(objects, Bind::bind)
        .bind(project)
        .execute()
        .await?;
    Ok(())
}
