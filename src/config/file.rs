//! Settings in a file: TOML, with the names of the options. The command line and the environment come before it.

use std::{any::TypeId, collections::BTreeMap, fs, path::Path};

use clap::{
    Arg, Args, Command,
    error::{ContextKind, ContextValue},
};
use toml_edit::{Document, Item, Value};

use super::Config;

/// No file of settings is larger.
const LARGEST: u64 = 1 << 20;

/// What a file says, by the names of the options.
pub type FileSettings = BTreeMap<String, Vec<String>>;

/// What TOML has to say for an option.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Texts,
}

impl Kind {
    fn of(arg: &Arg) -> Self {
        let number = [TypeId::of::<u32>(), TypeId::of::<i64>(), TypeId::of::<usize>()];
        let parsed = arg.get_value_parser().type_id();
        if arg.get_value_delimiter().is_some() {
            Self::Texts
        } else if number.iter().any(|known| parsed == *known) {
            Self::Number
        } else {
            Self::Text
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Number => "a whole number",
            Self::Text => "a text in quotes",
            Self::Texts => "a list of texts, such as [\"one\", \"two\"]",
        }
    }

    /// The words for the command line; nothing where the value is of another kind.
    fn words(self, item: &Item) -> Option<Vec<String>> {
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        match self {
            Self::Number => item.as_integer().map(|number| vec![number.to_string()]),
            Self::Text => item.as_value().and_then(text).map(|text| vec![text]),
            Self::Texts => item.as_array()?.iter().map(text).collect(),
        }
    }
}

/// The options of the server, as they are without an environment.
fn options() -> Command {
    Config::augment_args(Command::new("boardcast")).mut_args(|arg| arg.env(None))
}

/// What is wrong with a value, without the value: it may be a secret.
fn reason(error: &clap::Error) -> String {
    if let Some(source) = std::error::Error::source(error) {
        return source.to_string();
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(valid)) if !valid.is_empty() => format!("must be one of {}", valid.join(", ")),
        _ => "must not be empty".into(),
    }
}

/// The option that was most likely meant.
fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |known: &&str| strsim::jaro_winkler(name, known);
    known.iter().copied().filter(|known| likeness(known) > 0.75).max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

/// Read the settings in a text. An error names the line and the setting, and shows no value.
fn parse(text: &str) -> Result<FileSettings, String> {
    let line = |at: Option<std::ops::Range<usize>>| {
        let before = at.and_then(|at| text.get(..at.start)).unwrap_or_default();
        format!("line {}", before.matches('\n').count() + 1)
    };
    // Its own words would show the line, with a password in it.
    let document = Document::parse(text).map_err(|error| format!("{}: {}", line(error.span()), error.message()))?;
    let command = options();
    let known: Vec<(&str, &Arg)> = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && arg.get_id() != "config")
        .filter_map(|arg| Some((arg.get_long()?, arg)))
        .collect();
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let mut settings = FileSettings::new();
    for (name, item) in document.iter() {
        let key = document.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
        let place = line(key);
        let Some((_, arg)) = known.iter().find(|(known, _)| *known == name) else {
            let meant = meant(name, &names).map(|known| format!(" (did you mean `{known}`?)")).unwrap_or_default();
            return Err(format!("{place}: there is no setting `{name}`{meant}"));
        };
        let kind = Kind::of(arg);
        let Some(words) = kind.words(item) else {
            return Err(format!("{place}: `{name}` must be {}, and is {}", kind.name(), item.type_name()));
        };
        let arguments = words.iter().map(|word| format!("--{name}={word}"));
        let checked = command.clone().try_get_matches_from(["boardcast".to_owned()].into_iter().chain(arguments));
        checked.map_err(|error| format!("{place}: `{name}`: {}", reason(&error)))?;
        settings.insert(name.to_owned(), words);
    }
    Ok(settings)
}

