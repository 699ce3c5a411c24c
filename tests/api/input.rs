//! What no client should send: each gets a clear answer below 500 and changes nothing.

use serde_json::json;

use crate::support::{Auth, Fields, Project, User, app, nobody};

async fn project() -> (User, Project, String) {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.told().await;
    (alice, project, column.id())
}

#[tokio::test]
async fn what_is_not_json_is_not_parseable() {
    let (alice, project, column) = project().await;
    let deep = format!("{{\"title\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let duplicate = format!(r#"{{"title":"a","title":"b","column_id":"{column}"}}"#);
    let trailing = format!(r#"{{"title":"a","column_id":"{column}"}} x"#);
    let twice = format!(r#"{{"title":"a","column_id":"{column}"}}{{}}"#);
    let bodies: [&[u8]; 14] = [
        b"",
        b"{",
        b"title=x",
        b"\xff\xfe",
        b"{\"title\":\"\xc3\x28\"}",
        b"{\"title\":\"\\ud800\"}",
        b"{'title':'x'}",
        b"{\"title\":NaN}",
        b"{\"estimate\":1e400}",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
        duplicate.as_bytes(),
        trailing.as_bytes(),
        twice.as_bytes(),
    ];
    for body in bodies {
        let call = alice.post(&project.at("/tasks")).bytes("application/json", body);
        let answer = call.await;
        let shown = String::from_utf8_lossy(body);
        // Twice the same field is parseable, and still no way to say anything.
        assert!([400, 422].contains(&answer.status), "{shown}: {} {}", answer.status, answer.text);
    }
    for body in ["null", "[]", "1", "\"x\"", "true"] {
        let call = alice.post(&project.at("/tasks")).bytes("application/json", body);
        let answer = call.await;
        assert!([400, 422].contains(&answer.status), "{body}: {} {}", answer.status, answer.text);
    }
    project.told_nothing().await;
}

#[tokio::test]
async fn an_unknown_field_is_refused_everywhere() {
    let (alice, project, column) = project().await;
    let task = project.task(&json!({"id": column}), "Task").await;
    project.told().await;
    for (method, path, body) in [
        ("POST", project.at("/tasks"), json!({"title": "x", "column_id": column})),
        ("PATCH", project.task_at(&task, ""), json!({"title": "x"})),
        ("PUT", project.task_at(&task, "/position"), json!({"column_id": column, "after": null})),
        ("PUT", project.task_at(&task, "/schedule"), json!({"dependents": "keep"})),
        ("POST", project.task_at(&task, "/checklist"), json!({"text": "x"})),
        ("POST", project.at("/columns"), json!({"name": "x"})),
        ("POST", project.at("/labels"), json!({"name": "x", "colour": "#000000"})),
        ("POST", project.at("/milestones"), json!({"name": "x"})),
        ("POST", project.at("/invitations"), json!({"role": "viewer"})),
        ("PATCH", project.at(""), json!({"name": "x"})),
        ("POST", "/projects".into(), json!({"name": "x"})),
        ("POST", "/invitations/accept".into(), json!({"secret": "x"})),
        ("PATCH", "/me".into(), json!({"name": "x"})),
    ] {
        let mut body = body;
        body["surprise"] = json!(1);
        let call = alice.call(method.parse().unwrap(), &path).json(body);
        call.await.invalid("/surprise");
    }
    project.told_nothing().await;
}

#[tokio::test]
async fn an_unknown_parameter_is_refused() {
    let (alice, project, _) = project().await;
    let paths = ["/board?x=1", "/members?x=1", "/timeline?x=1", "/people?q=a&x=1", "/events?limit=1&x=1", "?x=1"];
    let own = ["/projects?x=1", "/projects?archived=any&x=1", "/me/notifications?x=1", "/events?x=1", "/me?x=1"];
    for path in paths.map(|path| project.at(path)).into_iter().chain(own.map(ToOwned::to_owned)) {
        alice.get(&path).await.invalid("/x");
    }
    alice.get("/projects?a%2Fb~=1").await.invalid("/a~1b~0");
    alice.post("/projects?limit=1").json(json!({"name": "x"})).await.invalid("/limit");
}

/// What is documented is parsed: a second value for one name is refused there, and so is a value of another type.
#[tokio::test]
async fn each_documented_parameter_is_read() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let document = app.anonymous().get("/api/openapi-3.1.json").await.ok();
    let mut read = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let schema = &parameter["schema"];
                if parameter["in"] != "query" || schema["type"] == "array" {
                    continue;
                }
                let name = parameter.str("name");
                let path = path.trim_start_matches("/api/v1").replace("{project}", &project.id);
                let path = path.replace("{column}", &nobody()).replace("{user}", &nobody());
                let call = |query: &str| alice.call(method.to_uppercase().parse().unwrap(), &format!("{path}?{query}"));
                call(&format!("{name}=a&{name}=a")).await.invalid(&format!("/{name}"));
                if schema["type"] != "string" || schema["enum"].is_array() {
                    call(&format!("{name}=~")).await.invalid(&format!("/{name}"));
                }
                read += 1;
            }
        }
    }
    assert!(read >= 14, "only {read} parameters are documented");
    // Ids of projects are the exception: any number of them, and those that lead nowhere are left out.
    let url = format!("/events?project=x&project={}", project.id);
    let answer = alice.get(&url).header("Accept", "text/event-stream").open().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_body_too_large_is_refused() {
    let (alice, project, column) = project().await;
    let body = json!({"title": "x", "description": "x".repeat(300 * 1024), "column_id": column});
    let answer = alice.post(&project.at("/tasks")).json(body).await;
    answer.problem(413, "too_large");
    project.told_nothing().await;
}

