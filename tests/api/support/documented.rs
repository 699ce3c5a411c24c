//! Whether the `OpenAPI` document has what the server answers.

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// As it is now: a new operation is tried before its snapshot is built into anything.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/openapi-3.2.json");
    serde_json::from_slice(&std::fs::read(path).expect("the document is there")).expect("the document is JSON")
});

/// A path of the document, segment by segment, and its operations. A segment in braces stands for any.
type PathItem = (Vec<&'static str>, &'static Map<String, Value>);

/// What names more segments comes first.
static PATHS: LazyLock<Vec<PathItem>> = LazyLock::new(|| {
    let paths = DOCUMENT["paths"].as_object().expect("the document has paths");
    let mut all: Vec<_> = paths
        .iter()
        .map(|(path, operations)| (path.split('/').collect::<Vec<_>>(), operations.as_object().expect("operations")))
        .collect();
    all.sort_by_key(|(segments, _)| segments.iter().filter(|segment| segment.starts_with('{')).count());
    all
});

fn fits(template: &[&str], path: &str) -> bool {
    let segments = path.split('/').collect::<Vec<_>>();
    segments.len() == template.len()
        && template
            .iter()
            .zip(segments)
            .all(|(wanted, given)| *wanted == given || (wanted.starts_with('{') && !given.is_empty()))
}

/// Nothing when the operation names this status, or is in no document; what is missing otherwise.
pub fn missing(method: &str, path: &str, status: u16) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let whole = if path.starts_with("/api") { path.to_owned() } else { format!("/api/v1{path}") };
    let (template, operations) = PATHS.iter().find(|(template, _)| fits(template, &whole))?;
    let method = if method == "HEAD" { "get".into() } else { method.to_lowercase() };
    // 405 is of a path, and of no operation.
    let answers = operations.get(&method)?["responses"].as_object()?;
    let named = answers.contains_key(&status.to_string());
    (!named).then(|| format!("the document has no {status} for {method} {}", template.join("/")))
}
