//! The boxes of task lists. A box is named by its line's text and, among lines of the same text, by its turn: two people
//! may tick different boxes at once, and a box that was moved by an edit above it is still the same one.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use comrak::{
    Arena,
    nodes::{LineColumn, Node, NodeValue},
};
use sha2::{Digest, Sha256};

use super::parse;

/// Gives the boxes of one text their names, in the order in which they stand there.
pub(super) struct BoxNames<'a> {
    lines: Vec<&'a str>,
    seen: HashMap<String, usize>,
}

/// Lines as Markdown has them, each with its end.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = vec![];
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        let end = if rest[at..].starts_with("\r\n") { at + 2 } else { at + 1 };
        let (line, behind) = rest.split_at(end);
        lines.push(line);
        rest = behind;
    }
    lines.push(rest);
    lines
}

impl<'a> BoxNames<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { lines: lines(text), seen: HashMap::new() }
    }

    /// The line of a box, and where in it its mark stands.
    fn place(&self, mark: LineColumn) -> Option<(usize, usize)> {
        let (line, column) = (mark.line.checked_sub(1)?, mark.column.checked_sub(1)?);
        let text = self.lines.get(line)?.as_bytes();
        let boxed = text.get(column.checked_sub(1)?) == Some(&b'[') && text.get(column + 1) == Some(&b']');
        (boxed && matches!(text[column], b' ' | b'x' | b'X')).then_some((line, column))
    }

    /// The name of the box whose mark is here.
    pub fn name(&mut self, mark: LineColumn) -> Option<String> {
        let (line, column) = self.place(mark)?;
        let words = self.lines[line][column + 2..].trim();
        let digest = Sha256::digest(words);
        let hash = URL_SAFE_NO_PAD.encode(&digest[..6]);
        let turn = self.seen.entry(hash.clone()).or_insert(0);
        *turn += 1;
        Some(format!("{hash}-{turn}"))
    }
}

pub(super) fn mark(node: Node<'_>) -> Option<LineColumn> {
    match node.data().value {
        NodeValue::TaskItem(item) => Some(item.symbol_sourcepos.start),
        _ => None,
    }
}

/// The text with this box ticked or not; `None` when no line of it has such a box any more.
#[must_use]
pub fn set_box(text: &str, name: &str, ticked: bool) -> Option<String> {
    let arena = Arena::new();
    let mut names = BoxNames::of(text);
    for node in parse(&arena, text).descendants() {
        let Some(mark) = mark(node) else { continue };
        if names.name(mark).as_deref() != Some(name) {
            continue;
        }
        let (line, column) = names.place(mark)?;
        let before: usize = names.lines[..line].iter().map(|line| line.len()).sum();
        let mut text = text.to_owned();
        text.replace_range(before + column..=before + column, if ticked { "x" } else { " " });
        return Some(text);
    }
    None
}
