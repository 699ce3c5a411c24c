//! The envelope: JSON-RPC in the revisions of the protocol that are spoken, and what a message must say to be one of them.
//! The present revision knows no handshake: each request says its version, in a header and in the body, and the two agree.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

/// The present revision …
pub const CURRENT: &str = "2026-07-28";
/// … and those before it, which begin with a handshake; the latest first.
pub const EARLIER: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];
/// What a request without a version is of: the header is younger than this revision. It alone knows batches.
const UNSAID: &str = "2025-03-26";

const VERSION_IN_BODY: &str = "io.modelcontextprotocol/protocolVersion";

const PARSE_ERROR: i64 = -32_700;
const INVALID_REQUEST: i64 = -32_600;
const METHOD_NOT_FOUND: i64 = -32_601;
const INVALID_PARAMS: i64 = -32_602;
const HEADER_MISMATCH: i64 = -32_020;
const UNSUPPORTED_VERSION: i64 = -32_022;

/// The revision that a message is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revision {
    Current,
    Earlier(&'static str),
}

/// A request of a client.
#[derive(Debug)]
pub struct Asked {
    pub id: Value,
    pub method: String,
    pub params: Map<String, Value>,
    pub revision: Revision,
}

/// What a client sends.
#[derive(Debug)]
pub enum Message {
    Request(Asked),
    /// A notification, or the answer to a question that was never asked.
    Notice,
    /// What is refused, under the id that it has, if it has one.
    Wrong(Value, Failure),
}

/// Why a message is refused.
#[derive(Debug, PartialEq)]
pub struct Failure {
    status: StatusCode,
    code: i64,
    message: String,
    data: Option<Value>,
}

impl Failure {
    fn new(code: i64, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into(), data: None }
    }

    pub fn not_json(error: &serde_json::Error) -> Self {
        Self::new(PARSE_ERROR, format!("the body is not JSON: {error}"))
    }

    pub fn no_request(message: &str) -> Self {
        Self::new(INVALID_REQUEST, message)
    }

    /// Not an error of HTTP: the request is one, and its parameters are wrong.
    pub fn params(message: impl Into<String>) -> Self {
        Self { status: StatusCode::OK, ..Self::new(INVALID_PARAMS, message) }
    }

    pub fn unknown_method(asked: &Asked) -> Self {
        // In earlier revisions 404 tells of an address that is none.
        let status = if asked.revision == Revision::Current { StatusCode::NOT_FOUND } else { StatusCode::OK };
        Self { status, ..Self::new(METHOD_NOT_FOUND, format!("there is no method {}", shortened(&asked.method))) }
    }

    fn mismatch(message: impl Into<String>) -> Self {
        Self::new(HEADER_MISMATCH, message)
    }

    fn unsupported(version: &str) -> Self {
        let data = json!({"supported": supported(), "requested": shortened(version)});
        Self { data: Some(data), ..Self::new(UNSUPPORTED_VERSION, "this version of the protocol is not spoken here") }
    }

    /// The message that says it.
    pub fn body(&self, id: &Value) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some(data) = &self.data {
            error["data"] = data.clone();
        }
        json!({"jsonrpc": "2.0", "id": id, "error": error})
    }

    pub fn respond(&self, id: &Value) -> Response {
        (self.status, Json(self.body(id))).into_response()
    }
}

/// The revisions that are spoken, the present one first.
pub fn supported() -> Vec<&'static str> {
    [CURRENT].into_iter().chain(EARLIER).collect()
}

/// What a client says, short enough to be said again.
fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

/// The version in the header; nothing of one that is not ASCII.
fn version_of(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let Some(value) = headers.get("mcp-protocol-version") else { return Ok(None) };
    value.to_str().map(Some).map_err(|_| Failure::mismatch("MCP-Protocol-Version is not ASCII"))
}

fn earlier(version: &str) -> Option<&'static str> {
    EARLIER.into_iter().find(|known| *known == version)
}

/// Whether a body may be a list of messages: only one revision knew that.
pub fn takes_batches(headers: &HeaderMap) -> Result<bool, Failure> {
    Ok(version_of(headers)?.unwrap_or(UNSAID) == UNSAID)
}

/// The revision that the latest handshake agrees on.
pub fn agreed(params: &Map<String, Value>) -> &'static str {
    let wanted = params.get("protocolVersion").and_then(Value::as_str).unwrap_or_default();
    earlier(wanted).unwrap_or(EARLIER[0])
}

impl Message {
    /// Read a message, whose headers must say what it says itself.
    pub fn read(message: Value, headers: &HeaderMap) -> Self {
        let Value::Object(mut message) = message else {
            return Self::Wrong(Value::Null, Failure::no_request("a message is an object"));
        };
        let id = message.remove("id");
        let has_id = id.is_some();
        let id = id.filter(|id| id.is_string() || id.is_i64() || id.is_u64());
        match Self::request(message, (has_id, id.as_ref()), headers) {
            Ok(message) => message,
            Err(failure) => Self::Wrong(id.unwrap_or(Value::Null), failure),
        }
    }

    fn request(
        mut message: Map<String, Value>,
        (has_id, id): (bool, Option<&Value>),
        headers: &HeaderMap,
    ) -> Result<Self, Failure> {
        if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return Err(Failure::no_request("jsonrpc must be 2.0"));
        }
        let method = match message.remove("method") {
            Some(Value::String(method)) => method,
            None if message.contains_key("result") || message.contains_key("error") => return Ok(Self::Notice),
            _ => return Err(Failure::no_request("a request has a method")),
        };
        if !has_id {
            return Ok(Self::Notice);
        }
        let id = id.ok_or_else(|| Failure::no_request("the id of a request is a text or a whole number"))?;
        let params = match message.remove("params") {
            Some(Value::Object(params)) => params,
            None => Map::new(),
            Some(_) => return Err(Failure::params("params must be an object")),
        };
        let revision = revision(&method, &params, headers)?;
        Ok(Self::Request(Asked { id: id.clone(), method, params, revision }))
    }
}

