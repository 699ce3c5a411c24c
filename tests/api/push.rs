//! News that reach a browser which is not looking: by its push service, encrypted for it.

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

#[tokio::test]
async fn a_subscription_ends_with_its_session() {
    let scene = Scene::new().await;
    scene.show_texts().await;
    let witness = scene.bob.by_cookie().await;
    let alive = scene.subscribe(&witness, "alive").await;
    let mut ended = vec![];
    for how in ["signed out", "ended elsewhere", "expired", "oldest"] {
        let session = scene.bob.by_cookie().await;
        ended.push((how, scene.subscribe(&session, how.split(' ').next().unwrap()).await));
        let id = session.get("/me/sessions").await.ok().list("items");
        let id = id.iter().find(|one| one["current"] == true).unwrap().id();
        match how {
            "signed out" => session.delete("/session").await.no_content(),
            "expired" => expire(&scene.app, "sessions", &id).await,
            _ => witness.delete(&format!("/me/sessions/{id}")).await.no_content(),
        }
    }
    scene.assign("After the end").await;
    scene.told_of(&alive, "After the end").await;
    for (how, browser) in &ended {
        assert_eq!(scene.read(browser), Vec::<Value>::new(), "{how}");
    }
    assert_eq!(witness.get("/me/push").await.ok()["subscription_count"], 1);

    // A new password ends all sessions; the one that asked goes on under another id, in a browser that has to ask anew.
    let session = scene.bob.by_cookie().await;
    let before = scene.subscribe(&session, "before").await;
    let body = json!({"current_password": PASSWORD, "new_password": "violet-harbour-9"});
    let answer = session.put("/me/password").json(body).await;
    let session = session.with(Auth::Cookie(answer.cookie()));
    answer.no_content();
    assert_eq!(session.get("/me/push").await.ok()["subscription_count"], 0);
    let after = scene.subscribe(&session, "after").await;
    scene.assign("After the password").await;
    scene.told_of(&after, "After the password").await;
    assert_eq!(scene.read(&alive).len() + scene.read(&before).len(), 1);

    // Disabled, and enabled again.
    let admin = scene.app.administrator().await;
    let path = format!("/admin/users/{}", scene.bob.id);
    admin.patch(&path).json(json!({"disabled": true})).await.ok();
    admin.patch(&path).json(json!({"disabled": false})).await.ok();
    let sign_in = json!({"email": scene.bob.email, "password": "violet-harbour-9"});
    let answer = scene.app.anonymous().post("/session").json(sign_in).await;
    let session = session.with(Auth::Cookie(answer.cookie()));
    assert_eq!(session.get("/me/push").await.ok()["subscription_count"], 0);
}

#[tokio::test]
async fn a_browser_belongs_to_the_session_that_subscribed_last() {
    let scene = Scene::new().await;
    let browser = scene.subscribe(&scene.bob, "shared").await;
    let alice = scene.project.by.by_cookie().await;
    alice.put("/me/push/subscription").json(browser.at(&scene.service.origin())).await.ok();
    assert_eq!(subscription(&scene.bob).await, Value::Null);
    assert_eq!(subscription(&alice).await["endpoint"], browser.at(&scene.service.origin())["endpoint"]);
    // Again, and with other keys: it stays one.
    let again = Browser::new("shared");
    let body = again.at(&scene.service.origin());
    let answer = alice.put("/me/push/subscription").json(body.clone()).await.ok();
    assert_eq!(answer["subscription_count"], 1);
    assert_eq!(alice.put("/me/push/subscription").key("k").json(body.clone()).await.ok()["subscription_count"], 1);
    alice.delete("/me/push/subscription").await.no_content();
    alice.delete("/me/push/subscription").await.no_content();
    assert_eq!(subscription(&alice).await, Value::Null);
}

#[tokio::test]
async fn a_person_has_few_subscriptions_and_the_oldest_goes() {
    let scene = Scene::new().await;
    let mut sessions = vec![];
    for n in 0..22 {
        let session = scene.bob.by_cookie().await;
        scene.subscribe(&session, &n.to_string()).await;
        sessions.push(session);
    }
    assert_eq!(scene.bob.get("/me/push").await.ok()["subscription_count"], 20);
    for (n, session) in sessions.iter().enumerate() {
        assert_eq!(subscription(session).await.is_null(), n < 2, "{n}");
    }
}

