//! `boardcast import` and `boardcast export`: files in and out, beside a server that may run.

use std::{
    fmt::Write as _,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use clap::Args;
use tokio::{io::AsyncReadExt, time::sleep};

use crate::{
    app::App,
    auth::audit::{Act, Entry, Target},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        text::Email,
    },
    change::{Request, Transaction},
    http::extract::parse_field,
    import::{self, Format, Mapping, Options as Reading, report::Report},
    jobs,
    log::Actor,
    model::{
        blobs, exports,
        imports::{self, Import, NewImport, State},
        users,
    },
};

/// Import a file of another program; a server may run meanwhile.
#[derive(Args)]
pub struct ImportOptions {
    /// Trello, Planka, Vikunja, `WeKan`, Kanboard, Deck, Asana, Jira, Linear, Todoist, `TickTick`, GitHub Projects, CSV, or an
    /// export of this program.
    file: PathBuf,
    /// The e-mail address of the person who imports: they own a new project.
    #[arg(long = "as", value_name = "EMAIL")]
    by: String,
    /// The project that it goes into, by its key or its id; the one that holds this board already, or else a new one, when
    /// absent.
    #[arg(long, value_name = "KEY")]
    project: Option<String>,
    /// Say what would come along, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// What the file is; recognised when absent.
    #[arg(long)]
    format: Option<Format>,
    /// What is to be said of the file, as JSON: `{"date_order": "dmy"}`.
    #[arg(long, value_name = "JSON")]
    mapping: Option<String>,
}

/// Write a project to a file, or to the standard output; a server may run meanwhile.
#[derive(Args)]
pub struct ExportOptions {
    /// The project, by its key or its id.
    project: String,
    /// The whole as JSON, or one kind of its things as CSV.
    #[arg(long, default_value = "json")]
    format: exports::Format,
    /// What the table lists.
    #[arg(long, default_value = "tasks")]
    kind: exports::Kind,
    /// The file; the standard output when absent.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How often the state of an import is looked at, and how long a server that runs beside has to take it.
const EVERY: Duration = Duration::from_millis(200);
const TURNS: usize = 20;

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::BadRequest(format!("{}: {error}", path.display()))
}

/// Import a file. Answers what became of it.
pub async fn import(app: &App, options: ImportOptions) -> Result<Import> {
    let email = Email::parse(&options.by).map_err(|why| Error::BadRequest(format!("--as {why}")))?;
    let user = users::by_email(&app.db, &email).await?;
    let user = user.ok_or_else(|| Error::BadRequest(format!("--as {}: there is no such account", email.as_str())))?;
    let mapping = options.mapping.as_deref().map(|text| parse_field::<Mapping>("mapping", text)).transpose();
    let mapping = mapping.map_err(|error| Error::BadRequest(format!("--mapping: {error}")))?.unwrap_or_default();
    let project = match &options.project {
        Some(name) => Some(exports::named(&app.db, name).await?),
        None => None,
    };
    if let Some(project) = project {
        imports::check_project(&app.db, user.id, project).await?;
    }
    imports::check_people(&app.db, user.id, &mapping).await?;
    let name = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut file = tokio::fs::File::open(&options.file).await.map_err(|error| unreadable(&options.file, &error))?;
    let (mut incoming, mut whole) = (app.files.receive_up_to(app.config.import_limit).await?, vec![]);
    let mut piece = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut piece).await.map_err(|error| unreadable(&options.file, &error))?;
        if count == 0 {
            break;
        }
        incoming.write(&piece[..count]).await?;
        whole.extend_from_slice(&piece[..count]);
    }
    let received = incoming.finish(&name).await?;
    let reading = Reading {
        format: options.format,
        mapping: mapping.clone(),
        name: import::stem(&name),
        zone: user.time_zone.clone(),
        now: Timestamp::now(),
    };
    let (format, parsed) = import::parse(&whole, &reading)?;
    drop(whole);
    let project = match project {
        None if !mapping.new_project => imports::project_of(&app.db, &parsed.board.source, user.id).await?,
        project => project,
    };
    drop(parsed);
    let key = blobs::pin(&app.db, &received).await?;
    app.files.keep(&received, &key).await?;
    let mut tx = Transaction::anonymous(app, &Arc::new(Request::default())).await?;
    let file_name = import::stem(&name);
    let sha256 = received.sha256().to_owned();
    let new = NewImport { format, file_name, sha256, mapping, project, dry_run: options.dry_run };
    tx.by_command_line();
    tx.act_as(Actor::of(user.id, user.name.clone()));
    let import = imports::create(&mut tx, user.id, new).await?;
    tx.no_content().await?;
    wait(app, import).await
}

