//! The end of a right, on every node: at once on the one where it ended, within a second on the others, and within
//! five with every hint between them lost. On `SQLite` there is one node, on Postgres there are three.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout};

use crate::support::{App, Fields, PASSWORD, Project, Stream, User, expire, own_app, soon};

const ON_OTHERS: Duration = Duration::from_secs(1);
const HINTS_LOST: Duration = Duration::from_secs(5);

/// How a user's right to read ends.
#[derive(Clone, Copy, Debug)]
enum End {
    LogOut,
    EndedElsewhere,
    PasswordChanged,
    TokenRevoked,
    Disabled,
    SessionExpired,
    TokenExpired,
    Removed,
    ProjectDeleted,
}

const ALL: [End; 9] = [
    End::LogOut,
    End::EndedElsewhere,
    End::PasswordChanged,
    End::TokenRevoked,
    End::Disabled,
    End::SessionExpired,
    End::TokenExpired,
    End::Removed,
    End::ProjectDeleted,
];

impl End {
    /// Whether a session or token ends, rather than a membership.
    const fn of_credential(self) -> bool {
        !matches!(self, Self::Removed | Self::ProjectDeleted)
    }
}

/// One server, or three on one Postgres.
async fn nodes(settings: &[(&str, &str)]) -> (Vec<App>, User) {
    let (here, alice, ..) = own_app(settings).await;
    let mut all = vec![here];
    if all[0].home().database().is_some() {
        all.push(all[0].another_node());
        all.push(all[0].another_node());
    }
    (all, alice)
}

/// Bob, whose session or token is about to end, and a second session of his that may end the first one.
struct Bob {
    revoked: User,
    other: User,
    credential: String,
}

async fn bob(here: &App, end: End) -> Bob {
    let other = here.sign_up_by_cookie("Bob").await;
    if matches!(end, End::TokenRevoked | End::TokenExpired) {
        let revoked = other.by_token(json!({})).await;
        let credential = other.get("/tokens").await.ok().list("items")[0].id();
        return Bob { revoked, other, credential };
    }
    let revoked = other.by_cookie().await;
    let sessions = revoked.get("/me/sessions").await.ok().list("items");
    let credential = sessions.iter().find(|session| session["current"] == true).unwrap().id();
    Bob { revoked, other, credential }
}

async fn bring_about(end: End, here: &App, alice: &User, project: &Project, bob: &Bob) {
    let Bob { revoked, other, credential } = bob;
    match end {
        End::LogOut => revoked.delete("/session").await.no_content(),
        End::EndedElsewhere => other.delete(&format!("/me/sessions/{credential}")).await.no_content(),
        End::PasswordChanged => {
            let body = json!({"current_password": PASSWORD, "new_password": "another-lantern-43"});
            other.put("/me/password").json(body).await.no_content();
        }
        End::TokenRevoked => other.delete(&format!("/tokens/{credential}")).await.no_content(),
        End::Disabled => {
            let admin = here.administrator().await;
            admin.patch(&format!("/admin/users/{}", revoked.id)).json(json!({"disabled": true})).await.ok();
        }
        End::SessionExpired => expire(here, "sessions", credential).await,
        End::TokenExpired => expire(here, "tokens", credential).await,
        End::Removed => alice.delete(&project.at(&format!("/members/{}", revoked.id))).await.no_content(),
        End::ProjectDeleted => alice.unchecked().delete(&project.at("")).await.no_content(),
    }
}

/// Reads until the right has ended: to the end of the stream, or to `left`.
async fn until_ended(stream: &mut Stream, end: End) {
    if end.of_credential() {
        stream.drain().await;
    } else {
        stream.event("left").await;
    }
}

