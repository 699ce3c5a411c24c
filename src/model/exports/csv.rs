//! One kind of a project's things as a table: UTF-8 with a byte order mark, which spreadsheets need to see that it is, commas,
//! and no cell that a spreadsheet would take for a formula.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Kind, Names, Out, Sink, Wanted, all, items_of, next_comments, next_tasks, people, project};
use crate::{
    base::error::{Error, Result},
    db::Tx,
    model::{
        attachments::Attachment, columns::Column, dependencies::Dependency, labels::Label, milestones::Milestone,
        tasks::TaskDetail,
    },
};

/// A cell that begins like a formula gets an apostrophe, which says that it is a text.
fn guarded(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

/// A line of a table.
pub fn line<I: IntoIterator<Item = String>>(cells: I) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    let failed = |error: csv::Error| Error::Internal(error.to_string());
    writer.write_record(cells.into_iter().map(guarded)).map_err(failed)?;
    writer.into_inner().map_err(|error| Error::Internal(error.to_string()))
}

fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Null) | Err(_) => String::new(),
        Ok(value) => value.to_string(),
    }
}

fn heads(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Tasks => &[
            "Id",
            "Title",
            "Description",
            "Column",
            "Labels",
            "Assignee",
            "Milestone",
            "Priority",
            "Start date",
            "Due date",
            "Estimate",
            "Creator",
            "Created at",
            "Completed at",
            "Archived at",
        ],
        Kind::Comments => &["Task", "Author", "Comment", "Created at", "Edited at", "Reactions"],
        Kind::ChecklistItems => &["Task", "Text", "Done"],
        Kind::Dependencies => &["Task", "Depends on", "Lag in days"],
        Kind::Attachments => &["Task", "Name", "Media type", "Size", "SHA-256", "Created at", "Content"],
        Kind::Columns => &["Name", "Kind", "Most tasks", "Archived after days"],
        Kind::Labels => &["Name", "Colour"],
        Kind::Milestones => &["Name", "Due date", "Completed at"],
        Kind::People => &["Name", "E-mail", "Role"],
    }
}

async fn row<S: Sink>(out: &mut Out<'_, S>, cells: Vec<String>) -> Result<()> {
    out.put(&line(cells)?).await
}

pub(super) async fn write<S: Sink>(tx: &mut Tx, wanted: Wanted, out: &mut Out<'_, S>) -> Result<()> {
    out.put(b"\xef\xbb\xbf").await?;
    row(out, heads(wanted.kind).iter().map(|head| (*head).to_owned()).collect()).await?;
    let key = project(tx, wanted).await?.key;
    match wanted.kind {
        Kind::Columns => {
            for one in all::<Column>(tx, wanted).await? {
                row(out, vec![one.name, word(&one.kind), word(&one.wip_limit), word(&one.archive_after_days)]).await?;
            }
        }
        Kind::Labels => {
            for one in all::<Label>(tx, wanted).await? {
                row(out, vec![one.name, one.colour]).await?;
            }
        }
        Kind::Milestones => {
            for one in all::<Milestone>(tx, wanted).await? {
                row(out, vec![one.name, word(&one.due_on), word(&one.completed_at)]).await?;
            }
        }
        Kind::People => {
            for one in people(tx, wanted).await? {
                row(out, vec![one.name, one.email.unwrap_or_default(), word(&one.role)]).await?;
            }
        }
        Kind::Attachments => attachments(tx, wanted, &key, out).await?,
        Kind::Dependencies => dependencies(tx, wanted, &key, out).await?,
        Kind::Tasks | Kind::Comments | Kind::ChecklistItems => of_tasks(tx, wanted, &key, out).await?,
    }
    Ok(())
}

async fn attachments<S: Sink>(tx: &mut Tx, wanted: Wanted, key: &str, out: &mut Out<'_, S>) -> Result<()> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        number: i64,
        #[sqlx(flatten)]
        of: Attachment,
    }
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<Row> = tx
            .query(
                "select t.number, a.id, a.task_id, a.name, a.media_type, a.size, a.sha256, a.width, a.height, a.uploaded_by,
                        a.created_at, a.version
                 from attachments a
                 join tasks t on t.id = a.task_id and t.trashed_at is null
                 where a.project_id = $1 and a.id > $2
                 order by a.id
                 limit $3",
            )
            .bind(wanted.project)
            .bind(after)
            .bind(super::COMMENTS)
            .all()
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.of.id.0;
        for Row { number, of } in rows {
            let content = format!("/api/v1/projects/{}/attachments/{}/content", wanted.project, of.id);
            let cells = vec![
                format!("{key}-{number}"),
                of.name,
                of.media_type,
                of.size.to_string(),
                of.sha256,
                of.created_at.to_string(),
                content,
            ];
            row(out, cells).await?;
        }
    }
}

