//! What a mail says: one piece of news, or several of one project in one letter.

use std::{collections::BTreeSet, fmt::Write};

use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use super::unsubscribe::{Key, Unsubscribe};
use crate::markdown::{self, escaped};

/// How many characters of a comment stand in the text part, and in the other one when its HTML is longer than that may be.
const EXCERPT: usize = 2_000;
const LONGEST_HTML: usize = 32 * 1024;
/// With more pieces of news than this, a letter has only the beginnings of comments.
const MANY: usize = 10;

/// Whom a letter is to, and where its links lead.
pub struct Reader<'a> {
    pub address: &'a str,
    pub name: &'a str,
    /// Who has an account.
    pub user: Option<Uuid>,
    pub public_url: &'a str,
    pub key: &'a Key,
}

/// One thing that the reader is told.
#[derive(Clone, Debug, Default)]
pub struct News {
    pub kind: String,
    pub project_name: String,
    pub project_key: String,
    /// The task's id, number and title.
    pub task: Option<(Uuid, i64, String)>,
    pub actor: Option<String>,
    /// The comment's id, its Markdown and its HTML.
    pub comment: Option<(Uuid, String, String)>,
    /// Where it leads, where that is not the task or the project.
    pub link: Option<String>,
    /// What an account is told beside the kind.
    pub details: Option<String>,
}

impl News {
    /// The task as people call it.
    #[must_use]
    pub fn task_name(&self) -> Option<String> {
        self.task.as_ref().map(|(_, number, title)| format!("{}-{number} {title}", self.project_key))
    }

    /// A sentence, without its full stop.
    fn sentence(&self) -> String {
        let actor = self.actor.as_deref().unwrap_or("Somebody");
        let (task, project) = (self.task_name().unwrap_or_default(), &self.project_name);
        match self.kind.as_str() {
            "assigned" => format!("{actor} assigned {task} to you"),
            "added" => format!("{actor} added you to {project}"),
            "mentioned" => format!("{actor} mentioned you on {task}"),
            "commented" => format!("{actor} commented on {task}"),
            "due" => format!("{task} is due today"),
            "overdue" => format!("{task} is overdue"),
            "invitation" => format!("{actor} invites you to {project}"),
            "password_reset" => "Choose a new password for Boardcast".into(),
            "totp_off" => "Two-step sign-in of your Boardcast account was turned off".into(),
            "recovery_codes" => "New recovery codes for your Boardcast account".into(),
            "new_sign_in" => "A new sign-in to your Boardcast account".into(),
            _ => format!("There is news of {project}"),
        }
    }

    /// What its reader has to know beside that.
    fn note(&self) -> Option<String> {
        let details = self.details.as_deref().unwrap_or_default();
        match self.kind.as_str() {
            "password_reset" => Some(
                "The link works once, for an hour. If it was not you who asked for it, leave it: your password stays as it is."
                    .into(),
            ),
            "recovery_codes" => Some(
                "The recovery codes from before work no more. If it was not you, change your password, and make new ones.".into(),
            ),
            "totp_off" => Some(
                "From now on the password is enough to sign in. If it was neither you nor an administrator whom you asked, \
                 change your password, and turn it on again."
                    .into(),
            ),
            "new_sign_in" => Some(format!(
                "{details}. It is the first one from this network with this browser. If it was not you, end that session, and \
                 change your password."
            )),
            _ => None,
        }
    }

    /// Where it leads.
    #[must_use]
    pub fn address(&self, public_url: &str) -> String {
        if let Some(link) = &self.link {
            return link.clone();
        }
        match self.kind.as_str() {
            "totp_off" | "recovery_codes" => return format!("{public_url}/account"),
            "new_sign_in" => return format!("{public_url}/account/sessions"),
            _ => {}
        }
        let key = &self.project_key;
        match (&self.task, &self.comment) {
            (Some((_, number, _)), Some((comment, ..))) => {
                format!("{public_url}/p/{key}/board/{number}#comment-{comment}")
            }
            (Some((_, number, _)), None) => format!("{public_url}/p/{key}/board/{number}"),
            (None, _) => format!("{public_url}/p/{key}/board"),
        }
    }
}

