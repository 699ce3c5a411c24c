//! How the instance is doing, as administrators watch it.

use serde_json::{Value, json};

use crate::support::{App, Fields, PASSWORD, User, own_app};

async fn watch(admin: &User) -> crate::support::Stream {
    admin.stream("/admin/live").await
}

#[tokio::test]
async fn an_administrator_watches_the_instance() {
    let (app, alice, bob, _) = own_app(&[]).await;
    let admin = app.administrator().await;
    let project = alice.project().await;
    project.add(&bob, "viewer").await;
    let mut streams = [alice.stream("/events").await, bob.stream("/events").await, bob.stream("/events").await];
    for stream in &mut streams {
        stream.hello().await;
    }
    let mut watched = watch(&admin).await;
    let first = watched.event("metrics").await;
    assert_eq!((first.int("people_online"), first.int("streams"), first.int("nodes")), (3, 4, 1), "{first}");
    assert!(first.int("database_bytes") > 10_000 && first.int("memory_bytes") > 1_000_000, "{first}");
    assert_eq!(first["load"].as_array().unwrap().len(), 3);
    let mut busy = Value::Null;
    // A window ends while columns are made.
    for n in 0..60 {
        project.column(&format!("Column {n}")).await;
        for stream in &mut streams {
            stream.change().await;
        }
        if n % 10 == 9 {
            busy = watched.event("metrics").await;
            let rate = |field: &str| busy[field].as_f64().unwrap();
            if rate("changes_per_second") > 0.0 && busy["delivery_lag_ms"]["p99"].as_f64().is_some() {
                break;
            }
        }
    }
    let rate = |field: &str| busy[field].as_f64().unwrap();
    assert!(rate("requests_per_second") >= rate("changes_per_second") && rate("changes_per_second") > 0.0, "{busy}");
    assert_eq!(busy["errors_per_second"], 0.0);
    let lag = &busy["delivery_lag_ms"];
    assert!(lag["p50"].as_f64().unwrap() <= lag["p99"].as_f64().unwrap(), "{busy}");
}

#[tokio::test]
async fn who_is_no_administrator_any_more_watches_nothing() {
    let (app, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    for by in [admin.by_cookie().await] {
        let mut watched = watch(&by).await;
        watched.event("metrics").await;
        by.delete("/session").await.no_content();
        assert_eq!(watched.event("bye").await["reason"], "session");
        watched.end().await;
    }
    let other = another(&app, &admin).await;
    let mut watched = watch(&other).await;
    watched.event("metrics").await;
    admin.patch(&format!("/admin/users/{}", other.id)).json(json!({"admin": false})).await.ok();
    assert_eq!(watched.event("bye").await["reason"], "session");
    watched.end().await;
    other.get("/admin/live").await.not_found();
}

/// A person whom an administrator makes another one.
async fn another(app: &App, admin: &User) -> User {
    let other = app.sign_up_by_cookie("Bob").await;
    let body = json!({"admin": true, "current_password": PASSWORD});
    admin.patch(&format!("/admin/users/{}", other.id)).json(body).await.ok();
    other.by_cookie().await
}

#[tokio::test]
async fn a_deploy_ends_the_watching() {
    let (app, ..) = own_app(&[]).await;
    let admin = app.administrator().await;
    let mut watched = watch(&admin).await;
    watched.event("metrics").await;
    let (_, bye) = tokio::join!(app.terminate(), watched.event("bye"));
    assert_eq!(bye["reason"], "deploy");
}

/// Several servers on one database.
mod nodes {
    use super::*;

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn all_nodes_are_counted() {
        let (here, alice, bob, _) = own_app(&[]).await;
        let there = here.another_node();
        let mut streams = [alice.stream("/events").await, bob.on(&there).stream("/events").await];
        for stream in &mut streams {
            stream.hello().await;
        }
        let admin = here.administrator().await;
        let mut watched = watch(&admin).await;
        loop {
            let metrics = watched.event("metrics").await;
            if metrics["nodes"] == 2 && metrics["streams"] == 3 {
                assert_eq!(metrics["people_online"], 3);
                break;
            }
        }
    }
}
