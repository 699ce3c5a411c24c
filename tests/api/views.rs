//! Saved views: shared ones are told to all, personal ones are nobody else's.

use serde_json::{Value, json};

use crate::support::{Fields, Project, User, app, each, nobody};

struct Fixture {
    project: Project,
    bob: User,
    charlie: User,
}

/// Alice's project, with Bob as an editor and Charlie as a viewer.
async fn fixture() -> Fixture {
    let (_, alice, bob, charlie) = app().await;
    let project = alice.project().await;
    project.add(&bob, "editor").await;
    project.add(&charlie, "viewer").await;
    project.told().await;
    Fixture { project, bob, charlie }
}

impl Fixture {
    async fn save(&self, by: &User, name: &str, shared: bool) -> Value {
        let body = json!({
            "name": name, "layout": "table", "filter": "assignee=me&due=overdue", "sort": "-due_on",
            "group_by": "assignee", "shared": shared,
        });
        by.post(&self.project.at("/views")).json(body).await.created()
    }

    async fn seen_by(&self, user: &User) -> Vec<String> {
        each(&user.get(&self.project.at("/views")).await.ok().list("items"), "name")
    }

    fn at(&self, view: &Value) -> String {
        self.project.at(&format!("/views/{}", view.id()))
    }
}

#[tokio::test]
async fn a_shared_view_is_told_to_all_members() {
    let fixture = fixture().await;
    let Fixture { project, bob, charlie } = &fixture;
    let view = fixture.save(bob, "Late", true).await;
    assert_eq!((&view["owner_id"], &view["sort"]), (&json!(bob.id), &json!("-due_on")));
    let event = project.told_only("view.created").await;
    assert_eq!(event["changes"]["views"][0], view);
    assert_eq!(fixture.seen_by(charlie).await, ["Late"]);
    let patch = json!({"name": "Very late", "group_by": null});
    let patched = bob.patch(&fixture.at(&view)).json(patch).await.ok();
    let event = project.told_only("view.changed").await;
    assert_eq!((&event["changes"]["views"][0]["name"], &patched["version"]), (&json!("Very late"), &event["seq"]));
    assert_eq!(patched["group_by"], json!(null));
    // A manager changes what others share, an editor does not.
    project.by.patch(&fixture.at(&view)).json(json!({"layout": "board"})).await.ok();
    project.told_only("view.changed").await;
    let alices = fixture.save(&project.by, "Alice's", true).await;
    project.told().await;
    bob.patch(&fixture.at(&alices)).json(json!({"name": "Bob's"})).await.problem(403, "forbidden");
    bob.delete(&fixture.at(&alices)).await.problem(403, "forbidden");
    bob.delete(&fixture.at(&view)).await.no_content();
    let event = project.told_only("view.deleted").await;
    assert_eq!(event["removed"]["views"], json!([view.id()]));
    project.settle_as(&[bob, charlie]).await;
}