async fn is_revoked_in_time(end: End, settings: &[(&str, &str)], on_others: Duration) {
    let (nodes, alice) = nodes(settings).await;
    let here = &nodes[0];
    let (project, other) = (alice.project().await, alice.project().await);
    let bob = bob(here, end).await;
    project.add(&bob.revoked, "editor").await;
    other.add(&bob.revoked, "viewer").await;
    let mut streams = vec![];
    for node in &nodes {
        for path in ["/events".to_owned(), project.at("/events")] {
            let mut stream = bob.revoked.on(node).stream(&path).await;
            stream.hello().await;
            streams.push(stream);
        }
    }
    bring_about(end, here, &alice, &project, &bob).await;
    let ended = Instant::now();
    for (number, stream) in streams.iter_mut().enumerate() {
        let by_clock = matches!(end, End::SessionExpired | End::TokenExpired);
        // Each node finds by its own comparison what the clock ended, and that runs once a second.
        let bound = if by_clock { on_others.max(ON_OTHERS * 2) } else { on_others };
        let left = bound.saturating_sub(ended.elapsed());
        let told = timeout(left, until_ended(stream, end)).await;
        assert!(told.is_ok(), "{end:?}: stream {number} still open {:?} later: {:?}", ended.elapsed(), stream.seen);
        if end.of_credential() {
            assert!(stream.saw("bye"), "{end:?}: {:?}", stream.seen);
        }
    }
    for node in &nodes {
        let bob = bob.revoked.on(node);
        if end.of_credential() {
            bob.get("/me").await.problem(401, "unauthenticated");
        } else {
            bob.get(&project.at("")).await.not_found();
            bob.get(&other.at("")).await.ok();
        }
    }
}

#[tokio::test]
async fn every_way_to_end_a_right_ends_its_streams_on_every_node() {
    for end in ALL {
        is_revoked_in_time(end, &[], ON_OTHERS).await;
    }
}

#[tokio::test]
async fn a_lowered_role_counts_at_once_on_every_node() {
    let (nodes, alice) = nodes(&[]).await;
    let bob = nodes[0].sign_up("Bob").await;
    let project = alice.project().await;
    let column = project.column("To do").await;
    project.add(&bob, "editor").await;
    let mut streams = vec![];
    for node in &nodes {
        let mut stream = bob.on(node).stream("/events").await;
        stream.hello().await;
        streams.push(stream);
    }
    let member = project.at(&format!("/members/{}", bob.id));
    alice.put(&member).json(json!({"role": "viewer"})).await.ok();
    let body = json!({"title": "Too late", "column_id": column.id()});
    for (node, stream) in nodes.iter().zip(&mut streams) {
        bob.on(node).unchecked().post(&project.at("/tasks")).json(body.clone()).await.status(403);
        // A member who may no longer write still reads, and sees the change of role.
        let told = stream.event("member.changed").await;
        assert_eq!(told["changes"]["members"][0]["role"], "viewer");
    }
}

/// Where there are other nodes to send hints to.
mod nodes {
    use super::{ALL, HINTS_LOST, is_revoked_in_time, nodes, soon};

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn every_way_to_end_a_right_ends_its_streams_with_every_hint_lost() {
        for end in ALL {
            is_revoked_in_time(end, &[("BOARDCAST_TEST_LOST_HINTS", "1")], HINTS_LOST).await;
        }
    }

    #[tokio::test]
    #[ignore = "needs Postgres; run by tests/run api-postgres"]
    async fn events_arrive_with_every_hint_lost() {
        let (nodes, alice) = nodes(&[("BOARDCAST_TEST_LOST_HINTS", "1")]).await;
        let project = alice.project().await;
        let mut streams = vec![];
        for node in &nodes[1..] {
            let mut stream = alice.on(node).stream("/events").await;
            stream.hello().await;
            streams.push(stream);
        }
        for n in 0..3 {
            project.column(&format!("Column {n}")).await;
        }
        for stream in &mut streams {
            let told = soon("events by repair", stream.changes(3)).await;
            assert_eq!(told.len(), 3);
        }
    }
}
