//! What other people's programs rely on: media types, methods, conditions, links, and that a refusal says what would do.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::support::{App, Auth, Fields, Project, User, app, nobody, own_app};

/// The operations of the document: path, method, description.
async fn operations(app: &App) -> Vec<(String, String, Value)> {
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push((path.clone(), method.to_uppercase(), operation.clone()));
        }
    }
    all
}

/// The path of an operation in this project; other ids lead nowhere.
fn path_in(project: &Project, template: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in template.split('/') {
        parts.push(match part {
            "{project}" => project.id.clone(),
            part if part.starts_with('{') => nobody(),
            part => part.to_owned(),
        });
    }
    parts.join("/")
}

/// A schema without references.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolved(document, document.pointer(reference.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

/// A value that fits a schema.
fn example(document: &Value, schema: &Value) -> Value {
    let schema = resolved(document, schema);
    let one_of = schema["oneOf"].as_array().into_iter().flatten().find(|one| one["type"] != "null");
    if let Some(one) = one_of {
        return example(document, one);
    }
    if let Some(example) = schema["examples"].get(0).or(schema["enum"].get(0)) {
        return example.clone();
    }
    let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("string");
    match kind {
        "array" => json!([example(document, &schema["items"])]),
        "object" => fields(schema)
            .map(|(name, of)| (name.clone(), example(document, of)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        "boolean" => json!(true),
        "integer" | "number" => json!(1),
        _ => json!("text"),
    }
}

fn fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

#[tokio::test]
async fn an_array_is_no_object_in_any_operation() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let session = alice.by_cookie().await;
    project.told().await;
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let mut asked = 0;
    for (template, method, operation) in operations(&app).await {
        let Some(content) = operation["requestBody"]["content"].get("application/json") else { continue };
        let schema = resolved(&document, &content["schema"]);
        let whole = example(&document, schema);
        // In the order of the fields, as serde would take them.
        let in_order: Vec<Value> = fields(schema).map(|(name, _)| whole[name].clone()).collect();
        let mut bodies = vec![(json!([]), String::new()), (json!(in_order), String::new())];
        for (name, of) in fields(schema) {
            if resolved(&document, of)["type"] == "object" {
                let mut body = whole.clone();
                body[name] = json!([]);
                bodies.push((body, format!("/{name}")));
            }
        }
        for (body, pointer) in bodies {
            let path = path_in(&project, &template);
            let answer = session.call(method.parse().unwrap(), &path).json(body.clone()).await;
            let shown = format!("{method} {template} {body}: {} {}", answer.status, answer.text);
            assert_eq!(answer.status, 422, "{shown}");
            let error = &answer.body["errors"][0];
            assert_eq!(error["pointer"], pointer, "{shown}");
            assert!(error.str("detail").contains("expected an object"), "{shown}");
            asked += 1;
        }
    }
    assert!(asked >= 40, "{asked}");
    project.told_nothing().await;
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let (_, alice, ..) = app().await;
    let body = "\u{feff}{\"name\":\"Garden\",\"template\":\"empty\"}";
    let project = alice.post("/projects").bytes("application/json", body).await.created();
    assert_eq!(project["name"], "Garden");
    let twice = format!("\u{feff}{body}");
    alice.post("/projects").bytes("application/json", twice).await.problem(400, "bad_request");
}

#[tokio::test]
async fn a_change_takes_a_merge_patch_by_its_own_name() {
    let (project, task) = task().await;
    let (alice, path) = (&project.by, project.task_at(&task, ""));
    for media in ["application/merge-patch+json", "Application/Merge-Patch+JSON; charset=\"UTF-8\"", "application/json"]
    {
        alice.patch(&path).bytes(media, r#"{"priority":"high"}"#).await.ok();
    }
    let refused = ["application/json-patch+json", "text/plain", "application/json; charset=utf-16"];
    for media in refused {
        let answer = alice.patch(&path).bytes(media, r#"{"title":"No"}"#).await;
        assert_eq!(answer.header("accept-patch"), "application/merge-patch+json, application/json", "{media}");
        answer.problem(415, "unsupported_media_type");
    }
    for media in refused.into_iter().chain(["application/merge-patch+json"]) {
        let answer = alice.post(&project.at("/columns")).bytes(media, r#"{"name":"No"}"#).await;
        assert_eq!((answer.header("accept"), answer.header("accept-patch")), ("application/json", ""), "{media}");
        answer.problem(415, "unsupported_media_type");
    }
    assert_eq!(alice.get(&path).await.ok()["title"], "Task");
}

async fn task() -> (Project, Value) {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    let task = project.task(&column, "Task").await;
    (project, task)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_body_may_be_compressed_by_gzip_and_by_nothing_else() {
    let (_, alice, ..) = app().await;
    let create = |bytes: Vec<u8>, coding: &str| {
        alice.post("/projects").bytes("application/json", bytes).header("Content-Encoding", coding)
    };
    let body = r#"{"name":"Packed","template":"empty"}"#;
    for coding in ["gzip", "GZIP", "x-gzip", "identity, gzip"] {
        assert_eq!(create(gzip(body), coding).await.created()["name"], "Packed", "{coding}");
    }
    create(body.into(), "identity").await.created();
    for coding in ["br", "deflate", "zstd", "gzip, gzip", "none"] {
        let answer = create(gzip(body), coding).await;
        assert_eq!(answer.header("accept-encoding"), "gzip", "{coding}");
        answer.problem(415, "unsupported_encoding");
    }
    create(body.into(), "gzip").await.problem(400, "bad_request");
    create(gzip(body)[..20].to_vec(), "gzip").await.problem(400, "bad_request");
    // Little on the wire, and more than a body may have when it is unpacked.
    let bomb = gzip(&format!("{{\"name\":\"{}\"}}", " ".repeat(3_000_000)));
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    create(bomb, "gzip").await.problem(413, "too_large");
    let names = alice.get("/projects").await.ok().list("items");
    assert_eq!(names.len(), 5);
}

#[tokio::test]
async fn who_takes_nothing_of_what_is_answered_is_told() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    for (template, method, operation) in operations(&app).await {
        let answers = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        let media: Vec<&String> =
            answers.filter_map(|(_, answer)| answer["content"].as_object()).flat_map(|of| of.keys()).collect();
        // Bytes of any type are for every client.
        let bytes = media.iter().any(|media| media.contains('*'));
        if media.is_empty() || bytes || operation["security"] == json!([]) {
            continue;
        }
        let path = path_in(&project, &template);
        let call = || alice.call(method.parse().unwrap(), &path);
        let answer = call().header("Accept", "image/png, font/ttf;q=0.5").await;
        let detail = answer.problem(406, "not_acceptable").str("detail");
        assert!(media.iter().all(|media| detail.contains(media.as_str())), "{method} {template}: {detail}");
    }
    let list = |accept: &str| alice.get("/projects").header("Accept", accept);
    for accept in ["*/*", "application/*", "text/html, application/json;q=0.1", "image/png, */*;q=0.01"] {
        list(accept).await.ok();
    }
    for accept in ["application/json;q=0", "application/json;q=0, */*", "text/*"] {
        list(accept).await.problem(406, "not_acceptable");
    }
}

#[tokio::test]
async fn the_log_is_a_page_unless_a_stream_is_asked_for() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let kind = async |path: &str, accept: &str| {
        let response = alice.get(path).header("Accept", accept).open().await.unwrap();
        (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap().to_owned())
    };
    let events = project.at("/events");
    for accept in ["*/*", "application/json", "text/event-stream;q=0, application/json", "text/event-stream;q=0.2, */*"]
    {
        assert_eq!(kind(&events, accept).await, (200, "application/json".into()), "{accept}");
    }
    for accept in
        ["text/event-stream", "text/event-stream, application/json", "application/json;q=0.9, text/event-stream"]
    {
        assert_eq!(kind(&events, accept).await, (200, "text/event-stream".into()), "{accept}");
    }
    for accept in ["*/*", "text/event-stream", "text/*"] {
        assert_eq!(kind("/events", accept).await, (200, "text/event-stream".into()), "{accept}");
    }
    for accept in ["application/json", "text/event-stream;q=0"] {
        assert_eq!(kind("/events", accept).await.0, 406, "{accept}");
    }
}

#[tokio::test]
async fn a_cursor_that_is_not_ascii_is_malformed_and_not_absent() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let Auth::Token(token) = &alice.auth else { unreachable!() };
    for path in [project.at("/events"), "/events".to_owned()] {
        let head = format!(
            "GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n"
        );
        let request = [head.as_bytes(), b"Last-Event-ID: \xff.1\r\n\r\n"].concat();
        let hello = app.raw_until(&request, "event: hello\n", "\n\n").await;
        assert!(hello.contains("\"status\":\"reset\""), "{hello}");
    }
}

#[tokio::test]
async fn every_address_says_which_methods_it_knows() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let operations = operations(&app).await;
    for (template, ..) in &operations {
        let path = path_in(&project, template);
        let mut known: Vec<&str> =
            operations.iter().filter(|(of, ..)| of == template).map(|(_, method, _)| method.as_str()).collect();
        if known.contains(&"GET") {
            known.push("HEAD");
        }
        known.push("OPTIONS");
        known.sort_unstable();
        let methods = |answer: &crate::support::Answer| {
            let mut methods: Vec<String> =
                answer.header("allow").split(',').map(|name| name.trim().to_owned()).collect();
            methods.sort_unstable();
            methods
        };
        for user in [&alice, &app.anonymous()] {
            let answer = user.call(reqwest::Method::OPTIONS, &path).await;
            assert_eq!(
                (answer.status, methods(&answer)),
                (204, known.iter().map(ToString::to_string).collect()),
                "{path}"
            );
            let patches = known.contains(&"PATCH");
            assert_eq!(!answer.header("accept-patch").is_empty(), patches, "{path}");
            // Whatever else is wrong with it.
            let call = user.call(reqwest::Method::TRACE, &format!("{path}?x=%ff&y=1")).header("If-Match", "nonsense");
            let answer = call.header("Idempotency-Key", "a b").header("Accept", "image/png").await;
            assert_eq!(methods(&answer), known, "{path}");
            answer.problem(405, "method_not_allowed");
        }
    }
    app.anonymous().call(reqwest::Method::OPTIONS, "/nothing").await.not_found();
    app.anonymous().call(reqwest::Method::OPTIONS, "/api/v2").await.not_found();
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_how_to_be() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    for (template, method, operation) in operations(&app).await {
        let path = path_in(&project, &template);
        let public = operation["security"] == json!([]);
        // No cookie, no origin: nothing that a browser could have been made to send.
        let bare = app.anonymous().call(method.parse().unwrap(), &path).header("Origin", "");
        let answer = bare.header("Accept", "").await;
        let challenge = answer.header("www-authenticate").to_owned();
        if public {
            assert_ne!(answer.status, 401, "{method} {template}");
        } else {
            answer.problem(401, "unauthenticated");
            assert_eq!(challenge, "Bearer realm=\"boardcast\"", "{method} {template}");
        }
    }
    let wrong = app.anonymous().get("/me").header("Authorization", "Bearer bc_x").await;
    assert!(wrong.header("www-authenticate").contains("error=\"invalid_token\""));
    let reader = alice.by_cookie().await.by_token(json!({"scopes": ["read"]})).await;
    let narrow = reader.post("/projects").json(json!({"name": "No"})).await;
    assert!(narrow.header("www-authenticate").contains("error=\"insufficient_scope\""));
    narrow.problem(403, "insufficient_scope");
}

#[tokio::test]
async fn what_was_created_has_an_address() {
    let (project, task) = task().await;
    let alice = &project.by;
    let column = task.str("column_id");
    let cases = [
        (project.at("/tasks"), json!({"title": "New", "column_id": column})),
        (project.at("/columns"), json!({"name": "New"})),
        (project.at("/labels"), json!({"name": "New", "colour": "#000000"})),
        (project.at("/milestones"), json!({"name": "New"})),
        (project.at("/invitations"), json!({"role": "viewer"})),
        (project.task_at(&task, "/checklist"), json!({"text": "New"})),
        ("/projects".into(), json!({"name": "New", "template": "empty"})),
    ];
    for (path, body) in cases {
        let answer = alice.post(&path).json(body).await;
        let location = answer.header("location").to_owned();
        let created = answer.created();
        assert_eq!(location, format!("/api/v1{path}/{}", created.id()));
    }
    let task = alice.post(&project.at("/tasks")).json(json!({"title": "Found", "column_id": column})).await;
    let location = task.header("location").to_owned();
    assert_eq!(alice.get(&location).await.ok()["title"], "Found");
}

#[tokio::test]
async fn a_list_links_to_its_next_page_and_every_list_has_pages() {
    let (app, alice, bob, stranger) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    for other in [&bob, &stranger] {
        project.add(other, "editor").await;
    }
    for n in 0..3 {
        project.task(&column, &format!("Task {n}")).await;
        project.invite("viewer").await;
        alice.project().await;
    }
    let session = alice.by_cookie().await;
    alice.by_cookie().await;
    session.by_token(json!({})).await;
    let admin = app.administrator().await;
    let elsewhere = alice.project().await;
    for name in ["Turner", "Turner"] {
        app.sign_up(name).await;
    }
    let lists = [
        (&session, project.at("/tasks?status=open")),
        (&session, project.at("/members")),
        (&session, project.at("/invitations")),
        (&session, project.at("/events")),
        (&session, elsewhere.at("/people")),
        (&session, "/projects?archived=any".into()),
        (&session, "/tokens".into()),
        (&session, "/me/sessions".into()),
        (&admin, "/admin/users?q=turner".into()),
    ];
    for (user, path) in lists {
        let join = if path.contains('?') { '&' } else { '?' };
        let whole = user.get(&format!("{path}{join}limit=200")).await.ok();
        let all: Vec<Value> = whole.list("items");
        let mut seen: Vec<Value> = Vec::new();
        let mut next = format!("{path}{join}limit=1");
        loop {
            let answer = user.get(&next).await;
            let link = answer.header("link").to_owned();
            let page = answer.ok();
            let items = page.list("items");
            assert!(items.len() <= 1, "{path}");
            seen.extend(items);
            if page["next_cursor"].is_null() {
                assert_eq!(link, "", "{path}");
                break;
            }
            next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap().to_owned();
            assert!(seen.len() < all.len().max(100), "{path} has no end");
        }
        assert!(all.len() >= 2, "{path}: {whole}");
        let key = |item: &Value| item.get("id").or(item.get("seq")).unwrap().clone();
        let seen: Vec<Value> = seen.iter().map(key).collect();
        assert!(all.iter().map(key).all(|id| seen.contains(&id)), "{path}: {seen:?} of {all:?}");
        user.get(&format!("{path}{join}limit=0")).await.invalid("/limit");
        user.get(&format!("{path}{join}limit=201")).await.invalid("/limit");
    }
}

#[tokio::test]
async fn pages_are_cut_after_the_rights_of_a_token() {
    let (_, alice, ..) = app().await;
    for _ in 0..3 {
        alice.project().await;
    }
    let mine = alice.project().await;
    let token = alice.by_cookie().await.by_token(json!({"project_ids": [mine.id]})).await;
    let page = token.get("/projects?limit=1").await.ok();
    assert_eq!(page.list("items")[0]["id"], mine.id);
    assert_eq!(page["next_cursor"], json!(null));
}

#[tokio::test]
async fn what_one_has_is_not_sent_again() {
    let (project, task) = task().await;
    let alice = &project.by;
    for path in [project.task_at(&task, ""), project.at(""), project.at("/board")] {
        let first = alice.get(&path).await;
        let etag = first.header("etag").to_owned();
        first.ok();
        let weak = format!("W/{etag}");
        let listed = format!("\"other\", {etag}");
        for tag in [etag.as_str(), weak.as_str(), listed.as_str(), "*"] {
            let answer = alice.get(&path).header("If-None-Match", tag).await;
            assert_eq!(
                (answer.status, answer.text.as_str(), answer.header("etag")),
                (304, "", etag.as_str()),
                "{path} {tag}"
            );
        }
        for tag in ["\"other\"", "nonsense", "\"0\", \"1x\""] {
            alice.get(&path).header("If-None-Match", tag).await.ok();
        }
    }
}

#[tokio::test]
async fn a_tag_names_the_bytes_of_one_encoding() {
    let (project, task) = task().await;
    let alice = &project.by;
    alice.patch(&project.task_at(&task, "")).json(json!({"description": "x".repeat(2_000)})).await.ok();
    for path in [project.task_at(&task, ""), project.at("/board")] {
        let mut tags = std::collections::BTreeSet::new();
        for coding in ["identity", "gzip"] {
            let response = alice.get(&path).header("Accept-Encoding", coding).open().await.unwrap();
            let sent = response.headers().get("content-encoding").map_or("identity", |value| value.to_str().unwrap());
            assert_eq!(sent, coding, "{path}");
            let vary = response.headers()["vary"].to_str().unwrap().to_lowercase();
            assert!(vary.contains("accept-encoding"), "{path}: {vary}");
            let etag = response.headers()["etag"].to_str().unwrap().to_owned();
            let again = alice.get(&path).header("Accept-Encoding", coding).header("If-None-Match", &etag).await;
            assert_eq!((again.status, again.header("etag")), (304, etag.as_str()), "{path}");
            assert!(tags.insert(etag), "{path}: one tag for two encodings");
        }
    }
    // The tag of what came compressed is one to change it with.
    let path = project.task_at(&task, "");
    let response = alice.get(&path).header("Accept-Encoding", "gzip").open().await.unwrap();
    let etag = response.headers()["etag"].to_str().unwrap().to_owned();
    assert!(etag.ends_with("-gzip\""), "{etag}");
    alice.patch(&path).header("If-Match", &etag).json(json!({"title": "Mine"})).await.ok();
    alice.patch(&path).header("If-Match", &etag).json(json!({"title": "Late"})).await.problem(412, "version_conflict");
}

#[tokio::test]
async fn a_condition_may_list_versions_and_one_of_them_has_to_be_there() {
    let (project, task) = task().await;
    let (alice, path) = (&project.by, project.task_at(&task, ""));
    let change = |tag: &str, title: &str| alice.patch(&path).header("If-Match", tag).json(json!({"title": title}));
    let now = change(&format!("\"999\", \"{}\"", task.version()), "Listed").await.ok();
    change(&format!("W/\"{}\"", now.version()), "Weak").await.problem(412, "version_conflict");
    change("\"a.b\"", "Other").await.problem(412, "version_conflict");
    change(&format!("\"{}\", \"1\"", task.version()), "Old").await.problem(412, "version_conflict");
    change("*", "Any").await.ok();
    for malformed in ["12", "\"12", "*, \"12\"", ","] {
        change(malformed, "No").await.problem(400, "bad_request");
    }
    // Before there was a task, there was none to change: not even to what it is already.
    let call = alice.patch(&path).header("If-Match", "\"1\"").json(json!({"title": "Any"}));
    call.await.problem(412, "version_conflict");
    let call = alice.put(&project.task_at(&task, "/completion")).header("If-Match", "\"1\"");
    call.await.problem(412, "version_conflict");
}

#[tokio::test]
async fn a_replay_says_that_it_is_one_and_tells_members_only() {
    let (_, alice, bob, _) = app().await;
    let project = alice.project().await;
    let link = project.invite("viewer").await.str("secret");
    let accept = || bob.unchecked().post("/invitations/accept").key("join").json(json!({"secret": link}));
    let first = accept().await;
    assert_eq!(first.header("idempotency-replayed"), "");
    first.ok();
    let again = accept().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.ok()["project"]["id"], project.id);
    alice.delete(&project.at(&format!("/members/{}", bob.id))).await.no_content();
    accept().await.not_found();

    let made = || alice.unchecked().post("/projects").key("made").json(json!({"name": "Made", "template": "empty"}));
    let (first, second) = (made().await, made().await);
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(second.header("idempotency-replayed"), "true");
    let id = first.created().id();
    alice.delete(&format!("/projects/{id}")).await.no_content();
    made().await.not_found();
}

