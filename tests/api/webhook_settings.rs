//! Who sees and changes the webhooks of a project, and what is refused.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Value, json};

use crate::{
    support::{Fields, Reply, app, each, until},
    webhooks::Scene,
};

const URL: &str = "https://hooks.example.org/boards";

#[tokio::test]
async fn a_secret_is_shown_once_and_two_of_them_sign_for_a_while() {
    let scene = Scene::new().await;
    let alice = &scene.project.by;
    let body = json!({"url": scene.receiver.url("/hook"), "types": ["task.created"]});
    let create = || alice.post(&scene.project.at("/webhooks")).key("once").json(body.clone());
    let made = create().await.created();
    let first = made.str("secret");
    assert!(first.starts_with("whsec_"));
    // A retry makes no second one, and has no secret.
    let mut known = made.clone();
    known.as_object_mut().unwrap().remove("secret");
    let again = create().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.created(), known);
    let listed = alice.get(&scene.project.at("/webhooks")).await.ok().list("items");
    assert_eq!(listed, [known.clone()]);
    assert_eq!(scene.find(&made).await, known);
    let column = scene.project.column("Not wanted").await;
    scene.task("One").await;
    assert_eq!(scene.receiver.messages("/hook", 1).await[0].signed_by(&first), [0]);

    let rotate = |key: &str| alice.post(&scene.at(&made, "/rotate")).key(key);
    let rotated = rotate("r").await.ok();
    let second = rotated.str("secret");
    assert_ne!(first, second);
    assert!(rotated["old_secret_until"].is_string(), "{rotated}");
    assert_eq!(rotate("r").await.ok()["secret"], Value::Null);
    scene.task("Two").await;
    let message = &scene.receiver.messages("/hook", 2).await[1];
    assert_eq!(message.header("webhook-signature").split(' ').count(), 2);
    assert_eq!((message.signed_by(&second), message.signed_by(&first)), (vec![0], vec![1]));
    let third = rotate("s").await.ok().str("secret");
    scene.project.task(&column, "Three").await;
    let message = &scene.receiver.messages("/hook", 3).await[2];
    assert_eq!((message.signed_by(&third), message.signed_by(&second)), (vec![0], vec![1]));
    assert!(message.signed_by(&first).is_empty());
    // Members read none of it: not in the log, and not on the board.
    let events = scene.project.events_after(0).await;
    let everything = format!("{events:?}{}", scene.project.board().await);
    assert!(!everything.contains("whsec_") && !everything.contains("/hook") && !everything.contains("webhook"));
    let log = scene.app.log();
    assert!(log.contains("webhook_create") && log.contains("webhook_rotate"), "the log of the server names the acts");
    assert!(!log.contains("whsec_") && !log.contains("/hook\""), "{log}");
}

