//! Subscriptions: whose they are, how many, and when they end; and the key that they name.

use super::*;

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
