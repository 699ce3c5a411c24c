use clap::Parser;

use super::*;
use crate::{
    access::Credential,
    config::{Commit, Config},
    db::Db,
    ids::SessionId,
    model::users::User,
};

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

async fn app(folder: &tempfile::TempDir) -> App {
    let db = Db::sqlite(&folder.path().join("boardcast.db"), Commit::Shared).await.unwrap();
    App::new(Settings::parse_from(["boardcast"]).config, db, "epoch", "http://localhost".into())
}

fn stream(app: &App, project: ProjectId) -> Stream {
    let now = Timestamp::now();
    let (email, name) = ("bob@example.com".to_owned(), "Bob".to_owned());
    let user = User { id: UserId::new(), email, name, admin: false, created_at: now };
    let session = Credential::Session { id: SessionId::new(), expires_at: now.plus(ROTATE * 2) };
    let caller = Caller { user, credential: session, role: None };
    let reader = app.hub.reader(caller.user.id, caller.credential_id());
    let mut stream = Stream::new(app.clone(), &caller, Scope::User(None), reader);
    let subscription = app.hub.subscribe(project, &stream.reader.signal);
    subscription.topic.begin_at(0);
    stream.followed.push(Followed { subscription, cursor: 0, member_since: 0 });
    stream
}

#[tokio::test]
async fn news_that_nobody_asked_for_yet_outlast_a_ring_that_went_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder).await;
    let project = ProjectId::new();
    let mut stream = stream(&app, project);
    stream.reader.signal.tell();
    stream.turn();
    assert_eq!(stream.ask, Some(Ask::News));
    for seq in 1..=2_000 {
        app.hub.receive(project, Frame::new(&app.epoch, seq, "task.changed", "{}", None));
    }
    stream.turn();
    assert_eq!(stream.ask, Some(Ask::Log(project)));
    stream.ask = None;
    stream.followed[0].cursor = 2_000;
    stream.turn();
    assert_eq!(stream.ask, Some(Ask::News));
}
