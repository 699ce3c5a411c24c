//! The document of the API: made from the handlers, completed by what holds for all of them, and served in two
//! versions of the standard. `OpenAPI` 3.2 can say that a body is a sequence of events (`itemSchema`); tools that
//! know only 3.1 get the twin.

mod facts;

use std::{io::Write, sync::Arc};

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema, openapi::OpenApi};

use self::facts::Shape;
use crate::{
    app::App,
    http::{encoding, guard::MIN_SEQ, media, operations::Operations, schema},
};

#[derive(Clone)]
pub struct Documents {
    v31: String,
    v32: String,
    operations: Arc<Operations>,
}

const ABOUT: &str = "Everything that happens in a project is an event of its log, numbered without a gap; \
    the snapshot plus the events behind it is the next snapshot. Streams deliver the same events as they are \
    committed, and go on where they were cut; beside them they say who is there (`presence`), which is in no log.";

impl Documents {
    #[must_use]
    pub fn new(document: &OpenApi) -> Self {
        let v31 = completed(document);
        let operations = Arc::new(Operations::of(&v31));
        let v32 = with_event_streams(v31.clone());
        let pretty = |value: &Value| format!("{value:#}\n");
        Self { v31: pretty(&v31), v32: pretty(&v32), operations }
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

    #[must_use]
    pub fn operations(&self) -> Arc<Operations> {
        self.operations.clone()
    }

    pub fn routes(self) -> Router<App> {
        let document = |text| {
            let served = Served::new(text);
            get(async move |headers: HeaderMap| served.answer(&headers))
        };
        Router::new().route("/api/openapi.json", document(self.v32)).route("/api/openapi-3.1.json", document(self.v31))
    }
}

/// A document as it is sent: all who ask share its bytes, however slowly they read them.
#[derive(Clone)]
struct Served {
    plain: Bytes,
    gzip: Bytes,
}

impl Served {
    fn new(text: String) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail. If it did, everyone would get the plain text.
        let written = gzip.write_all(text.as_bytes()).and_then(|()| gzip.finish());
        Self { gzip: written.unwrap_or_default().into(), plain: text.into() }
    }

    fn answer(self, headers: &HeaderMap) -> Response {
        let zipped = !self.gzip.is_empty() && encoding::accepts(headers, &["gzip", "x-gzip"]);
        let mut response = if zipped { self.gzip } else { self.plain }.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::JSON));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if zipped {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

fn parameter(name: &str, place: &str, required: bool, schema: &Value, about: &str) -> Value {
    json!({"name": name, "in": place, "required": required, "schema": schema, "description": about})
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
        "session": {"type": "apiKey", "in": "cookie", "name": "__Host-sid", "description": "POST /api/v1/session sets it. Over plain HTTP its name is boardcast-sid; the port of the public URL follows, such as boardcast-sid-8080, where it is not the scheme's own"},
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "bc_…"},
    });
    value["components"]["headers"] = facts::headers();
    value["components"]["responses"] = facts::refusals();
    let mut schemas = value["components"]["schemas"].take();
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        complete_schema(name, schema);
    }
    if let Some(paths) = value["paths"].as_object_mut() {
        for (path, operations) in paths.iter_mut() {
            for (method, operation) in operations.as_object_mut().into_iter().flatten() {
                complete(path, method, operation, &schemas);
            }
        }
    }
    value["components"]["schemas"] = schemas;
    value
}

fn complete_schema(name: &str, schema: &mut Value) {
    for (of, more) in facts::schemas() {
        if of == name || of.strip_suffix('*').is_some_and(|stem| name.starts_with(stem)) {
            merge(schema, more);
        }
    }
    if schema["format"] == "uuid" {
        schema["examples"] = facts::uuid_example();
    }
}

/// As in a JSON merge patch, without its deletions.
fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            more.into_iter().for_each(|(name, value)| merge(into.entry(name).or_insert(Value::Null), value));
        }
        (into, more) => *into = more,
    }
}

