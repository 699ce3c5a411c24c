//! What is forgotten in time, and what readers are told then. The clock is not waited for: while the server is
//! down, its own sweeps run for a later day on the same data.

use std::time::Duration;

use boardcast::{base::clock::Timestamp, jobs, log, model::boards::HELD};
use serde_json::json;

use crate::support::{App, Fields, PASSWORD, User, own_app};

const DAY: Duration = Duration::from_hours(24);

/// Stop the server, do something with its database as it would itself, and start it again.
pub async fn meanwhile(app: &mut App, work: impl AsyncFnOnce(&boardcast::app::App)) {
    app.terminate().await;
    let config = app.home().config();
    let address = config.listen;
    let opened = boardcast::cli::serve::open(config, address).await.unwrap();
    work(&opened.app).await;
    opened.app.db.close().await;
    drop(opened);
    app.restart();
}

#[tokio::test]
async fn trimmed_events_are_said_to_be_trimmed() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    let mut streams = vec![];
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut stream = alice.stream(&path).await;
        stream.hello().await;
        project.column(&path).await;
        stream.changes(1).await;
        if path == "/events" {
            stream.event("checkpoint").await;
        }
        streams.push((path, stream.cut()));
    }
    for n in 0..30 {
        alice.patch(&project.task_at(&task, "")).json(json!({"title": format!("Title {n}")})).await.ok();
    }
    let head = project.seq().await;
    meanwhile(&mut app, async |app| {
        // Young events stay, however many there are; old ones beyond the number that is kept go.
        assert_eq!(log::history::trim(&app.db, HELD, 10, Timestamp::now().minus(DAY)).await.unwrap(), 0);
        let mut trimmed = 0;
        while trimmed < head - 10 {
            trimmed += i64::try_from(log::history::trim(&app.db, HELD, 10, Timestamp::now().plus(DAY)).await.unwrap())
                .unwrap();
        }
        assert_eq!(log::history::trim(&app.db, HELD, 10, Timestamp::now().plus(DAY)).await.unwrap(), 0);
    })
    .await;
    let (alice, project) = (alice.on(&app), project.on(&app));

    let refused = alice.get(&project.at("/events?after=0")).await.problem(410, "trimmed");
    assert_eq!(refused.int("oldest"), head - 9);
    let lines = alice.get(&project.at("/events?after=0")).header("Accept", "application/x-ndjson").await;
    lines.problem(410, "trimmed");
    let arguments = json!({"project": project.id, "after_seq": 0, "wait": 5});
    let asked = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "changes", "arguments": arguments}});
    let told = alice.unchecked().post("/mcp").json(asked).await.ok();
    assert_eq!(told["result"]["structuredContent"]["error"]["oldest"], head - 9, "{told}");
    let page = alice.get(&project.at(&format!("/events?after={}", head - 10))).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 10);

    for (path, cursor) in streams {
        let mut stream = alice.stream_from(&path, &cursor).await;
        let standing = stream.hello().await["projects"][&project.id].clone();
        assert_eq!((&standing["status"], &standing["reason"]), (&json!("reset"), &json!("trimmed")));
        assert_eq!(standing.int("head"), project.seq().await);
        // Live events go on from the head.
        project.column("Later").await;
        assert_eq!(stream.change().await["type"], "column.created");
    }

    // What others changed since then is not known any more: an honest refusal instead of a guess.
    let stale = alice
        .patch(&project.task_at(&task, ""))
        .json(json!({"title": "Mine"}))
        .if_match(task.int("version"))
        .await
        .problem(412, "version_conflict");
    assert_eq!((&stale["base"], &stale["conflicts"]), (&json!(null), &json!(["title"])));
}

#[tokio::test]
async fn what_has_ended_is_swept_away() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let session = alice.by_cookie().await;
    let kept = alice.project().await;
    let gone = alice.project().await;
    gone.task(&gone.column("To do").await, "One").await;
    let key = "swept-after-a-day";
    let made = alice.post("/projects").json(json!({"name": "Once"})).key(key).await.created();
    alice.delete(&gone.at("")).await.no_content();
    session.get("/session").await.ok();

    meanwhile(&mut app, async |app| {
        jobs::sweep(app, Timestamp::now()).await.unwrap();
        let count = async |sql| app.db.query(sql).one::<(i64,)>().await.unwrap().0;
        assert_eq!(count("select count(*) from projects where deleted_at is not null").await, 1);
        jobs::sweep(app, Timestamp::now().plus(DAY * 40)).await.unwrap();
        assert_eq!(count("select count(*) from projects where deleted_at is not null").await, 0);
        assert_eq!(count("select count(*) from sessions").await, 0);
        assert_eq!(count("select count(*) from idempotency_keys").await, 0);
    })
    .await;
    let alice = alice.on(&app);
    session.on(&app).get("/session").await.problem(401, "unauthenticated");
    kept.on(&app).settle().await;
    alice.get(&gone.at("")).await.not_found();
    // After a day the same key is a new request.
    let again = alice.post("/projects").json(json!({"name": "Once"})).key(key).await.created();
    assert_ne!(again.id(), made.id());
}

#[tokio::test]
async fn the_last_use_of_a_session_is_written_down_now_and_then() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let session = alice.by_cookie().await;
    let seen = async |session: &User| {
        let sessions = session.get("/me/sessions").await.ok();
        let own = sessions["items"].as_array().unwrap().iter().find(|item| item["current"] == true).unwrap().clone();
        own["last_seen_at"].as_str().unwrap().to_owned()
    };
    let first = seen(&session).await;
    assert_eq!(seen(&session).await, first, "not at every request");
    meanwhile(&mut app, async |app| {
        let earlier = "update sessions set last_seen_at = last_seen_at - 3600000";
        app.db.execute(earlier, |query| query).await.unwrap();
    })
    .await;
    assert!(seen(&session.on(&app)).await > first);
    meanwhile(&mut app, async |app| {
        let idle = "update sessions set last_seen_at = last_seen_at - 13 * 3600000";
        app.db.execute(idle, |query| query).await.unwrap();
    })
    .await;
    session.on(&app).get("/session").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_password_hashed_more_weakly_is_hashed_anew_when_it_is_used() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let weak = argon2::PasswordHasher::hash_password(&weak, PASSWORD.as_bytes()).unwrap().to_string();
    let hash = "select password_hash from users where email = $1";
    meanwhile(&mut app, async |app| {
        let set = "update users set password_hash = $2 where email = $1";
        app.db.execute(set, |query| query.bind(alice.email.clone()).bind(weak.clone())).await.unwrap();
    })
    .await;
    let wrong = json!({"email": alice.email, "password": "not the password"});
    app.anonymous().post("/session").json(wrong).await.problem(401, "wrong_credentials");
    let right = json!({"email": alice.email, "password": PASSWORD});
    app.anonymous().post("/session").json(right.clone()).await.ok();
    meanwhile(&mut app, async |app| {
        let (now,): (String,) = app.db.query(hash).bind(alice.email.clone()).one().await.unwrap();
        assert_ne!(now, weak);
        assert!(!boardcast::auth::passwords::outdated(&now), "{now}");
    })
    .await;
    app.anonymous().post("/session").json(right).await.ok();
}

#[tokio::test]
async fn numbers_beyond_the_limit_of_tasks_are_given_as_long_as_there_is_room() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    meanwhile(&mut app, async |app| {
        app.db.execute("update projects set task_seq = 50000", |query| query).await.unwrap();
    })
    .await;
    let project = project.on(&app);
    assert_eq!(project.task(&column, "Still room").await.int("number"), 50_001);
}
