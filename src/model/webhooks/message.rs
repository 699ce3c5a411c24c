//! What is sent for an event, as each kind of receiver takes it.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, Request, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Template, queue::Claimed};
use crate::{
    base::{clock::Timestamp, ids::ProjectId},
    log::read::LoggedEvent,
    markdown::escaped,
    outgoing::signed_headers,
};

/// A message, the same in each attempt.
#[derive(Debug)]
pub struct Message {
    /// As `webhook-id` has it.
    pub id: String,
    /// The event; none for a ping.
    pub seq: Option<i64>,
    pub r#type: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Vec<u8>,
}

/// A part of a line that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Strong(String),
    Link { label: String, url: String },
}

/// What chats are told: the pieces of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence(pub Vec<Piece>);

impl Sentence {
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    #[must_use]
    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Strong(text.into()));
        self
    }

    #[must_use]
    pub fn link(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.0.push(Piece::Link { label: label.into(), url: url.into() });
        self
    }

    fn plain(&self) -> String {
        self.rendered(|piece| match piece {
            Piece::Text(text) | Piece::Strong(text) | Piece::Link { label: text, .. } => text.clone(),
        })
    }

    /// As Slack reads it: what people write ends no link and calls no channel. Nothing can be escaped in a strong text, so
    /// one with marks of its own stays plain.
    fn mrkdwn(&self) -> String {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        self.rendered(|piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Strong(text) if text.contains(['*', '_', '~', '`']) => escaped(text),
            Piece::Strong(text) => format!("*{}*", escaped(text)),
            Piece::Link { label, url } => format!("<{}|{}>", escaped(url), escaped(label)),
        })
    }

    fn html(&self) -> String {
        self.rendered(|piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Strong(text) => format!("<strong>{}</strong>", escaped(text)),
            Piece::Link { label, url } => format!("<a href=\"{}\">{}</a>", escaped(url), escaped(label)),
        })
    }

    fn rendered(&self, piece: impl Fn(&Piece) -> String) -> String {
        self.0.iter().map(piece).collect()
    }

    fn url(&self) -> Option<&str> {
        self.0.iter().find_map(|piece| match piece {
            Piece::Link { url, .. } => Some(url.as_str()),
            _ => None,
        })
    }
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    pub template: Template,
    pub project_name: &'a str,
}

#[must_use]
pub fn ping_id(id: Uuid) -> String {
    format!("ping_{}", id.simple())
}

fn json_header() -> (HeaderName, HeaderValue) {
    (header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
}

/// A text in a header, which has the letters of ASCII only (RFC 2047).
fn encoded(text: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("=?UTF-8?B?{}?=", STANDARD.encode(text))).ok()
}

