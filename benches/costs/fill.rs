//! What would take hours through the API is written straight into the file: tasks and what hangs on them, events.

use boardcast::base::{clock::Timestamp, rank};
use rusqlite::{Result, Transaction, params};
use uuid::{Builder, Uuid};

const WORDS: [&str; 24] = [
    "account", "board", "button", "check", "column", "copy", "customer", "data", "deploy", "draft", "email", "export",
    "filter", "form", "import", "invoice", "login", "mobile", "order", "page", "report", "search", "table", "update",
];

/// Numbers that look random and are the same in each run.
pub struct Numbers(u64);

impl Numbers {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `SplitMix64` (Steele, Lea and Flood, 2014).
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }

    /// An id as it would have been made in a minute of its own.
    pub fn id(&mut self, minute: u64) -> Uuid {
        let [a, b] = [self.next().to_le_bytes(), self.next().to_le_bytes()];
        let random = [a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], b[0], b[1]];
        Builder::from_unix_timestamp_millis(1_767_225_600_000 + minute * 60_000 + self.next() % 60_000, &random)
            .into_uuid()
    }

    pub fn title(&mut self) -> String {
        let count = 3 + self.below(6);
        (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

/// An id as `SQLite` holds it.
fn uuid(text: &str) -> [u8; 16] {
    text.parse().unwrap_or(Uuid::nil()).into_bytes()
}

pub fn day(after: usize) -> String {
    let start = jiff::civil::date(2026, 1, 1);
    let days = i64::try_from(after).unwrap_or(0);
    start.checked_add(jiff::Span::new().days(days)).unwrap_or(start).to_string()
}

/// Another build may not have all columns that this one has.
fn has_column(file: &Transaction<'_>, table: &str, column: &str) -> Result<bool> {
    file.query_row("select count(*) from pragma_table_info(?1) where name = ?2", params![table, column], |row| {
        Ok(row.get::<_, i64>(0)? > 0)
    })
}

/// Where tasks go, and what they get.
pub struct Tasks<'a> {
    pub project: &'a str,
    pub column: &'a str,
    pub by: &'a str,
    pub count: usize,
    /// Labels, people and dates, as in a project that is really used.
    pub full: bool,
}

impl Tasks<'_> {
    /// Behind each other in one column. Answers their ids.
    pub fn write(&self, to: &Transaction<'_>, numbers: &mut Numbers) -> Result<Vec<String>> {
        let (project, column, by) = (uuid(self.project), uuid(self.column), uuid(self.by));
        let seq: i64 = to.query_row("select seq from projects where id = ?1", [project], |row| row.get(0))?;
        let mut insert = to.prepare(
            "insert into tasks (id, project_id, number, title, description, column_id, position, priority, start_on,
                                due_on, estimate, created_by, created_at, version)
             values (?1, ?2, ?3, ?4, '', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        let mut ids = vec![];
        for (at, position) in rank::spread(self.count).into_iter().enumerate() {
            let minute = u64::try_from(at).unwrap_or(0);
            let id = numbers.id(minute);
            let dated = self.full && numbers.below(3) > 0;
            let start = numbers.below(300);
            insert.execute(params![
                id.into_bytes(),
                project,
                i64::try_from(at + 1).unwrap_or(0),
                numbers.title(),
                column,
                position,
                if self.full { i64::try_from(numbers.below(5)).unwrap_or(0) } else { 0 },
                dated.then(|| day(start)),
                dated.then(|| day(start + numbers.below(20))),
                (self.full && numbers.below(4) == 0).then(|| f64::from(u32::try_from(numbers.below(13)).unwrap_or(0))),
                by,
                Timestamp::now().0,
                seq,
            ])?;
            ids.push(id.to_string());
        }
        let count = i64::try_from(self.count).unwrap_or(0);
        to.execute("update projects set task_seq = ?2 where id = ?1", params![project, count])?;
        if has_column(to, "projects", "open_task_count")? {
            to.execute("update projects set open_task_count = ?2 where id = ?1", params![project, count])?;
        }
        Ok(ids)
    }
}

/// People of a project, beside the one who owns it.
pub fn people(to: &Transaction<'_>, numbers: &mut Numbers, project: &str, count: usize) -> Result<Vec<String>> {
    let mut ids = vec![];
    for at in 0..count {
        let id = numbers.id(0);
        to.execute(
            "insert into users (id, email, name, password_hash, admin, created_at) values (?1, ?2, ?3, '', false, 0)",
            params![id.into_bytes(), format!("{at}.{project}@example.com"), format!("Person {at}")],
        )?;
        to.execute(
            "insert into members (project_id, user_id, role, version) values (?1, ?2, 3, 1)",
            params![uuid(project), id.into_bytes()],
        )?;
        ids.push(id.to_string());
    }
    Ok(ids)
}

/// Give some of the tasks up to `most` of these people or labels.
pub fn spread_parts(
    to: &Transaction<'_>,
    numbers: &mut Numbers,
    project: &str,
    tasks: &[String],
    parts: &[String],
    insert: &str,
    most: usize,
) -> Result<()> {
    let mut insert = to.prepare(insert)?;
    for task in tasks {
        for part in 0..numbers.below(most + 1) {
            let first = numbers.below(parts.len() / most);
            let part = &parts[part * (parts.len() / most) + first];
            insert.execute(params![uuid(task), uuid(part), uuid(project)])?;
        }
    }
    Ok(())
}

pub const ASSIGNEES: &str = "insert into task_assignees (task_id, user_id, project_id) values (?1, ?2, ?3)";
pub const LABELS: &str = "insert into task_labels (task_id, label_id, project_id) values (?1, ?2, ?3)";

/// One label on each of these tasks.
pub fn label_all(to: &Transaction<'_>, project: &str, tasks: &[String], label: &str) -> Result<()> {
    let mut insert = to.prepare(LABELS)?;
    for task in tasks {
        insert.execute(params![uuid(task), uuid(label), uuid(project)])?;
    }
    Ok(())
}

/// Each task waits for the one before it, a day each, without slack.
pub fn chain(to: &Transaction<'_>, numbers: &mut Numbers, project: &str, tasks: &[String]) -> Result<()> {
    let mut dates = to.prepare("update tasks set start_on = ?2, due_on = ?2 where id = ?1")?;
    for (at, task) in tasks.iter().enumerate() {
        dates.execute(params![uuid(task), day(at)])?;
    }
    let mut insert = to.prepare(
        "insert into dependencies (id, project_id, task_id, depends_on_id, lag_days, version)
         values (?1, ?2, ?3, ?4, 0, 1)",
    )?;
    for pair in tasks.windows(2) {
        insert.execute(params![numbers.id(0).into_bytes(), uuid(project), uuid(&pair[1]), uuid(&pair[0])])?;
    }
    Ok(())
}

/// Changed titles of other tasks, as the log would hold them.
pub fn events(to: &Transaction<'_>, numbers: &mut Numbers, project: &str, by: &str, count: i64) -> Result<()> {
    let key = uuid(project);
    let seq: i64 = to.query_row("select seq from projects where id = ?1", [key], |row| row.get(0))?;
    let mut insert = to.prepare(
        "insert into events (project_id, seq, type, at, body, before) values (?1, ?2, 'task.changed', ?3, ?4, ?5)",
    )?;
    let at = Timestamp::now();
    let now = at.to_string();
    let others: Vec<Uuid> = (0..1_000).map(|_| numbers.id(0)).collect();
    for seq in seq + 1..=seq + count {
        let other = others[numbers.below(others.len())];
        let body = format!(
            r#"{{"project":"{project}","seq":{seq},"type":"task.changed","at":"{now}","actor":{{"id":"{by}","name":"Alice"}},"changes":{{"tasks":[{{"id":"{other}","version":{seq},"title":"new"}}]}}}}"#
        );
        let before = format!(r#"{{"tasks":[{{"id":"{other}","version":{},"title":"old"}}]}}"#, seq - 1);
        insert.execute(params![key, seq, at.0, body, before])?;
    }
    to.execute("update projects set seq = seq + ?2 where id = ?1", params![key, count])?;
    Ok(())
}
