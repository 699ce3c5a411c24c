//! Guests of an import become real: when they join, or when a manager says who they are.

use serde_json::{Value, json};

use super::{import, project_of, titled};
use crate::support::{App, Fields, Project, User, app, each, nobody, with_id};

/// A project of Charlie with what Alice and Bob did in another one, whom Charlie does not know.
struct Moved {
    app: App,
    alice: User,
    bob: User,
    charlie: User,
    project: Project,
    file: String,
}

impl Moved {
    async fn new() -> Self {
        let (app, alice, bob, charlie) = app().await;
        let old = alice.project_called("Old").await;
        let column = old.column("To do").await;
        old.add(&bob, "editor").await;
        let theirs = old.seen_by(&bob);
        let mentioned = format!("Ask [@Bob](mention:{})", bob.id);
        let body = json!({"title": "Dig", "description": mentioned, "assignee_ids": [alice.id, bob.id]});
        let dig = theirs.task_with(&column, body).await;
        let said = theirs.comment(&dig, "Soon").await;
        old.comment(&dig, &format!("[@Bob](mention:{}), when?", bob.id)).await;
        for user in [&alice, &bob] {
            let path = old.at(&format!("/comments/{}/reactions/%F0%9F%91%8D", said.id()));
            user.put(&path).await.ok();
        }
        let kept = theirs.task_with(&column, json!({"title": "Kept", "assignee_ids": [bob.id]})).await;
        alice.put(&old.task_at(&kept, "/archive")).await.ok();
        let view =
            json!({"name": "Bob's", "layout": "board", "filter": format!("assignee={}", bob.id), "shared": true});
        alice.post(&old.at("/views")).json(view).await.created();
        let file = alice.get(&old.at("/export")).await.text;
        let over = import(&charlie, "old.json", file.as_bytes()).await;
        let project = project_of(&charlie, &over).await;
        Self { app, alice, bob, charlie, project, file }
    }

    async fn guest(&self, name: &str) -> Value {
        let members = self.charlie.get(&self.project.at("/members")).await.ok().list("items");
        let found = members.into_iter().find(|member| member["name"] == name && member["guest"] == true);
        found.unwrap_or_else(|| panic!("no guest {name}"))
    }

    async fn merge(&self, by: &User, guest: &Value, member: &User) -> crate::support::Answer {
        let path = self.project.at(&format!("/members/{}/merge", guest.id()));
        by.post(&path).json(json!({"user_id": member.id})).await
    }

    /// Everything that the project has of this person, and nothing of the guest.
    async fn is_of(&self, user: &User, guest: &str) {
        let at = |rest: &str| self.charlie.get(&self.project.at(rest));
        let board = self.project.board().await;
        assert!(!board.to_string().contains(guest), "{board}");
        let dig = titled(&board, "Dig");
        assert_eq!(dig["created_by"], user.id);
        assert!(dig.list("assignee_ids").contains(&json!(user.id)), "{dig}");
        let dig = at(&format!("/tasks/{}", dig.id())).await.ok();
        assert_eq!(dig["description"], format!("Ask [@Bob](mention:{})", user.id));
        assert!(dig.str("description_html").contains(&format!("data-mention=\"{}\"", user.id)), "{dig}");
        let comments = self.project.comments(&dig).await;
        assert_eq!(comments[0]["author_id"], user.id);
        assert!(comments[0]["reactions"][0].list("user_ids").contains(&json!(user.id)), "{comments:?}");
        assert_eq!(comments[1]["body"], format!("[@Bob](mention:{}), when?", user.id));
        let archived = at("/tasks?status=archived").await.ok().list("items");
        assert_eq!(archived[0]["assignee_ids"], json!([user.id]), "{archived:?}");
        let views = at("/views").await.ok().list("items");
        assert_eq!(views[0]["filter"], format!("assignee={}", user.id));
        for part in [json!(comments), json!(archived), json!(views), dig] {
            assert!(!part.to_string().contains(guest), "{part}");
        }
        self.project.settle().await;
    }
}

