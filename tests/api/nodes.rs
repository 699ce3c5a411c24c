//! Several nodes on one Postgres: it makes no difference which node a request or a stream goes to.

use std::{
    future::IntoFuture,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tokio::{task::JoinSet, time::timeout};

use crate::support::{App, Fields, Gate, PASSWORD, Project, Redis, User, Way, own_app, soon, until};

/// Two nodes, with Alice at both.
async fn two() -> (App, App, User, User) {
    let (here, alice, ..) = own_app(&[]).await;
    let there = here.another_node();
    let at_there = alice.on(&there);
    (here, there, alice, at_there)
}

async fn columns(user: &User, project: &Project, count: usize) {
    for n in 0..count {
        let body = json!({"name": format!("Column {n}")});
        user.unchecked().post(&project.at("/columns")).json(body).await.created();
    }
}

/// The database refuses new connections and ends those that it has; or accepts connections again.
async fn refuse(app: &App, refused: bool) {
    let mut elsewhere = reqwest::Url::parse(app.home().database().unwrap()).unwrap();
    let name = elsewhere.path().trim_start_matches('/').to_owned();
    elsewhere.set_path("postgres");
    let mut administrator = PgConnection::connect(elsewhere.as_str()).await.unwrap();
    let allow = format!(r#"alter database "{name}" allow_connections {}"#, !refused);
    administrator.execute(sqlx::AssertSqlSafe(allow)).await.unwrap();
    if refused {
        let end = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        administrator.execute(sqlx::AssertSqlSafe(end)).await.unwrap();
    }
}

/// Until requests are answered again.
async fn recovered(reader: &User, project: &Project) {
    until("the database", || async {
        let answer = reader.get(&project.at("/board")).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_change_on_one_node_reaches_readers_on_another() {
    let (_, there, alice, alice_there) = two().await;
    let project = alice.project().await;
    let mut streams = [alice_there.stream("/events").await, alice_there.stream(&project.at("/events")).await];
    for stream in &mut streams {
        stream.hello().await;
    }
    columns(&alice, &project, 20).await;
    for stream in &mut streams {
        let from = stream.seen[0].data["projects"][&project.id].int("head");
        stream.changes(20).await;
        assert_eq!(stream.numbers(&project.id), (from + 1..=from + 20).collect::<Vec<_>>());
    }
    project.on(&there).settle().await;
}

/// The next comparison with the database would tell it half a second later, or more.
#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_change_on_one_node_is_told_on_another_at_once() {
    let (_, _, alice, alice_there) = two().await;
    let project = alice.project().await;
    let mut stream = alice_there.stream(&project.at("/events")).await;
    stream.hello().await;
    let mut delays = vec![];
    for _ in 0..20 {
        let asked = Instant::now();
        columns(&alice, &project, 1).await;
        stream.change().await;
        delays.push(asked.elapsed());
    }
    delays.sort_unstable();
    assert!(delays[10] < Duration::from_millis(300), "{delays:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn writers_on_two_nodes_make_one_order() {
    let (_, there, alice, alice_there) = two().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let mut streams = [alice.stream("/events").await, alice_there.stream(&project.at("/events")).await];
    for stream in &mut streams {
        stream.hello().await;
    }
    let mut writers = JoinSet::new();
    for writer in 0..12 {
        let user = if writer % 2 == 0 { alice.unchecked() } else { alice_there.unchecked() };
        let (path, column) = (project.at("/tasks"), column.id());
        writers.spawn(async move {
            for n in 0..10 {
                let body = json!({"title": format!("{writer}-{n}"), "column_id": column});
                user.post(&path).json(body).await.created();
            }
        });
    }
    writers.join_all().await;
    for stream in &mut streams {
        let from = stream.seen[0].data["projects"][&project.id].int("head");
        stream.changes(120).await;
        assert_eq!(stream.numbers(&project.id), (from + 1..=from + 120).collect::<Vec<_>>());
    }
    project.settle().await;
    project.on(&there).settle().await;
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_client_resumes_at_another_node() {
    let (_, there, alice, alice_there) = two().await;
    let project = alice.project().await;
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut stream = alice.stream(&path).await;
        let from = stream.hello().await["projects"][&project.id].int("head");
        columns(&alice, &project, 3).await;
        stream.changes(3).await;
        if path == "/events" {
            stream.event("checkpoint").await;
        }
        let cursor = stream.cut();
        columns(&alice_there, &project.on(&there), 2).await;
        let mut stream = alice_there.stream_from(&path, &cursor).await;
        let status = stream.hello().await["projects"][&project.id].clone();
        assert_eq!((&status["status"], status.int("from")), (&json!("ok"), from + 3));
        stream.changes(2).await;
        assert_eq!(stream.numbers(&project.id), [from + 4, from + 5]);
    }
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_member_removed_on_one_node_gets_nothing_later_on_another() {
    let (here, there, alice, _) = two().await;
    let bob = here.sign_up("Bob").await;
    let (project, fence) = (alice.project().await, alice.project().await);
    project.add(&bob, "editor").await;
    fence.add(&bob, "viewer").await;
    let bob = bob.on(&there);
    let mut whole = bob.stream("/events").await;
    let mut single = bob.stream(&project.at("/events")).await;
    whole.hello().await;
    single.hello().await;
    columns(&alice, &project, 5).await;
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    columns(&alice, &project, 5).await;
    fence.column("Fence").await;
    let events = project.told().await;
    let removal = events.iter().find(|event| event["type"] == "member.removed").unwrap().int("seq");
    whole.frame("the fence", |frame| frame.data["project"] == fence.id && frame.data["seq"].is_i64()).await;
    single.end().await;
    for stream in [&whole, &single] {
        let from = stream.seen[0].data["projects"][&project.id].int("head");
        assert_eq!(stream.numbers(&project.id), (from + 1..removal).collect::<Vec<_>>());
        assert!(stream.saw("left"), "{:?}", stream.seen);
    }
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_session_ended_on_one_node_is_ended_on_another() {
    let (here, there, alice, _) = two().await;
    let session = alice.by_cookie().await;
    let token = here.sign_up("Bob").await;
    let mut stream = session.on(&there).stream("/events").await;
    let mut bobs = token.on(&there).stream("/events").await;
    stream.hello().await;
    bobs.hello().await;
    session.delete("/session").await.no_content();
    assert_eq!(stream.event("bye").await["reason"], "session");
    stream.end().await;
    let admin = here.administrator().await;
    let path = format!("/admin/users/{}", token.id);
    admin.patch(&path).json(json!({"disabled": true})).await.ok();
    assert_eq!(bobs.event("bye").await["reason"], "session");
    bobs.end().await;
    token.on(&there).get("/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_notification_made_on_one_node_is_told_on_another() {
    let (here, there, alice, _) = two().await;
    let bob = here.sign_up("Bob").await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let mut stream = bob.on(&there).stream("/events").await;
    stream.hello().await;
    let column = project.column("To do").await;
    project.task_with(&column, json!({"assignee_ids": [bob.id]})).await;
    assert_eq!(stream.event("notification").await["kind"], "assigned");
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_project_joined_on_one_node_joins_the_stream_on_another() {
    let (here, there, alice, _) = two().await;
    let bob = here.sign_up("Bob").await;
    let project = alice.project().await;
    let mut stream = bob.on(&there).stream("/events").await;
    stream.hello().await;
    project.add(&bob, "viewer").await;
    assert_eq!(stream.event("joined").await["project"], project.id);
    project.column("Welcome").await;
    assert_eq!(stream.event("column.created").await["project"], project.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn the_same_key_on_two_nodes_has_one_effect() {
    let (_, _, alice, alice_there) = two().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.told().await;
    for n in 0..10 {
        let key = format!("k-{n}");
        let body = json!({"title": "Once", "column_id": column.id()});
        let call = |user: &User| user.unchecked().post(&project.at("/tasks")).key(&key).json(body.clone());
        let (one, other) = tokio::join!(call(&alice).into_future(), call(&alice_there).into_future());
        assert_eq!((one.status, &one.text), (201, &other.text));
        project.told_only("task.created").await;
    }
    project.settle().await;
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_database_that_ends_every_connection_loses_no_event() {
    let (here, there, alice, alice_there) = two().await;
    let project = alice.project().await;
    let mut stream = alice_there.stream(&project.at("/events")).await;
    let from = stream.hello().await["projects"][&project.id].int("head");
    for n in 0..3 {
        let mut database = sqlx::PgConnection::connect(here.home().database().unwrap()).await.unwrap();
        let others = "select pg_terminate_backend(pid) from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid()";
        database.execute(others).await.unwrap();
        // A request may fail for a moment; with its key, a retry is safe.
        let key = format!("again-{n}");
        until("an answer", || async {
            let call = alice.unchecked().post(&project.at("/columns")).key(&key);
            let answer = call.json(json!({"name": key})).await;
            assert!([201, 503].contains(&answer.status), "{answer:?}");
            (answer.status == 201).then_some(())
        })
        .await;
        assert_eq!(stream.change().await["seq"], from + n + 1);
    }
    recovered(&alice_there, &project).await;
    project.on(&there).settle().await;
}

/// The statement that waits for the project's row began when Bob was still a member.
#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_member_removed_while_waiting_for_the_project_changes_nothing() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let project = alice.project().await;
    project.add(&bob, "manager").await;
    let before = project.seq().await;
    let url = app.home().database().unwrap();
    let mut removing = sqlx::PgConnection::connect(url).await.unwrap();
    let mut watching = sqlx::PgConnection::connect(url).await.unwrap();
    let remove = format!(
        "begin;
         update projects set seq = seq + 1 where id = '{}';
         delete from members where project_id = '{}' and user_id = '{}'",
        project.id, project.id, bob.id
    );
    removing.execute(sqlx::AssertSqlSafe(remove)).await.unwrap();
    let call = bob.unchecked().post(&project.at("/columns")).json(json!({"name": "Bob's"})).into_future();
    let answer = tokio::spawn(call);
    let waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    soon("Bob's wait", async { while watching.fetch_optional(waits).await.unwrap().is_none() {} }).await;
    removing.execute("commit").await.unwrap();
    assert_eq!(answer.await.unwrap().status, 404);
    assert_eq!(project.seq().await, before + 1);
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_database_out_of_reach_closes_no_stream_for_good() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    refuse(&app, true).await;
    // Any status but 200 would close an EventSource for good.
    for path in ["/events".to_owned(), project.at("/events")] {
        let mut stream = alice.stream(&path).await;
        assert_eq!(stream.event("bye").await["reason"], "busy");
        assert!(stream.retry.is_some_and(|retry| (5_000..=30_000).contains(&retry)), "{:?}", stream.retry);
        stream.end().await;
    }
    refuse(&app, false).await;
    recovered(&alice, &project).await;
    alice.stream("/events").await.hello().await;
}

/// A second write could fail after the sign-in was done, and was answered with a bare 500.
#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_sign_in_writes_its_session_once() {
    let (app, alice, ..) = own_app(&[]).await;
    let mut database = sqlx::PgConnection::connect(app.home().database().unwrap()).await.unwrap();
    let refuse = "create function refuse() returns trigger language plpgsql as $$ begin raise 'once'; end $$";
    database.execute(refuse).await.unwrap();
    let trigger = "create trigger once before update of data on sessions for each row execute function refuse()";
    database.execute(trigger).await.unwrap();
    let session = alice.by_cookie().await;
    session.get("/session").await.ok();
    let body = json!({"current_password": PASSWORD, "new_password": "orchid-lantern-43"});
    session.put("/me/password").json(body).await.no_content();
}

#[tokio::test]
#[ignore = "needs Postgres and Redis; run by tests/run api-postgres"]
async fn redis_carries_hints_and_nothing_is_lost_when_it_stops() {
    let mut redis = Redis::start();
    let (here, alice, bob, _) = own_app(&[("BOARDCAST_REDIS_URL", &redis.url())]).await;
    let there = here.another_node();
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    let mut single = alice.on(&there).stream(&project.at("/events")).await;
    let mut whole = bob.on(&there).stream("/events").await;
    let from = single.hello().await["projects"][&project.id].int("head");
    whole.hello().await;
    columns(&alice, &project, 20).await;
    single.changes(20).await;
    redis.stop();
    columns(&alice, &project, 5).await;
    single.changes(5).await;
    redis.go();
    columns(&alice, &project, 5).await;
    single.changes(5).await;
    assert_eq!(single.numbers(&project.id), (from + 1..=from + 30).collect::<Vec<_>>());
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    assert_eq!(whole.event("left").await["project"], project.id);
    assert_eq!(whole.numbers(&project.id), (from + 1..=from + 30).collect::<Vec<_>>());
}

/// The rows of one column of numbers.
async fn count(connection: &mut PgConnection, sql: &'static str) -> i64 {
    let row: (i64,) =
        sqlx::query_as_with(sql, sqlx::postgres::PgArguments::default()).fetch_one(connection).await.unwrap();
    row.0
}

/// Streams on this node close with the reason `busy` between 13 and 18 seconds after the database went out of reach.
async fn closes_its_streams(app: &App, reader: &User, project: &Project, lose: impl AsyncFnOnce()) {
    // Streams of one project look up nothing in the database by themselves.
    let path = project.at("/events");
    let reader = reader.on(app);
    let mut streams = [reader.stream(&path).await, reader.stream(&path).await];
    for stream in &mut streams {
        stream.hello().await;
    }
    let since = Instant::now();
    let ends = async {
        for stream in &mut streams {
            while stream.next_named("bye").await.is_none() {}
        }
        since.elapsed()
    };
    let (ended, ()) = tokio::join!(timeout(Duration::from_secs(40), ends), lose());
    for stream in &mut streams {
        assert_eq!(stream.seen.last().unwrap().data["reason"], "busy");
        assert!(stream.retry.is_some_and(|retry| (5_000..=30_000).contains(&retry)), "{:?}", stream.retry);
        stream.end().await;
    }
    let ended = ended.expect("the streams of a node that cannot see the database");
    assert!((Duration::from_secs(13)..Duration::from_secs(18)).contains(&ended), "after {ended:?}");
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_database_that_refuses_closes_streams_after_fifteen_seconds() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    closes_its_streams(&app, &alice, &project, async || refuse(&app, true).await).await;
    refuse(&app, false).await;
    recovered(&alice, &project).await;
    alice.stream("/events").await.hello().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_database_that_hangs_closes_streams_after_fifteen_seconds() {
    let (here, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let gate = Gate::before(here.home().database().unwrap()).await;
    let there = App::of(&here.home().with_database(&gate.url));
    closes_its_streams(&there, &alice, &project, async || gate.set(Way::Stuck)).await;
    // A node that is not behind the gate is not affected, and the other goes on as soon as the gate opens.
    project.column("Still here").await;
    gate.set(Way::Open);
    recovered(&alice.on(&there), &project).await;
    let mut stream = alice.on(&there).stream(&project.at("/events")).await;
    stream.hello().await;
    project.column("And there").await;
    stream.change().await;
}

/// A node notices each of two failures in time; it has to notice one after the other too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_database_that_refuses_and_then_hangs_closes_streams_after_fifteen_seconds() {
    let (here, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let gate = Gate::before(here.home().database().unwrap()).await;
    let there = App::of(&here.home().with_database(&gate.url));
    closes_its_streams(&there, &alice, &project, async || {
        gate.set(Way::Shut);
        tokio::time::sleep(Duration::from_secs(8)).await;
        gate.set(Way::Deaf);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn writers_that_wait_for_each_other_keep_no_revoked_stream_open() {
    let (here, alice, ..) = own_app(&[("BOARDCAST_TEST_LOST_HINTS", "1")]).await;
    let there = here.another_node();
    let project = alice.project().await;
    // Writers that wait for the same project share a connection.
    let mut held = vec![];
    for _ in 0..24 {
        held.push(alice.unchecked().project().await);
    }
    let session = alice.by_cookie().await;
    let mut stream = session.on(&there).stream(&project.at("/events")).await;
    stream.hello().await;
    let url = here.home().database().unwrap();
    let mut holder = PgConnection::connect(url).await.unwrap();
    let mut watching = PgConnection::connect(url).await.unwrap();
    let taken = format!("begin; update projects set seq = seq where id <> '{}'", project.id);
    holder.execute(sqlx::AssertSqlSafe(taken)).await.unwrap();
    let mut writers = JoinSet::new();
    for n in 0..72 {
        let (user, path) = (alice.on(&there).unchecked(), held[n % held.len()].at("/columns"));
        writers.spawn(async move {
            loop {
                // A writer that finds no connection, or waits for too long, tries again at once.
                let answer = user.post(&path).json(json!({"name": format!("Column {n}")})).await;
                assert_eq!(answer.status, 503, "{answer:?}");
            }
        });
    }
    soon("all writers to wait", async {
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
        while count(&mut watching, waiting).await < 24 {}
    })
    .await;
    session.delete("/session").await.no_content();
    let since = Instant::now();
    assert_eq!(stream.event("bye").await["reason"], "session");
    // Five are promised. The first writers hold their connections for five, and the comparison must not wait for them.
    assert!(since.elapsed() < Duration::from_secs(3), "after {:?}", since.elapsed());
    writers.shutdown().await;
    holder.execute("rollback").await.unwrap();
}

/// Every message that nodes publish by way of this Redis.
async fn overhear(redis: &Redis) -> impl futures_util::Stream<Item = String> + Unpin + use<> {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut subscription = client.get_async_pubsub().await.unwrap();
    subscription.psubscribe("boardcast*").await.unwrap();
    Box::pin(subscription.into_on_message().map(|message| message.get_payload::<String>().unwrap()))
}

async fn overheard(messages: &mut (impl futures_util::Stream<Item = String> + Unpin), what: &str) {
    while messages.next().await.is_some_and(|message| !message.contains(what)) {}
}

/// Makes columns of this name until one is overheard: a node that has not found Redis yet sends hints by Postgres.
async fn until_overheard(
    messages: &mut (impl futures_util::Stream<Item = String> + Unpin),
    user: &User,
    project: &Project,
    name: &str,
) {
    soon("Redis", async {
        loop {
            user.unchecked().post(&project.at("/columns")).json(json!({"name": name})).await.created();
            if timeout(Duration::from_millis(100), overheard(messages, name)).await.is_ok() {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Postgres and Redis; run by tests/run api-postgres"]
async fn a_redis_that_hangs_delays_nothing() {
    let redis = Redis::start();
    let (here, alice, ..) = own_app(&[("BOARDCAST_REDIS_URL", &redis.url())]).await;
    let there = here.another_node();
    let project = alice.project().await;
    let (one, other) = (alice.by_cookie().await, alice.by_cookie().await);
    let mut stream = alice.on(&there).stream(&project.at("/events")).await;
    let mut ones = one.on(&there).stream("/events").await;
    let mut others = other.on(&there).stream("/events").await;
    for stream in [&mut stream, &mut ones, &mut others] {
        stream.hello().await;
    }
    let mut messages = overhear(&redis).await;
    until_overheard(&mut messages, &alice, &project, "Before").await;
    let seq = project.seq().await;
    stream.frame("what came before", |frame| frame.data["seq"] == seq).await;

    redis.hang();
    let since = Instant::now();
    let mut slowest = Duration::ZERO;
    let unchecked = alice.unchecked();
    for n in 0..20 {
        let body = json!({"name": format!("While it hangs {n}")});
        unchecked.post(&project.at("/columns")).json(body).await.created();
        let answered = Instant::now();
        stream.change().await;
        slowest = slowest.max(answered.elapsed());
    }
    assert!(slowest < Duration::from_secs(1), "an event took {slowest:?}");
    assert!(since.elapsed() < Duration::from_secs(4), "twenty events took {:?}", since.elapsed());

    // With many changes under way, a sign-out does not wait behind them.
    let mut writers = JoinSet::new();
    for n in 0..8 {
        let (user, path) = (alice.unchecked(), project.at("/columns"));
        writers.spawn(async move {
            loop {
                user.post(&path).json(json!({"name": format!("Under way {n}")})).await.created();
            }
        });
    }
    for (session, stream) in [(one, &mut ones), (other, &mut others)] {
        session.delete("/session").await.no_content();
        let answered = Instant::now();
        assert_eq!(stream.event("bye").await["reason"], "session");
        assert!(answered.elapsed() < Duration::from_secs(1), "a sign-out took {:?}", answered.elapsed());
    }
    writers.shutdown().await;

    redis.go_on();
    until_overheard(&mut messages, &alice, &project, "Again").await;
    let seq = project.seq().await;
    stream.frame("the last event", |frame| frame.data["seq"] == seq).await;
    let numbers = stream.numbers(&project.id);
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
    project.on(&there).settle().await;
}

/// A copy of the database has the same projects, sessions and epoch.
#[tokio::test]
#[ignore = "needs Postgres and Redis; run by tests/run api-postgres"]
async fn a_copy_of_the_database_on_the_same_redis_changes_nothing_here() {
    let redis = Redis::start();
    let (mut here, alice, ..) = own_app(&[("BOARDCAST_REDIS_URL", &redis.url())]).await;
    let project = alice.project().await;
    let session = alice.by_cookie().await;
    here.terminate().await;
    let copy = here.home().copy().await;
    here.restart();
    let there = here.another_node();
    let copy = App::of(&copy);
    let mut stream = alice.on(&there).stream(&project.at("/events")).await;
    let mut sessions = session.on(&there).stream(&project.at("/events")).await;
    let from = stream.hello().await["projects"][&project.id].int("head");
    sessions.hello().await;
    let mut messages = overhear(&redis).await;
    until_overheard(&mut messages, &alice.on(&copy), &project, "Only in the copy").await;
    session.on(&copy).delete("/session").await.no_content();
    until_overheard(&mut messages, &alice.on(&copy), &project, "A fence").await;
    until_overheard(&mut messages, &alice.on(&here), &project, "Here and there").await;
    let first = stream.change().await;
    assert_eq!((&first["seq"], &first["changes"]["columns"][0]["name"]), (&json!(from + 1), &json!("Here and there")));
    assert_eq!(sessions.event("column.created").await, first);
    assert!(!sessions.saw("bye"), "the copy has the same session, and it ended only there");
}
