//! Settings, from the command line, the environment or a file.

mod bucket;
mod environment;
mod file;
mod public_url;
mod settings;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

pub use self::{
    bucket::{Bucket, Credentials},
    environment::KNOWN,
    file::{FileSettings, as_defaults, read as read_file},
    settings::{Setting, Source, settings},
};

use clap::{Args, ValueEnum, builder::RangedU64ValueParser};
use ipnet::IpNet;
use jiff::SpanRelativeTo;
use sqlx::postgres::PgConnectOptions;

/// Settings of the server. Each has a twin in the environment.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings of the server")]
pub struct Config {
    /// A file with settings (TOML), by the names of the options; the command line and the environment come before it.
    #[arg(long, env = "BOARDCAST_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "BOARDCAST_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS", global = true)]
    pub listen: SocketAddr,

    /// The folder for all data.
    #[arg(long, env = "BOARDCAST_DATA", default_value = "data", value_name = "DIR", global = true)]
    pub data: PathBuf,

    /// `postgres://…`; the `SQLite` file in the data folder when absent.
    #[arg(long, env = "BOARDCAST_DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub database: Option<String>,

    /// How many connections to Postgres; 28 when absent, or as many as its limits allow.
    #[arg(long, env = "BOARDCAST_POOL", value_name = "N", value_parser = clap::value_parser!(u32).range(4..=10_000), global = true)]
    pub pool: Option<u32>,

    /// `redis://…`: carries hints and events between the nodes of a cluster on one Postgres.
    #[arg(long, env = "BOARDCAST_REDIS_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub redis: Option<String>,

    /// Where people reach this server; decides about cookies. http://<listen address> when absent.
    #[arg(long, env = "BOARDCAST_PUBLIC_URL", value_name = "URL", value_parser = public_url::parse, hide_env_values = true, global = true)]
    pub public_url: Option<String>,

    /// Who may sign up: anyone, with an invitation only, or no one.
    #[arg(long, env = "BOARDCAST_SIGNUP", default_value = "invited", value_name = "POLICY", global = true)]
    pub signup: SignUp,

    /// Rate limits and stream caps; off for load tests.
    #[arg(long, env = "BOARDCAST_LIMITS", default_value = "on", value_name = "on|off", global = true)]
    pub limits: Switch,

    /// Whether changes that wait for the disk at the same time do so together; for measuring what that brings.
    #[arg(long, default_value = "shared", hide = true, global = true)]
    pub commit: Commit,

    /// The most connections at once.
    #[arg(long, env = "BOARDCAST_CONNECTIONS", default_value_t = 10_000, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..), global = true)]
    pub connections: usize,

    /// The most connections at once from one address, or from one IPv6 network of 64 bits; a quarter of all when absent.
    #[arg(long, env = "BOARDCAST_CONNECTIONS_PER_ADDRESS", value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..), global = true)]
    pub connections_per_address: Option<usize>,

    /// How much memory the bodies of requests may take, in MiB.
    #[arg(long, env = "BOARDCAST_BODY_MEMORY", default_value_t = 64, value_name = "MIB", value_parser = body_memory, global = true)]
    pub body_memory: usize,

    /// The most projects that one person owns.
    #[arg(long, env = "BOARDCAST_PROJECTS_PER_PERSON", default_value_t = 1_000, value_name = "N", value_parser = clap::value_parser!(i64).range(1..), global = true)]
    pub projects_per_person: i64,

    /// The most sessions of one person; the oldest ends when there is one more.
    #[arg(long, env = "BOARDCAST_SESSIONS_PER_PERSON", default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(i64).range(1..), global = true)]
    pub sessions_per_person: i64,

    /// The most dependencies of one task, on others and of others on it.
    #[arg(long, env = "BOARDCAST_DEPENDENCIES_PER_TASK", default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(i64).range(1..), global = true)]
    pub dependencies_per_task: i64,

