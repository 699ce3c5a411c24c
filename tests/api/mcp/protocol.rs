//! The envelope: versions, headers, batches, and what HTTP refuses before a message is read.

use super::*;

/// A message as clients from before today send it.
fn earlier(by: &User, version: &str, message: Value) -> Call {
    post(by, "/mcp", message).header("MCP-Protocol-Version", version)
}

#[tokio::test]
async fn only_a_token_opens_the_door() {
    let (app, alice, ..) = app().await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let refused = post(&app.anonymous(), "/mcp", ping.clone()).await;
    assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"boardcast\"");
    refused.problem(401, "unauthenticated");
    let by_cookie = post(&alice.by_cookie().await, "/mcp", ping.clone()).await;
    assert_eq!(by_cookie.header("www-authenticate"), "Bearer realm=\"boardcast\"");
    by_cookie.problem(401, "unauthenticated");
    let forged = alice.with(Auth::Token(format!("bc_{}", "a".repeat(49))));
    let forged = post(&forged, "/mcp/read", ping.clone()).await;
    assert!(forged.header("www-authenticate").contains("invalid_token"));
    forged.problem(401, "unauthenticated");
    for scheme in ["Basic YTpi", "Bearer", "nonsense"] {
        post(&alice, "/mcp", ping.clone()).header("Authorization", scheme).await.problem(401, "unauthenticated");
    }
    post(&alice, "/mcp", ping).await.ok();
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let (app, alice, ..) = app().await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    for origin in ["https://evil.example", "null", "http://localhost"] {
        post(&alice, "/mcp", ping.clone()).header("Origin", origin).await.problem(403, "origin");
    }
    post(&alice, "/mcp", ping.clone()).header("Origin", &app.url).await.ok();
    let dashboard = "https://dash.example.org";
    let (_, alice, ..) = own_app(&[("BOARDCAST_CORS_ORIGINS", dashboard)]).await;
    let asked = alice.unchecked().call(Method::OPTIONS, "/mcp").header("Origin", dashboard);
    let asked = asked.header("Access-Control-Request-Method", "POST").await;
    assert_eq!(asked.header("access-control-allow-origin"), dashboard);
    assert!(asked.header("access-control-allow-headers").contains("mcp-protocol-version"));
    let answer = post(&alice, "/mcp", ping).header("Origin", dashboard).await;
    assert_eq!(answer.header("access-control-allow-origin"), dashboard);
    answer.ok();
}

#[tokio::test]
async fn only_posts_of_json_are_taken() {
    let (_, alice, ..) = app().await;
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        for path in ["/mcp", "/mcp/read"] {
            let answer = alice.unchecked().call(method.clone(), path).header("Accept", "text/event-stream").await;
            assert_eq!(answer.header("allow"), "POST, OPTIONS");
            answer.problem(405, "method_not_allowed");
        }
    }
    let message = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let text = alice.unchecked().post("/mcp").bytes("text/plain", &message[..]).await;
    text.problem(415, "unsupported_media_type");
    let large = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{}"}}"#, "x".repeat(256 * 1024));
    alice.unchecked().post("/mcp").bytes("application/json", large).await.problem(413, "too_large");
    let none = alice.unchecked().post("/mcp").bytes("application/json", &message[..]);
    none.header("Accept", "text/html").await.problem(406, "not_acceptable");
    for body in ["", "{", "\u{feff}{}x", "nonsense", &"[".repeat(200)] {
        let call = alice.unchecked().post("/mcp").bytes("application/json", body);
        assert_eq!(failed(call).await, (400, -32_700), "{body}");
    }
    for body in [json!(1), json!({}), json!({"jsonrpc": "2.0", "id": {}, "method": "ping"})] {
        assert_eq!(failed(post(&alice, "/mcp", body.clone())).await, (400, -32_600), "{body}");
    }
}

