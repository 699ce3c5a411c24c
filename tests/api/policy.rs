//! The policy of the instance: what administrators keep to themselves, on each way to it, and the second factor that they require.

use serde_json::{Value, json};

use crate::{
    imports::{import_with, send},
    support::{Answer, App, Auth, Fields, PASSWORD, User, app, nobody, own_app},
    totps::code_now,
};

const OPEN: [(&str, &str); 4] = [
    ("create_projects", "everyone"),
    ("invite_people", "everyone"),
    ("create_tokens", "everyone"),
    ("second_factor", "nobody"),
];

async fn set(admin: &User, name: &str, value: &str) -> Value {
    admin.patch("/admin/policy").json(json!({name: value})).await.ok()
}

/// Turns the second factor on in this session. Answers the session that goes on, and the recovery codes.
pub async fn with_second_factor(by: &User) -> (User, Vec<Value>) {
    let made = by.post("/me/totp").json(json!({"current_password": PASSWORD})).await.ok();
    let answer = by.put("/me/totp").json(json!({"code": code_now(&made.str("secret"))})).await;
    let on = by.with(Auth::Cookie(answer.cookie()));
    (on, answer.ok().list("recovery_codes"))
}

/// What the policy means for a person.
async fn own(by: &User) -> Value {
    by.get("/session").await.ok()["policy"].clone()
}

async fn changes(admin: &User) -> Vec<Value> {
    admin.get("/admin/audit?act=policy").await.ok().list("items")
}

/// An administrator beside the one of the instance.
async fn another_administrator(app: &App, person: &User) -> User {
    let body = json!({"admin": true, "current_password": PASSWORD});
    app.administrator().await.patch(&format!("/admin/users/{}", person.id)).json(body).await.ok();
    person.by_cookie().await
}

