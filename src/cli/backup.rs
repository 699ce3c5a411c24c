//! `boardcast backup`, `verify` and `restore`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{folder::DataFolder, said, serve};
use crate::{
    app::App,
    auth::audit::{Act, Entry},
    backup::{
        Manifest,
        inspect::{self, Inspected},
        prove::{self, Proved},
        restore::{self, As},
        write,
    },
    base::error::Error,
    config::Config,
    db::Db,
    files::Files,
};

/// Write the whole instance to one file: the database as of one moment, and the attachments. Servers may run meanwhile.
#[derive(Args, Debug)]
pub struct BackupOptions {
    /// The file; `-` is the standard output. It has this name only when it is whole.
    file: PathBuf,
}

/// Prove a backup, or without a file the database: each log by its chain, and that folding it gives what is stored.
#[derive(Args, Debug)]
pub struct VerifyOptions {
    /// A backup; nothing of it is restored.
    file: Option<PathBuf>,
}

impl VerifyOptions {
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// Restore a backup into a database that is empty, `SQLite` or Postgres, while no server runs on it.
#[derive(Args, Debug)]
pub struct RestoreOptions {
    file: PathBuf,
    /// It is a copy beside the instance that goes on: make all webhooks inactive.
    #[arg(long)]
    copy: bool,
}

type Outcome = std::result::Result<(), String>;

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn words(error: Error) -> String {
    error.to_string()
}

/// A line for the person at the terminal, where the standard output may be the backup itself.
fn note(text: &str) {
    // A closed pipe is no reason for the command to fail.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// What a backup holds, in words.
fn told(manifest: &Manifest) -> String {
    let attachments = &manifest.attachments;
    format!(
        "{} people, {} projects, {} events, {} attachments of {} bytes",
        manifest.rows("users"),
        manifest.rows("projects"),
        manifest.rows("events"),
        attachments.count,
        attachments.bytes,
    )
}

pub async fn backup(app: &App, options: &BackupOptions) -> Outcome {
    let manifest = if options.file == Path::new("-") {
        write::to_stdout(&app.db, &app.files).await.map_err(words)?
    } else {
        write::to_file(&app.db, &app.files, &options.file).await.map_err(words)?
    };
    super::audit_command(app, Entry::new(Act::Backup).with("tables", manifest.head.schema)).await;
    note(&format!("{}: {}", options.file.display(), told(&manifest)));
    let lost = &manifest.attachments;
    let count = lost.missing.len() + lost.damaged.len();
    if count == 0 {
        return Ok(());
    }
    for hash in &lost.missing {
        note(&format!("the attachment {hash} is missing in the store"));
    }
    for hash in &lost.damaged {
        note(&format!("the attachment {hash} has other bytes than were uploaded"));
    }
    Err(format!("the backup is written, without {count} attachments that the store has lost"))
}

/// Print what was found of each project, and count the faults.
fn print(proved: &Proved, faults: &mut usize) {
    let said = proved.fault.as_deref().unwrap_or("proved");
    *faults += usize::from(proved.fault.is_some());
    super::print(&format!("{}: {said}\n", proved.name));
}

fn verdict(faults: usize) -> Outcome {
    if faults == 0 { Ok(()) } else { Err(format!("logs that are not proved: {faults}")) }
}

/// Prove the database that the settings name.
pub async fn verify_database(app: &App) -> Outcome {
    let mut faults = 0;
    prove::prove(&app.db, |proved| print(&proved, &mut faults)).await.map_err(words)?;
    verdict(faults)
}

/// Prove a backup: it is whole, it can be restored, and what is restored is proved as a database is. That one is a file for
/// this purpose, in the folder for temporary files.
pub async fn verify_file(file: &Path) -> Outcome {
    let backup = inspect::inspect(file).await.map_err(words)?;
    super::print(&format!(
        "{}: made {} by Boardcast {}: {}\n",
        file.display(),
        backup.manifest.head.created_at,
        backup.manifest.head.version,
        told(&backup.manifest)
    ));
    let folder = tempfile::tempdir().map_err(|error| format!("there is no folder for temporary files: {error}"))?;
    let scratch = folder.path().join("boardcast.db");
    let db = Db::sqlite_at(&scratch, backup.manifest.head.schema).await.map_err(words)?;
    let restored = restore::rows(&db, &backup, As::Scratch).await;
    db.close().await;
    restored.map_err(words)?;
    // Brought up to date, as it would be after a restore.
    let db = Db::sqlite(&scratch, crate::config::Commit::Alone).await.map_err(words)?;
    let mut faults = 0;
    let proved = prove::prove(&db, |proved| print(&proved, &mut faults)).await;
    db.close().await;
    proved.map_err(words)?;
    for lost in &backup.lost {
        super::print(&format!("{lost}\n"));
    }
    verdict(faults)?;
    if backup.lost.is_empty() { Ok(()) } else { Err(format!("attachments that are lost: {}", backup.lost.len())) }
}

/// Restore a backup into the database and the store that the settings name.
pub async fn restore(config: Config, options: &RestoreOptions) -> Outcome {
    let how = if options.copy { As::Copy } else { As::Successor };
    let backup = inspect::inspect(&options.file).await.map_err(words)?;
    let files = Files::new(&config)?;
    Files::check(&config).await?;
    let schema = backup.manifest.head.schema;
    let (db, folder) = if let Some(url) = &config.database {
        (Db::postgres_at(url, schema).await.map_err(words)?, None)
    } else {
        let folder = DataFolder::open(&config.data).map_err(said)?;
        if !folder.is_ours() {
            return Err(format!("a server uses the data folder {}: stop it first", config.data.display()));
        }
        folder.refuse_emptied().map_err(said)?;
        (Db::sqlite_at(&folder.database(), schema).await.map_err(words)?, Some(folder))
    };
    let restored = into(&db, &files, &backup, how).await;
    db.close().await;
    // The lock of the folder is the next one's.
    drop(folder);
    restored?;
    // Brings the tables up to date.
    let listen = config.listen;
    let opened = serve::open_beside(config, listen).await.map_err(said)?;
    let entry = Entry::new(Act::Restore).with("copy", options.copy).with("made_at", backup.manifest.head.created_at);
    super::audit_command(&opened.app, entry).await;
    opened.app.db.close().await;
    super::print(&format!("restored {}\n", told(&backup.manifest)));
    for lost in &backup.lost {
        note(lost);
    }
    Ok(())
}

async fn into(db: &Db, files: &Files, backup: &Inspected, how: As) -> Outcome {
    restore::refuse_filled(db, backup).await.map_err(words)?;
    // The bytes first: what refers to them comes in one transaction, at the end.
    restore::files(files, backup).await.map_err(words)?;
    restore::rows(db, backup, how).await.map_err(words)
}
