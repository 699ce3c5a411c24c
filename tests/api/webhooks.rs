//! Events reach the webhooks of a project: signed, in order, each at least once, and none is left out.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use boardcast::{base::ids::ProjectId, log};
use serde_json::{Value, json};

use crate::{
    retention::meanwhile,
    support::{App, Fields, Launch, Project, Received, Receiver, Reply, User, own_app, until},
};

/// A server that sends to this receiver, and Alice with a project.
pub struct Scene {
    pub app: App,
    pub receiver: Receiver,
    pub project: Project,
    pub column: Value,
    pub bob: User,
}

impl Scene {
    pub async fn new() -> Self {
        let receiver = Receiver::start().await;
        let (app, alice, bob, _) = own_app(&Receiver::SETTINGS).await;
        let project = alice.project_called("Launch").await;
        let column = project.column("To do").await;
        Self { app, receiver, project, column, bob }
    }

    pub async fn webhook(&self, path: &str, more: Value) -> Value {
        let mut body = json!({"url": self.receiver.url(path)});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.project.by.post(&self.project.at("/webhooks")).json(body).await.created()
    }

    pub fn at(&self, webhook: &Value, rest: &str) -> String {
        self.project.at(&format!("/webhooks/{}{rest}", webhook.id()))
    }

    pub async fn find(&self, webhook: &Value) -> Value {
        self.project.by.get(&self.at(webhook, "")).await.ok()
    }

    pub async fn deliveries(&self, webhook: &Value) -> Vec<Value> {
        self.project.by.get(&self.at(webhook, "/deliveries")).await.ok().list("items")
    }

    pub async fn task(&self, title: &str) -> Value {
        self.project.task(&self.column, title).await
    }

    async fn disabled(&self, webhook: &Value) -> Value {
        until("the end of the webhook", || async {
            Some(self.find(webhook).await).filter(|now| now["disabled_at"].is_string())
        })
        .await
    }
}

fn numbers(messages: &[Received]) -> Vec<i64> {
    messages.iter().map(Received::seq).collect()
}

/// Every number at least once, and a new one never before the one that precedes it.
#[track_caller]
fn check_order(messages: &[Received], expected: &[i64]) {
    let mut seen: Vec<(i64, String)> = vec![];
    for message in messages {
        let (seq, id) = (message.seq(), message.id());
        match seen.iter().find(|(known, _)| *known == seq) {
            Some((_, known)) => assert_eq!(*known, id, "event {seq} came once more with another id"),
            None => seen.push((seq, id)),
        }
    }
    let first: Vec<_> = seen.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(first, expected);
}