#[tokio::test]
async fn a_personal_view_is_nobody_elses() {
    let fixture = fixture().await;
    let Fixture { project, bob, charlie } = &fixture;
    let view = fixture.save(charlie, "Mine", false).await;
    project.told_nothing().await;
    assert_eq!(fixture.seen_by(charlie).await, ["Mine"]);
    assert!(fixture.seen_by(&project.by).await.is_empty());
    for call in [project.by.patch(&fixture.at(&view)).json(json!({"name": "x"})), project.by.delete(&fixture.at(&view))]
    {
        call.await.problem(404, "not_found");
    }
    let patched = charlie.patch(&fixture.at(&view)).json(json!({"filter": ""})).await.ok();
    assert!(patched.version() > view.version());
    // Two pages of one person do not overwrite each other.
    let stale = charlie.patch(&fixture.at(&view)).if_match(view.version()).json(json!({"filter": "q=x"})).await;
    stale.problem(412, "version_conflict");
    project.told_nothing().await;
    // A viewer shares nothing.
    charlie.patch(&fixture.at(&view)).json(json!({"shared": true})).await.problem(403, "forbidden");
    let shared = json!({"name": "x", "layout": "board", "shared": true});
    charlie.post(&project.at("/views")).json(shared).await.problem(403, "forbidden");
    charlie.delete(&fixture.at(&view)).await.no_content();
    project.told_nothing().await;
    assert!(fixture.seen_by(charlie).await.is_empty());
    bob.delete(&fixture.at(&view)).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_view_is_shared_and_taken_back() {
    let fixture = fixture().await;
    let Fixture { project, bob, charlie } = &fixture;
    let view = fixture.save(bob, "Late", false).await;
    bob.patch(&fixture.at(&view)).json(json!({"shared": true})).await.ok();
    let event = project.told_only("view.changed").await;
    assert_eq!(event["changes"]["views"][0]["name"], "Late");
    assert_eq!(fixture.seen_by(charlie).await, ["Late"]);
    bob.patch(&fixture.at(&view)).json(json!({"shared": false})).await.ok();
    let event = project.told_only("view.changed").await;
    assert_eq!(event["removed"]["views"], json!([view.id()]));
    assert!(fixture.seen_by(charlie).await.is_empty());
    assert_eq!(fixture.seen_by(bob).await, ["Late"]);
    project.settle_as(&[bob, charlie]).await;
}

#[tokio::test]
async fn personal_views_end_with_the_membership_and_shared_ones_stay() {
    let fixture = fixture().await;
    let Fixture { project, bob, .. } = &fixture;
    fixture.save(bob, "Mine", false).await;
    fixture.save(bob, "Ours", true).await;
    project.by.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    bob.get(&project.at("/views")).await.problem(404, "not_found");
    project.add(bob, "editor").await;
    assert_eq!(fixture.seen_by(bob).await, ["Ours"]);
}

#[tokio::test]
async fn an_archived_project_takes_personal_views_only() {
    let fixture = fixture().await;
    let Fixture { project, bob, .. } = &fixture;
    let shared = fixture.save(bob, "Ours", true).await;
    project.by.put(&project.at("/archive")).await.ok();
    fixture.save(bob, "Mine", false).await;
    bob.patch(&fixture.at(&shared)).json(json!({"name": "x"})).await.problem(409, "project_archived");
    bob.delete(&fixture.at(&shared)).await.problem(409, "project_archived");
}

#[tokio::test]
async fn a_view_says_what_is_wrong_with_it() {
    let fixture = fixture().await;
    let Fixture { project, .. } = &fixture;
    let long = "x".repeat(2_001);
    for (body, pointer) in [
        (json!({"layout": "board"}), "/name"),
        (json!({"name": "", "layout": "board"}), "/name"),
        (json!({"name": "x", "layout": "tree"}), "/layout"),
        (json!({"name": "x", "layout": "board", "filter": long}), "/filter"),
        (json!({"name": "x", "layout": "board", "filter": "a\u{0}"}), "/filter"),
        (json!({"name": "x", "layout": "board", "sort": ""}), "/sort"),
        (json!({"name": "x", "layout": "board", "group_by": long}), "/group_by"),
    ] {
        project.by.post(&project.at("/views")).json(body).await.invalid(pointer);
    }
    let view = fixture.save(&project.by, "x", false).await;
    project.by.patch(&fixture.at(&view)).json(json!({"filter": null})).await.invalid("/filter");
    project.by.patch(&project.at(&format!("/views/{}", nobody()))).json(json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_person_has_so_many_views_of_their_own() {
    let fixture = fixture().await;
    let Fixture { project, charlie, .. } = &fixture;
    let body = json!({"name": "x", "layout": "board"});
    for _ in 0..200 {
        charlie.post(&project.at("/views")).json(body.clone()).await.created();
    }
    charlie.post(&project.at("/views")).json(body).await.problem(409, "too_many_views");
    // By pages, as every list.
    let page = charlie.get(&project.at("/views?limit=50")).await.ok();
    assert!(page.list("items").len() == 50 && page["next_cursor"].is_string());
}

#[tokio::test]
async fn each_person_pins_their_own_projects() {
    let fixture = fixture().await;
    let Fixture { project, bob, charlie } = &fixture;
    let pinned = |user: &User| {
        let user = user.clone();
        let id = project.id.clone();
        async move {
            let items = user.get("/projects").await.ok().list("items");
            let found = items.iter().find(|one| one["id"] == id.as_str()).unwrap();
            found["pinned"].as_bool().unwrap()
        }
    };
    assert_eq!(charlie.put(&project.at("/pin")).await.ok(), json!({"pinned": true}));
    charlie.put(&project.at("/pin")).await.ok();
    assert!(pinned(charlie).await && !pinned(bob).await);
    assert_eq!(charlie.delete(&project.at("/pin")).await.ok(), json!({"pinned": false}));
    assert!(!pinned(charlie).await);
    project.told_nothing().await;
    // The list says how far each log has come.
    let items = bob.get("/projects").await.ok().list("items");
    let found = items.iter().find(|one| one["id"] == project.id.as_str()).unwrap();
    assert_eq!(found.int("seq"), project.seq().await);
}
