//! When a task was last changed: what counts, and lists by it.

use serde_json::{Value, json};

use crate::{
    reports::{Clock, clocked},
    support::{Call, Fields, Project, app, each, with_id},
};

const DAY: u64 = 24 * 60;

async fn updated_at(project: &Project, task: &Value) -> String {
    project.find("tasks", &task.id()).await.unwrap().str("updated_at")
}

/// A task on a server whose clock the test moves.
struct World {
    clock: Clock,
    project: Project,
    task: Value,
}

impl World {
    /// Moves the clock, makes a change, and tells whether the task says that it was changed by it. What the event tells of it
    /// is what the board and the task itself say.
    async fn counts(&mut self, call: impl AsyncFnOnce(&Project, &Value) -> Value) -> (bool, Value) {
        let Self { clock, project, task } = self;
        let before = updated_at(project, task).await;
        project.told().await;
        clock.forward(1);
        let answer = call(&*project, &*task).await;
        let after = updated_at(project, task).await;
        let events = project.told().await;
        assert_eq!(events.len(), 1, "{events:?}");
        let told = events[0]["changes"]["tasks"].as_array().into_iter().flatten().find(|told| told["id"] == task["id"]);
        let told = told.and_then(|told| told.get("updated_at"));
        if after == before {
            assert_eq!(told, None, "{events:?}");
        } else {
            assert_eq!(told, Some(&json!(after)), "{events:?}");
            assert_eq!(events[0]["at"], after, "it is the instant of the event");
        }
        assert_eq!(project.by.get(&project.task_at(task, "")).await.ok()["updated_at"], after);
        (after != before, answer)
    }
}

async fn ok(call: Call) -> Value {
    let answer = call.await;
    assert!((200..300).contains(&answer.status), "{answer:?}");
    answer.body
}

