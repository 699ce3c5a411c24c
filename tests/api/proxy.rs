//! Streams behind nginx as Debian ships it, with a plain `proxy_pass`: HTTP/1.0 to the server, buffers on. Run by
//! `tests/run streams`.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::time::sleep;

use crate::support::{App, LightReader, Project, own_app, soon};

struct Nginx {
    folder: TempDir,
    child: Child,
    address: String,
}

impl Nginx {
    fn before(app: &App) -> Self {
        let folder = TempDir::with_prefix("boardcast-nginx-").unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let at = folder.path().display();
        let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {at}/{name};"))
            .concat();
        let settings = format!(
            "daemon off; pid {at}/pid; error_log {at}/errors; events {{}}
             http {{ {places} access_log off; server {{ listen {address}; location / {{ proxy_pass {}; }} }} }}",
            app.url
        );
        fs::write(folder.path().join("nginx.conf"), settings).unwrap();
        let child = Self::command(&folder).stdin(Stdio::null()).spawn();
        Self { child: child.expect("nginx is installed"), folder, address }
    }

    fn command(folder: &TempDir) -> Command {
        let mut command = Command::new("nginx");
        let log = fs::File::options().create(true).append(true).open(folder.path().join("said")).unwrap();
        command.arg("-p").arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf")).stderr(log);
        command
    }

    /// The worker processes: children of the one that was started.
    fn workers(&self) -> Vec<String> {
        let master = self.child.id();
        let children = fs::read_to_string(format!("/proc/{master}/task/{master}/children")).unwrap_or_default();
        children.split_whitespace().map(ToOwned::to_owned).collect()
    }

    /// Reload the settings, as after a change of a certificate: new workers start, old ones finish what they hold.
    async fn reload(&self) {
        let old = self.workers();
        assert!(Self::command(&self.folder).args(["-s", "reload"]).status().unwrap().success());
        soon("new workers", async {
            while self.workers().iter().all(|worker| old.contains(worker)) {
                sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
    }

    /// Kill the workers; the master starts others.
    fn kill_workers(&self) {
        for worker in self.workers() {
            assert!(Command::new("kill").args(["-KILL", &worker]).status().unwrap().success());
        }
    }

    fn log(&self) -> String {
        let read = |name: &str| fs::read_to_string(PathBuf::from(self.folder.path()).join(name)).unwrap_or_default();
        read("said") + &read("errors")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // On SIGTERM it ends its workers itself.
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        drop(self.child.wait());
    }
}

/// Opens the stream, once nginx listens.
async fn open(reader: &mut LightReader, nginx: &Nginx) {
    let opened = tokio::time::timeout(crate::support::SOON, async {
        while reader.open().await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(opened.await.is_ok(), "no stream by way of nginx: {}", nginx.log());
}

/// Makes one change, and answers how long after the response its event came.
async fn change(project: &Project, reader: &mut LightReader) -> Duration {
    project.column("News").await;
    let answered = Instant::now();
    let number = project.seq().await;
    assert!(soon("an event by way of nginx", reader.reach(number)).await, "the stream ended");
    answered.elapsed()
}

#[tokio::test]
#[ignore = "needs nginx: tests/run streams"]
async fn events_come_at_once_through_nginx_as_it_is_and_a_reload_loses_none() {
    let (app, alice, ..) = own_app(&[]).await;
    let project = alice.project().await;
    let nginx = Nginx::before(&app);
    for path in [project.at("/events"), "/events".to_owned()] {
        let mut reader = LightReader::new(&alice, &path).by_way_of(&nginx.address);
        open(&mut reader, &nginx).await;
        for _ in 0..5 {
            // Short events, far less than nginx's buffers hold.
            let took = change(&project, &mut reader).await;
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
        // The old workers keep the stream open.
        nginx.reload().await;
        change(&project, &mut reader).await;
        let mut new = LightReader::new(&alice, &path).by_way_of(&nginx.address);
        open(&mut new, &nginx).await;
        change(&project, &mut new).await;
        change(&project, &mut reader).await;

        // Cut off, the client resumes by its cursor; `LightReader` checks that nothing is missing or doubled.
        while reader.cursor.is_none() || reader.unsaid > 0 {
            soon("a cursor", reader.next()).await.expect("the stream goes on");
        }
        nginx.kill_workers();
        soon("the end of a stream that is cut", async { while reader.next().await.is_some() {} }).await;
        for _ in 0..3 {
            project.column("Missed").await;
        }
        open(&mut reader, &nginx).await;
        change(&project, &mut reader).await;
        assert!(!reader.reset, "a cursor passes nginx");
    }
}
