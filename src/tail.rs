//! `boardcast tail`: the events of one project or of all, a line each, as they happen. For whoever looks for a mistake:
//! what comes is checked, and what is wrong with it is said.

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write},
    time::Duration,
};

use clap::Args;
use serde_json::Value;
use tokio::{
    signal::unix::{SignalKind, signal},
    time,
};

use crate::client::{Api, Arrival, Credential, Failure, Frame, Order, Stream, host};

/// Print the events of projects as they happen, and say what is wrong with them.
///
/// One event a line: instant, project, number, type, who, and in short what changed. Goes on
/// where it was after a cut. A gap, a double, a wrong order or a reset is said on the standard
/// error, and ends the command with an error when it ends: by Ctrl-C, by --count, or because
/// the project is gone.
#[derive(Args, Clone, Debug)]
#[command(verbatim_doc_comment)]
pub struct Options {
    /// The server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// An API token that may read; in the environment others on this machine do not see it
    #[arg(long, env = "BOARDCAST_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: String,
    /// The project, by id or key; all of the token's projects when absent
    #[arg(long, value_name = "ID|KEY")]
    project: Option<String>,
    /// Begin behind this number, as far back as the log reaches
    #[arg(long, value_name = "SEQ", requires = "project", conflicts_with = "all", value_parser = clap::value_parser!(i64).range(0..))]
    since: Option<i64>,
    /// Begin at the beginning, as far back as the log reaches
    #[arg(long)]
    all: bool,
    /// Print each event as the server wrote it, as JSON on one line
    #[arg(long)]
    json: bool,
    /// End after this many events
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

/// Before trying again, where the server said nothing about it.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A stream that is silent for this long is not there any more: it is pinged every 15 s or so.
const SILENCE: Duration = Duration::from_secs(45);
/// How much of a log is asked for at once.
const PAGE: usize = 200;

/// Follow until somebody has enough; answers whether everything came as it should.
pub async fn run(options: Options) -> Result<bool, String> {
    let mut tail = Tail::new(options).await?;
    let stop = |kind| signal(kind).map_err(|error| error.to_string());
    let (mut interrupt, mut terminate) = (stop(SignalKind::interrupt())?, stop(SignalKind::terminate())?);
    tokio::select! {
        ended = tail.follow() => ended?,
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(tail.clean)
}

/// Something that was written out, and that it is over.
struct Over;

struct Tail {
    options: Options,
    api: Api,
    host: String,
    path: String,
    /// The keys of the projects, by their ids.
    names: BTreeMap<String, String>,
    /// How the events of each project came so far.
    orders: BTreeMap<String, Order>,
    cursor: Option<String>,
    left: Option<u64>,
    clean: bool,
}

/// A frame that has to be looked at while more are waiting behind it.
struct Owned {
    event: String,
    data: String,
}

impl Tail {
    async fn new(options: Options) -> Result<Self, Failure> {
        let mut api = Api::new(&options.url, Credential::Token(options.token.clone()))?;
        let names = projects(&mut api).await?;
        let mut tail = Self {
            host: host(&options.url)?,
            path: "/events".into(),
            orders: BTreeMap::new(),
            cursor: None,
            left: options.count,
            clean: true,
            names,
            api,
            options,
        };
        if let Some(wanted) = &tail.options.project {
            tail.path = format!("/projects/{}/events", find(&tail.names, wanted)?);
        }
        Ok(tail)
    }

    /// One connection after the other.
    async fn follow(&mut self) -> Result<(), Failure> {
        loop {
            let mut pause = PAUSE;
            match self.connection(&mut pause).await {
                Ok(Some(Over)) => return Ok(()),
                Ok(None) => note(&format!("the stream ended; again in {:.1} s", pause.as_secs_f64())),
                Err(Failure::Refused(why)) => return Err(Failure::Refused(why)),
                Err(Failure::Broken(why)) => note(&format!("cut ({why}); again in {:.1} s", pause.as_secs_f64())),
            }
            time::sleep(pause).await;
        }
    }

    async fn connection(&mut self, pause: &mut Duration) -> Result<Option<Over>, Failure> {
        let cursor = self.cursor.clone();
        let mut stream = Stream::open(&self.host, &self.path, &self.options.token, cursor.as_deref()).await?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let silent = |_| Failure::Broken(format!("silent for {} s", SILENCE.as_secs()));
            time::timeout(SILENCE, stream.readable()).await.map_err(silent)??;
            let mut frames = vec![];
            let goes_on = stream.read(&mut buffer, |frame| {
                if let Some(retry) = frame.retry {
                    *pause = Duration::from_millis(retry).min(LONGEST_PAUSE);
                }
                frames.push((frame.id.map(ToOwned::to_owned), Owned::of(frame)));
            })?;
            for (id, frame) in frames {
                if let Some(Over) = self.take(&frame).await? {
                    return Ok(Some(Over));
                }
                // Only now: what was not shown yet has to come again.
                self.cursor = id.or(self.cursor.take());
            }
            if !goes_on {
                return Ok(None);
            }
        }
    }

    async fn take(&mut self, frame: &Owned) -> Result<Option<Over>, Failure> {
        let data: Value = serde_json::from_str(&frame.data).unwrap_or_default();
        let project = data["project"].as_str().unwrap_or_default();
        match frame.event.as_str() {
            "hello" => return self.hello(&data).await,
            "reset" => self.reset(&data),
            "joined" => {
                self.names = projects(&mut self.api).await?;
                self.orders.insert(project.into(), Order::after(data["from"].as_i64().unwrap_or(0)));
                note(&format!("{} joined at {}", self.name(project), data["head"]));
            }
            "left" => {
                self.orders.remove(project);
                note(&format!("{} left: {}", self.name(project), data["reason"].as_str().unwrap_or("removed")));
                if self.options.project.is_some() {
                    return Ok(Some(Over));
                }
            }
            "bye" => note(&format!("the server says goodbye: {}", data["reason"].as_str().unwrap_or_default())),
            _ if data["seq"].is_i64() => return Ok(self.event(&data, &frame.data)),
            _ => {}
        }
        Ok(None)
    }

    /// Where the server says that everything stands.
    async fn hello(&mut self, hello: &Value) -> Result<Option<Over>, Failure> {
        let again = !self.orders.is_empty();
        let standings = hello["projects"].as_object().cloned().unwrap_or_default();
        note(&format!("{} at {}", if again { "connected again" } else { "connected" }, self.standing(&standings)));
        self.reset(hello);
        for (project, standing) in &standings {
            let (from, head) = (standing["from"].as_i64().unwrap_or(0), standing["head"].as_i64().unwrap_or(0));
            if standing["status"] != "reset"
                && self.cursor.is_some()
                && let Some(order) = self.orders.get_mut(project)
            {
                let missing = order.resume(from);
                self.gap(project, missing, from + 1);
                continue;
            }
            let begin = self.orders.get(project).map(Order::last).or(self.options.since);
            match begin.or(self.options.all.then_some(0)) {
                // The log has what lies before the stream.
                Some(begin) if standing["status"] != "reset" => {
                    if let Some(Over) = self.log(project, begin, head).await? {
                        return Ok(Some(Over));
                    }
                }
                _ => _ = self.orders.insert(project.clone(), Order::after(head)),
            }
        }
        Ok(None)
    }

    fn standing(&self, standings: &serde_json::Map<String, Value>) -> String {
        let places = standings.iter().map(|(project, standing)| format!("{} {}", self.name(project), standing["head"]));
        let places: Vec<String> = places.collect();
        if places.is_empty() { "nothing: the token has no project".into() } else { places.join(", ") }
    }

    /// Show what the log has behind `begin` up to `head`.
    async fn log(&mut self, project: &str, begin: i64, head: i64) -> Result<Option<Over>, Failure> {
        let mut after = begin;
        self.orders.entry(project.into()).or_insert_with(|| Order::after(begin));
        while after < head {
            let path = format!("/projects/{project}/events?after={after}&limit={PAGE}");
            let answer = self.api.ask("GET", &path, None, None).await?;
            if let Some(oldest) = answer.body["oldest"].as_i64() {
                note(&format!("{}: the log begins at {oldest}", self.name(project)));
                self.orders.insert(project.into(), Order::after(oldest - 1));
                after = oldest - 1;
                continue;
            }
            if answer.status.is_client_error() {
                return Err(Failure::Refused(format!("GET {path}: {}", answer.status.as_u16())));
            }
            let Some(events) = answer.body["items"].as_array().filter(|events| !events.is_empty()) else {
                return Err(Failure::Broken(format!("{}: the log ends before {head}", self.name(project))));
            };
            for event in events.iter().filter(|event| event["seq"].as_i64() <= Some(head)) {
                if let Some(Over) = self.event(event, &event.to_string()) {
                    return Ok(Some(Over));
                }
            }
            after = events.last().and_then(|event| event["seq"].as_i64()).unwrap_or(head);
        }
        Ok(None)
    }

    /// What the server says itself that it leaves out.
    fn reset(&mut self, said: &Value) {
        for (project, standing) in said["projects"].as_object().into_iter().flatten() {
            let head = standing["head"].as_i64().unwrap_or(0);
            if standing["status"] == "reset"
                && let Some(order) = self.orders.get_mut(project)
            {
                let skipped = order.reset(head);
                self.clean = false;
                let reason = standing["reason"].as_str().unwrap_or_default();
                fault(&format!("reset of {} ({reason}): {skipped} are left out up to {head}", self.name(project)));
            }
        }
    }

    fn gap(&mut self, project: &str, missing: u64, seq: i64) {
        if missing > 0 {
            self.clean = false;
            fault(&format!("gap in {}: {missing} are missing before {seq}", self.name(project)));
        }
    }

    fn event(&mut self, event: &Value, text: &str) -> Option<Over> {
        let project = event["project"].as_str().unwrap_or_default();
        let seq = event["seq"].as_i64().unwrap_or(0);
        let order = self.orders.entry(project.into()).or_insert_with(|| Order::after(seq - 1));
        match order.arrived(seq) {
            Arrival::Next => {}
            Arrival::Again => return None,
            Arrival::Gap(missing) => self.gap(project, missing, seq),
            Arrival::Late => {
                self.clean = false;
                fault(&format!("out of order in {}: {seq}", self.name(project)));
            }
            Arrival::Double => {
                self.clean = false;
                fault(&format!("double in {}: {seq}", self.name(project)));
                return None;
            }
        }
        let line = if self.options.json { text.to_owned() } else { line(&self.name(project), event) };
        // Whoever closed the pipe has enough.
        if writeln!(std::io::stdout(), "{line}").is_err() {
            return Some(Over);
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        (self.left == Some(0)).then_some(Over)
    }

    fn name(&self, project: &str) -> String {
        self.names.get(project).cloned().unwrap_or_else(|| project.into())
    }
}

impl Owned {
    fn of(frame: Frame<'_>) -> Self {
        Self { event: frame.event.into(), data: frame.data.into() }
    }
}

/// The projects that the token reaches: their keys by their ids, or the ids themselves where a key is not enough.
async fn projects(api: &mut Api) -> Result<BTreeMap<String, String>, Failure> {
    let mut names = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let page = api.get(&format!("/projects?archived=any&limit={PAGE}{cursor}")).await?;
        for project in page.body["items"].as_array().into_iter().flatten() {
            let text = |field: &str| project[field].as_str().unwrap_or_default().to_owned();
            names.insert(text("id"), text("key"));
        }
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(names),
        }
    }
}