#[tokio::test]
async fn a_task_says_when_it_was_last_changed() {
    let (clock, _app, alice, bob, _) = clocked().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (todo, done) = (project.column("To do").await, project.column("Done").await);
    let (label, other) = (project.label("Bug").await, project.task(&todo, "Other").await);
    let task = project.task(&todo, "One").await;
    assert_eq!(task["updated_at"], task["created_at"]);
    let mut world = World { clock, project, task };
    let at = |project: &Project, task: &Value, rest: &str| project.task_at(task, rest);

    for body in [
        json!({"title": "Two"}),
        json!({"description": "Words"}),
        json!({"assignee_ids": [bob.id]}),
        json!({"label_ids": [label.id()]}),
        json!({"due_on": "2026-12-24"}),
    ] {
        let patch = async |p: &Project, t: &Value| ok(p.by.patch(&at(p, t, "")).json(body.clone())).await;
        assert!(world.counts(patch).await.0, "{body}");
    }
    let place = json!({"column_id": done.id(), "after": null});
    assert!(world.counts(async |p, t| ok(p.by.put(&at(p, t, "/position")).json(place)).await).await.0);
    assert!(world.counts(async |p, t| ok(p.by.put(&at(p, t, "/completion"))).await).await.0);

    let many = async |p: &Project, t: &Value| {
        let body = json!({"task_ids": [t.id()], "patch": {"priority": "low"}});
        ok(p.by.post(&p.at("/tasks/bulk")).json(body)).await
    };
    assert!(world.counts(many).await.0);

    let (counts, item) = world.counts(async |p, t| p.checklist_item(t, "A step").await).await;
    assert!(counts);
    let second = world.counts(async |p, t| p.checklist_item(t, "Another").await).await.1;
    let step = |item: &Value, rest: &str| format!("/checklist/{}{rest}", item.id());
    let ticked = json!({"done": true});
    assert!(world.counts(async |p, t| ok(p.by.patch(&at(p, t, &step(&item, ""))).json(ticked)).await).await.0);
    let first = json!({"after": null});
    assert!(world.counts(async |p, t| ok(p.by.put(&at(p, t, &step(&second, "/position"))).json(first)).await).await.0);
    assert!(world.counts(async |p, t| ok(p.by.delete(&at(p, t, &step(&item, "")))).await).await.0);
    // What is taken back is changed once more.
    let deleted = world.project.seq().await;
    assert!(world.counts(async |p, _| ok(p.by.post(&p.at(&format!("/events/{deleted}/undo")))).await).await.0);

    let (counts, comment) = world.counts(async |p, t| p.comment(t, "A word").await).await;
    assert!(counts);
    let said = |rest: &str| format!("/comments/{}{rest}", comment.id());
    let thumb = said("/reactions/%F0%9F%91%8D");
    assert!(!world.counts(async |p, _| ok(p.by.put(&p.at(&thumb))).await).await.0, "a reaction is none");
    let better = json!({"body": "A better word"});
    assert!(world.counts(async |p, _| ok(p.by.patch(&p.at(&said(""))).json(better)).await).await.0);
    assert!(world.counts(async |p, _| ok(p.by.delete(&p.at(&said("")))).await).await.0);
    let (counts, file) = world.counts(async |p, t| p.attach(t, "a.txt", b"text").await).await;
    assert!(counts);
    let file = format!("/attachments/{}", file.id());
    let name = json!({"name": "b.txt"});
    assert!(world.counts(async |p, _| ok(p.by.patch(&p.at(&file)).json(name)).await).await.0);
    assert!(world.counts(async |p, _| ok(p.by.delete(&p.at(&file))).await).await.0);

    assert!(!world.counts(async |p, t| p.dependency(t, &other, 0).await).await.0, "a dependency is none");

    // Archived and brought back, deleted and brought back: each is a change, and what the log holds says the same.
    let World { mut clock, project, task } = world;
    let before = updated_at(&project, &task).await;
    for (away, back) in [("/archive", "/archive"), ("", "")] {
        clock.forward(1);
        ok(if away.is_empty() {
            alice.delete(&at(&project, &task, ""))
        } else {
            alice.put(&at(&project, &task, away))
        })
        .await;
        clock.forward(1);
        let restored = if back.is_empty() {
            ok(alice.post(&project.at(&format!("/trash/{}/restore", task.id())))).await
        } else {
            ok(alice.delete(&at(&project, &task, back))).await
        };
        let now = updated_at(&project, &task).await;
        assert!(now > before, "{now}");
        assert_eq!(restored["updated_at"], now);
        assert_eq!(project.events_after(project.seq().await - 1).await[0]["at"], now);
    }
}

#[tokio::test]
async fn what_makes_room_for_a_neighbour_is_not_changed() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let last = project.task(&column, "Last").await;
    let unchecked = alice.unchecked();
    loop {
        let body = json!({"title": "Before", "column_id": column.id(), "before": last.id()});
        let new = unchecked.post(&project.at("/tasks")).json(body).await.created();
        assert!(new.version() < 1_000, "the keys are never spread");
        let event = project.events_after(new.version() - 1).await.remove(0);
        let tasks = event["changes"].list("tasks");
        if tasks.iter().any(|task| task["id"] == last["id"]) {
            let told = with_id(&tasks, &last.id());
            assert!(told.get("position").is_some() && told.get("updated_at").is_none(), "{told}");
            break;
        }
    }
    project.settle().await;
    assert_eq!(updated_at(&project, &last).await, last.str("updated_at"));
}

#[tokio::test]
async fn a_change_beside_a_person_who_edits_is_no_conflict() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "One").await;
    project.checklist_item(&task, "A step").await;
    let path = project.task_at(&task, "");
    let mine = json!({"title": "Mine"});
    let edited = alice.patch(&path).if_match(task.version()).json(mine).await.ok();
    assert_eq!(edited["title"], "Mine");
    let theirs = json!({"title": "Theirs"});
    let problem = alice.patch(&path).if_match(task.version()).json(theirs).await.problem(412, "version_conflict");
    assert_eq!((&problem["base"], &problem["conflicts"]), (&json!({"title": "One"}), &json!(["title"])));
}

