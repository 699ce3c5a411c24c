//! What a push message says, in the shape that browsers show by themselves (Declarative Web Push) and the page's service
//! worker reads too. A device may lie on a table: without its person's leave a message holds no text of a project.

use serde_json::json;
use uuid::Uuid;

use super::Keys;
use crate::{
    base::{ids::NotificationId, secrets},
    mail::News,
};

/// How many characters of a title and of a name are shown.
const TITLE: usize = 120;
const NAME: usize = 60;
/// How many pieces of news a message names.
const LINES: usize = 3;
/// How many characters the name of a topic may have (RFC 8030).
const TOPIC: usize = 32;

/// Whom messages are for.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The subscription.
    pub id: Uuid,
    /// Whether the device may show texts of projects.
    pub shows_texts: bool,
    /// How many notifications the person has not read.
    pub unread_count: i64,
    pub public_url: &'a str,
}

/// One message, before it is encrypted.
#[derive(Debug)]
pub struct Notice {
    /// What it tells of.
    pub notifications: Vec<NotificationId>,
    /// A later message of the same topic takes the place of one that has not reached the device yet. It says nothing to the
    /// push service.
    pub topic: String,
    /// Whether it may wake a device that saves its battery.
    pub is_urgent: bool,
    pub text: Vec<u8>,
}

type Told = (NotificationId, News);

/// The messages for one device: one for each task, or a single one where texts are not shown.
#[must_use]
pub fn notices(told: &[Told], reader: Reader<'_>) -> Vec<Notice> {
    if told.is_empty() {
        return vec![];
    }
    if !reader.shows_texts {
        return vec![without_texts(told, reader)];
    }
    let mut groups: Vec<(String, Vec<&Told>)> = vec![];
    for one in told {
        let topic = about(&one.1);
        match groups.iter_mut().find(|(known, _)| *known == topic) {
            Some((_, group)) => group.push(one),
            None => groups.push((topic, vec![one])),
        }
    }
    groups.into_iter().map(|(topic, group)| with_texts(&topic, &group, reader)).collect()
}

/// What news are about: a task, or a project.
fn about(news: &News) -> String {
    news.task.as_ref().map_or_else(|| news.project_key.clone(), |(id, ..)| id.to_string())
}

fn without_texts(told: &[Told], reader: Reader<'_>) -> Notice {
    let count = reader.unread_count.max(i64::try_from(told.len()).unwrap_or(i64::MAX));
    let body = if count == 1 { "1 new notification".into() } else { format!("{count} new notifications") };
    let list = format!("{}/notifications", reader.public_url);
    let navigate = match told {
        [(only, _)] if count == 1 => format!("{list}?open={only}"),
        _ => list,
    };
    let group: Vec<_> = told.iter().collect();
    notice(&group, reader, "news", ["Boardcast", &body, &navigate])
}

fn with_texts(topic: &str, group: &[&Told], reader: Reader<'_>) -> Notice {
    let Some((_, last)) = group.last() else { return without_texts(&[], reader) };
    let mut lines: Vec<(String, usize)> = vec![];
    for (_, news) in group {
        let line = sentence(news);
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, count)) => *count += 1,
            None => lines.push((line, 1)),
        }
    }
    let hidden = lines.len().saturating_sub(LINES);
    let mut body: Vec<String> = if hidden > 0 { vec![format!("{hidden} more")] } else { vec![] };
    body.extend(lines[hidden..].iter().map(|(line, count)| match count {
        1 => line.clone(),
        count => format!("{line} ({count} times)"),
    }));
    let title = last.task_name().unwrap_or_else(|| last.project_name.clone());
    notice(group, reader, topic, [&cut(&title, TITLE), &body.join("\n"), &last.address(reader.public_url)])
}

fn notice(group: &[&Told], reader: Reader<'_>, tag: &str, [title, body, navigate]: [&str; 3]) -> Notice {
    let content = json!({
        "web_push": 8030,
        "notification": {
            "title": title, "body": body, "navigate": navigate, "tag": tag, "lang": "en", "dir": "auto",
        },
        "app_badge": reader.unread_count,
    });
    let mut topic = secrets::hash(&format!("{} {tag}", reader.id));
    topic.truncate(TOPIC);
    Notice {
        notifications: group.iter().map(|(id, _)| *id).collect(),
        topic,
        is_urgent: group.iter().any(|(_, news)| matches!(news.kind.as_str(), "assigned" | "mentioned")),
        text: content.to_string().into_bytes(),
    }
}