#[tokio::test]
async fn events_come_signed_in_order_and_as_the_log_has_them() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({"types": ["task.*", "label.created"], "name": "Robot"})).await;
    let start = scene.project.seq().await;
    assert_eq!(made["next_seq"], start + 1, "from here on");
    let task = scene.task("One").await;
    scene.project.column("Not wanted").await;
    for n in 0..20 {
        let body = json!({"title": format!("Title {n} “ü” \u{1f331} \\\" </script>")});
        scene.project.by.patch(&scene.project.task_at(&task, "")).json(body).await.ok();
    }
    scene.project.label("soon").await;
    let messages = scene.receiver.until_type("/hook", "label.created").await;
    let mut events = scene.project.events_after(start).await;
    events.retain(|event| event["type"] != "column.created");
    assert_eq!(messages.len(), events.len());
    let epoch = scene.project.board().await.str("epoch");
    for (message, event) in messages.iter().zip(&events) {
        assert_eq!(message.signed_by(&made.str("secret")), [0], "one signature");
        assert!(message.signed_by("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_empty());
        let body = message.json();
        let names: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["type", "timestamp", "data"]);
        assert_eq!((&body["type"], &body["timestamp"]), (&event["type"], &event["at"]));
        assert_eq!(&body["data"], event);
        assert!(String::from_utf8(message.body.clone()).unwrap().ends_with(&format!("{event}}}")), "to the byte");
        assert!(!message.id().contains('.') && !message.id().contains(&epoch));
        assert_eq!(message.header("content-type"), "application/json");
        assert!(message.header("user-agent").starts_with("Boardcast/"));
    }
    assert!(scene.receiver.connections() < 8, "connections are kept: {}", scene.receiver.connections());
    until("the place in the log", || async {
        let now = scene.find(&made).await;
        (now["backlog_count"] == 0).then_some(())
    })
    .await;
    let deliveries = scene.deliveries(&made).await;
    assert_eq!(deliveries.len(), events.len());
    assert_eq!(deliveries[0]["seq"], events.last().unwrap()["seq"], "the newest first");
    for (delivery, message) in deliveries.iter().rev().zip(&messages) {
        assert_eq!(delivery["message_id"], message.id());
        assert_eq!((&delivery["status"], &delivery["attempt"]), (&json!(204), &json!(1)));
        assert_eq!((&delivery["error"], &delivery["next_attempt_at"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_again_and_what_is_behind_waits() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({})).await;
    scene.receiver.reply(&[
        Reply::Status(500),
        Reply::With(307, "location", scene.receiver.url("/elsewhere")),
        Reply::Silence,
        Reply::Endless(400),
        Reply::Status(404),
    ]);
    let start = scene.project.seq().await;
    let begin = Instant::now();
    for n in 0..3 {
        scene.task(&format!("Task {n}")).await;
    }
    let messages = scene.receiver.messages("/hook", 8).await;
    assert!(begin.elapsed() >= Duration::from_millis(900), "an answer was not waited for");
    assert_eq!(numbers(&messages), [1, 1, 1, 1, 1, 1, 2, 3].map(|n| start + n));
    for message in &messages {
        assert_eq!(message.signed_by(&made.str("secret")), [0]);
    }
    assert!(messages[..6].iter().all(|one| one.id() == messages[0].id() && one.body == messages[0].body));
    assert!(scene.receiver.at("/elsewhere").is_empty(), "a redirect is not followed");
    // What the sockets hold, and no gigabyte.
    let given = scene.receiver.given.load(Ordering::SeqCst);
    assert!(given < 32 * 1024 * 1024, "{given} bytes were taken");
    let deliveries =
        until("all attempts", || async { Some(scene.deliveries(&made).await).filter(|all| all.len() == 8) }).await;
    let said: Vec<_> = deliveries.iter().rev().map(|one| one["error"].as_str().unwrap_or("none").to_owned()).collect();
    assert_eq!(said[0], "500 Internal Server Error");
    assert_eq!(said[1], "307 Temporary Redirect, and redirects are not followed");
    assert!(said[2].starts_with("no answer within"), "{said:?}");
    assert_eq!((said[3].as_str(), said[4].as_str()), ("400 Bad Request", "404 Not Found"));
    assert_eq!(said[5..], ["none", "none", "none"]);
    let fourth = &deliveries[4];
    assert_eq!(fourth["excerpt"], "x".repeat(200), "no more than the beginning");
    let attempts: Vec<_> = deliveries.iter().rev().map(|one| one.int("attempt")).collect();
    assert_eq!(attempts, [1, 2, 3, 4, 5, 6, 1, 1]);
    assert!(deliveries.iter().rev().take(5).all(|one| one["next_attempt_at"].is_string()));
    let now = scene.find(&made).await;
    assert_eq!((&now["failure_count"], &now["failing_since"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn a_receiver_says_when_to_come_back() {
    for status in [429, 503] {
        let scene = Scene::new().await;
        let made = scene.webhook("/hook", json!({})).await;
        scene.receiver.reply(&[Reply::With(status, "retry-after", "2".into())]);
        scene.task("One").await;
        scene.receiver.messages("/hook", 1).await;
        let waiting = until("the failure", || async {
            Some(scene.find(&made).await).filter(|now| now["next_attempt_at"].is_string())
        })
        .await;
        assert_eq!((&waiting["failure_count"], &waiting["backlog_count"]), (&json!(1), &json!(1)));
        scene.task("Two").await;
        let messages = scene.receiver.messages("/hook", 2).await;
        let pause = messages[1].at - messages[0].at;
        assert!(pause >= Duration::from_millis(1_900), "{pause:?}");
        assert_eq!(messages[0].id(), messages[1].id());
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_sent_nothing_more_until_a_manager_says_so() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({})).await;
    let start = scene.project.seq().await;
    scene.receiver.reply(&[Reply::Status(410)]);
    scene.task("One").await;
    let disabled = scene.disabled(&made).await;
    assert_eq!(disabled["active"], false);
    assert!(disabled.str("disabled_reason").contains("410"), "{disabled}");
    assert_eq!(disabled["next_attempt_at"], Value::Null);
    scene.task("Two").await;
    let active = json!({"active": true});
    let back = scene.project.by.patch(&scene.at(&made, "")).json(active).await.ok();
    assert_eq!(
        (&back["active"], &back["disabled_at"], &back["disabled_reason"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    let messages = scene.receiver.messages("/hook", 3).await;
    assert_eq!(numbers(&messages), [1, 1, 2].map(|n| start + n), "it goes on where it stopped");
}

#[tokio::test]
async fn a_receiver_that_takes_nothing_for_days_is_given_up() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({})).await;
    scene.receiver.reply_always(Reply::Status(500));
    scene.task("One").await;
    let disabled = scene.disabled(&made).await;
    assert!(disabled.str("disabled_reason").contains("took nothing"), "{disabled}");
    assert_eq!(disabled["last_error"], "500 Internal Server Error");
    let tried = scene.receiver.at("/hook").len();
    assert!((2..=10).contains(&tried), "{tried}");
    let log = scene.app.log();
    assert!(log.contains("a webhook is sent nothing more"), "the log of the server says so");
    assert!(!log.contains(&made.str("secret")) && !log.contains("/hook"), "and no secret, and no address");
}

#[tokio::test]
async fn a_receiver_may_decline_one_message() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({})).await;
    let start = scene.project.seq().await;
    scene.receiver.reply(&[Reply::With(422, "webhook-delivery", "abort-message".into())]);
    scene.task("One").await;
    scene.task("Two").await;
    assert_eq!(numbers(&scene.receiver.messages("/hook", 2).await), [start + 1, start + 2]);
    let deliveries = until("both", || async { Some(scene.deliveries(&made).await).filter(|all| all.len() == 2) }).await;
    assert_eq!((&deliveries[1]["status"], &deliveries[1]["next_attempt_at"]), (&json!(422), &Value::Null));
}

#[tokio::test]
async fn a_slow_receiver_holds_up_no_other() {
    let scene = Scene::new().await;
    let slow = Receiver::start().await;
    slow.reply_always(Reply::Silence);
    for n in 0..5 {
        scene.webhook("/slow", json!({"url": slow.url(&format!("/{n}"))})).await;
    }
    scene.webhook("/hook", json!({})).await;
    for n in 0..10 {
        scene.task(&format!("Task {n}")).await;
    }
    let messages = scene.receiver.messages("/hook", 10).await;
    let first = slow.messages("/0", 1).await;
    let waited = messages[9].at.saturating_duration_since(first[0].at);
    assert!(waited < Duration::from_secs(5), "{waited:?}");
}

#[tokio::test]
async fn events_are_sent_once_more_from_where_a_manager_says() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({"types": ["task.created"]})).await;
    let start = scene.project.seq().await;
    for n in 0..5 {
        scene.task(&format!("Task {n}")).await;
    }
    let first = scene.receiver.messages("/hook", 5).await;
    let redeliver = |seq: i64| scene.project.by.post(&scene.at(&made, "/redeliver")).json(json!({"from_seq": seq}));
    let answer = redeliver(start + 3).await.ok();
    assert_eq!((&answer["next_seq"], &answer["backlog_count"]), (&json!(start + 3), &json!(3)));
    let all = scene.receiver.messages("/hook", 8).await;
    assert_eq!(numbers(&all[5..]), [3, 4, 5].map(|n| start + n));
    let ids = |messages: &[Received]| messages.iter().map(Received::id).collect::<Vec<_>>();
    assert_eq!(ids(&all[5..]), ids(&first[2..]), "the same messages");
    // From before the webhook was made, and past what waits.
    redeliver(1).await.ok();
    scene.receiver.messages("/hook", 13).await;
    scene.project.by.patch(&scene.at(&made, "")).json(json!({"active": false})).await.ok();
    scene.task("Left out").await;
    let head = scene.project.seq().await;
    for seq in [0, -1, head + 2] {
        redeliver(seq).await.invalid("/from_seq");
    }
    redeliver(head + 1).await.ok();
    scene.project.by.patch(&scene.at(&made, "")).json(json!({"active": true})).await.ok();
    scene.task("After it").await;
    let all = scene.receiver.messages("/hook", 14).await;
    assert_eq!(numbers(&all[13..]), [head + 1]);
}

#[tokio::test]
async fn what_was_trimmed_before_it_could_be_sent_is_told_of() {
    let scene = Scene::new().await;
    let Scene { mut app, receiver, project, column, .. } = scene;
    let body = json!({"url": receiver.url("/hook"), "active": false});
    let made = project.by.post(&project.at("/webhooks")).json(body).await.created();
    let from = made.int("next_seq");
    for n in 0..4 {
        project.task(&column, &format!("Task {n}")).await;
    }
    let id = ProjectId(project.id.parse().unwrap());
    meanwhile(&mut app, async |app| {
        log::history::trim_upto(&app.db, id, from + 1).await.unwrap();
    })
    .await;
    let project = project.on(&app);
    let at = |rest: &str| project.at(&format!("/webhooks/{}{rest}", made.id()));
    let refused = project.by.post(&at("/redeliver")).json(json!({"from_seq": from})).await.problem(410, "trimmed");
    assert_eq!(refused["oldest"], from + 2);
    // The replay law wants the events that are gone.
    project.by.unchecked().patch(&at("")).json(json!({"active": true})).await.ok();
    let messages = receiver.messages("/hook", 3).await;
    let gap = messages[0].json();
    assert_eq!((gap["type"].as_str(), messages[0].signed_by(&made.str("secret"))), (Some("log.trimmed"), vec![0]));
    assert_eq!(gap["data"], json!({"project": project.id, "from_seq": from, "to_seq": from + 1}));
    assert_eq!(numbers(&messages[1..]), [from + 2, from + 3]);
}

#[tokio::test]
async fn a_deleted_project_says_so_and_nothing_more() {
    let scene = Scene::new().await;
    scene.webhook("/hook", json!({})).await;
    scene.task("One").await;
    scene.project.by.unchecked().delete(&scene.project.at("")).await.no_content();
    let messages = scene.receiver.until_type("/hook", "project.deleted").await;
    assert_eq!(messages.len(), 2);
    // One that fails at that moment is not tried any more.
    let other = scene.project.by.project_called("Other").await;
    let body = json!({"url": scene.receiver.url("/other")});
    let made = other.by.post(&other.at("/webhooks")).json(body).await.created();
    scene.receiver.reply_always(Reply::Status(500));
    other.by.unchecked().delete(&other.at("")).await.no_content();
    scene.receiver.messages("/other", 1).await;
    let third = scene.project.by.project_called("Third").await;
    let body = json!({"url": scene.receiver.url("/third")});
    third.by.post(&third.at("/webhooks")).json(body).await.created();
    third.column("To do").await;
    scene.receiver.messages("/third", 4).await;
    assert_eq!(scene.receiver.at("/other").len(), 1, "{made}");
}

#[tokio::test]
async fn a_server_that_dies_loses_nothing_and_keeps_the_order() {
    let scene = Scene::new().await;
    let Scene { mut app, receiver, project, column, .. } = scene;
    project.by.post(&project.at("/webhooks")).json(json!({"url": receiver.url("/hook")})).await.created();
    let start = project.seq().await;
    let mut expected = vec![];
    for round in 0..4_usize {
        let writer = project.by.on(&app).unchecked();
        for n in 0..15 {
            let body = json!({"title": format!("Task {round}-{n}"), "column_id": column.id()});
            writer.post(&project.at("/tasks")).json(body).await.created();
            expected.push(start + 1 + i64::try_from(expected.len()).unwrap());
        }
        // Each time at another moment of sending.
        receiver.messages("/hook", expected.len() - 15 + round * 4).await;
        app.signal("KILL");
        app.ended().await;
        app.restart();
    }
    let all = until("the last event", || async {
        Some(receiver.at("/hook")).filter(|all| all.iter().any(|one| Some(&one.seq()) == expected.last()))
    })
    .await;
    check_order(&all, &expected);
}

#[tokio::test]
async fn a_server_that_dies_behind_the_answer_sends_the_same_message_once_more() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({})).await;
    let mut app = scene.app.clone();
    app.restart_as(&Launch::default().with("BOARDCAST_TEST_KILL", "webhook.sent:1")).unwrap();
    // Without a look at the project afterwards: the server is gone by then.
    let alice = scene.project.by.on(&app).unchecked();
    let body = json!({"title": "On its way", "column_id": scene.column.id()});
    // The message may be sent, and the server be gone, before the answer is.
    let _ = alice.post(&scene.project.at("/tasks")).json(body).attempt().await;
    app.ended().await;
    app.start_again();
    let messages = scene.receiver.messages("/hook", 2).await;
    assert_eq!(messages[0].id(), messages[1].id());
    assert_eq!(messages[0].body, messages[1].body);
    assert_eq!(messages[1].signed_by(&made.str("secret")), [0]);
}

#[tokio::test]
async fn an_address_that_leads_inside_later_is_not_dialled() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({})).await;
    scene.task("One").await;
    scene.receiver.messages("/hook", 1).await;
    // As when a name leads elsewhere from now on: what was open at first is closed.
    let mut app = scene.app.clone();
    app.restart_as(&Launch::default().with("BOARDCAST_OUTGOING_NETWORKS", "10.0.0.0/8")).unwrap();
    let before = scene.receiver.connections();
    let project = scene.project.on(&app);
    project.task(&scene.column, "Two").await;
    let path = project.at(&format!("/webhooks/{}", made.id()));
    let failing = until("the failure", || async {
        let now = project.by.get(&path).await.ok();
        now["last_error"].is_string().then_some(now)
    })
    .await;
    assert!(failing.str("last_error").contains("--outgoing-networks"), "{failing}");
    assert_eq!(scene.receiver.connections(), before);
}

