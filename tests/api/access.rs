//! Who may what: every operation of the served document against every row of the role table.
//! A refused call also proves that nothing changed; an operation without a line here fails.

mod table;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::table::{Rule, table};
use crate::{
    imports::import_with,
    support::{Auth, Fields, Project, User, app, nobody, png},
};

/// A project with one of everything, and somebody of every kind.
struct Fixture {
    project: Project,
    home: String,
    ids: BTreeMap<&'static str, String>,
}

impl Fixture {
    async fn new(cast: &Cast) -> Self {
        let owner = cast.owner.unchecked();
        let project = owner.project().await;
        for (user, role) in &cast.members {
            let path = project.at(&format!("/members/{}", user.id));
            owner.put(&path).json(json!({"role": role})).await.ok();
        }
        let home = project.column("Home").await;
        let empty = project.column("Empty").await;
        let task = project.task_with(&home, json!({"title": "Task", "description": "- [ ] box"})).await;
        let name = task.str("description_html").split('"').find(|part| part.ends_with("-1")).unwrap().to_owned();
        let comment = project.comment(&task, "A comment").await;
        let other = project.task(&home, "Other").await;
        let label = project.label("label").await;
        let milestone = project.milestone("milestone").await;
        let item = project.checklist_item(&task, "item").await;
        let attachment = project.attach(&task, "picture.png", &png(3, 2)).await;
        project.dependency(&task, &other, 0).await;
        let invitation = project.invite("viewer").await;
        let trashed = project.task(&home, "Trashed").await;
        owner.delete(&project.task_at(&trashed, "")).await.no_content();
        owner.put(&project.task_at(&other, "/completion")).await.ok();
        let last = project.seq().await;
        let view = json!({"name": "View", "layout": "board", "shared": true});
        let view = owner.post(&project.at("/views")).json(view).await.created();
        let webhook = json!({"url": "https://hooks.invalid/x", "active": false});
        let webhook = owner.post(&project.at("/webhooks")).json(webhook).await.created();
        let ids = BTreeMap::from([
            ("project", project.id.clone()),
            ("column", empty.id()),
            ("task", task.id()),
            ("other", other.id()),
            ("label", label.id()),
            ("milestone", milestone.id()),
            ("item", item.id()),
            ("attachment", attachment.id()),
            ("box", name),
            ("comment", comment.id()),
            ("emoji", "%F0%9F%91%8D".into()),
            ("invitation", invitation.id()),
            ("view", view.id()),
            ("webhook", webhook.id()),
            ("trashed", trashed.id()),
            ("seq", last.to_string()),
            ("user", cast.target.clone()),
            ("session", nobody()),
            ("token", nobody()),
            ("notification", nobody()),
            ("mail", nobody()),
            ("import", nobody()),
            ("calendar", nobody()),
            ("guest", nobody()),
            ("deleted", nobody()),
        ]);
        let home = home.id();
        Self { project, home, ids }
    }

    /// Lets a file bring a person who has no account.
    async fn bring_guest(&mut self, owner: &User) {
        let file = json!({"boardcast": {"export": 1}, "project": {"name": "Old", "key": "OLD"},
            "people": [{"id": nobody(), "name": "Somebody"}], "columns": [{"id": "c", "name": "Home"}],
            "tasks": [{"id": "t", "number": 1, "title": "Old", "column_id": "c"}]});
        let mut file = file;
        file["tasks"][0]["created_by"] = file["people"][0]["id"].clone();
        let query = format!("?project_id={}", self.project.id);
        import_with(owner, &query, "old.json", file.to_string().as_bytes(), &[]).await;
        let members = owner.get(&self.project.at("/members")).await.ok().list("items");
        let guest = members.iter().find(|member| member["guest"] == true).unwrap();
        self.ids.insert("guest", guest.id());
    }

    /// The event to undo.
    fn seq(&self) -> i64 {
        self.ids["seq"].parse().unwrap_or(1)
    }

    fn path(&self, template: &str) -> String {
        let mut path = template.to_owned();
        for (name, id) in &self.ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "no value for a parameter of {path}");
        path
    }
}

