//! `boardcast doctor`: what it finds wrong, and that it finds nothing wrong where nothing is.

mod postgres;

use std::{
    collections::HashMap,
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, crypto::ring::default_provider, pki_types::PrivateKeyDer};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::support::{App, Fields, Home, own_app};

/// What it said, and what it ended with.
struct Report {
    status: i32,
    report: Value,
}

impl Report {
    #[track_caller]
    fn of(output: &Output) -> Self {
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.is_empty(), "{errors}");
        assert!(!text.contains("secret-7"), "{text}");
        let report = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        Self { status: output.status.code().unwrap(), report }
    }

    /// The state and the words of one check.
    #[track_caller]
    fn found(&self, check: &str) -> (String, String) {
        let all = self.report.list("findings");
        let mut found: Vec<_> = all.iter().filter(|finding| finding["check"] == check).collect();
        assert_eq!(found.len(), 1, "{check} in {}", self.report);
        let finding = found.remove(0);
        let state = finding.str("state");
        assert_eq!(finding["remedy"].is_string(), state != "ok", "how to mend it: {finding}");
        (state, finding.str("detail"))
    }

    #[track_caller]
    fn is(&self, check: &str, state: &str, word: &str) {
        let (found, detail) = self.found(check);
        assert!(found == state && detail.contains(word), "{check} is {found}: {detail}; and not {state} with {word}");
        let least = match state {
            "error" => 2,
            "warning" => 1,
            _ => 0,
        };
        assert!(self.status >= least, "{}", self.status);
    }
}

fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(&[&["doctor", "--json"], arguments].concat());
    if !arguments.contains(&"--listen") {
        // Something may listen at the usual port.
        command.args(["--listen", "127.0.0.1:0"]);
    }
    command.env_remove("SSL_CERT_FILE").stdin(Stdio::null());
    command
}

async fn run(mut command: Command) -> Report {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    Report::of(&output)
}

async fn doctor(home: &Home, arguments: &[&str]) -> Report {
    run(command(home, arguments)).await
}

fn address(app: &App) -> String {
    app.url.trim_start_matches("http://").to_owned()
}

#[tokio::test]
async fn a_server_to_which_nothing_is_wrong_is_found_well() {
    let (app, alice, ..) = own_app(&[]).await;
    alice.project().await;
    let home = app.home().clone();
    fs::set_permissions(home.data(), Permissions::from_mode(0o700)).unwrap();
    for file in fs::read_dir(home.data()).unwrap().map(|entry| entry.unwrap().path()) {
        assert!(!file.is_file() || fs::set_permissions(&file, Permissions::from_mode(0o600)).is_ok());
    }
    let report = doctor(&home, &["--listen", &address(&app)]).await;
    let states: Vec<_> =
        report.report.list("findings").iter().map(|one| (one.str("check"), one.str("state"))).collect();
    // How much room a machine has is its own.
    let unwell: Vec<_> = states.iter().filter(|(check, state)| state != "ok" && check != "disk").collect();
    assert!(unwell.is_empty(), "{}", report.report);
    for check in [
        "settings",
        "open files",
        "threads",
        "data folder",
        "database",
        "tables",
        "clock",
        "attachments",
        "mail",
        "streams",
    ] {
        assert!(states.iter().any(|(known, _)| known == check), "{check} is missing: {states:?}");
    }
    let settings = &report.report["settings"];
    assert_eq!(
        (settings["listen"].str("value"), settings["listen"].str("source")),
        (address(&app), "command_line".into())
    );
    assert_eq!(settings["signup"].str("source"), "default");
    // For people, the same.
    let text = home.command(&["doctor", "--listen", &address(&app)]);
    let output = tokio::task::spawn_blocking(move || {
        let mut text = text;
        text.output().unwrap()
    })
    .await
    .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("ok       database: ") && text.contains("--listen"), "{text}");
    // A server goes on beside it.
    alice.get("/projects").await.ok();
}

