//! Many at once: one order, no gap, every rule as if they had come one by one.

use std::{
    collections::BTreeSet,
    future::IntoFuture,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use crate::support::{self, Answer, App, Call, Fields, Project, User, app, own_app, replay::State};

/// Sends all of them at once and waits for every answer.
async fn at_once(calls: Vec<impl IntoFuture<Output = Answer, IntoFuture: Send + 'static>>) -> Vec<Answer> {
    let mut set = JoinSet::new();
    for call in calls {
        set.spawn(call.into_future());
    }
    set.join_all().await
}

/// Sends it again for as long as the project's queue is too long for it.
async fn until_taken(call: Call) -> Answer {
    loop {
        let answer = call.again().await;
        if answer.status != 503 {
            return answer;
        }
        assert_eq!(answer.problem(503, "unavailable")["outcome"], "not_done");
        sleep(Duration::from_millis(200)).await;
    }
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut all: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    all.sort_unstable();
    all
}

/// What a busy team does, as one writer of many.
async fn work(user: User, project: Project, columns: Vec<Value>, writer: usize) {
    let user = user.unchecked();
    for n in 0..8 {
        let column = &columns[(writer + n) % columns.len()];
        let body = json!({"title": format!("{writer}-{n}"), "column_id": column.id()});
        let task = user.post(&project.at("/tasks")).json(body).await.created();
        let path = |rest: &str| project.task_at(&task, rest);
        user.patch(&path("")).json(json!({"priority": "high"})).await.ok();
        let to = &columns[(writer + n + 1) % columns.len()];
        let body = json!({"column_id": to.id(), "after": null});
        user.put(&path("/position")).json(body).await.ok();
        user.put(&path(&format!("/assignees/{}", user.id))).await.ok();
        user.put(&path("/completion")).await.ok();
        if n % 3 == 0 {
            user.delete(&path("")).await.no_content();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_make_one_order_without_a_gap() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let mut columns = Vec::new();
    for n in 0..4 {
        columns.push(project.column(&format!("Column {n}")).await);
    }
    let first = project.board().await;
    let start = first.int("seq");
    let done = Arc::new(AtomicBool::new(false));

    // Readers of every kind while the writers write.
    let mut readers = JoinSet::new();
    for path in [project.at("/events"), "/events".to_owned()] {
        for user in [&alice, &bob] {
            let mut stream = user.stream(&path).await;
            stream.hello().await;
            let id = project.id.clone();
            readers.spawn(async move {
                // The last event is known by its name, as no reader knows how many there will be.
                while stream.change().await["changes"]["columns"][0]["name"] != "End" {}
                stream.numbers(&id)
            });
        }
    }
    let poller = {
        let (project, done) = (project.clone(), done.clone());
        tokio::spawn(async move {
            let mut seen = start;
            while !done.load(Ordering::SeqCst) {
                for event in project.events_after(seen).await {
                    assert_eq!(event.int("seq"), seen + 1, "seen before the one before it");
                    seen = event.int("seq");
                }
            }
        })
    };
    let snapshots = {
        let (project, done) = (project.clone(), done.clone());
        tokio::spawn(async move {
            while !done.load(Ordering::SeqCst) {
                project.settle().await;
            }
        })
    };

    let mut writers = JoinSet::new();
    for writer in 0..16 {
        let user = if writer % 2 == 0 { alice.clone() } else { bob.clone() };
        writers.spawn(work(user, project.clone(), columns.clone(), writer));
    }
    writers.join_all().await;
    done.store(true, Ordering::SeqCst);
    poller.await.unwrap();
    snapshots.await.unwrap();
    project.column("End").await;

    let last = project.board().await;
    let all: Vec<_> = (start + 1..=last.int("seq")).collect();
    for numbers in readers.join_all().await {
        assert_eq!(numbers, all);
    }
    let mut state = State::of_snapshot(&first);
    for event in project.events_after(start).await {
        state.apply(&event);
    }
    assert_eq!(state.difference(&State::of_snapshot(&last)), "");
    assert_eq!(all.len(), 16 * (8 * 5 + 3) + 1, "every change told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tasks_made_at_once_have_two_hundred_numbers() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let quick = alice.unchecked();
    let calls = (0..220).map(|n| {
        let body = json!({"title": format!("Task {n}"), "column_id": column.id()});
        until_taken(quick.post(&project.at("/tasks")).json(body))
    });
    let answers = at_once(calls.collect()).await;
    assert_eq!(statuses(&answers), [201; 220]);
    let numbers: BTreeSet<_> = answers.iter().map(|answer| answer.body.int("number")).collect();
    assert_eq!(numbers, (1..=220).collect());
    let board = project.board().await;
    let places: BTreeSet<_> = board.list("tasks").iter().map(|task| task.str("position")).collect();
    assert_eq!(places.len(), 220, "no two in one place");
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_holds_when_fifty_move_in_at_once() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let start = project.column("To do").await;
    let narrow = project.column_with(json!({"name": "Doing", "wip_limit": 7})).await;
    let quick = alice.unchecked();
    let tasks = (0..50).map(|n| {
        let body = json!({"title": format!("Task {n}"), "column_id": start.id()});
        quick.post(&project.at("/tasks")).json(body)
    });
    let tasks = at_once(tasks.collect()).await;
    project.told().await;
    let moves = tasks.iter().map(|task| {
        let body = json!({"column_id": narrow.id(), "after": null});
        quick.put(&project.task_at(&task.body, "/position")).json(body)
    });
    let answers = at_once(moves.collect()).await;
    let all = statuses(&answers);
    assert_eq!(all[..7], [200; 7], "{all:?}");
    assert_eq!(all[7..], [409; 43], "{all:?}");
    assert_eq!(project.told().await.len(), 7);
    assert_eq!(project.titles(&narrow).await.len(), 7);
    project.settle().await;
}

#[tokio::test]
async fn a_place_is_split_many_times_between_two_neighbours() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let first = project.task(&column, "first").await;
    let mut between = Vec::new();
    for title in ["a", "b"] {
        between.push(project.task(&column, title).await);
    }
    project.task(&column, "last").await;
    let quick = alice.unchecked();
    let mut longest = 0;
    for n in 0..600 {
        let task = &between[n % 2];
        let body = json!({"column_id": column.id(), "after": first.id()});
        let moved = quick.put(&project.task_at(task, "/position")).json(body).await.ok();
        longest = longest.max(moved.str("position").len());
        if n % 60 == 1 {
            let order = project.titles(&column).await;
            assert_eq!(order, ["first", "b", "a", "last"], "after {n}");
            project.settle().await;
        }
    }
    assert!(longest <= 128, "a place of {longest} characters");
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_wants_the_same_place() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let quick = alice.unchecked();
    let mut tasks = Vec::new();
    for n in 0..20 {
        tasks.push(project.task(&column, &format!("{n}")).await);
    }
    let first = tasks[0].clone();
    for _ in 0..3 {
        let moves = tasks[1..].iter().map(|task| {
            let body = json!({"column_id": column.id(), "after": first.id()});
            quick.put(&project.task_at(task, "/position")).json(body)
        });
        assert_eq!(statuses(&at_once(moves.collect()).await), [200; 19]);
        let board = project.board().await;
        let places: BTreeSet<_> = board.list("tasks").iter().map(|task| task.str("position")).collect();
        assert_eq!(places.len(), 20, "no two in one place");
        assert_eq!(project.titles(&column).await[0], "0");
    }
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_last_owners_stays() {
    for _ in 0..6 {
        let (_, alice, bob, _) = app().await;
        let project = alice.project().await;
        project.add(&bob, "owner").await;
        let leave = |user: &User| {
            let path = project.at(&format!("/members/{}", user.id));
            user.unchecked().delete(&path)
        };
        let answers = at_once(vec![leave(&alice), leave(&bob)]).await;
        assert_eq!(statuses(&answers), [204, 409], "{answers:?}");
        let mut still_in = 0;
        for user in [&alice, &bob] {
            let answer = user.get(&project.at("/members")).await;
            if answer.status == 200 {
                still_in += 1;
                let members = answer.ok().list("items");
                assert_eq!(members.len(), 1);
                assert_eq!(members[0]["role"], "owner");
            }
        }
        assert_eq!(still_in, 1);
        project.settle_as(&[&alice, &bob]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_owners_who_demote_each_other_leave_one() {
    for _ in 0..6 {
        let (_, alice, bob, _) = app().await;
        let project = alice.project().await;
        project.add(&bob, "owner").await;
        let demote = |by: &User, whom: &User| {
            let path = project.at(&format!("/members/{}", whom.id));
            by.unchecked().put(&path).json(json!({"role": "viewer"}))
        };
        let answers = at_once(vec![demote(&alice, &bob), demote(&bob, &alice)]).await;
        let all = statuses(&answers);
        // Whoever comes second is no owner any more.
        assert_eq!(all[0], 200, "{all:?}");
        assert!([403, 409].contains(&all[1]), "{all:?}");
        let owners = project.board().await.list("members");
        assert_eq!(owners.iter().filter(|member| member["role"] == "owner").count(), 1);
        project.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_changes_while_its_person_joins_is_told() {
    let (_, alice, bob, _) = app().await;
    alice.project().await.add(&bob, "editor").await;
    for n in 0..15 {
        let project = alice.project().await;
        project.settle().await;
        let name = format!("Bob {n}");
        let join = alice.unchecked().put(&project.at(&format!("/members/{}", bob.id))).json(json!({"role": "editor"}));
        let rename = bob.unchecked().patch("/me").json(json!({"name": name}));
        let (joined, renamed) = tokio::join!(join.into_future(), until_taken(rename));
        joined.ok();
        renamed.ok();
        let shown = project.find("members", &bob.id).await.unwrap();
        assert_eq!(shown["name"], json!(name));
        project.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_wins_over_editing() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let quick = alice.unchecked();
    for _ in 0..10 {
        let task = project.task(&column, "Contested").await;
        let path = project.task_at(&task, "");
        let answers = at_once(vec![
            quick.patch(&path).json(json!({"title": "Edited"})),
            quick.delete(&path),
            quick.put(&project.task_at(&task, "/completion")),
            quick.post(&project.task_at(&task, "/checklist")).json(json!({"text": "Part"})),
        ])
        .await;
        for answer in &answers {
            assert!([200, 201, 204, 404].contains(&answer.status), "{answer:?}");
        }
        assert_eq!(statuses(&answers).iter().filter(|status| **status == 204).count(), 1);
        let board = project.board().await;
        assert_eq!(board["tasks"], json!([]));
        assert_eq!(board["checklist_items"], json!([]));
    }
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_is_deleted_while_tasks_move_in() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let home = project.column("Home").await;
    let quick = alice.unchecked();
    let mut tasks = Vec::new();
    for n in 0..10 {
        tasks.push(project.task(&home, &format!("{n}")).await);
    }
    for _ in 0..5 {
        let doomed = project.column("Doomed").await;
        let mut calls: Vec<_> = tasks
            .iter()
            .map(|task| {
                let body = json!({"column_id": doomed.id(), "after": null});
                quick.put(&project.task_at(task, "/position")).json(body)
            })
            .collect();
        let path = format!("/columns/{}?move_to={}", doomed.id(), home.id());
        calls.insert(5, quick.delete(&project.at(&path)));
        let answers = at_once(calls).await;
        for answer in &answers {
            assert!([200, 204, 422].contains(&answer.status), "{answer:?}");
        }
        assert_eq!(project.titles(&home).await.len(), 10);
    }
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_pull_one_task_to_and_fro() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let (left, right) = (project.column("Left").await, project.column("Right").await);
    let task = project.task(&left, "Rope").await;
    project.told().await;
    let pull = |user: User, column: Value| {
        let (project, task) = (project.clone(), task.clone());
        async move {
            let mut changed = 0;
            let mut version = 0;
            for _ in 0..100 {
                let body = json!({"column_id": column.id(), "after": null});
                let call = user.unchecked().put(&project.task_at(&task, "/position"));
                let after = call.json(body).await.ok();
                if after.version() > version {
                    changed += 1;
                    version = after.version();
                }
            }
            changed
        }
    };
    let (a, b) = tokio::join!(pull(alice.clone(), left.clone()), pull(bob, right.clone()));
    let events = project.told().await;
    assert!(events.len() <= a + b, "an event that nobody was answered");
    for pair in events.windows(2) {
        let column = |event: &Value| event["changes"]["tasks"][0]["column_id"].clone();
        assert_ne!(column(&pair[0]), column(&pair[1]), "every move told moved something");
    }
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_removed_member_comes_after_his_removal() {
    for _ in 0..4 {
        let (_, alice, bob, _) = app().await;
        let project = alice.project().await;
        project.add(&bob, "editor").await;
        let column = project.column("To do").await;
        project.told().await;
        let quick = bob.unchecked();
        let mut calls: Vec<_> = (0..20)
            .map(|n| {
                let body = json!({"title": format!("{n}"), "column_id": column.id()});
                quick.post(&project.at("/tasks")).json(body)
            })
            .collect();
        let path = project.at(&format!("/members/{}", bob.id));
        calls.insert(8, alice.unchecked().delete(&path));
        let answers = at_once(calls).await;
        for answer in &answers {
            assert!([201, 204, 404].contains(&answer.status), "{answer:?}");
        }
        let events = project.told().await;
        let removal = events.iter().position(|event| event["type"] == "member.removed").unwrap();
        for event in &events[removal + 1..] {
            assert_ne!(event["actor"]["id"], bob.id, "{event}");
        }
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(events.len(), made + 1);
        project.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_hang_up_leave_nothing_half_done() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let quick = alice.unchecked();
    let mut tasks = JoinSet::new();
    for n in 0..60 {
        let body = json!({"title": format!("{n}"), "column_id": column.id()});
        let call = quick.post(&project.at("/tasks")).key(&format!("hang-{n}")).json(body);
        tasks.spawn(async move {
            let wait = Duration::from_millis(n % 12);
            // Gone in the middle of it, at a different point each time.
            drop(tokio::time::timeout(wait, call.into_future()).await);
        });
    }
    tasks.join_all().await;
    // Whatever became of each: once more with its key, and it is there exactly once.
    let again = (0..60).map(|n| {
        let body = json!({"title": format!("{n}"), "column_id": column.id()});
        quick.post(&project.at("/tasks")).key(&format!("hang-{n}")).json(body)
    });
    let answers = at_once(again.collect()).await;
    assert_eq!(statuses(&answers), [201; 60]);
    let titles = project.titles(&column).await;
    assert_eq!(titles.len(), 60);
    assert_eq!(titles.iter().collect::<BTreeSet<_>>().len(), 60);
    project.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn projects_do_not_wait_for_each_other_and_do_not_mix() {
    let app = App::shared().await;
    let alice = app.sign_up("Alice").await;
    let mut projects = Vec::new();
    for _ in 0..6 {
        projects.push(alice.project().await);
    }
    let mut writers = JoinSet::new();
    for project in projects.clone() {
        let quick = alice.unchecked();
        writers.spawn(async move {
            for n in 0..20 {
                let body = json!({"name": format!("Column {n}")});
                quick.post(&project.at("/columns")).json(body).await.created();
            }
        });
    }
    writers.join_all().await;
    for project in projects {
        assert_eq!(project.told().await.len(), 20);
        project.settle().await;
    }
}

#[tokio::test]
async fn columns_and_checklists_are_split_many_times_between_two_neighbours() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("First").await;
    let task = project.task(&column, "One").await;
    let item = project.checklist_item(&task, "First").await;
    let (mut columns, mut items) = (vec![], vec![]);
    for n in 0..3 {
        columns.push(project.column(&format!("Column {n}")).await);
        items.push(project.checklist_item(&task, &format!("Item {n}")).await);
    }
    let hasty = alice.unchecked();
    for n in 0..200 {
        // Whoever moved before is the next neighbour: the gap halves each time.
        let path = project.at(&format!("/columns/{}/position", columns[n % 2].id()));
        hasty.put(&path).json(json!({"after": column.id()})).await.ok();
        let path = project.task_at(&task, &format!("/checklist/{}/position", items[n % 2].id()));
        hasty.put(&path).json(json!({"after": item.id()})).await.ok();
    }
    project.settle().await;
    let board = project.board().await;
    for (kind, first, moved) in [("columns", &column, &columns), ("checklist_items", &item, &items)] {
        let mut found: Vec<_> = board[kind].as_array().unwrap().clone();
        found.sort_by_key(|object| object["position"].as_str().unwrap().to_owned());
        let order: Vec<_> = found.iter().map(|object| object.id().clone()).collect();
        assert_eq!(order, [first.id(), moved[1].id(), moved[0].id(), moved[2].id()], "{kind}");
        let longest = found.iter().map(|object| object["position"].as_str().unwrap().len()).max().unwrap();
        assert!(longest <= 24, "{kind}: {longest}");
    }
}

#[tokio::test]
async fn limits_of_a_person_hold_when_many_ask_at_once() {
    let (_, alice, _, _) = app().await;
    let alice = alice.by_cookie().await;
    let cases = [
        ("/tokens", 100, json!({"name": "One", "scopes": ["read"]}), "too_many_tokens"),
        ("/me/calendars", 20, json!({"name": "One"}), "too_many_calendars"),
    ];
    for (path, most, body, code) in cases {
        let body = |_| alice.post(path).json(body.clone());
        let kept = alice.get(path).await.ok().list("items").len();
        at_once((kept + 1..most).map(body).collect()).await.into_iter().for_each(|answer| drop(answer.created()));
        let answers = at_once((0..12).map(body).collect()).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(made, 1, "{:?}", statuses(&answers));
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            answer.problem(409, code);
        }
    }
}

#[tokio::test]
async fn two_administrators_who_unmake_each_other_leave_one() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let root = app.administrator().await;
    let at = |of: &User| format!("/admin/users/{}", of.id);
    let make =
        |by: &User, of: &User| by.patch(&at(of)).json(json!({"admin": true, "current_password": support::PASSWORD}));
    let unmake = |by: &User, of: &User| by.patch(&at(of)).json(json!({"admin": false}));
    make(&root, &alice).await.ok();
    make(&root, &bob).await.ok();
    let (mut alice, mut bob) = (alice.by_cookie().await, bob.by_cookie().await);
    unmake(&alice, &root).await.ok();
    for _ in 0..8 {
        let (by_alice, by_bob) = tokio::join!(unmake(&alice, &bob).into_future(), unmake(&bob, &alice).into_future());
        let (left, other) = if by_alice.status == 200 { (&alice, &bob) } else { (&bob, &alice) };
        make(left, other).await.ok();
        assert_eq!(usize::from(by_alice.status == 200) + usize::from(by_bob.status == 200), 1);
        (alice, bob) = (alice.by_cookie().await, bob.by_cookie().await);
    }
}
