//! News that reach a browser which is not looking: by its push service, encrypted for it.

mod sending;
mod subscriptions;

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    App, Auth, Browser, Fields, Home, Launch, PASSWORD, Project, PushService, Received, Reply, User, app, expire,
    own_app, sender, until,
};

/// A server that sends to this push service, Alice, and Bob in a browser. Both belong to a project.
struct Scene {
    app: App,
    service: PushService,
    bob: User,
    project: Project,
    column: Value,
}

impl Scene {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    async fn with(more: &[(&str, &str)]) -> Self {
        let service = PushService::start().await;
        let settings = [&service.settings()[..], more].concat();
        let (app, alice, bob, _) = own_app(&settings).await;
        let project = alice.project_called("Launch").await;
        project.add(&bob, "editor").await;
        let column = project.column("To do").await;
        Self { service, bob: bob.by_cookie().await, project, column, app }
    }

    /// Bob subscribes in the browser of this session.
    async fn subscribe(&self, session: &User, name: &str) -> Browser {
        let browser = Browser::new(name);
        let body = browser.at(&self.service.origin());
        session.put("/me/push/subscription").json(body).await.ok();
        browser
    }

    async fn assign(&self, title: &str) -> Value {
        self.assign_on(&self.app, title).await
    }

    /// The same by a server that came back at another address.
    async fn assign_on(&self, app: &App, title: &str) -> Value {
        let body = json!({"title": title, "assignee_ids": [self.bob.id]});
        self.project.on(app).task_with(&self.column, body).await
    }

    async fn show_texts(&self) {
        assert_eq!(self.bob.patch("/me/push").json(json!({"show_texts": true})).await.ok()["show_texts"], true);
    }

    /// Until a message about this task has come; answers all that have.
    async fn told_of(&self, browser: &Browser, title: &str) -> Vec<Value> {
        until("a message about the task", || async {
            let all = self.read(browser);
            all.iter().any(|message| message.to_string().contains(title)).then_some(all)
        })
        .await
    }

    fn read(&self, browser: &Browser) -> Vec<Value> {
        self.to(browser).iter().map(|message| browser.read(message)).collect()
    }

    fn to(&self, browser: &Browser) -> Vec<Received> {
        self.service.received().into_iter().filter(|message| message.path == browser.path()).collect()
    }
}

async fn subscription(session: &User) -> Value {
    session.get("/me/push").await.ok()["subscription"].clone()
}

async fn unsubscribed(session: &User) {
    until("the end of the subscription", || async { subscription(session).await.is_null().then_some(()) }).await;
}

