//! The audit log: each act is a row, with its transaction or not at all; and no row is ever changed.

use std::collections::BTreeSet;

use boardcast::auth::audit;
use serde_json::{Value, json};

use crate::{
    imports::import_with,
    retention::meanwhile,
    support::{App, Fields, Home, PASSWORD, User, app, each, nobody, own_app, until},
};

/// The newest entries that fit, the newest first.
async fn entries(admin: &User, query: &str) -> Vec<Value> {
    admin.get(&format!("/admin/audit?limit=200{query}")).await.ok().list("items")
}

/// The acts that fit, the oldest first.
async fn acts(admin: &User, query: &str) -> Vec<String> {
    let mut acts = each(&entries(admin, query).await, "act");
    acts.reverse();
    acts
}

fn verify(app: &App) -> (bool, String) {
    let output = app.home().command(&["verify"]).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn what_is_done_in_a_project_is_told_with_who_did_it_and_how() {
    let (app, alice, bob, _) = app().await;
    let admin = app.administrator().await;
    let project = alice.project_called("Secret plans").await;
    let target = format!("&target={}", project.id);
    project.add(&bob, "viewer").await;
    let member = project.at(&format!("/members/{}", bob.id));
    alice.put(&member).json(json!({"role": "editor"})).await.ok();
    alice.put(&member).json(json!({"role": "editor"})).await.ok();
    alice.delete(&member).await.no_content();
    let invitation = project.invite("viewer").await;
    alice.delete(&project.at(&format!("/invitations/{}", invitation.id()))).await.no_content();
    let webhook = json!({"url": "https://hooks.invalid/secret", "active": false});
    let webhook = alice.post(&project.at("/webhooks")).json(webhook).await.created();
    let webhook = project.at(&format!("/webhooks/{}", webhook.id()));
    alice.patch(&webhook).json(json!({"name": "Chat"})).await.ok();
    alice.post(&format!("{webhook}/rotate")).await.ok();
    alice.post(&format!("{webhook}/redeliver")).json(json!({"from_seq": 1})).await.ok();
    alice.post(&format!("{webhook}/ping")).await.status(202);
    alice.delete(&webhook).await.no_content();
    let query = format!("?project_id={}", project.id);
    import_with(&alice, &query, "secret-plans.csv", b"Title,Status\nx,y\n", &[]).await;
    alice.delete(&project.at("")).await.no_content();
    alice.post(&format!("/trash/{}/restore", project.id)).await.ok();
    alice.delete(&project.at("")).await.no_content();
    alice.delete(&format!("/trash/{}", project.id)).await.no_content();

    let found = entries(&admin, &target).await;
    let expected = [
        "invitation_create",
        "member_add",
        "member_role",
        "member_remove",
        "invitation_create",
        "invitation_revoke",
        "webhook_create",
        "webhook_change",
        "webhook_rotate",
        "webhook_redeliver",
        "webhook_ping",
        "webhook_delete",
        "import",
        "project_delete",
        "project_restore",
        "project_delete",
        "project_purge",
    ];
    assert_eq!(acts(&admin, &target).await, expected);
    for entry in &found {
        assert_eq!(
            (entry.str("address"), entry.str("project_id")),
            ("127.0.0.1".into(), project.id.clone()),
            "{entry}"
        );
        let joined = entry["act"] == "member_add";
        let (who, name) = if joined { (&bob.id, "Bob") } else { (&alice.id, "Alice") };
        assert_eq!((&entry.str("actor_id"), entry.str("actor_name")), (who, name.into()), "{entry}");
        assert!(entry["via"] == "tests" && entry["token_id"].is_string(), "{entry}");
    }
    let role = found.iter().find(|entry| entry["act"] == "member_role").unwrap();
    assert_eq!((role.str("target_kind"), role.str("target_id")), ("user".into(), bob.id.clone()));
    assert_eq!((role.str("target_name"), &role["details"]), ("Bob".into(), &json!({"from": "viewer", "to": "editor"})));
    // Of what is in a project nothing is told, and nothing of where its events go.
    let text = serde_json::to_string(&found).unwrap();
    for secret in ["Secret plans", "secret-plans", "hooks.invalid", "Chat"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn what_people_do_with_accounts_and_tokens_is_told() {
    let (app, ..) = app().await;
    let admin = app.administrator().await;
    let charlie = app.sign_up_by_cookie("Charlie").await;
    let token = charlie.post("/tokens").json(json!({"name": "Deploys", "scopes": ["read"]})).await.created();
    charlie.delete(&format!("/tokens/{}", token.id())).await.no_content();
    let renewed = json!({"current_password": PASSWORD, "new_password": "violet-harbour-9"});
    charlie.put("/me/password").json(renewed).await.no_content();
    admin.post(&format!("/admin/users/{}/password-link", charlie.id)).await.created();
    let path = format!("/admin/users/{}", charlie.id);
    admin.patch(&path).json(json!({"disabled": true})).await.ok();

    let mine = entries(&admin, &format!("&actor={}", charlie.id)).await;
    assert_eq!(each(&mine, "act"), ["password", "token_revoke", "token_create", "sign_up"]);
    let made = &mine[2];
    assert_eq!((made.str("target_id"), made.str("target_name")), (token.id(), "Deploys".into()));
    assert_eq!(made["details"]["scopes"], json!(["read"]));
    assert_eq!((&made["via"], &made["token_id"]), (&json!(null), &json!(null)));
    let told = entries(&admin, &format!("&target={}", charlie.id)).await;
    assert_eq!(each(&told, "act"), ["administer", "password_link", "password", "sign_up"]);
    assert_eq!((told[0].str("actor_id"), &told[0]["details"]), (admin.id.clone(), &json!({"disabled": true})));
    assert_eq!(told[3].str("target_name"), charlie.email);
    let text = serde_json::to_string(&told).unwrap();
    for secret in [PASSWORD, "violet-harbour-9", &token.str("secret")] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn an_act_that_is_refused_is_no_row() {
    let (app, alice, bob, _) = app().await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let target = format!("&target={}", project.id);
    let before = acts(&admin, &target).await;
    bob.delete(&project.at("")).await.problem(403, "forbidden");
    let owner = project.at(&format!("/members/{}", alice.id));
    alice.delete(&owner).await.problem(409, "last_owner");
    alice.put(&owner).json(json!({"role": "viewer"})).await.problem(409, "last_owner");
    bob.delete(&format!("/trash/{}", project.id)).await.not_found();
    alice.delete(&project.at(&format!("/invitations/{}", nobody()))).await.not_found();
    assert_eq!(acts(&admin, &target).await, before);
    // A retry under the same key is the same act.
    let session = alice.by_cookie().await;
    let call = session.post("/tokens").json(json!({"name": "Once", "scopes": ["read"]})).key("once");
    let again = call.again();
    let token = call.await.created();
    again.await.created();
    assert_eq!(acts(&admin, &format!("&target={}", token.id())).await, ["token_create"]);
}

#[tokio::test]
async fn the_log_is_filtered_and_paged_and_for_administrators() {
    let (app, alice, ..) = app().await;
    let admin = app.administrator().await;
    let session = alice.by_cookie().await;
    let mut instants = vec![];
    for name in ["One", "Two", "Three"] {
        let token = session.post("/tokens").json(json!({"name": name, "scopes": ["read"]})).await.created();
        instants.push(token.str("created_at"));
    }
    let mine = format!("&actor={}&act=token_create", alice.id);
    let names = |list: &[Value]| each(list, "target_name");
    let all = entries(&admin, &mine).await;
    assert_eq!(names(&all), ["Three", "Two", "One", "tests"]);
    assert!(all.is_sorted_by(|one, next| one.int("number") > next.int("number")));
    let instant = |n: usize| instants[n].replace(':', "%3A");
    // An instant may be that of two of them.
    let from = names(&entries(&admin, &format!("{mine}&from={}", instant(1))).await);
    assert!(from.starts_with(&["Three".into(), "Two".into()]) && !from.contains(&"tests".into()), "{from:?}");
    let to = names(&entries(&admin, &format!("{mine}&to={}", instant(2))).await);
    assert!(to.ends_with(&["tests".into()]) && !to.contains(&"Three".into()), "{to:?}");
    assert!(entries(&admin, &format!("&actor={}&act=project_delete", alice.id)).await.is_empty());
    let several = acts(&admin, &format!("&actor={}&act=sign_up,project_delete&act=token_create", alice.id)).await;
    assert_eq!(several, ["sign_up", "token_create", "token_create", "token_create", "token_create"]);

    let (mut paged, mut path) = (vec![], format!("/admin/audit?limit=2{mine}"));
    loop {
        let page = admin.get(&path).await.ok();
        assert!(page.list("items").len() <= 2);
        paged.extend(page.list("items"));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/admin/audit?limit=2{mine}&cursor={cursor}");
    }
    assert_eq!(paged, all);

    for (query, pointer) in [
        ("act=nothing", "/act"),
        ("actor=x", "/actor"),
        ("target=x", "/target"),
        ("from=yesterday", "/from"),
        ("format=xml", "/format"),
        ("cursor=x", "/cursor"),
    ] {
        let problem = admin.get(&format!("/admin/audit?{query}")).await.status(422);
        let said = problem.list("errors")[0].str("pointer");
        assert!(said.starts_with(pointer), "{query}: {problem}");
    }
    session.get("/admin/audit").await.not_found();
    alice.get("/admin/audit").await.not_found();
    admin.by_token(json!({})).await.get("/admin/audit").await.not_found();
    app.anonymous().get("/admin/audit").await.status(401);
    for call in [admin.delete("/admin/audit"), admin.post("/admin/audit"), admin.put("/admin/audit")] {
        assert_eq!(call.await.status, 405);
    }
}

#[tokio::test]
async fn it_is_exported_whole_and_no_cell_is_a_formula() {
    let (app, alice, ..) = app().await;
    let admin = app.administrator().await;
    let session = alice.by_cookie().await;
    for name in ["=1+1", "plain, \"quoted\""] {
        session.post("/tokens").json(json!({"name": name, "scopes": ["read"]})).await.created();
    }
    let mine = format!("actor={}&act=token_create", alice.id);
    let all = entries(&admin, &format!("&{mine}")).await;
    let lines = admin.get(&format!("/admin/audit?limit=1&{mine}")).header("Accept", "application/x-ndjson");
    let lines = lines.open().await.unwrap();
    assert_eq!(lines.headers()["content-type"], "application/x-ndjson");
    let lines = lines.text().await.unwrap();
    let parsed: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed, all, "whatever the limit is");

    for call in [
        admin.get(&format!("/admin/audit?{mine}")).header("Accept", "text/csv, application/json;q=0.5"),
        admin.get(&format!("/admin/audit?{mine}&format=csv")),
    ] {
        let answer = call.open().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"audit.csv\"");
        let text = answer.text().await.unwrap();
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let names: Vec<&str> = rows.iter().map(|row| &row[9]).collect();
        assert_eq!(names, ["plain, \"quoted\"", "'=1+1", "tests"]);
    }
    until("the export is told, too", || async {
        acts(&admin, &format!("&actor={}&act=audit_export", admin.id)).await.first().map(drop)
    })
    .await;
}

#[tokio::test]
async fn exports_are_told_although_a_read_writes_nothing() {
    let (app, alice, ..) = app().await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    alice.get(&project.at("/export?format=csv&kind=people")).await;
    alice.by_cookie().await.get("/me/export").await.ok();
    let found = until("both are told", || async {
        let found = entries(&admin, &format!("&actor={}&act=export,account_export", alice.id)).await;
        (found.len() == 2).then_some(found)
    })
    .await;
    let export = found.iter().find(|entry| entry["act"] == "export").unwrap();
    assert_eq!((export.str("target_id"), &export["via"]), (project.id.clone(), &json!("tests")));
    assert_eq!(export["details"], json!({"format": "csv", "kind": "people"}));
}

#[tokio::test]
async fn refused_passwords_are_told_and_a_flood_of_them_is_counted_together() {
    const TIMES: i64 = 60;
    let app = App::own(&[]).await;
    let admin = app.administrator().await;
    let wrong = json!({"email": "x@example.com", "password": "not-this-one"});
    app.anonymous().post("/session").json(wrong).await.problem(401, "wrong_credentials");
    let told = until("the sign-in is told", || async { entries(&admin, "&act=sign_in").await.first().cloned() }).await;
    assert_eq!((told.str("target_name"), told.str("address")), ("x@example.com".into(), "127.0.0.1".into()));
    assert_eq!((&told["target_kind"], &told["actor_id"]), (&json!("account"), &json!(null)));
    assert_eq!(told["details"]["why"], "wrong password");

    for n in 0..TIMES {
        let body = json!({"email": format!("person{n}@example.com")});
        app.anonymous().post("/password-resets").json(body).await.status(202);
    }
    let found = until("all are told", || async {
        let found = entries(&admin, "&act=forgotten_password").await;
        let count: i64 = found.iter().map(|entry| entry["details"]["count"].as_i64().unwrap_or(1)).sum();
        (count == TIMES).then_some(found)
    })
    .await;
    assert!(found.len() < 45, "{} rows", found.len());
    assert!(
        found.iter().any(|entry| entry["details"]["others"] == true && entry["target_name"].is_null()),
        "{found:?}"
    );
    let (proved, said) = verify(&app);
    assert!(proved && said.contains("audit log, entries 1 to "), "{said}");
}

#[tokio::test]
async fn no_row_is_changed_and_what_is_changed_by_hand_shows() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let session = alice.by_cookie().await;
    for name in ["One", "Two", "Three"] {
        session.post("/tokens").json(json!({"name": name, "scopes": ["read"]})).await.created();
    }
    let (proved, said) = verify(&app);
    assert!(proved, "{said}");
    let postgres = app.home().database().is_some();
    let off: &[&'static str] = if postgres {
        &["alter table audit_log disable trigger user"]
    } else {
        &["drop trigger audit_log_keeps_rows", "drop trigger audit_log_loses_no_rows"]
    };
    meanwhile(&mut app, async |app| {
        for sql in [
            "update audit_log set actor_name = 'Changed' where number = 2",
            "delete from audit_log where number = 2",
            "delete from audit_log",
        ] {
            let refused = app.db.execute(sql, |query| query).await.unwrap_err();
            assert!(refused.to_string().contains("only ever added to"), "{refused}");
        }
        if postgres {
            app.db.execute("truncate audit_log", |query| query).await.unwrap_err();
        }
        for sql in off {
            app.db.execute(sql, |query| query).await.unwrap();
        }
    })
    .await;
    assert!(verify(&app).0, "nothing was changed");
    for (sql, said) in [
        ("delete from audit_log where number = (select max(number) from audit_log)", "are missing"),
        ("update audit_log set actor_name = 'Changed' where number = 3", "entry 3 does not follow the one before it"),
        ("delete from audit_log where number = 2", "entry 2 is missing"),
        ("update audit_log set details = '{}' where number = 1", "entry 1 does not follow the one before it"),
    ] {
        meanwhile(&mut app, async |app| {
            assert_eq!(app.db.execute(sql, |query| query).await.unwrap(), 1, "{sql}");
        })
        .await;
        let (proved, text) = verify(&app);
        assert!(!proved && text.contains(said), "{sql}: {text}");
    }
}

#[tokio::test]
async fn rows_of_many_at_once_are_one_chain() {
    let (app, ..) = own_app(&[]).await;
    let people =
        futures_util::future::join_all((0..4).map(|n| app.sign_up_by_cookie(["Alice", "Bob", "Charlie", "Alice"][n])))
            .await;
    let mut all = vec![];
    for person in people {
        all.push(tokio::spawn(async move {
            let project = person.unchecked().project().await;
            for n in 0..10 {
                person.post("/tokens").json(json!({"name": format!("{n}"), "scopes": ["read"]})).await.created();
                project.invite("viewer").await;
            }
        }));
    }
    for one in all {
        one.await.unwrap();
    }
    let admin = app.administrator().await;
    let numbers: Vec<i64> = entries(&admin, "").await.iter().map(|entry| entry.int("number")).collect();
    assert!(numbers.len() >= 80, "{numbers:?}");
    let expected: Vec<i64> = (1..=numbers[0]).rev().collect();
    assert_eq!(numbers, expected[..numbers.len()]);
    let (proved, said) = verify(&app);
    assert!(proved, "{said}");
}

#[tokio::test]
async fn it_is_in_a_backup_and_goes_on_where_that_is_restored() {
    let (app, alice, ..) = own_app(&[]).await;
    alice.project().await.invite("viewer").await;
    let admin = app.administrator().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.tar.zst");
    let file = file.to_str().unwrap();
    let before = entries(&admin, "").await;
    let run = |home: &Home, arguments: &[&str]| {
        let output = home.command(arguments).output().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {text}");
        text
    };
    run(app.home(), &["backup", file]);
    let told = entries(&admin, "&act=backup").await;
    assert_eq!((told[0].str("via"), &told[0]["actor_id"]), ("command line".into(), &json!(null)));
    assert!(run(app.home(), &["verify", file]).contains("audit log, entries 1 to "));

    // A server that was started and has no account has no audit log either, whatever was tried on it.
    let untouched = App::untouched(&[]).await;
    let wrong = json!({"email": "x@example.com", "password": "not-this-one"});
    untouched.anonymous().post("/session").json(wrong).await.problem(401, "wrong_credentials");
    assert!(untouched.terminate().await.success());
    run(untouched.home(), &["restore", file]);
    let copy = App::of(untouched.home());
    let admin = copy.administrator().await;
    // The copy may begin with other settings.
    let restored = entries(&admin, "").await;
    let restored = restored.split_at(usize::from(restored[0]["act"] == "settings")).1;
    assert_eq!(restored[0].str("act"), "restore");
    assert_eq!(restored[1..], before[..]);
    admin.by_token(json!({})).await;
    let (proved, said) = verify(&copy);
    assert!(proved, "{said}");
}

#[tokio::test]
async fn the_command_line_is_told_as_such() {
    let (app, alice, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    let output = app.home().command(&["export", &project.id]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = app.home().command(&["user", "password", "--email", &alice.email]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let vias: BTreeSet<String> =
        entries(&admin, "&act=export,password_link,user_create").await.iter().map(|entry| entry.str("via")).collect();
    assert_eq!(vias, BTreeSet::from(["command line".into()]));
    assert_eq!(acts(&admin, &format!("&target={}&act=password_link", alice.id)).await, ["password_link"]);
    assert_eq!(acts(&admin, &format!("&target={}&act=export", project.id)).await, ["export"]);
    assert_eq!(acts(&admin, "&act=user_create").await.len(), 1, "the administrator of the tests");
}

#[tokio::test]
async fn what_goes_for_good_by_the_clock_is_told() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    alice.delete(&project.at("")).await.no_content();
    meanwhile(&mut app, async |app| {
        let later = boardcast::base::clock::Timestamp::now().plus(std::time::Duration::from_hours(31 * 24));
        boardcast::jobs::sweep(app, later).await.unwrap();
        assert_eq!(audit::chain::verify(&app.db).await.unwrap().fault, None);
    })
    .await;
    let admin = app.administrator().await;
    let found = entries(&admin, &format!("&target={}", project.id)).await;
    assert_eq!(each(&found, "act"), ["project_purge", "project_delete"]);
    assert_eq!((&found[0]["actor_id"], &found[0]["address"]), (&json!(null), &json!(null)));
}