#[tokio::test]
async fn what_is_no_webhook_is_refused_and_changes_nothing() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let create = |body: Value| alice.post(&project.at("/webhooks")).json(body);
    let inactive = |url: &str| json!({"url": url, "active": false});
    for url in [
        "",
        "x",
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https://",
        "https://alice:secret@hooks.example.org/",
        "https://hooks.example.org/#x",
        "https://hooks.example.org/\u{0}",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://0x7f000001/x",
        "https://localhost/x",
        "https://boards.localhost./x",
        "https://10.0.0.1:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
    ] {
        create(inactive(url)).await.invalid("/url");
    }
    create(inactive(&format!("https://hooks.example.org/{}", "x".repeat(2_048)))).await.invalid("/url");
    for (types, pointer) in [
        (json!([]), "/types"),
        (json!(vec!["task.*"; 51]), "/types"),
        (json!("task.*"), "/types"),
        (json!(["task.*", "task.mooved"]), "/types/1"),
        (json!(["tasks.*"]), "/types/0"),
        (json!(["task"]), "/types/0"),
        (json!(["task.m*"]), "/types/0"),
        (json!([7]), "/types/0"),
    ] {
        create(json!({"url": URL, "active": false, "types": types})).await.invalid(pointer);
    }
    for (body, pointer) in [
        (json!({}), "/url"),
        (json!({"url": 7}), "/url"),
        (json!({"url": URL, "template": "teams"}), "/template"),
        (json!({"url": URL, "active": "yes"}), "/active"),
        (json!({"url": URL, "name": ""}), "/name"),
        (json!({"url": URL, "secret": "whsec_x"}), "/secret"),
    ] {
        create(body).await.invalid(pointer);
    }
    assert_eq!(alice.get(&project.at("/webhooks")).await.ok().list("items"), Vec::<Value>::new());

    let made = create(json!({"url": URL, "active": false, "name": " Robot "})).await.created();
    assert_eq!(
        (&made["name"], &made["types"], &made["template"]),
        (&json!("Robot"), &json!(["*"]), &json!("standard"))
    );
    let path = project.at(&format!("/webhooks/{}", made.id()));
    let modify = |body: Value| alice.patch(&path).json(body);
    for (body, pointer) in [
        (json!({"url": "https://127.0.0.1/"}), "/url"),
        (json!({"url": null}), "/url"),
        (json!({"types": []}), "/types"),
        (json!({"types": ["x.*"]}), "/types/0"),
        (json!({"active": null}), "/active"),
        (json!({"template": null}), "/template"),
        (json!({"next_seq": 1}), "/next_seq"),
    ] {
        modify(body).await.invalid(pointer);
    }
    let mut expected = made.clone();
    expected.as_object_mut().unwrap().remove("secret");
    assert_eq!(alice.get(&path).await.ok(), expected);
    assert_eq!(modify(json!({})).await.ok(), expected);
    let changed = modify(json!({"name": null, "template": "slack", "types": ["task.moved", "comment.*"]})).await.ok();
    assert_eq!((&changed["name"], &changed["template"]), (&Value::Null, &json!("slack")));
    assert_eq!(changed["types"], json!(["task.moved", "comment.*"]));
    project.told_nothing().await;
    alice.delete(&path).await.no_content();
    for rest in ["", "/deliveries"] {
        alice.get(&format!("{path}{rest}")).await.not_found();
    }
    for rest in ["/ping", "/rotate"] {
        alice.post(&format!("{path}{rest}")).await.not_found();
    }
    alice.delete(&path).await.not_found();
    modify(json!({})).await.not_found();
    alice.post(&format!("{path}/redeliver")).json(json!({"from_seq": 1})).await.not_found();
}

#[tokio::test]
async fn a_project_has_few_webhooks_and_a_list_of_them_has_pages() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let create = || alice.unchecked().post(&project.at("/webhooks")).json(json!({"url": URL, "active": false}));
    let mut ids = vec![];
    for _ in 0..20 {
        ids.push(create().await.created().id());
    }
    create().await.problem(409, "too_many_webhooks");
    let page = alice.get(&project.at("/webhooks?limit=15")).await.ok();
    let mut listed = each(&page.list("items"), "id");
    let rest = format!("/webhooks?limit=15&cursor={}", page.str("next_cursor"));
    let rest = alice.get(&project.at(&rest)).await.ok();
    assert_eq!(rest["next_cursor"], Value::Null);
    listed.extend(each(&rest.list("items"), "id"));
    assert_eq!(listed, ids);
    // Of another project there is none.
    let other = alice.project().await;
    alice.get(&other.at(&format!("/webhooks/{}", ids[0]))).await.not_found();
    alice.delete(&other.at(&format!("/webhooks/{}", ids[0]))).await.not_found();
}

/// The types that the log is written with, as the sources have them.
fn types_in(folder: &Path, nouns: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            types_in(&entry, nouns, found);
        } else if !entry.ends_with("webhooks/message.rs") && !entry.ends_with("webhooks/event_types.rs") {
            let text = std::fs::read_to_string(&entry).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let words = code.split('"').filter(|word| {
                word.split_once('.').is_some_and(|(noun, verb)| {
                    nouns.contains(noun) && !verb.is_empty() && verb.bytes().all(|b| b.is_ascii_lowercase())
                })
            });
            found.extend(words.map(str::to_owned));
        }
    }
}

#[tokio::test]
async fn every_type_of_event_can_be_asked_for() {
    let (app, alice, ..) = app().await;
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let known = document["components"]["schemas"]["EventPattern"].list("enum");
    let known: BTreeSet<String> = known.iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    let nouns = known.iter().filter_map(|one| Some(one.strip_suffix(".*")?.to_owned())).collect();
    let mut written = BTreeSet::new();
    types_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model"), &nouns, &mut written);
    assert!(written.len() > 40, "{written:?}");
    let types: BTreeSet<String> = known.iter().filter(|one| !one.ends_with('*')).cloned().collect();
    assert_eq!(types, written, "src/model/webhooks/event_types.rs lists the types of events");
    let project = alice.project().await;
    let some: Vec<_> = known.iter().take(50).collect();
    let body = json!({"url": URL, "active": false, "types": some});
    alice.post(&project.at("/webhooks")).json(body).await.created();
}

