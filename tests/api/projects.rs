//! Projects: making, listing, changing, archiving, deleting; the snapshot and its tag.

use std::future::IntoFuture;

use serde_json::json;

use crate::support::{Fields, User, app, each, nobody};

#[tokio::test]
async fn whoever_makes_a_project_owns_it() {
    let (_, alice, ..) = app().await;
    let body = json!({"name": "Launch the website"});
    let project = alice.post("/projects").json(body).await.created();
    assert_eq!(project["name"], "Launch the website");
    assert_eq!(project["description"], "");
    assert_eq!(project["archived_at"], json!(null));
    let board = alice.get(&format!("/projects/{}/board", project.id())).await.ok();
    assert_eq!(board["project"], project);
    let members = board.list("members");
    assert_eq!(each(&members, "id"), [alice.id.as_str()]);
    assert_eq!(members[0]["role"], "owner");
    assert_eq!(members[0]["name"], "Alice");
}

#[tokio::test]
async fn a_new_project_explains_itself() {
    let (_, alice, ..) = app().await;
    let project = alice.post("/projects").json(json!({"name": "Fresh"})).await.created();
    let board = alice.get(&format!("/projects/{}/board", project.id())).await.ok();
    let mut columns = board.list("columns");
    columns.sort_by_key(|column| column.str("position"));
    assert_eq!(each(&columns, "name"), ["To do", "Doing", "Done"]);
    assert_eq!(columns[2]["kind"], "done");
    assert!(!board.list("tasks").is_empty());
}

#[tokio::test]
async fn an_empty_project_has_nothing_in_it() {
    let (_, alice, ..) = app().await;
    let board = alice.project().await.board().await;
    for kind in ["columns", "tasks", "labels", "milestones", "dependencies", "checklist_items"] {
        assert_eq!(board[kind], json!([]), "{kind}");
    }
    assert!(board["epoch"].is_string());
    assert!(board.int("seq") >= 1);
}

#[tokio::test]
async fn a_project_has_a_key_for_its_tasks() {
    let (_, alice, ..) = app().await;
    let make = |body| alice.post("/projects").json(body);
    let given = make(json!({"name": "Website", "key": "WEB"})).await.created();
    assert_eq!(given["key"], "WEB");
    let derived = make(json!({"name": "Website"})).await.created();
    let key = derived.str("key");
    assert!(!key.is_empty() && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()), "{key}");
    // A name without a single letter of that kind still gets one.
    for name in ["日本語", "!!!", "123"] {
        let key = make(json!({"name": name})).await.created().str("key");
        assert!(!key.is_empty() && key.is_ascii(), "{name}: {key}");
    }
    for wrong in ["", "web page", "é", "A-B", "1A", &"X".repeat(40)] {
        make(json!({"name": "Website", "key": wrong})).await.invalid("/key");
    }
}

#[tokio::test]
async fn a_project_says_what_is_wrong_with_it() {
    let (_, alice, ..) = app().await;
    let make = |body| alice.post("/projects").json(body);
    for name in ["", "   ", "a\u{0}b", &"x".repeat(256)] {
        make(json!({"name": name})).await.invalid("/name");
    }
    make(json!({})).await.invalid("/name");
    make(json!({"name": "Mine", "template": "huge"})).await.invalid("/template");
    for field in ["id", "owner_id", "version", "seq", "archived_at"] {
        let mut body = json!({"name": "Mine"});
        body[field] = json!(1);
        make(body).await.invalid(&format!("/{field}"));
    }
    assert!(alice.get("/projects").await.ok().list("items").is_empty());
}

