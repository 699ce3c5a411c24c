//! The document of the API: made from the handlers, completed by what holds for all of them, and served in two
//! versions of the standard. `OpenAPI` 3.2 can say that a body is a sequence of events (`itemSchema`); tools that
//! know only 3.1 get the twin.

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema, openapi::OpenApi};

use crate::{app::App, http::schema};

#[derive(Clone)]
pub struct Documents {
    v31: String,
    v32: String,
}

const ABOUT: &str = "Everything that happens in a project is an event of its log, numbered without a gap; \
    the snapshot plus the events behind it is the next snapshot. Streams deliver the same events as they are \
    committed, and go on where they were cut.";

impl Documents {
    #[must_use]
    pub fn new(document: &OpenApi) -> Self {
        let v31 = completed(document);
        let v32 = with_event_streams(v31.clone());
        let pretty = |value: &Value| format!("{value:#}\n");
        Self { v31: pretty(&v31), v32: pretty(&v32) }
    }

    /// In `OpenAPI` 3.1.
    #[must_use]
    pub fn v31(&self) -> &str {
        &self.v31
    }

    /// In `OpenAPI` 3.2.
    #[must_use]
    pub fn v32(&self) -> &str {
        &self.v32
    }

    pub fn routes(self) -> Router<App> {
        let document = |text: String| {
            get(async |State(text): State<String>| ([(header::CONTENT_TYPE, "application/json")], text).into_response())
                .with_state(text)
        };
        Router::new().route("/api/openapi.json", document(self.v32)).route("/api/openapi-3.1.json", document(self.v31))
    }
}

fn parameter(name: &str, place: &str, required: bool, schema: &Value, about: &str) -> Value {
    json!({"name": name, "in": place, "required": required, "schema": schema, "description": about})
}

/// Query parameters, by operation: paging and filters are parsed by hand-written types.
const QUERIES: &[(&str, &str, &str, &str)] = &[
    ("get /api/v1/projects", "archived", "string", "false, true or any"),
    ("get /api/v1/projects", "limit", "integer", "1 to 200"),
    ("get /api/v1/projects", "cursor", "string", "next_cursor of the page before"),
    ("get /api/v1/admin/users", "q", "string", "a part of the name or address"),
    ("get /api/v1/admin/users", "limit", "integer", "1 to 200"),
    ("get /api/v1/admin/users", "cursor", "string", "next_cursor of the page before"),
    ("get /api/v1/me/notifications", "unread", "boolean", "only those that are not read"),
    ("get /api/v1/me/notifications", "limit", "integer", "1 to 200"),
    ("get /api/v1/me/notifications", "cursor", "string", "next_cursor of the page before"),
    ("get /api/v1/projects/{project}/people", "q", "string", "a part of the name"),
    ("get /api/v1/projects/{project}/events", "after", "integer", "the last event that is known"),
    ("get /api/v1/projects/{project}/events", "limit", "integer", "1 to 200"),
    ("get /api/v1/projects/{project}/events", "cursor", "string", "where a stream goes on; Last-Event-ID wins"),
    ("get /api/v1/events", "project", "string", "repeated: only these projects"),
    ("get /api/v1/events", "cursor", "string", "where the stream goes on; Last-Event-ID wins"),
    ("delete /api/v1/projects/{project}/columns/{column}", "move_to", "string", "the column that its tasks go to"),
];

/// Whether an operation, named by method and path, takes anything behind the question mark.
#[must_use]
pub fn takes_query(method: &http::Method, path: &str) -> bool {
    let method = if method == http::Method::HEAD { "get".into() } else { method.as_str().to_lowercase() };
    let operation = format!("{method} {path}");
    QUERIES.iter().any(|(name, ..)| *name == operation)
}

