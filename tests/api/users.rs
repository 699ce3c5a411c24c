//! People: signing up, the first administrator, one's own name and password, the admin's list.

use serde_json::json;

use crate::support::{App, Fields, PASSWORD, app, each, nobody, own_app, until};

#[tokio::test]
async fn signing_up_makes_a_user_who_is_signed_in() {
    let (app, ..) = app().await;
    let email = app.fresh_email("new");
    let body = json!({"email": email, "name": "Alice", "password": PASSWORD});
    let answer = app.anonymous().post("/users").json(body).await;
    let cookie = answer.cookie();
    let user = answer.created()["user"].clone();
    assert_eq!(user["email"], email);
    assert_eq!(user["admin"], false);
    let call = app.anonymous().get("/me").header("Cookie", &cookie);
    assert_eq!(call.await.ok(), user);
}

#[tokio::test]
async fn an_address_signs_up_once() {
    let (app, alice, ..) = app().await;
    for email in [alice.email.clone(), alice.email.to_uppercase(), format!(" {} ", alice.email)] {
        let body = json!({"email": email, "name": "Alice", "password": PASSWORD});
        let answer = app.anonymous().post("/users").json(body).await;
        // Spaces around it may be refused or removed, but they make no second person.
        assert!([409, 422].contains(&answer.status), "{email}: {}", answer.text);
        if answer.status == 409 {
            answer.problem(409, "email_taken");
        }
    }
}

#[tokio::test]
async fn an_address_signs_up_once_even_at_the_same_time() {
    let (app, ..) = app().await;
    let email = app.fresh_email("twice");
    let both = (0..8).map(|_| {
        let call = app.anonymous().post("/users");
        let body = json!({"email": email, "name": "Alice", "password": PASSWORD});
        tokio::spawn(async move { call.json(body).await.status })
    });
    let both: Vec<_> = both.collect();
    let mut statuses = Vec::new();
    for one in both {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201, "{statuses:?}");
    assert!(statuses[1..].iter().all(|s| [409, 503].contains(s)), "{statuses:?}");
}

#[tokio::test]
async fn signing_up_says_which_field_is_wrong() {
    let (app, ..) = app().await;
    let email = app.fresh_email("wrong");
    let sign_up = |body| app.anonymous().post("/users").json(body);
    for password in
        ["", "short-1", "password", "12345678", "qwertz123", "p@ssw0rd", &email, "Alice Liddell", &"x".repeat(257)]
    {
        let body = json!({"email": email, "name": "Alice Liddell", "password": password});
        let problem = sign_up(body).await.invalid("/password");
        let detail = problem.list("errors")[0].str("detail");
        assert!(detail.starts_with("the password "), "{detail}");
    }
    let long = format!("{}@example.com", "x".repeat(300));
    for wrong in ["", "alice", "@example.com", "a b@example.com", "a@b\n.com", "a\u{200b}b@example.com", &long] {
        let body = json!({"email": wrong, "name": "Alice", "password": PASSWORD});
        sign_up(body).await.invalid("/email");
    }
    for name in ["", "   ", "\u{0}", &"x".repeat(256)] {
        let body = json!({"email": email, "name": name, "password": PASSWORD});
        sign_up(body).await.invalid("/name");
    }
    for field in ["admin", "id", "created_at", "role"] {
        let mut body = json!({"email": email, "name": "Alice", "password": PASSWORD});
        body[field] = json!(true);
        sign_up(body).await.invalid(&format!("/{field}"));
    }
    sign_up(json!({"email": email, "name": "Alice"})).await.invalid("/password");
}

#[tokio::test]
async fn an_account_has_one_address_however_it_is_typed() {
    let (app, ..) = app().await;
    let email = app.fresh_email("one").replace("one", "ren\u{e9}");
    let body = json!({"email": email, "name": "Alice", "password": PASSWORD});
    app.anonymous().post("/users").json(body).await.created();
    let decomposed = email.replace('\u{e9}', "e\u{301}");
    for typed in [email.to_uppercase(), format!(" {email}\n"), decomposed.clone(), decomposed.to_uppercase()] {
        let body = json!({"email": typed, "password": PASSWORD});
        app.anonymous().post("/session").json(body).await.ok();
        let body = json!({"email": typed, "name": "Another", "password": PASSWORD});
        app.anonymous().post("/users").json(body).await.problem(409, "email_taken");
    }
}

