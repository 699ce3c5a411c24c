//! The administrators' console: how the instance is, whose sessions and tokens there are, whose projects, and no word of what is
//! in one.

use serde_json::{Value, json};

use crate::support::{App, Fields, PASSWORD, Project, User, app, each, nobody, own_app, until};

/// A project as administrators see it.
async fn listed(admin: &User, project: &Project) -> Option<Value> {
    let mut path = "/admin/projects?orphaned=false&limit=200".to_owned();
    loop {
        let page = admin.get(&path).await.ok();
        let found = page.list("items").into_iter().find(|one| one["id"] == project.id);
        if found.is_some() {
            return found;
        }
        let cursor = page["next_cursor"].as_str()?;
        path = format!("/admin/projects?orphaned=false&limit=200&cursor={cursor}");
    }
}

async fn acts(admin: &User, query: &str) -> Vec<Value> {
    admin.get(&format!("/admin/audit?{query}")).await.ok().list("items")
}

#[tokio::test]
async fn the_instance_tells_what_it_is_and_no_secret() {
    let smtp = "smtp://robot:very-secret@127.0.0.1:2525";
    let settings =
        [("BOARDCAST_SMTP_URL", smtp), ("BOARDCAST_MAIL_FROM", "boards@example.org"), ("BOARDCAST_MAIL_DELAY", "7")];
    let (app, alice, bob, _) = own_app(&settings).await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    project.attach(&task, "notes.txt", b"some notes").await;
    let archived = alice.project().await;
    alice.put(&archived.at("/archive")).await.ok();
    let deleted = alice.project().await;
    alice.delete(&deleted.at("")).await.no_content();
    let hook = json!({"url": "https://hooks.invalid/x", "active": true});
    alice.post(&project.at("/webhooks")).json(hook).await.created();
    admin.patch(&format!("/admin/users/{}", bob.id)).json(json!({"disabled": true})).await.ok();

    let found = admin.get("/admin/instance").await.ok();
    assert_eq!(found.str("version"), env!("CARGO_PKG_VERSION"));
    let postgres = app.home().database().is_some();
    assert_eq!(found["database"]["kind"], if postgres { "postgres" } else { "sqlite" });
    assert!(found["database"].int("bytes") > 0 && found["database"].int("schema") >= 27, "{found}");
    assert_eq!(found["files"], "folder");
    let counts = &found["counts"];
    for (name, count) in [
        ("people", 4),
        ("disabled_people", 1),
        ("administrators", 1),
        ("projects", 1),
        ("archived_projects", 1),
        ("deleted_projects", 1),
        ("attachments", 1),
        ("attachment_bytes", 10),
    ] {
        assert_eq!(counts.int(name), count, "{name} of {counts}");
    }
    assert!(counts.int("tasks") >= 1 && counts.int("events") >= 4 && counts.int("audit_entries") >= 4, "{counts}");
    assert_eq!(found["waiting"].int("active_webhooks"), 1);
    assert_eq!(found["waiting"].int("failed_mails"), 0);

    let settings = found.list("settings");
    let of = |name: &str| settings.iter().find(|setting| setting["name"] == name).unwrap();
    let smtp = json!({"name": "smtp", "variable": "BOARDCAST_SMTP_URL", "value": "smtp://127.0.0.1:2525", "source": "environment"});
    assert_eq!(of("smtp"), &smtp);
    assert_eq!((of("mail-delay").str("value"), of("mail-delay").str("source")), ("7".into(), "environment".into()));
    assert_eq!(of("data").str("source"), "command_line");
    assert_eq!((of("history")["value"].clone(), of("history").str("source")), (json!(null), "default".into()));
    assert_eq!(of("import-limit").str("source"), "default");
    assert!(!found.to_string().contains("very-secret"), "{found}");

    let jobs = until("the jobs ran", || async {
        let jobs = admin.get("/admin/instance").await.ok().list("jobs");
        (jobs.len() >= 13).then_some(jobs)
    })
    .await;
    for job in jobs {
        assert!(job.str("last_run_at") < job.str("next_run_at") && job["last_error"].is_null(), "{job}");
    }
    let told = until("the settings are told", || async { acts(&admin, "act=settings").await.first().cloned() }).await;
    assert_eq!(told["details"]["values"]["mail-delay"], "7");
    assert!(!told.to_string().contains("very-secret"), "{told}");
}

