//! A project as a file, and what is one's own, sent as they are read.

use std::{io, time::Duration};

use axum::{Extension, body::Body, response::Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, header};
use serde::Deserialize;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    time::timeout,
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{Act, By, Entry, Target},
        caller::Caller,
        role::{Read, Role},
    },
    base::error::{Error, Result},
    http::{
        client_address::Client,
        guard::{Me, Member},
        query::Query,
    },
    model::{
        exports::{
            self, Format, Kind, ProjectExport, Sink, Wanted,
            account::{self, AccountExport},
        },
        projects,
    },
};

/// How long an export waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// How long a client may take nothing: its export holds a reader of the database.
const PATIENCE: Duration = Duration::from_secs(15);
/// So many pieces are ahead of the client.
const AHEAD: usize = 8;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The whole as one document that can be imported, or one kind of its things as a table.
    #[serde(default)]
    #[param(inline)]
    format: Format,
    /// What the table lists.
    #[serde(default)]
    #[param(inline)]
    kind: Kind,
}

struct Channel(mpsc::Sender<io::Result<Bytes>>);

impl Sink for Channel {
    async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let sent = timeout(PATIENCE, self.0.send(Ok(bytes))).await;
        if matches!(sent, Ok(Ok(()))) {
            Ok(())
        } else {
            Err(Error::BadRequest("the client takes no more of it".into()))
        }
    }
}

/// Everything of the project that one sees, as a file: JSON, which `POST /imports` takes, or CSV.
#[utoipa::path(get, path = "/projects/{project}/export", tag = "imports", params(Asked), responses((status = 200, content((ProjectExport = "application/json"), (String = "text/csv")))))]
async fn export(
    by: Member<Read>,
    Extension(client): Extension<Client>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let turn = turn(&by.app).await?;
    let project = projects::find(&by.membership).await?;
    let table = (asked.format == Format::Csv).then(|| asked.kind.name());
    let wanted = Wanted {
        project: by.membership.project(),
        with_emails: by.membership.role() >= Role::Manager,
        reader: Some(by.membership.user()),
        format: asked.format,
        kind: asked.kind,
    };
    let db = by.app.db.clone();
    let entry = Entry::new(Act::Export).about(Target::Project(by.membership.project()));
    by.app.noted.note(noted_by(&by.caller, client), entry.with("format", asked.format.name()).with("kind", table));
    let body = sent(turn, |mut channel| async move {
        let written = exports::write(&db, wanted, &mut channel).await;
        (channel, written)
    });
    let (media, name) = match asked.format {
        Format::Json => ("application/json", format!("{}.json", project.key)),
        Format::Csv => ("text/csv; charset=utf-8", format!("{}-{}.csv", project.key, asked.kind.name())),
    };
    // A key is of capital letters and digits.
    Ok(as_file(body, media, &name))
}

/// One's own data as a file, JSON: account, settings, sessions and tokens without secrets, and of the projects that one belongs
/// to the tasks that one is assigned to, what one wrote, and the files that one attached.
#[utoipa::path(get, path = "/me/export", tag = "me", responses((status = 200, body = AccountExport)))]
async fn export_account(by: Me, Extension(client): Extension<Client>) -> Result<Response> {
    by.caller.in_person()?;
    let turn = turn(&by.app).await?;
    let (db, caller) = (by.app.db.clone(), by.caller.clone());
    by.app.noted.note(noted_by(&caller, client), Entry::new(Act::AccountExport).about(Target::User(caller.user.id)));
    let body = sent(turn, |mut channel| async move {
        let written = account::write(&db, &caller, &mut channel).await;
        (channel, written)
    });
    Ok(as_file(body, "application/json", "boardcast-account.json"))
}

/// Who exports: a read writes nothing itself.
pub fn noted_by(caller: &Caller, client: Client) -> By {
    By {
        actor: Some((caller.user.id, caller.user.name.clone())),
        token: caller.token(),
        via: caller.via().map(ToOwned::to_owned),
        address: Some(client.0),
    }
}

/// Wait for a turn: an export holds a reader of the database.
async fn turn(app: &App) -> Result<OwnedSemaphorePermit> {
    let turn = timeout(TURN, app.exporting.clone().acquire_owned()).await.map_err(|_| Error::Unavailable)?;
    turn.map_err(|_| Error::Unavailable)
}

/// A body that is sent as it is written.
fn sent<F>(turn: OwnedSemaphorePermit, write: impl FnOnce(Channel) -> F) -> Body
where
    F: Future<Output = (Channel, Result<()>)> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    let writing = write(Channel(sender));
    tokio::spawn(async move {
        let _turn = turn;
        let (channel, written) = writing.await;
        if let Err(error) = written {
            tracing::info!(%error, "an export broke off");
            // The body ends in a way by which the client sees that it is not whole.
            let broken = io::Error::other("the export broke off");
            let _ = timeout(PATIENCE, channel.0.send(Err(broken))).await;
        }
    });
    let pieces =
        stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|piece| (piece, receiver)) });
    // Compression asks once more behind the end.
    Body::from_stream(pieces.fuse())
}

fn as_file(body: Body, media: &'static str, name: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export)).routes(routes!(export_account))
}