#[tokio::test]
async fn what_is_no_subscription_is_refused_and_changes_nothing() {
    let (_, _, bob, _) = app().await;
    let bob = bob.by_cookie().await;
    let good = Browser::new("bob").at("https://push.example.org");
    let call = |body: Value| bob.put("/me/push/subscription").json(body);
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    for endpoint in [
        "",
        "x",
        "http://push.example.org/x",
        "ftp://push.example.org",
        "https://",
        "https://alice:secret@push.example.org/",
        "https://push.example.org/#x",
        "https://push.example.org/\u{0}",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://0x7f000001/x",
        "https://10.0.0.1:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://192.0.2.1/x",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
    ] {
        call(with("/endpoint", endpoint.into())).await.invalid("/endpoint");
    }
    call(with("/endpoint", format!("https://push.example.org/{}", "x".repeat(2_048)).into()))
        .await
        .invalid("/endpoint");
    let key = good["keys"].str("p256dh");
    let off = format!("{}AAAAAA", &key[..81]);
    for p256dh in ["", "x", &key[..86], &format!("{key}="), &off] {
        call(with("/keys/p256dh", p256dh.into())).await.invalid("/keys/p256dh");
    }
    for auth in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
        call(with("/keys/auth", auth.into())).await.invalid("/keys/auth");
    }
    for (body, pointer) in [
        (json!({"endpoint": good["endpoint"]}), "/keys"),
        (json!({"keys": good["keys"]}), "/endpoint"),
        (with("/endpoint", json!(7)), "/endpoint"),
        (json!({"endpoint": good["endpoint"], "keys": good["keys"], "more": 1}), "/more"),
    ] {
        call(body).await.invalid(pointer);
    }
    bob.patch("/me/push").json(json!({"show_texts": null})).await.invalid("/show_texts");
    let push = bob.get("/me/push").await.ok();
    assert_eq!(push["subscription"], Value::Null);
    assert_eq!((&push["show_texts"], &push["subscription_count"]), (&json!(false), &json!(0)));
    call(good).await.ok();
}

#[tokio::test]
async fn a_subscription_that_the_browser_has_ended_is_deleted() {
    for status in [404, 410] {
        let scene = Scene::new().await;
        scene.subscribe(&scene.bob, "bob").await;
        scene.service.reply(&[Reply::Status(status)]);
        scene.assign("One").await;
        unsubscribed(&scene.bob).await;
        scene.assign("Two").await;
        // It can subscribe again.
        let browser = scene.subscribe(&scene.bob, "again").await;
        scene.assign("Three").await;
        until("a message", || async { (!scene.to(&browser).is_empty()).then_some(()) }).await;
        assert_eq!(scene.service.received().iter().filter(|one| one.path == "/send/bob").count(), 1);
    }
}

#[tokio::test]
async fn a_push_service_that_fails_is_asked_again_and_each_message_comes_once() {
    let scene = Scene::new().await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    let silent = Duration::from_secs(1);
    scene.service.reply(&[
        Reply::Status(500),
        Reply::Status(503),
        Reply::Status(403),
        Reply::With(307, "location", "https://127.0.0.1:1/elsewhere".into()),
        Reply::Silence,
        Reply::Endless(500),
        Reply::Endless(201),
    ]);
    let begin = Instant::now();
    scene.assign("Patience").await;
    scene.told_of(&browser, "Patience").await;
    let messages = scene.service.messages(7).await;
    assert!(begin.elapsed() >= silent, "an answer was not waited for");
    // Each is encrypted anew, and tells the same.
    let said: Vec<_> = messages.iter().map(|message| browser.read(message)).collect();
    assert!(said.iter().all(|one| one == &said[0]), "{said:?}");
    assert!(messages.windows(2).all(|pair| pair[0].body != pair[1].body));
    // The next comes by itself, and nothing was counted twice.
    scene.assign("Next").await;
    let all = scene.told_of(&browser, "Next").await;
    assert_eq!(all.len(), 8, "{all:?}");
    assert_eq!(subscription(&scene.bob).await["failing_since"], Value::Null);
    // What the sockets hold, and no gigabyte.
    let given = scene.service.given.load(Ordering::SeqCst);
    assert!(given < 32 * 1024 * 1024, "{given} bytes were taken");
}

