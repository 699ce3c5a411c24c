//! Which settings the server runs with, and where each comes from, for people who look for why it does what it does.

use clap::{Arg, ArgMatches, Args, Command, parser::ValueSource};
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use super::{Config, FileSettings};

/// Where the value of a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SettingSource)]
pub enum Source {
    Default,
    /// The file that `--config` names.
    File,
    Environment,
    CommandLine,
}

/// A setting of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Setting {
    /// Its option on the command line, without the hyphens.
    pub name: String,
    /// Its variable in the environment.
    #[schema(required)]
    pub variable: Option<String>,
    /// `null` where it has none. Of an address that may hold a secret, only scheme and host.
    #[schema(required)]
    pub value: Option<String>,
    pub source: Source,
}

/// The address of the server itself is no secret, though it may be long.
const OPEN: [&str; 1] = ["public_url"];

/// Scheme and host of an address; of what is none, not even its length.
fn without_secrets(text: &str) -> String {
    let url = Url::parse(text).ok();
    let host = url.as_ref().and_then(|url| Some((url, url.host_str()?)));
    match host {
        Some((url, host)) => match url.port() {
            Some(port) => format!("{}://{host}:{port}", url.scheme()),
            None => format!("{}://{host}", url.scheme()),
        },
        None => "set".into(),
    }
}

fn setting(arg: &Arg, matches: &ArgMatches, file: &FileSettings) -> Option<Setting> {
    let (id, name) = (arg.get_id().as_str(), arg.get_long()?);
    let source = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => Source::CommandLine,
        Some(ValueSource::EnvVariable) => Source::Environment,
        // What the file says is what the option is by default.
        _ if file.contains_key(name) => Source::File,
        _ => Source::Default,
    };
    let values: Vec<_> = matches.get_raw(id).into_iter().flatten().map(|value| value.to_string_lossy()).collect();
    let value = (!values.is_empty()).then(|| values.join(","));
    let secret = arg.is_hide_env_values_set() && !OPEN.contains(&id);
    Some(Setting {
        name: name.into(),
        variable: arg.get_env().map(|name| name.to_string_lossy().into_owned()),
        value: if secret { value.as_deref().map(without_secrets) } else { value },
        source,
    })
}

/// All settings that are documented, in the order in which the help lists them.
#[must_use]
pub fn settings(matches: &ArgMatches, file: &FileSettings) -> Vec<Setting> {
    let command = Config::augment_args(Command::new("boardcast"));
    command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(|arg| setting(arg, matches, file)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::as_defaults;

    #[test]
    fn a_setting_says_where_it_comes_from_and_no_secret() {
        let words = [
            "boardcast",
            "--signup",
            "open",
            "--smtp",
            "smtps://alice:secret@mail.example.org:465",
            "--proxies",
            "10.0.0.0/8,127.0.0.1/32",
        ];
        let command = Config::augment_args(Command::new("boardcast"));
        let file = FileSettings::from([
            ("mail-from".into(), vec!["a@example.org".into()]),
            ("signup".into(), vec!["closed".into()]),
            ("redis".into(), vec!["redis://:secret@cache.example.org".into()]),
        ]);
        let found = settings(&as_defaults(command, &file).get_matches_from(words), &file);
        let of = |name: &str| found.iter().find(|setting| setting.name == name).unwrap();
        assert_eq!((of("signup").value.as_deref(), of("signup").source), (Some("open"), Source::CommandLine));
        assert_eq!(of("signup").variable.as_deref(), Some("BOARDCAST_SIGNUP"));
        assert_eq!((of("mail-delay").value.as_deref(), of("mail-delay").source), (Some("120"), Source::Default));
        assert_eq!((of("history").value.as_deref(), of("history").source), (None, Source::Default));
        let from = of("mail-from");
        assert_eq!((from.value.as_deref(), from.source), (Some("a@example.org"), Source::File));
        let redis = of("redis");
        assert_eq!((redis.value.as_deref(), redis.source), (Some("redis://cache.example.org"), Source::File));
        assert_eq!(of("smtp").value.as_deref(), Some("smtps://mail.example.org:465"));
        assert_eq!(of("proxies").value.as_deref(), Some("10.0.0.0/8,127.0.0.1/32"));
        assert!(found.iter().all(|setting| setting.name != "commit"));
    }

    #[test]
    fn of_an_address_with_a_secret_only_the_host_is_told() {
        for (text, told) in [
            ("postgres://alice:se/cret@db.example.org/boards?password=secret", "set"),
            ("postgres://alice:secret@db.example.org:5433/boards?password=secret", "postgres://db.example.org:5433"),
            ("s3://bucket/prefix?endpoint=https://key:secret@host", "s3://bucket"),
            ("host=db password=secret", "set"),
            ("secret", "set"),
        ] {
            assert_eq!(without_secrets(text), told);
        }
    }
}
