//! The command line.

use std::{
    io::{BufRead, IsTerminal, Write},
    sync::Arc,
};

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::{
    access::Role,
    app::App,
    change::{Request, Work},
    config::Config,
    error::{Error, Result},
    event::Actor,
    http, load,
    model::{
        instance, members,
        projects::{self, NewProject, Template},
        samples::{self, Cast},
        users::{self, User},
    },
    serve::{self, StartError},
    tail,
    text::{Email, Key, Line, Password},
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
    Load(load::Options),
    Tail(tail::Options),
    /// Print the `OpenAPI` document.
    Openapi {
        /// The version of the standard.
        #[arg(long, default_value = "3.2", value_parser = ["3.1", "3.2"])]
        standard: String,
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
}

const DEMO_PASSWORD: &str = "boardcast-demo";

/// Run the command; the error is for people to read.
pub async fn run() -> std::result::Result<(), String> {
    let cli = Cli::parse();
    Config::check_environment()?;
    cli.config.check()?;
    log_to_stderr(&cli.config.log)?;
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
        Command::User { command: UserCommand::Add { email, name, password_stdin: _, admin } } => {
            let opened = serve::open(cli.config.clone(), cli.config.listen).await.map_err(said)?;
            let added = add_user(&opened.app, &email, &name, admin).await;
            opened.app.db.close().await;
            let user = added.map_err(|error| error.to_string())?;
            print(&format!("created {} ({})\n", user.email, user.id));
            Ok(())
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn said(error: StartError) -> String {
    error.to_string()
}

fn print(text: &str) {
    // Whoever closed the pipe does not want to read on.
    let _ = std::io::stdout().write_all(text.as_bytes());
    let _ = std::io::stdout().flush();
}

fn log_to_stderr(filter: &str) -> std::result::Result<(), String> {
    let filter = EnvFilter::try_new(format!("{filter},tower_sessions_core=error,tower_sessions=error,sqlx=warn"))
        .map_err(|error| format!("--log (BOARDCAST_LOG): {error}"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    Ok(())
}

async fn serve(mut config: Config, demo: bool) -> std::result::Result<(), String> {
    if demo && config.database.is_none() {
        config.data = config.data.join("demo");
    }
    let (listener, address) = serve::bind(&config).map_err(said)?;
    let opened = serve::open(config, address).await.map_err(said)?;
    let app = opened.app.clone();
    if demo {
        begin_demo(&app).await.map_err(|error| format!("the demonstration could not be set up: {error}"))?;
    }
    print(&format!("listening on http://{address}\n"));
    if demo {
        print(&format!(
            "\nOpen {} and sign in as alice@example.com, bob@example.com or charlie@example.com\n\
             with the password {DEMO_PASSWORD} (two browsers side by side show the point).\n\n",
            app.public_url
        ));
    } else if instance::setup_required(&app.db).await.map_err(|error| error.to_string())? {
        let secret = instance::new_setup_link(&app.db).await.map_err(|error| error.to_string())?;
        print(&format!(
            "\nThere is no administrator yet. This link makes one, once, within seven days:\n\n    {}/setup#{secret}\n\n",
            app.public_url
        ));
    }
    let stop = stop_signal().map_err(|error| error.to_string())?;
    serve::run(opened, listener, stop).await;
    Ok(())
}

fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

async fn add_user(app: &App, email: &str, name: &str, admin: bool) -> Result<User> {
    let mut password = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut password)
        .map_err(|error| Error::BadRequest(format!("the password could not be read: {error}")))?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let named = |what: &'static str| move |detail: String| Error::invalid(what, format!("--{what} {detail}"));
    let email = Email::parse(email).map_err(named("email"))?;
    let name = Line::parse(name).map_err(named("name"))?;
    Password::parse(password.clone()).map_err(|detail| Error::invalid("password", format!("the password {detail}")))?;
    let hash = app.passwords.hash(password).await?;
    let mut work = Work::unattended(app, &Arc::new(Request::default())).await?;
    let user = users::insert(&mut work, &email, &name, &hash, admin).await?;
    work.done().await?;
    Ok(user)
}

/// Three people and a project, unless they are there already. Their password is known to everybody, so a
/// database in real use is refused.
async fn begin_demo(app: &App) -> Result<()> {
    let (people, alices): (i64, i64) = app
        .db
        .query("select count(*), count(case when email = 'alice@example.com' then 1 end) from users")
        .one()
        .await?;
    if alices > 0 {
        return Ok(());
    }
    if people > 0 {
        return Err(Error::Internal("the database is in real use".into()));
    }
    let hash = app.passwords.hash(DEMO_PASSWORD.into()).await?;
    let mut work = Work::unattended(app, &Arc::new(Request::default())).await?;
    let mut cast = vec![];
    for (name, admin) in [("Alice", true), ("Bob", false), ("Charlie", false)] {
        let email = Email::parse(&format!("{name}@example.com")).map_err(Error::Internal)?;
        let name = Line::parse(name).map_err(Error::Internal)?;
        cast.push(users::insert(&mut work, &email, &name, &hash, admin).await?);
    }
    let [alice, bob, charlie] = &cast[..] else { return Err(Error::Internal("three people".into())) };
    work.act_as(Actor { id: alice.id, name: alice.name.clone() });
    let new = NewProject {
        name: Line::parse("Launch the website").map_err(Error::Internal)?,
        key: Some(Key::parse("WEB").map_err(Error::Internal)?),
        template: Template::Empty,
    };
    let (mut change, _) = projects::create(work, new).await?;
    members::add(&mut change, bob.id, &bob.name, Role::Manager).await?;
    members::add(&mut change, charlie.id, &charlie.name, Role::Editor).await?;
    samples::launch(&mut change, &Cast { alice: alice.id, bob: bob.id, charlie: charlie.id }).await?;
    change.done().await?;
    Ok(())
}