fn completed(document: &OpenApi) -> Value {
    let mut value = serde_json::to_value(document).unwrap_or_default();
    value["info"] = json!({
        "title": "Boardcast",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    value["openapi"] = "3.1.0".into();
    value["servers"] = json!([{"url": "/"}]);
    value["security"] = json!([{"session": []}, {"token": []}]);
    let mut schemas = vec![(schema::Problem::name().into_owned(), schema::Problem::schema())];
    schema::Problem::schemas(&mut schemas);
    for (name, schema) in schemas {
        value["components"]["schemas"][name.as_str()] = serde_json::to_value(schema).unwrap_or_default();
    }
    value["components"]["securitySchemes"] = json!({
        "session": {"type": "apiKey", "in": "cookie", "name": "sid", "description": "POST /api/v1/session sets it; over TLS its name is __Host-sid"},
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "bc_…"},
    });
    if let Some(paths) = value["paths"].as_object_mut() {
        for (path, operations) in paths.iter_mut() {
            for (method, operation) in operations.as_object_mut().into_iter().flatten() {
                complete(path, method, operation);
            }
        }
    }
    value
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let mut parameters = vec![];
    for name in path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
        let is_task = matches!(name, "task" | "other");
        let schema = if is_task { json!({"type": "string"}) } else { json!({"type": "string", "format": "uuid"}) };
        let about = if is_task { "its id, its number, or its number as in WEB-12" } else { "its id" };
        parameters.push(parameter(name, "path", true, &schema, about));
    }
    let name = format!("{method} {path}");
    for (_, query, kind, about) in QUERIES.iter().filter(|(operation, ..)| *operation == name) {
        parameters.push(parameter(query, "query", false, &json!({"type": kind}), about));
    }
    if method != "get" {
        let key = json!({"type": "string", "minLength": 1, "maxLength": 255});
        let about = "Makes a retry safe: the same key and body have one effect and one answer, for 24 hours.";
        parameters.push(parameter("Idempotency-Key", "header", false, &key, about));
    }
    if path.contains("/projects/{project}") && matches!(method, "patch" | "put" | "delete") {
        let about = "A version in quotes. When others changed the same fields since: 412.";
        parameters.push(parameter("If-Match", "header", false, &json!({"type": "string"}), about));
    }
    if path.ends_with("/events") {
        parameters.push(parameter(
            "Last-Event-ID",
            "header",
            false,
            &json!({"type": "string"}),
            "Where a stream goes on.",
        ));
    }
    // `user` alone does not say which: the name of the handler becomes unique by its tag.
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let tag = operation["tags"][0].as_str().unwrap_or_default().to_owned();
    operation["operationId"] = format!("{tag}_{id}").into();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    let problem = json!({
        "description": "What went wrong",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    if let Some(responses) = operation["responses"].as_object_mut() {
        for (status, response) in responses.iter_mut() {
            if response["description"].as_str().is_none_or(str::is_empty) {
                response["description"] = described(status).into();
            }
        }
        responses.insert("default".into(), problem);
    }
}

fn described(status: &str) -> &'static str {
    match status {
        "201" => "Created",
        "204" => "Done",
        "304" => "Nothing happened since",
        _ => "OK",
    }
}

/// `OpenAPI` 3.2 describes what one event of a stream is.
fn with_event_streams(mut value: Value) -> Value {
    value["openapi"] = "3.2.0".into();
    let item = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "The cursor to go on from."},
            "event": {"type": "string", "description": "hello, checkpoint, ping, joined, left, notification, reset, bye, or the type of an event of the log."},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": "#/components/schemas/Event"}},
            "retry": {"type": "integer"},
        },
    });
    for operation in
        value["paths"].as_object_mut().into_iter().flatten().filter_map(|(_, path)| path.as_object_mut()).flatten()
    {
        let content = operation.1.pointer_mut("/responses/200/content").and_then(Value::as_object_mut);
        if let Some(stream) = content.and_then(|content: &mut Map<String, Value>| content.get_mut("text/event-stream"))
        {
            *stream = json!({"itemSchema": item});
        }
    }
    value
}