#[tokio::test]
async fn a_ping_shows_whether_messages_arrive() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({"active": false})).await;
    scene.task("Nothing is sent of this").await;
    let ping = || scene.project.by.post(&scene.at(&made, "/ping")).key("p");
    let asked = ping().await.status(202);
    assert_eq!(ping().await.status(202), asked, "one ping");
    let message = &scene.receiver.messages("/hook", 1).await[0];
    assert_eq!(message.id(), asked.str("message_id"));
    assert_eq!(message.signed_by(&made.str("secret")), [0]);
    let body = message.json();
    assert_eq!(body["type"], "ping");
    assert_eq!(body["data"], json!({"project": scene.project.id, "webhook_id": made.id()}));
    let deliveries =
        until("the delivery", || async { Some(scene.deliveries(&made).await).filter(|all| !all.is_empty()) }).await;
    assert_eq!((&deliveries[0]["seq"], &deliveries[0]["type"]), (&Value::Null, &json!("ping")));
    assert_eq!(deliveries[0]["message_id"], asked["message_id"]);

    // One that arrives brings back what waits.
    scene.receiver.reply(&[Reply::With(429, "retry-after", "3600".into()), Reply::Status(204)]);
    scene.project.by.patch(&scene.at(&made, "")).json(json!({"active": true})).await.ok();
    scene.receiver.messages("/hook", 2).await;
    until("the failure", || async { scene.find(&made).await["next_attempt_at"].is_string().then_some(()) }).await;
    scene.project.by.post(&scene.at(&made, "/ping")).await.status(202);
    let messages = scene.receiver.messages("/hook", 4).await;
    assert_eq!(each(&[messages[2].json(), messages[3].json()], "type"), ["ping", "task.created"]);
    assert_eq!(scene.receiver.at("/hook").len(), 4);
}

#[tokio::test]
async fn a_webhook_stays_when_its_maker_leaves() {
    let scene = Scene::new().await;
    let alice = &scene.project.by;
    scene.project.add(&scene.bob, "manager").await;
    let body = json!({"url": scene.receiver.url("/hook"), "types": ["task.*"]});
    let made = scene.bob.post(&scene.project.at("/webhooks")).json(body).await.created();
    assert_eq!(made["created_by"], scene.bob.id);
    let path = scene.project.at(&format!("/members/{}", scene.bob.id));
    // An editor changes none of it, and does not see it.
    alice.put(&path).json(json!({"role": "editor"})).await.ok();
    for refused in [
        scene.bob.get(&scene.at(&made, "")),
        scene.bob.get(&scene.at(&made, "/deliveries")),
        scene.bob.post(&scene.at(&made, "/rotate")),
        scene.bob.delete(&scene.at(&made, "")),
    ] {
        refused.await.problem(403, "forbidden");
    }
    alice.delete(&path).await.no_content();
    scene.bob.get(&scene.at(&made, "")).await.not_found();
    scene.task("One").await;
    let messages = scene.receiver.messages("/hook", 1).await;
    assert_eq!(messages[0].signed_by(&made.str("secret")), [0], "it is the project's");
    assert_eq!(scene.find(&made).await["created_by"], scene.bob.id);
    alice.delete(&scene.at(&made, "")).await.no_content();
    scene.task("Two").await;
    scene.webhook("/other", json!({})).await;
    scene.task("Three").await;
    scene.receiver.messages("/other", 1).await;
    assert_eq!(scene.receiver.at("/hook").len(), 1, "a deleted one is sent nothing");
}

#[tokio::test]
async fn an_archived_project_keeps_its_webhooks() {
    let scene = Scene::new().await;
    let made = scene.webhook("/hook", json!({})).await;
    scene.project.by.put(&scene.project.at("/archive")).await.ok();
    scene.receiver.until_type("/hook", "project.archived").await;
    let name = json!({"name": "Still here"});
    assert_eq!(scene.project.by.patch(&scene.at(&made, "")).json(name).await.ok()["name"], "Still here");
    scene.project.by.delete(&scene.at(&made, "")).await.no_content();
}