#[tokio::test]
async fn a_push_service_says_when_to_come_back() {
    for status in [429, 503] {
        let scene = Scene::new().await;
        scene.subscribe(&scene.bob, "bob").await;
        scene.service.reply(&[Reply::With(status, "retry-after", "2".into())]);
        scene.assign("One").await;
        scene.service.messages(1).await;
        until("the failure", || async { subscription(&scene.bob).await["failing_since"].is_string().then_some(()) })
            .await;
        scene.assign("Two").await;
        let messages = scene.service.messages(2).await;
        let pause = messages[1].at - messages[0].at;
        assert!(pause >= Duration::from_millis(1_900), "{pause:?}");
    }
}

#[tokio::test]
async fn a_push_service_that_is_dead_is_given_up() {
    let scene = Scene::new().await;
    scene.subscribe(&scene.bob, "bob").await;
    scene.service.reply_always(Reply::Status(500));
    scene.assign("One").await;
    unsubscribed(&scene.bob).await;
    let tried = scene.service.received().len();
    assert!((8..40).contains(&tried), "{tried}");
    // A message that is too large is given up alone.
    let browser = scene.subscribe(&scene.bob, "again").await;
    scene.service.reply_always(Reply::Status(201));
    scene.service.reply(&[Reply::Status(413)]);
    scene.assign("Two").await;
    until("a message", || async { (scene.to(&browser).len() == 1).then_some(()) }).await;
    scene.assign("Three").await;
    until("the next message", || async { (scene.to(&browser).len() == 2).then_some(()) }).await;
    assert_eq!(subscription(&scene.bob).await["failing_since"], Value::Null);
}

#[tokio::test]
async fn a_name_that_leads_inside_is_never_dialled() {
    let service = PushService::start().await;
    let settings = service.settings();
    let closed: Vec<_> = settings.iter().filter(|(name, _)| *name != "BOARDCAST_OUTGOING_NETWORKS").copied().collect();
    let (_app, alice, bob, _) = own_app(&closed).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let bob = bob.by_cookie().await;
    let body = Browser::new("bob").at(&format!("https://localhost:{}", service.port));
    bob.put("/me/push/subscription").json(body).await.ok();
    let column = project.column("To do").await;
    project.task_with(&column, json!({"assignee_ids": [bob.id]})).await;
    until("the failure", || async { subscription(&bob).await["failing_since"].is_string().then_some(()) }).await;
    unsubscribed(&bob).await;
    assert_eq!(service.connections(), 0);
}

#[tokio::test]
async fn a_server_that_dies_while_it_sends_sends_at_most_once_more() {
    let scene = Scene::new().await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    scene.service.reply(&[Reply::Silence]);
    scene.assign("On its way").await;
    // The push service has the message, and the server does not know it yet.
    scene.service.messages(1).await;
    scene.app.signal("KILL");
    scene.app.ended().await;
    scene.app.start_again();
    scene.service.messages(2).await;
    scene.assign("After it").await;
    let said = scene.told_of(&browser, "After it").await;
    let twice: Vec<_> = said.iter().filter(|message| message.to_string().contains("On its way")).collect();
    assert_eq!(twice.len(), 2, "{said:?}");
    assert_eq!(twice[0], twice[1], "the device shows one");
}

#[tokio::test]
async fn what_was_written_before_a_server_died_is_sent_by_the_next() {
    // A message waits for five times as long: also on a busy machine none is on its way before the end.
    let scene = Scene::with(&[("BOARDCAST_TEST_PUSH_PACE", "300")]).await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    for n in 0..5 {
        scene.assign(&format!("Task {n}")).await;
    }
    scene.app.signal("KILL");
    scene.app.ended().await;
    scene.app.start_again();
    let said = until("all of them", || async { Some(scene.read(&browser)).filter(|all| all.len() >= 5) }).await;
    for n in 0..5 {
        let of = said.iter().filter(|message| message.to_string().contains(&format!("Task {n}"))).count();
        assert_eq!(of, 1, "{said:?}");
    }
}