fn find(names: &BTreeMap<String, String>, wanted: &str) -> Result<String, Failure> {
    let fits = |id: &str, key: &str| id.eq_ignore_ascii_case(wanted) || key.eq_ignore_ascii_case(wanted);
    let found: Vec<&str> = names.iter().filter(|(id, key)| fits(id, key)).map(|(id, _)| id.as_str()).collect();
    match found[..] {
        [id] => Ok(id.into()),
        [] => {
            let keys: Vec<&str> = names.values().map(String::as_str).collect();
            Err(Failure::Refused(format!("no project {wanted} for this token; it has {}", keys.join(", "))))
        }
        _ => Err(Failure::Refused(format!("{wanted} is the key of several projects: {}", found.join(", ")))),
    }
}

/// Beside the events, for people.
fn note(text: &str) {
    tell("2", text);
}

fn fault(text: &str) {
    tell("1;31", text);
}

fn tell(style: &str, text: &str) {
    let mut stderr = std::io::stderr().lock();
    let text = plain(text);
    // Nobody has to listen.
    let _ = if stderr.is_terminal() {
        writeln!(stderr, "\x1b[{style}m-- {text}\x1b[0m")
    } else {
        writeln!(stderr, "-- {text}")
    };
}

/// An event in one line.
fn line(name: &str, event: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let actor = event["actor"]["name"].as_str().unwrap_or("-");
    let mut line = format!("{} {name} {} {} {actor}", text(&event["at"]), event["seq"], text(&event["type"]));
    for (kind, objects) in event["changes"].as_object().into_iter().flatten() {
        list(&mut line, kind, objects, changed);
    }
    for (kind, ids) in event["removed"].as_object().into_iter().flatten() {
        list(&mut line, kind, ids, |id| format!("{} removed", short(id)));
    }
    plain(&line)
}

