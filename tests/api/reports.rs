//! Reports: what they say is what was there, at every moment, whether the log is digested or not.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use boardcast::{
    base::{clock::Timestamp, ids::ProjectId},
    log::{facts, history},
    model::boards::HELD,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    replay::{Step, steps, take},
    retention::meanwhile,
    support::{App, Fields, Project, User, each, nobody, own_app},
};

/// 2026-12-01T12:00Z, a Tuesday.
const NOON: u64 = 1_796_126_400;
const KINDS: [&str; 6] = ["burnup", "throughput", "cycle-time", "cumulative-flow", "workload", "ageing"];

/// The clock of a server, which only moves when the test says so, or rather goes on from there.
pub struct Clock {
    folder: tempfile::TempDir,
    minutes: u64,
}

impl Clock {
    fn new() -> Self {
        let clock = Self { folder: tempfile::tempdir().unwrap(), minutes: 0 };
        clock.write();
        clock
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    fn write(&self) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let then = Duration::from_secs(NOON + self.minutes * 60);
        let shift = i64::try_from(then.as_millis()).unwrap() - i64::try_from(now.as_millis()).unwrap();
        let next = self.folder.path().join("next");
        std::fs::write(&next, shift.to_string()).unwrap();
        std::fs::rename(next, self.file()).unwrap();
    }

    pub fn forward(&mut self, minutes: u64) {
        self.minutes += minutes;
        self.write();
    }

    pub fn today(&self) -> String {
        Timestamp(i64::try_from((NOON + self.minutes * 60) * 1_000).unwrap()).to_string()[..10].to_owned()
    }
}

pub async fn clocked() -> (Clock, App, User, User, User) {
    let clock = Clock::new();
    let (app, alice, bob, charlie) = own_app(&[("BOARDCAST_TEST_CLOCK_FILE", clock.file().to_str().unwrap())]).await;
    (clock, app, alice, bob, charlie)
}

async fn report(project: &Project, kind: &str, query: &str) -> Value {
    project.by.get(&project.at(&format!("/reports/{kind}?{query}"))).await.ok()
}

async fn points(project: &Project, kind: &str, query: &str) -> Vec<Value> {
    report(project, kind, query).await.list("points")
}

/// The points without what is zero in all fields but `on`.
fn busy(points: &[Value]) -> Vec<Value> {
    let zero =
        |point: &&Value| point.as_object().unwrap().iter().all(|(name, value)| name == "on" || *value == json!(0));
    points.iter().filter(|point| !zero(point)).cloned().collect()
}

async fn board(project: &Project) -> [Value; 3] {
    let column = async |name: &str, kind: &str| project.column_with(json!({"name": name, "kind": kind})).await;
    [column("Ideas", "backlog").await, column("Doing", "active").await, column("Finished", "done").await]
}

async fn place(project: &Project, task: &Value, column: &Value) {
    let body = json!({"column_id": column.id()});
    project.by.put(&project.task_at(task, "/position")).json(body).await.ok();
}

