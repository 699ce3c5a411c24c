//! For which host a request is, which page it comes from, and what a connection says when it cannot be served.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{App, Auth, Fields, User, app, own_app, soon};

const DASHBOARD: &str = "https://dash.example.org";

fn cookie(user: &User) -> String {
    let Auth::Cookie(cookie) = &user.auth else { unreachable!() };
    cookie.clone()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[tokio::test]
async fn a_request_is_for_one_host() {
    let (app, ..) = app().await;
    for (head, expected) in [
        ("GET /livez HTTP/1.1\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nHost: a\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nHost:\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nHost: a b\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nHost: a/b\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nHost: a:b\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nHost: alice@a\r\n", "400"),
        ("GET http://alice@a/livez HTTP/1.1\r\nHost: a\r\n", "400"),
        ("GET /livez HTTP/1.1\r\nHost: a\r\n", "200"),
        ("GET /livez HTTP/1.1\r\nHost: [::1]:80\r\n", "200"),
        ("GET http://a/livez HTTP/1.1\r\nHost: b\r\n", "200"),
        ("GET /livez HTTP/1.0\r\n", "200"),
    ] {
        let answer = app.raw(format!("{head}Connection: close\r\n\r\n").as_bytes()).await;
        assert_eq!(status(&answer), expected, "{head}: {answer}");
        if expected == "400" {
            assert!(answer.contains("\"code\":\"bad_request\"") && answer.contains("x-request-id: "), "{answer}");
        }
    }
}

#[tokio::test]
async fn where_hosts_are_named_others_are_refused() {
    let app = App::own(&[("BOARDCAST_HOSTS", "board.lan,other.lan:81"), ("BOARDCAST_SIGNUP", "open")]).await;
    let ours = app.url.trim_start_matches("http://").to_owned();
    let path = "/api/v1/instance";
    for (target, host, expected) in [
        (path, ours.as_str(), "200"),
        (path, "Board.LAN", "200"),
        (path, "board.lan:8080", "200"),
        (path, "other.lan:81", "200"),
        (path, "other.lan", "421"),
        (path, "evil.example", "421"),
        (path, "127.0.0.1", "421"),
        ("/", "evil.example", "421"),
        ("/assets/x.js", "evil.example", "421"),
        ("http://evil.example/api/v1/instance", "board.lan", "421"),
        ("http://board.lan/api/v1/instance", "evil.example", "200"),
        // The supervisor knows the machine by its address.
        ("/livez", "10.0.0.7:8080", "200"),
        ("/readyz", "10.0.0.7:8080", "200"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = app.raw(request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{target} {host}: {answer}");
        assert_eq!(answer.contains("\"code\":\"misdirected\""), expected == "421", "{answer}");
    }
}

#[tokio::test]
async fn requests_for_another_address_than_the_public_one_are_warned_of_once() {
    for (header, asked) in
        [("Host: board.lan", "http://board.lan"), ("Host: OURS\r\nX-Forwarded-Proto: https", "https://127.0.0.1")]
    {
        let app = App::own(&[]).await;
        let ours = app.url.trim_start_matches("http://").to_owned();
        let port = ours.rsplit_once(':').unwrap().1;
        let get = async |path: &str, header: &str, accept: &str| {
            let header = header.replace("OURS", &ours);
            let request = format!("GET {path} HTTP/1.1\r\n{header}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n");
            assert_eq!(status(&app.raw(request.as_bytes()).await), "200");
        };
        let path = "/api/openapi.json";
        get(path, "Host: OURS", "text/html, */*").await;
        get(path, &format!("Host: localhost:{port}"), "text/html, */*").await;
        get("/livez", "Host: 10.0.0.7", "text/html, */*").await;
        get(path, "Host: 203.0.113.7", "*/*").await;
        for _ in 0..2 {
            get(path, header, "text/html, */*").await;
        }
        // Every line is written when the process has ended.
        app.signal("TERM");
        app.ended().await;
        let log = app.log();
        let warnings: Vec<_> =
            log.lines().filter(|line| line.contains("another address than the public one")).collect();
        assert!(warnings.len() == 1 && warnings[0].contains(asked), "{log}");
    }
}

#[tokio::test]
async fn another_site_reads_nothing_with_our_cookie() {
    let (app, alice, ..) = app().await;
    let project = alice.project().await;
    let alice = alice.by_cookie().await;
    let foreign: [&[(&str, &str)]; 5] = [
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", &app.url)],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
    ];
    let own: [&[(&str, &str)]; 4] =
        [&[], &[("Sec-Fetch-Site", "same-origin")], &[("Sec-Fetch-Site", "none")], &[("Origin", &app.url)]];
    let streams = [project.at("/events"), "/events".to_owned()];
    for path in streams.iter().chain(&[project.at("/board"), "/me".to_owned()]) {
        let accept = if streams.contains(path) { "text/event-stream" } else { "application/json" };
        let ask = |headers: &[(&str, &str)]| {
            headers
                .iter()
                .fold(alice.get(path).header("Accept", accept), |call, (name, value)| call.header(name, value))
        };
        for headers in foreign {
            ask(headers).await.problem(403, "csrf");
        }
        for headers in own {
            assert_eq!(ask(headers).open().await.unwrap().status(), 200, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_address_that_would_do() {
    let app = App::own(&[("BOARDCAST_PUBLIC_URL", "http://board.lan:8080"), ("BOARDCAST_SIGNUP", "open")]).await;
    let sign_in = || app.anonymous().post("/session").json(json!({"email": "a@example.com", "password": "x"}));
    let origin = sign_in().header("Origin", "http://192.168.1.10:8080").await.problem(403, "csrf").str("detail");
    assert!(origin.contains("http://192.168.1.10:8080"), "{origin}");
    assert!(origin.ends_with("open http://board.lan:8080 instead"), "{origin}");
    let site =
        sign_in().header("Origin", "").header("Sec-Fetch-Site", "same-site").await.problem(403, "csrf").str("detail");
    assert!(site.contains("http://board.lan:8080") && site.contains("same-site"), "{site}");
    let none = sign_in().header("Origin", "").await.problem(403, "csrf").str("detail");
    assert!(none.contains("neither by Origin nor by Sec-Fetch-Site"), "{none}");
    sign_in().header("Origin", "http://board.lan:8080").await.problem(401, "wrong_credentials");
}

#[tokio::test]
async fn a_page_of_a_named_origin_calls_with_a_token_and_never_with_a_cookie() {
    let (app, alice, ..) =
        own_app(&[("BOARDCAST_CORS_ORIGINS", "https://dash.example.org,http://localhost:3000")]).await;
    let project = alice.project().await;
    let preflight = |origin: &str| {
        let call = app.anonymous().call(reqwest::Method::OPTIONS, &project.at("/tasks")).header("Origin", origin);
        let call = call.header("Access-Control-Request-Method", "POST");
        call.header("Access-Control-Request-Headers", "authorization,content-type,idempotency-key")
    };
    for origin in [DASHBOARD, "http://localhost:3000"] {
        let answer = preflight(origin).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, origin));
        assert!(answer.header("access-control-allow-methods").contains("PATCH"));
        for name in ["authorization", "content-type", "idempotency-key", "if-match", "last-event-id", "range"] {
            assert!(answer.header("access-control-allow-headers").contains(name), "{name}");
        }
    }
    for origin in ["https://evil.example", "null", "https://dash.example.org.evil.example"] {
        let answer = preflight(origin).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
    }
    let call = |user: &User, origin: &str| {
        user.get(&project.at("")).header("Origin", origin).header("Sec-Fetch-Site", "cross-site")
    };
    let answer = call(&alice, DASHBOARD).await;
    assert_eq!(answer.header("access-control-allow-origin"), DASHBOARD);
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"));
    for name in ["etag", "link", "location", "retry-after", "ratelimit", "content-range"] {
        assert!(answer.header("access-control-expose-headers").contains(name), "{name}");
    }
    answer.ok();
    // A refusal can be read too, or the page would not know what went wrong.
    let refused = app.anonymous().get("/me").header("Origin", DASHBOARD).await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, DASHBOARD));
    let stream = alice.get("/events").header("Origin", DASHBOARD).header("Accept", "text/event-stream");
    let stream = stream.open().await.unwrap();
    assert_eq!(stream.headers()["access-control-allow-origin"], DASHBOARD);
    assert_eq!(call(&alice, "https://evil.example").await.header("access-control-allow-origin"), "");
    let session = alice.by_cookie().await;
    call(&session, DASHBOARD).await.problem(403, "csrf");
    let made = session.post("/projects").header("Origin", DASHBOARD).json(json!({"name": "No"})).await;
    made.problem(403, "csrf");
    // The page itself is nobody else's.
    let page = format!("GET / HTTP/1.1\r\nHost: a\r\nOrigin: {DASHBOARD}\r\nConnection: close\r\n\r\n");
    let page = app.raw(page.as_bytes()).await;
    assert!(status(&page) == "200" && !page.contains("access-control-allow-origin"), "{page}");
}

#[tokio::test]
async fn without_the_setting_no_other_origin_is_let_in() {
    let (_, alice, ..) = app().await;
    let call = alice.call(reqwest::Method::OPTIONS, "/projects").header("Origin", DASHBOARD);
    let answer = call.header("Access-Control-Request-Method", "GET").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, ""));
    let answer = alice.get("/projects").header("Origin", DASHBOARD).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn the_page_is_at_its_own_addresses_only() {
    let (app, ..) = app().await;
    let get = async |path: &str, accept: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\nConnection: close\r\n\r\n");
        let answer = app.raw(request.as_bytes()).await;
        (status(&answer).to_owned(), answer.contains("content-type: text/html"))
    };
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    for path in ["/", "/sign-in", "/p/WEB/board/12", "/account/tokens", "/nothing/here"] {
        assert_eq!(get(path, browser).await, ("200".into(), true), "{path}");
    }
    assert_eq!(get("/", "*/*").await, ("200".into(), true));
    for path in ["/health", "/healthz", "/metrics", "/status", "/api", "/api/v1/nothing", "/api/v2", "/favicon.ico"] {
        assert_eq!(get(path, browser).await, ("404".into(), false), "{path}");
    }
    for path in ["/.well-known/security.txt", "/.well-known/change-password", "/assets/gone.js", "/robots.txt"] {
        assert_eq!(get(path, browser).await, ("404".into(), false), "{path}");
    }
    for accept in ["*/*", "application/json", "image/png"] {
        assert_eq!(get("/p/WEB/board", accept).await, ("404".into(), false), "{accept}");
    }
    let options = app.raw(b"OPTIONS / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(status(&options) == "204" && options.contains("allow: GET, HEAD, OPTIONS"), "{options}");
    let post = app.raw(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").await;
    assert!(status(&post) == "405" && post.contains("allow: GET, HEAD, OPTIONS"), "{post}");
}

/// Sends a head and then a body of this length to its end, as a simple client does, before it reads.
async fn upload(app: &App, head: String, length: usize) -> String {
    let mut socket = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    let whole = async {
        socket.write_all(head.as_bytes()).await?;
        let piece = vec![b'x'; 64 * 1024];
        let mut left = length;
        while left > 0 {
            let now = left.min(piece.len());
            socket.write_all(&piece[..now]).await?;
            left -= now;
        }
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8(answer).unwrap())
    };
    soon("an answer", whole).await.expect("the connection is not reset")
}

#[tokio::test]
async fn who_sends_too_much_sees_the_refusal() {
    let (app, alice, ..) = app().await;
    let Auth::Token(token) = &alice.auth else { unreachable!() };
    let session = cookie(&alice.by_cookie().await);
    let length = 5_000_000;
    let declared = format!("Content-Length: {length}\r\n");
    let cases = [
        (format!("Authorization: Bearer {token}\r\n{declared}"), "413"),
        (format!("Cookie: {session}\r\nOrigin: {}\r\n{declared}", app.url), "413"),
        // These are refused before anybody looks at the body.
        (declared.clone(), "401"),
        (format!("Cookie: {session}\r\nOrigin: https://evil.example\r\n{declared}"), "403"),
    ];
    for (headers, expected) in cases {
        for _ in 0..3 {
            let head =
                format!("POST /api/v1/projects HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{headers}\r\n");
            let answer = upload(&app, head, length).await;
            assert_eq!(status(&answer), expected, "{answer}");
        }
    }
    let chunked = format!(
        "POST /api/v1/projects HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
         Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n"
    );
    let answer = upload(&app, chunked, length).await;
    assert_eq!(status(&answer), "413", "{answer}");
}

#[tokio::test]
async fn who_waits_for_100_continue_is_refused_without_a_body() {
    let (app, alice, ..) = app().await;
    let Auth::Token(token) = &alice.auth else { unreachable!() };
    let request = format!(
        "POST /api/v1/projects HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n"
    );
    let answer = app.raw_until(request.as_bytes(), "HTTP/1.1 413 ", "\"too_large\"").await;
    assert!(!answer.contains("100 Continue"), "{answer}");
}

#[tokio::test]
async fn what_is_no_request_gets_a_problem_too() {
    let (app, ..) = app().await;
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-Noise: 1\r\n".repeat(200));
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Noise: {}\r\n\r\n", "x".repeat(100_000));
    for (request, expected, code) in [
        ("nonsense\r\n\r\n", "400", "bad_request"),
        ("GET / HTTP/9.9\r\n\r\n", "400", "bad_request"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400", "bad_request"),
        (many.as_str(), "431", "headers_too_large"),
        (long.as_str(), "431", "headers_too_large"),
    ] {
        let answer = app.raw(request.as_bytes()).await;
        let shown: String = request.chars().take(40).collect();
        assert_eq!(status(&answer), expected, "{shown}: {answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("content-type: application/problem+json"), "{shown}: {head}");
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!((problem.str("code").as_str(), problem["status"].to_string().as_str()), (code, expected));
        assert!(head.contains(&format!("x-request-id: {}", problem.str("request_id"))), "{head}");
    }
}

#[tokio::test]
async fn a_head_that_does_not_end_is_told_so() {
    let (app, ..) = app().await;
    let answer = app.raw(b"GET / HTTP/1.1\r\nHost: a\r\n").await;
    assert!(status(&answer) == "408" && answer.contains("\"code\":\"request_timeout\""), "{answer}");
}
