//! Hands messages to push services, and reads from their status what became of them.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use url::Url;

use super::{Keys, Notice, ServerKey};
use crate::{
    base::clock::Timestamp,
    outgoing::{Answer, Outgoing},
};

/// How long a push service keeps a message for a device that is switched off: a weekend.
const KEPT: Duration = Duration::from_hours(72);
/// How much of what a push service says of a refusal is logged.
const EXCERPT: usize = 200;

#[derive(Debug)]
pub struct Pusher {
    outgoing: Outgoing,
    key: ServerKey,
    public_url: String,
}

/// A message on its way to one browser.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub endpoint: &'a str,
    pub keys: &'a Keys,
    pub notice: &'a Notice,
}

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The push service has it.
    Sent,
    /// The browser has ended the subscription.
    Gone,
    /// The push service does not want this message; others it may take.
    Refused(String),
    /// The push service did not take it now.
    Failed { reason: String, retry_after: Option<Duration> },
}

impl Outcome {
    fn of(answer: &Answer, now: Timestamp) -> Self {
        let status = answer.status;
        if status.is_success() {
            return Self::Sent;
        }
        let reason = format!("{status}: {}", answer.excerpt(EXCERPT));
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Self::Gone,
            StatusCode::PAYLOAD_TOO_LARGE => Self::Refused(reason),
            _ => Self::Failed { reason, retry_after: answer.retry_after(now) },
        }
    }

    fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into(), retry_after: None }
    }
}

impl Pusher {
    #[must_use]
    pub const fn new(outgoing: Outgoing, key: ServerKey, public_url: String) -> Self {
        Self { outgoing, key, public_url }
    }

    /// Send a message, and wait no longer than this for the push service.
    pub async fn send(&self, message: Message<'_>, within: Duration) -> Outcome {
        let Some(request) = self.request(message, Timestamp::now()) else {
            return Outcome::Refused("it cannot be encrypted for this browser".into());
        };
        match self.outgoing.send(request, within).await {
            Ok(answer) => Outcome::of(&answer, Timestamp::now()),
            Err(reason) => Outcome::failed(reason),
        }
    }

    fn request(&self, Message { endpoint, keys, notice }: Message<'_>, now: Timestamp) -> Option<Request<Full<Bytes>>> {
        let authorization = self.key.authorization(&Url::parse(endpoint).ok()?, &self.public_url, now)?;
        let sealed = keys.encrypt(&notice.text).ok()?;
        Request::post(endpoint)
            .header("TTL", KEPT.as_secs())
            .header("Urgency", if notice.is_urgent { "high" } else { "normal" })
            .header("Topic", &notice.topic)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::AUTHORIZATION, authorization)
            .body(Full::new(sealed.into()))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Outcome {
        let named = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: named.collect(),
            body: Bytes::from_static(body.as_bytes()),
        };
        Outcome::of(&answer, Timestamp(0))
    }

    #[test]
    fn a_status_says_what_became_of_a_message() {
        for status in [200, 201, 202, 204] {
            assert_eq!(outcome(status, &[], ""), Outcome::Sent);
        }
        for status in [404, 410] {
            assert_eq!(outcome(status, &[], ""), Outcome::Gone);
        }
        assert_eq!(outcome(413, &[], "no"), Outcome::Refused("413 Payload Too Large: no".into()));
        for status in [301, 307, 400, 401, 403, 429, 500, 502, 503] {
            let Outcome::Failed { retry_after: None, .. } = outcome(status, &[], "") else { panic!("{status}") };
        }
        let failed = outcome(500, &[], "a\r\nb\u{1b}[31m");
        assert_eq!(failed, Outcome::failed("500 Internal Server Error: a  b [31m"));
    }

    #[test]
    fn a_push_service_says_when_to_come_back() {
        for (said, seconds) in
            [("120", Some(120)), ("Thu, 01 Jan 1970 00:01:30 GMT", Some(90)), ("soon", None), ("-1", None)]
        {
            let Outcome::Failed { retry_after, .. } = outcome(429, &[("retry-after", said)], "") else { panic!() };
            assert_eq!(retry_after, seconds.map(Duration::from_secs), "{said}");
        }
    }
}