#[tokio::test]
async fn a_story_is_told_by_each_report() {
    let (mut clock, _app, alice, bob, _) = clocked().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let first = project.board().await.list("columns");
    let [ideas, doing, finished] = board(&project).await;
    // The first of December, at noon.
    let one = project.task(&ideas, "One").await;
    let two = project.task_with(&doing, json!({"title": "Two", "assignee_ids": [bob.id, alice.id]})).await;
    let three = project.task_with(&ideas, json!({"title": "Three", "due_on": "2026-12-03"})).await;
    clock.forward(24 * 60);
    place(&project, &one, &doing).await;
    clock.forward(12 * 60);
    // Midnight has just come: the third of December in Greenwich and Berlin, the second in New York.
    place(&project, &two, &finished).await;
    clock.forward(36 * 60);
    place(&project, &one, &finished).await;
    place(&project, &two, &doing).await;
    alice.put(&project.task_at(&one, "/archive")).await.ok();
    let label = project.label("bug").await;
    alice.put(&project.task_at(&three, &format!("/labels/{}", label.id()))).await.ok();
    clock.forward(24 * 60);
    let four = project.task(&ideas, "Four").await;
    alice.delete(&project.task_at(&four, "")).await.no_content();
    clock.forward(1);

    let span = "from=2026-12-01&to=2026-12-06&zone=UTC";
    let burnup = report(&project, "burnup", span).await;
    assert_eq!((&burnup["interval"], &burnup["complete"]), (&json!("day"), &json!(true)));
    assert_eq!((&burnup["from"], &burnup["to"]), (&json!("2026-12-01"), &json!("2026-12-06")));
    let expected: Vec<Value> = [(1, 3, 0), (2, 3, 0), (3, 3, 1), (4, 3, 1), (5, 3, 1)]
        .map(|(day, scope, done)| json!({"on": format!("2026-12-0{day}"), "scope": scope, "done": done}))
        .to_vec();
    assert_eq!(burnup["points"], json!(expected), "of the sixth nothing is known yet");

    let throughput = points(&project, "throughput", span).await;
    let expected = json!([
        {"on": "2026-12-01", "created": 3, "completed": 0, "reopened": 0},
        {"on": "2026-12-03", "created": 0, "completed": 1, "reopened": 0},
        {"on": "2026-12-04", "created": 0, "completed": 1, "reopened": 1},
        {"on": "2026-12-05", "created": 1, "completed": 0, "reopened": 0},
    ]);
    assert_eq!(json!(busy(&throughput)), expected);
    let weeks = points(&project, "throughput", &format!("{span}&interval=week")).await;
    assert_eq!(json!(weeks), json!([{"on": "2026-12-01", "created": 4, "completed": 2, "reopened": 1}]));
    let there = points(&project, "throughput", "from=2026-12-01&zone=America/New_York").await;
    assert_eq!(json!(busy(&there))[1]["on"], "2026-12-02");

    // From Doing on the second at noon to Finished on the fourth at noon. Two is open again.
    let cycle = report(&project, "cycle-time", span).await;
    let expected = json!([
        {"task_id": one.id(), "number": one["number"], "title": "One", "completed_on": "2026-12-04", "days": 2.0}
    ]);
    assert_eq!(cycle["points"], expected);
    assert_eq!(cycle["percentiles"], json!({"p50": 2.0, "p85": 2.0, "p95": 2.0}));
    let none = report(&project, "cycle-time", "from=2026-11-01&to=2026-12-03").await;
    assert_eq!(each(&none.list("points"), "title"), ["Two"], "as it was then");
    let before = report(&project, "cycle-time", "from=2026-11-01&to=2026-12-02").await;
    assert_eq!((&before["points"], &before["percentiles"]["p50"]), (&json!([]), &Value::Null));

    let flow = report(&project, "cumulative-flow", span).await;
    let columns = flow.list("columns");
    let ids: Vec<String> = first.iter().chain([&ideas, &doing, &finished]).map(Fields::id).collect();
    assert_eq!(each(&columns, "id"), ids);
    let last = flow["points"][4]["counts"].as_array().unwrap().clone();
    assert_eq!(last[first.len()..], [json!(1), json!(1), json!(1)], "archived tasks are counted");

    let workload = points(&project, "workload", span).await;
    let row = |user: Value, open: i64, overdue: i64, due: i64, completed: i64| json!({"user_id": user, "open": open, "overdue": overdue, "due_this_week": due, "completed": completed});
    let mut expected =
        vec![row(json!(alice.id), 1, 0, 0, 0), row(json!(bob.id), 1, 0, 0, 0), row(Value::Null, 1, 1, 0, 1)];
    expected.sort_by_key(|row| row["user_id"].as_str().map(ToOwned::to_owned));
    assert_eq!(workload, expected);
    let then = points(&project, "workload", "from=2026-12-01&to=2026-12-02&assignee=none").await;
    assert_eq!(then, [row(Value::Null, 2, 0, 1, 0)]);

    // Two came to Doing on the first, and that is where the work on it began.
    let ageing = report(&project, "ageing", span).await;
    let point = &ageing["points"][0];
    assert_eq!((&point["title"], &point["days"], &point["column_id"]), (&json!("Two"), &json!(4.0), &doing["id"]));
    assert!(point.str("since").starts_with("2026-12-01T12:00:0"), "{point}");
    assert_eq!((ageing.list("points").len(), &ageing["percentiles"]["p95"]), (1, &json!(4.0)));

    // As they were at that moment: the label came on the fourth.
    let labelled = points(&project, "burnup", &format!("{span}&label={}", label.id())).await;
    let scopes: Vec<i64> = labelled.iter().map(|point| point.int("scope")).collect();
    assert_eq!(scopes, [0, 0, 0, 1, 1]);
    let mine = points(&project, "burnup", "from=2026-12-05&assignee=me").await;
    assert_eq!(json!(mine), json!([{"on": "2026-12-05", "scope": 1, "done": 0}]));
    for nothing in [format!("label={}", nobody()), format!("assignee={}", nobody()), format!("milestone={}", nobody())]
    {
        assert_eq!(points(&project, "burnup", &format!("from=2026-12-05&{nothing}")).await[0]["scope"], 0);
    }
    // A deleted column stays where it had tasks.
    alice.delete(&project.at(&format!("/columns/{}?move_to={}", ideas.id(), doing.id()))).await.no_content();
    let flow = report(&project, "cumulative-flow", span).await;
    assert!(each(&flow.list("columns"), "id").contains(&ideas.id()));
    clock.forward(48 * 60);
    let flow = report(&project, "cumulative-flow", "from=2026-12-06&zone=UTC").await;
    assert!(!each(&flow.list("columns"), "id").contains(&ideas.id()));
}

