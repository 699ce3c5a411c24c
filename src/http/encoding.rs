//! Which content codings a client takes (RFC 9110, 12.5.3).

use http::{HeaderMap, header};

/// Whether the client takes one of these names of a coding.
#[must_use]
pub fn accepts(headers: &HeaderMap, names: &[&str]) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut explicit = None;
    let mut any = false;
    for coding in values.flat_map(|value| value.split(',')) {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let taken = weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0));
        if names.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            explicit = Some(taken);
        } else if name == "*" {
            any = taken;
        }
    }
    explicit.unwrap_or(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_what_it_takes() {
        for (value, expected) in [
            ("", false),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP;q=0.8, *;q=0.1", true),
            ("gzip;q=0, *", false),
            ("gzip ; q=0.000", false),
            ("gzip;q=x", false),
            ("*", true),
            ("*;q=0", false),
            ("identity", false),
            ("br", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]);
            assert_eq!(accepts(&headers, &["gzip", "x-gzip"]), expected, "{value}");
        }
        assert!(!accepts(&HeaderMap::new(), &["gzip"]));
    }
}