/// Several servers on one database.
mod nodes {
    use super::*;

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn send_each_event_once_and_in_order() {
        let scene = Scene::new().await;
        let others = [scene.app.another_node(), scene.app.another_node()];
        scene.webhook("/hook", json!({})).await;
        let start = scene.project.seq().await;
        for n in 0..60 {
            let alice = scene.project.by.on([&scene.app, &others[0], &others[1]][n % 3]);
            let body = json!({"title": format!("Task {n}"), "column_id": scene.column.id()});
            alice.unchecked().post(&scene.project.at("/tasks")).json(body).await.created();
        }
        scene.project.settle().await;
        let all = scene.receiver.messages("/hook", 60).await;
        assert_eq!(numbers(&all), (start + 1..=start + 60).collect::<Vec<_>>());
    }

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn go_on_for_one_that_died() {
        let scene = Scene::new().await;
        scene.webhook("/hook", json!({})).await;
        let start = scene.project.seq().await;
        scene.receiver.reply(&[Reply::Silence]);
        scene.task("Held by the node that dies").await;
        scene.receiver.messages("/hook", 1).await;
        scene.app.signal("KILL");
        scene.app.ended().await;
        let other = scene.app.another_node();
        let body = json!({"title": "Next", "column_id": scene.column.id()});
        let alice = scene.project.by.on(&other).unchecked();
        alice.post(&scene.project.at("/tasks")).json(body).await.created();
        let all = scene.receiver.messages("/hook", 3).await;
        assert_eq!(numbers(&all), [start + 1, start + 1, start + 2]);
        assert_eq!(all[0].id(), all[1].id());
    }
}