#[tokio::test]
async fn settings_that_are_wrong_are_findings() {
    let home = Home::of_files();
    let mut misspelt = command(&home, &[]);
    misspelt.env("BOARDCAST_LISTN", "x");
    let report = run(misspelt).await;
    report.is("settings", "error", "did you mean BOARDCAST_LISTEN?");
    assert_eq!(report.status, 2);
    let report = doctor(&home, &["--database", "mysql://alice:secret-7@host/db"]).await;
    report.is("settings", "error", "postgres://");
    report.is("database", "error", "");
    assert_eq!(report.report["settings"]["database"].str("value"), "mysql://host");
    let report = doctor(&home, &["--smtp", "smtp://alice:secret-7@localhost"]).await;
    report.is("settings", "error", "--mail-from");
    report.is("mail", "error", "--mail-from");
    let report = doctor(&home, &["--public-url", "https://boards.localhost:1", "--limits", "off"]).await;
    report.is("proxies", "warning", "--proxies");
    report.is("limits", "warning", "off");
}

#[tokio::test]
async fn a_limit_of_open_files_that_is_too_low_is_found() {
    let home = Home::of_files();
    let plain = command(&home, &["--connections", "5000"]);
    let mut low = Command::new("sh");
    low.arg("-c").arg("ulimit -n 256; exec \"$@\"").arg("sh").arg(plain.get_program()).args(plain.get_args());
    low.env_remove("SSL_CERT_FILE").current_dir(home.data());
    let report = run(low).await;
    report.is("open files", "warning", "192 of 5000");
    assert_eq!(report.status, 1, "{}", report.report);
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_found() {
    let home = Home::of_files();
    let at = |path: &Path| path.to_str().unwrap().to_owned();
    let data = |path: &Path| {
        let mut command = Command::new(home.command(&[]).get_program());
        command
            .args(["doctor", "--json", "--listen", "127.0.0.1:0", "--data", &at(path)])
            .current_dir("/")
            .stdin(Stdio::null());
        command
    };
    let new = home.data().join("new");
    let report = run(data(&new)).await;
    report.is("data folder", "ok", "the first start makes it");
    report.is("database", "ok", "the first start");
    assert!(!new.exists(), "it changes nothing");
    let file = home.data().join("file");
    fs::write(&file, "").unwrap();
    run(data(&file)).await.is("data folder", "error", "is a file");
    fs::create_dir(&new).unwrap();
    fs::set_permissions(&new, Permissions::from_mode(0o755)).unwrap();
    run(data(&new)).await.is("data folder", "warning", "other users");
    assert_eq!(fs::metadata(&new).unwrap().permissions().mode() & 0o777, 0o755, "it changes nothing");
    fs::write(new.join("boardcast.db"), "").unwrap();
    fs::write(new.join("boardcast.marker"), "").unwrap();
    run(data(&new)).await.is("data folder", "error", "is empty");
    fs::write(new.join("boardcast.db"), "no database at all, however long it may be").unwrap();
    run(data(&new)).await.is("database", "error", "cannot be read");
    if rustix::process::geteuid().is_root() {
        // What may not be written, of another user: root may write everything.
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let plain = data(&folder.path().join("data"));
        let mut stranger = Command::new("setpriv");
        stranger.args(["--reuid=61234", "--regid=61234", "--clear-groups", "--"]);
        stranger.arg(plain.get_program()).args(plain.get_args()).current_dir("/");
        run(stranger).await.is("data folder", "error", "cannot be made");
        fs::create_dir(folder.path().join("data")).unwrap();
        let mut stranger = Command::new("setpriv");
        stranger.args(["--reuid=61234", "--regid=61234", "--clear-groups", "--"]);
        stranger.arg(plain.get_program()).args(plain.get_args()).current_dir("/");
        run(stranger).await.is("data folder", "error", "may not be read and written");
    }
}

#[tokio::test]
async fn tables_of_another_version_are_found() {
    let home = Home::of_files();
    home.add_user("alice@example.com", "Alice", false);
    doctor(&home, &[]).await.is("tables", "ok", "this program's");
    let file = home.data().join("boardcast.db");
    let change = |sql: &str| rusqlite::Connection::open(&file).unwrap().execute(sql, []).unwrap();
    change("update _sqlx_migrations set version = 9999 where version = (select max(version) from _sqlx_migrations)");
    doctor(&home, &[]).await.is("tables", "error", "9999");
    change("delete from _sqlx_migrations where version = 9999");
    doctor(&home, &[]).await.is("tables", "warning", "older");
    let later = std::time::SystemTime::now() + Duration::from_hours(3);
    fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
    doctor(&home, &[]).await.is("clock", "error", "in the future");
}

#[tokio::test]
async fn a_wal_that_grows_and_grows_is_found() {
    let home = Home::of_files();
    home.add_user("alice@example.com", "Alice", false);
    let wal = home.data().join("boardcast.db-wal");
    // A sparse file, which SQLite takes for an empty WAL.
    fs::File::create(&wal).unwrap().set_len(300 << 20).unwrap();
    doctor(&home, &[]).await.is("wal", "warning", "300 MiB");
}

/// An SMTP server that takes this password only. Answers its address.
async fn smtp(greeting: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut socket = BufReader::new(socket);
                let mut line = String::new();
                let mut say = greeting.to_owned();
                loop {
                    if socket.write_all(say.as_bytes()).await.is_err() {
                        return;
                    }
                    line.clear();
                    if socket.read_line(&mut line).await.unwrap_or(0) == 0 {
                        return;
                    }
                    let word = line.split_whitespace().next().unwrap_or_default().to_uppercase();
                    say = match word.as_str() {
                        "EHLO" => "250-mail.example.org\r\n250 AUTH PLAIN\r\n".into(),
                        // "\0alice\0secret-7"
                        "AUTH" if line.trim().ends_with("AGFsaWNlAHNlY3JldC03") => "235 2.7.0 welcome\r\n".into(),
                        "AUTH" => "535 5.7.8 bad credentials\r\n".into(),
                        "NOOP" => "250 ok\r\n".into(),
                        "QUIT" => "221 bye\r\n".into(),
                        _ => format!("503 what is {word}\r\n"),
                    };
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn a_mail_server_is_tried_and_what_it_refuses_is_found() {
    let home = Home::of_files();
    let with = async |url: String| {
        let arguments = ["--smtp", url.as_str(), "--mail-from", "boards@example.org"];
        doctor(&home, &arguments).await
    };
    let well = smtp("220 mail.example.org\r\n").await;
    with(format!("smtp://alice:secret-7@{well}")).await.is("mail", "ok", "lets us in");
    with(format!("smtp://alice:secret-70@{well}")).await.is("mail", "error", "refuses the sign-in");
    let report = with(format!("smtp://alice:secret-7@{well}?tls=required")).await;
    let (state, _) = report.found("mail");
    assert_eq!(state, "error", "it has no STARTTLS");
    let busy = smtp("421 come back later\r\n").await;
    with(format!("smtp://alice:secret-7@{busy}")).await.is("mail", "error", "421");
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    with(format!("smtp://{gone}")).await.is("mail", "error", "cannot be used");
    doctor(&home, &[]).await.is("mail", "ok", "off");
}

/// A server of S3, as far as one object needs it, which refuses what begins so. Answers its address.
async fn bucket(refuses: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let kept: Arc<Mutex<HashMap<String, Vec<u8>>>> = Arc::default();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let kept = kept.clone();
            tokio::spawn(async move {
                let mut request = vec![];
                let head = loop {
                    let mut buffer = [0; 4096];
                    let read = socket.read(&mut buffer).await.unwrap_or(0);
                    request.extend_from_slice(&buffer[..read]);
                    let text = String::from_utf8_lossy(&request).into_owned();
                    if let Some((head, body)) = text.split_once("\r\n\r\n") {
                        let length = head.lines().find_map(|line| {
                            let (name, value) = line.split_once(": ")?;
                            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
                        });
                        if body.len() >= length.unwrap_or(0) {
                            kept.lock().unwrap().insert("body".into(), body.as_bytes().to_vec());
                            break head.to_owned();
                        }
                    }
                    if read == 0 {
                        return;
                    }
                };
                let mut words = head.split(' ');
                let (method, path) = (words.next().unwrap(), words.next().unwrap().to_owned());
                let (status, body) = {
                    let mut kept = kept.lock().unwrap();
                    let body = kept.remove("body").unwrap_or_default();
                    match method {
                        _ if method == refuses => {
                            ("403 Forbidden", b"<Error><Code>AccessDenied</Code></Error>".to_vec())
                        }
                        "PUT" => {
                            kept.insert(path, body);
                            ("200 OK", vec![])
                        }
                        "GET" => kept.get(&path).map_or(("404 Not Found", vec![]), |body| ("200 OK", body.clone())),
                        // Several objects are deleted at once.
                        "POST" => {
                            let body = String::from_utf8(body).unwrap();
                            let key = body.split("<Key>").nth(1).unwrap().split("</Key>").next().unwrap();
                            assert!(kept.remove(&format!("/attachments/{key}")).is_some(), "{key} is kept");
                            let deleted = format!("<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>");
                            ("200 OK", deleted.into_bytes())
                        }
                        _ => ("501 Not Implemented", vec![]),
                    }
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\nETag: \"1\"\r\nLast-Modified: Tue, 01 Dec 2026 10:00:00 GMT\r\n\
                     Content-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                drop(socket.write_all(&[head.as_bytes(), &body].concat()).await);
            });
        }
    });
    address
}

#[tokio::test]
async fn a_bucket_is_tried_and_what_it_refuses_is_found() {
    let home = Home::of_files();
    let with = async |address: &str, networks: &str| {
        let url = format!("s3://attachments/some?endpoint=http://{address}");
        let mut command = command(&home, &["--files", &url, "--outgoing-networks", networks]);
        command.env("AWS_ACCESS_KEY_ID", "alice").env("AWS_SECRET_ACCESS_KEY", "secret-7");
        run(command).await
    };
    let inside = "127.0.0.0/8";
    with(&bucket("nothing").await, inside).await.is("attachments", "ok", "takes, gives and deletes");
    for (method, word) in [("PUT", "does not put"), ("GET", "does not get"), ("POST", "does not delete")] {
        with(&bucket(method).await, inside).await.is("attachments", "error", word);
    }
    with(&bucket("nothing").await, "10.0.0.0/8").await.is("attachments", "error", "BOARDCAST_FILES");
    let url = "s3://attachments?endpoint=http://127.0.0.1:1";
    let mut without = command(&home, &["--files", url, "--outgoing-networks", inside]);
    without.env_remove("AWS_ACCESS_KEY_ID");
    run(without).await.is("attachments", "error", "AWS_ACCESS_KEY_ID");
}

/// What a proxy in front does with an answer.
#[derive(Clone, Copy)]
enum Proxy {
    PassesOn,
    /// It gives the answer when it has all of it.
    Buffers,
    Answers(&'static str),
}

/// A proxy in front of a server, over TLS where it has a certificate. Answers its port.
async fn proxy(behind: &str, does: Proxy, tls: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let behind = behind.to_owned();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (behind, tls) = (behind.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => serve(socket, &behind, does).await,
                    Some(tls) => {
                        let Ok(socket) = tls.accept(socket).await else { return };
                        serve(socket, &behind, does).await;
                    }
                }
            });
        }
    });
    port
}