#[tokio::test]
async fn the_server_dies_behind_the_answer_of_the_push_service() {
    let scene = Scene::new().await;
    scene.show_texts().await;
    let browser = scene.subscribe(&scene.bob, "bob").await;
    let mut app = scene.app.clone();
    app.restart_as(&Launch::default().with("BOARDCAST_TEST_KILL", "push.sent:1")).unwrap();
    // Without a look at the project afterwards: the server is gone by then.
    let alice = scene.project.by.on(&app).unchecked();
    let body = json!({"title": "On its way", "column_id": scene.column.id(), "assignee_ids": [scene.bob.id]});
    alice.post(&scene.project.at("/tasks")).json(body).await.created();
    app.ended().await;
    app.start_again();
    scene.service.messages(2).await;
    scene.assign_on(&app, "After it").await;
    let said = scene.told_of(&browser, "After it").await;
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[0], said[1], "the device shows one");
}

#[tokio::test]
async fn the_key_outlives_the_server_and_is_never_printed() {
    let scene = Scene::new().await;
    let key = async || scene.bob.get("/me/push").await.ok().str("application_server_key");
    let before = key().await;
    scene.app.signal("KILL");
    scene.app.ended().await;
    scene.app.start_again();
    assert_eq!(key().await, before);
    let kept = secret_key(&scene.app).await;
    assert!(kept.len() > 100, "{kept}");
    let printed = scene.app.log() + &scene.app.said().join("\n");
    assert!(!printed.contains(&kept[..40]));
}

/// The key as the database has it.
async fn secret_key(app: &App) -> String {
    use sqlx::Connection;
    const SQL: &str = "select push_key from instance";
    let (key,): (String,) = if let Some(url) = app.home().database() {
        let mut database = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_as(SQL).fetch_one(&mut database).await.unwrap()
    } else {
        let file = app.home().config().data.join("boardcast.db");
        let mut database = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        sqlx::query_as(SQL).fetch_one(&mut database).await.unwrap()
    };
    key
}

/// Several servers on one database.
mod nodes {
    use super::*;

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn have_one_key_and_send_each_message_once() {
        let scene = Scene::new().await;
        scene.show_texts().await;
        let others = [scene.app.another_node(), scene.app.another_node()];
        let browser = scene.subscribe(&scene.bob, "bob").await;
        let key = async |app: &App| scene.bob.on(app).get("/me/push").await.ok().str("application_server_key");
        let here = key(&scene.app).await;
        for node in &others {
            assert_eq!(key(node).await, here);
        }
        for n in 0..30 {
            let alice = scene.project.by.on([&scene.app, &others[0], &others[1]][n % 3]);
            let body =
                json!({"title": format!("Task {n}."), "column_id": scene.column.id(), "assignee_ids": [scene.bob.id]});
            alice.unchecked().post(&scene.project.at("/tasks")).json(body).await.created();
        }
        scene.project.settle().await;
        until("all of them", || async { (scene.to(&browser).len() >= 30).then_some(()) }).await;
        scene.assign("The last one").await;
        let said = scene.told_of(&browser, "The last one").await;
        for n in 0..30 {
            let of = said.iter().filter(|message| message.to_string().contains(&format!("Task {n}."))).count();
            assert_eq!(of, 1, "task {n}");
        }
    }

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn that_start_together_make_one_key() {
        let home = Home::new(&[]).await;
        let nodes = futures_util::future::join_all((0..3).map(|_| {
            let home = home.clone();
            async move { tokio::task::spawn_blocking(move || App::of(&home)).await.unwrap() }
        }))
        .await;
        let alice = nodes[0].sign_up_by_cookie("Alice").await;
        let mut keys = vec![];
        for node in &nodes {
            keys.push(alice.on(node).get("/me/push").await.ok().str("application_server_key"));
        }
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
}