#[tokio::test]
async fn the_list_holds_my_projects_with_their_counts() {
    let (_, alice, bob, stranger) = app().await;
    let project = alice.project_called("Counted").await;
    project.add(&bob, "viewer").await;
    let column = project.column("To do").await;
    let done = project.task(&column, "One").await;
    project.task(&column, "Two").await;
    alice.put(&project.task_at(&done, "/completion")).await.ok();

    let list = bob.get("/projects").await.ok().list("items");
    assert_eq!(each(&list, "id"), [project.id.as_str()]);
    assert_eq!(list[0]["name"], "Counted");
    assert_eq!(list[0]["role"], "viewer");
    assert_eq!(list[0]["member_count"], 2);
    assert_eq!(list[0]["task_count"], 2);
    assert_eq!(list[0]["done_count"], 1);
    assert!(stranger.get("/projects").await.ok().list("items").is_empty());
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let (_, alice, bob, _) = app().await;
    for n in 0..5 {
        alice.project_called(&format!("Project {n}")).await;
    }
    let mut names = Vec::new();
    let mut path = "/projects?limit=2".to_owned();
    loop {
        let page = alice.get(&path).await.ok();
        names.extend(each(&page.list("items"), "name"));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/projects?limit=2&cursor={cursor}"),
            None => break,
        }
        // A cursor grants nothing: in another's hands it shows another's projects, or is refused.
        let theirs = bob.get(&path).await;
        assert!(theirs.status == 422 || theirs.body.list("items").is_empty(), "{}", theirs.text);
    }
    names.sort();
    assert_eq!(names, ["Project 0", "Project 1", "Project 2", "Project 3", "Project 4"]);
}

#[tokio::test]
async fn a_page_has_its_limits() {
    let (_, alice, ..) = app().await;
    for limit in ["0", "-1", "201", "1000000000", "x", "", "1.5", "99999999999999999999"] {
        let answer = alice.get(&format!("/projects?limit={limit}")).await;
        assert_eq!(answer.status, 422, "{limit}: {}", answer.text);
    }
    for limit in ["1", "200"] {
        alice.get(&format!("/projects?limit={limit}")).await.ok();
    }
    for query in ["cursor=nonsense", "unknown=1", "archived=maybe"] {
        let answer = alice.get(&format!("/projects?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_project_is_renamed_and_described() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let body = json!({"name": "Second name", "description": "What it is for"});
    let after = alice.patch(&project.at("")).json(body).await.ok();
    assert_eq!(after["name"], "Second name");
    assert_eq!(after["description"], "What it is for");
    let event = project.told_only("project.changed").await;
    assert_eq!(event["changes"]["project"][0]["name"], "Second name");
    assert_eq!(event["actor"]["id"], alice.id);
    assert_eq!(event["seq"], after["version"]);
    assert_eq!(alice.get(&project.at("")).await.ok(), after);
}

#[tokio::test]
async fn a_change_that_changes_nothing_tells_nothing() {
    let (_, alice, ..) = app().await;
    let project = alice.project_called("Same").await;
    let before = project.board().await;
    alice.patch(&project.at("")).json(json!({"name": "Same"})).await.ok();
    alice.patch(&project.at("")).json(json!({})).await.ok();
    project.told_nothing().await;
    assert_eq!(project.board().await, before);
}

#[tokio::test]
async fn an_archived_project_can_be_read_and_not_changed() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Frozen").await;
    project.told().await;
    let archived = alice.put(&project.at("/archive")).await.ok();
    assert!(archived["archived_at"].is_string());
    project.told_only("project.archived").await;

    let create = json!({"title": "No", "column_id": column.id()});
    bob.post(&project.at("/tasks")).json(create).await.problem(409, "project_archived");
    let rename = json!({"title": "No"});
    bob.patch(&project.task_at(&task, "")).json(rename).await.problem(409, "project_archived");
    let name = json!({"name": "No"});
    alice.patch(&project.at("")).json(name.clone()).await.problem(409, "project_archived");
    alice.post(&project.at("/columns")).json(name).await.problem(409, "project_archived");
    project.told_nothing().await;
    bob.get(&project.at("/board")).await.ok();

    let list = |state: &str| alice.get(&format!("/projects{state}"));
    assert!(list("").await.ok().list("items").is_empty());
    assert_eq!(list("?archived=true").await.ok().list("items").len(), 1);
    assert_eq!(list("?archived=any").await.ok().list("items").len(), 1);

    let back = alice.delete(&project.at("/archive")).await.ok();
    assert_eq!(back["archived_at"], json!(null));
    project.told_only("project.unarchived").await;
    project.task(&column, "Thawed").await;
}

#[tokio::test]
async fn archiving_twice_is_archiving_once() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let first = alice.put(&project.at("/archive")).await.ok();
    project.told().await;
    let second = alice.put(&project.at("/archive")).await.ok();
    assert_eq!(first, second);
    project.told_nothing().await;
}

#[tokio::test]
async fn a_deleted_project_is_gone_for_everybody() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Gone").await;
    bob.delete(&project.at("")).await.problem(403, "forbidden");
    alice.delete(&project.at("")).await.no_content();
    for user in [&alice, &bob] {
        let gone = user.get(&project.at("/board")).await.not_found();
        let never = user.get(&format!("/projects/{}/board", nobody())).await.not_found();
        assert_eq!(gone, never);
        user.get(&project.task_at(&task, "")).await.not_found();
        assert!(user.get("/projects?archived=any").await.ok().list("items").is_empty());
    }
    alice.delete(&project.at("")).await.not_found();
}

