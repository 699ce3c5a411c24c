//! The command line.

mod backup;
mod doctor;
mod folder;
mod healthcheck;
mod idle;
mod import;
pub mod load;
mod metrics;
pub mod process;
pub mod serve;
mod signals;
mod tail;

use std::{
    io::{BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};
use tracing_subscriber::{filter::Targets, fmt, prelude::*};

use crate::{
    app::App,
    auth::{
        audit::{self, Act, By, Entry, Target},
        passwords::Owner,
        role::Role,
        user::User,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        output,
        text::{Email, Key, Password, ShortText},
    },
    change::{Request, Transaction},
    cli::{serve::StartError, signals::Signals},
    config::{Config, FileSettings, LogFormat, as_defaults, read_file, settings},
    http,
    log::Actor,
    model::{
        instance, members, password_resets,
        projects::{self, NewProject, Template},
        samples::{self, Cast},
        search::index,
        totps, users,
    },
};

/// The project board on which nothing is ever stale and nothing is ever lost.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the board (the default).
    Serve,
    /// Serve with three people and a sample project; begins anew in its own folder if there is none.
    Demo,
    /// Accounts.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Make the index of the search anew; a server may run meanwhile.
    Reindex,
    Backup(backup::BackupOptions),
    Verify(backup::VerifyOptions),
    Restore(backup::RestoreOptions),
    Import(import::ImportOptions),
    Export(import::ExportOptions),
    Load(load::Options),
    Tail(tail::Options),
    Healthcheck(healthcheck::Options),
    Doctor(doctor::Options),
    /// Print the `OpenAPI` document.
    Openapi {
        /// The version of the standard.
        #[arg(long, default_value = "3.2", value_parser = ["3.1", "3.2"])]
        standard: String,
    },
    /// Print what lets a shell complete the words of this command line.
    Completions {
        shell: clap_complete::Shell,
    },
    /// Print the page of the manual, or write one for each command into a folder.
    Man {
        /// Where to; it has to be there.
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Create an account.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// The password is the first line of the standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Make it an administrator of the instance.
        #[arg(long)]
        admin: bool,
    },
    /// Give an account a new password, or make a link by which its person chooses one; a server may run meanwhile.
    Password {
        #[arg(long)]
        email: String,
        /// The new password is the first line of the standard input. Without this a link is printed, which works for a day.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Take the second factor off an account whose person lost it; a server may run meanwhile.
    Totp {
        #[arg(long)]
        email: String,
        /// Turn it off: the password is enough to sign in then.
        #[arg(long, required = true)]
        off: bool,
    },
}

const DEMO_PASSWORD: &str = "boardcast-demo";

impl Cli {
    /// What the arguments, the environment and the file of settings say.
    pub fn from_arguments() -> std::result::Result<Self, clap::Error> {
        let mut file = FileSettings::new();
        let mut matches = Self::command().try_get_matches()?;
        if let Some(path) = matches.get_one::<PathBuf>("config") {
            file = read_file(path).map_err(|why| clap::Error::raw(ErrorKind::ValueValidation, why + "\n"))?;
            matches = as_defaults(Self::command(), &file).try_get_matches()?;
        }
        let mut cli = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut Self::command()))?;
        cli.config.settings = settings(&matches, &file);
        Ok(cli)
    }

    /// Whether it runs what a server is made of.
    const fn serves(&self) -> bool {
        matches!(
            self.command,
            None | Some(
                Command::Serve
                    | Command::Demo
                    | Command::User { .. }
                    | Command::Reindex
                    | Command::Backup(_)
                    | Command::Verify(_)
                    | Command::Restore(_)
                    | Command::Import(_)
                    | Command::Export(_)
            )
        )
    }

    fn log_to_stderr(&self) -> std::result::Result<(), String> {
        let filter: Targets = format!("{},tower_sessions_core=error,tower_sessions=error,sqlx=warn", self.config.log)
            .parse()
            .map_err(|error| format!("--log (BOARDCAST_LOG): {error}"))?;
        let lines = fmt::layer().with_writer(output::stderr);
        let registry = tracing_subscriber::registry();
        match self.config.log_format {
            LogFormat::Text => {
                registry.with(lines.with_ansi(std::io::stderr().is_terminal())).with(filter).init();
            }
            LogFormat::Json => {
                registry.with(lines.json().flatten_event(true).with_current_span(false)).with(filter).init();
            }
        }
        Ok(())
    }
}

