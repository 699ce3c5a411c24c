//! The texts of a file as HTML, on two threads: rendering costs more than writing.

use std::thread;

use crate::markdown::{self, Boxes, Known};

const THREADS: usize = 2;

/// Render texts in their order. It takes a while: call it where nothing waits.
pub fn render_all(texts: &[String], known: &Known, boxes: Boxes) -> Vec<String> {
    if texts.len() < 2 * THREADS {
        return texts.iter().map(|text| markdown::render(text, known, boxes)).collect();
    }
    let part = texts.len().div_ceil(THREADS);
    thread::scope(|scope| {
        let works: Vec<_> = texts
            .chunks(part)
            .map(|texts| {
                scope.spawn(move || texts.iter().map(|text| markdown::render(text, known, boxes)).collect::<Vec<_>>())
            })
            .collect();
        // A text that cannot be rendered is shown as nothing, and stays as it was written.
        works
            .into_iter()
            .zip(texts.chunks(part))
            .flat_map(|(work, texts)| work.join().unwrap_or_else(|_| vec![String::new(); texts.len()]))
            .collect()
    })
}