#[tokio::test]
async fn a_snapshot_that_is_still_true_is_not_sent_again() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let answer = alice.get(&project.at("/board")).await;
    let tag = answer.header("etag").to_owned();
    let board = answer.ok();
    assert_eq!(tag, format!("\"{}\"", board.str("cursor")));
    assert_eq!(board.str("cursor"), project.cursor_at(board.int("seq")).await);
    let again = alice.get(&project.at("/board")).header("If-None-Match", &tag).await;
    assert_eq!(again.header("etag"), tag);
    assert_eq!(again.text, "");
    again.status(304);
    project.column("News").await;
    let call = alice.get(&project.at("/board")).header("If-None-Match", &tag);
    assert_eq!(call.await.ok().list("columns").len(), 1);
}

#[tokio::test]
async fn a_tag_shows_a_stranger_nothing() {
    let (_, alice, _, stranger) = app().await;
    let project = alice.project().await;
    let tag = alice.get(&project.at("/board")).await.header("etag").to_owned();
    stranger.get(&project.at("/board")).header("If-None-Match", &tag).await.not_found();
}

#[tokio::test]
async fn a_big_snapshot_is_compressed_for_those_who_ask() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    for n in 0..20 {
        project.column(&format!("Column {n} with a rather long name")).await;
    }
    let call = alice.get(&project.at("/board")).header("Accept-Encoding", "gzip");
    let response = call.open().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let bytes = response.bytes().await.unwrap();
    assert_eq!(bytes[..2], [0x1f, 0x8b]);
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found() {
    let (_, alice, ..) = app().await;
    for id in ["x", "1", "00000000-0000-0000-0000-000000000000", "%00", "..%2f..", "%F0%9F%92%A9", "%ff"] {
        alice.get(&format!("/projects/{id}")).await.not_found();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_projects_with_one_key_at_once_one_is_made() {
    let (_, alice, bob, _) = app().await;
    let body = json!({"name": "Garden", "key": "GARDEN", "template": "empty"});
    let create = |user: &User, key: &str| {
        tokio::spawn(user.unchecked().post("/projects").json(body.clone()).key(key).into_future())
    };
    let mut calls: Vec<_> = vec![];
    for n in 0..8 {
        calls.push(create(&alice, &format!("call-{n}")));
    }
    let mut made = 0;
    for call in calls {
        let answer = call.await.unwrap();
        if answer.status == 201 {
            made += 1;
        } else {
            answer.problem(409, "key_taken");
        }
    }
    assert_eq!(made, 1);
    // Keys are one to a person's view: Bob may have the same one. His eight calls are one, sent again and again.
    let calls: Vec<_> = (0..8).map(|_| create(&bob, "one")).collect();
    let mut ids = vec![];
    for call in calls {
        ids.push(call.await.unwrap().created().id());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(bob.get("/projects").await.ok().list("items").len(), 1);
    // And without a key of its own each gets another one.
    let calls: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(
                alice.unchecked().post("/projects").json(json!({"name": "Lawn", "template": "empty"})).into_future(),
            )
        })
        .collect();
    let mut keys = vec![];
    for call in calls {
        keys.push(call.await.unwrap().created().str("key"));
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 8, "{keys:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_projects_that_take_one_key_at_once_one_gets_it() {
    let (_, alice, ..) = app().await;
    let mut projects = vec![];
    for n in 0..6 {
        projects.push(alice.project_called(&format!("Project {n}")).await);
    }
    let calls: Vec<_> = projects
        .iter()
        .map(|project| {
            tokio::spawn(alice.unchecked().patch(&project.at("")).json(json!({"key": "TAKEN"})).into_future())
        })
        .collect();
    let mut statuses = vec![];
    for call in calls {
        statuses.push(call.await.unwrap().status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
}