/// Who did what, beside the name of the task.
fn sentence(news: &News) -> String {
    let actor = cut(news.actor.as_deref().unwrap_or("Somebody"), NAME);
    match news.kind.as_str() {
        "assigned" => format!("{actor} assigned it to you"),
        "added" => format!("{actor} added you to the project"),
        "mentioned" => format!("{actor} mentioned you"),
        "commented" => format!("{actor} commented"),
        "due" => "Due today".into(),
        "overdue" => "Overdue".into(),
        _ => "There is news".into(),
    }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

// The longest message fits: both texts in characters of four bytes, each written as an escape of twice as many.
const _: () = assert!(2 * 4 * TITLE + 2 * 4 * LINES * NAME + 1_024 <= Keys::MOST_TEXT);

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn news(number: u128, kind: &str, task: u128) -> Told {
        let news = News {
            kind: kind.into(),
            project_name: "Launch".into(),
            project_key: "WEB".into(),
            task: (task > 0).then(|| (Uuid::from_u128(task), 12, "Ship \"it\"".into())),
            actor: Some("Bob".into()),
            comment: (kind == "commented").then(|| (Uuid::from_u128(number), "Secret".into(), "<p>Secret</p>".into())),
            link: None,
            details: None,
        };
        (NotificationId(Uuid::from_u128(number)), news)
    }

    fn reader(shows_texts: bool) -> Reader<'static> {
        Reader { id: Uuid::from_u128(1), shows_texts, unread_count: 4, public_url: "https://boards.example.org" }
    }

    fn content(notice: &Notice) -> Value {
        serde_json::from_slice(&notice.text).unwrap()
    }

    #[test]
    fn without_leave_a_message_holds_no_text_of_a_project() {
        let told = [news(1, "assigned", 7), news(2, "commented", 7), news(3, "added", 0)];
        let [one] = &notices(&told, reader(false))[..] else { panic!("one message") };
        let text = String::from_utf8(one.text.clone()).unwrap();
        for word in ["Launch", "WEB", "Ship", "Bob", "Secret", "12"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        let content = content(one);
        assert_eq!(content["web_push"], 8030);
        assert_eq!(content["notification"]["body"], "4 new notifications");
        assert_eq!(content["notification"]["navigate"], "https://boards.example.org/notifications");
        assert_eq!(content["app_badge"], 4);
        assert_eq!(one.notifications.len(), 3);
        let alone = notices(&told[..1], Reader { unread_count: 0, ..reader(false) });
        let alone = self::content(&alone[0]);
        assert_eq!(alone["notification"]["body"], "1 new notification");
        let address = format!("https://boards.example.org/notifications?open={}", told[0].0);
        assert_eq!(alone["notification"]["navigate"], address);
    }

    #[test]
    fn with_leave_there_is_a_message_for_each_task() {
        let told = [
            news(1, "assigned", 7),
            news(2, "commented", 7),
            news(3, "added", 0),
            news(4, "commented", 7),
            news(5, "due", 8),
        ];
        let [first, added, due] = &notices(&told, reader(true))[..] else { panic!("three messages") };
        let shown = content(first)["notification"].clone();
        assert_eq!(shown["title"], "WEB-12 Ship \"it\"");
        assert_eq!(shown["body"], "Bob assigned it to you\nBob commented (2 times)");
        let comment = format!("https://boards.example.org/p/WEB/board/12#comment-{}", Uuid::from_u128(4));
        assert_eq!(shown["navigate"], comment);
        assert_eq!(shown["tag"], Uuid::from_u128(7).to_string());
        assert!(first.is_urgent && !due.is_urgent);
        assert_eq!(content(added)["notification"]["title"], "Launch");
        assert_eq!(content(added)["notification"]["body"], "Bob added you to the project");
        assert_eq!(content(due)["notification"]["body"], "Due today");
        for notice in [first, added, due] {
            assert!(
                notice.topic.len() == 32
                    && notice.topic.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            );
        }
        let later = notices(&told[3..4], reader(true));
        assert_eq!(later[0].topic, first.topic, "it takes the place of the one before");
        let elsewhere = notices(&told[3..4], Reader { id: Uuid::from_u128(2), ..reader(true) });
        assert_ne!(elsewhere[0].topic, first.topic, "push services cannot tell that two devices are told of one task");
    }

    #[test]
    fn the_longest_message_fits() {
        let long = |n: u128| {
            let (id, mut news) = news(n, "commented", 7);
            news.actor = Some(format!("{n}{}", "\u{1f600}".repeat(99)));
            news.task = Some((Uuid::from_u128(7), 999_999_999, "\"".repeat(255)));
            news.project_key = "ABCDEFGHIJ".into();
            (id, news)
        };
        let told: Vec<_> = (0..9).map(long).collect();
        let notice = &notices(&told, reader(true))[0];
        assert!(notice.text.len() <= Keys::MOST_TEXT, "{}", notice.text.len());
        assert!(content(notice)["notification"]["body"].as_str().unwrap().starts_with("6 more\n"));
    }
}
