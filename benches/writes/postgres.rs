//! A throw-away Postgres on a private socket, and the other kind of log to compare ours with.

use std::{
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

use crate::Result;

pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    /// Who runs it: Postgres refuses to be root.
    user: Option<&'static str>,
}

impl Postgres {
    /// `None` where it is not installed.
    pub fn start() -> Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let folder = TempDir::with_prefix_in("postgres-", std::env::temp_dir())?;
        let root = output("id", &["-u"])? == "0";
        let postgres = Self { folder, programs, user: root.then_some("postgres") };
        if let Some(user) = postgres.user {
            let id = output("id", &["-u", user])?.parse()?;
            chown(postgres.folder.path(), Some(id), None)?;
        }
        postgres.run("initdb", &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])?;
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 100\nshared_buffers = 256MB\n\
             fsync = on\nsynchronous_commit = on\nmax_wal_size = 2GB\n",
            postgres.folder.path().display()
        );
        fs::write(postgres.data().join("postgresql.conf"), settings)?;
        let log = postgres.folder.path().join("log").display().to_string();
        postgres.run("pg_ctl", &["-l", &log, "-w", "start"])?;
        Ok(Some(postgres))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        // On all cores, unlike whoever starts it.
        let mut command = Command::new("taskset");
        command.args(["-c", &format!("0-{}", crate::cores::cores()? - 1)]);
        if let Some(user) = self.user {
            command.args(["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--"]);
        }
        command
            .arg(self.programs.join(program))
            .arg("-D")
            .arg(self.data())
            .args(arguments)
            .current_dir("/")
            .stdout(Stdio::null());
        if command.status()?.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.path().display())
    }

    pub async fn create(&self, database: &'static str) -> Result<String> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        connection.execute(sqlx::AssertSqlSafe(format!("create database {database}"))).await?;
        Ok(self.url(database))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Nothing of it is kept.
        let _ = self.run("pg_ctl", &["-m", "immediate", "-w", "stop"]);
    }
}

/// Let the same server, on this database, append to an unordered log: numbers come from a sequence, and no change
/// takes its project's row, nor looks at it for the event's foreign key. What is left is what the server does in any
/// case (authentication, HTTP, the task's row, the event, COMMIT), so the difference is the price of the order
/// alone; a bare loop would compare the price of a server. The trigger costs a change some 10 µs.
pub async fn take_the_order_away(url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    connection
        .execute(
            "alter table events drop constraint events_project_id_fkey;
             alter table projects rename to project_rows;
             create sequence numbers start 1000000;
             create view projects as select * from project_rows;
             create function draw() returns trigger language plpgsql as $$
             begin
               new.seq := nextval('numbers');
               return new;
             end $$;
             create trigger draw instead of update on projects for each row execute function draw();",
        )
        .await?;
    Ok(())
}

fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Where initdb and `pg_ctl` are: on the path, or where Debian puts them, the newest version first.
fn programs() -> Option<PathBuf> {
    let has = |folder: &Path| folder.join("initdb").exists() && folder.join("pg_ctl").exists();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    debian.sort_by_key(|version| {
        let name = version.file_name().and_then(|name| name.to_str());
        std::cmp::Reverse(name.and_then(|name| name.parse::<u32>().ok()))
    });
    std::env::split_paths(&path).chain(debian.into_iter().map(|version| version.join("bin"))).find(|folder| has(folder))
}
