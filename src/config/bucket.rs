//! A bucket of S3 as the settings name it, and how requests to it are signed.

use std::fmt;

use url::Url;

/// `s3://bucket/prefix?endpoint=https://…&region=…`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    /// Stands before every key; without slashes around it, and empty when there is none.
    pub prefix: String,
    /// The only address that requests go to.
    pub endpoint: String,
    pub region: String,
}

/// How requests are signed; never shown.
#[derive(Clone)]
pub struct Credentials {
    pub key_id: String,
    pub secret: String,
    pub token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

impl Credentials {
    /// Both are needed: without them a client would ask the machine's own network for some, and requests go to the
    /// endpoint only.
    pub(super) fn from(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &str| given(name).ok_or_else(|| format!("needs {name} in the environment"));
        Ok(Self {
            key_id: needed("AWS_ACCESS_KEY_ID")?,
            secret: needed("AWS_SECRET_ACCESS_KEY")?,
            token: given("AWS_SESSION_TOKEN"),
        })
    }
}

impl Bucket {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        // What was given is not repeated: it may hold a password by mistake.
        const SHAPE: &str = "must be like s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-central-1";
        let url = Url::parse(text).map_err(|_| SHAPE)?;
        let name = url.host_str().filter(|name| !name.is_empty()).ok_or(SHAPE)?;
        let with_more = url.port().is_some() || url.fragment().is_some();
        if url.scheme() != "s3" || with_more || !url.username().is_empty() || url.password().is_some() {
            return Err(SHAPE.into());
        }
        let (mut endpoint, mut region) = (None, None);
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "endpoint" if endpoint.is_none() => endpoint = Some(value.into_owned()),
                "region" if region.is_none() => region = Some(value.into_owned()),
                _ => return Err(SHAPE.into()),
            }
        }
        let region = region.unwrap_or_else(|| "us-east-1".into());
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if region.is_empty() || !region.chars().all(plain) {
            return Err(SHAPE.into());
        }
        let endpoint = endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        let address = Url::parse(&endpoint).map_err(|_| SHAPE)?;
        let bare = address.path() == "/" && address.query().is_none() && address.username().is_empty();
        if !matches!(address.scheme(), "https" | "http") || !address.has_host() || !bare {
            return Err(SHAPE.into());
        }
        Ok(Self {
            name: name.into(),
            prefix: url.path().trim_matches('/').into(),
            endpoint: endpoint.trim_end_matches('/').into(),
            region,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_by_a_url() {
        let bucket = Bucket::parse("s3://files/boards/web?endpoint=http://127.0.0.1:9000/&region=eu").unwrap();
        assert_eq!((bucket.name.as_str(), bucket.prefix.as_str()), ("files", "boards/web"));
        assert_eq!((bucket.endpoint.as_str(), bucket.region.as_str()), ("http://127.0.0.1:9000", "eu"));
        let bucket = Bucket::parse("s3://files").unwrap();
        assert_eq!(bucket.prefix, "");
        assert_eq!(bucket.endpoint, "https://s3.us-east-1.amazonaws.com");
        for text in [
            "",
            "files",
            "https://files/x",
            "s3://",
            "s3://key:secret@files",
            "s3://files?endpoint=ftp://x",
            "s3://files?endpoint=x",
            "s3://files?endpoint=https://a/b",
            "s3://files?bucket=x",
            "s3://files?region=a/b",
            "s3://files?region=a&region=b",
        ] {
            assert!(Bucket::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn requests_are_signed_by_what_the_environment_says() {
        let both = |name: &str| (name != "AWS_SESSION_TOKEN").then(|| name.to_lowercase());
        let credentials = Credentials::from(both).unwrap();
        assert_eq!(credentials.key_id, "aws_access_key_id");
        assert_eq!(credentials.token, None);
        assert!(!format!("{credentials:?}").contains("aws"));
        let without = |missing: &'static str| move |name: &str| (name != missing).then(String::new);
        assert!(Credentials::from(without("AWS_ACCESS_KEY_ID")).is_err());
        assert!(Credentials::from(|_| None).unwrap_err().contains("AWS_ACCESS_KEY_ID"));
    }
}