#[tokio::test]
async fn a_report_that_cannot_be_is_refused() {
    let (_app, alice, bob, charlie) = crate::support::app().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    for (query, pointer) in [
        ("from=2026-12-02&to=2026-12-01", "/to"),
        ("from=yesterday", "/from"),
        ("from=2026-02-30", "/from"),
        ("to=1", "/to"),
        ("from=2001-01-01&to=2026-11-01", "/from"),
        ("interval=month", "/interval"),
        ("label=bug", "/label"),
        ("assignee=Bob", "/assignee"),
        ("milestone=me", "/milestone"),
        ("zone=Berlin", "/zone"),
    ] {
        for kind in KINDS {
            bob.get(&project.at(&format!("/reports/{kind}?{query}"))).await.invalid(pointer);
        }
    }
    bob.get(&project.at("/reports/burnup?colour=red")).await.problem(422, "invalid");
    bob.get(&project.at("/reports/velocity")).await.not_found();
    for kind in KINDS {
        let path = project.at(&format!("/reports/{kind}"));
        bob.get(&path).await.ok();
        charlie.get(&path).await.not_found();
    }
    // Days that have not come yet.
    let future = bob.get(&project.at("/reports/burnup?from=2100-01-01&to=2100-01-03")).await.ok();
    assert_eq!((&future["points"], &future["to"]), (&json!([]), &json!("2100-01-03")));
}

async fn digest(app: &mut App, project: &Project) {
    let id = ProjectId(project.id.parse().unwrap());
    meanwhile(app, async |app| while facts::step(&app.db, id, HELD).await.unwrap() {}).await;
}

#[tokio::test]
async fn reports_outlive_the_trimming_of_what_they_are_made_of() {
    let (mut app, alice, ..) = own_app(&[]).await;
    let (kept, late) = (alice.project().await, alice.project().await);
    for project in [&kept, &late] {
        let [ideas, doing, _] = board(project).await;
        let (one, two) = (project.task(&ideas, "One").await, project.task(&ideas, "Two").await);
        place(project, &one, &doing).await;
        for n in 0..20 {
            alice.patch(&project.task_at(&two, "")).json(json!({"title": format!("Title {n}")})).await.ok();
        }
    }
    let before = report(&kept, "burnup", "").await;
    digest(&mut app, &kept).await;
    let id = ProjectId(late.id.parse().unwrap());
    meanwhile(&mut app, async |app| {
        let later = Timestamp::now().plus(Duration::from_hours(24));
        while history::trim(&app.db, HELD, 10, later).await.unwrap() > 0 {}
        // As if the log had been trimmed before there were reports.
        for sql in [
            "delete from report_facts where project_id = $1",
            "update log_digests set facts_seq = 0 where project_id = $1",
        ] {
            app.db.execute(sql, |query| query.bind(id)).await.unwrap();
        }
    })
    .await;
    let (kept, late) = (kept.on(&app), late.on(&app));
    assert_eq!(report(&kept, "burnup", "").await, before);
    let check = async |late: &Project| {
        let found = report(late, "burnup", "").await;
        assert_eq!(found["complete"], false);
        let last = found["points"].as_array().unwrap().last().cloned().unwrap();
        assert_eq!((last.int("scope"), last.int("done")), (2, 0));
        assert_eq!(busy(&points(late, "throughput", "").await), [Value::Null; 0], "what was there was not made then");
    };
    check(&late).await;
    digest(&mut app, &late).await;
    check(&late.on(&app)).await;
}

