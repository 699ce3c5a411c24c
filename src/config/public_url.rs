//! The address at which people reach the server, as a browser writes an origin: `https://boards.example.org`.

use url::{Host, Url};

/// The origin in this text: without the scheme's own port, a name beyond ASCII in Punycode, no slash at the end. What is
/// refused is not repeated in the error: it may hold a password.
pub fn parse(text: &str) -> Result<String, String> {
    let example = "must be like https://boards.example.org";
    // The parser of browsers takes out line ends and tabs, and leaves quotes.
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || "\"'<>`\\^{}|".contains(c)) {
        return Err(format!("{example}: it holds a character that no address has"));
    }
    let url = Url::parse(text).map_err(|error| format!("{example}: {error}"))?;
    if !matches!(url.scheme(), "http" | "https")
        || !text.to_ascii_lowercase().starts_with(&format!("{}://", url.scheme()))
    {
        return Err(example.into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{example}, without a name or a password"));
    }
    if url.path() != "/" {
        return Err(format!(
            "{example}, without a path: Boardcast is served at the root of a host name, not below {}",
            url.path()
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("{example}, without ? and #"));
    }
    if url.port() == Some(0) {
        return Err(format!("{example}: the port must be 1 to 65535"));
    }
    let named = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    if let Some(Host::Domain(name)) = url.host()
        && !named(name)
    {
        return Err(format!("{example}: it holds a character that no host name has"));
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_a_browser_says_of_it() {
        for (text, origin) in [
            ("https://Boards.example.org/", "https://boards.example.org"),
            ("https://boards.example.org", "https://boards.example.org"),
            ("http://board.lan:80", "http://board.lan"),
            ("https://board.lan:443/", "https://board.lan"),
            ("http://board.lan:443", "http://board.lan:443"),
            ("HTTPS://board.lan:8443", "https://board.lan:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://доска.example:8443", "https://xn--80ahspp.example:8443"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://192.168.1.10:8080", "http://192.168.1.10:8080"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(origin), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "boards.example.org",
            "ftp://x",
            "https://",
            "https:x",
            "https://x/boards",
            "https://x/?a",
            "https://x/#a",
            "https://x\r\nSet-Cookie:a",
            "https://x\n",
            "https://x:99999",
            "https://x:0",
            "https://x\"<b>",
            "https://x'y",
            "https://x y",
            "https://x%22y",
            "https://alice:secret@x",
        ] {
            let refused = parse(text).expect_err(text);
            assert!(!refused.contains("secret"), "{refused}");
        }
        assert!(parse("https://x/boards").unwrap_err().contains("path"));
    }
}