/// Run the command. An error is a sentence for the person at the terminal.
pub async fn run(cli: Cli) -> std::result::Result<(), String> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(cli.config, false).await,
        Command::Demo => serve(cli.config, true).await,
        Command::Load(options) => {
            if load::run(options).await? {
                Ok(())
            } else {
                Err("not every stream got everything, once and in order".into())
            }
        }
        Command::Tail(options) => {
            if tail::run(options).await? {
                Ok(())
            } else {
                Err("not every event came as it should".into())
            }
        }
        Command::Openapi { standard } => {
            let documents = http::openapi::Documents::new(&http::document());
            print(if standard == "3.1" { documents.v31() } else { documents.v32() });
            Ok(())
        }
        // It is run without what other commands need.
        Command::Doctor(_) => Ok(()),
        Command::Healthcheck(options) => {
            let address = cli.config.listen;
            healthcheck::run(address, &options).await
        }
        Command::Completions { shell } => {
            completions(shell);
            Ok(())
        }
        Command::Man { folder } => manual(folder.as_deref()),
        Command::Reindex => {
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let indexed = reindex(&opened.app).await;
            opened.app.db.close().await;
            indexed.map_err(|error| error.to_string())
        }
        Command::Backup(options) => {
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let written = backup::backup(&opened.app, &options).await;
            opened.app.db.close().await;
            written
        }
        Command::Verify(options) => {
            if let Some(file) = options.file() {
                return Box::pin(backup::verify_file(file)).await;
            }
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let proved = backup::verify_database(&opened.app).await;
            opened.app.db.close().await;
            proved
        }
        Command::Restore(options) => Box::pin(backup::restore(cli.config, &options)).await,
        Command::Import(options) => {
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let imported = Box::pin(import::import(&opened.app, options)).await;
            opened.app.db.close().await;
            let imported = imported.map_err(|error| error.to_string())?;
            print(&import::told(&imported));
            match imported.error {
                None => Ok(()),
                Some(why) => Err(format!("nothing was imported: {why}")),
            }
        }
        Command::Export(options) => {
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let exported = import::export(&opened.app, options).await;
            opened.app.db.close().await;
            exported.map_err(|error| match error {
                Error::NotFound => "there is no such project".into(),
                error => error.to_string(),
            })
        }
        Command::User { command: UserCommand::Add { email, name, password_stdin: _, admin } } => {
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let added = add_user(&opened.app, &email, &name, admin).await;
            opened.app.db.close().await;
            let user = added.map_err(|error| error.to_string())?;
            print(&format!("created {} ({})\n", user.email, user.id));
            Ok(())
        }
        Command::User { command: UserCommand::Password { email, password_stdin } } => {
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let changed = change_password(&opened.app, &email, password_stdin).await;
            opened.app.db.close().await;
            print(&changed.map_err(|error| error.to_string())?);
            Ok(())
        }
        Command::User { command: UserCommand::Totp { email, off: _ } } => {
            let opened = serve::open_beside(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let removed = remove_totp(&opened.app, &email).await;
            opened.app.db.close().await;
            print(&removed.map_err(|error| error.to_string())?);
            Ok(())
        }
    }
}

fn completions(shell: clap_complete::Shell) {
    let mut script = vec![];
    clap_complete::generate(shell, &mut Cli::command(), "boardcast", &mut script);
    print(&String::from_utf8_lossy(&script));
}

