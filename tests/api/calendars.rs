//! Calendars that other programs fetch.

use serde_json::{Value, json};

use crate::support::{Answer, App, Fields, Project, User, app, each, nobody, own_app};

async fn make(session: &User, body: Value) -> Value {
    session.post("/me/calendars").json(body).await.created()
}

/// The path of a calendar's address.
fn path(app: &App, made: &Value) -> String {
    let url = made.str("url");
    url.strip_prefix(&app.url).unwrap_or_else(|| panic!("{url} is not of {}", app.url)).to_owned()
}

async fn fetch(app: &App, made: &Value) -> Answer {
    app.anonymous().get(&path(app, made)).await
}

/// The feed as a program reads it, without its foldings.
async fn read(app: &App, made: &Value) -> String {
    let answer = fetch(app, made).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text.replace("\r\n ", "")
}

/// What the entries are called, in their order.
fn summaries(feed: &str) -> Vec<&str> {
    feed.lines().filter_map(|line| line.strip_prefix("SUMMARY:")).collect()
}

/// The lines of the entry with this title.
fn entry<'a>(feed: &'a str, summary: &str) -> Vec<&'a str> {
    let named = format!("SUMMARY:{summary}");
    let entry = feed.split("BEGIN:V").find(|entry| entry.lines().any(|line| line == named));
    entry.unwrap_or_else(|| panic!("no {summary} in {feed}")).lines().collect()
}

#[track_caller]
fn has(entry: &[&str], lines: &[&str]) {
    for line in lines {
        assert!(entry.contains(line), "no {line} in {entry:#?}");
    }
}

/// A day this many days from today.
fn day(days: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    today.checked_add(jiff::Span::new().days(days)).unwrap().to_string()
}

fn compact(day: &str) -> String {
    day.replace('-', "")
}

async fn due(project: &Project, column: &Value, title: &str, days: i64) -> Value {
    project.task_with(column, json!({"title": title, "due_on": day(days)})).await
}

