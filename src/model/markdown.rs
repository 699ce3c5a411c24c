//! What people write in a project, as HTML: what a text names is looked up here, and only what its writer may see of it.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    base::{
        error::Result,
        ids::{ProjectId, UserId},
    },
    db::{Bind, Tx},
    markdown::{self, Boxes, Known, Names, TaskName},
};

/// A text as HTML, and the members that it mentions.
#[derive(Debug, Default)]
pub struct Rendered {
    pub html: String,
    pub mentioned: Vec<UserId>,
}

/// Render a text that this person writes in this project.
pub async fn render(tx: &mut Tx, project: ProjectId, writer: UserId, text: &str, boxes: Boxes) -> Result<Rendered> {
    let names = markdown::names(text);
    let known = look_up(tx, project, writer, &names).await?;
    let html = markdown::render(text, &known, boxes);
    let mut mentioned: Vec<UserId> = known.people.into_keys().map(UserId).collect();
    mentioned.sort_unstable();
    Ok(Rendered { html, mentioned })
}

/// Tasks that are written in the same change, and are not there yet.
pub struct Coming<'a> {
    /// The key of their project.
    pub key: &'a str,
    pub numbers: &'a HashSet<i64>,
}

/// The HTML of a description beside which other tasks are written.
pub async fn render_with(
    tx: &mut Tx,
    project: ProjectId,
    writer: UserId,
    text: &str,
    coming: &Coming<'_>,
) -> Result<String> {
    let names = markdown::names(text);
    let mut known = look_up(tx, project, writer, &names).await?;
    for name in names.tasks {
        let here = name.key.as_ref().is_none_or(|key| key == coming.key);
        if here && coming.numbers.contains(&name.number) {
            let address = format!("/p/{}/board/{}", coming.key, name.number);
            known.tasks.insert(name, address);
        }
    }
    Ok(markdown::render(text, &known, Boxes::Named))
}

async fn look_up(tx: &mut Tx, project: ProjectId, writer: UserId, names: &Names) -> Result<Known> {
    let mut known = Known { project: project.0, ..Known::default() };
    if !names.people.is_empty() {
        let rows: Vec<(Uuid, String)> = tx
            .query(
                "select u.id, u.name from {rows $1: id uuid} r
                 join members m on m.user_id = r.id and m.project_id = $2
                 join users u on u.id = m.user_id",
            )
            .bind_rows(&names.people, |cells, id| cells.bind(*id))
            .bind(project)
            .all()
            .await?;
        known.people = rows.into_iter().collect();
    }
    if !names.tasks.is_empty() {
        let rows: Vec<(String, String, i64)> = tx
            .query(
                "select r.key, p.key, t.number
                 from {rows $1: key text, number bigint} r
                 join projects p on p.key = r.key or (r.key = '' and p.id = $2)
                 join members m on m.project_id = p.id and m.user_id = $3
                 join tasks t on t.project_id = p.id and t.number = r.number and t.trashed_at is null
                 where p.deleted_at is null",
            )
            .bind_rows(&names.tasks, |cells, name| cells.bind(name.key.clone().unwrap_or_default()).bind(name.number))
            .bind(project)
            .bind(writer)
            .all()
            .await?;
        for (named, key, number) in rows {
            let name = TaskName { key: Some(named).filter(|named| !named.is_empty()), number };
            known.tasks.insert(name, format!("/p/{key}/board/{number}"));
        }
    }
    if !names.attachments.is_empty() {
        let rows: Vec<(Uuid,)> = tx
            .query(
                "select a.id from {rows $1: id uuid} r
                 join attachments a on a.id = r.id and a.project_id = $2",
            )
            .bind_rows(&names.attachments, |cells, id| cells.bind(*id))
            .bind(project)
            .all()
            .await?;
        known.attachments = rows.into_iter().map(|(id,)| id).collect();
    }
    Ok(known)
}
