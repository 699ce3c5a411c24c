//! `boardcast tail`: the events of one project or of all, a line each, as they happen. It checks that they arrive once, in
//! order and each following from the one before by its chain, and reports what is wrong: a tool for finding mistakes in a server or in a proxy before it.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal, Write},
    thread,
    time::Duration,
};

use clap::Args;
use rustix::event::{PollFd, PollFlags, poll};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    task::spawn_blocking,
    time,
};

use crate::{
    base::{chain::Chain, output},
    client::{Api, Arrival, ChainCheck, Credential, Failure, Order, OwnedFrame, Stream, host},
    log::is_field,
};

/// Print the events of projects as they happen, and say what is wrong with them.
///
/// One event a line: instant, project, number, type, who, and in short what changed. Goes on
/// where it was after a cut. A gap, a double, a wrong order, a wrong chain or a reset is said on
/// the standard error, and ends the command with an error when it ends: by Ctrl-C, by --count, or because
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

/// How long to wait before connecting again, where the server did not say.
const RETRY: Duration = Duration::from_secs(1);
const MAX_RETRY: Duration = Duration::from_secs(30);
/// A stream that is silent for this long is dead: the server pings it about every 15 s.
const SILENCE: Duration = Duration::from_secs(45);
/// How many events of the log are asked for at once.
const PAGE: usize = 200;