async fn dependencies<S: Sink>(tx: &mut Tx, wanted: Wanted, key: &str, out: &mut Out<'_, S>) -> Result<()> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        number: i64,
        other: i64,
        #[sqlx(flatten)]
        of: Dependency,
    }
    let rows: Vec<Row> = tx
        .query(
            "select t.number, o.number as other, d.id, d.task_id, d.depends_on_id, d.lag_days, d.version
             from dependencies d
             join tasks t on t.id = d.task_id
             join tasks o on o.id = d.depends_on_id
             where d.project_id = $1 and t.trashed_at is null and o.trashed_at is null
             order by t.number, o.number",
        )
        .bind(wanted.project)
        .all()
        .await?;
    for Row { number, other, of } in rows {
        row(out, vec![format!("{key}-{number}"), format!("{key}-{other}"), of.lag_days.to_string()]).await?;
    }
    Ok(())
}

async fn of_tasks<S: Sink>(tx: &mut Tx, wanted: Wanted, key: &str, out: &mut Out<'_, S>) -> Result<()> {
    let names = Names::load(tx, wanted).await?;
    let mut after = 0;
    loop {
        let tasks = next_tasks(tx, wanted, after).await?;
        let Some(last) = tasks.last() else { return Ok(()) };
        after = last.task.number;
        let items = if wanted.kind == Kind::ChecklistItems { items_of(tx, &tasks).await? } else { HashMap::default() };
        for task in &tasks {
            let name = format!("{key}-{}", task.task.number);
            match wanted.kind {
                Kind::Tasks => row(out, task_cells(task, name, &names)).await?,
                Kind::ChecklistItems => {
                    for item in items.get(&task.task.id).into_iter().flatten() {
                        row(out, vec![name.clone(), item.text.clone(), word(&item.done)]).await?;
                    }
                }
                _ => comments(tx, task, &name, &names, out).await?,
            }
        }
    }
}

fn task_cells(detail: &TaskDetail, name: String, names: &Names) -> Vec<String> {
    let task = &detail.task;
    let joined = |ids: &[Uuid], of: &HashMap<Uuid, String>| {
        let all: Vec<&str> = ids.iter().filter_map(|id| of.get(id)).map(String::as_str).collect();
        all.join("; ")
    };
    let labels: Vec<Uuid> = task.label_ids.iter().map(|id| id.0).collect();
    let assignees: Vec<Uuid> = task.assignee_ids.iter().map(|id| id.0).collect();
    vec![
        name,
        task.title.clone(),
        detail.description.clone(),
        joined(&[task.column_id.0], &names.columns),
        joined(&labels, &names.labels),
        joined(&assignees, &names.people),
        task.milestone_id.map(|id| joined(&[id.0], &names.milestones)).unwrap_or_default(),
        word(&task.priority),
        word(&task.start_on),
        word(&task.due_on),
        word(&task.estimate),
        joined(&[task.created_by.0], &names.people),
        word(&task.created_at),
        word(&task.completed_at),
        word(&task.archived_at),
    ]
}

async fn comments<S: Sink>(
    tx: &mut Tx,
    task: &TaskDetail,
    name: &str,
    names: &Names,
    out: &mut Out<'_, S>,
) -> Result<()> {
    let mut after = Uuid::nil();
    if task.task.comment_count == 0 {
        return Ok(());
    }
    loop {
        let comments = next_comments(tx, task.task.id, after).await?;
        let Some(last) = comments.last() else { return Ok(()) };
        after = last.id.0;
        for comment in comments {
            let reactions: Vec<String> = comment
                .reactions
                .iter()
                .map(|reaction| format!("{} {}", reaction.emoji, reaction.user_ids.len()))
                .collect();
            let author = names.people.get(&comment.author_id.0).cloned().unwrap_or_default();
            let cells = vec![
                name.to_owned(),
                author,
                comment.body,
                comment.created_at.to_string(),
                word(&comment.edited_at),
                reactions.join(", "),
            ];
            row(out, cells).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "x=1", "a,\"b\"\nc", ""].map(str::to_owned);
        let line = String::from_utf8(line(cells).unwrap()).unwrap();
        assert_eq!(line, "'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",x=1,\"a,\"\"b\"\"\nc\",\r\n");
    }
}