/// Read the file.
pub fn read(path: &Path) -> Result<FileSettings, String> {
    let named = |why: String| format!("the file of settings {}: {why}", path.display());
    let unreadable = |error: std::io::Error| named(format!("it cannot be read: {error}"));
    let found = fs::metadata(path).map_err(unreadable)?;
    if found.len() > LARGEST {
        return Err(named(format!("it has {} bytes, and at most {LARGEST} are read", found.len())));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    parse(&text).map_err(named)
}

/// Let these settings be what the options are where neither the command line nor the environment says otherwise.
#[must_use]
pub fn as_defaults(command: Command, settings: &FileSettings) -> Command {
    command.mut_args(|arg| match arg.get_long().and_then(|name| settings.get(name)) {
        // The help shows no password.
        Some(words) => arg.default_values(words).hide_default_value(true),
        None => arg,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_texts_numbers_and_lists() {
        let text = "# A comment\nlisten = \"127.0.0.1:9\"\npool = 12\nproxies = [\n  \"10.0.0.0/8\",\n  \"127.0.0.1/32\",\n]\n\
                    backup-every = '90m'\nhosts = []\n";
        let settings = parse(text).unwrap();
        let of = |name: &str| settings[name].join(" ");
        assert_eq!((of("listen"), of("pool")), ("127.0.0.1:9".into(), "12".into()));
        assert_eq!((of("proxies"), of("backup-every")), ("10.0.0.0/8 127.0.0.1/32".into(), "90m".into()));
        assert_eq!(parse(""), Ok(FileSettings::new()));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_without_its_value() {
        for (text, because) in [
            ("\nlistne = \"x\"", "line 2: there is no setting `listne` (did you mean `listen`?)"),
            ("listen = \"x-secret\"", "line 1: `listen`: "),
            ("pool = \"12-secret\"", "line 1: `pool` must be a whole number, and is string"),
            ("pool = 12.5", "must be a whole number, and is float"),
            ("pool = 3", "`pool`: 3 is not in 4..=10000"),
            ("data = 5", "line 1: `data` must be a text in quotes, and is integer"),
            ("data = \"\"", "`data`: must not be empty"),
            ("limits = true", "`limits` must be a text in quotes, and is boolean"),
            ("limits = \"secret\"", "`limits`: must be one of on, off"),
            ("proxies = \"10.0.0.0/8\"", "`proxies` must be a list of texts"),
            ("proxies = [10]", "`proxies` must be a list of texts"),
            ("proxies = [\"secret\"]", "`proxies`: "),
            ("\n\n[server]\nlisten = \"secret\"", "line 3: there is no setting `server`"),
            ("server.listen = \"secret\"", "there is no setting `server`"),
            ("database.url = \"secret\"", "`database` must be a text in quotes, and is table"),
            ("config = \"other\"", "there is no setting `config`"),
            ("commit = \"alone\"", "there is no setting `commit`"),
            ("backup_to = \"secret\"", "did you mean `backup-to`?"),
            ("\ndatabase = \"postgres://alice:secret@host", "line 2: "),
            ("log = \"info\"\nlog = \"secret\"", "line 2: "),
            ("database = secret", "line 1: "),
            ("smtp: secret", "line 1: "),
        ] {
            let refused = parse(text).unwrap_err();
            assert!(refused.contains(because), "{text}: {refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
    }

    /// Each setting is in the example, and each of its lines is one that is taken.
    #[test]
    fn the_example_has_every_setting() {
        let example = include_str!("../../docs/operate/boardcast.toml");
        assert!(parse(example).is_ok());
        let all: String =
            example.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
        let settings = parse(&all).unwrap();
        let command = options();
        let known = command.get_arguments().filter(|arg| !arg.is_hide_set() && arg.get_id() != "config");
        let missing: Vec<_> = known.filter_map(Arg::get_long).filter(|name| !settings.contains_key(*name)).collect();
        assert!(missing.is_empty(), "the example is without {missing:?}");
    }
}