#[tokio::test]
async fn other_settings_are_told_once() {
    let (mut app, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    until("the settings are told", || async { acts(&admin, "act=settings").await.first().cloned() }).await;
    app.terminate().await;
    app.restart();
    let launch = crate::support::Launch::default().with("BOARDCAST_SIGNUP", "closed");
    app.terminate().await;
    app.restart_as(&launch).unwrap();
    let admin = admin.on(&app);
    let told = until("the change is told", || async {
        let told = acts(&admin, "act=settings").await;
        (told.len() > 1).then_some(told)
    })
    .await;
    assert_eq!(told.len(), 2, "{told:?}");
    let changed = &told[0]["details"]["changed"];
    assert_eq!(changed["signup"], json!({"from": "open", "to": "closed"}), "{changed}");
}

#[tokio::test]
async fn an_administrator_lists_and_ends_sessions_and_tokens_of_a_person() {
    let (app, alice, bob, _) = app().await;
    let admin = app.administrator().await;
    let (here, there) = (bob.by_cookie().await, bob.by_cookie().await);
    let path = |rest: &str| format!("/admin/users/{}{rest}", bob.id);
    let sessions = admin.get(&path("/sessions")).await.ok().list("items");
    assert!(sessions.len() >= 3 && sessions.iter().all(|one| one["current"] == false), "{sessions:?}");
    let mine = here.get("/me/sessions").await.ok().list("items");
    let mine = mine.iter().find(|one| one["current"] == true).unwrap().id();
    let mut stream = here.stream("/events").await;
    stream.hello().await;
    // Of another person it is none.
    admin.delete(&format!("/admin/users/{}/sessions/{mine}", alice.id)).await.not_found();
    here.get("/session").await.ok();
    admin.delete(&path(&format!("/sessions/{mine}"))).await.no_content();
    here.get("/session").await.problem(401, "unauthenticated");
    stream.end().await;
    there.get("/session").await.ok();
    admin.delete(&path(&format!("/sessions/{mine}"))).await.not_found();

    let token = there.post("/tokens").json(json!({"name": "Deploys", "scopes": ["read"]})).await.created();
    let tokens = admin.get(&path("/tokens")).await.ok().list("items");
    let found = tokens.iter().find(|one| one["id"] == token.id()).unwrap();
    assert_eq!(found.str("name"), "Deploys");
    assert!(found.get("secret").is_none(), "{found}");
    admin.delete(&format!("/admin/users/{}/tokens/{}", alice.id, token.id())).await.not_found();
    admin.delete(&path(&format!("/tokens/{}", token.id()))).await.no_content();
    let secret = crate::support::Auth::Token(token.str("secret"));
    bob.with(secret).get("/me").await.problem(401, "unauthenticated");
    bob.get("/me").await.ok();

    let told = acts(&admin, &format!("target={}&actor={}", bob.id, admin.id)).await;
    assert_eq!(each(&told, "act"), ["token_revoke", "session_end"]);
    assert_eq!(
        (told[1]["details"]["session_id"].clone(), told[1].str("target_name")),
        (json!(mine), bob.email.clone())
    );
    for rest in ["/sessions", "/tokens"] {
        admin.get(&format!("/admin/users/{}{rest}", nobody())).await.not_found();
        there.get(&path(rest)).await.not_found();
    }
}

#[tokio::test]
async fn all_projects_are_listed_without_a_name_or_a_word_of_what_is_in_them() {
    let (app, alice, bob, _) = app().await;
    let admin = app.administrator().await;
    let project = alice.project_called("Merger").await;
    project.add(&bob, "editor").await;
    let column = project.column("Secret column").await;
    let task = project.task(&column, "Secret task").await;
    project.task(&column, "Another").await;
    project.attach(&task, "secret.txt", b"some notes").await;
    let found = listed(&admin, &project).await.unwrap();
    assert_eq!((found.int("member_count"), found.int("attachment_bytes")), (2, 10));
    assert_eq!(found.int("task_count"), i64::try_from(project.board().await.list("tasks").len()).unwrap());
    let owners = json!([{"id": alice.id, "name": "Alice", "email": alice.email, "disabled": false}]);
    assert_eq!(found["owners"], owners);
    assert_eq!((&found["name"], &found["key"], &found["candidates"]), (&json!(null), &json!(null), &json!([])));
    assert!(found["orphaned"] == false && found["archived_at"].is_null(), "{found}");
    assert!(found.str("updated_at") >= task.str("created_at"), "{found}");
    let text = found.to_string();
    for word in ["Merger", "ecret", "Bob"] {
        assert!(!text.contains(word), "{word} in {found}");
    }
    // By default the list is what it was: those without an owner.
    let orphans = admin.get("/admin/projects?limit=200").await.ok().list("items");
    assert!(orphans.iter().all(|one| one["orphaned"] == true && one["name"].is_string()));
}

#[tokio::test]
async fn an_administrator_archives_and_deletes_a_project_and_sees_nothing_of_it() {
    let (app, alice, bob, _) = app().await;
    let admin = app.administrator().await;
    let project = alice.project_called("Private").await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    project.told().await;
    let at = |rest: &str| format!("/admin/projects/{}{rest}", project.id);
    assert_eq!(admin.put(&at("/archive")).await.text, "");
    let event = project.told_only("project.archived").await;
    assert_eq!(event["actor"]["id"], admin.id, "the members see who did it");
    assert!(listed(&admin, &project).await.unwrap()["archived_at"].is_string());
    let body = json!({"title": "No", "column_id": column.id()});
    bob.post(&project.at("/tasks")).json(body.clone()).await.problem(409, "project_archived");
    admin.put(&at("/archive")).await.no_content();
    project.told_nothing().await;
    admin.delete(&at("/archive")).await.no_content();
    project.told_only("project.unarchived").await;
    bob.post(&project.at("/tasks")).json(body).await.created();
    project.settle().await;
    admin.get(&project.at("/board")).await.not_found();
    admin.delete(&project.at("")).await.not_found();

    admin.put(&at("/deletion")).json(json!({})).await.invalid("/current_password");
    admin.put(&at("/deletion")).json(json!({"current_password": "not-this-one"})).await.invalid("/current_password");
    alice.get(&project.at("")).await.ok();
    admin.put(&at("/deletion")).json(json!({"current_password": PASSWORD})).await.no_content();
    alice.get(&project.at("")).await.not_found();
    assert!(listed(&admin, &project).await.is_none());
    for call in [admin.put(&at("/archive")), admin.delete(&at("/archive"))] {
        call.await.not_found();
    }
    admin.put(&at("/deletion")).json(json!({"current_password": PASSWORD})).await.not_found();
    // It is in its owner's trash, and in no other.
    assert!(admin.get("/trash").await.ok().list("items").is_empty());
    alice.post(&format!("/trash/{}/restore", project.id)).await.ok();
    bob.get(&project.at("/board")).await.ok();
    let told = acts(&admin, &format!("target={}&actor={}", project.id, admin.id)).await;
    assert_eq!(each(&told, "act"), ["project_delete", "project_unarchive", "project_archive", "project_archive"]);
    assert!(!json!(told).to_string().contains("Private"));
}

#[tokio::test]
async fn an_administrator_makes_an_account_whose_person_chooses_the_password() {
    let app = App::own(&[("BOARDCAST_SIGNUP", "closed")]).await;
    let admin = app.administrator().await;
    let body = json!({"email": "Charlie@Example.com", "name": "Charlie"});
    let answer = admin.post("/admin/users").json(body.clone()).await;
    let made = answer.created();
    assert_eq!(
        (made.str("email"), &made["admin"], &made["disabled_at"]),
        ("charlie@example.com".into(), &json!(false), &json!(null))
    );
    // No password fits before that.
    for password in ["", "!", PASSWORD] {
        let body = json!({"email": "charlie@example.com", "password": password});
        app.anonymous().post("/session").json(body).await.problem(401, "wrong_credentials");
    }
    let (_, secret) =
        made["link"].str("url").split_once("/reset-password#").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let chosen = json!({"secret": secret, "password": "violet-harbour-9"});
    app.anonymous().put("/password-resets").json(chosen).await.no_content();
    let body_of_session = json!({"email": "charlie@example.com", "password": "violet-harbour-9"});
    app.anonymous().post("/session").json(body_of_session).await.ok();
    admin.post("/admin/users").json(body).await.problem(409, "email_taken");
    admin.post("/admin/users").json(json!({"email": "nowhere", "name": "Charlie"})).await.invalid("/email");
    admin
        .post("/admin/users")
        .json(json!({"email": "e@example.com", "name": "E", "admin": true}))
        .await
        .invalid("/admin");
    let told = acts(&admin, &format!("target={}", made.id())).await;
    assert_eq!(each(&told, "act"), ["password", "user_create"]);
    assert!(!json!(told).to_string().contains(&secret));
}

#[tokio::test]
async fn webhooks_of_all_projects_are_listed_by_host_and_state() {
    let (app, alice, ..) = app().await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    let mut made = vec![];
    for (path, active) in [("x?token=very-secret", false), ("services/very-secret", true)] {
        let hook = json!({"url": format!("https://hooks.invalid/{path}"), "active": active, "name": "Chat"});
        made.push(alice.post(&project.at("/webhooks")).json(hook).await.created().id());
    }
    let mut found = vec![];
    let mut path = "/admin/webhooks?limit=50".to_owned();
    loop {
        let page = admin.get(&path).await.ok();
        found.extend(page.list("items").into_iter().filter(|one| one["project_id"] == project.id));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/admin/webhooks?limit=50&cursor={cursor}");
    }
    assert_eq!(each(&found, "id"), made);
    assert!(found.iter().all(|one| one["host"] == "hooks.invalid" && one["created_by"] == alice.id), "{found:?}");
    assert_eq!(found[0]["state"], "paused");
    assert!(["active", "failing"].contains(&found[1].str("state").as_str()), "{found:?}");
    assert!(!json!(found).to_string().contains("secret") && !json!(found).to_string().contains("Chat"));
    alice.delete(&project.at("")).await.no_content();
    let left = admin.get("/admin/webhooks?limit=200").await.ok().list("items");
    assert!(left.iter().all(|one| one["project_id"] != project.id));
}
