//! Reminders of what is due, by the clock of each person.

use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::support::{Fields, User, each, own_app, until};

async fn kinds(user: &User) -> Vec<String> {
    let items = user.get("/me/notifications").await.ok().list("items");
    each(&items, "kind").into_iter().filter(|kind| *kind == "due" || *kind == "overdue").collect()
}

#[tokio::test]
async fn who_is_assigned_is_reminded_in_their_morning() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clock");
    // 2026-12-01T07:30Z, and so many minutes.
    let clock = |minutes: u64| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let then = Duration::from_secs(1_796_110_200 + minutes * 60);
        let shift = i64::try_from(then.as_millis()).unwrap() - i64::try_from(now.as_millis()).unwrap();
        let next = folder.path().join("next");
        std::fs::write(&next, shift.to_string()).unwrap();
        std::fs::rename(next, &file).unwrap();
    };
    clock(0);
    let settings = [("BOARDCAST_TEST_CLOCK_FILE", file.to_str().unwrap()), ("BOARDCAST_TEST_SWEEP_EVERY", "30")];
    let (_app, alice, bob, charlie) = own_app(&settings).await;
    assert_eq!(bob.get("/me").await.ok()["time_zone"], json!(null));
    let here = json!({"time_zone": "Europe/Berlin"});
    assert_eq!(charlie.patch("/me").json(here).await.ok()["time_zone"], "Europe/Berlin");
    for zone in ["Berlin", "", "+02:00", "Europe/Berlin\u{0}"] {
        charlie.patch("/me").json(json!({"time_zone": zone})).await.invalid("/time_zone");
    }
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    project.add(&charlie, "editor").await;
    let column = project.column("To do").await;
    let due = async |title: &str, day: &str, done: bool| {
        let task = project.task_with(&column, json!({"title": title, "due_on": day})).await;
        if done {
            alice.put(&project.task_at(&task, "/completion")).await.ok();
        }
        let both = json!({"assignee_ids": [bob.id, charlie.id]});
        alice.patch(&project.task_at(&task, "")).json(both).await.ok()
    };
    let task = due("Today", "2026-12-01", false).await;
    due("Done", "2026-12-01", true).await;
    due("Tomorrow", "2026-12-02", false).await;
    // It is half past eight in Berlin, and half past seven in Greenwich.
    until("a reminder in Berlin", async || (kinds(&charlie).await == ["due"]).then_some(())).await;
    assert!(kinds(&bob).await.is_empty());
    let items = charlie.get("/me/notifications").await.ok().list("items");
    let told = items.iter().find(|item| item["kind"] == "due").unwrap();
    assert_eq!((&told["task"]["title"], &told["actor"]), (&json!("Today"), &json!(null)));
    let seq = project.seq().await;
    clock(30);
    until("a reminder in Greenwich", async || (kinds(&bob).await == ["due"]).then_some(())).await;
    assert_eq!(kinds(&charlie).await, ["due"], "once");
    assert_eq!(project.seq().await, seq, "nothing of the project changed");
    // The next morning: one is overdue, and another is due; what was put off is neither.
    alice.patch(&project.task_at(&task, "")).json(json!({"assignee_ids": [bob.id]})).await.ok();
    clock(24 * 60 + 31);
    until("reminders of the next day", async || {
        let mut kinds = kinds(&bob).await;
        kinds.sort();
        (kinds == ["due", "due", "overdue"]).then_some(())
    })
    .await;
    assert_eq!(kinds(&charlie).await, ["due", "due"]);
    assert_eq!(bob.patch("/me").json(json!({"time_zone": null})).await.ok()["time_zone"], json!(null));
}