fn revision(method: &str, params: &Map<String, Value>, headers: &HeaderMap) -> Result<Revision, Failure> {
    let header = version_of(headers)?;
    let body = params.get("_meta").and_then(|meta| meta.get(VERSION_IN_BODY)).and_then(Value::as_str);
    let Some(body) = body else {
        return match header {
            _ if method == "initialize" => Ok(Revision::Earlier(agreed(params))),
            Some(CURRENT) => Err(Failure::mismatch(format!("_meta has no {VERSION_IN_BODY}"))),
            Some(version) => earlier(version).map(Revision::Earlier).ok_or_else(|| Failure::unsupported(version)),
            None => Ok(Revision::Earlier(UNSAID)),
        };
    };
    if header != Some(body) {
        return Err(Failure::mismatch("MCP-Protocol-Version is missing, or is another version than the body's"));
    }
    if body != CURRENT {
        return earlier(body).map(Revision::Earlier).ok_or_else(|| Failure::unsupported(body));
    }
    same(headers, "mcp-method", method)?;
    if method == "tools/call" {
        same(headers, "mcp-name", params.get("name").and_then(Value::as_str).unwrap_or_default())?;
    }
    Ok(Revision::Current)
}

/// Refuse a header that does not say what the body says: what stands between may have acted on it.
fn same(headers: &HeaderMap, name: &str, body: &str) -> Result<(), Failure> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let value = value.ok_or_else(|| Failure::mismatch(format!("the header {name} is missing, or not ASCII")))?;
    let coded = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?="));
    let said = match coded {
        Some(coded) => STANDARD.decode(coded).ok().and_then(|bytes| String::from_utf8(bytes).ok()),
        None => Some(value.to_owned()),
    };
    if said.as_deref() == Some(body) {
        return Ok(());
    }
    Err(Failure::mismatch(format!("the header {name} says something else than the body")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn read(message: Value, list: &[(&'static str, &str)]) -> Result<Revision, i64> {
        match Message::read(message, &headers(list)) {
            Message::Request(asked) => Ok(asked.revision),
            Message::Notice => Err(0),
            Message::Wrong(_, failure) => Err(failure.code),
        }
    }

    #[test]
    fn a_message_says_its_version() {
        let of = |method: &str, params: Value| json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let current = |name: &str| json!({"name": name, "_meta": {VERSION_IN_BODY: CURRENT}});
        let version = ("mcp-protocol-version", CURRENT);
        let call = ("mcp-method", "tools/call");
        let asked = of("tools/call", current("Größe"));
        assert_eq!(
            read(asked.clone(), &[version, call, ("mcp-name", "=?base64?R3LDtsOfZQ==?=")]),
            Ok(Revision::Current)
        );
        for list in [
            &[][..],
            &[version],
            &[version, call],
            &[version, call, ("mcp-name", "another")],
            &[version, call, ("mcp-name", "=?base64?!?=")],
            &[version, ("mcp-method", "tools/list"), ("mcp-name", "=?base64?R3LDtsOfZQ==?=")],
            &[("mcp-protocol-version", "2025-11-25"), call],
        ] {
            assert_eq!(read(asked.clone(), list), Err(HEADER_MISMATCH), "{list:?}");
        }
        assert_eq!(read(of("tools/list", json!({})), &[version]), Err(HEADER_MISMATCH));
        let unknown = json!({"_meta": {VERSION_IN_BODY: "1900-01-01"}});
        let of_unknown = ("mcp-protocol-version", "1900-01-01");
        assert_eq!(read(of("tools/list", unknown), &[of_unknown]), Err(UNSUPPORTED_VERSION));
        assert_eq!(read(of("tools/list", json!({})), &[of_unknown]), Err(UNSUPPORTED_VERSION));
        assert_eq!(read(of("tools/list", json!({})), &[]), Ok(Revision::Earlier("2025-03-26")));
        for known in EARLIER {
            let list = [("mcp-protocol-version", known)];
            assert_eq!(read(of("tools/list", json!({})), &list), Ok(Revision::Earlier(known)));
            assert_eq!(read(of("initialize", json!({"protocolVersion": known})), &[]), Ok(Revision::Earlier(known)));
        }
        assert_eq!(read(of("initialize", json!({"protocolVersion": "x"})), &[]), Ok(Revision::Earlier("2025-11-25")));
    }

    #[test]
    fn what_is_no_request_is_refused_or_passed_over() {
        for (message, code) in [
            (json!(1), INVALID_REQUEST),
            (json!({}), INVALID_REQUEST),
            (json!({"jsonrpc": "1.0", "id": 1, "method": "ping"}), INVALID_REQUEST),
            (json!({"jsonrpc": "2.0", "id": null, "method": "ping"}), INVALID_REQUEST),
            (json!({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}), INVALID_REQUEST),
            (json!({"jsonrpc": "2.0", "id": 1, "method": 7}), INVALID_REQUEST),
            (json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}), INVALID_PARAMS),
            (json!({"jsonrpc": "2.0", "method": "notifications/initialized"}), 0),
            (json!({"jsonrpc": "2.0", "id": 1, "result": {}}), 0),
        ] {
            assert_eq!(read(message.clone(), &[]), Err(code), "{message}");
        }
    }
}
