//! Searching over all projects: what is found, in which order, and by whom.
//!
//! - `languages` a table of texts in many languages, and what finds them in which order; it is one for both databases
//! - `oracle`    random texts and random searches, against a few lines that compute what has to be found
//! - `hostile`   what no person searches for
//! - `index`     what the index holds, and how it is made anew
//! - `filters`   the filters that stand among the words

mod filters;
mod hostile;
mod index;
mod languages;
mod oracle;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};

use crate::support::{Fields, User, app, until};

async fn search(user: &User, query: &str) -> Vec<Value> {
    let url = reqwest::Url::parse_with_params("http://x/search", [("q", query)]).unwrap();
    user.get(&format!("/search?{}", url.query().unwrap())).await.ok().list("items")
}

async fn titles(user: &User, query: &str) -> Vec<String> {
    search(user, query).await.iter().map(|hit| hit.str("title")).collect()
}

/// What was found, in short: a task by its title, and the others by what is shown of them.
async fn shown(user: &User, query: &str) -> Vec<String> {
    let show = |hit: &Value| {
        let pieces: String = hit.list("snippet").iter().map(|piece| piece.str("text")).collect();
        match hit.str("kind").as_str() {
            "task" => hit.str("title"),
            kind => format!("{kind}: {pieces}"),
        }
    };
    search(user, query).await.iter().map(show).collect()
}

#[tokio::test]
async fn what_is_found_is_shown_in_pieces() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let text = json!({"title": "Water the roses", "description": "In the **evening**, with the [long hose](https://example.com)."});
    let task = project.task_with(&column, text).await;
    let comment = project.comment(&task, "Where is the *hose*?").await;
    let file = project.attach(&task, "hose-plan.txt", b"x").await;
    assert!(titles(&alice, " ").await.is_empty());
    assert!(alice.get("/search").await.ok().list("items").is_empty());
    assert!(titles(&bob, "roses").await.is_empty(), "of no project of his");
    let piece = |text: &str, hit: bool| json!({"text": text, "hit": hit});

    let hit = &search(&alice, "the rose").await[0];
    assert_eq!(
        hit["snippet"],
        json!([piece("Water ", false), piece("the", true), piece(" ", false), piece("rose", true), piece("s", false)])
    );
    assert_eq!((hit["kind"].as_str(), hit["completed"].as_bool()), (Some("task"), Some(false)));
    assert_eq!((&hit["comment_id"], &hit["attachment_id"]), (&Value::Null, &Value::Null));

    let found = search(&alice, "hose").await;
    let ids: Vec<_> =
        found.iter().map(|hit| (hit.str("kind"), hit["comment_id"].clone(), hit["attachment_id"].clone())).collect();
    assert_eq!(
        ids,
        [
            ("attachment".into(), Value::Null, file["id"].clone()),
            ("comment".into(), comment["id"].clone(), Value::Null),
            ("task".into(), Value::Null, Value::Null),
        ]
    );
    assert!(found.iter().all(|hit| hit["task_id"] == task["id"] && hit["title"] == "Water the roses"));
    assert_eq!(found[0]["snippet"], json!([piece("hose", true), piece("-plan.txt", false)]));
    assert_eq!(found[1]["snippet"], json!([piece("Where is the ", false), piece("hose", true), piece("?", false)]));
    // What is read of Markdown, without its marks.
    assert_eq!(
        found[2]["snippet"],
        json!([piece("In the evening, with the long ", false), piece("hose", true), piece(".", false)])
    );
    let of_kind = |kind: &'static str| {
        let alice = alice.clone();
        async move { alice.get(&format!("/search?q=hose&{kind}")).await.ok().list("items").len() }
    };
    assert_eq!(
        (of_kind("kind=comment").await, of_kind("kind=task,comment").await, of_kind("kind=task&kind=comment").await),
        (1, 2, 2)
    );
    alice.get("/search?q=x&kind=label").await.invalid("/kind");
}

