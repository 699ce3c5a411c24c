//! The document that clients are generated from: what is served is what the repository holds.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Fields, app};

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares with the file; `UPDATE_SNAPSHOTS=1` writes it instead.
fn compare(served: &Value, path: &str) {
    let file = in_repository(path);
    let pretty = format!("{}\n", serde_json::to_string_pretty(served).unwrap());
    if std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1") {
        std::fs::write(&file, pretty).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
    let mut differences = Vec::new();
    differ("", &kept, served, &mut differences);
    assert!(
        differences.is_empty(),
        "the API is not what {path} says. Wanted? UPDATE_SNAPSHOTS=1 cargo test --test api openapi\n{}",
        differences.join("\n")
    );
}

/// Where two documents differ: a whole document in a failure helps nobody.
fn differ(at: &str, old: &Value, new: &Value, out: &mut Vec<String>) {
    if old == new || out.len() > 40 {
        return;
    }
    let (Value::Object(a), Value::Object(b)) = (old, new) else {
        let short = |value: &Value| value.to_string().chars().take(120).collect::<String>();
        out.push(format!("{at}: {} is now {}", short(old), short(new)));
        return;
    };
    for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
        let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        let old = a.get(key).unwrap_or(&Value::Null);
        let new = b.get(key).unwrap_or(&Value::Null);
        differ(&at, old, new, out);
    }
}

#[tokio::test]
async fn the_document_is_the_one_in_the_repository() {
    let (app, ..) = app().await;
    let three_one = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    compare(&three_one, "web/openapi.json");
    let three_two = app.anonymous().get("/api/openapi.json").await.ok();
    compare(&three_two, "tests/api/openapi-3.2.json");
}

#[tokio::test]
async fn both_documents_describe_the_same_operations() {
    let (app, ..) = app().await;
    let old = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let new = app.anonymous().get("/api/openapi.json").await.ok();
    assert!(old.str("openapi").starts_with("3.1."), "{}", old["openapi"]);
    assert!(new.str("openapi").starts_with("3.2."), "{}", new["openapi"]);
    let paths = |document: &Value| -> Vec<String> { document["paths"].as_object().unwrap().keys().cloned().collect() };
    assert_eq!(paths(&old), paths(&new));
}

#[tokio::test]
async fn every_operation_has_a_name_and_every_reference_leads_somewhere() {
    let (app, ..) = app().await;
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let mut names = std::collections::BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation.get("responses").is_none() {
                continue;
            }
            let name = operation.str("operationId");
            assert!(names.insert(name.clone()), "{name} twice");
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{method} {path}");
            let described = operation.get("summary").or(operation.get("description"));
            assert!(described.is_some(), "{method} {path} says nothing about itself");
        }
    }
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect_references(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                out.push(reference.clone());
            }
            object.values().for_each(|value| collect_references(value, out));
        }
        Value::Array(list) => list.iter().for_each(|value| collect_references(value, out)),
        _ => {}
    }
}