#[tokio::test]
async fn a_guest_becomes_real_when_the_person_joins() {
    let moved = Moved::new().await;
    let (guest, other) = (moved.guest("Bob").await, moved.guest("Alice").await);
    assert_eq!((guest["email"].as_str(), guest["disabled"].clone()), (Some(moved.bob.email.as_str()), json!(true)));
    let secret = moved.project.invite("editor").await.str("secret");
    moved.bob.post("/invitations/accept").json(json!({"secret": secret})).await.ok();
    let told = moved.project.told().await;
    assert_eq!(each(&told, "type"), ["member.added", "member.merged"]);
    assert_eq!(told[1]["actor"]["id"], moved.bob.id);
    assert_eq!(told[1]["removed"]["members"], json!([guest.id()]));
    moved.is_of(&moved.bob, &guest.id()).await;
    let member = moved.project.find("members", &moved.bob.id).await.unwrap();
    assert_eq!((member["role"].as_str(), &member["disabled"]), (Some("editor"), &json!(false)));
    // It is what a person has who did it here.
    let board = moved.project.board().await;
    assert!(board.list("members").iter().any(|member| member["id"] == other.id()), "who did not join stays a guest");
    let dig = titled(&board, "Dig");
    let said = moved.project.comments(&dig).await.remove(0);
    let path = moved.project.at(&format!("/comments/{}", said.id()));
    moved.bob.patch(&path).json(json!({"body": "Now"})).await.ok();
    let news = moved.bob.get("/me/notifications").await.ok().list("items");
    let assigned: Vec<_> = news.iter().filter(|one| one["kind"] == "assigned").collect();
    assert!(assigned.is_empty(), "nothing of it is news: {assigned:?}");
    assert_eq!(moved.bob.get(&moved.project.task_at(&dig, "/watch")).await.ok()["watching"], true);
}

#[tokio::test]
async fn a_manager_says_who_a_guest_is() {
    let moved = Moved::new().await;
    let guest = moved.guest("Bob").await;
    let person = moved.app.sign_up("Bob the second").await;
    moved.project.add(&person, "viewer").await;
    // Who was assigned beside the guest is so once.
    let dig = titled(&moved.project.board().await, "Dig");
    let path = moved.project.task_at(&dig, &format!("/assignees/{}", person.id));
    moved.charlie.put(&path).await.ok();
    moved.project.told().await;
    let member = moved.merge(&moved.charlie, &guest, &person).await.ok();
    assert_eq!((member.id(), member["role"].as_str()), (person.id.clone(), Some("viewer")));
    let event = moved.project.told_only("member.merged").await;
    assert_eq!(event["actor"]["id"], moved.charlie.id);
    let dig = titled(&moved.project.board().await, "Dig");
    let mut both = [person.id.clone(), moved.guest("Alice").await.id()];
    both.sort();
    assert_eq!(dig["assignee_ids"], json!(both));
    moved.is_of(&person, &guest.id()).await;
    // It is not undone, alone or in a run: whose what was is written nowhere else.
    let (seq, undo) = (event.int("seq"), moved.project.at(&format!("/events/{}/undo", event.int("seq"))));
    moved.charlie.post(&undo).await.problem(409, "not_undoable");
    let run = json!({"from_seq": seq - 1, "to_seq": seq});
    moved.charlie.post(&moved.project.at("/undo")).json(run).await.problem(409, "not_undoable");
    moved.merge(&moved.charlie, &guest, &person).await.not_found();
}

#[tokio::test]
async fn every_open_page_is_told_of_all_that_became_anothers() {
    let moved = Moved::new().await;
    let guest = moved.guest("Bob").await;
    let dig = titled(&moved.project.board().await, "Dig");
    let comments = moved.project.comments(&dig).await;
    let mut stream = moved.charlie.stream(&moved.project.at("/events")).await;
    stream.hello().await;
    moved.project.add(&moved.bob, "editor").await;
    stream.change().await;
    let event = stream.change().await;
    assert_eq!(event["type"], "member.merged");
    let changes = &event["changes"];
    let task = with_id(&changes.list("tasks"), &dig.id()).clone();
    assert_eq!(task["created_by"], moved.bob.id);
    assert!(task.get("title").is_none() && task.get("description").is_some(), "only what differs: {task}");
    let told = changes.list("comments");
    assert_eq!(with_id(&told, &comments[0].id())["author_id"], moved.bob.id);
    assert!(with_id(&told, &comments[1].id()).get("author_id").is_none());
    assert!(!changes.to_string().contains(&guest.id()), "{changes}");
    // What events tell of comments is what a page reads.
    let mut held = crate::support::replay::State::default();
    for comment in &comments {
        let whole = json!({"seq": comment.version(), "changes": {"comments": [comment]}});
        held.apply_loaded(&whole);
    }
    held.apply_loaded(&json!({"seq": event["seq"], "changes": {"comments": told}}));
    let mut read = crate::support::replay::State::default();
    for comment in moved.project.comments(&dig).await {
        let whole = json!({"seq": comment.version(), "changes": {"comments": [comment]}});
        read.apply_loaded(&whole);
    }
    assert_eq!(held.difference(&read), "");
    // The past is what it was.
    let before = moved.charlie.get(&moved.project.at(&format!("/board?at={}", event.int("seq") - 1))).await.ok();
    assert_eq!(titled(&before, "Dig")["created_by"], guest.id());
}