/// All tasks of a project that are not deleted, as lists say, and the day.
async fn seen(project: &Project, clock: &Clock) -> (String, Vec<Value>) {
    let mut tasks = project.board().await.list("tasks");
    let archived = project.by.get(&project.at("/tasks?status=archived&limit=200")).await.ok();
    assert_eq!(archived["next_cursor"], Value::Null);
    tasks.extend(archived.list("items"));
    (clock.today(), tasks)
}

/// What a filter lets through, by the fields of a task.
type Through = Box<dyn Fn(&Value) -> bool + Send>;

fn filters(tasks: &[Value], bob: &str) -> Vec<(String, Through)> {
    let mut filters: Vec<(String, Through)> = vec![
        (String::new(), Box::new(|_| true)),
        ("assignee=none".into(), Box::new(|task| task["assignee_ids"] == json!([]))),
        ("milestone=none".into(), Box::new(|task| task["milestone_id"].is_null())),
    ];
    let holds = |field: &'static str, id: String| -> Through {
        Box::new(move |task| {
            task[field] == json!(id)
                || task.get(field).is_some_and(|ids| ids.as_array().is_some_and(|ids| ids.contains(&json!(id))))
        })
    };
    filters.push((format!("assignee={bob}"), holds("assignee_ids", bob.to_owned())));
    for task in tasks {
        if let Some(label) = task["label_ids"][0].as_str() {
            filters.push((format!("label={label}"), holds("label_ids", label.to_owned())));
        }
        if let Some(milestone) = task["milestone_id"].as_str() {
            filters.push((format!("milestone={milestone}"), holds("milestone_id", milestone.to_owned())));
        }
    }
    filters.truncate(7);
    filters
}

async fn check(project: &Project, seen: &[(String, Vec<Value>)], bob: &str) {
    let last_of: BTreeMap<&String, &Vec<Value>> = seen.iter().map(|(day, tasks)| (day, tasks)).collect();
    let (first, (last, end)) = (&seen[0].0, seen.last().unwrap());
    for (filter, through) in filters(end, bob) {
        let query = format!("from={first}&to={last}&zone=UTC&{filter}");
        let burnup = points(project, "burnup", &query).await;
        let flow = report(project, "cumulative-flow", &query).await;
        let columns = each(&flow.list("columns"), "id");
        for (point, counts) in burnup.iter().zip(flow.list("points")) {
            let Some(tasks) = last_of.get(&point.str("on")) else { continue };
            let tasks: Vec<&Value> = tasks.iter().filter(|task| through(task)).collect();
            let done = tasks.iter().filter(|task| !task["completed_at"].is_null()).count();
            assert_eq!(
                (point["scope"].clone(), point["done"].clone()),
                (json!(tasks.len()), json!(done)),
                "{filter} on {}: {tasks:?}",
                point["on"]
            );
            let expected: Vec<usize> = columns
                .iter()
                .map(|column| tasks.iter().filter(|task| task["column_id"] == json!(column)).count())
                .collect();
            assert_eq!(counts["counts"], json!(expected), "{filter} on {}: {tasks:?}", point["on"]);
        }
        let open = |task: &&Value| through(task) && task["completed_at"].is_null() && task["archived_at"].is_null();
        let board = project.board().await;
        let active: BTreeSet<String> =
            board.list("columns").iter().filter(|column| column["kind"] == "active").map(Fields::id).collect();
        let expected: BTreeSet<String> =
            end.iter().filter(open).filter(|task| active.contains(&task.str("column_id"))).map(Fields::id).collect();
        let ageing = points(project, "ageing", &query).await;
        assert_eq!(each(&ageing, "task_id").into_iter().collect::<BTreeSet<_>>(), expected, "{filter}");
        let workload = points(project, "workload", &query).await;
        for point in workload {
            let his = |task: &&Value| match point["user_id"].as_str() {
                Some(user) => task["assignee_ids"].as_array().unwrap().contains(&json!(user)),
                None => task["assignee_ids"] == json!([]),
            };
            let open: Vec<&Value> = end.iter().filter(open).filter(his).collect();
            let overdue = open.iter().filter(|task| task["due_on"].as_str().is_some_and(|due| due < last.as_str()));
            let found = (point.int("open"), point.int("overdue"));
            assert_eq!(
                found,
                (i64::try_from(open.len()).unwrap(), i64::try_from(overdue.count()).unwrap()),
                "{filter}"
            );
        }
    }
}