    /// The most bytes of one attachment.
    #[arg(long, env = "BOARDCAST_ATTACHMENT_LIMIT", default_value_t = 25 * 1024 * 1024, value_name = "BYTES", value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_ATTACHMENT), global = true)]
    pub attachment_limit: usize,

    /// The most bytes of one file that is imported.
    #[arg(long, env = "BOARDCAST_IMPORT_LIMIT", default_value_t = 100 * 1024 * 1024, value_name = "BYTES", value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_ATTACHMENT), global = true)]
    pub import_limit: usize,

    /// The most bytes of all attachments of one project; no limit when absent.
    #[arg(long, env = "BOARDCAST_PROJECT_QUOTA", value_name = "BYTES", value_parser = clap::value_parser!(i64).range(0..), global = true)]
    pub project_quota: Option<i64>,

    /// How many days events are kept in the logs of projects, and at least the last 5,000 of each; for ever when absent.
    #[arg(long, env = "BOARDCAST_HISTORY", value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500), global = true)]
    pub history: Option<u32>,

    /// Where attachments are kept: `s3://bucket/prefix?endpoint=https://…&region=…`, with the credentials in
    /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; the folder `files` in the data folder when absent.
    #[arg(long, env = "BOARDCAST_FILES", value_name = "URL", value_parser = Bucket::parse, hide_env_values = true, global = true)]
    pub files: Option<Bucket>,

    /// A folder that the server writes a backup of the whole instance to, now and then; it makes none when absent.
    #[arg(long, env = "BOARDCAST_BACKUP_TO", value_name = "DIR", global = true)]
    pub backup_to: Option<PathBuf>,

    /// How often it does: `24h`, `90m`, `7d`.
    #[arg(long, env = "BOARDCAST_BACKUP_EVERY", default_value = "24h", value_name = "TIME", value_parser = backup_every, global = true)]
    pub backup_every: Duration,

    /// How many of these backups are kept; the oldest is removed when there is one more.
    #[arg(long, env = "BOARDCAST_BACKUP_KEEP", default_value_t = 7, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000), global = true)]
    pub backup_keep: usize,

    /// Proxies in front of this server, whose `X-Forwarded-For` is believed, such as `10.0.0.0/8,127.0.0.1/32`.
    #[arg(long, env = "BOARDCAST_PROXIES", value_delimiter = ',', value_name = "NETWORKS", global = true)]
    pub proxies: Vec<IpNet>,

    /// The hosts that requests may be for, such as `boards.example.org,board.lan:8080`; the public URL's is always one.
    /// Any host when absent.
    #[arg(long, env = "BOARDCAST_HOSTS", value_delimiter = ',', value_name = "HOSTS", value_parser = host, global = true)]
    pub hosts: Vec<String>,

    /// Origins whose pages may call the API with a token (CORS), such as `https://dash.example.org`; never with cookies.
    #[arg(long, visible_alias = "cors", env = "BOARDCAST_CORS_ORIGINS", value_delimiter = ',', value_name = "ORIGINS", value_parser = origin, global = true)]
    pub cors_origins: Vec<String>,

    /// Networks that requests of this server may go to although they are not public, such as `10.0.0.0/8` for receivers
    /// inside. None when absent.
    #[arg(long, env = "BOARDCAST_OUTGOING_NETWORKS", value_delimiter = ',', value_name = "NETWORKS", global = true)]
    pub outgoing_networks: Vec<IpNet>,

    /// `smtp://user:password@host:587?tls=required` or `smtps://host`: where mails are handed to. Nothing is mailed when absent.
    #[arg(long, env = "BOARDCAST_SMTP_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub smtp: Option<String>,

    /// Who mails are from, such as `Boardcast <boards@example.org>`.
    #[arg(long, env = "BOARDCAST_MAIL_FROM", value_name = "ADDRESS", global = true)]
    pub mail_from: Option<String>,