/// What libraries of the standard in three languages say of a message.
mod read_elsewhere {
    use std::{collections::BTreeMap, process::Command};

    use super::*;
    use crate::support::libraries::{answers, node, python};

    /// A message as a receiver hands it to a library.
    fn message(received: &Received, secret: &str) -> Value {
        let headers: BTreeMap<_, _> =
            received.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        json!({"secret": secret, "headers": headers, "body": String::from_utf8(received.body.clone()).unwrap()})
    }

    fn taken_by_rust(message: &Value) -> bool {
        let library = standardwebhooks::Webhook::new(&message.str("secret")).unwrap();
        let mut headers = http::HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, message["headers"].str(name).parse().unwrap());
        }
        library.verify(message.str("body").as_bytes(), &headers).is_ok()
    }

    fn taken_by(program: Command, messages: &[Value]) -> Vec<bool> {
        let lines: Vec<_> = messages.iter().map(Value::to_string).collect();
        answers(program, &lines.join("\n")).iter().map(|line| line.parse().unwrap()).collect()
    }

    #[tokio::test]
    #[ignore = "needs standardwebhooks; run by tests/run api-sqlite"]
    async fn three_libraries_take_what_is_signed_and_nothing_else() {
        let scene = Scene::new().await;
        let made = scene.webhook("/hook", json!({})).await;
        let first = made.str("secret");
        scene.task("Plain").await;
        // Sent with one signature, before there is a second secret.
        scene.receiver.messages("/hook", 1).await;
        let by = &scene.project.by;
        let second = by.post(&scene.at(&made, "/rotate")).key("rotate").await.ok().str("secret");
        scene.task("字 🦊 \u{2028} \"quoted\" é").await;
        let received = scene.receiver.messages("/hook", 2).await;
        let changed = |change: fn(&mut Value)| {
            let mut message = message(&received[1], &second);
            change(&mut message);
            message
        };
        let messages = [
            (message(&received[0], &first), true),
            (message(&received[1], &first), true),
            (message(&received[1], &second), true),
            (message(&received[0], &second), false),
            (changed(|message| message["body"] = json!(message.str("body") + " ")), false),
            (changed(|message| message["headers"]["webhook-id"] = json!("msg_other")), false),
            (changed(|message| message["headers"]["webhook-timestamp"] = json!("1700000000")), false),
        ];
        let (messages, expected): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
        assert_eq!(messages.iter().map(taken_by_rust).collect::<Vec<_>>(), expected, "in Rust");
        assert_eq!(taken_by(python("webhooks/verify.py"), &messages), expected, "in Python");
        assert_eq!(taken_by(node("webhooks/verify.mjs"), &messages), expected, "in Node");
    }
}
