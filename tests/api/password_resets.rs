//! Forgotten passwords: links by hand and from the command line. The mail is tested beside the other mails.

use std::process::Stdio;

use serde_json::json;

use crate::support::{App, Auth, Fields, PASSWORD, User, app, own_app};

const OTHER: &str = "another-orchid-lantern-9";

/// The secret of a link that an administrator makes.
async fn link(app: &App, of: &User) -> String {
    let answer = app.administrator().await.post(&format!("/admin/users/{}/password-link", of.id)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    secret(app, &answer.body.str("url"))
}

fn secret(app: &App, url: &str) -> String {
    let (page, secret) = url.split_once('#').unwrap();
    assert_eq!(page, format!("{}/reset-password", app.url));
    assert!(secret.len() >= 43, "{secret}");
    secret.to_owned()
}

async fn signs_in(app: &App, user: &User, password: &str) -> bool {
    app.anonymous().post("/session").json(json!({"email": user.email, "password": password})).await.status == 200
}

#[tokio::test]
async fn a_link_gives_a_new_password_once_and_ends_every_session() {
    let (app, alice, bob, _) = app().await;
    let here = bob.by_cookie().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let mut stream = here.stream(&project.at("/events")).await;
    stream.hello().await;
    let (first, second) = (link(&app, &bob).await, link(&app, &bob).await);
    let take = |secret: &str, password: &str| {
        app.anonymous().put("/password-resets").json(json!({"secret": secret, "password": password}))
    };
    // A password that everybody tries changes nothing, and the link still works.
    assert_eq!(take(&first, "iloveyou1").await.problem(422, "invalid")["errors"][0]["pointer"], "/password");
    assert!(signs_in(&app, &bob, PASSWORD).await);
    assert_eq!(take(&first, OTHER).await.status, 204);
    assert_eq!(here.get("/session").await.status, 401);
    stream.end().await;
    assert!(stream.saw("bye"), "{:?}", stream.seen);
    assert!(!signs_in(&app, &bob, PASSWORD).await && signs_in(&app, &bob, OTHER).await);
    // Used links work no more, and neither do the others of the account.
    for old in [&first, &second, &"x".repeat(43)] {
        take(old, "a-third-orchid-lantern-7").await.problem(404, "not_found");
    }
    assert!(signs_in(&app, &bob, OTHER).await);
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_comes_first() {
    let (app, _, bob, _) = app().await;
    let secret = link(&app, &bob).await;
    let take = |password: &'static str| {
        app.anonymous().put("/password-resets").json(json!({"secret": secret, "password": password}))
    };
    let (one, other) = tokio::join!(async { take(OTHER).await }, async { take("a-third-orchid-lantern-7").await });
    let mut outcomes = [one.status, other.status];
    outcomes.sort_unstable();
    assert_eq!(outcomes, [204, 404]);
}

#[tokio::test]
async fn only_administrators_make_links_and_none_for_the_disabled() {
    let (app, alice, bob, _) = app().await;
    alice.post(&format!("/admin/users/{}/password-link", bob.id)).await.problem(404, "not_found");
    let admin = app.administrator().await;
    admin.post(&format!("/admin/users/{}/password-link", crate::support::nobody())).await.problem(404, "not_found");
    let secret = link(&app, &bob).await;
    admin.patch(&format!("/admin/users/{}", bob.id)).json(json!({"disabled": true})).await.ok();
    admin.post(&format!("/admin/users/{}/password-link", bob.id)).await.problem(409, "disabled");
    let body = json!({"secret": secret, "password": OTHER});
    app.anonymous().put("/password-resets").json(body).await.problem(404, "not_found");
}

#[tokio::test]
async fn asking_tells_nothing_of_who_has_an_account() {
    let (app, _, bob, _) = app().await;
    for email in [bob.email.clone(), app.fresh_email("ghost")] {
        let answer = app.anonymous().post("/password-resets").json(json!({"email": email})).await;
        assert_eq!((answer.status, answer.text.as_str()), (202, ""));
    }
    app.anonymous().post("/password-resets").json(json!({"email": "nowhere"})).await.problem(422, "invalid");
    assert!(signs_in(&app, &bob, PASSWORD).await);
}

#[tokio::test]
async fn the_command_line_gives_a_password_or_a_link_beside_a_running_server() {
    let (app, _, bob, _) = own_app(&[]).await;
    let cookie = bob.by_cookie().await;
    let run = |arguments: &[&str], typed: &str| {
        use std::io::Write;
        let mut command = app.home().command(&[&["user", "password"], arguments].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdin.take().unwrap().write_all(typed.as_bytes()));
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, _, said) = run(&["--email", "ghost@example.com"], "");
    assert!(!done && said.contains("--email is that of no account that can sign in"), "{said}");
    let (done, _, said) = run(&["--email", &bob.email, "--password-stdin"], "short\n");
    assert!(!done && said.contains("password"), "{said}");
    let (done, said, errors) = run(&["--email", &bob.email.to_uppercase(), "--password-stdin"], &format!("{OTHER}\n"));
    assert!(done && said.contains("has a new password"), "{said} {errors}");
    assert!(matches!(cookie.auth, Auth::Cookie(_)) && cookie.get("/session").await.status == 401);
    assert!(!signs_in(&app, &bob, PASSWORD).await && signs_in(&app, &bob, OTHER).await);
    let (done, said, errors) = run(&["--email", &bob.email], "");
    assert!(done, "{errors}");
    let secret = said.split_once("/reset-password#").unwrap().1.trim();
    let body = json!({"secret": secret, "password": "a-third-orchid-lantern-7"});
    assert_eq!(app.anonymous().put("/password-resets").json(body).await.status, 204);
    assert!(signs_in(&app, &bob, "a-third-orchid-lantern-7").await);
}

#[tokio::test]
async fn a_link_is_worth_what_its_maker_is_when_it_is_used() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let root = app.administrator().await;
    let grown = json!({"admin": true, "current_password": PASSWORD});
    root.patch(&format!("/admin/users/{}", alice.id)).json(grown.clone()).await.ok();
    let admin = alice.by_cookie().await;
    let made = admin.post(&format!("/admin/users/{}/password-link", bob.id)).await.created().str("url");
    let secret = secret(&app, &made);
    let take = || app.anonymous().put("/password-resets").json(json!({"secret": secret, "password": OTHER}));
    let alices = format!("/admin/users/{}", alice.id);
    for (fall, rise) in
        [(json!({"admin": false}), grown.clone()), (json!({"disabled": true}), json!({"disabled": false}))]
    {
        root.patch(&alices).json(fall).await.ok();
        take().await.problem(404, "not_found");
        assert!(signs_in(&app, &bob, PASSWORD).await);
        root.patch(&alices).json(rise).await.ok();
    }
    assert_eq!(take().await.status, 204);
    assert!(signs_in(&app, &bob, OTHER).await);
}

#[tokio::test]
async fn a_link_for_another_administrator_needs_the_password() {
    let (app, alice, ..) = own_app(&[]).await;
    let root = app.administrator().await;
    let grown = json!({"admin": true, "current_password": PASSWORD});
    root.patch(&format!("/admin/users/{}", alice.id)).json(grown).await.ok();
    let ask = || root.post(&format!("/admin/users/{}/password-link", alice.id));
    ask().await.invalid("/current_password");
    ask().json(json!({"current_password": "not-the-password-1"})).await.invalid("/current_password");
    ask().json(json!({"current_password": PASSWORD})).await.created();
    // One's own account needs none, as a change of one's own password does not come from there.
    root.post(&format!("/admin/users/{}/password-link", root.id)).await.created();
}
