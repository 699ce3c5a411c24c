//! Whatever is done in whatever order, by several at once: the events make the snapshot.

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{App, Fields, Project, User, nobody, replay::State};

/// What somebody does and to what; the numbers choose among what is there at that moment.
#[derive(Clone, Copy, Debug)]
struct Step {
    what: u8,
    a: u8,
    b: u8,
    c: u8,
}

const KINDS: u8 = 34;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..KINDS, any::<u8>(), any::<u8>(), any::<u8>());
    let step = step.prop_map(|(what, a, b, c)| Step { what, a, b, c });
    prop::collection::vec(step, 24..64)
}

/// One of the list; sometimes something that is not there, so that refusals happen too.
fn pick(board: &Value, kind: &str, n: u8) -> String {
    let list = board.list(kind);
    match list.get(usize::from(n) % (list.len() + 1)) {
        Some(object) => object.id(),
        None if list.is_empty() || n > 240 => nobody(),
        None => list[0].id(),
    }
}

fn place(board: &Value, kind: &str, n: u8) -> Value {
    if n.is_multiple_of(3) { Value::Null } else { json!(pick(board, kind, n)) }
}

fn day(n: u8) -> Value {
    match n % 5 {
        0 => Value::Null,
        _ => json!(format!("2026-{:02}-{:02}", n % 12 + 1, n % 28 + 1)),
    }
}

async fn take(step: Step, user: User, project: Project, board: Value, people: [String; 3]) {
    let Step { what, a, b, c } = step;
    let task = || format!("/tasks/{}", pick(&board, "tasks", a));
    let column = || pick(&board, "columns", b);
    let label = || pick(&board, "labels", b);
    let milestone = || pick(&board, "milestones", b);
    let person = || people[usize::from(b) % 3].clone();
    let item = || {
        let items = board.list("checklist_items");
        let item = items.get(usize::from(a) % items.len().max(1));
        item.map_or_else(
            || format!("/tasks/{}/checklist/{}", nobody(), nobody()),
            |item| format!("/tasks/{}/checklist/{}", item.str("task_id"), item.id()),
        )
    };
    let dependency = || format!("{}/dependencies/{}", task(), pick(&board, "tasks", b));
    let columns = || format!("/columns/{}", column());
    let at = |rest: String| project.at(&rest);
    let text = || format!("Text {a} {b} {c}");
    let roles = ["viewer", "commenter", "editor", "manager", "owner"];
    let role = roles[usize::from(c) % 5];
    let priority = ["none", "low", "urgent"][usize::from(c) % 3];
    let dependents = ["keep", "push", "shift"][usize::from(b) % 3];
    let (get, post, put, patch, delete) = (
        |path: String| user.get(&at(path)),
        |path: String| user.post(&at(path)),
        |path: String| user.put(&at(path)),
        |path: String| user.patch(&at(path)),
        |path: String| user.delete(&at(path)),
    );
    let call = match what {
        0..=4 => post("/tasks".into()).json(json!({
            "title": text(), "column_id": column(), "after": place(&board, "tasks", c),
            "priority": priority, "due_on": day(b),
        })),
        5 => patch(task()).json(json!({"title": text()})),
        6 => patch(task()).json(json!({"description": text(), "estimate": c, "start_on": day(b), "due_on": day(c)})),
        7 => {
            patch(task()).json(json!({"label_ids": [label()], "assignee_ids": [person()], "milestone_id": milestone()}))
        }
        8 | 9 => {
            put(format!("{}/position", task())).json(json!({"column_id": column(), "after": place(&board, "tasks", c)}))
        }
        10 => put(format!("{}/position", task()))
            .json(json!({"column_id": column(), "before": place(&board, "tasks", c)})),
        11 => delete(task()),
        12 => put(format!("{}/archive", task())),
        13 => delete(format!("{}/archive", task())),
        14 => put(format!("{}/completion", task())),
        15 => delete(format!("{}/completion", task())),
        16 => put(format!("{}/assignees/{}", task(), person())),
        17 => delete(format!("{}/assignees/{}", task(), person())),
        18 => put(format!("{}/labels/{}", task(), label())),
        19 => delete(format!("{}/labels/{}", task(), label())),
        20 => put(dependency()).json(json!({"lag_days": c % 7})),
        21 => delete(dependency()),
        22 => put(format!("{}/schedule", task())).json(json!({
            "start_on": day(b), "due_on": day(c), "dependents": dependents,
        })),
        23 => post(format!("{}/checklist", task())).json(json!({"text": text()})),
        24 => patch(item()).json(json!({"done": b % 2 == 0, "text": text()})),
        25 if b % 2 == 0 => put(format!("{}/position", item())).json(json!({"after": null})),
        25 => delete(item()),
        26 => post("/columns".into()).json(json!({"name": text(), "after": place(&board, "columns", c)})),
        27 => patch(columns()).json(json!({"name": text(), "wip_limit": c % 9 + 1})),
        28 if c % 2 == 0 => delete(format!("{}?move_to={}", columns(), pick(&board, "columns", c))),
        28 => put(format!("{}/position", columns())).json(json!({"after": place(&board, "columns", c)})),
        29 if c % 3 == 0 => post("/labels".into()).json(json!({"name": text(), "colour": "#123456"})),
        29 if c % 3 == 1 => patch(format!("/labels/{}", label())).json(json!({"name": text()})),
        29 => delete(format!("/labels/{}", label())),
        30 if c % 3 == 0 => post("/milestones".into()).json(json!({"name": text(), "due_on": day(b)})),
        30 if c % 3 == 1 => patch(format!("/milestones/{}", milestone())).json(json!({"completed": b % 2 == 0})),
        30 => delete(format!("/milestones/{}", milestone())),
        31 if c % 4 == 0 => delete(format!("/members/{}", person())),
        31 => put(format!("/members/{}", person())).json(json!({"role": role})),
        32 if c % 2 == 0 => patch(String::new()).json(json!({"name": text(), "description": text()})),
        32 => user.patch("/me").json(json!({"name": format!("Person {c}")})),
        33 if c % 4 == 0 => put("/archive".into()),
        33 => delete("/archive".into()),
        _ => get("/board".into()),
    };
    // Refused or done: what matters is that the events say what became of it.
    let answer = call.await;
    assert!(answer.status < 500, "{step:?}: {answer:?}");
}

