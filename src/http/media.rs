//! Media types: what a body is (`Content-Type`), what a client takes (`Accept`), and which of several answers fits it
//! best (RFC 9110, 8.3 and 12.5).

use http::{HeaderMap, Method, header};

use crate::base::error::{Error, Result};

pub const JSON: &str = "application/json";
pub const MERGE_PATCH: &str = "application/merge-patch+json";
pub const EVENT_STREAM: &str = "text/event-stream";
/// JSON texts, one a line.
pub const LINES: &str = "application/x-ndjson";
pub const CSV: &str = "text/csv";

/// The parts of a header's value between separators, which count only outside of quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    text.split(move |c| {
        if escaped {
            escaped = false;
            return false;
        }
        match c {
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c => return c == separator && !quoted,
        }
        false
    })
    .map(str::trim)
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// Whether a body of this `Content-Type` is the JSON that this method takes: a merge patch is for PATCH, and JSON is in
/// UTF-8 whatever it is called.
#[must_use]
pub fn is_json(method: &Method, headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let mut parts = split(value, ';');
    let media = parts.next().unwrap_or_default();
    let json =
        media.eq_ignore_ascii_case(JSON) || (*method == Method::PATCH && media.eq_ignore_ascii_case(MERGE_PATCH));
    json && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        let charset = unquoted(value.trim());
        !name.trim().eq_ignore_ascii_case("charset")
            || charset.eq_ignore_ascii_case("utf-8")
            || charset.eq_ignore_ascii_case("utf8")
    })
}

/// The boundary between the parts of a body that is a form with files; nothing for another body.
pub fn form(headers: &HeaderMap) -> Result<Option<String>> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = split(value, ';');
    if !parts.next().is_some_and(|media| media.eq_ignore_ascii_case("multipart/form-data")) {
        return Ok(None);
    }
    let boundary = parts.filter_map(|part| part.split_once('=')).find_map(|(name, value)| {
        name.trim().eq_ignore_ascii_case("boundary").then(|| unquoted(value.trim()).to_owned())
    });
    // RFC 2046, 5.1.1
    let usable = |text: &String| (1..=70).contains(&text.len()) && text.bytes().all(|b| (b' '..=b'~').contains(&b));
    let unusable = || Error::BadRequest("the form in Content-Type has no usable boundary".into());
    boundary.filter(usable).map(Some).ok_or_else(unusable)
}

/// One range of `Accept` (`text/*;q=0.5`).
struct Range<'a> {
    media: &'a str,
    /// In thousandths, 0 for what is not taken.
    quality: u16,
}

/// A quality as thousandths; anything else than a number from 0 to 1 means "not taken".
fn quality(text: &str) -> u16 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > 3 || !rest.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    let thousandths: u16 = format!("{rest:0<3}").parse().unwrap_or(0);
    match whole {
        "0" => thousandths,
        "1" if thousandths == 0 => 1_000,
        _ => 0,
    }
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Range<'_>> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| split(value, ',')).filter_map(|range| {
        let mut parts = split(range, ';');
        let media = parts.next().filter(|media| media.contains('/'))?;
        let weight = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
        });
        Some(Range { media, quality: weight.map_or(1_000, quality) })
    })
}

/// How well a client takes a media type: the quality of the range that names it most exactly, and how exactly (2 for
/// the type itself, 1 for `text/*`, 0 for `*/*`). `None` when it is not taken.
fn taken(headers: &HeaderMap, media: &str) -> Option<(u16, u8)> {
    let family = media.split('/').next().unwrap_or_default();
    let mut best: Option<(u8, u16)> = None;
    let mut given = false;
    for range in ranges(headers) {
        given = true;
        let exactness = match range.media.split_once('/') {
            _ if range.media.eq_ignore_ascii_case(media) => 2,
            Some((of, "*")) if of.eq_ignore_ascii_case(family) => 1,
            Some(("*", "*")) => 0,
            _ => continue,
        };
        best = best.max(Some((exactness, range.quality)));
    }
    if !given {
        return Some((1_000, 0));
    }
    best.map(|(exactness, quality)| (quality, exactness)).filter(|(quality, _)| *quality > 0)
}

/// Whether a client takes one of these. A header without any range in it says nothing.
pub fn takes_one<S: AsRef<str>>(headers: &HeaderMap, offered: &[S]) -> bool {
    offered.iter().any(|media| taken(headers, media.as_ref()).is_some())
}

/// Whether a client wants a stream rather than a page: only when it names streams, and prefers them to JSON.
#[must_use]
pub fn prefers_stream(headers: &HeaderMap) -> bool {
    match taken(headers, EVENT_STREAM) {
        // A client that takes anything gets the page, which ends by itself.
        Some((stream, exactness @ 1..)) => taken(headers, JSON).is_none_or(|json| (stream, exactness) >= json),
        _ => false,
    }
}