/// Whether an answer of this schema has such a field.
fn has_field(schema: &Value, name: &str, schemas: &Value) -> bool {
    let referred = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()).map(|of| &schemas[of]);
    referred.is_some_and(|schema| has_field(schema, name, schemas))
        || schema["properties"].get(name).is_some()
        || schema["allOf"].as_array().into_iter().flatten().any(|part| has_field(part, name, schemas))
}

fn complete(path: &str, method: &str, operation: &mut Value, schemas: &Value) {
    let operation_id = operation["operationId"].as_str().unwrap_or_default();
    // `list` alone does not say of what: the name of the handler becomes unique by its noun.
    let id = format!("{}_{operation_id}", operation["tags"][0].as_str().unwrap_or_default());
    operation["operationId"] = id.into();
    complete_body(method, operation);

    let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    let created = &operation["responses"]["201"]["content"]["application/json"]["schema"];
    let has = |name: &str| has_field(answer, name, schemas) || has_field(created, name, schemas);
    let (has_version, has_pages) = (has("version") || path.ends_with("/board"), has("next_cursor"));
    let answers = operation["responses"].as_object().into_iter().flatten();
    let answers_body =
        answers.filter(|(status, _)| status.starts_with('2')).any(|(_, answer)| answer["content"].is_object());
    let answers_bytes = operation["responses"].get("206").is_some();
    let uploads = operation["requestBody"]["content"].get("multipart/form-data").is_some();
    let of_project = path.starts_with("/api/v1/projects/{project}");

    let mut parameters = path_parameters(path);
    // The handlers declare their query parameters.
    if let Some(Value::Array(declared)) = operation.get_mut("parameters").map(Value::take) {
        parameters.extend(declared);
    }
    if of_project && method == "get" {
        let about = "Read your writes at any server: wait until this event, by its number, is seen here, or answer 409 behind \
            after two seconds. A stream goes on from its cursor and passes over it.";
        let schema = json!({"type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_i64});
        parameters.push(parameter(MIN_SEQ, "query", false, &schema, about));
    }
    if method != "get" {
        let key = json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": facts::KEY});
        parameters.push(parameter("Idempotency-Key", "header", false, &key, ABOUT_KEYS));
    }
    let takes_if_match = of_project && matches!(method, "patch" | "put" | "delete");
    if takes_if_match {
        let about = "A version in quotes, or a list of them. When others changed the same fields since: 412.";
        let schema = json!({"type": "string", "pattern": facts::IF_MATCH, "examples": ["\"12\""]});
        parameters.push(parameter("If-Match", "header", false, &schema, about));
    }
    if uploads {
        let about = "1, with a cookie: no form of another page can send it.";
        let schema = json!({"type": "string", "examples": ["1"]});
        parameters.push(parameter("X-Boardcast", "header", false, &schema, about));
    }
    if answers_bytes {
        let range = json!({"type": "string", "examples": ["bytes=0-1023"]});
        parameters.push(parameter("Range", "header", false, &range, "One range of bytes; several are not served."));
        let about = "The entity tag that the range is of; of another content everything is sent.";
        parameters.push(parameter("If-Range", "header", false, &json!({"type": "string"}), about));
    }
    if method == "get" && (has_version || answers_bytes) {
        let about = "Entity tags of what one has, or *: 304 when that is what there is.";
        parameters.push(parameter("If-None-Match", "header", false, &json!({"type": "string"}), about));
    }
    if path.ends_with("/events") {
        let about = "Where a stream goes on.";
        parameters.push(parameter("Last-Event-ID", "header", false, &json!({"type": "string"}), about));
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }

    let public = operation["security"] == json!([{}]);
    if public {
        operation["security"] = json!([]);
    }
    let shape = Shape { path, method, public, answers_body, answers_bytes, takes_if_match };
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut() {
        let names = [
            ("X-Request-Id", true),
            ("ETag", (has_version || answers_bytes) && status != "204"),
            ("Content-Disposition", answers_bytes),
            ("Accept-Ranges", answers_bytes),
            ("Content-Range", status == "206"),
            ("Link", has_pages),
            ("Location", status == "201"),
            ("Idempotency-Replayed", shape.mutates()),
            ("RateLimit-Policy", shape.mutates()),
            ("RateLimit", shape.mutates()),
        ];
        complete_response(status, response, names.into_iter().filter(|(_, has)| *has).map(|(name, _)| name));
    }
    if method == "get" && (has_version || answers_bytes) {
        let unchanged = responses.entry("304").or_insert_with(|| json!({}));
        complete_response("304", unchanged, ["X-Request-Id", "ETag"].into_iter());
    }
    for status in shape.refusals() {
        let refusal = json!({"$ref": format!("#/components/responses/Refused{status}")});
        responses.insert(status.to_string(), refusal);
    }
    responses.insert("default".into(), facts::problem("What else went wrong", &["Retry-After"]));
}

const ABOUT_KEYS: &str = "Makes a retry safe: the same key and body have one effect and one answer, for 24 hours. A key \
    belongs to the caller: all sessions of a person share theirs, and each token has its own. An answer that was given \
    before has Idempotency-Replayed: true, and no secret in it; one that tells of a project is given to its members only.";

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|part| part.split('}').next());
    let parameters = names.map(|name| {
        let (schema, about) = match name {
            "task" | "other" => (json!({"type": "string"}), "its id, its number, or its number as in WEB-12"),
            "seq" => (json!({"type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_i64}), "its number"),
            _ => (json!({"type": "string", "format": "uuid"}), "its id"),
        };
        parameter(name, "path", true, &schema, about)
    });
    parameters.collect()
}

/// An optional body may be left out, and is not `null`; and PATCH takes a merge patch under its own name too.
fn complete_body(method: &str, operation: &mut Value) {
    let Some(body) = operation.get_mut("requestBody") else { return };
    // A file is not JSON, and is not left out.
    if body["content"].get("application/json").is_none() {
        body["required"] = true.into();
        return;
    }
    let schema = &mut body["content"]["application/json"]["schema"];
    let alternatives = schema["oneOf"].as_array().cloned().unwrap_or_default();
    let optional = alternatives.iter().any(|one| one["type"] == "null");
    if let Some(only) = alternatives.into_iter().find(|one| optional && one["type"] != "null") {
        *schema = only;
    }
    body["required"] = (!optional).into();
    if method == "patch" {
        let json = body["content"]["application/json"].clone();
        body["content"]["application/merge-patch+json"] = json;
    }
}

fn complete_response<'a>(status: &str, response: &mut Value, headers: impl Iterator<Item = &'a str>) {
    if response["description"].as_str().is_none_or(str::is_empty) {
        response["description"] = described(status).into();
    }
    response["headers"] = facts::header_refs(headers);
}

fn described(status: &str) -> &'static str {
    match status {
        "201" => "Created",
        "202" => "Begun",
        "204" => "Done",
        "206" => "The part that was asked for",
        "304" => "Nothing happened since",
        _ => "OK",
    }
}

/// The bodies of an operation's answer by media type.
fn content_of(operation: &mut Value) -> Option<&mut Map<String, Value>> {
    operation.pointer_mut("/responses/200/content").and_then(Value::as_object_mut)
}

/// `OpenAPI` 3.2 describes what one event of a stream is.
fn with_event_streams(mut value: Value) -> Value {
    value["openapi"] = "3.2.0".into();
    let item = |data: Value| {
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string", "description": "The cursor to go on from."},
                "event": {"type": "string", "description": "hello, checkpoint, ping, joined, left, notification, presence, reset, bye, or the type of an event of the log; of /admin/live metrics or bye. Readers skip names that they do not know."},
                "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": data},
                "retry": {"type": "integer"},
            },
        })
    };
    for operation in
        value["paths"].as_object_mut().into_iter().flatten().filter_map(|(_, path)| path.as_object_mut()).flatten()
    {
        if let Some(stream) = content_of(operation.1).and_then(|content| content.get_mut(media::EVENT_STREAM)) {
            *stream = json!({"itemSchema": item(stream["schema"].take())});
        }
        if let Some(lines) = content_of(operation.1).and_then(|content| content.get_mut(media::LINES)) {
            let one = Some(lines["schema"].take()).filter(|schema| schema.get("$ref").is_some());
            *lines = json!({"itemSchema": one.unwrap_or_else(|| json!({"$ref": "#/components/schemas/Event"}))});
        }
    }
    value
}
