//! Signing in, being signed in, signing out; cookies and forged requests.

use serde_json::json;

use crate::support::{App, Auth, Fields, PASSWORD, app, cookie_at};

#[tokio::test]
async fn signing_in_answers_the_user_and_a_cookie() {
    let (app, alice, ..) = app().await;
    let body = json!({"email": alice.email, "password": PASSWORD});
    let answer = app.anonymous().post("/session").json(body).await;
    let line = answer.set_cookie().unwrap();
    let user = answer.ok()["user"].clone();
    assert_eq!(user["id"], alice.id);
    assert_eq!(user["email"], alice.email);
    assert_eq!(user["name"], "Alice");
    assert_eq!(user["admin"], false);

    let lower = line.to_lowercase();
    // With the port: a browser keeps one cookie of a name for all ports of a host.
    assert!(line.starts_with(&cookie_at("sid=", &app.url)), "{line}");
    for part in ["httponly", "samesite=strict", "path=/"] {
        assert!(lower.contains(part), "{line}");
    }
    assert!(!lower.contains("domain="), "{line}");
    // Over plain HTTP on loopback a browser would drop a Secure cookie.
    assert!(!lower.contains("secure"), "{line}");
}

#[tokio::test]
async fn an_answer_never_holds_the_password() {
    let (app, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    for answer in
        [alice.get("/session").await, alice.get("/me").await, app.administrator().await.get("/admin/users").await]
    {
        let text = answer.text.to_lowercase();
        assert_eq!(answer.status, 200);
        assert!(!text.contains("password") && !text.contains("argon2"), "{text}");
    }
}

#[tokio::test]
async fn the_mail_address_is_compared_without_case() {
    let (app, alice, ..) = app().await;
    let body = json!({"email": alice.email.to_uppercase(), "password": PASSWORD});
    let user = app.anonymous().post("/session").json(body).await.ok();
    assert_eq!(user["user"]["id"], alice.id);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_person_look_the_same() {
    let (app, alice, ..) = app().await;
    let known = json!({"email": alice.email, "password": "something-else-7"});
    let unknown = json!({"email": app.fresh_email("ghost"), "password": "something-else-7"});
    let mut first = app.anonymous().post("/session").json(known).await;
    let mut second = app.anonymous().post("/session").json(unknown).await;
    assert!(first.set_cookie().is_none() && second.set_cookie().is_none());
    for answer in [&mut first, &mut second] {
        answer.body.as_object_mut().unwrap().remove("request_id");
    }
    assert_eq!(first.body, second.body);
    first.problem(401, "wrong_credentials");
    second.problem(401, "wrong_credentials");
}

#[tokio::test]
async fn a_session_tells_who_is_signed_in() {
    let (app, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    assert_eq!(alice.get("/session").await.ok()["user"]["id"], alice.id);
    app.anonymous().get("/session").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let (_, alice, ..) = app().await;
    let (here, there) = (alice.by_cookie().await, alice.by_cookie().await);
    here.delete("/session").await.no_content();
    here.get("/session").await.problem(401, "unauthenticated");
    here.get("/projects").await.problem(401, "unauthenticated");
    there.get("/session").await.ok();
}

#[tokio::test]
async fn signing_out_tells_the_browser_to_forget() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    let answer = alice.delete("/session").await;
    let line = answer.set_cookie().unwrap().to_lowercase();
    assert!(line.contains("max-age=0") || line.contains("1970"), "{line}");
}

#[tokio::test]
async fn every_sign_in_has_an_id_of_its_own() {
    let (app, alice, ..) = app().await;
    let first = alice.by_cookie().await;
    // Somebody who planted a session before the sign-in must not share the one after it.
    let Auth::Cookie(planted) = &first.auth else { unreachable!() };
    let body = json!({"email": alice.email, "password": PASSWORD});
    let call = app.anonymous().post("/session").header("Cookie", planted);
    let answer = call.json(body).await;
    assert_ne!(&answer.cookie(), planted);
    answer.ok();
}

#[tokio::test]
async fn a_session_that_somebody_made_up_is_none() {
    let (app, ..) = app().await;
    let name = cookie_at("sid=", &app.url);
    for cookie in [
        name.clone(),
        format!("{name}x"),
        format!("{name}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        format!("{name}%00; {name}%0a"),
        format!("{name}\u{e9}"),
        "sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
        "__Host-sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
    ] {
        let call = app.anonymous().get("/session").header("Cookie", &cookie);
        call.await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn fifty_cookies_do_not_hide_the_right_one() {
    let (app, alice, ..) = app().await;
    let Auth::Cookie(cookie) = alice.by_cookie().await.auth else { unreachable!() };
    let noise: Vec<String> = (0..50).map(|n| format!("c{n}=v{n}")).collect();
    let header = format!("{}; {cookie}", noise.join("; "));
    let call = app.anonymous().get("/session").header("Cookie", &header);
    assert_eq!(call.await.ok()["user"]["id"], alice.id);
}

#[tokio::test]
async fn a_huge_cookie_is_refused() {
    let (app, ..) = app().await;
    let cookie = cookie_at("sid=", &app.url) + &"x".repeat(10_000);
    let answer = app.anonymous().get("/session").header("Cookie", &cookie).await;
    assert!((400..500).contains(&answer.status), "{}", answer.status);
}

#[tokio::test]
async fn the_secure_name_of_the_cookie_is_not_accepted_on_plain_http() {
    let (app, alice, ..) = app().await;
    let Auth::Cookie(cookie) = alice.by_cookie().await.auth else { unreachable!() };
    let (name, value) = cookie.split_once('=').unwrap();
    let (_, port) = app.url.rsplit_once(':').unwrap();
    let others = ["sid", "__Host-sid", "boardcast-sid", "boardcast-sid-1"].map(ToOwned::to_owned);
    for other in others.into_iter().chain([format!("__Host-{name}"), format!("__Host-sid-{port}")]) {
        let call = app.anonymous().get("/session").header("Cookie", &format!("{other}={value}"));
        call.await.problem(401, "unauthenticated");
    }
    app.anonymous().get("/session").header("Cookie", &cookie).await.ok();
}

#[tokio::test]
async fn one_browser_is_signed_in_at_two_servers_on_one_host() {
    let (here, alice, ..) = app().await;
    let there = App::untouched(&[]).await;
    let Auth::Cookie(mine) = alice.by_cookie().await.auth else { unreachable!() };
    let bob = there.sign_up_by_cookie("Bob").await;
    let Auth::Cookie(theirs) = &bob.auth else { unreachable!() };
    // It sends both to each, whatever the port.
    let both = format!("{mine}; {theirs}");
    for (app, id) in [(&here, &alice.id), (&there, &bob.id)] {
        let user = app.anonymous().get("/session").header("Cookie", &both).await.ok();
        assert_eq!(&user["user"]["id"], id);
    }
    assert_ne!(mine.split('=').next(), theirs.split('=').next());
}

#[tokio::test]
async fn over_tls_the_name_of_the_cookie_is_bound_to_the_host_and_has_the_port_where_it_is_another() {
    for (url, name) in [
        ("https://boards.example.org", "__Host-sid="),
        ("https://boards.example.org:443", "__Host-sid="),
        ("https://boards.example.org:8443", "__Host-sid-8443="),
        ("http://boards.example.org", "boardcast-sid="),
        ("http://[::1]:8080", "boardcast-sid-8080="),
        ("http://[::1]", "boardcast-sid="),
    ] {
        let app = App::untouched(&[("BOARDCAST_PUBLIC_URL", url)]).await;
        let body = json!({"email": "alice@example.com", "name": "Alice", "password": PASSWORD});
        let origin = url.trim_end_matches(":443");
        let answer = app.anonymous().post("/users").header("Origin", origin).json(body).await;
        let line = answer.set_cookie().unwrap();
        assert!(line.starts_with(name), "{url}: {line}");
        assert_eq!(line.contains("Secure"), url.starts_with("https"), "{url}: {line}");
    }
}

#[tokio::test]
async fn with_a_token_the_cookie_is_ignored() {
    let (_, alice, bob, _) = app().await;
    let Auth::Cookie(cookie) = alice.by_cookie().await.auth else { unreachable!() };
    let me = bob.get("/me").header("Cookie", &cookie).await.ok();
    assert_eq!(me["id"], bob.id);
    let call = bob.get("/me").header("Cookie", &cookie);
    let call = call.header("Authorization", "Bearer bc_nonsense");
    call.await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let (_, alice, ..) = app().await;
    let (here, there) = (alice.by_cookie().await, alice.by_cookie().await);
    let items = here.get("/me/sessions").await.ok().list("items");
    let current: Vec<_> = items.iter().filter(|s| s["current"] == true).collect();
    assert_eq!(current.len(), 1, "{items:?}");
    for field in ["id", "created_at", "last_seen_at", "expires_at"] {
        assert!(items[0][field].is_string(), "{items:?}");
    }
    let theirs = there.get("/me/sessions").await.ok().list("items");
    let other = theirs.iter().find(|s| s["current"] == true).unwrap();

    here.delete(&format!("/me/sessions/{}", other.id())).await.no_content();
    there.get("/session").await.problem(401, "unauthenticated");
    here.get("/session").await.ok();
    let left = here.get("/me/sessions").await.ok().list("items");
    assert_eq!(left.len(), items.len() - 1);
}

#[tokio::test]
async fn the_id_of_a_session_in_the_list_is_not_its_secret() {
    let (app, alice, ..) = app().await;
    let here = alice.by_cookie().await;
    for session in here.get("/me/sessions").await.ok().list("items") {
        let cookie = cookie_at("sid=", &app.url) + &session.id();
        let call = app.anonymous().get("/session").header("Cookie", &cookie);
        call.await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn somebody_elses_session_cannot_be_ended() {
    let (_, alice, bob, _) = app().await;
    let (alice, bob) = (alice.by_cookie().await, bob.by_cookie().await);
    let session = bob.get("/me/sessions").await.ok().list("items")[0].id();
    alice.delete(&format!("/me/sessions/{session}")).await.not_found();
    bob.get("/session").await.ok();
}

#[tokio::test]
async fn a_request_from_another_site_is_refused() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    let cases: [&[(&str, &str)]; 7] = [
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        // What the browser says about itself outweighs an origin that looks right.
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", &alice.app.url)],
        &[("Origin", "null")],
        &[("Origin", "https://evil.example")],
        // Neither header: not a browser's own page, and not a program that says where it comes from.
        &[],
    ];
    for headers in cases {
        let mut call = alice.post("/projects").header("Origin", "");
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let answer = call.json(json!({"name": "Forged"})).await;
        assert_eq!(answer.status, 403, "{headers:?} {}", answer.text);
        answer.problem(403, "csrf");
    }
    let list = alice.get("/projects").await.ok().list("items");
    assert_eq!(list.len(), 0, "nothing was made");
}

#[tokio::test]
async fn a_request_of_the_same_origin_goes_through() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    let call = alice.post("/projects").header("Origin", "");
    let call = call.header("Sec-Fetch-Site", "same-origin");
    call.json(json!({"name": "Mine"})).await.created();
    alice.post("/projects").json(json!({"name": "Mine too"})).await.created();
}

#[tokio::test]
async fn a_form_cannot_post() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let call = alice.post("/projects").bytes(media_type, r#"{"name":"Form"}"#);
        call.await.problem(415, "unsupported_media_type");
    }
    assert!(alice.get("/projects").await.ok().list("items").is_empty());
}

#[tokio::test]
async fn reading_twice_changes_nothing() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Read me").await;
    let before = project.board().await;
    for path in [
        String::new(),
        "/board".into(),
        "/members".into(),
        "/invitations".into(),
        "/people".into(),
        "/timeline".into(),
        format!("/tasks/{}", task.id()),
    ] {
        let first = alice.get(&project.at(&path)).await.ok();
        let second = alice.get(&project.at(&path)).await.ok();
        assert_eq!(first, second, "{path}");
    }
    assert_eq!(project.board().await, before);
}

#[tokio::test]
async fn a_request_that_outlives_the_sign_out_does_not_bring_the_session_back() {
    let (_, alice, ..) = app().await;
    let alice = alice.by_cookie().await;
    let reads: Vec<_> = (0..30)
        .map(|_| {
            let alice = alice.clone();
            tokio::spawn(async move { alice.get("/projects").await.status })
        })
        .collect();
    alice.delete("/session").await.no_content();
    for read in reads {
        let status = read.await.unwrap();
        assert!(status == 200 || status == 401, "{status}");
    }
    alice.get("/session").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_session_that_is_remembered_lasts_longer() {
    let (app, alice, ..) = app().await;
    let mut ends = Vec::new();
    for remember in [false, true] {
        let body = json!({"email": alice.email, "password": PASSWORD, "remember": remember});
        let answer = app.anonymous().post("/session").json(body).await;
        let line = answer.set_cookie().unwrap().to_lowercase();
        // One that is not remembered ends with the browser.
        let lasts = line.contains("max-age=") || line.contains("expires=");
        assert_eq!(lasts, remember, "{line}");
        let user = alice.with(Auth::Cookie(answer.cookie()));
        let items = user.get("/me/sessions").await.ok().list("items");
        let current = items.iter().find(|s| s["current"] == true).unwrap();
        ends.push(current.str("expires_at"));
    }
    assert!(ends[0] < ends[1], "{ends:?}");
}

#[tokio::test]
async fn a_sign_in_names_its_fields() {
    let (app, alice, ..) = app().await;
    let sign_in = |body| app.anonymous().post("/session").json(body);
    sign_in(json!({"email": alice.email})).await.invalid("/password");
    sign_in(json!({"email": alice.email, "password": PASSWORD, "admin": true})).await.invalid("/admin");
    sign_in(json!({"email": 7, "password": PASSWORD})).await.invalid("/email");
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_and_the_right_one_still_gets_in() {
    let app = crate::support::App::own(&[("BOARDCAST_LIMITS", "on")]).await;
    let alice = app.sign_up_by_cookie("Alice").await;
    let wrong = json!({"email": alice.email, "password": "not-this-one-1"});
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let answer = app.anonymous().post("/session").json(wrong.clone()).await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
            answer.clone().problem(429, "rate_limited");
        }
        statuses.push(answer.status);
    }
    assert!(statuses[..5].iter().all(|s| *s == 401), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    // Whoever is signed in already is not locked out by somebody who guesses.
    alice.get("/session").await.ok();
}