/// Let a server that runs beside do it, whose readers then see it at once; without one it is done here.
async fn wait(app: &App, mut import: Import) -> Result<Import> {
    let mut turns = 0;
    let by = imports::owner(&app.db, import.id).await?;
    loop {
        import = imports::find(&app.db, by, import.id).await?;
        match import.state {
            State::Queued if turns >= TURNS => {
                jobs::imports::next(app).await?;
            }
            State::Queued | State::Running => {
                turns += 1;
                sleep(EVERY).await;
            }
            State::Done | State::Failed | State::Cancelled => return Ok(import),
        }
    }
}

/// What a person reads of a report.
#[must_use]
pub fn told(import: &Import) -> String {
    let mut text = String::new();
    let nothing = Report::default();
    let report = import.report.as_ref().unwrap_or(&nothing);
    let taken = &report.taken;
    let counts = [
        (taken.tasks, "tasks"),
        (taken.comments, "comments"),
        (taken.checklist_items, "checklist items"),
        (taken.columns, "columns"),
        (taken.labels, "labels"),
        (taken.milestones, "milestones"),
        (taken.dependencies, "dependencies"),
        (taken.attachments, "links to attachments"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let verb = if import.dry_run { "would import" } else { "imported" };
    let what = if counts.is_empty() { "nothing that is new".into() } else { counts.join(", ") };
    let _ = writeln!(text, "{} ({}): {verb} {what}", import.file_name, import.format.name());
    if let Some(project) = import.project_id {
        let _ = writeln!(text, "project {project}, {} events", report.events);
    }
    if report.leaves.total > 0 {
        let _ = writeln!(text, "{} values, {} of them left", report.leaves.total, report.leaves.left);
    }
    let guests = report.people.iter().filter(|person| person.matched_user_id.is_none()).count();
    if guests > 0 {
        let _ = writeln!(text, "{guests} people have no account here, and are guests where they are named");
    }
    for left in &report.left {
        let examples =
            if left.examples.is_empty() { String::new() } else { format!(" ({})", left.examples.join(", ")) };
        let _ = writeln!(text, "left: {} × {}: {}{examples}", left.count, left.what, left.why);
    }
    for note in &report.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

struct File(Box<dyn Write + Send>);

impl exports::Sink for File {
    async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.0.write_all(&bytes).map_err(|error| Error::BadRequest(format!("the export cannot be written: {error}")))
    }
}

/// Write a project to a file. One that cannot be written to its end is not there.
pub async fn export(app: &App, options: ExportOptions) -> Result<()> {
    let project = exports::named(&app.db, &options.project).await?;
    let entry = Entry::new(Act::Export).about(Target::Project(project)).with("format", options.format.name());
    super::audit_command(app, entry).await;
    let wanted =
        exports::Wanted { project, with_emails: true, reader: None, format: options.format, kind: options.kind };
    let Some(path) = &options.output else {
        let mut sink = File(Box::new(std::io::stdout()));
        exports::write(&app.db, wanted, &mut sink).await?;
        return sink.0.flush().map_err(|error| Error::BadRequest(error.to_string()));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let temporary = tempfile::NamedTempFile::new_in(folder).map_err(|error| unreadable(path, &error))?;
    let file = temporary.reopen().map_err(|error| unreadable(path, &error))?;
    let mut sink = File(Box::new(std::io::BufWriter::new(file)));
    exports::write(&app.db, wanted, &mut sink).await?;
    sink.0.flush().map_err(|error| unreadable(path, &error))?;
    drop(sink);
    temporary.as_file().sync_all().map_err(|error| unreadable(path, &error))?;
    temporary.persist(path).map_err(|error| unreadable(path, &error.error))?;
    Ok(())
}