#[tokio::test]
async fn the_same_file_again_finds_the_member() {
    let moved = Moved::new().await;
    moved.project.add(&moved.bob, "editor").await;
    let before = moved.project.board().await;
    let again = import(&moved.charlie, "old.json", moved.file.as_bytes()).await;
    assert_eq!(again["report"].int("events"), 0, "{again}");
    // A newer one, in which Bob has said something more.
    let mut newer: Value = serde_json::from_str(&moved.file).unwrap();
    let tasks = newer["tasks"].as_array_mut().unwrap();
    let dig = tasks.iter_mut().find(|task| task["title"] == "Dig").unwrap();
    let mut comment = dig["comments"][0].clone();
    comment["id"] = json!(nobody());
    comment["body"] = json!("And later");
    dig["comments"].as_array_mut().unwrap().push(comment);
    import(&moved.charlie, "old.json", newer.to_string().as_bytes()).await;
    let board = moved.project.board().await;
    assert_eq!(board.list("members").len(), before.list("members").len(), "no new guest");
    let comments = moved.project.comments(&titled(&board, "Dig")).await;
    let later = comments.iter().find(|comment| comment["body"] == "And later").unwrap();
    assert_eq!(later["author_id"], moved.bob.id);
}

#[tokio::test]
async fn only_managers_say_who_a_guest_is_and_only_a_member_it_may_be() {
    let moved = Moved::new().await;
    let guest = moved.guest("Bob").await;
    let project = &moved.project;
    let (editor, manager) = (moved.app.sign_up("Editor").await, moved.app.sign_up("Manager").await);
    project.add(&editor, "editor").await;
    project.add(&manager, "manager").await;
    let before = project.board().await;
    moved.merge(&editor, &guest, &editor).await.problem(403, "forbidden");
    moved.merge(&moved.bob, &guest, &moved.bob).await.not_found();
    moved.merge(&manager, &guest, &moved.bob).await.invalid("/user_id");
    let other = moved.guest("Alice").await;
    let into_guest = project.at(&format!("/members/{}/merge", guest.id()));
    for id in [other.id(), guest.id(), nobody()] {
        manager.post(&into_guest).json(json!({"user_id": id})).await.invalid("/user_id");
    }
    manager.post(&into_guest).json(json!({})).await.invalid("/user_id");
    let real = json!({"id": editor.id});
    moved.merge(&manager, &real, &manager).await.problem(409, "not_a_guest");
    moved.merge(&manager, &json!({"id": nobody()}), &manager).await.not_found();
    // A guest of another project is none here.
    let elsewhere = manager.project().await;
    let path = elsewhere.at(&format!("/members/{}/merge", guest.id()));
    manager.post(&path).json(json!({"user_id": manager.id})).await.not_found();
    assert_eq!(project.board().await, before);
    // Taken along, a guest is known by the same address in the next place.
    let export = moved.charlie.get(&project.at("/export")).await.ok();
    assert_eq!(with_id(&export.list("people"), &guest.id())["email"], moved.bob.email);
    let export = editor.get(&project.at("/export")).await;
    assert!(!export.text.contains(&moved.bob.email), "{}", export.text);
    // Others do not learn the addresses of guests.
    let seen = editor.get(&project.at("/members")).await;
    assert!(!seen.text.contains(&moved.bob.email), "{}", seen.text);
    // Who is a guest by name only, or of another address, stays one.
    project.add(&moved.alice, "viewer").await;
    let members = project.board().await.list("members");
    assert!(members.iter().any(|member| member.id() == guest.id()));
    assert!(!members.iter().any(|member| member.id() == other.id()), "Alice's guest went with her coming");
}
