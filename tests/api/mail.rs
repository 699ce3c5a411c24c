//! Mails, as a real SMTP server takes them.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Stdio},
    time::Duration,
};

use serde_json::json;

use crate::support::{App, Fields, PASSWORD, Project, User, each, libraries::python, own_app, until};

struct Smtp {
    child: Child,
    folder: PathBuf,
    port: String,
}

impl Smtp {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("boardcast-mail-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let mut child =
            python("mail/server.py").arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { child, folder, port: port.trim().into() }
    }

    fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The mails that were taken, unfolded, the first one first.
    fn mails(&self) -> Vec<String> {
        let files = std::fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
        let mut mails: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
        mails.sort_by_key(|path| path.metadata().unwrap().modified().unwrap());
        let text = |path: PathBuf| {
            let text = std::fs::read_to_string(path).unwrap();
            text.replace("\r\n", "\n").replace("=\n", "").replace("=20", " ").replace("=3D", "=")
        };
        mails.into_iter().map(text).collect()
    }

    async fn mail(&self, count: usize) -> Vec<String> {
        until("mails", || async { Some(self.mails()).filter(|mails| mails.len() >= count) }).await
    }

    async fn app(&self, delay: &str) -> (App, User, User, User) {
        own_app(&[
            ("BOARDCAST_SMTP_URL", &self.url()),
            ("BOARDCAST_MAIL_FROM", "Boardcast <boards@example.org>"),
            ("BOARDCAST_MAIL_DELAY", delay),
            ("BOARDCAST_TEST_MAIL_PACE", "20"),
        ])
        .await
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let line = mail.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in\n{mail}"))
}

/// Until everything is sent that is due by now: mails go out in their order.
async fn settled(smtp: &Smtp, project: &Project) {
    let last = json!({"role": "viewer", "email": "last@example.com", "send": true});
    project.by.post(&project.at("/invitations")).json(last).await.created();
    let came = || smtp.mails().iter().any(|mail| mail.contains("last@example.com"));
    until("the last mail", || async { came().then_some(()) }).await;
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn a_mention_is_mailed_with_what_was_said() {
    let smtp = Smtp::start();
    let (app, alice, bob, _) = smtp.app("0").await;
    assert_eq!(app.anonymous().get("/instance").await.ok()["mail"], true);
    let project = alice.project_called("Launch").await;
    project.add(&bob, "commenter").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Ship it").await;
    let comment = project.comment(&task, &format!("[@Bob](mention:{}) **look**", bob.id)).await;
    let mails = smtp.mail(1).await;
    let mail = &mails[0];
    assert_eq!(header(mail, "Subject"), format!("[{}-1] Ship it", project.key));
    assert!(header(mail, "To").contains("Bob"), "{mail}");
    assert_eq!(header(mail, "From"), "Boardcast <boards@example.org>");
    for part in [
        "Alice mentioned you on ",
        "> @Bob look",
        "<strong>look</strong>",
        &format!("/p/{}/board/1#comment-{}", project.key, comment.id()),
        &format!("References: <{}@127.0.0.1>", task.id()),
        "Auto-Submitted: auto-generated",
    ] {
        assert!(mail.contains(part), "no {part:?} in\n{mail}");
    }

    // One click, from a mail program that has no session; a scanner that only looks changes nothing.
    assert_eq!(header(mail, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let link = header(mail, "List-Unsubscribe").trim_matches(['<', '>']).to_owned();
    let client = reqwest::Client::new();
    let page = client.get(&link).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let settings = async || bob.get("/me/notification-settings").await.ok()["mentioned"]["email"].clone();
    assert_eq!(settings().await, json!(true));
    let click = client.post(&link).header("Content-Type", "application/x-www-form-urlencoded");
    let done = click.body("List-Unsubscribe=One-Click").send().await.unwrap();
    assert_eq!(done.status(), 200);
    assert_eq!(settings().await, json!(false));
    let touched = format!("{}A", &link[..link.len() - 2]);
    assert_eq!(client.post(&touched).send().await.unwrap().status(), 404);
    project.comment(&task, &format!("[@Bob](mention:{}) again", bob.id)).await;
    bob.put(&project.task_at(&task, "/watch")).await.ok();
    project.comment(&task, "To watchers").await;
    let mails = smtp.mail(2).await;
    assert!(mails[1].contains("To watchers") && !mails[1].contains("again"), "{}", mails[1]);
    // Added by another person, and not by an invitation of one's own.
    let second = alice.project_called("Second").await;
    alice.put(&second.at(&format!("/members/{}", bob.id))).json(json!({"role": "viewer"})).await.ok();
    assert_eq!(header(&smtp.mail(3).await[2], "Subject"), "Alice added you to Second");
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn what_waits_is_one_mail_without_what_was_seen_meanwhile() {
    let smtp = Smtp::start();
    let (_app, alice, bob, charlie) = smtp.app("2").await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    project.add(&charlie, "editor").await;
    let column = project.column("To do").await;
    let task = project.task_with(&column, json!({"title": "One", "assignee_ids": [bob.id, charlie.id]})).await;
    let other = project.task_with(&column, json!({"title": "Two", "assignee_ids": [bob.id]})).await;
    project.comment(&task, "Seen").await;
    let comment = project.comment(&other, "Deleted").await;
    project.comment(&other, "Unseen").await;
    alice.delete(&project.at(&format!("/comments/{}", comment.id()))).await.no_content();
    let news = bob.get("/me/notifications").await.ok().list("items");
    let seen = news.iter().find(|item| item["comment"]["excerpt"] == "Seen").unwrap();
    bob.put(&format!("/me/notifications/{}/read", seen.id())).await.ok();
    // Whoever is taken off the project is mailed nothing more of it.
    alice.delete(&project.at(&format!("/members/{}", charlie.id))).await.no_content();
    let mails = smtp.mail(1).await;
    settled(&smtp, &project).await;
    assert_eq!(smtp.mails().len(), 2, "{mails:?}");
    let mail = &mails[0];
    assert!(header(mail, "Subject").contains("updates in"), "{mail}");
    assert!(header(mail, "To").contains(&bob.email), "{mail}");
    for part in ["assigned", "Unseen", "-1 One", "-2 Two"] {
        assert!(mail.contains(part), "no {part:?} in\n{mail}");
    }
    assert!(!mail.contains("Seen\n") && !mail.contains("Deleted"), "{mail}");
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn a_mail_that_is_refused_is_shown_to_administrators() {
    let smtp = Smtp::start();
    let (app, alice, ..) = smtp.app("0").await;
    let project = alice.project_called("Launch").await;
    let invite = |email: &str| json!({"role": "viewer", "email": email, "send": true});
    let path = project.at("/invitations");
    let made = alice.post(&path).json(invite("later@example.com")).await.created();
    alice.post(&path).json(invite("refused@example.com")).await.created();
    // Put off twice, and then taken.
    let mails = smtp.mail(1).await;
    assert_eq!(header(&mails[0], "Subject"), "Alice invites you to Launch");
    assert!(mails[0].contains(&made.str("url")), "{}", mails[0]);
    assert!(!mails[0].contains("List-Unsubscribe"), "{}", mails[0]);
    let admin = app.administrator().await;
    let failed = async |kind: &str| {
        let kind = kind.to_owned();
        until("a failed mail", || async {
            let items = admin.get("/admin/mails").await.ok().list("items");
            items.into_iter().find(|mail| mail["kind"] == *kind)
        })
        .await
    };
    let lost = failed("invitation").await;
    assert_eq!(lost["address"], "refused@example.com");
    assert!(lost.str("error").contains("no such mailbox"), "{lost}");
    // Its link is written down nowhere any more.
    admin.post(&format!("/admin/mails/{}/retry", lost.id())).await.not_found();
    admin.delete(&format!("/admin/mails/{}", lost.id())).await.no_content();

    let away = app.sign_up("refused").await;
    project.add(&away, "editor").await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"title": "One", "assignee_ids": [away.id]})).await;
    let first = failed("assigned").await;
    let at = |rest: &str| format!("/admin/mails/{}{rest}", first.id());
    alice.get("/admin/mails").await.not_found();
    alice.post(&at("/retry")).await.not_found();
    admin.post(&at("/retry")).await.no_content();
    until("another attempt", || async {
        let items = admin.get("/admin/mails").await.ok().list("items");
        items.iter().any(|mail| mail["failed_at"] != first["failed_at"]).then_some(())
    })
    .await;
    admin.delete(&at("")).await.no_content();
    admin.delete(&at("")).await.not_found();
    assert!(admin.get("/admin/mails").await.ok().list("items").is_empty());
    alice.post(&path).json(json!({"role": "viewer", "send": true})).await.invalid("/email");
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn a_server_that_dies_while_it_sends_sends_again() {
    let smtp = Smtp::start();
    let (app, alice, bob, _) = smtp.app("0").await;
    std::fs::write(smtp.folder.join("slow"), "").unwrap();
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"title": "One", "assignee_ids": [bob.id]})).await;
    // It has claimed the mail, and waits for the SMTP server.
    until("a mail on its way", || async { smtp.folder.join("waiting").exists().then_some(()) }).await;
    app.signal("KILL");
    app.ended().await;
    std::fs::remove_file(smtp.folder.join("slow")).unwrap();
    app.start_again();
    let mails = smtp.mail(1).await;
    settled(&smtp, &project).await;
    let ids: Vec<_> = smtp
        .mails()
        .iter()
        .filter(|mail| mail.contains("assigned"))
        .map(|mail| header(mail, "Message-ID").to_owned())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert!(mails[0].contains("assigned"), "{}", mails[0]);
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn nodes_send_each_mail_once() {
    let smtp = Smtp::start();
    let (app, alice, bob, charlie) = smtp.app("0").await;
    if app.home().database().is_none() {
        return;
    }
    let _others = [app.another_node(), app.another_node()];
    let project = alice.project().await;
    for user in [&bob, &charlie] {
        project.add(user, "editor").await;
    }
    let column = project.column("To do").await;
    for n in 0..10 {
        project.task_with(&column, json!({"title": format!("Task {n}"), "assignee_ids": [bob.id, charlie.id]})).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told = until("all of it", || async {
        let mails = smtp.mails();
        let told: usize = mails.iter().map(|mail| mail.matches("assigned ").count()).sum();
        // In both parts of each mail.
        (told >= 40).then_some(mails)
    })
    .await;
    let mut ids: Vec<_> = told.iter().map(|mail| header(mail, "Message-ID").to_owned()).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "a mail came twice");
    assert_eq!(told.iter().map(|mail| mail.matches("assigned ").count()).sum::<usize>(), 40);
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn what_was_decided_meanwhile_is_not_mailed() {
    let smtp = Smtp::start();
    let (_app, alice, bob, _) = smtp.app("1").await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    bob.put(&project.task_at(&task, "/watch")).await.ok();
    project.comment(&task, "Not for Bob").await;
    bob.delete(&project.task_at(&task, "/watch")).await.ok();
    project.comment(&task, &format!("[@Bob](mention:{})", bob.id)).await;
    bob.patch("/me/notification-settings").json(json!({"mentioned": {"email": false}})).await.ok();
    std::fs::write(smtp.folder.join("slow"), "").unwrap();
    // One is on its way, and holds up the next one.
    let path = project.at("/invitations");
    let invite = |email: &str| json!({"role": "viewer", "email": email, "send": true});
    alice.post(&path).json(invite("first@example.com")).await.created();
    until("a mail on its way", || async { smtp.folder.join("waiting").exists().then_some(()) }).await;
    let revoked = alice.post(&path).json(invite("revoked@example.com")).await.created();
    alice.delete(&project.at(&format!("/invitations/{}", revoked.id()))).await.no_content();
    std::fs::remove_file(smtp.folder.join("slow")).unwrap();
    // Comments wait five times as long as mentions: this one comes after all of them.
    let other = project.task(&column, "Two").await;
    bob.put(&project.task_at(&other, "/watch")).await.ok();
    project.comment(&other, "The last one").await;
    let last = || smtp.mails().iter().any(|mail| mail.contains("The last one"));
    until("the last one", || async { last().then_some(()) }).await;
    let mails = smtp.mails();
    for absent in ["Not for Bob", "mentioned you", "revoked@"] {
        assert!(!mails.iter().any(|mail| mail.contains(absent)), "{absent} in {mails:?}");
    }
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn a_forgotten_password_is_chosen_anew_by_mail() {
    let smtp = Smtp::start();
    let (app, _, bob, charlie) = smtp.app("0").await;
    let ask = |email: &str| app.anonymous().post("/password-resets").json(json!({"email": email}));
    // More than are sent, and to people whom there is no mail for.
    for _ in 0..5 {
        assert_eq!(ask(&bob.email.to_uppercase()).await.status, 202);
    }
    let path = format!("/admin/users/{}", charlie.id);
    app.administrator().await.patch(&path).json(json!({"disabled": true})).await.ok();
    for email in ["ghost@example.com", &charlie.email] {
        assert_eq!(ask(email).await.status, 202);
    }
    let mails = smtp.mail(3).await;
    for mail in &mails {
        assert_eq!(header(mail, "Subject"), "Choose a new password for Boardcast");
        assert!(header(mail, "To").contains(&bob.email), "{mail}");
        assert!(mail.contains("The link works once, for an hour.") && !mail.contains("List-"), "{mail}");
    }
    let secret = mails[0].split_once("/reset-password#").unwrap().1;
    let secret = secret.split_whitespace().next().unwrap();
    let take =
        |password: &str| app.anonymous().put("/password-resets").json(json!({"secret": secret, "password": password}));
    assert_eq!(take("another-orchid-lantern-9").await.status, 204);
    take("a-third-orchid-lantern-7").await.problem(404, "not_found");
    let body = json!({"email": bob.email, "password": "another-orchid-lantern-9"});
    app.anonymous().post("/session").json(body).await.ok();
    assert_eq!(smtp.mails().len(), 3);
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn the_end_of_a_second_factor_is_mailed_to_its_person() {
    let smtp = Smtp::start();
    let (app, _, bob, charlie) = smtp.app("0").await;
    let admin = app.administrator().await;
    let take =
        |of: &User| admin.delete(&format!("/admin/users/{}/totp", of.id)).json(json!({"current_password": PASSWORD}));
    // Nothing ends for who has none.
    take(&charlie).await.no_content();
    crate::totps::turn_on_now(&bob.by_cookie().await).await;
    take(&bob).await.no_content();
    let mails = smtp.mail(1).await;
    assert_eq!(header(&mails[0], "Subject"), "Two-step sign-in of your Boardcast account was turned off");
    assert!(header(&mails[0], "To").contains(&bob.email), "{}", mails[0]);
    assert!(mails[0].contains("/account\n") && !mails[0].contains("List-"), "{}", mails[0]);
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn new_recovery_codes_are_mailed_to_their_person_without_the_codes() {
    let smtp = Smtp::start();
    let (_, _, bob, _) = smtp.app("0").await;
    let (session, codes) = crate::policy::with_second_factor(&bob.by_cookie().await).await;
    let renew =
        |code: &str| session.post("/me/totp/recovery-codes").json(json!({"current_password": PASSWORD, "code": code}));
    renew("123-456-x").await.invalid("/code");
    let fresh = renew(codes[0].as_str().unwrap()).await.ok().list("recovery_codes");
    let mails = smtp.mail(1).await;
    assert_eq!(header(&mails[0], "Subject"), "New recovery codes for your Boardcast account");
    assert!(header(&mails[0], "To").contains(&bob.email), "{}", mails[0]);
    assert!(mails[0].contains("/account\n") && !mails[0].contains("List-"), "{}", mails[0]);
    assert!(fresh.iter().all(|code| !mails[0].contains(code.as_str().unwrap())), "{}", mails[0]);
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn a_sign_in_from_a_new_place_is_mailed_once() {
    let smtp = Smtp::start();
    let (app, _, bob, _) = smtp.app("0").await;
    let sign_in = async |password: &str, agent: &str| {
        let call = app.anonymous().post("/session").header("User-Agent", agent);
        call.json(json!({"email": bob.email, "password": password})).await.status
    };
    // Where the account was made from is known, and a password that is wrong tells nobody.
    bob.by_cookie().await;
    let firefox = |version: &str| format!("Mozilla/5.0 (X11; <b>Linux</b>) Firefox/{version}");
    assert_eq!(sign_in("not-this-one-1", &firefox("150.0")).await, 401);
    assert_eq!(sign_in(PASSWORD, &firefox("150.0")).await, 200);
    assert_eq!(sign_in(PASSWORD, &firefox("151.0.2")).await, 200);
    assert_eq!(sign_in(PASSWORD, "curl/8").await, 200);
    let mails = smtp.mail(2).await;
    for mail in &mails {
        assert_eq!(header(mail, "Subject"), "A new sign-in to your Boardcast account");
        assert!(header(mail, "To").contains(&bob.email), "{mail}");
        assert!(mail.contains("from 127.0.0.1") && mail.contains("/account/sessions"), "{mail}");
        assert!(!mail.contains("List-"), "{mail}");
    }
    assert!(mails[0].contains("Firefox/150.0") && mails[0].contains("&lt;b&gt;Linux"), "{}", mails[0]);
    assert!(mails[1].contains("by curl/8"), "{}", mails[1]);
    assert_eq!(smtp.mails().len(), 2);
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn an_smtp_server_that_never_answers_is_not_waited_for_for_ever() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("smtp://{}", listener.local_addr().unwrap());
    let (app, alice, bob, _) = own_app(&[
        ("BOARDCAST_SMTP_URL", &silent),
        ("BOARDCAST_MAIL_FROM", "Boardcast <boards@example.org>"),
        ("BOARDCAST_MAIL_DELAY", "0"),
        ("BOARDCAST_TEST_MAIL_PACE", "20"),
    ])
    .await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"title": "One", "assignee_ids": [bob.id]})).await;
    until("failed attempts", || async { (app.log().matches("no answer within").count() > 1).then_some(()) }).await;
}

#[tokio::test]
#[ignore = "needs aiosmtpd; run by tests/run mail"]
async fn an_smtp_server_that_is_away_is_given_up_in_the_end() {
    let mut smtp = Smtp::start();
    let (app, alice, bob, _) = smtp.app("0").await;
    let port = smtp.port.clone();
    drop(smtp.child.kill());
    drop(smtp.child.wait());
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"title": "One", "assignee_ids": [bob.id]})).await;
    until("a failed attempt", || async { app.log().contains("was not taken").then_some(()) }).await;
    // The change itself was made, and is told on the page.
    assert_eq!(each(&bob.get("/me/notifications").await.ok().list("items"), "kind"), ["assigned"]);
    let admin = app.administrator().await;
    let failed =
        until("it is given up", || async { admin.get("/admin/mails").await.ok().list("items").into_iter().next() })
            .await;
    assert!(failed.int("attempts") > 1, "{failed} at port {port}");
}
