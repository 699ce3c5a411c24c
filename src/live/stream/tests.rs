//! One turn of a stream after another, with a database and a connection that the test drives.

use clap::Parser;

use super::*;
use crate::{
    auth::{caller::Credential, user::User},
    base::{clock::Timestamp, ids::SessionId},
    config::{Commit, Config},
    db::Db,
    files::Files,
    log::{Chain, Frame, LogPosition},
};

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

async fn app(folder: &tempfile::TempDir) -> App {
    let db = Db::sqlite(&folder.path().join("boardcast.db"), Commit::Shared).await.unwrap();
    let config = Settings::parse_from(["boardcast"]).config;
    let files = Files::new(&config).unwrap();
    App::new(config, db, files, "epoch", "http://localhost".into())
}

fn stream(app: &App, project: ProjectId) -> Stream {
    let now = Timestamp::now();
    let (email, name) = ("bob@example.com".to_owned(), "Bob".to_owned());
    let user =
        User { id: UserId::new(), email, name, admin: false, created_at: now, time_zone: None, show_presence: true };
    let session = Credential::Session { id: SessionId::new(), expires_at: now.plus(ROTATE * 2) };
    let caller = Caller { user, credential: session, role: None, second_factor_missing: false };
    let registration = app.live.register(caller.user.id, caller.credential_id(), StreamKind::User);
    let mut stream = Stream::new(app.clone(), &caller, Scope::User(None), registration);
    let subscription = app.live.subscribe(project, &stream.registration.signal);
    subscription.topic.start_at(0);
    let room = app.live.presence().room(project);
    let cursor = LogPosition::default();
    stream.followed.push(Followed { subscription, cursor, room, round: 0, member_since: 0 });
    stream
}

#[tokio::test]
async fn news_that_were_not_looked_up_outlast_a_turn_that_lacks_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder).await;
    let project = ProjectId::new();
    let mut stream = stream(&app, project);
    stream.registration.signal.notify();
    stream.turn();
    assert_eq!(stream.lookup, Some(Lookup::News));
    for seq in 1..=2_000 {
        app.live
            .receive(project, Frame::new(&app.epoch, LogPosition::new(seq, Chain::NONE), "task.changed", "{}", None));
    }
    stream.turn();
    assert_eq!(stream.lookup, Some(Lookup::Log(project)));
    stream.lookup = None;
    stream.followed[0].cursor.seq = 2_000;
    stream.turn();
    assert_eq!(stream.lookup, Some(Lookup::News));
}
