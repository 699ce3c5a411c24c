//! One's own sign-ins: who came in and who tried, from where, and by what. The mail is tested beside the others.

use serde_json::{Value, json};

use crate::support::{App, Auth, Fields, PASSWORD, User, app, each, own_app, until};

async fn list(by: &User) -> Vec<Value> {
    by.get("/me/sign-ins").await.ok().list("items")
}

/// Waits until so many attempts are there: a refused one is written by itself.
async fn listed(by: &User, count: usize) -> Vec<Value> {
    until("the sign-ins", || async { Some(list(by).await).filter(|items| items.len() >= count) }).await
}

fn brief(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| format!("{} {}", item.str("method"), item["succeeded"])).collect()
}

async fn attempt(app: &App, email: &str, password: &str, agent: &str) -> u16 {
    let call = app.anonymous().post("/session").header("User-Agent", agent);
    call.json(json!({"email": email, "password": password})).await.status
}

#[tokio::test]
async fn each_attempt_is_listed_with_its_time_its_place_and_its_outcome() {
    let (app, alice, bob, _) = app().await;
    let session = alice.by_cookie().await;
    assert_eq!(brief(&list(&session).await), ["password true", "sign_up true"]);
    assert_eq!(attempt(&app, &alice.email, "not-this-one-1", "Mozilla/5.0 (X11) Firefox/150.0").await, 401);
    let items = listed(&session, 3).await;
    assert_eq!(brief(&items), ["password false", "password true", "sign_up true"]);
    let refused = items[0].as_object().unwrap();
    assert_eq!(refused.keys().collect::<Vec<_>>(), ["id", "at", "address", "user_agent", "method", "succeeded"]);
    assert_eq!(items[0]["address"], "127.0.0.1");
    assert_eq!(items[0]["user_agent"], "Mozilla/5.0 (X11) Firefox/150.0");
    assert!(items[0].str("at") >= items[1].str("at"), "{items:?}");
    // An address without an account has no history, and the one of another person is not shown.
    assert_eq!(attempt(&app, &app.fresh_email("ghost"), "not-this-one-1", "x").await, 401);
    assert_eq!(brief(&list(&bob.by_cookie().await).await), ["password true", "sign_up true"]);
    alice.get("/me/sign-ins").await.problem(403, "session_required");
}

#[tokio::test]
async fn a_link_and_a_second_factor_are_told_apart_from_a_password() {
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let admin = app.administrator().await;
    let url = admin.post(&format!("/admin/users/{}/password-link", alice.id)).await.created().str("url");
    let secret = url.split_once('#').unwrap().1;
    let take =
        || app.anonymous().put("/password-resets").json(json!({"secret": secret, "password": "a-third-orchid-7"}));
    take().await.no_content();
    take().await.not_found();
    session.get("/session").await.problem(401, "unauthenticated");
    let body = json!({"email": alice.email, "password": "a-third-orchid-7"});
    let signed_in = app.anonymous().post("/session").json(body.clone()).await.cookie();
    let session = alice.with(Auth::Cookie(signed_in));
    assert_eq!(brief(&list(&session).await)[..2], ["password true", "link true"]);

    let made = session.post("/me/totp").json(json!({"current_password": "a-third-orchid-7"})).await.ok();
    let code = crate::totps::code_now(&made.str("secret"));
    let answer = session.put("/me/totp").json(json!({"code": code})).await;
    let session = alice.with(Auth::Cookie(answer.cookie()));
    let recovery = answer.ok().list("recovery_codes")[0].as_str().unwrap().to_owned();
    let waits = app.anonymous().post("/session").json(body).await.cookie();
    // The right password alone is no sign-in.
    assert_eq!(brief(&list(&session).await)[0], "password true");
    let complete =
        |code: &str| app.anonymous().post("/session/totp").header("Cookie", &waits).json(json!({"code": code}));
    complete(&code).await.problem(401, "wrong_code");
    let items =
        until("the refusal", || async { Some(list(&session).await).filter(|items| items[0]["succeeded"] == false) });
    assert_eq!(brief(&items.await)[0], "totp false");
    complete(&recovery).await.ok();
    assert_eq!(brief(&list(&session).await)[0], "recovery_code true");
}

#[tokio::test]
async fn they_come_by_pages() {
    let (app, alice, ..) = app().await;
    for _ in 0..4 {
        alice.by_cookie().await;
    }
    let session = alice.by_cookie().await;
    let all = each(&list(&session).await, "id");
    assert_eq!(all.len(), 6);
    let mut found = vec![];
    let mut path = "/me/sign-ins?limit=4".to_owned();
    loop {
        let page = session.get(&path).await.ok();
        found.extend(each(&page.list("items"), "id"));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/me/sign-ins?limit=4&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(found, all);
    session.get("/me/sign-ins?cursor=x").await.invalid("/cursor");
    app.anonymous().get("/me/sign-ins").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_attacker_does_not_fill_the_list() {
    const MOST: usize = 100;
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let made = session.post("/me/totp").json(json!({"current_password": PASSWORD})).await.ok();
    let code = crate::totps::code_now(&made.str("secret"));
    let answer = session.put("/me/totp").json(json!({"code": code})).await;
    let session = alice.with(Auth::Cookie(answer.cookie()));
    let recovery = answer.ok().list("recovery_codes")[0].clone();
    let body = json!({"email": alice.email, "password": PASSWORD});
    let waits = app.anonymous().post("/session").json(body).await.cookie();
    // Wrong codes cost no hash, as wrong passwords do.
    let complete =
        |code: &Value| app.anonymous().post("/session/totp").header("Cookie", &waits).json(json!({"code": code}));
    let refused = async || {
        let items = session.get("/me/sign-ins?limit=200").await.ok().list("items");
        items.iter().filter(|item| item["succeeded"] == false).count()
    };
    for _ in 0..MOST {
        complete(&json!("wrong")).await.problem(401, "wrong_code");
    }
    until("what is written", || async { (refused().await == MOST).then_some(()) }).await;
    for _ in 0..10 {
        complete(&json!("wrong")).await.problem(401, "wrong_code");
    }
    // A sign-in that works is written all the same, behind all that wait.
    complete(&recovery).await.ok();
    assert_eq!(refused().await, MOST);
    assert_eq!(brief(&list(&session).await)[0], "recovery_code true");
}

#[tokio::test]
async fn after_ninety_days_they_are_forgotten() {
    const DAY: i64 = 24 * 3_600_000;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clock");
    std::fs::write(&file, (-91 * DAY).to_string()).unwrap();
    let settings = [("BOARDCAST_TEST_CLOCK_FILE", file.to_str().unwrap()), ("BOARDCAST_TEST_SWEEP_EVERY", "30")];
    let (mut app, alice, ..) = own_app(&settings).await;
    assert_eq!(brief(&list(&alice.by_cookie().await).await), ["password true", "sign_up true"]);
    std::fs::write(&file, "0").unwrap();
    // Begun anew: a clock that jumps is not believed at once.
    app.restart();
    let session = alice.on(&app).by_cookie().await;
    assert_eq!(brief(&list(&session).await), ["password true"]);
}
