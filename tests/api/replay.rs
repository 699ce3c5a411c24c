//! Whatever is done in whatever order, by several at once: the events make the snapshot.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use boardcast::base::ids::ProjectId;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    past::check_past,
    retention::meanwhile,
    support::{
        App, Call, Fields, Project, User, nobody, own_app,
        replay::{OF_TASK, State},
    },
};

/// What somebody does and to what; the numbers choose among what is there at that moment.
#[derive(Clone, Copy)]
pub struct Step {
    pub what: u8,
    pub a: u8,
    pub b: u8,
    pub c: u8,
}

/// One line each: what a long list ends with is still on the screen.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, a, b, c } = self;
        write!(f, "step({what}, {a}, {b}, {c})")
    }
}

const KINDS: u8 = 45;

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
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

/// What is done to the attachments of a task. A snapshot holds none of them.
async fn of_attachments(Step { what, b, c, .. }: Step, user: &User, project: &Project, task: &str) -> Call {
    let list = project.at(&format!("{task}/attachments"));
    let there = user.get(&list).await.body["items"].as_array().cloned().unwrap_or_default();
    let one = there.get(usize::from(b) % there.len().max(1)).map_or_else(nobody, Fields::id);
    let at = project.at(&format!("/attachments/{one}"));
    match what {
        36 => user.post(&format!("{list}?name=x.txt")).bytes("application/octet-stream", vec![c]),
        37 if c % 2 == 0 => user.delete(&at),
        37 => user.patch(&at).json(json!({"name": format!("Name {c}")})),
        _ => user.patch(&project.at(task)).json(json!({"cover_id": one})),
    }
}

/// What is done to up to four tasks at once.
fn bulk(board: &Value, Step { a, b, c, .. }: Step, person: &str) -> Value {
    let mut ids: Vec<String> = (0..=a % 4).map(|n| pick(board, "tasks", a.wrapping_add(n.wrapping_mul(7)))).collect();
    ids.sort();
    ids.dedup();
    let mut body = match c % 9 {
        0 => json!({"delete": true}),
        1 => json!({"archive": true}),
        2 => json!({"archive": false}),
        3 => json!({"complete": b % 2 == 0}),
        4 => json!({"column_id": pick(board, "columns", b)}),
        5 => json!({"add_label_ids": [pick(board, "labels", b)], "patch": {"priority": "low", "due_on": day(b)}}),
        6 => json!({"remove_label_ids": [pick(board, "labels", b)], "add_assignee_ids": [person]}),
        7 => json!({"remove_assignee_ids": [person], "patch": {"start_on": day(b), "estimate": b}}),
        _ => json!({"archive": true, "column_id": pick(board, "columns", b)}),
    };
    body["task_ids"] = json!(ids);
    body
}

/// What is done to a saved view, one by chance.
async fn of_views(Step { a, b, c, .. }: Step, user: &User, project: &Project) -> Call {
    let views = user.get(&project.at("/views")).await;
    let views = if views.status == 200 { views.body.list("items") } else { vec![] };
    let view = views.get(usize::from(b) % views.len().max(1)).map_or_else(nobody, Fields::id);
    let at = project.at(&format!("/views/{view}"));
    let shared = a % 3 > 0;
    match c % 4 {
        0 | 1 => user
            .post(&project.at("/views"))
            .json(json!({"name": format!("View {c}"), "layout": "table", "shared": shared})),
        2 => user.patch(&at).json(json!({"filter": format!("q={a}"), "shared": shared})),
        _ => user.delete(&at),
    }
}

/// What is done to a task in the trash.
async fn of_trash(Step { b, c, .. }: Step, user: &User, project: &Project) -> Call {
    let tasks = user.get(&project.at("/trash")).await;
    let tasks = if tasks.status == 200 { tasks.body.list("items") } else { vec![] };
    let at = project
        .at(&format!("/trash/{}", tasks.get(usize::from(b) % tasks.len().max(1)).map_or_else(nobody, Fields::id)));
    if c % 4 == 0 { user.delete(&at) } else { user.post(&format!("{at}/restore")) }
}

