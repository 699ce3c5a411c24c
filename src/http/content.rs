//! Bytes as an answer: ranges of them (RFC 9110, 14), under which name they are saved (RFC 6266), and what keeps a browser
//! from running them. Whatever was uploaded is served from the origin of the page.

use std::ops::Range;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::conditional;
use crate::{
    base::error::{Error, Result},
    files::{Content, media},
};

/// An answer that goes out as it is, without being compressed on its way: its bytes are counted.
#[derive(Clone, Copy, Debug)]
pub struct Verbatim;

/// The characters of a value behind `filename*=` that stand for themselves (RFC 8187, attr-char).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// What is to be served.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub name: &'a str,
    pub media_type: &'a str,
    pub size: u64,
    /// Without quotes.
    pub etag: &'a str,
    /// Save it, and do not show it.
    pub download: bool,
}

/// Which part of the content a request gets.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Range(Range<u64>),
    Nothing,
}

/// `Range` with one range in bytes; what cannot be parsed, and several at once, means the whole.
fn part(value: &str, size: u64) -> Part {
    let Some((unit, ranges)) = value.split_once('=') else { return Part::Whole };
    let Some((first, last)) = ranges.trim().split_once('-').filter(|_| unit.trim().eq_ignore_ascii_case("bytes"))
    else {
        return Part::Whole;
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    match (first, number(first), last, number(last)) {
        ("", _, _, Some(length)) if length > 0 && size > 0 => Part::Range(size.saturating_sub(length)..size),
        ("", _, _, Some(_)) => Part::Nothing,
        (_, Some(first), "", _) if first < size => Part::Range(first..size),
        (_, Some(_), "", _) => Part::Nothing,
        (_, Some(first), _, Some(last)) if first > last => Part::Whole,
        (_, Some(first), _, Some(last)) if first < size => Part::Range(first..last.saturating_add(1).min(size)),
        (_, Some(_), _, Some(_)) => Part::Nothing,
        _ => Part::Whole,
    }
}

/// The part that a request asks for: a range counts with GET, and with `If-Range` while the content is still that one.
fn asked(method: &Method, headers: &HeaderMap, about: About<'_>) -> Part {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let same = match headers.get(header::IF_RANGE) {
        Some(value) => value.as_bytes() == format!("\"{}\"", about.etag).as_bytes(),
        None => true,
    };
    match text(header::RANGE).filter(|_| same && *method == Method::GET) {
        Some(range) => part(range, about.size),
        None => Part::Whole,
    }
}

/// `Content-Disposition`, safe for whatever the name is: what is not plain ASCII is an underscore in the one form, and
/// encoded in the other.
fn disposition(about: About<'_>) -> String {
    let kind = if media::is_inline(about.media_type) && !about.download { "inline" } else { "attachment" };
    let plain = |c: char| if (' '..='~').contains(&c) && !"\"\\%".contains(c) { c } else { '_' };
    let ascii: String = about.name.chars().map(plain).collect();
    let encoded = utf8_percent_encode(about.name, ENCODED);
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// Answer with a content, or a part of it. `read` opens the store, when bytes are to be sent.
pub async fn answer<F: Future<Output = Result<Content>>>(
    method: &Method,
    headers: &HeaderMap,
    about: About<'_>,
    read: impl FnOnce(Range<u64>) -> F,
) -> Result<Response> {
    let etag = format!("\"{}\"", about.etag);
    let mut response = if conditional::is_known(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let (status, range) = match asked(method, headers, about) {
            Part::Whole => (StatusCode::OK, 0..about.size),
            Part::Range(range) => (StatusCode::PARTIAL_CONTENT, range),
            Part::Nothing => return Err(Error::RangeNotSatisfiable { size: about.size }),
        };
        let body = if *method == Method::HEAD { Body::empty() } else { Body::from_stream(read(range.clone()).await?) };
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
        if status == StatusCode::PARTIAL_CONTENT {
            let value = format!("bytes {}-{}/{}", range.start, range.end - 1, about.size);
            insert(headers, header::CONTENT_RANGE, &value);
        }
        // A type that a browser would run is not named: `nosniff` then keeps it from being a script or a style.
        let shown = media::is_inline(about.media_type);
        insert(headers, header::CONTENT_TYPE, if shown { about.media_type } else { media::ANY });
        insert(headers, header::CONTENT_DISPOSITION, &disposition(about));
        response
    };
    let headers = response.headers_mut();
    insert(headers, header::ETAG, &etag);
    insert(headers, header::ACCEPT_RANGES, "bytes");
    // Who may see it is asked each time.
    insert(headers, header::CACHE_CONTROL, "private, no-cache");
    insert(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    response.extensions_mut().insert(Verbatim);
    Ok(response)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_within_the_content() {
        for (value, expected) in [
            ("bytes=0-0", Part::Range(0..1)),
            ("bytes=2-4", Part::Range(2..5)),
            ("bytes=2-", Part::Range(2..10)),
            ("bytes=2-99999999999999999999999", Part::Range(2..10)),
            ("bytes=-3", Part::Range(7..10)),
            ("bytes=-30", Part::Range(0..10)),
            ("Bytes = 9-9", Part::Range(9..10)),
            ("bytes=10-", Part::Nothing),
            ("bytes=10-11", Part::Nothing),
            ("bytes=99999999999999999999999-", Part::Nothing),
            ("bytes=-0", Part::Nothing),
            ("bytes=4-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=x", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(value, 10), expected, "{value}");
        }
        assert_eq!(part("bytes=0-", 0), Part::Nothing);
        assert_eq!(part("bytes=-1", 0), Part::Nothing);
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let about = |name, media_type, download| About { name, media_type, size: 0, etag: "x", download };
        let png = "image/png";
        assert_eq!(
            disposition(about("a b.png", png, false)),
            "inline; filename=\"a b.png\"; filename*=UTF-8''a%20b.png"
        );
        assert!(disposition(about("a.png", png, true)).starts_with("attachment;"));
        assert!(disposition(about("a.svg", "image/svg+xml", false)).starts_with("attachment;"));
        assert_eq!(
            disposition(about("\"; x=\\%ö\r\n*'.txt", media::ANY, false)),
            "attachment; filename=\"_; x=_____*'.txt\"; filename*=UTF-8''%22%3B%20x%3D%5C%25%C3%B6%0D%0A%2A%27.txt"
        );
    }
}
