//! Who may what: every operation of the served document against every row of the role table.
//! A refused call also proves that nothing changed; an operation without a line here fails.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{Auth, Browser, Fields, Project, User, app, nobody, png};

/// The columns of the role table in docs: who is let through.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// Anybody, signed in or not.
    Public,
    /// Anybody who is signed in, about himself.
    Myself,
    /// The same, but only in a browser: a leaked token must not renew itself.
    Session,
    Read,
    /// What a reader keeps for himself, in an archived project too.
    Personal,
    Comment,
    /// One's own comments: of others, from manager up.
    Moderate,
    /// Nobody but who wrote it: the owner here.
    Author,
    Write,
    /// What editors read, in an archived project too.
    Look,
    /// Deleting and archiving tasks: of others, from manager up.
    Delete,
    Manage,
    /// Members and roles, of somebody below.
    Members,
    Own,
    Admin,
    /// Administrators, where no owner can sign in; a project with an owner does not exist for them.
    Orphan,
    /// Archiving a project and back: the one change that an archived project takes.
    Archive,
}

type Body = fn(&Fixture) -> Value;
const NOTHING: Body = |_| Value::Null;

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table has a line for each operation")]
fn table() -> Vec<(&'static str, Rule, Body)> {
    use Rule::{
        Admin, Archive, Author, Comment, Delete, Look, Manage, Members, Moderate, Myself, Orphan, Own, Personal, Public, Read, Session, Write,
    };
    vec![
        ("GET /instance", Public, NOTHING),
        ("POST /session", Public, |_| json!({"email": "x@example.com", "password": "wrong-password"})),
        ("POST /users", Public, |_| json!({})),
        ("POST /invitations/preview", Public, |_| json!({"secret": "x"})),
        ("GET /session", Session, NOTHING),
        ("DELETE /session", Session, NOTHING),
        ("POST /invitations/accept", Myself, |_| json!({"secret": "x"})),
        ("GET /me", Myself, NOTHING),
        ("PATCH /me", Myself, |_| json!({})),
        ("PUT /me/password", Session, |_| json!({"current_password": "wrong-password", "new_password": "violet-harbour-9"})),
        ("GET /me/sessions", Session, NOTHING),
        ("DELETE /me/sessions/{session}", Session, NOTHING),
        ("GET /me/notifications", Myself, NOTHING),
        ("PUT /me/notifications/read", Myself, |_| json!({})),
        ("PUT /me/notifications/{notification}/read", Myself, NOTHING),
        ("GET /me/notification-settings", Myself, NOTHING),
        ("PATCH /me/notification-settings", Myself, |_| json!({})),
        ("GET /me/push", Session, NOTHING),
        ("PATCH /me/push", Session, |_| json!({})),
        ("PUT /me/push/subscription", Session, |_| Browser::new("x").at("https://push.example.org")),
        ("DELETE /me/push/subscription", Session, NOTHING),
        ("GET /tokens", Session, NOTHING),
        ("POST /tokens", Session, |_| json!({"name": "x", "scopes": ["read"]})),
        ("DELETE /tokens/{token}", Session, NOTHING),
        ("GET /admin/users", Admin, NOTHING),
        ("PATCH /admin/users/{user}", Admin, |_| json!({})),
        ("GET /admin/projects", Admin, NOTHING),
        ("GET /admin/mails", Admin, NOTHING),
        ("POST /admin/mails/{mail}/retry", Admin, NOTHING),
        ("DELETE /admin/mails/{mail}", Admin, NOTHING),
        ("PUT /admin/projects/{project}/owner", Orphan, |f| json!({"user_id": f.ids["user"]})),
        ("GET /events", Myself, NOTHING),
        ("GET /projects", Myself, NOTHING),
        ("GET /search", Myself, NOTHING),
        ("GET /me/tasks", Myself, NOTHING),
        ("POST /projects", Myself, |_| json!({"name": "Another", "template": "empty"})),

        ("GET /projects/{project}", Read, NOTHING),
        ("PATCH /projects/{project}", Manage, |_| json!({"name": "Renamed"})),
        ("DELETE /projects/{project}", Own, NOTHING),
        ("PUT /projects/{project}/archive", Archive, NOTHING),
        ("DELETE /projects/{project}/archive", Archive, NOTHING),
        ("GET /projects/{project}/board", Read, NOTHING),
        ("GET /projects/{project}/events", Read, NOTHING),
        ("GET /projects/{project}/members", Read, NOTHING),
        ("PUT /projects/{project}/members/{user}", Members, |_| json!({"role": "commenter"})),
        ("DELETE /projects/{project}/members/{user}", Members, NOTHING),
        ("GET /projects/{project}/people", Members, NOTHING),
        ("GET /projects/{project}/invitations", Members, NOTHING),
        ("POST /projects/{project}/invitations", Members, |_| json!({"role": "viewer"})),
        ("DELETE /projects/{project}/invitations/{invitation}", Members, NOTHING),
        ("POST /projects/{project}/columns", Manage, |_| json!({"name": "New"})),
        ("PATCH /projects/{project}/columns/{column}", Manage, |_| json!({"name": "Renamed"})),
        ("PUT /projects/{project}/columns/{column}/position", Manage, |_| json!({"after": null})),
        ("DELETE /projects/{project}/columns/{column}", Manage, NOTHING),
        ("GET /projects/{project}/tasks", Read, NOTHING),
        ("POST /projects/{project}/tasks", Write, |f| json!({"title": "New", "column_id": f.home})),
        ("GET /projects/{project}/tasks/{task}", Read, NOTHING),
        ("PATCH /projects/{project}/tasks/{task}", Write, |_| json!({"title": "Renamed"})),
        ("DELETE /projects/{project}/tasks/{task}", Delete, NOTHING),
        ("PUT /projects/{project}/tasks/{task}/position", Write, |f| json!({"column_id": f.home, "before": null})),
        ("PUT /projects/{project}/tasks/{task}/assignees/{user}", Write, NOTHING),
        ("DELETE /projects/{project}/tasks/{task}/assignees/{user}", Write, NOTHING),
        ("PUT /projects/{project}/tasks/{task}/labels/{label}", Write, NOTHING),
        ("DELETE /projects/{project}/tasks/{task}/labels/{label}", Write, NOTHING),
        ("PUT /projects/{project}/tasks/{task}/completion", Write, NOTHING),
        ("DELETE /projects/{project}/tasks/{task}/completion", Write, NOTHING),
        ("POST /projects/{project}/duplicate", Read, |_| json!({"name": "Copy"})),
        ("PUT /projects/{project}/pin", Personal, NOTHING),
        ("DELETE /projects/{project}/pin", Personal, NOTHING),
        ("GET /projects/{project}/views", Read, NOTHING),
        ("POST /projects/{project}/views", Personal, |_| json!({"name": "Mine", "layout": "board"})),
        ("PATCH /projects/{project}/views/{view}", Moderate, |_| json!({})),
        ("DELETE /projects/{project}/views/{view}", Moderate, NOTHING),
        ("POST /projects/{project}/tasks/{task}/duplicate", Write, NOTHING),
        ("GET /projects/{project}/quiet-tasks", Read, NOTHING),
        ("GET /projects/{project}/activity", Read, NOTHING),
        ("GET /projects/{project}/tasks/{task}/activity", Read, NOTHING),
        ("GET /projects/{project}/changes", Read, NOTHING),
        ("POST /projects/{project}/events/{seq}/undo", Write, NOTHING),
        ("POST /projects/{project}/undo", Write, |f| json!({"from_seq": f.seq(), "to_seq": f.seq()})),
        ("GET /projects/{project}/trash", Look, NOTHING),
        ("POST /projects/{project}/trash/{trashed}/restore", Delete, NOTHING),
        ("DELETE /projects/{project}/trash/{trashed}", Manage, NOTHING),
        ("POST /projects/{project}/tasks/bulk", Write, |f| json!({"task_ids": [f.ids["task"]], "patch": {"estimate": 3}})),
        ("PUT /projects/{project}/tasks/{task}/archive", Delete, NOTHING),
        ("DELETE /projects/{project}/tasks/{task}/archive", Delete, NOTHING),
        ("PUT /projects/{project}/tasks/{task}/dependencies/{other}", Write, |_| json!({"lag_days": 2})),
        ("DELETE /projects/{project}/tasks/{task}/dependencies/{other}", Write, NOTHING),
        ("PUT /projects/{project}/tasks/{task}/schedule", Write, |_| json!({"due_on": "2026-12-24", "dependents": "keep"})),
        ("POST /projects/{project}/tasks/{task}/checklist", Write, |_| json!({"text": "New"})),
        ("PATCH /projects/{project}/tasks/{task}/checklist/{item}", Write, |_| json!({"done": true})),
        ("PUT /projects/{project}/tasks/{task}/checklist/{item}/position", Write, |_| json!({"after": null})),
        ("DELETE /projects/{project}/tasks/{task}/checklist/{item}", Write, NOTHING),
        ("PUT /projects/{project}/tasks/{task}/boxes/{box}", Write, NOTHING),
        ("DELETE /projects/{project}/tasks/{task}/boxes/{box}", Write, NOTHING),
        ("GET /projects/{project}/tasks/{task}/comments", Read, NOTHING),
        ("POST /projects/{project}/tasks/{task}/comments", Comment, |_| json!({"body": "New"})),
        ("PATCH /projects/{project}/comments/{comment}", Author, |_| json!({"body": "Edited"})),
        ("DELETE /projects/{project}/comments/{comment}", Moderate, NOTHING),
        ("PUT /projects/{project}/comments/{comment}/reactions/{emoji}", Comment, NOTHING),
        ("DELETE /projects/{project}/comments/{comment}/reactions/{emoji}", Comment, NOTHING),
        ("POST /projects/{project}/preview", Read, |_| json!({"text": "*x*"})),
        ("GET /projects/{project}/tasks/{task}/watch", Read, NOTHING),
        ("PUT /projects/{project}/tasks/{task}/watch", Personal, NOTHING),
        ("DELETE /projects/{project}/tasks/{task}/watch", Personal, NOTHING),
        ("GET /projects/{project}/mute", Read, NOTHING),
        ("PUT /projects/{project}/mute", Personal, NOTHING),
        ("DELETE /projects/{project}/mute", Personal, NOTHING),
        ("POST /projects/{project}/labels", Manage, |_| json!({"name": "New", "colour": "#000000"})),
        ("PATCH /projects/{project}/labels/{label}", Manage, |_| json!({"name": "Renamed"})),
        ("DELETE /projects/{project}/labels/{label}", Manage, NOTHING),
        ("GET /projects/{project}/tasks/{task}/attachments", Read, NOTHING),
        ("POST /projects/{project}/tasks/{task}/attachments", Write, NOTHING),
        ("PATCH /projects/{project}/attachments/{attachment}", Write, |_| json!({"name": "renamed.png"})),
        ("DELETE /projects/{project}/attachments/{attachment}", Delete, NOTHING),
        ("GET /projects/{project}/attachments/{attachment}/content", Read, NOTHING),
        ("GET /projects/{project}/attachments/{attachment}/thumbnail", Read, NOTHING),
        ("GET /projects/{project}/timeline", Read, NOTHING),
        ("POST /projects/{project}/milestones", Write, |_| json!({"name": "New"})),
        ("PATCH /projects/{project}/milestones/{milestone}", Write, |_| json!({"name": "Renamed"})),
        ("DELETE /projects/{project}/milestones/{milestone}", Delete, NOTHING),
    ]
}

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
            ("trashed", trashed.id()),
            ("seq", last.to_string()),
            ("user", cast.target.clone()),
            ("session", nobody()),
            ("token", nobody()),
            ("notification", nobody()),
            ("mail", nobody()),
        ]);
        let home = home.id();
        Self { project, home, ids }
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
    if template.ends_with("/events") {
        call = call.header("Accept", "text/event-stream");
    }
    if method == "POST" && template.ends_with("/attachments") {
        let named = format!("{}?name=x.txt", fixture.path(template));
        call = user.post(&named).bytes("application/octet-stream", "x").header("X-Boardcast", "1");
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
            let fixture = Fixture::new(&cast).await;
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
        // No project without an owner, and no mail that failed.
        if rule == Rule::Orphan || operation.contains("{mail}") {
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
        for name in ["column", "task", "other", "label", "milestone", "item", "attachment", "invitation"] {
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