#[tokio::test]
async fn exactly_the_limit_and_one_more() {
    let (alice, project, column) = project().await;
    let create = |title: String, description: String| {
        let body = json!({"title": title, "description": description, "column_id": column});
        alice.post(&project.at("/tasks")).json(body)
    };
    create("x".repeat(255), String::new()).await.created();
    create("\u{1F600}".repeat(255), String::new()).await.created();
    create("x".repeat(256), String::new()).await.invalid("/title");
    create("x".into(), "x".repeat(64 * 1024)).await.created();
    create("x".into(), "x".repeat(64 * 1024 + 1)).await.invalid("/description");
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused() {
    let (alice, project, column) = project().await;
    let body = json!({"title": "x", "column_id": column}).to_string();
    for media_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"] {
        let call = alice.post(&project.at("/tasks")).bytes(media_type, body.clone());
        call.await.problem(415, "unsupported_media_type");
    }
    project.told_nothing().await;
    for media_type in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
        let call = alice.post(&project.at("/tasks")).bytes(media_type, body.clone());
        call.await.created();
    }
}

#[tokio::test]
async fn ids_that_are_none_are_not_found_in_the_path() {
    let (alice, project, _) = project().await;
    for id in ["x", "0", "%00", "%2e%2e%2f", "%ff%fe", "'%20or%201=1", &"9".repeat(400)] {
        for path in ["/columns/", "/labels/", "/milestones/", "/members/", "/invitations/", "/tasks/"] {
            alice.delete(&project.at(&format!("{path}{id}"))).await.not_found();
        }
    }
    let upper = nobody().to_uppercase();
    alice.get(&project.at(&format!("/tasks/{upper}"))).await.not_found();
    project.told_nothing().await;
}

#[tokio::test]
async fn numbers_beyond_reason_are_refused() {
    let (alice, project, column) = project().await;
    let task = project.task(&json!({"id": column}), "Task").await;
    project.told().await;
    for number in ["-1", "9007199254740993", "1e308", "-0.1", "99999999999999999999999999"] {
        let body = format!("{{\"estimate\":{number}}}");
        let call = alice.patch(&project.task_at(&task, "")).bytes("application/json", body);
        let answer = call.await;
        assert!([400, 422].contains(&answer.status), "{number}: {} {}", answer.status, answer.text);
    }
    project.told_nothing().await;
}

#[tokio::test]
async fn nothing_answers_at_an_unknown_address() {
    let (app, alice, ..) = app().await;
    for user in [&alice, &app.anonymous()] {
        for path in ["/nothing", "/projects/x/y/z", "/api/v2/projects", "/api/nothing"] {
            let answer = user.get(path).await;
            assert!([401, 404].contains(&answer.status), "{path}: {}", answer.status);
        }
    }
    let answer = alice.call(reqwest::Method::TRACE, "/projects").await;
    assert_eq!(answer.status, 405, "{}", answer.text);
    assert_eq!(alice.delete("/projects").await.status, 405);
}

