//! The `Host` of a request: there is one, it is a host, and where the settings name hosts it is one of them.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicBool, Ordering},
};

use http::{HeaderName, Version, header, request::Parts, uri::Authority};

use crate::base::error::{Error, Result};

/// These answer under every name: a supervisor asks for them by the machine's address.
const PROBES: [&str; 2] = ["/livez", "/readyz"];

/// A name or an address, with a port where there is one.
fn parse(text: &str) -> Option<Authority> {
    let authority: Authority = text.parse().ok()?;
    // What stands before the host would be a user's name.
    let port = authority.as_str().strip_prefix(authority.host())?;
    let numbered = matches!(port, "" | ":") || port.strip_prefix(':')?.parse::<u16>().is_ok();
    (numbered && !authority.host().is_empty()).then_some(authority)
}

/// Whether a request for `asked` is for one of these: one without a port stands for every port of it.
fn is_one(allowed: &[String], asked: &Authority) -> bool {
    allowed.iter().any(|host| {
        let host = host.as_str();
        host.eq_ignore_ascii_case(asked.host()) || host.eq_ignore_ascii_case(asked.as_str())
    })
}

/// Refuse a request that does not say whom it is for, or is for another host (RFC 9112, 3.2 and 3.3). Where nothing is
/// allowed by name, every host is.
pub fn check(parts: &Parts, allowed: &[String], public_url: &str) -> Result<()> {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (None, _) if parts.version < Version::HTTP_11 => None,
        (None, _) => return Err(Error::BadRequest("the request has no Host".into())),
        (Some(_), Some(_)) => return Err(Error::BadRequest("the request has more than one Host".into())),
        (Some(host), None) => {
            let parsed = host.to_str().ok().and_then(parse);
            Some(parsed.ok_or_else(|| Error::BadRequest("Host is not a host".into()))?)
        }
    };
    // An address in absolute form outweighs `Host`.
    let asked = match parts.uri.authority() {
        Some(authority) => {
            Some(parse(authority.as_str()).ok_or_else(|| Error::BadRequest("the request is not for a host".into()))?)
        }
        None => host,
    };
    let Some(asked) = asked else { return Ok(()) };
    if PROBES.contains(&parts.uri.path()) {
        return Ok(());
    }
    let (scheme, ours) = public_url.split_once("://").unwrap_or_default();
    let ours_on_loopback = || ours.parse().is_ok_and(|ours: Authority| is_loopback(ours.host()));
    let named = asked.as_str().eq_ignore_ascii_case(ours) || is_one(allowed, &asked);
    if !named && !allowed.is_empty() {
        return Err(Error::Misdirected);
    }
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let forwarded = match text(HeaderName::from_static("x-forwarded-proto")) {
        proto @ ("http" | "https") => proto,
        _ => scheme,
    };
    let known = named || is_loopback(asked.host()) && ours_on_loopback();
    // A person who opens the page: what programs ask for, those that look for open doors among them, says little.
    if (!known || forwarded != scheme) && text(header::ACCEPT).contains("text/html") {
        warn_once(&format!("{forwarded}://{asked}"), public_url);
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

/// An operator who sets up a proxy sees the page and may not see what is wrong: links of invitations that lead nowhere, a cookie
/// that is not for HTTPS only.
fn warn_once(asked: &str, public_url: &str) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    if !WARNED.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            asked,
            public_url,
            "a browser asked for another address than the public one, for which links and cookies are made: set --public-url"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_a_port() {
        for text in ["board.lan", "board.lan:8080", "127.0.0.1", "[::1]", "[::1]:8080", "board_1"] {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in ["", "a b", "a/b", "alice@board.lan", "board.lan:x", "board.lan:99999", ":80", "[::1", "a,b c"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_name_without_a_port_stands_for_each_port() {
        let allowed = ["board.lan".to_owned(), "other.lan:81".to_owned()];
        for (host, ours) in [
            ("board.lan", true),
            ("BOARD.LAN:8080", true),
            ("other.lan:81", true),
            ("other.lan", false),
            ("other.lan:82", false),
            ("evil.lan", false),
        ] {
            assert_eq!(is_one(&allowed, &parse(host).unwrap()), ours, "{host}");
        }
    }
}