async fn serve(mut client: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, behind: &str, does: Proxy) {
    if let Proxy::Answers(answer) = does {
        let mut request = [0; 4096];
        drop(client.read(&mut request).await);
        drop(client.write_all(answer.as_bytes()).await);
        return;
    }
    let mut server = TcpStream::connect(behind).await.unwrap();
    if matches!(does, Proxy::PassesOn) {
        drop(copy_bidirectional(&mut client, &mut server).await);
        return;
    }
    let mut request = vec![0; 4096];
    let read = client.read(&mut request).await.unwrap();
    let request = String::from_utf8_lossy(&request[..read]).replacen("\r\n", "\r\nConnection: close\r\n", 1);
    server.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![];
    server.read_to_end(&mut answer).await.unwrap();
    drop(client.write_all(&answer).await);
}

#[tokio::test]
async fn a_proxy_that_keeps_streams_back_is_found() {
    let (app, ..) = own_app(&[]).await;
    let home = app.home().clone();
    let through = async |does| {
        let port = proxy(&address(&app), does, None).await;
        doctor(&home, &["--listen", &address(&app), "--public-url", &format!("http://127.0.0.1:{port}")]).await
    };
    let well = through(Proxy::PassesOn).await;
    well.is("public url", "ok", "answers");
    well.is("streams", "ok", "as they are sent");
    let kept = through(Proxy::Buffers).await;
    kept.is("public url", "ok", "answers");
    kept.is("streams", "error", "keeps events back");
    assert_eq!(kept.status, 2);
    let bad = through(Proxy::Answers("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")).await;
    bad.is("public url", "error", "502");
    let leads =
        "HTTP/1.1 301 Moved Permanently\r\nLocation: https://boards.example.org/livez\r\nContent-Length: 0\r\n\r\n";
    through(Proxy::Answers(leads)).await.is("public url", "error", "https://boards.example.org/livez");
    let other = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi";
    through(Proxy::Answers(other)).await.is("public url", "error", "not this version of Boardcast");
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    doctor(&home, &["--listen", &address(&app), "--public-url", &url]).await.is("public url", "error", "from here");
    doctor(&home, &["--listen", &gone.to_string()]).await.is("public url", "warning", "no server listens");
}

