//! Markdown as people write it, and the HTML that the page shows: `CommonMark` with tables, strikethrough, task lists and
//! bare addresses. Nothing here reads the database: [`names`] says what a text names, the caller looks it up, and
//! [`render`] takes what was found.

mod boxes;
mod names;
mod render;
mod sanitize;
#[cfg(test)]
mod tests;

use comrak::{Arena, Options, nodes::Node, parse_document};

pub use boxes::set_box;
pub use names::{Known, Names, TaskName, excerpt, names};
pub use render::{Boxes, escaped, render};
pub use sanitize::for_mail;

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    // A line ends where its writer ended it.
    options.render.hardbreaks = true;
    // HTML is a text like any other, and shown as it was typed.
    options.render.escape = true;
    options
}

fn parse<'a>(arena: &'a Arena<'a>, text: &str) -> Node<'a> {
    parse_document(arena, text, &options())
}