#[tokio::test]
async fn only_administrators_see_and_change_it_and_each_change_is_in_the_audit_log() {
    let (app, alice, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    let open: Value = OPEN.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    assert_eq!(admin.get("/admin/policy").await.ok(), open);
    for other in [&alice, &alice.by_cookie().await] {
        other.get("/admin/policy").await.not_found();
        other.patch("/admin/policy").json(json!({"create_tokens": "administrators"})).await.not_found();
    }
    let patch = |body: Value| admin.patch("/admin/policy").json(body);
    patch(json!({"create_tokens": "nobody"})).await.invalid("/create_tokens");
    patch(json!({"second_factor": null})).await.invalid("/second_factor");
    patch(json!({"signup": "open"})).await.invalid("/signup");
    // What is the same is no change.
    assert_eq!(patch(json!({"create_tokens": "everyone"})).await.ok(), open);
    assert_eq!(patch(json!({})).await.ok(), open);
    assert!(changes(&admin).await.is_empty());

    let changed = patch(json!({"create_tokens": "administrators", "invite_people": "administrators"})).await.ok();
    assert_eq!(
        (&changed["create_tokens"], &changed["create_projects"]),
        (&json!("administrators"), &json!("everyone"))
    );
    assert_eq!(admin.get("/admin/policy").await.ok(), changed);
    set(&admin, "create_tokens", "everyone").await;
    let entries = changes(&admin).await;
    assert_eq!(entries.len(), 2, "{entries:?}");
    let moved = |from: &str, to: &str| json!({"from": from, "to": to});
    assert_eq!(entries[0]["details"], json!({"changed": {"create_tokens": moved("administrators", "everyone")}}));
    assert_eq!(
        entries[1]["details"],
        json!({"changed": {"create_tokens": moved("everyone", "administrators"),
                           "invite_people": moved("everyone", "administrators")}})
    );
    assert_eq!((entries[0]["actor_id"].clone(), entries[0]["address"].clone()), (json!(admin.id), json!("127.0.0.1")));
}

#[tokio::test]
async fn projects_are_created_by_administrators_only_on_each_way() {
    let (app, alice, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let file = json!({"boardcast": {"export": 1}, "project": {"name": "Old", "key": "OLD"},
        "columns": [{"id": "c", "name": "To do"}],
        "tasks": [{"id": "t", "number": 1, "title": "Old", "column_id": "c"}]});
    let file = file.to_string();
    set(&admin, "create_projects", "administrators").await;
    let before = alice.get("/projects").await.ok().list("items").len();
    for by in [alice.clone(), alice.by_cookie().await] {
        let refused = by.post("/projects").json(json!({"name": "New"})).await.problem(403, "projects_restricted");
        assert!(refused.str("detail").contains("administrators"), "{refused}");
        let copy = by.post(&project.at("/duplicate")).json(json!({"name": "Copy"})).await;
        copy.problem(403, "projects_restricted");
        assert_eq!(own(&by).await["create_projects"], false);
    }
    for query in ["", "?dry_run=true"] {
        send(&alice, query, "old.json", file.as_bytes(), &[]).await.problem(403, "projects_restricted");
    }
    let mapping = [("mapping", r#"{"new_project": true}"#)];
    send(&alice, "", "old.json", file.as_bytes(), &mapping).await.problem(403, "projects_restricted");
    assert_eq!(alice.get("/projects").await.ok().list("items").len(), before);
    // What is there is worked on as before, also by a file.
    project.task(&column, "One").await;
    import_with(&alice, &format!("?project_id={}", project.id), "old.json", file.as_bytes(), &[]).await;
    admin.post("/projects").json(json!({"name": "Of the administrator"})).await.created();
    assert_eq!(own(&admin).await["create_projects"], true);

    set(&admin, "create_projects", "everyone").await;
    alice.project().await;
    alice.post(&project.at("/duplicate")).json(json!({"name": "Copy"})).await.created();
}

#[tokio::test]
async fn tokens_are_made_by_administrators_only_and_those_that_there_are_go_on() {
    let (app, alice, ..) = own_app(&[]).await;
    let (admin, session) = (app.administrator().await, alice.by_cookie().await);
    set(&admin, "create_tokens", "administrators").await;
    let body = json!({"name": "x", "scopes": ["read"]});
    let refused = session.post("/tokens").json(body.clone()).await.problem(403, "tokens_restricted");
    assert!(refused.str("detail").contains("administrators"), "{refused}");
    assert_eq!(own(&session).await["create_tokens"], false);
    alice.project().await;
    admin.post("/tokens").json(body.clone()).await.created();
    // Whoever is an administrator no more makes none either.
    let alice_as_admin = another_administrator(&app, &alice).await;
    alice_as_admin.post("/tokens").json(body.clone()).await.created();
    admin.patch(&format!("/admin/users/{}", alice.id)).json(json!({"admin": false})).await.ok();
    alice_as_admin.post("/tokens").json(body).await.problem(403, "tokens_restricted");
}

#[tokio::test]
async fn people_without_an_account_are_invited_by_administrators_only() {
    let smtp = ("BOARDCAST_SMTP_URL", "smtp://127.0.0.1:9");
    let (app, alice, bob, charlie) = own_app(&[smtp, ("BOARDCAST_MAIL_FROM", "boards@example.org")]).await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    let before = project.invite("viewer").await;
    assert_eq!(before["accounts_only"], false);
    set(&admin, "invite_people", "administrators").await;
    let preview = async |secret: &str| {
        app.anonymous().post("/invitations/preview").json(json!({"secret": secret})).await.ok()["accounts_only"].clone()
    };
    let sign_up = async |secret: &str| -> Answer {
        let body = json!({"email": app.fresh_email("new"), "name": "New", "password": PASSWORD, "invitation": secret});
        app.anonymous().post("/users").json(body).await
    };
    let made = project.invite("viewer").await;
    assert_eq!(made["accounts_only"], true);
    let accounts = async || admin.get("/admin/instance").await.ok()["counts"].int("people");
    let count = accounts().await;
    // Also the link from before: its maker decides by it no more.
    for link in [&before, &made] {
        let secret = link.str("secret");
        assert_eq!(preview(&secret).await, true);
        let refused = sign_up(&secret).await.problem(403, "invitations_restricted");
        assert!(refused.str("detail").contains("administrators"), "{refused}");
    }
    assert_eq!(accounts().await, count, "no account was left behind");
    let listed = alice.get(&project.at("/invitations")).await.ok().list("items");
    assert!(listed.len() == 2 && listed.iter().all(|one| one["accounts_only"] == true && one["use_count"] == 0));
    assert_eq!(own(&alice).await["invite_people"], false);
    // A mail goes to nobody, whether the address has an account or not: which of them has is not told.
    for address in [bob.email.clone(), app.fresh_email("ghost")] {
        let body = json!({"role": "viewer", "email": address, "send": true});
        alice.post(&project.at("/invitations")).json(body.clone()).await.problem(403, "invitations_restricted");
        let mut unsent = body;
        unsent["send"] = json!(false);
        alice.post(&project.at("/invitations")).json(unsent).await.created();
    }
    // People with an account join as before.
    bob.post("/invitations/accept").json(json!({"secret": made.str("secret")})).await.ok();
    assert_eq!(bob.get(&project.at("")).await.ok()["id"], project.id);

    // An administrator who may invite into a project invites anybody.
    project.add(&charlie, "manager").await;
    let charlie = another_administrator(&app, &charlie).await;
    let theirs = charlie.post(&project.at("/invitations")).json(json!({"role": "viewer"})).await.created();
    assert_eq!((&theirs["accounts_only"], preview(&theirs.str("secret")).await), (&json!(false), json!(false)));
    sign_up(&theirs.str("secret")).await.created();
    let body = json!({"role": "viewer", "email": app.fresh_email("ghost"), "send": true});
    charlie.post(&project.at("/invitations")).json(body).await.created();

    set(&admin, "invite_people", "everyone").await;
    sign_up(&before.str("secret")).await.created();
}

#[tokio::test]
async fn it_is_required_only_by_an_administrator_who_has_it() {
    let (app, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    for of in ["administrators", "everyone"] {
        let body = json!({"second_factor": of, "create_tokens": "administrators"});
        admin.patch("/admin/policy").json(body).await.problem(409, "second_factor_off");
    }
    // Nothing of it was kept, and a secret that waits for its first code is no second factor.
    admin.post("/me/totp").json(json!({"current_password": PASSWORD})).await.ok();
    let body = json!({"second_factor": "administrators"});
    admin.patch("/admin/policy").json(body).await.problem(409, "second_factor_off");
    assert_eq!(admin.get("/admin/policy").await.ok()["create_tokens"], "everyone");
    assert!(changes(&admin).await.is_empty());
    let (admin, _) = with_second_factor(&admin).await;
    set(&admin, "second_factor", "administrators").await;
    assert_eq!(own(&admin).await["second_factor_missing"], false);
    set(&admin, "create_tokens", "administrators").await;
}

#[tokio::test]
async fn a_person_without_it_does_nothing_but_set_it_up() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let (admin, _) = with_second_factor(&app.administrator().await).await;
    let (session, token) = (bob.by_cookie().await, bob.clone());
    let (alice_session, _) = with_second_factor(&alice.by_cookie().await).await;
    let calendar = session.post("/me/calendars").json(json!({"name": "All"})).await.created().str("url");
    let calendar = calendar[calendar.find("/calendar/").unwrap()..].to_owned();
    let feed = async || app.anonymous().get(&calendar).await.status;
    assert_eq!(feed().await, 200);
    let mut ended = [session.stream("/events").await, token.stream(&project.at("/events")).await];
    let mut goes_on = alice_session.stream("/events").await;
    for stream in ended.iter_mut().chain([&mut goes_on]) {
        stream.hello().await;
    }
    assert_eq!(own(&session).await["second_factor_required"], false);
    set(&admin, "second_factor", "everyone").await;
    for stream in &mut ended {
        stream.end().await;
    }

    // In a session: what sets it up, the account itself, and signing out.
    let policy = own(&session).await;
    assert_eq!((&policy["second_factor_required"], &policy["second_factor_missing"]), (&json!(true), &json!(true)));
    assert_eq!(session.get("/me").await.ok()["id"], bob.id);
    session.get("/me/totp").await.ok();
    let board = project.at("/board");
    let (task, events) = (project.at("/tasks"), project.at("/events"));
    for path in
        ["/projects", "/events", "/me/export", "/me/sessions", "/tokens", "/imports", "/search?q=x", &board, &events]
    {
        let refused = session.get(path).await.problem(403, "second_factor_missing");
        assert!(refused.str("detail").contains("two-step"), "{refused}");
    }
    let body = json!({"title": "New", "column_id": column.id()});
    session.unchecked().post(&task).json(body.clone()).await.problem(403, "second_factor_missing");
    session.patch("/me").json(json!({"name": "Robert"})).await.problem(403, "second_factor_missing");
    session
        .put("/me/password")
        .json(json!({"current_password": PASSWORD, "new_password": "violet-harbour-9"}))
        .await
        .problem(403, "second_factor_missing");
    session.get(&format!("/projects/{}", nobody())).await.problem(403, "second_factor_missing");
    // With a token nothing at all, neither here nor as a tool.
    for path in ["/me", "/session", "/projects", &board, &events] {
        token.get(path).await.problem(403, "second_factor_missing");
    }
    token.unchecked().post(&task).json(body.clone()).await.problem(403, "second_factor_missing");
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    for path in ["/mcp", "/mcp/read"] {
        let call =
            token.unchecked().post(path).json(call.clone()).header("Accept", "application/json, text/event-stream");
        assert_eq!(call.await.status, 403, "{path}");
    }
    assert_eq!(feed().await, 404);
    // Others go on, and their streams.
    let task = project.seen_by(&alice).task(&column, "One").await;
    goes_on.frame("the new task", |frame| frame.data.to_string().contains(&task.id())).await;

    // Signing in and out works; so does setting it up, and then all works, also the token.
    let other = bob.by_cookie().await;
    other.delete("/session").await.no_content();
    let (session, codes) = with_second_factor(&session).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(own(&session).await["second_factor_missing"], false);
    session.get(&board).await.ok();
    token.get(&board).await.ok();
    assert_eq!(feed().await, 200);
    let mut stream = session.stream("/events").await;
    stream.hello().await;

    // Turned off again, all of it ends once more.
    let off = json!({"current_password": PASSWORD, "code": codes[0]});
    session.delete("/me/totp").json(off).await.no_content();
    stream.end().await;
    session.get(&board).await.problem(403, "second_factor_missing");
    token.get(&board).await.problem(403, "second_factor_missing");
    set(&admin, "second_factor", "nobody").await;
    session.get(&board).await.ok();
    token.get(&board).await.ok();
}

#[tokio::test]
async fn required_of_administrators_it_binds_nobody_else() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let (admin, _) = with_second_factor(&app.administrator().await).await;
    let path = format!("/admin/users/{}", bob.id);
    admin.patch(&path).json(json!({"admin": true, "current_password": PASSWORD})).await.ok();
    let other = bob.by_cookie().await;
    other.get("/admin/policy").await.ok();
    set(&admin, "second_factor", "administrators").await;
    alice.by_cookie().await.get("/projects").await.ok();
    alice.get("/projects").await.ok();
    for by in [&other, &bob] {
        by.get("/projects").await.problem(403, "second_factor_missing");
    }
    other.get("/admin/policy").await.problem(403, "second_factor_missing");
    other.patch("/admin/policy").json(json!({"second_factor": "nobody"})).await.problem(403, "second_factor_missing");
    admin.patch(&path).json(json!({"admin": false})).await.ok();
    for by in [&other, &bob] {
        by.get("/projects").await.ok();
    }
}

/// The command line takes a second factor off without a word to the server.
#[tokio::test]
async fn streams_end_also_where_no_request_ends_them() {
    let (app, alice, ..) = own_app(&[]).await;
    let (admin, _) = with_second_factor(&app.administrator().await).await;
    let (session, _) = with_second_factor(&alice.by_cookie().await).await;
    set(&admin, "second_factor", "everyone").await;
    let mut stream = session.stream("/events").await;
    stream.hello().await;
    let mut off = app.home().command(&["user", "totp", "--email", &alice.email, "--off"]);
    assert!(off.output().unwrap().status.success());
    stream.end().await;
    session.get("/projects").await.problem(403, "second_factor_missing");
}

#[tokio::test]
async fn everybody_else_hears_of_it_when_signing_in() {
    let (app, alice, ..) = app().await;
    let answer = app.anonymous().post("/session").json(json!({"email": alice.email, "password": PASSWORD})).await.ok();
    let policy = answer["policy"].as_object().unwrap();
    let names: Vec<_> = policy.keys().map(String::as_str).collect();
    let expected =
        ["create_projects", "invite_people", "create_tokens", "second_factor_required", "second_factor_missing"];
    assert_eq!(names, expected);
    assert_eq!(answer["policy"], own(&alice).await);
}

/// Several servers on one Postgres.
mod nodes {
    use super::*;

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn it_is_known_at_every_node_at_once() {
        let (here, alice, ..) = own_app(&[]).await;
        let there = here.another_node();
        let (admin, _) = with_second_factor(&here.administrator().await).await;
        let session = alice.by_cookie().await.on(&there);
        let mut streams = [session.stream("/events").await, alice.on(&there).stream("/events").await];
        for stream in &mut streams {
            stream.hello().await;
        }
        admin.patch("/admin/policy").json(json!({"create_projects": "administrators"})).await.ok();
        session.post("/projects").json(json!({"name": "New"})).await.problem(403, "projects_restricted");
        set(&admin, "second_factor", "everyone").await;
        session.get("/projects").await.problem(403, "second_factor_missing");
        for stream in &mut streams {
            stream.end().await;
        }
    }
}