/// Whether a client wants lines rather than a page: only when it names them, and prefers them to JSON.
#[must_use]
pub fn prefers_lines(headers: &HeaderMap) -> bool {
    prefers_to_json(headers, LINES)
}

/// The same of a table.
#[must_use]
pub fn prefers_csv(headers: &HeaderMap) -> bool {
    prefers_to_json(headers, CSV)
}

fn prefers_to_json(headers: &HeaderMap, media: &str) -> bool {
    match taken(headers, media) {
        Some((quality, 2)) => taken(headers, JSON).is_none_or(|json| (quality, 2) >= json),
        _ => false,
    }
}

/// Whether a client names HTML among what it takes: a browser that opens an address does.
#[must_use]
pub fn names_html(headers: &HeaderMap) -> bool {
    matches!(taken(headers, "text/html"), Some((_, 1..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, value.parse().unwrap())])
    }

    #[test]
    fn a_stream_is_for_those_who_ask_for_one() {
        for (value, stream) in [
            ("text/event-stream", true),
            ("TEXT/Event-Stream", true),
            ("text/event-stream, application/json", true),
            ("application/json, text/event-stream", true),
            ("text/event-stream, */*;q=0.1", true),
            ("text/*", true),
            ("text/event-stream;q=0, application/json", false),
            ("text/event-stream;q=0.5, application/json", false),
            ("text/event-stream;q=0.4, application/*;q=0.5", false),
            ("application/json", false),
            ("*/*", false),
            ("", false),
            ("application/x-text/event-stream", false),
            ("application/json;x=\"text/event-stream, \"", false),
        ] {
            assert_eq!(prefers_stream(&accept(value)), stream, "{value}");
        }
        assert!(!prefers_stream(&HeaderMap::new()));
    }

    #[test]
    fn lines_are_for_those_who_name_them() {
        for (value, lines) in [
            ("application/x-ndjson", true),
            ("application/x-ndjson, application/json", true),
            ("application/x-ndjson, */*;q=0.1", true),
            ("application/x-ndjson;q=0.5, application/json", false),
            ("application/x-ndjson;q=0", false),
            ("application/*", false),
            ("*/*", false),
            ("", false),
        ] {
            assert_eq!(prefers_lines(&accept(value)), lines, "{value}");
        }
    }

    #[test]
    fn the_most_exact_range_decides() {
        for (value, takes) in [
            ("*/*", true),
            ("application/*", true),
            ("application/json;q=0.001", true),
            ("application/json ; q=1", true),
            ("text/html, application/json", true),
            ("text/plain, */*;q=0.1", true),
            ("", true),
            ("nonsense", true),
            ("image/png", false),
            ("text/*", false),
            ("application/json;q=0", false),
            ("application/json;q=0.000, */*", false),
            ("application/*;q=0, */*", false),
            ("application/json;q=2", false),
            ("application/json;q=x", false),
            ("application/jsonx", false),
        ] {
            assert_eq!(takes_one(&accept(value), &[JSON]), takes, "{value}");
        }
        assert!(takes_one(&HeaderMap::new(), &[JSON]));
        let both = HeaderMap::from_iter([
            (header::ACCEPT, "text/html".parse().unwrap()),
            (header::ACCEPT, "application/json".parse().unwrap()),
        ]);
        assert!(takes_one(&both, &[JSON]) && names_html(&both));
        assert!(!names_html(&accept("*/*")) && names_html(&accept("text/html,*/*;q=0.8")));
    }

    #[test]
    fn a_form_names_its_boundary() {
        for (value, form) in [
            ("multipart/form-data; boundary=abc", Some(Some("abc"))),
            ("Multipart/Form-Data;charset=utf-8; Boundary=\"a b;c\"", Some(Some("a b;c"))),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/mixed; boundary=abc", Some(None)),
            ("application/octet-stream", Some(None)),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]);
            assert_eq!(super::form(&headers).ok(), form.map(|boundary| boundary.map(str::to_owned)), "{value}");
        }
        assert_eq!(super::form(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn json_is_in_utf_8_and_a_merge_patch_is_for_patch() {
        for (value, patch, post) in [
            ("application/json", true, true),
            ("Application/JSON; charset=UTF-8", true, true),
            ("application/json;charset=\"utf-8\"", true, true),
            ("application/json;charset=utf8;x=1", true, true),
            ("application/merge-patch+json", true, false),
            ("application/merge-patch+json; charset=utf-8", true, false),
            ("application/json; charset=utf-16", false, false),
            ("application/json; charset=latin1", false, false),
            ("application/jsonp", false, false),
            ("text/json", false, false),
            ("application/json-patch+json", false, false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]);
            assert_eq!(is_json(&Method::PATCH, &headers), patch, "{value}");
            assert_eq!(is_json(&Method::POST, &headers), post, "{value}");
        }
    }
}
