//! What holds for many operations and many schemas, in tables: a new endpoint gets it without asking.

use serde_json::{Value, json};

const UUID: &str = "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5";
/// No control characters, and one character at least that can be seen.
const LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8][^\\u0000-\\u001f\\u007f-\\u009f]*$";
/// The same without slashes and marks of writing directions, and not of dots alone.
const FILE_NAME: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f/\\\\\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*[^\\s.\\u0000-\\u001f\\u007f-\\u009f/\\\\\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8][^\\u0000-\\u001f\\u007f-\\u009f/\\\\\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$";
/// One character at least that is not blank.
const SOMETHING: &str = "^[^\\u0000]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000]*$";
const DAY: &str = "^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
pub const KEY: &str = "^[!-~]{1,255}$";
pub const IF_MATCH: &str = r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#;

/// What the types of the server cannot say of themselves, by the name of the schema; a name that ends with `*` stands for
/// all that begin so.
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("ShortText*", json!({"pattern": LINE, "examples": ["Water the roses"]})),
        ("FileName", json!({"pattern": FILE_NAME, "examples": ["garden.png"]})),
        ("Body", json!({"pattern": "^[^\\u0000]*$", "examples": ["In the evening."]})),
        ("Email", json!({"format": "email", "examples": ["alice@example.com"]})),
        ("Key", json!({"examples": ["WEB"]})),
        ("TimeZone", json!({"examples": ["Europe/Berlin"]})),
        ("Colour", json!({"examples": ["#4466aa"]})),
        ("Day", json!({"pattern": DAY, "examples": ["2026-11-20"]})),
        (
            "Timestamp",
            json!({"description": "An instant, in answers in UTC with milliseconds.", "examples": ["2026-11-20T10:00:00.000Z"]}),
        ),
        ("Password", json!({"examples": ["four words in a row"]})),
        ("NewComment", json!({"properties": {"body": {"minLength": 1, "pattern": SOMETHING}}})),
        (
            "NewPushSubscription",
            json!({"properties": {"endpoint": {"examples": ["https://push.example.org/send/4fc1b7b4"]}}}),
        ),
        (
            "PushKeys",
            json!({"properties": {
                "p256dh": {"examples": ["BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"]},
                "auth": {"examples": ["BTBZMqHH6r4Tts7J_aSIgg"]},
            }}),
        ),
        ("NewToken", json!({"properties": {"scopes": {"minItems": 1}}})),
        ("NewWebhook", json!({"properties": {"url": {"examples": ["https://hooks.example.org/boards"]}}})),
        ("WebhookPatch", json!({"properties": {"url": {"examples": ["https://hooks.example.org/boards"]}}})),
        // A move names a neighbour.
        ("ColumnPosition", json!({"minProperties": 1})),
        ("ChecklistItemPosition", json!({"minProperties": 1})),
        (
            "Problem",
            json!({"examples": [{
                "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "invalid",
                "detail": "must not be empty", "errors": [{"pointer": "/title", "detail": "must not be empty"}],
                "request_id": UUID,
            }]}),
        ),
    ]
}

/// The example of every id.
pub fn uuid_example() -> Value {
    json!([UUID])
}

/// The headers of answers, by their names in `components`.
pub fn headers() -> Value {
    let header = |about: &str, schema: Value| json!({"description": about, "schema": schema});
    let text = || json!({"type": "string"});
    let number = || json!({"type": "integer", "minimum": 0});
    json!({
        "X-Request-Id": {"description": "The request's id, which the server's log has too.", "required": true, "schema": text()},
        "ETag": header("The version of the object, in quotes; of a snapshot the history and the number of its last event. Compressed on its way it ends with the coding (\"12-gzip\"). For If-None-Match, and for If-Match.", text()),
        "Location": header("The address of what was created.", json!({"type": "string", "format": "uri-reference"})),
        "Link": header("The next page of the list, as rel=\"next\" (RFC 8288).", text()),
        "Retry-After": header("After how many seconds to try again.", number()),
        "RateLimit-Policy": header("The limits that this request counted against: q requests at once, which are all there again after w seconds.", text()),
        "RateLimit": header("What is left: r requests, and t seconds until all are there again, or until the next one after 429.", text()),
        "Idempotency-Replayed": header("true when this is the answer to an earlier request under the same Idempotency-Key. Secrets are not in it: they are written down nowhere.", json!({"type": "string", "enum": ["true"]})),
        "WWW-Authenticate": header("Bearer, and what is wrong with the token that was shown (RFC 6750).", text()),
        "Content-Disposition": header("Whether a browser shows it, and the name to save it under (RFC 6266).", text()),
        "Content-Range": header("Which bytes these are, and of how many.", text()),
        "Accept-Ranges": header("bytes", json!({"type": "string", "enum": ["bytes"]})),
        "Accept-Patch": header("The media types that PATCH takes.", text()),
        "Accept-Encoding": header("How a body may be compressed.", text()),
    })
}

