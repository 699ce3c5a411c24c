//! Postgres as operators have it: read-only, with few connections, with roles that may little, behind a pooler.

use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::task::JoinSet;

use crate::support::{
    ADMIN_EMAIL, App, Call, Fields, Home, Launch, PASSWORD, Stillborn, own_app, until, until_at_last,
};

/// Runs a statement in the database of this address.
pub async fn run(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
}

/// The address with another part.
pub fn with(url: &str, change: impl FnOnce(&mut reqwest::Url)) -> String {
    let mut url = reqwest::Url::parse(url).unwrap();
    change(&mut url);
    url.into()
}

pub fn name_of(url: &str) -> String {
    reqwest::Url::parse(url).unwrap().path().trim_start_matches('/').to_owned()
}

fn refused(home: &Home) -> String {
    let Err(Stillborn { status, log }) = home.launch("serve", &Launch::default()) else { panic!("it has begun") };
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(!log.contains("panicked"), "{log}");
    log
}

/// From now on every connection may only read, or may write again.
async fn read_only(url: &str, on: bool) {
    let name = name_of(url);
    let administrator = with(url, |url| url.set_path("postgres"));
    let value = if on { "on" } else { "off" };
    run(&administrator, &format!(r#"alter database "{name}" set default_transaction_read_only = {value}"#)).await;
    run(&administrator, &format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_database_that_is_read_only_is_read_and_refuses_changes_until_it_is_not() {
    let (app, alice, ..) = own_app(&[]).await;
    let url = app.home().database().unwrap().to_owned();
    let project = alice.project().await;
    read_only(&url, true).await;
    let ready = b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    until("not ready", async || {
        let answer = app.raw(ready).await;
        (answer.starts_with("HTTP/1.1 503") && answer.contains("\"code\":\"database_read_only\"")).then_some(())
    })
    .await;
    alice.get(&project.at("/board")).await.ok();
    let create = || alice.unchecked().post(&project.at("/columns")).json(json!({"name": "To do"})).key("once");
    let refused = create().await;
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(refused.problem(503, "unavailable")["outcome"], "not_done");
    alice.unchecked().post("/projects").json(json!({"name": "Another"})).await.problem(503, "unavailable");
    let sign_in = json!({"email": alice.email, "password": PASSWORD});
    app.anonymous().post("/session").json(sign_in.clone()).await.problem(503, "unavailable");
    read_only(&url, false).await;
    until("ready", async || app.raw(ready).await.starts_with("HTTP/1.1 200").then_some(())).await;
    create().await.created();
    app.anonymous().post("/session").json(sign_in).await.ok();
    project.settle().await;
}

#[tokio::test]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_database_that_cannot_hold_every_text_is_refused() {
    let home = Home::new(&[]).await;
    let url = home.database().unwrap();
    let name = format!("{}_latin1", name_of(url));
    run(url, &format!(r#"create database "{name}" encoding 'LATIN1' template template0 locale_provider libc lc_collate 'C' lc_ctype 'C'"#)).await;
    let said = refused(&home.with_database(&with(url, |url| url.set_path(&name))));
    assert!(said.contains("LATIN1") && said.contains("UTF8"), "{said}");
}

/// A role, and the address of the home's database as it sees it.
async fn role(home: &Home, name: &str, how: &str) -> (String, String) {
    let url = home.database().unwrap();
    let name = format!("{}_{name}", name_of(url));
    run(url, &format!(r#"create role "{name}" login {how}"#)).await;
    let theirs = with(url, |url| url.set_username(&name).unwrap());
    (name, theirs)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_role_that_may_only_change_rows_is_enough_where_nothing_is_to_be_migrated() {
    let home = Home::new(&[]).await;
    let (name, theirs) = role(&home, "rows", "").await;
    let said = refused(&home.with_database(&theirs));
    assert!(said.contains("may not do that") && said.contains("owner of the tables"), "{said}");
    home.add_user(ADMIN_EMAIL, "Administrator", true);
    let url = home.database().unwrap();
    run(url, &format!(r#"grant select, insert, update, delete on all tables in schema public to "{name}""#)).await;
    let app = App::of(&home.with_database(&theirs));
    let alice = app.sign_up("Alice").await;
    alice.project().await.column("To do").await;
}

/// Sends it until it is done: a server that is busy may put it off.
async fn insist(call: &Call) {
    until_at_last("an answer", async || {
        let answer = call.again().await;
        (answer.status != 503).then(|| answer.created())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn four_connections_are_enough_and_fewer_are_refused() {
    let home = Home::new(&[]).await;
    home.add_user(ADMIN_EMAIL, "Administrator", true);
    let (name, theirs) = role(&home, "few", "superuser").await;
    // A superuser has no limit; the owner of everything has.
    run(home.database().unwrap(), &format!(r#"alter role "{name}" nosuperuser connection limit 4"#)).await;
    run(home.database().unwrap(), &format!(r#"grant all on all tables in schema public to "{name}""#)).await;
    for (n, pool) in [None, Some("4"), Some("20")].into_iter().enumerate() {
        let theirs = home.with_database(&theirs);
        let launch = pool.map_or(Launch::default(), |pool| Launch::default().with("BOARDCAST_POOL", pool));
        until("the connections of the former one to be gone", async || {
            let sql = format!("select 1 from pg_stat_activity where usename = '{name}'");
            let mut connection = PgConnection::connect(home.database().unwrap()).await.unwrap();
            connection.fetch_all(AssertSqlSafe(sql)).await.unwrap().is_empty().then_some(())
        })
        .await;
        let mut app = App::of(&theirs);
        crate::crash::off_thread(&mut app, move |app| app.restart_as(&launch)).await.unwrap();
        let alice = app.sign_up(&format!("Alice {n}")).await;
        let project = alice.project().await;
        let mut stream = alice.stream("/events").await;
        stream.hello().await;
        let mut calls = JoinSet::new();
        for n in 0..32 {
            let (alice, path) = (alice.unchecked(), project.at("/labels"));
            calls.spawn(async move {
                assert!([200, 503].contains(&alice.get("/projects").await.status));
                let body = json!({"name": format!("Label {n}"), "colour": "#3366cc"});
                insist(&alice.post(&path).json(body).key(&format!("label-{n}"))).await;
            });
        }
        while let Some(ended) = calls.join_next().await {
            ended.unwrap();
        }
        stream.changes(32).await;
        project.settle().await;
        assert_eq!(app.log().contains("allows fewer connections"), pool != Some("4"), "{}", app.log());
        assert!(!app.log().contains("cannot be received"), "{}", app.log());
        app.terminate().await;
    }
    run(home.database().unwrap(), &format!(r#"alter role "{name}" connection limit 3"#)).await;
    let said = refused(&home.with_database(&theirs));
    assert!(said.contains("only 3 connections") && said.contains('4'), "{said}");
}

#[tokio::test]
async fn a_postgres_that_is_not_there_is_named_and_its_password_is_not() {
    for (url, named) in [
        ("postgres://alice:secret-7@127.0.0.1:1/boards", "127.0.0.1:1 (database boards, user alice)"),
        ("postgres://alice:secret-7@no-such-host.invalid/boards", "no-such-host.invalid:5432"),
        ("postgres:///boards?host=/no/such/folder&user=alice&password=secret-7", "/no/such/folder"),
    ] {
        let home = Home::of_files().with_database(url);
        let said = tokio::task::spawn_blocking(move || refused(&home)).await.unwrap();
        assert!(said.contains(named), "{said}");
        assert!(!said.contains("secret-7") && !said.contains("pool timed out"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn migrations_wait_for_a_lock_as_long_as_it_takes_on_each_of_two_nodes() {
    const LONG: Duration = Duration::from_secs(7);
    let home = Home::new(&[]).await;
    let (name, theirs) = role(&home, "patient", "superuser").await;
    // The timeouts of the role are not the migrations' either.
    run(home.database().unwrap(), &format!(r#"alter role "{name}" set statement_timeout = '1s'"#)).await;
    let mut other = PgConnection::connect(home.database().unwrap()).await.unwrap();
    other.execute("create table users (id int); begin; lock table users in access exclusive mode").await.unwrap();
    let begun = Instant::now();
    let nodes: Vec<_> = (0..2)
        .map(|_| {
            let home = home.with_database(&theirs);
            tokio::task::spawn_blocking(move || home.launch("serve", &Launch::default()))
        })
        .collect();
    tokio::time::sleep(LONG).await;
    other.execute("drop table users; commit").await.unwrap();
    for node in nodes {
        node.await.unwrap().unwrap();
    }
    assert!(begun.elapsed() >= LONG);
}

/// A `PgBouncer` before a database; gone when it is dropped.
struct Pooler {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Pooler {
    async fn before(home: &Home, mode: &str) -> Self {
        let url = reqwest::Url::parse(home.database().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let host = url.query_pairs().find_map(|(key, value)| (key == "host").then(|| value.into_owned()));
        let host = host.unwrap_or_else(|| url.host_str().unwrap().to_owned());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = format!(
            "[databases]\n* = host={host} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\nauth_file =\npool_mode = {mode}\ndefault_pool_size = 40\n\
             max_client_conn = 200\nlogfile = {}\n",
            url.port().unwrap_or(5432),
            folder.path().join("log").display(),
        );
        // With auth_type any everybody is this user.
        let settings = settings.replace(
            &format!("port={}\n", url.port().unwrap_or(5432)),
            &format!("port={} user={}\n", url.port().unwrap_or(5432), url.username()),
        );
        std::fs::write(folder.path().join("settings"), settings).unwrap();
        // It refuses to run as root.
        std::os::unix::fs::chown(folder.path(), Some(61234), Some(61234)).ok();
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=61234", "--regid=61234", "--clear-groups", "--", "pgbouncer"]);
            command
        } else {
            Command::new("pgbouncer")
        };
        std::fs::set_permissions(folder.path().join("settings"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .unwrap();
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin";
        command.env("PATH", path).arg("-q").arg(folder.path().join("settings"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let name = name_of(home.database().unwrap());
        let url = format!("postgres://{}@127.0.0.1:{port}/{name}", url.username());
        until("PgBouncer", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        Self { child, url, _folder: folder }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs Postgres and PgBouncer; run by tests/run api-postgres"]
async fn a_pooler_that_keeps_a_session_together_is_as_good_as_postgres() {
    let home: Arc<Home> = Home::new(&[]).await;
    let pooler = Pooler::before(&home, "session").await;
    let behind = home.with_database(&pooler.url);
    behind.add_user(ADMIN_EMAIL, "Administrator", true);
    let (here, there) = (App::of(&behind), App::of(&behind));
    let alice = here.sign_up("Alice").await;
    let project = alice.project().await;
    let mut stream = alice.on(&there).stream(&project.at("/events")).await;
    stream.hello().await;
    let column = project.column("To do").await;
    let mut calls = JoinSet::new();
    for n in 0..40 {
        let (alice, path, column) = (alice.unchecked(), project.at("/tasks"), column.id());
        calls.spawn(async move {
            let body = json!({"title": format!("Task {n}"), "column_id": column});
            insist(&alice.post(&path).json(body).key(&format!("task-{n}"))).await;
        });
    }
    while let Some(ended) = calls.join_next().await {
        ended.unwrap();
    }
    stream.changes(41).await;
    project.settle().await;
    for app in [here, there] {
        assert!(!app.log().contains("cannot be received"), "{}", app.log());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Postgres and PgBouncer; run by tests/run api-postgres"]
async fn a_pooler_that_does_not_is_refused_with_words() {
    let home = Home::new(&[]).await;
    for mode in ["transaction", "statement"] {
        let pooler = Pooler::before(&home, mode).await;
        let behind = home.with_database(&pooler.url);
        let said = tokio::task::spawn_blocking(move || refused(&behind)).await.unwrap();
        assert!(said.contains(&format!("{mode} mode")) && said.contains("pool_mode=session"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs Postgres; run by tests/run api-postgres"]
async fn a_start_goes_on_when_postgres_ends_its_connections() {
    let (app, alice, ..) = own_app(&[]).await;
    let url = app.home().database().unwrap().to_owned();
    let project = alice.project().await;
    app.terminate().await;
    let (administrator, name) = (with(&url, |url| url.set_path("postgres")), name_of(&url));
    let ending = tokio::spawn(async move {
        let mut connection = PgConnection::connect(&administrator).await.unwrap();
        let sql = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) {
            connection.execute(AssertSqlSafe(sql.clone())).await.unwrap();
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    app.start_again();
    ending.await.unwrap();
    project.column("To do").await;
}