/// A letter before it is a message.
pub struct Letter<'a> {
    /// Of the outbox: an attempt that is made twice has one id.
    pub id: Uuid,
    pub reader: Reader<'a>,
    pub news: &'a [News],
}

/// Text in a header: what could end the line has no place in it.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Letter<'_> {
    /// The task that all of it is about.
    fn task(&self) -> Option<Uuid> {
        let first = self.news.first()?.task.as_ref()?.0;
        self.news.iter().all(|news| news.task.as_ref().is_some_and(|(id, ..)| *id == first)).then_some(first)
    }

    fn subject(&self) -> String {
        let Some(first) = self.news.first() else { return String::new() };
        match (self.task().and(first.task.as_ref()), self.news.len()) {
            (Some((_, number, title)), _) => format!("[{}-{number}] {title}", first.project_key),
            (None, 1) => first.sentence(),
            (None, count) => format!("{count} updates in {}", first.project_name),
        }
    }

    fn unsubscribe(&self) -> Option<(String, String)> {
        let kinds: BTreeSet<&str> = self.news.iter().map(|news| news.kind.as_str()).collect();
        let kind = kinds.into_iter().collect::<Vec<_>>().join(", ");
        let token = self.reader.key.sign(&Unsubscribe { user: self.reader.user?, kind: kind.clone() });
        Some((kind, format!("{}/unsubscribe/{token}", self.reader.public_url)))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for news in self.news {
            let _ = writeln!(text, "{}.", news.sentence());
            if let Some((_, body, _)) = &news.comment {
                let _ = writeln!(text, "\n> {}", markdown::excerpt(body, EXCERPT));
            }
            let _ = writeln!(text, "\n{}\n", news.address(self.reader.public_url));
            if let Some(note) = news.note() {
                let _ = writeln!(text, "{note}\n");
            }
        }
        if let Some((kind, link)) = self.unsubscribe() {
            let _ = writeln!(text, "-- \nNo more mails of this sort ({kind}): {link}");
        }
        text
    }

    fn html(&self) -> String {
        let mut html = String::from(
            "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"></head>\
             <body style=\"font-family: sans-serif; max-width: 40em\">",
        );
        for news in self.news {
            let (sentence, address) = (escaped(&news.sentence()), escaped(&news.address(self.reader.public_url)));
            let _ = write!(html, "<p dir=\"auto\"><a href=\"{address}\">{sentence}</a></p>");
            if let Some(note) = news.note() {
                let _ = write!(html, "<p>{}</p>", escaped(&note));
            }
            if let Some((_, text, body)) = &news.comment {
                let body = if body.len() > LONGEST_HTML || self.news.len() > MANY {
                    format!("<p>{}</p>", escaped(&markdown::excerpt(text, EXCERPT)))
                } else {
                    markdown::for_mail(body, self.reader.public_url)
                };
                let _ = write!(html, "<blockquote dir=\"auto\">{body}</blockquote>");
            }
        }
        if let Some((kind, link)) = self.unsubscribe() {
            let (kind, link) = (escaped(&kind), escaped(&link));
            let _ =
                write!(html, "<hr><p><small><a href=\"{link}\">No more mails of this sort ({kind})</a></small></p>");
        }
        html.push_str("</body></html>");
        html
    }

    /// The message, from this sender.
    pub fn message(&self, from: &Mailbox) -> Result<Message, String> {
        let address = self.reader.address.parse().map_err(|_| format!("{} takes no mail", self.reader.address))?;
        let to = Mailbox::new(Some(line(self.reader.name)).filter(|name| !name.is_empty()), address);
        let host = self.reader.public_url.split("://").nth(1).unwrap_or("localhost");
        let host = host.split([':', '/']).next().unwrap_or("localhost");
        let mut builder = Message::builder()
            .from(from.clone())
            .to(to)
            .subject(line(&self.subject()))
            .date_now()
            .message_id(Some(format!("<{}@{host}>", self.id)));
        if let Some(task) = self.task() {
            // Mails of one task are one conversation.
            let thread = format!("<{task}@{host}>");
            builder = builder.in_reply_to(thread.clone()).references(thread);
        }
        let mut headers = vec![("Auto-Submitted", "auto-generated".to_owned())];
        if let Some(news) = self.news.first().filter(|news| !news.project_key.is_empty()) {
            let list = format!("{}.{host}", news.project_key.to_lowercase());
            headers.push(("List-Id", format!("<{list}>")));
        }
        if let Some((_, link)) = self.unsubscribe() {
            headers.push(("List-Unsubscribe", format!("<{link}>")));
            headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        }
        for (name, value) in headers {
            builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        let parts = MultiPart::alternative_plain_html(self.text(), self.html());
        builder.multipart(parts).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(kind: &str) -> News {
        News {
            kind: kind.into(),
            project_name: "Launch <1>".into(),
            project_key: "WEB".into(),
            task: Some((Uuid::from_u128(3), 12, "Ship & tell".into())),
            actor: Some("Bob".into()),
            comment: Some((
                Uuid::from_u128(4),
                "See **this** #1".into(),
                "<p>See <strong>this</strong> <a href=\"/p/WEB/board/1\">#1</a> <img src=\"/api/v1/x\"></p>".into(),
            )),
            link: None,
            details: None,
        }
    }

    fn raw(news: &[News]) -> String {
        let key = Key::new("k");
        let reader = Reader {
            address: "charlie@example.com",
            name: "Charlie\r\nBcc: x@example.com",
            user: Some(Uuid::from_u128(9)),
            public_url: "https://boards.example.org:8443",
            key: &key,
        };
        let letter = Letter { id: Uuid::from_u128(1), reader, news };
        let message = letter.message(&"Boardcast <boards@example.org>".parse().unwrap()).unwrap();
        String::from_utf8(message.formatted()).unwrap().replace("=\r\n", "").replace("=3D", "=")
    }

    #[test]
    fn a_letter_belongs_to_its_task_and_can_be_ended() {
        let raw = raw(&[news("commented")]);
        for part in [
            "Subject: [WEB-12] Ship & tell\r\n",
            "Message-ID: <00000000-0000-0000-0000-000000000001@boards.example.org>\r\n",
            "References: <00000000-0000-0000-0000-000000000003@boards.example.org>\r\n",
            "List-Id: <web.boards.example.org>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            "Bob commented on WEB-12 Ship & tell.",
            "> See this #1",
            "https://boards.example.org:8443/p/WEB/board/12#comment-00000000-0000-0000-0000-000000000004",
            "<a href=\"https://boards.example.org:8443/p/WEB/board/1\" rel=\"noopener noreferrer nofollow\">#1</a>",
            "Ship &amp; tell",
        ] {
            assert!(raw.contains(part), "{part:?} is not in\n{raw}");
        }
        assert!(!raw.contains("<img") && !raw.contains("\nBcc:"), "{raw}");
    }

    #[test]
    fn several_pieces_of_news_are_one_letter() {
        let other = News { task: Some((Uuid::from_u128(5), 13, "Other".into())), comment: None, ..news("assigned") };
        let raw = raw(&[news("mentioned"), other]);
        assert!(raw.contains("Subject: 2 updates in Launch <1>\r\n") && !raw.contains("References:"), "{raw}");
        assert!(raw.contains("mentioned you on WEB-12") && raw.contains("Bob assigned WEB-13 Other to you"), "{raw}");
        assert!(
            self::raw(&[News { task: None, comment: None, ..news("added") }])
                .contains("Subject: Bob added you to Launch <1>")
        );
    }
}