impl Message {
    /// An event. The body has it byte for byte as the log has it.
    #[must_use]
    pub fn of_event(project: ProjectId, event: &LoggedEvent) -> Self {
        let id = format!("msg_{}_{}_{}", project.0.simple(), event.seq, event.chain());
        // Types and instants need no escapes.
        let body = format!(r#"{{"type":"{}","timestamp":"{}","data":{}}}"#, event.r#type, event.at, event.body);
        let headers = vec![json_header()];
        Self { id, seq: Some(event.seq), r#type: event.r#type.clone(), headers, body: body.into_bytes() }
    }

    /// A message of another type, about no event that is in the log.
    fn of(id: String, event_type: &str, seq: Option<i64>, at: Timestamp, data: &Value) -> Self {
        let body = json!({"type": event_type, "timestamp": at, "data": data}).to_string().into_bytes();
        Self { id, seq, r#type: event_type.into(), headers: vec![json_header()], body }
    }

    /// One that tells of nothing.
    #[must_use]
    pub fn ping(claimed: &Claimed, id: Uuid, at: Timestamp, receiver: Receiver<'_>) -> Self {
        let data = json!({"project": claimed.project, "webhook_id": claimed.id});
        let message = Self::of(ping_id(id), "ping", None, at, &data);
        let line = Sentence::default().text("Boardcast tells of ").strong(receiver.project_name).text(" here.");
        message.told(receiver, &line)
    }

    /// Says that these events are gone from the log, and so cannot be sent any more.
    #[must_use]
    pub fn trimmed(claimed: &Claimed, upto: i64, at: Timestamp, receiver: Receiver<'_>) -> Self {
        let (project, from) = (claimed.project, claimed.state.next_seq);
        let data = json!({"project": project, "from_seq": from, "to_seq": upto});
        let id = format!("trim_{}_{from}_{upto}", project.0.simple());
        let message = Self::of(id, "log.trimmed", Some(upto), at, &data);
        let text = format!("{} events are no longer in the log, and were not told of here.", upto - from + 1);
        message.told(receiver, &Sentence::default().text(text))
    }

    /// The same message as this receiver takes it: with the line in place of the body, unless it is a program.
    #[must_use]
    pub fn told(mut self, Receiver { template, project_name }: Receiver<'_>, line: &Sentence) -> Self {
        match template {
            Template::Standard => {}
            Template::Slack => self.body = json!({"text": line.mrkdwn()}).to_string().into_bytes(),
            Template::Matrix => {
                // A room is called by its word wherever that stands.
                let call = |text: String| text.replace("@room", "@\u{200b}room");
                let body = json!({"text": call(line.plain()), "html": call(line.html()), "username": "Boardcast"});
                self.body = body.to_string().into_bytes();
            }
            Template::Ntfy => {
                self.body = line.plain().into_bytes();
                let text = HeaderValue::from_static("text/plain; charset=utf-8");
                self.headers = vec![(header::CONTENT_TYPE, text)];
                self.headers.extend(encoded(project_name).map(|title| (HeaderName::from_static("title"), title)));
                let click = line.url().and_then(|url| HeaderValue::try_from(url).ok());
                self.headers.extend(click.map(|url| (HeaderName::from_static("click"), url)));
            }
        }
        self
    }

    /// The request of one attempt, signed. Nothing where the address cannot be one.
    #[must_use]
    pub fn request<B: From<Vec<u8>>>(&self, claimed: &Claimed, at: Timestamp) -> Option<Request<B>> {
        let mut request = Request::post(claimed.url.as_str())
            .header(header::USER_AGENT, concat!("Boardcast/", env!("CARGO_PKG_VERSION")));
        for (name, value) in signed_headers(&self.id, at, &self.body, &claimed.secrets) {
            request = request.header(name, value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(self.body.clone().into()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(template: Template, line: &Sentence) -> Message {
        let message = Message::of("m".into(), "task.moved", Some(1), Timestamp(0), &Value::Null);
        message.told(Receiver { template, project_name: "Garten 🌱" }, line)
    }

    fn line() -> Sentence {
        Sentence::default()
            .text("Bob <b> moved ")
            .link("WEB-12", "https://boards.example.org/p/WEB/board/12")
            .text(" ")
            .strong("Plan & <!channel> @room")
    }

    #[test]
    fn chats_read_a_line_and_nothing_that_people_write_is_a_mark_in_it() {
        let body = |template| -> Value { serde_json::from_slice(&told(template, &line()).body).unwrap() };
        let slack = "Bob &lt;b&gt; moved <https://boards.example.org/p/WEB/board/12|WEB-12> \
                     *Plan &amp; &lt;!channel&gt; @room*";
        assert_eq!(body(Template::Slack), json!({"text": slack}));
        let matrix = body(Template::Matrix);
        assert_eq!(matrix["text"], "Bob <b> moved WEB-12 Plan & <!channel> @\u{200b}room");
        let html = "Bob &lt;b&gt; moved <a href=\"https://boards.example.org/p/WEB/board/12\">WEB-12</a> \
                    <strong>Plan &amp; &lt;!channel&gt; @\u{200b}room</strong>";
        assert_eq!(matrix["html"], html);
        let plain = told(Template::Slack, &Sentence::default().strong("a*b"));
        assert_eq!(plain.body, br#"{"text":"a*b"}"#);
    }

    #[test]
    fn ntfy_gets_a_text_a_title_and_where_it_leads() {
        let message = told(Template::Ntfy, &line());
        assert_eq!(message.body, "Bob <b> moved WEB-12 Plan & <!channel> @room".as_bytes());
        let header = |name: &str| {
            let found = message.headers.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.to_str().unwrap().to_owned())
        };
        assert_eq!(header("title").as_deref(), Some("=?UTF-8?B?R2FydGVuIPCfjLE=?="));
        assert_eq!(header("click").as_deref(), Some("https://boards.example.org/p/WEB/board/12"));
        assert!(header("content-type").unwrap().starts_with("text/plain"));
    }
}
