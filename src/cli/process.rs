//! The process: from its arguments to its exit status, with words for whatever keeps it from beginning.

use std::{
    io::IsTerminal,
    process::ExitCode,
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use rustix::{fs::Mode, process::umask};
use tokio::runtime::{Builder, Runtime};

use crate::{
    base::output,
    cli::{Cli, Command, doctor, print, run},
    config::{Config, LogFormat, without_passwords},
    mail::Mailer,
};

/// What a process ends with that panicked.
const PANICKED: u8 = 101;
/// How long the end waits for what still runs in the background.
const BACKGROUND: Duration = Duration::from_millis(500);
/// How many threads there are beside the runtime's: for `SQLite`'s connections, the log, passwords, files.
pub const OTHER_THREADS: usize = 16;

/// Run the command of the arguments. Answers what the process ends with.
pub fn main() -> ExitCode {
    output::report_panics();
    // What a panic says is in the log by now.
    let code = std::panic::catch_unwind(begin).unwrap_or(PANICKED);
    output::flush();
    ExitCode::from(code)
}

fn begin() -> u8 {
    let cli = match Cli::from_arguments() {
        Ok(cli) => cli,
        Err(error) => {
            show(&error);
            return u8::try_from(error.exit_code()).unwrap_or(1);
        }
    };
    match command(cli) {
        Ok(status) => status,
        Err(message) => {
            output::stderr().line(&output::own_line("ERROR", &without_passwords(&message)));
            1
        }
    }
}

/// The help, or what is wrong with the arguments. They may hold passwords.
fn show(error: &clap::Error) {
    let text = error.render();
    let colours = if error.use_stderr() { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
    let text = without_passwords(&if colours { text.ansi().to_string() } else { text.to_string() });
    let to = if error.use_stderr() { output::stderr() } else { output::stdout() };
    to.line(text.as_bytes());
}

fn command(cli: Cli) -> Result<u8, String> {
    if cli.config.log_format == LogFormat::Json {
        output::write_json();
    }
    if let Some(Command::Doctor(options)) = &cli.command {
        // What is wrong with the settings is a finding, and what others would log is one too.
        let (text, status) = runtime()?.block_on(doctor::run(&cli.config, options));
        print(&text);
        return Ok(status);
    }
    let ignored = Config::check_environment()?;
    cli.config.check()?;
    Mailer::of(&cli.config)?;
    cli.log_to_stderr()?;
    if !ignored.is_empty() {
        tracing::warn!("the environment has {}, as Kubernetes writes them for a Service: ignored", ignored.join(", "));
    }
    // What the process makes is for its user alone.
    umask(Mode::RWXG | Mode::RWXO);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    if cli.serves() {
        check_threads(workers + OTHER_THREADS)?;
    }
    let runtime = runtime()?;
    let ended = runtime.block_on(run(cli));
    runtime.shutdown_timeout(BACKGROUND);
    ended.map(|()| 0)
}

fn runtime() -> Result<Runtime, String> {
    Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())
}

/// Refuse to begin where the system allows fewer threads: sooner or later one of them would be missing.
pub fn check_threads(wanted: usize) -> Result<(), String> {
    let barrier = Arc::new(Barrier::new(wanted + 1));
    let mut threads = vec![];
    for started in 0..wanted {
        let barrier_of_thread = barrier.clone();
        let thread = thread::Builder::new().stack_size(64 << 10).spawn(move || barrier_of_thread.wait());
        match thread {
            Ok(thread) => threads.push(thread),
            // Those that were started wait for the end of the process.
            Err(error) => {
                return Err(format!(
                    "only {started} of {wanted} threads could be started: {error}. The limit of processes is too low \
                     (ulimit -u, TasksMax of systemd, the pids limit of a container)"
                ));
            }
        }
    }
    barrier.wait();
    for thread in threads {
        // It only waits, and cannot panic.
        let _ = thread.join();
    }
    Ok(())
}