/// What an operation is like, as far as its answers depend on it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself, and all combinations occur")]
pub struct Shape<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub public: bool,
    pub answers_body: bool,
    pub answers_bytes: bool,
    pub takes_if_match: bool,
}

impl Shape<'_> {
    pub fn mutates(&self) -> bool {
        self.method != "get"
    }

    /// The statuses of its refusals.
    pub fn refusals(&self) -> Vec<u16> {
        let signs_in = self.path.contains("/session") && !self.path.contains("/me/") && self.method == "post";
        // An import names its project in the query, a new project a template, an account an invitation, a new password its link.
        let names_another =
            ["/imports", "/projects", "/users", "/password-resets"].iter().any(|end| self.path.ends_with(end));
        let reads_log = ["{project}/events", "/board", "/changes", "/undo", "/redeliver"]
            .iter()
            .any(|end| self.path.ends_with(end));
        let finds = self.path.contains('{')
            || self.path.contains("/invitations/")
            || self.path.contains("/admin/")
            || (self.mutates() && names_another);
        let known = [
            (400, true),
            (401, !self.public || signs_in),
            (403, !self.public || self.mutates()),
            (404, finds),
            (406, self.answers_body && !self.answers_bytes),
            (408, true),
            (
                409,
                if self.mutates() {
                    !self.path.contains("/session")
                } else {
                    self.path.starts_with("/api/v1/projects/{project}")
                },
            ),
            (410, reads_log),
            (412, self.takes_if_match),
            (413, self.mutates()),
            (414, true),
            (415, self.mutates()),
            (416, self.answers_bytes),
            (421, true),
            // At least what is unknown in the query.
            (422, true),
            (429, true),
            (431, true),
            (503, true),
            (507, self.mutates() || self.answers_bytes),
        ];
        known.into_iter().filter(|(_, can)| *can).map(|(status, _)| status).collect()
    }
}

/// The refusals, under their names in `components`.
pub fn refusals() -> Value {
    let about = [
        (400, "It cannot be parsed: the address, a header, or the body", &[][..]),
        (
            401,
            "Nobody is signed in, or the token is not valid (unauthenticated); or what signs in is wrong (wrong_credentials, wrong_code), not enough (second_factor_required), or too late (sign_in_expired)",
            &["WWW-Authenticate"],
        ),
        (
            403,
            "The role or the scope of the token does not reach (forbidden, insufficient_scope, session_required), the policy of the instance forbids it (projects_restricted, invitations_restricted, tokens_restricted) or asks for a second factor first (second_factor_missing), or a request with a cookie comes from another page (csrf)",
            &["WWW-Authenticate"],
        ),
        (404, "It does not exist, or not for this caller", &[]),
        (406, "Accept takes nothing of what is answered", &[]),
        (408, "The request took too long to arrive", &[]),
        (409, "Against the present state, as `code` says", &["Retry-After"]),
        (410, "The log no longer reaches back so far (trimmed)", &[]),
        (412, "Others changed the same since the version in If-Match", &[]),
        (413, "The body is too large", &[]),
        (414, "The address is longer than 8 KiB", &[]),
        (
            415,
            "The body is of another type (unsupported_media_type), or compressed in another way than gzip (unsupported_encoding)",
            &["Accept-Patch", "Accept-Encoding"],
        ),
        (416, "Nothing of it is in the range that was asked for", &["Content-Range"]),
        (421, "The request is for another host (`--hosts`)", &[]),
        (422, "It can be parsed and is not valid: `errors` says where", &[]),
        (429, "Too many requests", &["Retry-After", "RateLimit-Policy", "RateLimit"]),
        (431, "The headers are more than 100, or larger than 32 KiB", &[]),
        (503, "Not now; whether it was done is in `outcome`", &["Retry-After"]),
        (507, "The disk is full, or what keeps the attachments", &[]),
    ];
    let mut all = serde_json::Map::new();
    for (status, about, names) in about {
        all.insert(format!("Refused{status}"), problem(about, names));
    }
    all.into()
}

/// An answer that is a problem.
pub fn problem(about: &str, header_names: &[&str]) -> Value {
    json!({
        "description": about,
        "headers": header_refs(["X-Request-Id"].iter().chain(header_names).copied()),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

pub fn header_refs<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    names
        .map(|name| (name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")})))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