fn manual(folder: Option<&Path>) -> std::result::Result<(), String> {
    let Some(folder) = folder else {
        let mut page = vec![];
        clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(|error| error.to_string())?;
        print(&String::from_utf8_lossy(&page));
        return Ok(());
    };
    clap_mangen::generate_to(Cli::command(), folder).map_err(|error| format!("--folder {}: {error}", folder.display()))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn said(error: StartError) -> String {
    error.to_string()
}

/// Write to the audit log what a command did. What it did stays done where that fails.
async fn audit_command(app: &App, entry: Entry) {
    let by = By { via: Some("command line".into()), ..By::default() };
    if let Err(error) = audit::append_alone(&app.db, &[(Timestamp::now(), by, entry)]).await {
        tracing::warn!(%error, "the audit log could not be written");
    }
}

/// Write a line of the server to its standard output, which may be closed or full by now.
fn say(text: &str) {
    output::stdout().line(text.as_bytes());
}

fn print(text: &str) {
    // A closed pipe is no reason for the command to fail.
    let _ = std::io::stdout().write_all(text.as_bytes());
    let _ = std::io::stdout().flush();
}

async fn serve(mut config: Config, demo: bool) -> std::result::Result<(), String> {
    if demo && config.database.is_none() {
        config.data = config.data.join("demo");
    }
    let signals = Signals::listen().map_err(|error| error.to_string())?;
    let (listener, address) = serve::bind(config.listen).map_err(said)?;
    let metrics = config.metrics.map(serve::bind).transpose().map_err(said)?;
    let opened = tokio::select! {
        opened = serve::open(config, address) => opened.map_err(said)?,
        // Migrations of a large database may take long.
        () = signals.stop() => return Ok(()),
    };
    opened.watch().map_err(said)?;
    let app = opened.app.clone();
    if demo {
        begin_demo(&app).await.map_err(|error| format!("the demonstration could not be set up: {error}"))?;
    }
    if let Some((_, metrics)) = &metrics {
        say(&format!("metrics on http://{metrics}/metrics\n"));
    }
    say(&format!("listening on http://{address}\n"));
    if demo {
        say(&format!(
            "\nOpen {} and sign in as alice@example.com, bob@example.com or charlie@example.com\n\
             with the password {DEMO_PASSWORD} (two browsers side by side show the point).\n\n",
            app.public_url
        ));
    } else if instance::setup_required(&app.db).await.map_err(|error| error.to_string())? {
        let secret = instance::new_setup_link(&app.db).await.map_err(|error| error.to_string())?;
        say(&format!(
            "\nThere is no administrator yet. This link makes one, once, within seven days:\n\n    {}/setup#{secret}\n\n",
            app.public_url
        ));
    }
    serve::run(opened, listener, metrics.map(|(listener, _)| listener), signals.stop()).await;
    Ok(())
}

/// Index all texts of all projects, one project after the other.
async fn reindex(app: &App) -> Result<()> {
    index::begin_anew(&app.db).await?;
    let (mut projects, mut texts) = (0, 0);
    while let Some(count) = index::catch_up(&app.db).await? {
        projects += 1;
        texts += count;
    }
    print(&format!("indexed {texts} texts of {projects} projects\n"));
    Ok(())
}

/// The first line of the standard input.
fn read_password() -> Result<Password> {
    let mut password = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut password)
        .map_err(|error| Error::BadRequest(format!("the password could not be read: {error}")))?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    Password::parse(password).map_err(|detail| Error::invalid("password", detail))
}

fn named(what: &'static str) -> impl FnOnce(String) -> Error {
    move |detail| Error::invalid(what, format!("--{what} {detail}"))
}

/// Give an account a new password, or a link for one. Answers what there is to say.
async fn change_password(app: &App, email: &str, password_stdin: bool) -> Result<String> {
    let account = account_of(app, email).await?;
    let email = &account.email;
    let request = Arc::new(Request::default());
    if password_stdin {
        let password = read_password()?;
        let owner = Owner::new(&account.name, &account.email);
        let hash = app.passwords.hash_new(&password, &owner, "password").await?;
        let mut tx = Transaction::anonymous(app, &request).await?;
        password_resets::set(&mut tx, account.id, &hash).await?;
        tx.by_command_line();
        tx.audit(Entry::new(Act::Password).about(Target::User(account.id)).named(email.as_str()));
        tx.no_content().await?;
        return Ok(format!("{email} has a new password, and is signed out everywhere\n"));
    }
    let mut tx = Transaction::anonymous(app, &request).await?;
    let link = password_resets::link(&mut tx, account.id, None, &app.public_url).await?;
    tx.by_command_line();
    tx.audit(Entry::new(Act::PasswordLink).about(Target::User(account.id)).named(email.as_str()));
    tx.no_content().await?;
    Ok(format!("{email} chooses a new password here, once, within a day:\n\n    {}\n", link.url))
}

