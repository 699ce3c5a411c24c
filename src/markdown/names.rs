//! What a text names: tasks (`WEB-12`, `#12`), people (`[@Alice](mention:…)`) and attachments (`attachment:…`).

use std::{
    collections::{BTreeSet, HashMap},
    fmt::{self, Display, Formatter},
};

use comrak::{
    Arena,
    arena_tree::NodeEdge,
    nodes::{Node, NodeValue},
};
use uuid::Uuid;

use super::parse;

/// A task as a text names it: by its number alone, or with a project's key before it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskName {
    pub key: Option<String>,
    pub number: i64,
}

impl Display for TaskName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{key}-{}", self.number),
            None => write!(f, "#{}", self.number),
        }
    }
}

/// What a text names, whether it is there or not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub tasks: BTreeSet<TaskName>,
    pub people: BTreeSet<Uuid>,
    pub attachments: BTreeSet<Uuid>,
}

/// What was found of what a text names.
#[derive(Debug, Default)]
pub struct Known {
    /// The project of the text, for the addresses of its attachments.
    pub project: Uuid,
    /// The page of each task.
    pub tasks: HashMap<TaskName, String>,
    /// The name of each person.
    pub people: HashMap<Uuid, String>,
    pub attachments: BTreeSet<Uuid>,
}

/// Where a link or an image leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Mention(Uuid),
    Attachment(Uuid),
    /// Another site, or a mail.
    Outside,
    /// A page of this server.
    Inside,
    Nowhere,
}

impl Target {
    pub fn of(url: &str) -> Self {
        let id = |scheme: &str| Uuid::try_parse(url.strip_prefix(scheme)?).ok();
        if let Some(id) = id("mention:") {
            return Self::Mention(id);
        }
        if let Some(id) = id("attachment:") {
            return Self::Attachment(id);
        }
        let lower = url.to_ascii_lowercase();
        if ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)) {
            return Self::Outside;
        }
        // `//host` and, to a browser, `/\host` are other sites.
        let inside = url.starts_with('/') && !url[1..].starts_with(['/', '\\']);
        if inside && !url.contains(|c: char| c.is_control()) { Self::Inside } else { Self::Nowhere }
    }
}

/// What this text names.
#[must_use]
pub fn names(text: &str) -> Names {
    let arena = Arena::new();
    let mut names = Names::default();
    for (node, linked) in walk(parse(&arena, text)) {
        match &node.data().value {
            NodeValue::Link(link) | NodeValue::Image(link) => match Target::of(&link.url) {
                Target::Mention(id) => drop(names.people.insert(id)),
                Target::Attachment(id) => drop(names.attachments.insert(id)),
                _ => {}
            },
            NodeValue::Text(text) if !linked => names.tasks.extend(tasks(text).map(|(_, name)| name)),
            _ => {}
        }
    }
    names
}

/// The beginning of what a text says, without its marks, for a list or a mail.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    let arena = Arena::new();
    let mut words = String::new();
    for node in parse(&arena, text).descendants() {
        match &node.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::HtmlInline(html) => words.push_str(html),
            // A block does not go on with the word before it.
            NodeValue::CodeBlock(code) => words.extend([" ", &code.literal]),
            NodeValue::HtmlBlock(html) => words.extend([" ", &html.literal]),
            NodeValue::Emph
            | NodeValue::Strong
            | NodeValue::Strikethrough
            | NodeValue::Link(_)
            | NodeValue::Image(_) => {}
            _ => words.push(' '),
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

/// All nodes in their order, each with whether it is inside of a link or an image. Asking the ancestors of each node would
/// take time by the square of the depth.
pub(super) fn walk(root: Node<'_>) -> Vec<(Node<'_>, bool)> {
    let mut found = vec![];
    let mut links = 0_usize;
    for edge in root.traverse() {
        let (NodeEdge::Start(node) | NodeEdge::End(node)) = edge;
        let is_link = matches!(node.data().value, NodeValue::Link(_) | NodeValue::Image(_));
        if let NodeEdge::Start(_) = edge {
            found.push((node, links > 0));
            links += usize::from(is_link);
        } else {
            links -= usize::from(is_link);
        }
    }
    found
}

/// The tasks that a text names, each with its place in it.
pub(super) fn tasks(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, TaskName)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < text.len() {
            let rest = &text[from..];
            let Some(c) = rest.chars().next() else { break };
            let apart =
                text[..from].chars().next_back().is_none_or(|before| !is_word(before) && !"#&/\\=?.".contains(before));
            let found = if apart { task(rest) } else { None };
            if let Some((length, name)) = found {
                let at = from..from + length;
                from = at.end;
                return Some((at, name));
            }
            from += c.len_utf8();
        }
        None
    })
}

/// The task that a text begins with, and the length of its name.
fn task(text: &str) -> Option<(usize, TaskName)> {
    let (key, digits) = if let Some(digits) = text.strip_prefix('#') {
        (None, digits)
    } else {
        let length = text.find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit())?;
        let (key, rest) = text.split_at(length);
        let fits = (2..=10).contains(&length) && key.starts_with(|c: char| c.is_ascii_uppercase());
        (Some(Some(key.to_owned())).filter(|_| fits)?, rest.strip_prefix('-')?)
    };
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(length);
    let number: i64 = digits.parse().ok().filter(|number| *number > 0 && !digits.starts_with('0'))?;
    let ends = rest.chars().next().is_none_or(|behind| !is_word(behind));
    ends.then(|| (text.len() - rest.len(), TaskName { key, number }))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}