    /// How many seconds a mail waits for its person to see the news on the page; five times as many for other news.
    #[arg(long, env = "BOARDCAST_MAIL_DELAY", default_value_t = 120, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=86_400), global = true)]
    pub mail_delay: u32,

    /// Where `/metrics` is answered, for Prometheus: an address of this machine, or one in a private network. Nowhere when
    /// absent.
    #[arg(long, env = "BOARDCAST_METRICS", value_name = "ADDRESS", global = true)]
    pub metrics: Option<SocketAddr>,

    /// What is logged: `info`, `warn`, `boardcast=debug` …
    #[arg(long, env = "BOARDCAST_LOG", default_value = "info", value_name = "FILTER", global = true)]
    pub log: String,

    /// How lines of the log are written: for people, or as JSON for programs.
    #[arg(long, env = "BOARDCAST_LOG_FORMAT", default_value = "text", value_name = "text|json", global = true)]
    pub log_format: LogFormat,

    /// All of these as texts, and where each comes from.
    #[arg(skip)]
    pub settings: Vec<Setting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SignUp {
    Open,
    Invited,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Commit {
    Shared,
    Alone,
}

/// What S3 takes in one object of the parts that are sent.
const MOST_ATTACHMENT: u64 = 5 * 1024 * 1024 * 1024;

/// One address may have a quarter of it: enough for a body of the largest size, at least.
fn body_memory(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|mib| (1..=1 << 20).contains(mib)).ok_or_else(|| "must be 1 or more, in MiB".into())
}

/// From a minute to a year.
fn backup_every(text: &str) -> Result<Duration, String> {
    const MINUTE: Duration = Duration::from_mins(1);
    let span: Option<jiff::Span> = text.parse().ok();
    let time = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.filter(|time| (MINUTE..=MINUTE * 60 * 24 * 366).contains(time))
        .ok_or_else(|| "must be a time from a minute to a year, such as 24h, 90m or 7d".into())
}

/// The settings that may hold a password are checked here and not where they are parsed: an error there repeats them.
fn check_database(text: &str) -> Result<(), String> {
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("must begin with postgres:// (leave it out for SQLite in the data folder)".into());
    }
    text.parse::<PgConnectOptions>().map(drop).map_err(|_| "must be like postgres://user@host:5432/database".into())
}

fn check_redis(text: &str) -> Result<(), String> {
    redis::Client::open(text).map(drop).map_err(|_| "must be like redis://host:6379".into())
}

/// The text with every password in it taken out: between `://` and the last `@` of the same word, and behind `password=`.
#[must_use]
pub fn without_passwords(text: &str) -> String {
    let end = |text: &str| text.find(|c: char| c.is_whitespace() || "'\"".contains(c)).unwrap_or(text.len());
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, word) = rest.split_at(at + 3);
        plain.push_str(before);
        rest = match word[..end(word)].rfind('@') {
            Some(at) => {
                plain.push('…');
                &word[at..]
            }
            None => word,
        };
    }
    plain.push_str(rest);
    let mut rest = std::mem::take(&mut plain);
    while let Some(at) = rest.find("password=") {
        let behind = rest.split_off(at + "password=".len());
        plain.push_str(&rest);
        plain.push('…');
        behind[end(&behind).min(behind.find('&').unwrap_or(behind.len()))..].clone_into(&mut rest);
    }
    plain + &rest
}

/// A host, with a port where only that one is meant.
fn host(text: &str) -> Result<String, String> {
    let authority: Option<http::uri::Authority> = text.parse().ok();
    let host = authority.filter(|host| {
        let port = host.as_str().strip_prefix(host.host()).unwrap_or("@");
        let numbered = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        !host.host().is_empty() && numbered
    });
    host.map(|host| host.as_str().to_lowercase())
        .ok_or_else(|| "must be a host such as boards.example.org, or one with a port".into())
}