/// Take the second factor off an account. Answers what there is to say.
async fn remove_totp(app: &App, email: &str) -> Result<String> {
    let account = account_of(app, email).await?;
    let mut tx = Transaction::anonymous(app, &Arc::new(Request::default())).await?;
    let was_on = totps::remove(&mut tx, account.id).await?;
    if was_on {
        tx.by_command_line();
        tx.audit(Entry::new(Act::TakeSecondFactor).about(Target::User(account.id)).named(account.email.as_str()));
    }
    tx.no_content().await?;
    let email = &account.email;
    Ok(if was_on {
        format!("two-step sign-in of {email} is off: the password is enough\n")
    } else {
        format!("{email} has no two-step sign-in\n")
    })
}

/// The account of an address, which can sign in.
async fn account_of(app: &App, email: &str) -> Result<User> {
    let email = Email::parse(email).map_err(named("email"))?;
    let account = users::by_email(&app.db, &email).await?;
    account.ok_or_else(|| Error::invalid("email", "--email is that of no account that can sign in"))
}

async fn add_user(app: &App, email: &str, name: &str, admin: bool) -> Result<User> {
    let password = read_password()?;
    let email = Email::parse(email).map_err(named("email"))?;
    let name = ShortText::parse(name).map_err(named("name"))?;
    let hash = app.passwords.hash_new(&password, &Owner::of(&name, &email), "password").await?;
    let mut tx = Transaction::anonymous(app, &Arc::new(Request::default())).await?;
    let user = users::insert(&mut tx, &email, &name, &hash, admin).await?;
    tx.by_command_line();
    let entry = Entry::new(Act::UserCreate).about(Target::User(user.id)).named(user.email.as_str());
    tx.audit(entry.with("admin", admin));
    tx.no_content().await?;
    Ok(user)
}

/// Make three people and a project, unless they are there already. Their password is public, so a database with other
/// accounts is refused.
async fn begin_demo(app: &App) -> Result<()> {
    let (people, alices) = users::count_with(&app.db, "alice@example.com").await?;
    if alices > 0 {
        return Ok(());
    }
    if people > 0 {
        return Err(Error::Internal("the database is in real use".into()));
    }
    let hash = app.passwords.hash(DEMO_PASSWORD.into()).await?;
    let mut tx = Transaction::anonymous(app, &Arc::new(Request::default())).await?;
    let mut cast = vec![];
    for (name, admin) in [("Alice", true), ("Bob", false), ("Charlie", false)] {
        let email = Email::parse(&format!("{name}@example.com")).map_err(Error::Internal)?;
        let name = ShortText::parse(name).map_err(Error::Internal)?;
        cast.push(users::insert(&mut tx, &email, &name, &hash, admin).await?);
    }
    let [alice, bob, charlie] = &cast[..] else { return Err(Error::Internal("three people".into())) };
    tx.act_as(Actor::of(alice.id, alice.name.clone()));
    let new = NewProject {
        name: ShortText::parse("Launch the website").map_err(Error::Internal)?,
        key: Some(Key::parse("WEB").map_err(Error::Internal)?),
        template: Template::Empty,
    };
    let (mut change, _) = projects::create(tx, new).await?;
    members::add(&mut change, bob.id, Role::Manager).await?;
    members::add(&mut change, charlie.id, Role::Editor).await?;
    samples::launch(&mut change, &Cast { alice: alice.id, bob: bob.id, charlie: charlie.id }).await?;
    change.no_content().await?;
    Ok(())
}
