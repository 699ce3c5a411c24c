//! Entity tags (RFC 9110, 8.8 and 13.1). A strong tag names bytes, so what is compressed on its way gets a tag of its own:
//! the plain one with the coding behind it (`"12-gzip"`). Clients may send either back, to ask whether something
//! changed (`If-None-Match`) or to change it (`If-Match`).

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::base::error::{Error, Result};

/// Behind the version in the tag of an object that says something of the caller, which no version tells of.
const PERSONAL: &str = "-own";

/// The codings that a body may have on its way.
const CODINGS: [&str; 2] = ["gzip", "br"];

/// An entity tag, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tag<'a> {
    weak: bool,
    /// Without the coding behind it.
    value: &'a str,
}

impl<'a> Tag<'a> {
    /// A tag at the beginning of a text, and the text behind it.
    fn take(text: &'a str) -> Option<(Self, &'a str)> {
        let (weak, rest) = text.strip_prefix("W/").map_or((false, text), |rest| (true, rest));
        let (value, rest) = rest.strip_prefix('"')?.split_once('"')?;
        if value.bytes().any(|b| b <= b' ' || b == 0x7f) {
            return None;
        }
        let plain = CODINGS.iter().find_map(|coding| value.strip_suffix(coding)?.strip_suffix('-'));
        Some((Self { weak, value: plain.unwrap_or(value) }, rest))
    }
}

/// What a precondition lists.
#[derive(Debug, PartialEq, Eq)]
enum Tags<'a> {
    Any,
    These(Vec<Tag<'a>>),
}

/// Parse the lines of a header as one list. `None` when it is malformed.
fn parse<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<Tags<'a>> {
    let mut tags = vec![];
    let mut any = false;
    for line in lines {
        let mut rest = std::str::from_utf8(line.as_bytes()).ok()?.trim();
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix('*') {
                any = true;
                rest = behind;
            } else {
                let (tag, behind) = Tag::take(rest)?;
                tags.push(tag);
                rest = behind;
            }
            rest = rest.trim_start();
            if !rest.is_empty() {
                rest = rest.strip_prefix(',')?.trim_start_matches([',', ' ', '\t']);
            }
        }
    }
    match (any, tags.is_empty()) {
        (true, true) => Some(Tags::Any),
        (false, false) => Some(Tags::These(tags)),
        _ => None,
    }
}

fn lines(headers: &HeaderMap, name: HeaderName) -> Option<impl Iterator<Item = &HeaderValue>> {
    headers.contains_key(&name).then(|| headers.get_all(name).iter())
}

/// The versions of which `If-Match` names one at least; empty without the header, and for `*`. A tag that is no version
/// of ours, and a weak one, which proves nothing here, count as version 0, which no object has.
pub fn versions(headers: &HeaderMap) -> Result<Vec<i64>> {
    let Some(lines) = lines(headers, header::IF_MATCH) else { return Ok(vec![]) };
    let version = |tag: Tag<'_>| {
        let value = tag.value.strip_suffix(PERSONAL).unwrap_or(tag.value);
        let number = value.parse().ok().filter(|number: &i64| *number > 0 && number.to_string() == value);
        number.filter(|_| !tag.weak).unwrap_or(0)
    };
    match parse(lines) {
        Some(Tags::Any) => Ok(vec![]),
        Some(Tags::These(tags)) => Ok(tags.into_iter().map(version).collect()),
        None => {
            Err(Error::BadRequest("If-Match must be a version in quotes, such as \"12\", or a list of them".into()))
        }
    }
}

/// Whether the client has what this tag names (`If-None-Match`, compared weakly). A malformed header says nothing.
#[must_use]
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let Some(lines) = lines(headers, header::IF_NONE_MATCH) else { return false };
    match (parse(lines), Tag::take(etag)) {
        (Some(Tags::Any), _) => true,
        (Some(Tags::These(known)), Some((tag, _))) => known.iter().any(|known| known.value == tag.value),
        _ => false,
    }
}

/// A tag for what differs from the object by what it says of the caller.
#[must_use]
pub fn personal(etag: &str) -> String {
    format!("{}{PERSONAL}\"", etag.trim_end_matches('"'))
}

/// A tag for the bytes that this coding makes of what the tag names.
#[must_use]
pub fn encoded(etag: &str, coding: &str) -> String {
    let ended = format!("-{coding}\"");
    match etag.strip_suffix('"') {
        Some(plain) if !etag.ends_with(&ended) => format!("{plain}{ended}"),
        _ => etag.to_owned(),
    }
}

/// Gives what was compressed its own tag, and answers 304 to a client that has it already.
pub async fn answer(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let lines = request.headers().get_all(header::IF_NONE_MATCH).iter();
    let asked: HeaderMap = lines.map(|line| (header::IF_NONE_MATCH, line.clone())).collect();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let Some(etag) = headers.get(header::ETAG).and_then(|etag| etag.to_str().ok()) else { return response };
    let coding = headers.get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let etag = coding.map_or_else(|| etag.to_owned(), |coding| encoded(etag, coding));
    let known = is_known(&asked, &etag);
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    if reads && known && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = axum::body::Body::empty();
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
            response.headers_mut().remove(name);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (name.clone(), line.parse().unwrap())).collect()
    }

    #[test]
    fn if_match_names_versions() {
        let versions = |lines: &[&str]| versions(&header(&header::IF_MATCH, lines)).ok();
        assert_eq!(versions(&[]), Some(vec![]));
        assert_eq!(versions(&["*"]), Some(vec![]));
        assert_eq!(versions(&["\"12\""]), Some(vec![12]));
        assert_eq!(versions(&["\"12\", \"13-gzip\" ,\"14-br\""]), Some(vec![12, 13, 14]));
        assert_eq!(versions(&["\"12\"", "\"13\""]), Some(vec![12, 13]));
        // They are tags, and not one that an object of ours ever had.
        for other in ["\"\"", "\"x\"", "\"012\"", "\"+12\"", "\"-1\"", "W/\"12\"", "\"epoch.12\"", "\"a,b\""] {
            assert_eq!(versions(&[other]), Some(vec![0]), "{other}");
        }
        for malformed in ["", "12", "\"12", "12\"", "\"12\" \"13\"", "*, \"12\"", "w/\"12\"", "\"1 2\"", "'12'"] {
            assert_eq!(versions(&[malformed]), None, "{malformed}");
        }
    }

    #[test]
    fn a_client_knows_what_it_lists() {
        let known = |lines: &[&str], etag: &str| is_known(&header(&header::IF_NONE_MATCH, lines), etag);
        for line in ["\"e.7\"", "W/\"e.7\"", "\"e.7-gzip\"", "\"e.6\", \"e.7\"", "*", "\"e.6\" , W/\"e.7-br\""] {
            assert!(known(&[line], "\"e.7\"") && known(&[line], "\"e.7-gzip\""), "{line}");
        }
        assert!(known(&["\"e.6\"", "\"e.7\""], "\"e.7\""));
        for line in ["\"e.6\"", "e.7", "", "\"e.7", "\"e.77\"", "\"E.7\""] {
            assert!(!known(&[line], "\"e.7\""), "{line}");
        }
        assert!(!known(&[], "\"e.7\""));
    }

    #[test]
    fn a_coding_is_named_once() {
        assert_eq!(encoded("\"12\"", "gzip"), "\"12-gzip\"");
        assert_eq!(encoded("\"12-gzip\"", "gzip"), "\"12-gzip\"");
        assert_eq!(encoded("W/\"12\"", "br"), "W/\"12-br\"");
    }
}