#[tokio::test]
async fn what_is_not_http_gets_an_answer_below_500_or_none() {
    let (app, alice, ..) = app().await;
    let Auth::Token(secret) = &alice.auth else { unreachable!() };
    let host = app.url.trim_start_matches("http://");
    let get = |target: &str, more: &str| {
        format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\n{more}\r\n"
        )
    };
    let many = "X-Noise: 1\r\n".repeat(200);
    let long = format!("/api/v1/projects?cursor={}", "x".repeat(20_000));
    let requests = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"\r\n\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        get("/api/v1/projects/\u{e9}", "").into_bytes(),
        get("/api/v1/projects/%", "").into_bytes(),
        get("/api/v1/projects?limit=%zz", "").into_bytes(),
        get("/api/v1/projects?cursor=%ff%fe", "").into_bytes(),
        get(&long, "").into_bytes(),
        get("/api/v1/projects", &many).into_bytes(),
        (get("/api/v1/projects", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n").into_bytes(),
        get("/api/v1/projects", "Content-Length: -1\r\n").into_bytes(),
        get("http://evil.example/api/v1/projects", "").into_bytes(),
    ];
    let mut all = tokio::task::JoinSet::new();
    for request in requests {
        let app = app.clone();
        all.spawn(async move {
            let answer = app.raw(&request).await;
            let shown: String = String::from_utf8_lossy(&request).chars().take(80).collect();
            let status = answer.split(' ').nth(1).unwrap_or("closed");
            assert!(!status.starts_with('5'), "{shown}: {answer}");
        });
    }
    all.join_all().await;
    // And it is still there.
    alice.get("/projects").await.ok();
}

#[tokio::test]
async fn every_answer_forbids_what_a_browser_could_do_with_it() {
    let (app, alice, ..) = app().await;
    for answer in [
        alice.get("/projects").await,
        alice.get("/projects/x").await,
        app.anonymous().get("/projects").await,
        app.anonymous().get("/instance").await,
    ] {
        let csp = answer.header("content-security-policy");
        assert!(csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"), "{csp}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(answer.header("access-control-allow-origin").is_empty());
        assert!(answer.header("server").is_empty());
    }
}

#[tokio::test]
async fn a_path_with_text_of_another_project_changes_neither() {
    let (_, alice, bob, _) = app().await;
    let (mine, theirs) = (alice.project().await, bob.project().await);
    let column = theirs.column("Theirs").await;
    let milestone = theirs.milestone("Theirs").await;
    theirs.told().await;
    let body = json!({"name": "Mine"});
    for path in [format!("/columns/{}", column.id()), format!("/milestones/{}", milestone.id())] {
        alice.patch(&mine.at(&path)).json(body.clone()).await.not_found();
        alice.patch(&theirs.at(&path)).json(body.clone()).await.not_found();
    }
    mine.told_nothing().await;
    theirs.told_nothing().await;
}

#[tokio::test]
async fn a_request_id_is_ours() {
    let (_, alice, ..) = app().await;
    let first = alice.get("/projects").await;
    let second = alice.get("/projects").header("X-Request-Id", "x\\r\\ny").await;
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    assert!(!second.header("x-request-id").contains('\\'));
}

#[tokio::test]
async fn a_name_has_a_character_that_can_be_seen() {
    let (alice, project, column) = project().await;
    let task = project.task(&json!({"id": column}), "Task").await;
    let label = project.label("Label").await;
    let me = alice.by_cookie().await;
    project.told().await;
    let places = [
        (&alice, "POST", "/projects".to_owned(), "name", json!({})),
        (&alice, "PATCH", project.at(""), "name", json!({})),
        (&alice, "POST", project.at("/tasks"), "title", json!({"column_id": column})),
        (&alice, "PATCH", project.task_at(&task, ""), "title", json!({})),
        (&alice, "POST", project.task_at(&task, "/checklist"), "title", json!({})),
        (&alice, "POST", project.at("/columns"), "name", json!({"kind": "active"})),
        (&alice, "PATCH", project.at(&format!("/labels/{}", label.id())), "name", json!({})),
        (&alice, "POST", project.at("/milestones"), "name", json!({"due_on": "2027-01-01"})),
        (&alice, "POST", project.at("/views"), "name", json!({"layout": "board"})),
        (&me, "POST", "/tokens".into(), "name", json!({"scopes": ["read"]})),
        (&me, "POST", "/me/calendars".into(), "name", json!({})),
        (&me, "PATCH", "/me".into(), "name", json!({})),
    ];
    // Zero-width space, word joiner, Hangul filler, soft hyphen, byte order mark, blank Braille, marks of direction, blanks.
    let texts =
        ["\u{200b}", "\u{2060}", "\u{3164}", "\u{ad}", "\u{feff}", "\u{2800}", "\u{202e}\u{2066}", " \u{200d}\u{a0} "];
    for (by, method, path, field, body) in &places {
        for text in texts {
            let mut body = body.clone();
            body[*field] = json!(text);
            let call = if *method == "POST" { by.post(path) } else { by.patch(path) };
            let problem = call.json(body).await.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{method} {path} {text:?}: {problem}");
        }
    }
    project.told_nothing().await;
    // What joins and marks what can be seen stays.
    for text in ["👩\u{200d}🚀", "می\u{200c}خواهم", "a\u{ad}b", "⠓⠑\u{2800}⠺"] {
        let made = alice.post(&project.at("/tasks")).json(json!({"title": text, "column_id": column})).await.created();
        assert_eq!(made["title"], text);
    }
}