#[tokio::test]
async fn the_address_is_shown_once_and_then_leads_to_a_calendar() {
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let project = alice.project_called("Garden").await;
    let column = project.column("To do").await;
    let made = make(&session, json!({"name": "My tasks"})).await;
    assert_eq!((&made["project_ids"], &made["mine_only"]), (&json!(null), &json!(false)));
    let secret = path(&app, &made).replace("/calendar/", "").replace(".ics", "");
    assert!(secret.len() == 43 && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{secret}");

    let list = session.get("/me/calendars").await;
    assert!(!list.text.contains(&secret), "{}", list.text);
    let listed = list.ok().list("items").remove(0);
    assert_eq!((listed.id(), &listed["last_used_at"], listed.get("url")), (made.id(), &json!(null), None));

    let label = json!({"name": "soil, sand", "colour": "#3366cc"});
    let label = alice.post(&project.at("/labels")).json(label).await.created();
    let body = json!({"title": "Dig; then \\ rest,", "start_on": day(2), "due_on": day(4), "priority": "high",
                      "label_ids": [label.id()], "assignee_ids": [alice.id]});
    let dig = project.task_with(&column, body).await;
    project.task_with(&column, json!({"title": "Begins", "start_on": day(1)})).await;
    project.task(&column, "Some day").await;

    let answer = fetch(&app, &made).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    let feed = read(&app, &made).await;
    assert!(feed.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") && feed.ends_with("\r\nEND:VCALENDAR\r\n"));
    let head: Vec<&str> = feed.lines().take_while(|line| *line != "BEGIN:VEVENT").collect();
    has(
        &head,
        &["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "X-WR-CALNAME:My tasks", "NAME:My tasks"],
    );
    assert_eq!(summaries(&feed), ["Begins", "Dig\\; then \\\\ rest\\,"], "what has no day is left out");
    let host = app.url.split_once("://").unwrap().1;
    let changed = dig.str("created_at");
    let changed = format!("{}Z", changed.split('.').next().unwrap().replace(['-', ':'], ""));
    has(
        &entry(&feed, "Dig\\; then \\\\ rest\\,"),
        &[
            "EVENT",
            &format!("UID:{}@{host}", dig.id()),
            &format!("SEQUENCE:{}", dig.version()),
            &format!("DTSTAMP:{changed}"),
            &format!("LAST-MODIFIED:{changed}"),
            &format!("DTSTART;VALUE=DATE:{}", compact(&day(2))),
            &format!("DTEND;VALUE=DATE:{}", compact(&day(5))),
            &format!("DESCRIPTION:{}-{} · Garden · To do\\nAlice", project.key, dig.int("number")),
            &format!("URL:{}/p/{}/board/{}", app.url, project.key, dig.int("number")),
            "CATEGORIES:soil\\, sand",
            "PRIORITY:3",
            "STATUS:CONFIRMED",
            "TRANSP:TRANSPARENT",
        ],
    );
    let begins = [compact(&day(1)), compact(&day(2))];
    has(
        &entry(&feed, "Begins"),
        &[&format!("DTSTART;VALUE=DATE:{}", begins[0]), &format!("DTEND;VALUE=DATE:{}", begins[1])],
    );
    let listed = session.get("/me/calendars").await.ok().list("items").remove(0);
    assert!(listed["last_used_at"].is_string(), "{listed}");
}

#[tokio::test]
async fn lines_have_75_octets_and_no_title_breaks_out_of_its_line() {
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let project = alice.project_called("字".repeat(60).as_str()).await;
    let column = project.column("Ж".repeat(40).as_str()).await;
    let title = format!("{}🦊, {}", "Füße".repeat(20), "字".repeat(50));
    due(&project, &column, &title, 1).await;
    let made = make(&session, json!({"name": "Ünders\\, \"quoted\"; ☃".repeat(3)})).await;
    let text = fetch(&app, &made).await.text;
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
    }
    let unfolded = text.replace("\r\n ", "");
    assert_eq!(summaries(&unfolded), [title.replace(',', "\\,")]);
}

#[tokio::test]
async fn what_is_done_is_marked_and_what_is_archived_or_deleted_is_gone() {
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let made = make(&session, json!({"name": "All"})).await;
    let mut tasks = vec![];
    for (title, days) in [("Done", -3), ("Archived", 1), ("Deleted", 2), ("Open", 3), ("Old", -400)] {
        tasks.push(due(&project, &column, title, days).await);
    }
    alice.put(&project.task_at(&tasks[0], "/completion")).await.ok();
    assert_eq!(summaries(&read(&app, &made).await), ["✓ Done", "Archived", "Deleted", "Open"]);
    alice.put(&project.task_at(&tasks[1], "/archive")).await.ok();
    alice.delete(&project.task_at(&tasks[2], "")).await.no_content();
    assert_eq!(summaries(&read(&app, &made).await), ["✓ Done", "Open"]);
    alice.put(&project.at("/archive")).await.ok();
    assert_eq!(summaries(&read(&app, &made).await).len(), 0, "nor is what an archived project has");
}

#[tokio::test]
async fn milestones_are_days_of_their_own() {
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let project = alice.project().await;
    let milestone = project.milestone("Launch").await;
    project.milestone("Some day").await;
    let path = project.at(&format!("/milestones/{}", milestone.id()));
    let milestone = alice.patch(&path).json(json!({"due_on": "2099-12-31"})).await.ok();
    let made = make(&session, json!({"name": "All"})).await;
    let feed = read(&app, &made).await;
    assert_eq!(summaries(&feed), ["◆ Launch"]);
    let version = format!("SEQUENCE:{}", milestone.version());
    let lines = ["DTSTART;VALUE=DATE:20991231", "DTEND;VALUE=DATE:21000101", "CATEGORIES:Milestone", &version];
    has(&entry(&feed, "◆ Launch"), &lines);
    let mine = make(&session, json!({"name": "Mine", "mine_only": true})).await;
    assert_eq!(summaries(&read(&app, &mine).await).len(), 0, "a milestone is assigned to no one");
}

#[tokio::test]
async fn a_calendar_may_be_of_some_projects_or_of_what_is_ones_own() {
    let (app, alice, bob, _) = app().await;
    let session = alice.by_cookie().await;
    let (one, two) = (alice.project_called("One").await, alice.project_called("Two").await);
    one.add(&bob, "editor").await;
    let (first, second) = (one.column("To do").await, two.column("To do").await);
    let mine = due(&one, &first, "Mine", 1).await;
    let theirs = due(&one, &first, "Theirs", 2).await;
    due(&two, &second, "Elsewhere", 3).await;
    alice.put(&one.task_at(&mine, &format!("/assignees/{}", alice.id))).await.ok();
    alice.put(&one.task_at(&theirs, &format!("/assignees/{}", bob.id))).await.ok();
    let all = make(&session, json!({"name": "All"})).await;
    let some = make(&session, json!({"name": "One", "project_ids": [one.id]})).await;
    let own = make(&session, json!({"name": "Mine", "mine_only": true})).await;
    assert_eq!(some["project_ids"], json!([one.id]));
    assert_eq!(summaries(&read(&app, &all).await), ["Mine", "Theirs", "Elsewhere"]);
    assert_eq!(summaries(&read(&app, &some).await), ["Mine", "Theirs"]);
    assert_eq!(summaries(&read(&app, &own).await), ["Mine"]);
    let items = session.get("/me/calendars?limit=2").await.ok();
    assert_eq!(each(&items.list("items"), "name"), ["Mine", "One"]);
    assert_eq!(items.list("items")[1]["project_ids"], json!([one.id]));
    // Of a project that is gone, a calendar of it alone shows nothing, and not everything.
    alice.delete(&one.at("")).await.no_content();
    assert_eq!(summaries(&read(&app, &some).await).len(), 0);
    assert_eq!(summaries(&read(&app, &all).await), ["Elsewhere"]);
}

#[tokio::test]
async fn who_is_removed_sees_nothing_more_of_the_project_at_the_next_fetch() {
    let (app, alice, bob, _) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.add(&bob, "viewer").await;
    let session = bob.by_cookie().await;
    due(&project, &column, "Secret", 1).await;
    project.milestone("Hidden").await;
    let all = make(&session, json!({"name": "All"})).await;
    let some = make(&session, json!({"name": "Some", "project_ids": [project.id]})).await;
    for made in [&all, &some] {
        assert_eq!(summaries(&read(&app, made).await), ["Secret"]);
    }
    let etag = fetch(&app, &all).await.header("etag").to_owned();
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    for made in [&all, &some] {
        let feed = read(&app, made).await;
        assert!(summaries(&feed).is_empty() && !feed.contains(&project.key), "{feed}");
    }
    let again = app.anonymous().get(&path(&app, &all)).header("If-None-Match", &etag).await;
    assert_eq!(again.status, 200, "what he knows is not true any more");
    project.add(&bob, "viewer").await;
    assert_eq!(summaries(&read(&app, &some).await), ["Secret"], "and sees it again when he comes back");
}

#[tokio::test]
async fn a_program_that_has_it_is_told_so() {
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = due(&project, &column, "Dig", 1).await;
    let made = make(&session, json!({"name": "All"})).await;
    let (first, second) = (fetch(&app, &made).await, fetch(&app, &made).await);
    assert_eq!((first.text.as_str(), first.header("etag")), (second.text.as_str(), second.header("etag")));
    let etag = first.header("etag").to_owned();
    let ask = || app.anonymous().get(&path(&app, &made)).header("If-None-Match", &etag);
    let same = ask().await;
    assert_eq!((same.status, same.text.as_str(), same.header("etag")), (304, "", etag.as_str()));
    alice.patch(&project.task_at(&task, "")).json(json!({"title": "Dig deeper"})).await.ok();
    let other = ask().await;
    assert_eq!(other.status, 200);
    assert_ne!(other.header("etag"), etag);
    assert_eq!(summaries(&other.text), ["Dig deeper"]);
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
    assert_eq!(uid(&first.text), uid(&other.text));
    // A new name of a person changes no task, and is seen all the same.
    alice.put(&project.task_at(&task, &format!("/assignees/{}", alice.id))).await.ok();
    let before = fetch(&app, &made).await.header("etag").to_owned();
    alice.patch("/me").json(json!({"name": "Alice B."})).await.ok();
    assert_ne!(fetch(&app, &made).await.header("etag"), before);
}

#[tokio::test]
async fn as_things_to_do_tasks_are_done_or_not() {
    let (app, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let made = make(&session, json!({"name": "All"})).await;
    let done = due(&project, &column, "Done", 1).await;
    let done = alice.put(&project.task_at(&done, "/completion")).await.ok();
    project.task_with(&column, json!({"title": "Long", "start_on": day(2), "due_on": day(4)})).await;
    project.task_with(&column, json!({"title": "Begins", "start_on": day(3)})).await;
    let path = path(&app, &made);
    let feed = app.anonymous().get(&format!("{path}?as=todo")).await;
    assert_eq!(feed.status, 200);
    let at = done.str("completed_at");
    let at = format!("COMPLETED:{}Z", at.split('.').next().unwrap().replace(['-', ':'], ""));
    let due = |days| format!("DUE;VALUE=DATE:{}", compact(&day(days)));
    let start = |days| format!("DTSTART;VALUE=DATE:{}", compact(&day(days)));
    has(&entry(&feed.text, "Done"), &["TODO", &due(1), "STATUS:COMPLETED", &at, "PERCENT-COMPLETE:100"]);
    has(&entry(&feed.text, "Long"), &["TODO", &start(2), &due(4), "STATUS:NEEDS-ACTION"]);
    let begins = entry(&feed.text, "Begins");
    has(&begins, &[&start(3)]);
    assert!(!feed.text.contains("DTEND") && !begins.iter().any(|line| line.starts_with("DUE")), "{}", feed.text);
    app.anonymous().get(&format!("{path}?as=event")).await.status(200);
    app.anonymous().get(&format!("{path}?as=journal")).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_deleted_calendar_and_a_disabled_person_have_no_address() {
    let (app, alice, bob, stranger) = app().await;
    let (session, theirs) = (alice.by_cookie().await, bob.by_cookie().await);
    let made = make(&session, json!({"name": "All"})).await;
    let other = make(&theirs, json!({"name": "All"})).await;
    let at = format!("/me/calendars/{}", made.id());
    for user in [theirs, stranger.by_cookie().await] {
        user.delete(&at).await.not_found();
        assert!(!user.get("/me/calendars").await.text.contains(&made.id()));
    }
    session.delete(&at).await.no_content();
    session.delete(&at).await.not_found();
    fetch(&app, &made).await.not_found();
    assert_eq!(fetch(&app, &other).await.status, 200);
    let admin = app.administrator().await;
    let account = format!("/admin/users/{}", bob.id);
    admin.patch(&account).json(json!({"disabled": true})).await.ok();
    fetch(&app, &other).await.not_found();
    admin.patch(&account).json(json!({"disabled": false})).await.ok();
    assert_eq!(fetch(&app, &other).await.status, 200);
    for wrong in ["/calendar/x.ics", "/calendar/.ics", "/calendar/%00.ics", "/calendar/%ff.ics"] {
        let answer = app.anonymous().get(wrong).await;
        assert!([400, 404].contains(&answer.status), "{wrong}: {}", answer.status);
    }
    // Without its end it is another address.
    app.anonymous().get(path(&app, &other).trim_end_matches(".ics")).await.not_found();
    app.anonymous().post(&path(&app, &other)).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn an_address_is_no_key_to_anything_else_and_no_token_makes_one() {
    let (app, alice, bob, _) = app().await;
    let session = alice.by_cookie().await;
    let foreign = bob.project().await;
    alice.post("/me/calendars").json(json!({"name": "x"})).await.problem(403, "session_required");
    let wrong = |body: Value| session.post("/me/calendars").json(body);
    wrong(json!({"name": ""})).await.invalid("/name");
    wrong(json!({"name": "x", "project_ids": []})).await.invalid("/project_ids");
    wrong(json!({"name": "x", "project_ids": [foreign.id]})).await.invalid("/project_ids/0");
    wrong(json!({"name": "x", "project_ids": [nobody()]})).await.invalid("/project_ids/0");
    let own = alice.project().await;
    wrong(json!({"name": "x", "project_ids": [own.id, own.id]})).await.invalid("/project_ids/1");
    wrong(json!({"name": "x", "user_id": bob.id})).await.invalid("/user_id");
    wrong(json!({"name": "x", "mine_only": null})).await.invalid("/mine_only");
    assert_eq!(session.get("/me/calendars").await.ok().list("items").len(), 0, "a refused one leaves nothing");
    let made = make(&session, json!({"name": "x"})).await;
    let secret = path(&app, &made).replace("/calendar/", "").replace(".ics", "");
    let thief = app.anonymous().get("/me").header("Authorization", &format!("Bearer {secret}"));
    thief.await.problem(401, "unauthenticated");
    // A retry gets the calendar without its address.
    let ask = || session.post("/me/calendars").json(json!({"name": "again"})).key("calendar-1");
    let (first, second) = (ask().await.created(), ask().await.created());
    assert_eq!(first.id(), second.id());
    assert!(first["url"].is_string() && second.get("url").is_none(), "{second}");
}

#[tokio::test]
async fn a_person_has_so_many_calendars() {
    let (_, alice, ..) = app().await;
    let session = alice.by_cookie().await;
    for n in 0..20 {
        make(&session, json!({"name": format!("Calendar {n}")})).await;
    }
    let answer = session.post("/me/calendars").json(json!({"name": "One more"})).await;
    answer.problem(409, "too_many_calendars");
}

#[tokio::test]
async fn no_secret_reaches_the_log_and_none_is_stored() {
    let (mut app, alice, ..) = own_app(&[("BOARDCAST_LOG", "debug")]).await;
    let session = alice.by_cookie().await;
    let made = make(&session, json!({"name": "All"})).await;
    let path = path(&app, &made);
    let secret = path.replace("/calendar/", "").replace(".ics", "");
    assert_eq!(fetch(&app, &made).await.status, 200);
    app.anonymous().get(&format!("{path}?as=nonsense")).await.problem(422, "invalid");
    app.anonymous().get(&path.replace(".ics", ".ical")).await.not_found();
    session.delete(&format!("/me/calendars/{}", made.id())).await.no_content();
    fetch(&app, &made).await.not_found();
    let log = app.log();
    assert!(log.contains("/calendar/{file}") && log.contains(&format!("calendar:{}", made.id())), "{log}");
    assert!(!log.contains(&secret), "the log has the secret");
    if app.home().database().is_none() {
        app.restart();
        let file = std::fs::read(app.home().data().join("boardcast.db")).unwrap();
        assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()), "the database has the secret");
    }
}

#[tokio::test]
async fn fetching_is_limited_for_each_calendar() {
    let (app, alice, ..) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    let session = alice.by_cookie().await;
    let (one, two) = (make(&session, json!({"name": "One"})).await, make(&session, json!({"name": "Two"})).await);
    let mut statuses = vec![];
    for _ in 0..64 {
        statuses.push(fetch(&app, &one).await.status);
    }
    let refused = statuses.iter().position(|status| *status == 429);
    assert!(refused.is_some_and(|at| (60..64).contains(&at)), "{statuses:?}");
    assert_eq!(fetch(&app, &two).await.status, 200, "the other one is not concerned");
    alice.get("/me").await.ok();
}

/// Programs of others, which read what this one wrote.
mod read_elsewhere {
    use std::process::Command;

    use super::*;
    use crate::support::libraries::{answers, node, python};

    /// What a program reads in a feed.
    fn ask(program: Command, feed: &str) -> Vec<Value> {
        answers(program, feed).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[tokio::test]
    #[ignore = "needs icalendar and ical.js; run by tests/run api-sqlite"]
    async fn two_libraries_read_what_was_meant() {
        let (app, alice, ..) = app().await;
        let session = alice.by_cookie().await;
        let project = alice.project_called("Garden; and, more").await;
        let column = project.column("To do").await;
        let texts = [
            "Plain".to_owned(),
            "Semicolons; commas, back\\slashes \\n and \"quotes\"".into(),
            "字".repeat(80),
            "🦊".repeat(60),
            format!("{}é", "a".repeat(66)),
            "BEGIN:VEVENT".into(),
            "ends with a backslash\\".into(),
            "  blanks  inside  ".trim().into(),
            "مرحبا, שלום".into(),
        ];
        let label = json!({"name": "soil, sand; \\clay", "colour": "#3366cc"});
        let label = alice.post(&project.at("/labels")).json(label).await.created();
        let other = project.label("plain").await;
        let mut tasks = vec![];
        for (n, text) in (1..).zip(&texts) {
            let body = json!({"title": text, "start_on": day(n), "due_on": day(2 * n), "priority": "urgent",
                              "label_ids": [label.id(), other.id()]});
            tasks.push(project.task_with(&column, body).await);
        }
        let milestone = project.milestone("Launch").await;
        let at = project.at(&format!("/milestones/{}", milestone.id()));
        alice.patch(&at).json(json!({"due_on": "2099-12-31"})).await.ok();
        let made = make(&session, json!({"name": "Tasks of Alice ☃"})).await;
        let events = fetch(&app, &made).await.text;
        let todos = app.anonymous().get(&format!("{}?as=todo", path(&app, &made))).await.text;
        let host = app.url.split_once("://").unwrap().1;
        for (feed, kind) in [(&events, "VEVENT"), (&todos, "VTODO")] {
            let (ours, theirs) = (ask(python("calendar/read.py"), feed), ask(node("calendar/read.mjs"), feed));
            assert_eq!(ours, theirs, "they read the same");
            assert_eq!(ours[0], json!({"name": "Tasks of Alice ☃", "every": "PT1H"}));
            assert_eq!(ours.len(), 1 + tasks.len() + 1);
            let event = kind == "VEVENT";
            for (n, task) in (1..).zip(&tasks) {
                let number = task.int("number");
                let changed = task.str("created_at");
                let expected = json!({
                    "kind": kind,
                    "uid": format!("{}@{host}", task.id()),
                    "summary": task.str("title"),
                    "description": format!("{}-{number} · Garden; and, more · To do", project.key),
                    "start": if event || n > 0 && day(n) < day(2 * n) { json!(day(n)) } else { json!(null) },
                    "end": if event { json!(day(2 * n + 1)) } else { json!(null) },
                    "due": if event { json!(null) } else { json!(day(2 * n)) },
                    "status": if event { "CONFIRMED" } else { "NEEDS-ACTION" },
                    "priority": 1,
                    "sequence": task.version(),
                    "modified": format!("{}Z", changed.split('.').next().unwrap()),
                    "categories": ["plain", "soil, sand; \\clay"],
                });
                let uid = expected.str("uid");
                let read = ours.iter().find(|entry| entry["uid"] == uid);
                assert_eq!(read, Some(&expected));
            }
            let launch = ours.last().unwrap();
            assert_eq!(
                (launch["summary"].as_str(), launch["categories"].clone()),
                (Some("◆ Launch"), json!(["Milestone"]))
            );
        }
    }
}