#[expect(clippy::too_many_lines, reason = "a table of what can be done")]
pub async fn take(step: Step, user: User, project: Project, board: Value, people: [String; 3]) {
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
        34 => {
            post(format!("{}/comments", task())).json(json!({"body": format!("{} [@x](mention:{})", text(), person())}))
        }
        35 => {
            // Of a task's comments, one by chance.
            let comments = get(format!("{}/comments", task())).await;
            let comments = if comments.status == 200 { comments.body.list("items") } else { vec![] };
            let comment = comments.get(usize::from(b) % comments.len().max(1)).map_or_else(nobody, Fields::id);
            let at = format!("/comments/{comment}");
            let emoji = ["%F0%9F%91%8D", "%F0%9F%8E%89"][usize::from(a) % 2];
            match c % 6 {
                0 => patch(at).json(json!({"body": text()})),
                1 => delete(at),
                2 | 3 => put(format!("{at}/reactions/{emoji}")),
                _ => delete(format!("{at}/reactions/{emoji}")),
            }
        }
        33 if c % 4 == 0 => put("/archive".into()),
        33 => delete("/archive".into()),
        39 | 40 => post("/tasks/bulk".into()).json(bulk(&board, step, &person())),
        41 => post(format!("{}/duplicate", task())),
        42 => of_views(step, &user, &project).await,
        43 => of_trash(step, &user, &project).await,
        44 => {
            let seq = board.int("seq");
            post(format!("/events/{}/undo", (seq - i64::from(b % 8)).max(1)))
        }
        36..=38 => of_attachments(step, &user, &project, &task()).await,
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
    let mut loaded = State::default();
    let people = [bob.id.clone(), charlie.id.clone(), nobody()];
    let mut boards = vec![];
    for together in steps.chunks(4) {
        let board = project.board().await;
        boards.push(board.clone());
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
    check_past(&project, &boards).await;
    let end = project.board().await;
    while state.seq < end.int("seq") {
        let event = stream.change().await;
        state.apply(&event);
        loaded.apply_loaded(&event);
    }
    assert_eq!(state.difference(&State::of_snapshot(&end)), "");
    // What is read by pages follows from the events too, of every task that is there.
    for kind in OF_TASK {
        let told = loaded.kinds.remove(kind).unwrap_or_default();
        for task in end.list("tasks") {
            let listed = alice.get(&project.task_at(&task, &format!("/{kind}?limit=200"))).await;
            let listed: BTreeMap<_, _> = listed.ok().list("items").into_iter().map(|item| (item.id(), item)).collect();
            let of_task = told.iter().filter(|(_, object)| object["task_id"] == task["id"]);
            let of_task: BTreeMap<_, _> =
                of_task.map(|(id, object)| (id.clone(), Value::Object(object.clone()))).collect();
            assert_eq!(of_task, listed, "{kind} of {task}");
        }
    }
    let told = loaded.kinds.remove("views").unwrap_or_default();
    let told: BTreeMap<_, _> = told.into_iter().map(|(id, view)| (id, Value::Object(view))).collect();
    let listed = alice.get(&project.at("/views?limit=200")).await.ok().list("items");
    // No event tells of personal ones.
    let shared = listed.into_iter().filter(|view| view["shared"] == true);
    assert_eq!(told, shared.map(|view| (view.id(), view)).collect());
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

/// What `If-Match` rests on: from an object's row its changes can be followed backwards, each to the one before it.
#[tokio::test]
async fn every_event_keeps_the_version_before_of_what_it_changed() {
    let (mut app, ..) = own_app(&[]).await;
    let rounds = (0..5_u8).flat_map(|round| (0..KINDS).map(move |what| (round, what)));
    let steps: Vec<Step> = rounds
        .map(|(round, what)| Step {
            what,
            a: round * 29 + what,
            b: round * 17 + what * 3,
            c: (round * 11).wrapping_add(what.wrapping_mul(5)),
        })
        .collect();
    play(&app, &steps).await;
    meanwhile(&mut app, async |app| {
        let events = app.db.query("select project_id, seq, body, before from events order by project_id, seq");
        let events: Vec<(ProjectId, i64, String, Option<String>)> = events.all().await.unwrap();
        let mut versions: HashMap<(ProjectId, String, String), i64> = HashMap::new();
        let mut followed = 0;
        for (project, seq, body, before) in events {
            let body: Value = serde_json::from_str(&body).unwrap();
            let before: Value = serde_json::from_str(&before.unwrap_or("{}".into())).unwrap();
            let listed = |value: &Value| -> Vec<(String, Value)> {
                let kinds = value.as_object().cloned().unwrap_or_default().into_iter();
                kinds
                    .flat_map(|(kind, list)| {
                        list.as_array().unwrap().clone().into_iter().map(move |item| (kind.clone(), item))
                    })
                    .collect()
            };
            let mut touched = vec![];
            for (kind, object) in listed(&before) {
                let key = (project, kind, object.id());
                // An event that changed an object in two steps keeps both.
                if !(touched.contains(&key) && object.version() == seq) {
                    assert_eq!(Some(&object.version()), versions.get(&key), "{key:?} in {body}");
                    followed += 1;
                }
                touched.push(key);
            }
            for (kind, object) in listed(&body["changes"]) {
                versions.insert((project, kind, object.id()), seq);
            }
            // An archived task may come back; what hangs on it left the snapshot along with it, as it was.
            for (kind, id) in listed(&body["removed"]).into_iter().filter(|(kind, _)| kind == "tasks") {
                versions.insert((project, kind, id.as_str().unwrap().to_owned()), seq);
            }
        }
        assert!(followed > 30, "{followed}");
    })
    .await;
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