#[tokio::test]
async fn a_replay_of_a_secret_has_none_and_a_session_and_a_token_have_keys_of_their_own() {
    let (_, alice, ..) = app().await;
    let (session, other) = (alice.by_cookie().await, alice.by_cookie().await);
    let project = session.project().await;
    let body = json!({"name": "Key", "scopes": ["read"]});
    let first = session.post("/tokens").key("k").json(body.clone()).await.created();
    let again = session.post("/tokens").key("k").json(body).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    let again = again.created();
    assert!(first["secret"].is_string() && again.get("secret").is_none() && first["id"] == again["id"], "{again}");
    let create =
        |user: &User| user.post(&project.at("/labels")).key("l").json(json!({"name": "One", "colour": "#000000"}));
    create(&session).await.created();
    assert_eq!(create(&other).await.header("idempotency-replayed"), "true");
    create(&alice).await.problem(409, "label_taken");
}

#[tokio::test]
async fn answers_tell_what_is_left_of_a_limit() {
    let (app, alice, ..) = own_app(&[("BOARDCAST_LIMITS", "on")]).await;
    let answer = alice.post("/projects").json(json!({"name": "One", "template": "empty"})).await;
    assert_eq!(answer.header("ratelimit-policy"), "\"changes\";q=60;w=3");
    assert!(answer.header("ratelimit").starts_with("\"changes\";r=5"), "{}", answer.header("ratelimit"));
    answer.created();
    assert!(alice.get("/projects").await.header("ratelimit").starts_with("\"reads\";r=5"));
    let wrong = || app.anonymous().post("/session").json(json!({"email": alice.email, "password": "not-this-one-1"}));
    let first = wrong().await;
    assert_eq!(first.header("ratelimit"), "\"sign-ins\";r=4;t=30");
    for _ in 0..4 {
        wrong().await;
    }
    let refused = wrong().await;
    let wait = refused.header("retry-after").to_owned();
    assert_eq!(refused.header("ratelimit"), format!("\"sign-ins\";r=0;t={wait}"));
    assert_eq!(refused.header("ratelimit-policy"), "\"sign-ins\";q=5;w=150");
    refused.problem(429, "rate_limited");
}