#[tokio::test]
async fn tasks_are_found_by_when_they_were_changed_and_made() {
    let (mut clock, _app, alice, ..) = clocked().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut days = vec![];
    let mut made = vec![];
    for (title, later) in [("Old", 0), ("Former", 55), ("New", 24), ("Now", 3)] {
        clock.forward(later * DAY);
        days.push(clock.today());
        made.push(project.task(&column, title).await);
    }
    // The oldest is changed last.
    clock.forward(4 * DAY);
    project.comment(&made[0], "Still here").await;
    let today = clock.today();
    for (filter, found) in [
        ("updated=today".to_owned(), &["Old"][..]),
        ("updated=week".into(), &["Old", "Now"]),
        ("updated=month".into(), &["Old", "New", "Now"]),
        (format!("updated={}", days[2]), &["New"]),
        (format!("updated={}..{}", days[1], days[2]), &["Former", "New"]),
        (format!("updated=..{}", days[2]), &["Former", "New"]),
        (format!("updated={today}.."), &["Old"]),
        (format!("updated={},today", days[1]), &["Old", "Former"]),
        ("created=week".into(), &["Now"]),
        (format!("created={}", days[0]), &["Old"]),
        (format!("created={},week", days[0]), &["Old", "Now"]),
        ("created=month&updated=today".into(), &[]),
        ("updated=..1999-12-31".into(), &[]),
    ] {
        for path in
            [project.at(&format!("/tasks?sort=created_at&{filter}")), format!("/me/tasks?sort=created_at&{filter}")]
        {
            assert_eq!(each(&alice.get(&path).await.ok().list("items"), "title"), *found, "{path}");
        }
        // The same, typed.
        let typed = filter.replace("created=", "created:").replace("updated=", "updated:");
        let again = if filter.starts_with("created") { " created:" } else { " updated:" };
        let typed = typed.replace('&', " ").replace(',', again);
        let typed =
            reqwest::Url::parse_with_params("http://x/", [("q", &typed), ("sort", &"created_at".to_owned())]).unwrap();
        let path = project.at(&format!("/tasks?{}", typed.query().unwrap()));
        assert_eq!(each(&alice.get(&path).await.ok().list("items"), "title"), *found, "{path}");
    }
    for (typed, found) in [
        (format!("updated:>={}", days[3]), &["Now", "Old"][..]),
        (format!("updated:>{}", days[3]), &["Old"]),
        (format!("updated:<{}", days[2]), &["Former"]),
        (format!("UPDATED:<={}", days[2]), &["New", "Former"]),
        ("updated:<1900-01-01".into(), &[]),
        ("updated:>2999-12-31".into(), &[]),
    ] {
        let url = reqwest::Url::parse_with_params("http://x/", [("q", &typed)]).unwrap();
        let hits = alice.get(&format!("/search?kind=task&{}", url.query().unwrap())).await.ok().list("items");
        assert_eq!(each(&hits, "title"), *found, "{typed}");
    }
    let order = each(&alice.get(&project.at("/tasks?sort=-updated_at")).await.ok().list("items"), "title");
    assert_eq!(order, ["Old", "Now", "New", "Former"]);
    for filter in
        ["updated=soon", "updated=none", "updated=..", "updated=2026-02-30", "created=overdue", "q=updated:overdue"]
    {
        alice.get(&project.at(&format!("/tasks?{filter}"))).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn the_day_of_a_change_is_that_of_the_person_who_asks() {
    // At noon UTC the next day has begun in Auckland, which is 13 hours ahead.
    let (mut clock, _app, alice, ..) = clocked().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.task(&column, "Before").await;
    let today = clock.today();
    let there = alice.patch("/me").json(json!({"time_zone": "Pacific/Auckland"})).await.ok();
    assert_eq!(there["time_zone"], "Pacific/Auckland");
    let list = async |query: &str| each(&alice.get(&format!("/me/tasks?{query}")).await.ok().list("items"), "title");
    assert_eq!(list(&format!("updated={today}")).await, [""; 0]);
    assert_eq!(list("updated=today").await, ["Before"]);
    clock.forward(DAY);
    assert_eq!(list("updated=today").await, [""; 0]);
}
