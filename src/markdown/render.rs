//! From Markdown to the HTML that the page shows.

use comrak::{
    Arena, format_html,
    nodes::{AstNode, Node, NodeList, NodeValue},
};

use super::{
    boxes::{self, BoxNames},
    names::{Known, Target, tasks, walk},
    options, parse,
    sanitize::sanitize,
};

/// What a link to another site says to browsers and search engines.
const OUTSIDE: &str = r#"target="_blank" rel="noopener noreferrer nofollow ugc""#;

/// Whether the boxes of a text can be ticked in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boxes {
    Named,
    Shown,
}

/// A text as HTML that is safe to show. `known` is what was found of what it names.
#[must_use]
pub fn render(text: &str, known: &Known, ticked: Boxes) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let arena = Arena::new();
    let root = parse(&arena, text);
    let mut boxes = BoxNames::of(text);
    let nodes = walk(root);
    for (node, linked) in &nodes {
        let words = match &node.data().value {
            NodeValue::Text(words) if !linked => words.to_string(),
            _ => continue,
        };
        link_tasks(&arena, node, &words, known);
    }
    for (node, linked) in nodes {
        let value = node.data().value.clone();
        match value {
            NodeValue::Link(link) => self::link(&arena, node, &link.url, known),
            NodeValue::Image(image) => self::image(&arena, node, &image.url, linked, known),
            NodeValue::TaskItem(item) => {
                let name = boxes::mark(node).and_then(|mark| boxes.name(mark)).filter(|_| ticked == Boxes::Named);
                tick(&arena, node, name.as_deref(), item.symbol.is_some());
            }
            _ => {}
        }
    }
    flatten(root);
    let mut html = String::new();
    // Writing into a text does not fail.
    let _ = format_html(root, &options(), &mut html);
    sanitize(&html)
}

/// What is nested deeper than this is shown at this depth: what parses HTML takes time by the square of the depth.
const DEEPEST: usize = 50;

fn flatten(root: Node<'_>) {
    let mut rest = vec![(root, 0)];
    while let Some((node, depth)) = rest.pop() {
        // What these hold may stand in what holds them.
        let opens = matches!(
            node.data().value,
            NodeValue::BlockQuote
                | NodeValue::List(_)
                | NodeValue::Item(_)
                | NodeValue::Emph
                | NodeValue::Strong
                | NodeValue::Strikethrough
        );
        let too_deep = opens && depth > DEEPEST;
        rest.extend(node.children().map(|child| (child, if too_deep { depth } else { depth + 1 })));
        if too_deep {
            unwrap(node);
            node.detach();
        }
    }
}

fn raw<'a>(arena: &'a Arena<'a>, html: String) -> Node<'a> {
    arena.alloc(AstNode::from(NodeValue::Raw(html)))
}

/// A text as it may stand in HTML, between tags or in a quoted attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// Put a tag around what a node holds, in place of the node.
fn wrap<'a>(arena: &'a Arena<'a>, node: Node<'a>, open: String, close: &str) {
    node.insert_before(raw(arena, open));
    unwrap(node);
    node.insert_before(raw(arena, close.into()));
    node.detach();
}

/// What a node holds, in place of the node.
fn unwrap(node: Node<'_>) {
    let children: Vec<_> = node.children().collect();
    for child in children {
        node.insert_before(child);
    }
}

fn link<'a>(arena: &'a Arena<'a>, node: Node<'a>, url: &str, known: &Known) {
    match Target::of(url) {
        Target::Mention(id) => match known.people.get(&id) {
            // Under the name that the person has, whatever was written.
            Some(name) => {
                let html = format!(r#"<span class="mention" data-mention="{id}">@{}</span>"#, escaped(name));
                node.insert_before(raw(arena, html));
                node.detach();
            }
            None => drop_link(node),
        },
        Target::Attachment(id) if known.attachments.contains(&id) => {
            wrap(arena, node, format!(r#"<a href="{}">"#, content(known, id)), "</a>");
        }
        Target::Outside => wrap(arena, node, format!(r#"<a href="{}" {OUTSIDE}>"#, escaped(url)), "</a>"),
        Target::Inside => wrap(arena, node, format!(r#"<a href="{}">"#, escaped(url)), "</a>"),
        Target::Attachment(_) | Target::Nowhere => drop_link(node),
    }
}

fn drop_link(node: Node<'_>) {
    unwrap(node);
    node.detach();
}

fn content(known: &Known, attachment: uuid::Uuid) -> String {
    format!("/api/v1/projects/{}/attachments/{attachment}/content", known.project)
}

/// Only what is attached in the same project is shown; an image of another site would tell it who reads.
fn image<'a>(arena: &'a Arena<'a>, node: Node<'a>, url: &str, linked: bool, known: &Known) {
    let mut alt = String::new();
    for below in node.descendants() {
        match &below.data().value {
            NodeValue::Text(text) => alt.push_str(text),
            NodeValue::Code(code) => alt.push_str(&code.literal),
            _ => {}
        }
    }
    match Target::of(url) {
        Target::Attachment(id) if known.attachments.contains(&id) => {
            let html = format!(r#"<img src="{}" alt="{}" loading="lazy">"#, content(known, id), escaped(&alt));
            node.insert_before(raw(arena, html));
        }
        Target::Outside => {
            let words = if alt.trim().is_empty() { url } else { &alt };
            let html = format!(r#"<a href="{}" {OUTSIDE}>{}</a>"#, escaped(url), escaped(words));
            // A link inside of a link is none.
            node.insert_before(raw(arena, if linked { escaped(words) } else { html }));
        }
        _ => node.insert_before(raw(arena, escaped(&alt))),
    }
    node.detach();
}

/// The tasks in a text become links to their pages.
fn link_tasks<'a>(arena: &'a Arena<'a>, node: Node<'a>, text: &str, known: &Known) {
    let mut done = 0;
    for (at, name) in tasks(text) {
        let Some(page) = known.tasks.get(&name) else { continue };
        let before = text[done..at.start].to_owned();
        node.insert_before(arena.alloc(AstNode::from(NodeValue::Text(before.into()))));
        let html = format!(r#"<a class="reference" href="{}">{name}</a>"#, escaped(page));
        node.insert_before(raw(arena, html));
        done = at.end;
    }
    if done > 0 {
        node.data_mut().value = NodeValue::Text(text[done..].to_owned().into());
    }
}

/// A box of a task list, by whose name it can be ticked.
fn tick<'a>(arena: &'a Arena<'a>, node: Node<'a>, name: Option<&str>, ticked: bool) {
    let name = name.map(|name| format!(r#" data-box="{name}""#)).unwrap_or_default();
    let checked = if ticked { " checked" } else { "" };
    let html = format!(r#"<input type="checkbox" disabled{name}{checked}> "#);
    let list = node.parent().and_then(|above| match above.data().value {
        NodeValue::List(list) => Some(list),
        _ => None,
    });
    node.data_mut().value = NodeValue::Item(list.unwrap_or_else(NodeList::default));
    let first = node.first_child().filter(|child| matches!(child.data().value, NodeValue::Paragraph));
    let paragraph = first.unwrap_or_else(|| {
        node.prepend(arena.alloc(AstNode::from(NodeValue::Paragraph)));
        node.first_child().unwrap_or(node)
    });
    paragraph.prepend(raw(arena, html));
}
