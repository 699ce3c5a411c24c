//! Settings: what they are, where they come from, and what is said when one is wrong.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};
use ipnet::IpNet;

/// Settings of the server. Each has a twin in the environment.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings of the server")]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "BOARDCAST_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS", global = true)]
    pub listen: SocketAddr,

    /// The folder for everything that is kept.
    #[arg(long, env = "BOARDCAST_DATA", default_value = "data", value_name = "DIR", global = true)]
    pub data: PathBuf,

    /// `postgres://…`; the `SQLite` file in the data folder when absent.
    #[arg(long, env = "BOARDCAST_DATABASE_URL", value_name = "URL", value_parser = database, hide_env_values = true, global = true)]
    pub database: Option<String>,

    /// `redis://…`: a doorbell between nodes on one Postgres that carries the events too.
    #[arg(long, env = "BOARDCAST_REDIS_URL", value_name = "URL", value_parser = redis_url, hide_env_values = true, global = true)]
    pub redis: Option<String>,

    /// Where people reach this server; decides about cookies. http://<listen address> when absent.
    #[arg(long, env = "BOARDCAST_PUBLIC_URL", value_name = "URL", value_parser = public_url, global = true)]
    pub public_url: Option<String>,

    /// Who may sign up: anybody, holders of an invitation, nobody.
    #[arg(long, env = "BOARDCAST_SIGNUP", default_value = "invited", value_name = "POLICY", global = true)]
    pub signup: SignUp,

    /// Rate limits and stream caps; off for load tests.
    #[arg(long, env = "BOARDCAST_LIMITS", default_value = "on", value_name = "on|off", global = true)]
    pub limits: Switch,

    /// Whether changes that wait for the disk at the same time do so together; for measuring what that brings.
    #[arg(long, default_value = "shared", hide = true, global = true)]
    pub commit: Commit,

    /// The most connections at once.
    #[arg(long, env = "BOARDCAST_CONNECTIONS", default_value_t = 10_000, value_name = "N", global = true)]
    pub connections: usize,

    /// Proxies in front of this server, whose `X-Forwarded-For` is believed, such as `10.0.0.0/8,127.0.0.1/32`.
    #[arg(long, env = "BOARDCAST_PROXIES", value_delimiter = ',', value_name = "NETWORKS", global = true)]
    pub proxies: Vec<IpNet>,

    /// What is logged: `info`, `warn`, `boardcast=debug` …
    #[arg(long, env = "BOARDCAST_LOG", default_value = "info", value_name = "FILTER", global = true)]
    pub log: String,
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
pub enum Commit {
    Shared,
    Alone,
}

/// The names of all settings in the environment.
pub const KNOWN: &[&str] = &[
    "BOARDCAST_LISTEN",
    "BOARDCAST_DATA",
    "BOARDCAST_DATABASE_URL",
    "BOARDCAST_REDIS_URL",
    "BOARDCAST_PUBLIC_URL",
    "BOARDCAST_SIGNUP",
    "BOARDCAST_LIMITS",
    "BOARDCAST_CONNECTIONS",
    "BOARDCAST_PROXIES",
    "BOARDCAST_LOG",
    // Of the commands that call a server.
    "BOARDCAST_TOKEN",
];

fn database(text: &str) -> Result<String, String> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        Ok(text.into())
    } else {
        Err("must begin with postgres:// (leave it out for SQLite in the data folder)".into())
    }
}

fn redis_url(text: &str) -> Result<String, String> {
    redis::Client::open(text).map(|_| text.into()).map_err(|_| "must be like redis://host:6379".into())
}

fn public_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    let (scheme, host) = text.split_once("://").unwrap_or_default();
    if !matches!(scheme, "http" | "https") || host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
        return Err("must be like https://boards.example.org, without a path".into());
    }
    Ok(text.to_lowercase())
}

/// A switch that only tests set, and only debug builds look at.
#[cfg(debug_assertions)]
#[must_use]
pub fn test_switch(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

impl Config {
    /// Settings in the environment that nobody reads: most likely misspelt.
    pub fn check_environment() -> Result<(), String> {
        let unknown: Vec<String> = std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with("BOARDCAST_") && !name.starts_with("BOARDCAST_TEST_"))
            .filter(|name| !KNOWN.contains(&name.as_str()))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(format!("unknown settings in the environment: {}; known are {}", unknown.join(", "), KNOWN.join(", ")))
    }

    /// Cookies over plain HTTP are for this machine only, unless the public URL says otherwise.
    pub fn check(&self) -> Result<(), String> {
        if self.public_url.is_none() && !self.listen.ip().is_loopback() {
            return Err(format!(
                "--listen {} is reachable from other machines: say with --public-url (or BOARDCAST_PUBLIC_URL) how, \
                 https://… behind a TLS proxy",
                self.listen
            ));
        }
        if self.redis.is_some() && self.database.is_none() {
            return Err(
                "--redis rings between several servers on one Postgres: it needs --database postgres://…".into()
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin() {
        assert_eq!(public_url("https://Boards.example.org/").unwrap(), "https://boards.example.org");
        for text in ["", "boards.example.org", "ftp://x", "https://x/path", "https://"] {
            assert!(public_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_postgres_is_a_database_url() {
        assert!(database("postgres://localhost/boardcast").is_ok());
        assert!(database("mysql://localhost").is_err());
    }
}
