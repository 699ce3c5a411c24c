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

/// The operations of the document by `METHOD path`.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |path: &String, methods: &Value| -> Vec<(String, Value)> {
        let methods = methods.as_object().unwrap();
        methods.iter().map(|(method, of)| (format!("{} {path}", method.to_uppercase()), of.clone())).collect()
    };
    paths.iter().flat_map(|(path, methods)| of_path(path, methods)).collect()
}

/// Where a reference leads, or the value itself.
fn followed<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"].as_str().map_or(value, |path| document.pointer(path.trim_start_matches('#')).unwrap())
}

#[tokio::test]
async fn every_operation_says_what_it_refuses_and_which_headers_it_answers() {
    let (app, ..) = app().await;
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    for (name, operation) in operations(&document) {
        let (method, path) = name.split_once(' ').unwrap();
        let answers = operation["responses"].as_object().unwrap();
        let has = |status: &str| answers.contains_key(status);
        let public = operation["security"] == serde_json::json!([]);
        let of_project = path.starts_with("/api/v1/projects/{project}");
        let expected = [
            ("400", true),
            ("503", true),
            ("401", !public),
            ("404", path.contains('{')),
            ("409", method != "GET" && of_project),
            ("412", matches!(method, "PUT" | "PATCH" | "DELETE") && of_project),
            ("413", method != "GET"),
            ("415", method != "GET"),
            ("408", true),
            ("414", true),
            ("421", true),
            ("422", true),
            ("429", true),
            ("431", true),
            ("507", method != "GET"),
        ];
        for (status, expected) in expected {
            assert!(has(status) || !expected, "{name}: {status}");
        }
        for (status, answer) in answers {
            let answer = followed(&document, answer);
            let headers: Vec<&String> = answer["headers"].as_object().unwrap().keys().collect();
            let names = |name: &str| headers.iter().any(|known| *known == name);
            assert!(names("X-Request-Id"), "{name} {status}");
            assert!(status != "201" || names("Location"), "{name} {status}");
            assert!(!["429", "503"].contains(&status.as_str()) || names("Retry-After"), "{name} {status}");
            assert!(status != "401" || names("WWW-Authenticate"), "{name} {status}");
            assert!(!answer.to_string().contains("/List_") || names("Link"), "{name} {status}");
        }
        let body = &operation["requestBody"]["content"];
        assert_eq!(method == "PATCH", body.get("application/merge-patch+json").is_some(), "{name}");
        assert!(!body.to_string().contains("\"null\""), "{name} takes null for a body");
    }
}

#[tokio::test]
async fn what_is_bounded_is_documented_with_its_bounds() {
    let (app, ..) = app().await;
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let schemas = &document["components"]["schemas"];
    for (pointer, expected) in [
        ("/Day/format", serde_json::json!("date")),
        ("/Email/format", serde_json::json!("email")),
        ("/NewInvitation/properties/expires_in_days/minimum", serde_json::json!(1)),
        ("/NewInvitation/properties/expires_in_days/maximum", serde_json::json!(90)),
        ("/NewColumn/properties/wip_limit/minimum", serde_json::json!(1)),
        ("/NewToken/properties/scopes/minItems", serde_json::json!(1)),
        ("/UserId/format", serde_json::json!("uuid")),
    ] {
        assert_eq!(schemas.pointer(pointer), Some(&expected), "{pointer}");
    }
    for name in ["Day", "ShortText100", "ShortText255", "Body", "Key", "Colour"] {
        assert!(schemas[name]["pattern"].is_string(), "{name}");
    }
    for (name, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let schema = followed(&document, &parameter["schema"]);
            let said = match parameter.str("name").as_str() {
                "limit" => (schema["minimum"] == 1 && schema["maximum"] == 200).then_some(()),
                "Idempotency-Key" | "If-Match" => schema["pattern"].as_str().map(|_| ()),
                "archived" => schema["enum"].as_array().map(|_| ()),
                "status" => schema["items"]["enum"].as_array().map(|_| ()),
                "move_to" | "project" | "user" => {
                    (schema["format"] == "uuid" || schema["type"] == "array").then_some(())
                }
                _ => Some(()),
            };
            assert!(said.is_some(), "{name}: {parameter}");
        }
        let id = operation.str("operationId");
        let noun = id.split('_').next().unwrap();
        // A noun of its own, not the one of the screen that shows it.
        assert_eq!(noun == "milestones", name.contains("/milestones"), "{name} is {id}");
        assert_eq!(noun == "sessions", name.contains("/me/sessions"), "{name} is {id}");
    }
}