/// How many tasks each day created, completed and reopened, by a slow walk through the log.
async fn check_throughput(project: &Project, first: &str, last: &str) {
    let mut tasks: BTreeMap<String, bool> = BTreeMap::new();
    let mut expected: BTreeMap<String, [i64; 3]> = BTreeMap::new();
    for event in project.events_after(0).await {
        let day = expected.entry(event.str("at")[..10].to_owned()).or_default();
        for task in event["changes"]["tasks"].as_array().into_iter().flatten() {
            let known = tasks.get(&task.id()).copied();
            let completed = task.get("completed_at").map_or(known.unwrap_or(false), |at| !at.is_null());
            day[0] += i64::from(known.is_none());
            day[1] += i64::from(completed && known != Some(true));
            day[2] += i64::from(!completed && known == Some(true));
            tasks.insert(task.id(), completed);
        }
    }
    let found = points(project, "throughput", &format!("from={first}&to={last}&zone=UTC")).await;
    for point in found {
        let expected = expected.remove(&point.str("on")).unwrap_or_default();
        let found = ["created", "completed", "reopened"].map(|field| point.int(field));
        assert_eq!(found, expected, "{point}");
    }
    expected.retain(|_, counts| counts.iter().any(|count| *count > 0));
    assert!(expected.is_empty(), "{expected:?}");
}

#[test]
fn reports_say_what_was_there_after_any_changes() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (clock, app, alice, bob, _) = runtime.block_on(clocked());
    let state = parking_lot::Mutex::new((clock, app));
    let cases = std::env::var("PROPTEST_CASES").map_or(5, |cases| cases.parse().unwrap());
    let config = ProptestConfig { cases, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in steps())| {
        let (clock, app) = &mut *state.lock();
        runtime.block_on(play(clock, app, &alice, &bob, &steps));
    });
}

async fn play(clock: &mut Clock, app: &mut App, alice: &User, bob: &User, steps: &[Step]) {
    let (alice, bob) = (alice.on(app), bob.on(app));
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let [ideas, doing, finished] = board(&project).await;
    for column in [&ideas, &doing, &finished] {
        project.task_with(column, json!({"assignee_ids": [bob.id]})).await;
    }
    let people = [bob.id.clone(), alice.id.clone(), nobody()];
    let mut moments = vec![seen(&project, clock).await];
    let mut untold = false;
    for together in steps.chunks(8) {
        for step in together {
            // Who archives the whole project, or leaves it, ends the story.
            if ![31, 33].contains(&step.what) {
                untold |= (39..=40).contains(&step.what) && step.c % 9 == 8 || step.what == 44;
                let board = project.board().await;
                take(*step, alice.unchecked(), project.clone(), board, people.clone()).await;
            }
        }
        moments.push(seen(&project, clock).await);
        clock.forward(14 * 60);
    }
    project.settle().await;
    let last = clock.today();
    moments.push(seen(&project, clock).await);
    check(&project, &moments, &bob.id).await;
    // What a task became while it was put away is not told to readers, who know it from the task that comes back.
    if !untold {
        check_throughput(&project, &moments[0].0, &last).await;
    }
    let query = format!("from={}&to={last}", moments[0].0);
    let mut before = vec![];
    for kind in KINDS {
        before.push(report(&project, kind, &query).await);
    }
    digest(app, &project).await;
    let project = project.on(app);
    for (kind, before) in KINDS.iter().zip(before) {
        // To the minute: the clock went on.
        if *kind != "ageing" {
            assert_eq!(report(&project, kind, &query).await, before);
        }
    }
}