/// Follow until a signal or the options end it; answers whether everything arrived as it should.
pub async fn run(options: Options) -> Result<bool, String> {
    let mut tail = Tail::new(options).await?;
    let stop = |kind| signal(kind).map_err(|error| error.to_string());
    let (mut interrupt, mut terminate) = (stop(SignalKind::interrupt())?, stop(SignalKind::terminate())?);
    tokio::select! {
        ended = tail.follow() => ended?,
        () = reader_gone() => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(tail.correct)
}

/// A page of the log, its events as the server wrote them: their chain is over their bytes.
#[derive(Default, Deserialize)]
struct Page {
    items: Vec<Box<RawValue>>,
}

/// Resolves when the reader of the standard output went away, as `head` does. The next event, which would find that out, may
/// be hours away.
async fn reader_gone() {
    let (gone, noticed) = oneshot::channel();
    let watching = thread::Builder::new().spawn(move || {
        let stdout = io::stdout();
        // Nothing is asked for: an end that is gone is always told.
        let mut fds = [PollFd::new(&stdout, PollFlags::empty())];
        while poll(&mut fds, None) == Err(rustix::io::Errno::INTR) {}
        let _ = gone.send(());
    });
    if watching.is_err() || noticed.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Print a line. It waits for the reader, and nothing else waits then: signals are still heard. Answers whether it is
/// still read.
async fn print(line: String) -> bool {
    let written = spawn_blocking(move || writeln!(io::stdout(), "{line}"));
    written.await.is_ok_and(|written| written.is_ok())
}

/// The command is done: it has shown enough events, or there is nothing left to show.
struct Done;

struct Tail {
    options: Options,
    api: Api,
    host: String,
    path: String,
    /// The keys of the projects, by their ids.
    names: BTreeMap<String, String>,
    /// How the events of each project have arrived so far.
    orders: BTreeMap<String, Order>,
    /// Whether they follow from each other.
    chains: BTreeMap<String, ChainCheck>,
    cursor: Option<String>,
    /// How many more events to show.
    left: Option<u64>,
    /// Nothing was wrong so far.
    correct: bool,
}

impl Tail {
    async fn new(options: Options) -> Result<Self, Failure> {
        let mut api = Api::new(&options.url, Credential::Token(options.token.clone()))?;
        let names = projects(&mut api).await?;
        let mut tail = Self {
            host: host(&options.url)?,
            path: "/events".into(),
            orders: BTreeMap::new(),
            chains: BTreeMap::new(),
            cursor: None,
            left: options.count,
            correct: true,
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
            let mut retry = RETRY;
            match self.connection(&mut retry).await {
                Ok(Some(Done)) => return Ok(()),
                Ok(None) => note(&format!("the stream ended; again in {:.1} s", retry.as_secs_f64())),
                Err(Failure::Refused(why)) => return Err(Failure::Refused(why)),
                Err(Failure::Broken(why)) => note(&format!("cut ({why}); again in {:.1} s", retry.as_secs_f64())),
            }
            time::sleep(retry).await;
        }
    }

    /// One connection to its end. `retry` becomes how long the server wants the client to wait before the next one.
    async fn connection(&mut self, retry: &mut Duration) -> Result<Option<Done>, Failure> {
        let cursor = self.cursor.clone();
        let mut stream = Stream::open(&self.host, &self.path, &self.options.token, cursor.as_deref()).await?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let silent = |_| Failure::Broken(format!("silent for {} s", SILENCE.as_secs()));
            time::timeout(SILENCE, stream.readable()).await.map_err(silent)??;
            let mut frames = vec![];
            let goes_on = stream.read(&mut buffer, |frame| {
                if let Some(ms) = frame.retry {
                    *retry = Duration::from_millis(ms).min(MAX_RETRY);
                }
                frames.push(frame.to_owned());
            })?;
            for frame in frames {
                if let Some(Done) = self.frame(&frame).await? {
                    return Ok(Some(Done));
                }
                // Only now: after a cut, a frame that was not shown yet has to be sent again.
                self.cursor = frame.id.or(self.cursor.take());
            }
            if !goes_on {
                return Ok(None);
            }
        }
    }

    async fn frame(&mut self, frame: &OwnedFrame) -> Result<Option<Done>, Failure> {
        let data: Value = serde_json::from_str(&frame.data).unwrap_or_default();
        let project = data["project"].as_str().unwrap_or_default();
        match frame.event.as_str() {
            "hello" => return self.hello(&data).await,
            "reset" => self.reset(&data),
            "joined" => {
                self.names = projects(&mut self.api).await?;
                self.orders.insert(project.into(), Order::after(data["from"].as_i64().unwrap_or(0)));
                self.chain(project, &data);
                note(&format!("{} joined at {}", self.name(project), data["head"]));
            }
            "left" => {
                self.orders.remove(project);
                note(&format!("{} left: {}", self.name(project), data["reason"].as_str().unwrap_or("removed")));
                if self.options.project.is_some() {
                    return Ok(Some(Done));
                }
            }
            "bye" => note(&format!("the server says goodbye: {}", data["reason"].as_str().unwrap_or_default())),
            _ if data["seq"].is_i64() => return Ok(self.event(&data, &frame.data).await),
            _ => {}
        }
        Ok(None)
    }

    /// The first frame of a connection: from which event on it sends, for each project.
    async fn hello(&mut self, hello: &Value) -> Result<Option<Done>, Failure> {
        let again = !self.orders.is_empty();
        let heads = hello["projects"].as_object().cloned().unwrap_or_default();
        note(&format!("{} at {}", if again { "connected again" } else { "connected" }, self.positions(&heads)));
        self.reset(hello);
        for (project, position) in &heads {
            self.chain(project, position);
            let (from, head) = (position["from"].as_i64().unwrap_or(0), position["head"].as_i64().unwrap_or(0));
            if position["status"] != "reset"
                && self.cursor.is_some()
                && let Some(order) = self.orders.get_mut(project)
            {
                let missing = order.resume(from);
                self.gap(project, missing, from + 1);
                continue;
            }
            let begin = self.orders.get(project).map(Order::last).or(self.options.since);
            match begin.or(self.options.all.then_some(0)) {
                // What lies between is read from the log.
                Some(begin) if position["status"] != "reset" => {
                    if let Some(Done) = self.log(project, begin, head).await? {
                        return Ok(Some(Done));
                    }
                }
                _ => _ = self.orders.insert(project.clone(), Order::after(head)),
            }
        }
        Ok(None)
    }

    fn positions(&self, heads: &serde_json::Map<String, Value>) -> String {
        let heads = heads.iter().map(|(project, position)| format!("{} {}", self.name(project), position["head"]));
        let heads: Vec<String> = heads.collect();
        if heads.is_empty() { "nothing: the token has no project".into() } else { heads.join(", ") }
    }

    /// Show the events of the log after `begin`, up to `head`.
    async fn log(&mut self, project: &str, begin: i64, head: i64) -> Result<Option<Done>, Failure> {
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
            let page: Page = serde_json::from_slice(&answer.bytes).unwrap_or_default();
            if page.items.is_empty() {
                return Err(Failure::Broken(format!("{}: the log ends before {head}", self.name(project))));
            }
            for text in page.items.iter().map(|event| event.get()) {
                let event: Value = serde_json::from_str(text).unwrap_or_default();
                after = event["seq"].as_i64().unwrap_or(head);
                if after > head {
                    break;
                }
                if let Some(Done) = self.event(&event, text).await {
                    return Ok(Some(Done));
                }
            }
        }
        Ok(None)
    }

    /// Note the resets that the server announces: for each project, the events that it will not send.
    fn reset(&mut self, said: &Value) {
        for (project, position) in said["projects"].as_object().into_iter().flatten() {
            let head = position["head"].as_i64().unwrap_or(0);
            if position["status"] == "reset"
                && let Some(order) = self.orders.get_mut(project)
            {
                let skipped = order.reset(head);
                self.correct = false;
                let reason = position["reason"].as_str().unwrap_or_default();
                fault(&format!("reset of {} ({reason}): {skipped} are left out up to {head}", self.name(project)));
            }
        }
    }

    /// The server says which chain the event has behind which it goes on.
    fn chain(&mut self, project: &str, position: &Value) {
        let seq = if position["status"] == "reset" { &position["head"] } else { &position["from"] };
        let (Some(seq), Some(chain)) = (seq.as_i64(), position["chain"].as_str().and_then(Chain::parse)) else {
            return;
        };
        let known = self.chains.entry(project.into()).or_default().told(seq, chain);
        if !known && position["status"] != "reset" {
            self.correct = false;
            fault(&format!("another history of {}: its event {seq} is not the one that came", self.name(project)));
        }
    }

    fn gap(&mut self, project: &str, missing: u64, seq: i64) {
        if missing > 0 {
            self.correct = false;
            fault(&format!("gap in {}: {missing} are missing before {seq}", self.name(project)));
        }
    }

    async fn event(&mut self, event: &Value, text: &str) -> Option<Done> {
        let project = event["project"].as_str().unwrap_or_default();
        let seq = event["seq"].as_i64().unwrap_or(0);
        let order = self.orders.entry(project.into()).or_insert_with(|| Order::after(seq - 1));
        match order.arrived(seq) {
            Arrival::Next => {}
            Arrival::Repeated => return None,
            Arrival::Gap(missing) => self.gap(project, missing, seq),
            Arrival::OutOfOrder => {
                self.correct = false;
                fault(&format!("out of order in {}: {seq}", self.name(project)));
            }
            Arrival::Duplicate => {
                self.correct = false;
                fault(&format!("double in {}: {seq}", self.name(project)));
                return None;
            }
        }
        if !self.chains.entry(project.into()).or_default().follows(seq, text) {
            self.correct = false;
            fault(&format!("another history of {}: {seq} does not follow from the event before", self.name(project)));
        }
        let line = if self.options.json { text.to_owned() } else { line(&self.name(project), event) };
        // A closed pipe, as `head` leaves it, ends the command.
        if !print(line).await {
            return Some(Done);
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        (self.left == Some(0)).then_some(Done)
    }

    fn name(&self, project: &str) -> String {
        self.names.get(project).cloned().unwrap_or_else(|| project.into())
    }
}

/// The keys of the projects that the token reaches, by the projects' ids.
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

/// Write on the standard error what is not an event.
fn note(text: &str) {
    log("2", text);
}

fn fault(text: &str) {
    log("1;31", text);
}

fn log(style: &str, text: &str) {
    let text = plain(text);
    let line =
        if io::stderr().is_terminal() { format!("\x1b[{style}m-- {text}\x1b[0m\n") } else { format!("-- {text}\n") };
    // A standard error that is closed, or that nothing reads, is no reason to stop.
    output::stderr().line(line.as_bytes());
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
const MAX_OBJECTS: usize = 3;
/// At most this many characters of a value are shown.
const MAX_VALUE: usize = 40;

fn list(line: &mut String, kind: &str, objects: &Value, show: impl Fn(&Value) -> String) {
    let objects = objects.as_array().map(Vec::as_slice).unwrap_or_default();
    if objects.len() > MAX_OBJECTS {
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
    for (field, value) in fields.filter(|(field, value)| is_field(field) && !empty(value)) {
        let value = value.to_string();
        let cut: String = value.chars().take(MAX_VALUE).collect();
        let dots = if cut.len() < value.len() { "…" } else { "" };
        text.extend([" ", field, "=", &cut, dots]);
    }
    text
}

/// An empty list is not shown: a new object has several. An emptied text or date is `null` or "", and is shown.
fn empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// The end of an id: its beginning is a time, and much the same for all ids.
fn short(id: &Value) -> String {
    let id = id.as_str().unwrap_or_default();
    format!("…{}", &id[id.len().saturating_sub(6)..])
}

/// Replace control characters: a title must not move the terminal's cursor.
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