#[tokio::test]
async fn without_a_right_invitation_signing_up_does_not_tell_who_has_an_account() {
    for policy in ["open", "invited", "closed"] {
        let app = App::own(&[("BOARDCAST_SIGNUP", policy)]).await;
        let mut answers = vec![];
        for email in [crate::support::ADMIN_EMAIL, "unknown-person@example.com"] {
            let body = json!({"email": email, "name": "X", "password": PASSWORD, "invitation": "nonsense"});
            let answer = app.anonymous().post("/users").json(body).await;
            let mut body = answer.body;
            body.as_object_mut().unwrap().remove("request_id");
            answers.push((answer.status, body));
        }
        assert_eq!(answers[0], answers[1], "{policy}");
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_is_in_the_log_with_its_address_and_unescaped_nowhere() {
    let app = App::own(&[]).await;
    let sign_in =
        |email: &str| app.anonymous().post("/session").json(json!({"email": email, "password": "wrong-one-1"}));
    sign_in("unknown-person@example.com").await.problem(401, "wrong_credentials");
    sign_in("x\nINFO forged line").await.problem(401, "wrong_credentials");
    // Another thread writes the lines.
    let audited = |log: String| log.lines().filter(|line| line.contains("boardcast::audit")).count();
    until("both lines", || async { (audited(app.log()) >= 2).then_some(()) }).await;
    let log = app.log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("boardcast::audit")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines[0].contains("unknown-person@example.com") && lines[0].contains("address=127.0.0.1"), "{lines:?}");
    assert!(!log.contains("forged") && !log.contains("wrong-one-1"), "{log}");
}

#[tokio::test]
async fn a_closed_instance_takes_nobody_without_an_invitation() {
    for policy in ["closed", "invited"] {
        let app = App::own(&[("BOARDCAST_SIGNUP", policy)]).await;
        let instance = app.anonymous().get("/instance").await.ok();
        assert_eq!(instance["signup"], policy);
        let body = json!({"email": "alice@example.com", "name": "Alice", "password": PASSWORD});
        let call = app.anonymous().post("/users").json(body.clone());
        call.await.problem(403, "signup_closed");
        let mut with_nonsense = body;
        with_nonsense["invitation"] = json!("nonsense");
        let answer = app.anonymous().post("/users").json(with_nonsense).await;
        assert!([403, 404, 422].contains(&answer.status), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_invitation_lets_somebody_sign_up_into_the_project() {
    let app = App::own(&[("BOARDCAST_SIGNUP", "invited")]).await;
    let admin = app.administrator().await;
    let project = admin.project().await;
    let secret = project.invite("editor").await.str("secret");
    let body = json!({"email": "bob@example.com", "name": "Bob", "password": PASSWORD, "invitation": secret});
    let answer = app.anonymous().post("/users").json(body.clone()).await;
    let cookie = answer.cookie();
    let user = answer.created()["user"].clone();
    let call = app.anonymous().get("/projects").header("Cookie", &cookie);
    let list = call.await.ok().list("items");
    assert_eq!(each(&list, "id"), [project.id.as_str()]);
    assert_eq!(list[0]["role"], "editor");
    let event = project.told_only("member.added").await;
    assert_eq!(event["changes"]["members"][0]["id"], user["id"]);
    assert_eq!(event["changes"]["members"][0]["role"], "editor");
    project.settle().await;

    let mut again = body;
    again["email"] = json!("charlie@example.com");
    let answer = app.anonymous().post("/users").json(again).await;
    assert!([403, 404, 409, 422].contains(&answer.status), "{}", answer.text);
    project.told_nothing().await;
}

#[tokio::test]
async fn the_first_administrator_comes_by_the_printed_link() {
    let app = App::untouched(&[("BOARDCAST_SIGNUP", "closed")]).await;
    let anonymous = app.anonymous();
    assert_eq!(anonymous.get("/instance").await.ok()["setup_required"], true);
    let secret = until("the setup link", || async {
        let said = app.said().join(
            "
",
        );
        let (_, rest) = said.split_once("/setup#")?;
        rest.split_whitespace().next().map(str::to_owned)
    })
    .await;

    let body =
        |email: &str, secret: &str| json!({"email": email, "name": "Alice", "password": PASSWORD, "setup": secret});
    let wrong = anonymous.post("/users").json(body("alice@example.com", "nonsense")).await;
    assert!([403, 404, 409, 422].contains(&wrong.status), "{}", wrong.text);

    let racers: Vec<_> = (0..6)
        .map(|n| {
            let call = anonymous.post("/users");
            let body = body(&format!("racer{n}@example.com"), &secret);
            tokio::spawn(async move { call.json(body).await })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        let answer = racer.await.unwrap();
        if answer.status == 201 {
            winners += 1;
            assert_eq!(answer.created()["user"]["admin"], true);
        } else {
            assert!([403, 404, 409, 422].contains(&answer.status), "{}", answer.text);
        }
    }
    assert_eq!(winners, 1, "one link, one administrator");
    assert_eq!(anonymous.get("/instance").await.ok()["setup_required"], false);
    let late = anonymous.post("/users").json(body("late@example.com", &secret)).await;
    assert!([403, 404, 409, 422].contains(&late.status), "{}", late.text);
}

#[tokio::test]
async fn an_instance_with_an_administrator_prints_no_link() {
    let app = App::own(&[]).await;
    assert!(!app.said().iter().any(|line| line.contains("/setup#")), "{:?}", app.said());
    let instance = app.anonymous().get("/instance").await.ok();
    assert_eq!(instance["setup_required"], false);
    assert_eq!(instance["name"], "Boardcast");
    assert_eq!(instance["signup"], "open");
    assert!(instance["version"].is_string());
}

#[tokio::test]
async fn a_new_name_shows_in_every_project() {
    let (_, alice, bob, _) = app().await;
    let (one, two) = (alice.project().await, alice.project().await);
    one.add(&bob, "editor").await;
    two.add(&bob, "viewer").await;
    let user = bob.patch("/me").json(json!({"name": "Robert"})).await.ok();
    assert_eq!(user["name"], "Robert");
    assert_eq!(bob.get("/me").await.ok(), user);
    for project in [&one, &two] {
        let event = project.told_only("member.changed").await;
        let member = &event["changes"]["members"][0];
        assert_eq!(member["id"], bob.id);
        assert_eq!(member["name"], "Robert");
        project.settle().await;
    }
}

#[tokio::test]
async fn a_user_cannot_promote_himself() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    for field in ["admin", "id", "email", "created_at"] {
        let mut body = json!({"name": "Alice"});
        body[field] = json!(true);
        alice.patch("/me").json(body).await.invalid(&format!("/{field}"));
    }
    assert_eq!(alice.get("/me").await.ok()["admin"], false);
    alice.get("/admin/users").await.not_found();
    alice.patch(&format!("/admin/users/{}", alice.id)).json(json!({"admin": true})).await.not_found();
}

#[tokio::test]
async fn a_name_has_its_limits() {
    let (_, alice, ..) = app().await;
    for name in ["", "  ", "a\u{0}b", &"x".repeat(256)] {
        alice.patch("/me").json(json!({"name": name})).await.invalid("/name");
    }
    assert_eq!(alice.get("/me").await.ok()["name"], "Alice");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let (app, alice, ..) = app().await;
    let (here, there) = (alice.by_cookie().await, alice.by_cookie().await);
    let body = json!({"current_password": PASSWORD, "new_password": "violet-harbour-9"});
    let answer = here.put("/me/password").json(body).await;
    let renewed = here.with(crate::support::Auth::Cookie(answer.cookie()));
    answer.no_content();
    there.get("/session").await.problem(401, "unauthenticated");
    // The session that changed it goes on under a new id; the old one is worth nothing.
    renewed.get("/session").await.ok();
    here.get("/session").await.problem(401, "unauthenticated");

    let old = json!({"email": alice.email, "password": PASSWORD});
    app.anonymous().post("/session").json(old).await.problem(401, "wrong_credentials");
    let new = json!({"email": alice.email, "password": "violet-harbour-9"});
    app.anonymous().post("/session").json(new).await.ok();
}

#[tokio::test]
async fn a_new_password_needs_the_current_one() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    let wrong = json!({"current_password": "not-this-one-1", "new_password": "violet-harbour-9"});
    let answer = alice.put("/me/password").json(wrong).await;
    assert!([401, 403, 422].contains(&answer.status), "{}", answer.text);
    for weak in ["short", "iloveyou1", &alice.email] {
        let weak = json!({"current_password": PASSWORD, "new_password": weak});
        alice.put("/me/password").json(weak).await.invalid("/new_password");
    }
    alice.get("/session").await.ok();
    alice.by_cookie().await.get("/session").await.ok();
}

#[tokio::test]
async fn the_administrator_lists_and_finds_people() {
    let (app, alice, bob, _) = app().await;
    let admin = app.administrator().await;
    let found = admin.get(&format!("/admin/users?q={}", alice.email)).await.ok();
    let items = found.list("items");
    assert_eq!(each(&items, "id"), [alice.id.as_str()]);
    assert_eq!(items[0]["disabled_at"], json!(null));
    assert_eq!(items[0]["email"], alice.email);
    // A wildcard is a character like any other.
    assert!(admin.get("/admin/users?q=%25%25").await.ok().list("items").is_empty());

    let mut ids = Vec::new();
    let mut path = "/admin/users?limit=2".to_owned();
    loop {
        let page = admin.get(&path).await.ok();
        let items = page.list("items");
        assert!(items.len() <= 2);
        ids.extend(each(&items, "id"));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/admin/users?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert!(ids.contains(&alice.id) && ids.contains(&bob.id));
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "nobody comes twice");
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once() {
    let (app, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let session = bob.by_cookie().await;
    let mut streams = [bob.stream("/events").await, session.stream("/events").await];
    for stream in &mut streams {
        stream.hello().await;
    }
    let admin = app.administrator().await;
    let path = format!("/admin/users/{}", bob.id);
    let user = admin.patch(&path).json(json!({"disabled": true})).await.ok();
    assert!(user["disabled_at"].is_string());
    for stream in &mut streams {
        stream.end().await;
        assert!(stream.saw("bye"), "{:?}", stream.seen);
    }
    session.get("/session").await.problem(401, "unauthenticated");
    bob.get("/projects").await.problem(401, "unauthenticated");
    let body = json!({"email": bob.email, "password": PASSWORD});
    let answer = app.anonymous().post("/session").json(body).await;
    assert!([401, 403].contains(&answer.status), "{}", answer.text);

    let user = admin.patch(&path).json(json!({"disabled": false})).await.ok();
    assert_eq!(user["disabled_at"], json!(null));
    bob.by_cookie().await.get("/session").await.ok();
}

#[tokio::test]
async fn an_administrator_makes_another() {
    let (app, alice, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    let path = format!("/admin/users/{}", alice.id);
    // A session that was left open is not enough.
    admin.patch(&path).json(json!({"admin": true})).await.invalid("/current_password");
    let wrong = json!({"admin": true, "current_password": "not-this-one-1"});
    admin.patch(&path).json(wrong).await.invalid("/current_password");
    assert_eq!(alice.by_cookie().await.get("/me").await.ok()["admin"], false);
    let user = admin.patch(&path).json(json!({"admin": true, "current_password": PASSWORD})).await.ok();
    assert_eq!(user["admin"], true);
    let log = app.log();
    let line = log.lines().find(|line| line.contains("administer") && line.contains(&alice.id)).unwrap();
    assert!(line.contains("boardcast::audit") && line.contains("address=127.0.0.1"), "{line}");
    assert!(line.contains(&format!("actor={}", admin.id)), "{line}");
    assert!(!log.contains(PASSWORD), "a password in the log");
    let promoted = alice.by_cookie().await;
    promoted.get("/admin/users").await.ok();
    // Her token never reaches the console, whatever she is.
    alice.get("/admin/users").await.not_found();

    promoted.patch(&path).json(json!({"admin": false})).await.ok();
    promoted.get("/admin/users").await.not_found();
}

#[tokio::test]
async fn an_instance_keeps_an_administrator() {
    let (app, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    let path = format!("/admin/users/{}", admin.id);
    for body in [json!({"admin": false}), json!({"disabled": true})] {
        let answer = admin.patch(&path).json(body).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
    }
    admin.get("/admin/users").await.ok();
}

#[tokio::test]
async fn administering_says_what_is_wrong() {
    let (app, alice, ..) = app().await;
    let admin = app.administrator().await;
    admin.patch(&format!("/admin/users/{}", nobody())).json(json!({"disabled": true})).await.not_found();
    let path = format!("/admin/users/{}", alice.id);
    admin.patch(&path).json(json!({"email": "x@example.com"})).await.invalid("/email");
    admin.patch(&path).json(json!({"admin": "yes"})).await.invalid("/admin");
}

#[tokio::test]
async fn people_are_found_in_any_case_and_script() {
    let (app, alice, ..) = app().await;
    let admin = app.administrator().await;
    let (shared, other) = (alice.project().await, alice.project().await);
    for (name, searches) in [
        ("Жук Иванов", ["жук", "ЖУК", "Жук"]),
        ("Ömer Şahin", ["ömer", "ÖMER", "şahin"]),
        ("İstanbul Işık", ["istanbul", "İSTANBUL", "ışık"]),
        ("Οδυσσεύς", ["οδυσσευς", "ΟΔΥΣΣΕΥΣ", "ΟΔΥΣΣΕΎΣ"]),
    ] {
        let person = app.sign_up(name).await;
        shared.add(&person, "viewer").await;
        for search in searches {
            let query: String = url::form_urlencoded::byte_serialize(search.as_bytes()).collect();
            let found = admin.get(&format!("/admin/users?limit=200&q={query}")).await.ok().list("items");
            assert!(each(&found, "id").contains(&person.id), "{search} does not find {name} among {found:?}");
            let found = alice.get(&other.at(&format!("/people?q={query}"))).await.ok().list("items");
            assert_eq!(each(&found, "id"), [person.id.as_str()], "{search}");
        }
    }
    let nobody: String = url::form_urlencoded::byte_serialize("ЖУКЖУК".as_bytes()).collect();
    assert!(admin.get(&format!("/admin/users?q={nobody}")).await.ok().list("items").is_empty());
}

#[tokio::test]
async fn a_search_goes_on_behind_the_page_before() {
    let (app, ..) = app().await;
    let admin = app.administrator().await;
    let mut made = vec![];
    for n in 0..5 {
        made.push(app.sign_up(&format!("Pagé {n}")).await.id);
        app.sign_up("Between").await;
    }
    let (mut found, mut path) = (vec![], "/admin/users?limit=2&q=PAG%C3%89".to_owned());
    loop {
        let page = admin.get(&path).await.ok();
        assert!(page.list("items").len() <= 2);
        found.extend(each(&page.list("items"), "id"));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/admin/users?limit=2&q=PAG%C3%89&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(found, made);
}

#[tokio::test]
async fn people_who_share_a_project_can_be_found_and_nobody_else() {
    let (_, alice, bob, stranger) = app().await;
    let (shared, other) = (alice.project().await, alice.project().await);
    shared.add(&bob, "viewer").await;
    let people = alice.get(&other.at("/people?q=bo")).await.ok().list("items");
    assert_eq!(each(&people, "id"), [bob.id.as_str()]);
    // A name and an id; no address.
    assert_eq!(people[0].as_object().unwrap().len(), 2, "{people:?}");
    let people = alice.get(&other.at("/people")).await.ok().list("items");
    assert!(!each(&people, "id").contains(&stranger.id));
    let people = alice.get(&shared.at("/people")).await.ok().list("items");
    assert!(people.is_empty(), "everybody is in already: {people:?}");
}