struct Cast {
    owner: User,
    /// Who is in the fixture's project, as what.
    members: Vec<(User, &'static str)>,
    /// A viewer who is promoted, assigned, removed.
    target: String,
    /// Not signed in any more, or never: 401 wherever signing in matters.
    nobodies: Vec<(&'static str, User)>,
    /// Signed in and not a member: the project does not exist for them.
    strangers: Vec<(&'static str, User)>,
}

impl Cast {
    async fn new() -> Self {
        let (app, owner, viewer, stranger) = app().await;
        let introduce = owner.project().await;
        let mut members = vec![(viewer, "viewer")];
        for role in ["commenter", "editor", "manager"] {
            members.push((app.sign_up(role).await, role));
        }
        let target = app.sign_up("Target").await;
        members.push((target.clone(), "viewer"));
        for (user, _) in &members {
            introduce.add(user, "viewer").await;
        }
        let target = target.id;

        let admin = app.administrator().await;
        let disabled = app.sign_up("Disabled").await;
        let path = format!("/admin/users/{}", disabled.id);
        admin.patch(&path).json(json!({"disabled": true})).await.ok();
        let revoked = app.sign_up("Revoked").await;
        let session = revoked.by_cookie().await;
        let token = session.get("/tokens").await.ok().list("items")[0].id();
        session.delete(&format!("/tokens/{token}")).await.no_content();
        let signed_out = session;
        signed_out.delete("/session").await.no_content();
        let removed = app.sign_up("Removed").await;
        introduce.add(&removed, "manager").await;
        let path = introduce.at(&format!("/members/{}", removed.id));
        owner.delete(&path).await.no_content();

        // The owner himself, through a token that was given for something else.
        let elsewhere = json!({"project_ids": [introduce.id]});
        let elsewhere = owner.by_cookie().await.by_token(elsewhere).await;
        Self {
            nobodies: vec![
                ("nobody", app.anonymous()),
                ("a disabled user", disabled),
                ("a revoked token", revoked),
                ("a session that ended", signed_out),
                ("nonsense", app.anonymous().with(Auth::Token("bc_x".into()))),
            ],
            strangers: vec![
                ("a stranger", stranger),
                ("a removed member", removed),
                ("the administrator", admin),
                ("a token for another project", elsewhere),
            ],
            owner,
            members,
            target,
        }
    }

    fn everybody(&self) -> Vec<(String, User)> {
        let mut all = vec![("owner".to_owned(), self.owner.clone())];
        let members = self.members.iter().take(4);
        all.extend(members.map(|(user, role)| ((*role).to_owned(), user.clone())));
        all
    }
}

/// Whether a role of a project is let through.
fn allows(rule: Rule, who: &str) -> bool {
    let level = ["viewer", "commenter", "editor", "manager", "owner"].iter().position(|role| *role == who).unwrap();
    match rule {
        Rule::Read | Rule::Personal => true,
        Rule::Comment => level >= 1,
        Rule::Write | Rule::Look => level >= 2,
        Rule::Delete | Rule::Moderate | Rule::Manage | Rule::Members | Rule::Archive => level >= 3,
        Rule::Own | Rule::Author => level >= 4,
        _ => unreachable!("{rule:?} is not about a project"),
    }
}

fn in_project(rule: Rule) -> bool {
    !matches!(rule, Rule::Public | Rule::Myself | Rule::Session | Rule::Admin | Rule::Orphan)
}

/// Status and code; the body of a stream that was let through is not waited for.
async fn ask(user: &User, fixture: &Fixture, operation: &str, body: Value) -> (u16, String) {
    let (method, template) = operation.split_once(' ').unwrap();
    let mut call = user.call(method.parse().unwrap(), &fixture.path(template));
    if template.ends_with("/events") || template.ends_with("/live") {
        call = call.header("Accept", "text/event-stream");
    }
    if method == "POST" && template.ends_with("/attachments") {
        let named = format!("{}?name=x.txt", fixture.path(template));
        call = user.post(&named).bytes("application/octet-stream", "x").header("X-Boardcast", "1");
    }
    if operation == "POST /imports" {
        let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\nTitle,Status\nx,y\n\r\n--b--\r\n";
        call = call.bytes("multipart/form-data; boundary=b", form).header("X-Boardcast", "1");
    }
    if !body.is_null() {
        call = call.json(body);
    }
    let response = call.open().await.unwrap();
    let status = response.status().as_u16();
    if status < 300 {
        return (status, String::new());
    }
    let problem: Value = response.json().await.unwrap();
    (status, problem.str("code"))
}

fn operations(document: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        for (method, operation) in methods.as_object().unwrap() {
            if operation.get("responses").is_some() {
                all.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    all
}

#[tokio::test]
async fn every_operation_has_a_line_in_the_table() {
    let (app, ..) = app().await;
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let served = operations(&document);
    let listed: BTreeSet<_> = table().iter().map(|(name, ..)| (*name).to_owned()).collect();
    let missing: Vec<_> = served.difference(&listed).collect();
    assert!(missing.is_empty(), "who may call {missing:?}?");
    let gone: Vec<_> = listed.difference(&served).collect();
    assert!(gone.is_empty(), "not served: {gone:?}");
}

#[tokio::test]
async fn nobody_gets_in_without_being_signed_in() {
    let cast = Cast::new().await;
    let fixture = Fixture::new(&cast).await;
    let before = fixture.project.board().await;
    for (operation, rule, body) in table() {
        if rule == Rule::Public {
            continue;
        }
        for (who, user) in &cast.nobodies {
            let answer = ask(user, &fixture, operation, body(&fixture)).await;
            assert_eq!(answer, (401, "unauthenticated".into()), "{operation} by {who}");
        }
    }
    assert_eq!(fixture.project.board().await, before);
}

#[tokio::test]
async fn for_strangers_the_project_does_not_exist() {
    let cast = Cast::new().await;
    let fixture = Fixture::new(&cast).await;
    let never = Fixture {
        ids: fixture.ids.keys().map(|name| (*name, nobody())).collect(),
        project: fixture.project.clone(),
        home: nobody(),
    };
    let before = fixture.project.board().await;
    for (operation, rule, body) in table() {
        if !in_project(rule) {
            continue;
        }
        for (who, user) in &cast.strangers {
            let answer = ask(user, &fixture, operation, body(&fixture)).await;
            assert_eq!(answer, (404, "not_found".into()), "{operation} by {who}");
            assert_eq!(ask(user, &never, operation, body(&never)).await, answer);
            // Nor does it begin to exist when the body is wrong.
            let answer = ask(user, &fixture, operation, json!({"x": 1})).await;
            assert_eq!(answer.0, 404, "{operation} by {who} with a wrong body");
        }
    }
    assert_eq!(fixture.project.board().await, before);
}

#[tokio::test]
async fn a_role_too_low_is_refused_and_changes_nothing() {
    let cast = Cast::new().await;
    let fixture = Fixture::new(&cast).await;
    let reader = cast.owner.by_cookie().await.by_token(json!({"scopes": ["read"]})).await;
    let mut before = fixture.project.board().await;
    for (operation, rule, body) in table() {
        if !in_project(rule) {
            continue;
        }
        let mut refused: Vec<_> = cast.everybody();
        refused.retain(|(role, _)| !allows(rule, role));
        if !operation.starts_with("GET ") {
            refused.push(("the owner's token that only reads".into(), reader.clone()));
        }
        for (who, user) in refused {
            let code = if who.contains("token") { "insufficient_scope" } else { "forbidden" };
            let answer = ask(&user, &fixture, operation, body(&fixture)).await;
            assert_eq!(answer, (403, code.into()), "{operation} by {who}");
            let after = fixture.project.board().await;
            assert_eq!(after, before, "{operation} by {who} was refused and changed something");
            before = after;
        }
    }
}

#[tokio::test]
async fn a_role_high_enough_is_let_through_and_replays() {
    let cast = Cast::new().await;
    for (operation, rule, body) in table() {
        if !in_project(rule) {
            continue;
        }
        for (role, user) in cast.everybody() {
            if !allows(rule, &role) {
                continue;
            }
            let mut fixture = Fixture::new(&cast).await;
            if operation.contains("{guest}") {
                fixture.bring_guest(&cast.owner.unchecked()).await;
            }
            let answer = ask(&user, &fixture, operation, body(&fixture)).await;
            assert!(answer.0 < 300, "{operation} by {role}: {answer:?}");
            if rule != Rule::Own {
                fixture.project.settle().await;
            }
        }
    }
}

#[tokio::test]
async fn an_archived_project_takes_no_change() {
    let cast = Cast::new().await;
    let fixture = Fixture::new(&cast).await;
    let owner = &cast.owner;
    owner.put(&fixture.project.at("/archive")).await.ok();
    let before = fixture.project.board().await;
    for (operation, rule, body) in table() {
        if !matches!(
            rule,
            Rule::Read | Rule::Comment | Rule::Moderate | Rule::Author | Rule::Write | Rule::Delete | Rule::Manage
        ) {
            continue;
        }
        let answer = ask(owner, &fixture, operation, body(&fixture)).await;
        if rule == Rule::Read {
            assert!(answer.0 < 300, "{operation}: {answer:?}");
        } else {
            assert_eq!(answer, (409, "project_archived".into()), "{operation}");
        }
    }
    assert_eq!(fixture.project.board().await, before);
}

#[tokio::test]
async fn the_console_is_for_administrators_in_a_browser() {
    let cast = Cast::new().await;
    let fixture = Fixture::new(&cast).await;
    let admin = cast.owner.app.administrator().await;
    let by_token = admin.by_token(json!({})).await;
    for (operation, rule, body) in table() {
        if !matches!(rule, Rule::Admin | Rule::Orphan) {
            continue;
        }
        let mut refused = cast.everybody();
        refused.push(("the administrator's token".into(), by_token.clone()));
        for (who, user) in refused {
            let answer = ask(&user, &fixture, operation, body(&fixture)).await;
            assert_eq!(answer, (404, "not_found".into()), "{operation} by {who}");
        }
        let answer = ask(&admin, &fixture, operation, body(&fixture)).await;
        // No project without an owner, no mail that failed, no such session or token.
        let unknown = ["{mail}", "{session}", "{token}"].iter().any(|name| operation.contains(name));
        if rule == Rule::Orphan || unknown {
            assert_eq!(answer, (404, "not_found".into()), "{operation}");
        } else {
            assert!(answer.0 < 300, "{operation}: {answer:?}");
        }
    }
    fixture.project.settle().await;
}

#[tokio::test]
async fn what_is_about_the_session_takes_no_token() {
    let cast = Cast::new().await;
    let fixture = Fixture::new(&cast).await;
    for (operation, rule, body) in table() {
        // Reading who one is by a token that names the same person gives nothing away.
        if rule != Rule::Session || operation.starts_with("GET ") {
            continue;
        }
        let answer = ask(&cast.owner, &fixture, operation, body(&fixture)).await;
        assert_eq!(answer, (403, "session_required".into()), "{operation}");
    }
}

#[tokio::test]
async fn each_id_of_another_project_is_not_found() {
    let cast = Cast::new().await;
    let mine = Fixture::new(&cast).await;
    let theirs = Fixture::new(&cast).await;
    let (before, there) = (mine.project.board().await, theirs.project.board().await);
    for (operation, rule, body) in table() {
        if !in_project(rule) {
            continue;
        }
        for name in ["column", "task", "other", "label", "milestone", "item", "attachment", "invitation", "webhook"] {
            if !operation.contains(&format!("{{{name}}}")) {
                continue;
            }
            let swapped = |id: String| {
                let mut ids = mine.ids.clone();
                ids.insert(name, id);
                Fixture { project: mine.project.clone(), home: mine.home.clone(), ids }
            };
            let foreign = swapped(theirs.ids[name].clone());
            let answer = ask(&cast.owner, &foreign, operation, body(&mine)).await;
            let random = swapped(nobody());
            let never = ask(&cast.owner, &random, operation, body(&mine)).await;
            assert_eq!(answer, never, "{operation} with the {name} of another project");
            // Taking away what is not there may be no error; adding it always is.
            let absent = answer.0 == 404 || (operation.starts_with("DELETE") && answer.0 < 300);
            assert!(absent, "{operation} with the {name} of another project: {answer:?}");
        }
    }
    assert_eq!(theirs.project.board().await, there);
    assert_eq!(mine.project.board().await, before);
}