/// Who issues certificates in a test, and where a machine finds that to trust it.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: tempfile::NamedTempFile,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(issuer.pem().as_bytes()).unwrap();
        Self { issuer, file }
    }

    /// One for a name that ends in so many days; a negative number is past.
    fn acceptor(&self, name: &str, days: i64) -> TlsAcceptor {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let now = time::OffsetDateTime::now_utc();
        params.not_before = now - time::Duration::days(60);
        params.not_after = now + time::Duration::days(days) + time::Duration::hours(1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &*self.issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

#[tokio::test]
async fn a_certificate_that_ends_or_is_not_trusted_is_found() {
    let (app, ..) = own_app(&[]).await;
    let home = app.home().clone();
    let authority = Authority::new();
    let behind = async |acceptor: TlsAcceptor, trusted: bool| {
        let port = proxy(&address(&app), Proxy::PassesOn, Some(acceptor)).await;
        let url = format!("https://localhost:{port}");
        let mut command = command(&home, &["--listen", &address(&app), "--public-url", &url]);
        if trusted {
            command.env("SSL_CERT_FILE", authority.file.path());
        }
        run(command).await
    };
    let well = behind(authority.acceptor("localhost", 60), true).await;
    well.is("certificate", "ok", "60 days");
    well.is("streams", "ok", "as they are sent");
    behind(authority.acceptor("localhost", 5), true).await.is("certificate", "warning", "5 days");
    let ended = behind(authority.acceptor("localhost", -3), true).await;
    ended.is("certificate", "error", "ended 3 days ago");
    ended.is("streams", "ok", "as they are sent");
    behind(authority.acceptor("boards.example.org", 60), true).await.is("certificate", "error", "another name");
    behind(authority.acceptor("localhost", 60), false).await.is("certificate", "error", "does not trust");
}

#[tokio::test]
async fn a_redis_that_is_not_there_is_found() {
    let home = Home::of_files();
    let report =
        doctor(&home, &["--redis", "redis://:secret-7@127.0.0.1:1", "--database", "postgres://127.0.0.1:1/x"]).await;
    report.is("redis", "warning", "by way of Postgres");
    report.is("database", "error", "127.0.0.1:1");
    report.is("settings", "ok", "");
}