/// More objects than this are only counted.
const FEW: usize = 3;
/// No value is shown longer than this.
const WIDE: usize = 40;

fn list(line: &mut String, kind: &str, objects: &Value, show: impl Fn(&Value) -> String) {
    let objects = objects.as_array().map(Vec::as_slice).unwrap_or_default();
    if objects.len() > FEW {
        line.extend(["  ", &objects.len().to_string(), " ", kind]);
        return;
    }
    for object in objects {
        line.extend(["  ", kind, " ", &show(object)]);
    }
}

fn changed(object: &Value) -> String {
    let mut text = short(&object["id"]);
    let fields = object.as_object().into_iter().flatten();
    for (field, value) in fields.filter(|(field, value)| !["id", "version"].contains(&field.as_str()) && !empty(value))
    {
        let value = value.to_string();
        let cut: String = value.chars().take(WIDE).collect();
        let dots = if cut.len() < value.len() { "…" } else { "" };
        text.extend([" ", field, "=", &cut, dots]);
    }
    text
}

/// In a new object most fields say nothing. That a field became empty is said by `null` and "".
fn empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// The end of an id: its beginning is the time, which many have in common.
fn short(id: &Value) -> String {
    let id = id.as_str().unwrap_or_default();
    format!("…{}", &id[id.len().saturating_sub(6)..])
}