#[tokio::test]
async fn news_are_pushed_encrypted_and_signed() {
    let scene = Scene::new().await;
    let key = scene.bob.get("/me/push").await.ok().str("application_server_key");
    let browser = scene.subscribe(&scene.bob, "bob").await;
    scene.assign("Secret plan").await;
    let message = &scene.service.messages(1).await[0];
    assert_eq!(message.path, "/send/bob");
    assert_eq!(sender(message, &scene.service.origin(), &key)["sub"], "mailto:admin@127.0.0.1");
    assert_eq!(message.header("ttl"), "259200");
    assert_eq!(message.header("urgency"), "high");
    let topic = message.header("topic");
    assert!(topic.len() <= 32 && topic.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{topic}");
    // Without Bob's leave it holds no text of the project.
    let news = scene.bob.get("/me/notifications").await.ok().list("items");
    let expected = json!({
        "web_push": 8030,
        "notification": {
            "title": "Boardcast", "body": "1 new notification",
            "navigate": format!("{}/notifications?open={}", scene.app.url, news[0].id()),
            "tag": "news", "lang": "en", "dir": "auto",
        },
        "app_badge": 1,
    });
    assert_eq!(browser.read(message), expected);
    let second = scene.assign("Another").await;
    let messages = scene.service.messages(2).await;
    let said = browser.read(&messages[1]);
    assert_eq!(said["notification"]["body"], "2 new notifications");
    assert_eq!(said["notification"]["navigate"], format!("{}/notifications", scene.app.url));
    assert_eq!(messages[1].header("topic"), topic, "it takes the place of the one before");

    scene.show_texts().await;
    scene.project.comment(&second, &format!("[@Bob](mention:{}) look", scene.bob.id)).await;
    let said = scene.told_of(&browser, "Another").await;
    let shown = &said[2]["notification"];
    assert_eq!(shown["title"], format!("{}-2 Another", scene.project.key));
    assert_eq!(shown["body"], "Alice mentioned you");
    assert!(shown.str("navigate").starts_with(&format!("{}/p/{}/board/2#comment-", scene.app.url, scene.project.key)));
    assert!(!said[2].to_string().contains("look"), "{}", said[2]);
}

#[tokio::test]
async fn each_browser_of_a_person_is_told_and_other_people_are_not() {
    let scene = Scene::new().await;
    let second = scene.bob.by_cookie().await;
    let browsers = [scene.subscribe(&scene.bob, "first").await, scene.subscribe(&second, "second").await];
    let alice = scene.project.by.by_cookie().await;
    let hers = scene.subscribe(&alice, "alice").await;
    assert_eq!(scene.bob.get("/me/push").await.ok()["subscription_count"], 2);
    scene.show_texts().await;
    scene.assign("One").await;
    for browser in &browsers {
        assert_eq!(scene.told_of(browser, "One").await.len(), 1);
    }
    assert_eq!(scene.read(&hers), Vec::<Value>::new(), "nobody is told of what they did themselves");
    let topics: Vec<_> = browsers.iter().map(|browser| scene.to(browser)[0].header("topic").to_owned()).collect();
    assert_ne!(topics[0], topics[1]);
}

#[tokio::test]
async fn the_settings_of_each_kind_decide() {
    let scene = Scene::new().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    scene.show_texts().await;
    let settings = |kinds: &[&str], on: bool| {
        let kinds: serde_json::Map<_, _> =
            kinds.iter().map(|kind| ((*kind).to_owned(), json!({"push": on, "page": false, "email": false}))).collect();
        scene.bob.patch("/me/notification-settings").json(kinds.into())
    };
    let kinds = ["assigned", "added", "mentioned", "commented", "due", "overdue"];
    settings(&kinds, true).await.ok();
    let task = scene.assign("Everything").await;
    scene.told_of(&browser, "assigned it to you").await;
    scene.project.comment(&task, "For those who watch").await;
    scene.told_of(&browser, "Alice commented").await;
    scene.project.comment(&task, &format!("[@Bob](mention:{})", scene.bob.id)).await;
    scene.told_of(&browser, "Alice mentioned you").await;
    let other = scene.project.by.project_called("Another").await;
    let alice = &scene.project.by;
    alice.put(&other.at(&format!("/members/{}", scene.bob.id))).json(json!({"role": "editor"})).await.ok();
    scene.told_of(&browser, "Alice added you to the project").await;
    let before = scene.read(&browser).len();
    settings(&kinds, false).await.ok();
    scene.project.comment(&task, "Not by push").await;
    scene.project.comment(&task, &format!("[@Bob](mention:{})", scene.bob.id)).await;
    scene.assign("Not by push").await;
    settings(&["assigned"], true).await.ok();
    scene.assign("The last one").await;
    let said = scene.told_of(&browser, "The last one").await;
    assert!(!said[before..].iter().any(|message| message.to_string().contains("Not by push")), "{said:?}");
    assert_eq!(said.len(), before + 1, "{said:?}");
}

#[tokio::test]
async fn what_is_due_is_pushed() {
    let scene = Scene::with(&[("BOARDCAST_TEST_SWEEP_EVERY", "50")]).await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    scene.show_texts().await;
    // Where it is about noon now.
    let now = jiff::Timestamp::now();
    let hour = now.to_zoned(jiff::tz::TimeZone::UTC).hour();
    let zone = if hour > 12 { format!("Etc/GMT+{}", hour - 12) } else { format!("Etc/GMT-{}", 12 - hour) };
    scene.bob.patch("/me").json(json!({"time_zone": zone})).await.ok();
    let today = now.in_tz(&zone).unwrap().date();
    let body = json!({"title": "Water", "assignee_ids": [scene.bob.id], "due_on": today.to_string()});
    scene.project.task_with(&scene.column, body).await;
    scene.told_of(&browser, "Due today").await;
    scene.bob.patch("/me/notification-settings").json(json!({"overdue": {"push": true}})).await.ok();
    let body =
        json!({"title": "Late", "assignee_ids": [scene.bob.id], "due_on": today.yesterday().unwrap().to_string()});
    scene.project.task_with(&scene.column, body).await;
    scene.told_of(&browser, "Overdue").await;
}

#[tokio::test]
async fn what_was_seen_or_is_not_for_them_any_more_is_not_pushed() {
    let scene = Scene::with(&[("BOARDCAST_TEST_PUSH_PACE", "300")]).await;
    let alice = &scene.project.by;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    scene.show_texts().await;
    let charlie = scene.app.sign_up_by_cookie("Charlie").await;
    let other = alice.project_called("Elsewhere").await;
    for user in [&scene.bob, &charlie] {
        other.add(user, "editor").await;
    }
    scene.bob.put("/me/notifications/read").json(json!({})).await.ok();
    charlie.put("/me/notifications/read").json(json!({})).await.ok();
    let his = scene.subscribe(&charlie, "charlie").await;

    // Read on the page: by looking at the task, or in the list.
    scene.assign("Seen at once").await;
    let seen = scene.bob.get("/me/notifications").await.ok().list("items")[0].id();
    scene.bob.put(&format!("/me/notifications/{seen}/read")).await.ok();
    // Deleted, muted, no more watched, taken back, and no member any more.
    let task = scene.project.task(&scene.column, "Watched").await;
    scene.bob.put(&scene.project.task_at(&task, "/watch")).await.ok();
    let comment = scene.project.comment(&task, "Deleted").await;
    alice.delete(&scene.project.at(&format!("/comments/{}", comment.id()))).await.no_content();
    scene.project.comment(&task, "No more watched").await;
    scene.bob.delete(&scene.project.task_at(&task, "/watch")).await.ok();
    let column = other.column("To do").await;
    let muted = other.task(&column, "Muted").await;
    scene.bob.put(&other.task_at(&muted, "/watch")).await.ok();
    other.comment(&muted, "Muted").await;
    scene.bob.put(&other.at("/mute")).await.ok();
    let gone = scene.assign("Gone").await;
    alice.delete(&scene.project.task_at(&gone, "")).await.no_content();
    other.task_with(&column, json!({"title": "Removed", "assignee_ids": [charlie.id]})).await;
    alice.delete(&other.at(&format!("/members/{}", charlie.id))).await.no_content();
    scene.assign("The last one").await;
    let said = scene.told_of(&browser, "The last one").await;
    assert_eq!(said.len(), 1, "{said:?}");
    let task = alice.project_called("Third").await;
    task.add(&charlie, "editor").await;
    let column = task.column("To do").await;
    task.task_with(&column, json!({"title": "For Charlie", "assignee_ids": [charlie.id]})).await;
    until("a message for Charlie", || async { (!scene.to(&his).is_empty()).then_some(()) }).await;
    let said = scene.read(&his);
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0]["notification"]["body"], "1 new notification", "nothing of the project that he has left");
}