#[tokio::test]
async fn headers_and_body_say_the_same() {
    let (_, alice, ..) = app().await;
    let call = || request(&alice, "/mcp", "tools/call", json!({"name": "whoami"}));
    call().await.ok();
    let message = |method: &str, version: &str| json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"name": "whoami", "_meta": {VERSION: version}}});
    for (headers, version) in [
        (vec![], CURRENT),
        (vec![("MCP-Protocol-Version", CURRENT)], CURRENT),
        (vec![("MCP-Protocol-Version", CURRENT), ("Mcp-Method", "tools/call")], CURRENT),
        (vec![("MCP-Protocol-Version", CURRENT), ("Mcp-Method", "tools/list"), ("Mcp-Name", "whoami")], CURRENT),
        (vec![("MCP-Protocol-Version", CURRENT), ("Mcp-Method", "tools/call"), ("Mcp-Name", "undo")], CURRENT),
        (vec![("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Method", "tools/call")], CURRENT),
        (vec![("MCP-Protocol-Version", CURRENT)], "2025-11-25"),
    ] {
        let mut call = post(&alice, "/mcp", message("tools/call", version));
        for (name, value) in &headers {
            call = call.header(name, value);
        }
        assert_eq!(failed(call).await, (400, -32_020), "{headers:?} {version}");
    }
    let unknown =
        post(&alice, "/mcp", message("tools/call", "1900-01-01")).header("MCP-Protocol-Version", "1900-01-01");
    let unknown = unknown.await;
    assert_eq!((unknown.status, unknown.body["error"].int("code")), (400, -32_022));
    let data = &unknown.body["error"]["data"];
    assert_eq!(
        (&data["supported"], &data["requested"]),
        (&json!([CURRENT, "2025-11-25", "2025-06-18", "2025-03-26"]), &json!("1900-01-01"))
    );
    assert_eq!(failed(request(&alice, "/mcp", "resources/list", json!({}))).await, (404, -32_601));
    for method in ["initialize", "ping", "subscriptions/listen"] {
        assert_eq!(failed(request(&alice, "/mcp", method, json!({}))).await, (404, -32_601), "{method}");
    }
    for params in [json!({"name": "nothing"}), json!({"name": "whoami", "arguments": [1]})] {
        assert_eq!(failed(request(&alice, "/mcp", "tools/call", params.clone())).await, (200, -32_602), "{params}");
    }
    let found = request(&alice, "/mcp", "server/discover", json!({})).await.ok()["result"].clone();
    assert_eq!((&found["supportedVersions"][0], &found["resultType"]), (&json!(CURRENT), &json!("complete")));
    assert!(found["ttlMs"].is_u64() && found["cacheScope"].is_string() && found["capabilities"]["tools"].is_object());
    assert_eq!(found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "boardcast");
}

#[tokio::test]
async fn clients_from_before_shake_hands() {
    let (_, alice, ..) = app().await;
    for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
        let hello = json!({"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": {
            "protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "old", "version": "1"}}});
        let answer = post(&alice, "/mcp", hello).await;
        assert_eq!(answer.header("mcp-session-id"), "", "nothing is kept between requests");
        let answer = answer.ok();
        assert_eq!((&answer["id"], &answer["result"]["protocolVersion"]), (&json!("a"), &json!(version)));
        assert!(answer["result"]["instructions"].as_str().unwrap().contains("base_version"));
        let notice = earlier(&alice, version, json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        assert_eq!((notice.status, notice.text.as_str()), (202, ""));
        let ping = earlier(&alice, version, json!({"jsonrpc": "2.0", "id": 1, "method": "ping"})).await.ok();
        assert_eq!(ping["result"], json!({}));
        let list = earlier(&alice, version, json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"})).await.ok();
        assert_eq!(list["result"].list("tools").len(), 12);
        assert!(list["result"].get("resultType").is_none());
        let asked = json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "whoami"}});
        let me = earlier(&alice, version, asked).await.ok();
        assert_eq!(me["result"]["structuredContent"]["you"]["id"], alice.id);
        let unknown = json!({"jsonrpc": "2.0", "id": 4, "method": "server/discover"});
        assert_eq!(failed(earlier(&alice, version, unknown)).await, (200, -32_601));
    }
    let ahead = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2030-01-01"}});
    let answer = post(&alice, "/mcp", ahead).await.ok();
    assert_eq!(answer["result"]["protocolVersion"], "2025-11-25");
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    assert_eq!(failed(earlier(&alice, "2024-11-05", ping.clone())).await, (400, -32_022));
    assert_eq!(failed(earlier(&alice, CURRENT, ping)).await, (400, -32_020));
}

#[tokio::test]
async fn batches_are_for_the_one_revision_that_has_them() {
    let (_, alice, ..) = app().await;
    let project = alice.project().await;
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let notice = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let waiting = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "changes", "arguments":
        {"project": project.id, "after_seq": project.seq().await, "wait": 25}}});
    let batch = json!([ping, notice, waiting, {"jsonrpc": "2.0", "id": 3, "method": "no"}, 7]);
    // In a batch nothing is waited for.
    let answers = soon("a batch", post(&alice, "/mcp", batch.clone()).attempt()).await.unwrap().ok();
    let answers = answers.as_array().unwrap().clone();
    assert_eq!(
        answers.iter().map(|answer| answer["id"].clone()).collect::<Vec<_>>(),
        json!([1, 2, 3, null]).as_array().unwrap().clone()
    );
    assert_eq!(answers[1]["result"]["structuredContent"]["items"], json!([]));
    assert_eq!((answers[2]["error"].int("code"), answers[3]["error"].int("code")), (-32_601, -32_600));
    let only = post(&alice, "/mcp", json!([notice, notice])).await;
    assert_eq!((only.status, only.text.as_str()), (202, ""));
    assert_eq!(failed(post(&alice, "/mcp", json!([]))).await, (400, -32_600));
    assert_eq!(failed(post(&alice, "/mcp", json!(vec![ping.clone(); 21]))).await, (400, -32_600));
    for version in ["2025-06-18", "2025-11-25", CURRENT] {
        assert_eq!(failed(earlier(&alice, version, json!([ping]))).await, (400, -32_600), "{version}");
    }
}