/// What people write must not move a terminal's cursor.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_a_line() {
        let event = json!({
            "project": "p", "seq": 7, "type": "task.moved", "at": "2026-11-20T10:00:00.000Z",
            "actor": {"id": "a", "name": "Alice\u{1b}[2J"}, "cause": "k",
            "changes": {"tasks": [{"id": "0192-abcdef", "version": 7, "title": "x".repeat(60), "position": "a1"}]},
            "removed": {"labels": ["0192-fedcba"]},
        });
        let long = "x".repeat(39);
        assert_eq!(
            line("WEB", &event),
            format!(
                "2026-11-20T10:00:00.000Z WEB 7 task.moved Alice\u{fffd}[2J  tasks …abcdef title=\"{long}… \
                 position=\"a1\"  labels …fedcba removed"
            )
        );
    }

    #[test]
    fn many_objects_are_counted() {
        let task = json!({"id": "0192-abcdef", "version": 7});
        let event = json!({"seq": 7, "type": "timeline.shifted", "at": "now", "actor": null, "changes": {"tasks": [task, task, task, task]}});
        assert_eq!(line("WEB", &event), "now WEB 7 timeline.shifted -  4 tasks");
    }

    #[test]
    fn a_project_is_found_by_id_or_key() {
        let names = [("1", "WEB"), ("2", "APP"), ("3", "APP")].map(|(id, key)| (id.to_owned(), key.to_owned()));
        let names = BTreeMap::from(names);
        assert_eq!(find(&names, "web").unwrap(), "1");
        assert_eq!(find(&names, "3").unwrap(), "3");
        assert!(find(&names, "app").unwrap_err().to_string().contains("2, 3"));
        assert!(find(&names, "x").unwrap_err().to_string().contains("no project"));
    }
}