#[tokio::test]
async fn the_best_is_first_in_all_projects_of_the_searcher() {
    let (_, alice, bob, _) = app().await;
    let (garden, house) = (alice.project().await, alice.project().await);
    let in_garden = garden.column("To do").await;
    let in_house = house.column("To do").await;
    garden.task(&in_garden, "Replant the hedge").await;
    garden.task(&in_garden, "Plant a tree").await;
    let archived = house.task(&in_house, "Plants on the sill").await;
    alice.put(&house.task_at(&archived, "/archive")).await.ok();
    house.task(&in_house, "Plan the kitchen").await;
    assert_eq!(titles(&alice, "plan").await, ["Plan the kitchen", "Plant a tree"]);
    assert_eq!(titles(&alice, "plan is:archived").await, ["Plants on the sill"]);
    assert_eq!(titles(&alice, "replant").await, ["Replant the hedge"]);
    let of_garden = alice.get(&format!("/search?q=plan&project={}", garden.id)).await.ok().list("items");
    assert_eq!(of_garden.len(), 1);
    let key = garden.board().await["project"].str("key");
    let by_name = &search(&alice, &format!("{}-2", key.to_lowercase())).await[0];
    assert_eq!(
        (by_name["title"].as_str(), by_name["key"].as_str()),
        (Some("Plant a tree"), Some(format!("{key}-2").as_str()))
    );
    assert_eq!(titles(&alice, "2").await, ["Plan the kitchen", "Plant a tree"]);
    // By the key that the project had before, too.
    alice.patch(&garden.at("")).json(json!({"key": "SHED"})).await.ok();
    assert_eq!(titles(&alice, &format!("{key}-2")).await, ["Plant a tree"]);
    assert_eq!(titles(&alice, "SHED-2").await, ["Plant a tree"]);
    assert!(titles(&alice, "ROOF-2").await.is_empty());

    // By pages.
    let first = alice.get("/search?q=plan&limit=1").await.ok();
    assert_eq!(first.list("items").len(), 1);
    let next = alice.get(&format!("/search?q=plan&limit=1&cursor={}", first.str("next_cursor"))).await.ok();
    assert_eq!(next.list("items")[0]["title"], "Plant a tree");
    assert_eq!(next["next_cursor"], json!(null));
    for cursor in ["x", "1.2", "9999.1.x", "-1.0.00000000000000000000000000000000"] {
        alice.get(&format!("/search?q=plan&cursor={cursor}")).await.invalid("/cursor");
    }

    // A member who is taken off finds nothing more, and a token finds in its own projects only.
    garden.add(&bob, "viewer").await;
    assert_eq!(titles(&bob, "plan").await.len(), 1);
    let token = alice.by_cookie().await.by_token(json!({"project_ids": [house.id]})).await;
    assert_eq!(titles(&token, "plan").await, ["Plan the kitchen"]);
    alice.delete(&garden.at(&format!("/members/{}", bob.id))).await.no_content();
    assert!(titles(&bob, "plan").await.is_empty());
}

/// A search that begins after the removal was answered finds nothing, however many are under way.
#[tokio::test]
async fn a_removed_member_finds_nothing_from_then_on() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    for number in 0..20 {
        project.task(&column, &format!("Zinnia {number}")).await;
    }
    for _ in 0..3 {
        project.add(&bob, "viewer").await;
        let removed = Arc::new(AtomicBool::new(false));
        let searching: Vec<_> = (0..4)
            .map(|_| {
                let (bob, removed) = (bob.clone(), removed.clone());
                tokio::spawn(async move {
                    let mut before = 0;
                    loop {
                        let late = removed.load(Ordering::SeqCst);
                        let found = search(&bob, "zinnia").await.len();
                        if late {
                            return (before, found);
                        }
                        before = before.max(found);
                    }
                })
            })
            .collect();
        until("some hits", || async { (search(&bob, "zinnia").await.len() == 20).then_some(()) }).await;
        alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
        removed.store(true, Ordering::SeqCst);
        for each in searching {
            let (before, late) = each.await.unwrap();
            assert_eq!(late, 0, "{before} before");
        }
    }
}

#[tokio::test]
async fn a_deleted_project_is_not_found() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.task(&column, "Quince jelly").await;
    assert_eq!(titles(&alice, "quince").await.len(), 1);
    alice.delete(&project.at("")).await.no_content();
    assert!(titles(&alice, "quince").await.is_empty());
}

/// Page by page and all at once are the same, through all steps of the order.
#[tokio::test]
async fn pages_are_parts_of_one_order() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    for number in 0..12 {
        let (title, text) = match number % 4 {
            0 => (format!("Plan the roof {number}"), ""),
            1 => (format!("Roof of the planet {number}"), ""),
            2 => (format!("The roof {number}"), "A plan"),
            _ => (format!("Nothing {number}"), "roof and plan"),
        };
        project.task_with(&column, json!({"title": title, "description": text})).await;
    }
    let whole = titles(&alice, "roof plan").await;
    let order = [8, 4, 0, 9, 5, 1, 10, 6, 2, 11, 7, 3];
    assert_eq!(
        whole.iter().map(|title| title.rsplit(' ').next().unwrap().parse::<i32>().unwrap()).collect::<Vec<_>>(),
        order
    );
    for limit in [1, 2, 5, 11, 12] {
        let (mut paged, mut cursor) = (vec![], String::new());
        loop {
            let page = alice.get(&format!("/search?q=roof+plan&limit={limit}{cursor}")).await.ok();
            paged.extend(crate::support::each(&page.list("items"), "title"));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, whole, "{limit} at a time");
    }
}