/// An origin as browsers send it.
fn origin(text: &str) -> Result<String, String> {
    public_url::parse(text).map_err(|_| "must be an origin such as https://dash.example.org".into())
}

/// A setting for tests; only debug builds read it.
#[cfg(debug_assertions)]
#[must_use]
pub fn test_switch(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

impl Config {
    /// Refuse unknown settings in the environment. Answers the variables that only look like some.
    pub fn check_environment() -> Result<Vec<String>, String> {
        let texts = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())));
        environment::check(texts)
    }

    /// The address that people reach the server at, where it listens at this one.
    #[must_use]
    pub fn public_url(&self, address: SocketAddr) -> String {
        let given = self.public_url.clone();
        let own = || format!("http://{address}");
        given.unwrap_or_else(|| public_url::parse(&own()).unwrap_or_else(|_| own()))
    }

    /// How to sign requests to the bucket, by the variables that every program for S3 knows.
    pub fn bucket_credentials() -> Result<Credentials, String> {
        Credentials::from(|name| std::env::var_os(name)?.into_string().ok())
    }

    /// Refuse what cannot be, and a public address without a public URL: cookies over plain HTTP are for this machine only.
    pub fn check(&self) -> Result<(), String> {
        if let Some(url) = &self.database {
            check_database(url).map_err(|why| format!("--database (BOARDCAST_DATABASE_URL) {why}"))?;
        }
        if let Some(url) = &self.redis {
            check_redis(url).map_err(|why| format!("--redis (BOARDCAST_REDIS_URL) {why}"))?;
        }
        if self.files.is_some() {
            Self::bucket_credentials().map_err(|why| format!("--files (BOARDCAST_FILES) {why}"))?;
        }
        if self.public_url.is_none() && !self.listen.ip().is_loopback() {
            return Err(format!(
                "--listen {} is reachable from other machines: say with --public-url (or BOARDCAST_PUBLIC_URL) how, \
                 https://… behind a TLS proxy",
                self.listen
            ));
        }
        if self.redis.is_some() && self.database.is_none() {
            return Err("--redis connects several nodes on one Postgres: it needs --database postgres://…".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_postgres_is_a_database_url() {
        assert!(check_database("postgres://localhost/boardcast").is_ok());
        assert!(check_database("mysql://localhost").is_err());
        assert!(check_database("postgres://localhost:port/boardcast").is_err());
    }

    #[test]
    fn backups_are_made_at_most_once_a_minute() {
        for (text, minutes) in [("24h", 24 * 60), ("90m", 90), ("7d", 7 * 24 * 60), ("1h 30m", 90), ("60s", 1)] {
            assert_eq!(backup_every(text), Ok(Duration::from_mins(minutes)), "{text}");
        }
        for text in ["", "0h", "59s", "-24h", "24", "1 month", "often", "9999d"] {
            assert!(backup_every(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_password_is_left_in_a_text() {
        for (text, plain) in [
            ("'postgres://alice:se/c@ret@host/db' x", "'postgres://…@host/db' x"),
            ("a redis://:secret@host and mysql://b:secret@c.", "a redis://…@host and mysql://…@c."),
            ("postgres://host/db?user=a&password=secret&b=c d", "postgres://host/db?user=a&password=…&b=c d"),
            ("https://boards.example.org", "https://boards.example.org"),
        ] {
            assert_eq!(without_passwords(text), plain);
        }
    }

    #[test]
    fn an_origin_is_one_that_browsers_send() {
        assert_eq!(origin("https://Dash.example.org:443/").unwrap(), "https://dash.example.org");
        assert_eq!(origin("http://board.lan:8080").unwrap(), "http://board.lan:8080");
        for text in ["*", "null", "", "dash.example.org", "https://a/b", "https://a:b"] {
            assert!(origin(text).is_err(), "{text}");
        }
        assert!(host("board.lan:8080").is_ok() && host("https://board.lan").is_err() && host("").is_err());
    }
}