async fn play(app: &App, steps: &[Step]) {
    let (alice, bob, charlie) = tokio::join!(app.sign_up("Alice"), app.sign_up("Bob"), app.sign_up("Charlie"));
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    project.add(&charlie, "editor").await;
    for name in ["To do", "Doing"] {
        let column = project.column(name).await;
        project.task(&column, "In the beginning").await;
    }
    // Alice stays the owner who watches; those who act may lose their rights on the way.
    let mut stream = alice.stream("/events").await;
    stream.hello().await;
    let mut state = State::of_snapshot(&project.board().await);
    let people = [bob.id.clone(), charlie.id.clone(), nobody()];
    for together in steps.chunks(4) {
        let board = project.board().await;
        let mut actors = JoinSet::new();
        for (n, step) in together.iter().enumerate() {
            let user = [&alice, &bob, &charlie, &alice][n].unchecked();
            actors.spawn(take(*step, user, project.clone(), board.clone(), people.clone()));
        }
        while let Some(done) = actors.join_next().await {
            done.unwrap();
        }
        project.settle().await;
    }
    let end = project.board().await;
    while state.seq < end.int("seq") {
        state.apply(&stream.change().await);
    }
    assert_eq!(state.difference(&State::of_snapshot(&end)), "");
}

#[test]
fn any_sequence_of_changes_replays() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let app = runtime.block_on(App::shared());
    // PROPTEST_CASES asks for more.
    let cases = std::env::var("PROPTEST_CASES").map_or(24, |cases| cases.parse().unwrap());
    let config =
        ProptestConfig { cases, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in steps())| {
        runtime.block_on(play(&app, &steps));
    });
}

#[tokio::test]
async fn the_reducer_merges_and_removes() {
    let mut state = State::of_snapshot(&json!({
        "epoch": "e", "seq": 4, "project": {"id": "p", "version": 1, "name": "P"},
        "tasks": [{"id": "a", "version": 2, "title": "A", "due_on": null}, {"id": "b", "version": 3}],
        "labels": [],
    }));
    state.apply(&json!({
        "seq": 5,
        "changes": {"tasks": [{"id": "a", "version": 5, "title": "New", "description": "not kept"}]},
        "removed": {"tasks": ["b"]},
    }));
    let expected = State::of_snapshot(&json!({
        "epoch": "e", "seq": 5, "project": {"id": "p", "version": 1, "name": "P"},
        "tasks": [{"id": "a", "version": 5, "title": "New", "due_on": null}],
    }));
    assert_eq!(state, expected);
    assert_eq!(state.difference(&expected), "");
    let other = State::of_snapshot(&json!({"seq": 5, "tasks": [{"id": "a", "title": "Old"}]}));
    assert!(state.difference(&other).contains("New"));
}
