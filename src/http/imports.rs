//! Imports. The file is read once when it comes, so that what is wrong with it is said at once, and once more by the job.

use std::time::Duration;

use axum::extract::Request;
use http::StatusCode;
use serde::Deserialize;
use tokio::time::timeout;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ImportId, ProjectId},
        stored_response::StoredResponse,
    },
    http::{
        extract::{Json, Path, parse_field},
        guard::Me,
        query::{List, Page, Query},
        upload,
    },
    import::{self, Format, Mapping, Options},
    model::{
        blobs,
        imports::{self, Import, NewImport},
    },
};

/// How long a request waits for its turn to have its file read.
const TURN: Duration = Duration::from_secs(10);

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Say what would come along, and write nothing.
    #[serde(default)]
    dry_run: bool,
    /// The project that it goes into, for those who manage it. When absent, the one that holds this board already, or else a
    /// new one.
    project_id: Option<ProjectId>,
}

/// What a form holds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read as it comes, and never a value of this type")]
struct ImportForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What the file is; recognised when absent.
    format: Option<Format>,
    /// As JSON.
    mapping: Option<Mapping>,
}

fn invalid(pointer: &str) -> impl Fn(serde_json::Error) -> Error {
    move |error| Error::invalid(pointer, error.to_string())
}

/// Import a file of another program: Trello, Planka, Vikunja, `WeKan`, Kanboard, Nextcloud Deck, Asana, Jira, Linear, Todoist,
/// `TickTick`, GitHub Projects, a table (CSV), or an export of this program. All of it comes along, or nothing; the same board
/// comes once, and a newer file of it adds what is new. A request with a cookie needs `X-Boardcast: 1`.
#[utoipa::path(post, path = "/imports", tag = "imports", params(Asked), request_body(content((ImportForm = "multipart/form-data"))), responses((status = 202, body = Import)))]
async fn create(by: Me, Query(asked): Query<Asked>, request: Request) -> Result<StoredResponse> {
    let (db, files) = (&by.app.db, &by.app.files);
    match asked.project_id {
        Some(project) if !by.caller.reaches(project) => return Err(Error::NotFound),
        Some(project) => imports::check_project(db, by.id(), project).await?,
        None => by.caller.unrestricted()?,
    }
    let form = upload::receive_form(files, by.app.config.import_limit, &["format", "mapping"], request).await?;
    let field = |name: &str| form.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let format = field("format").map(|name| serde_json::from_value(name.into())).transpose();
    let format: Option<Format> = format.map_err(invalid("/format"))?;
    let mapping = field("mapping").map(|text| parse_field::<Mapping>("mapping", text)).transpose()?.unwrap_or_default();
    imports::check_people(db, by.id(), &mapping).await?;
    let key = blobs::pin(db, &form.received).await?;
    files.keep(&form.received, &key).await?;
    let file_name = form.name.as_str().to_owned();
    let options = Options {
        format,
        mapping: mapping.clone(),
        name: import::stem(&file_name),
        zone: by.caller.user.time_zone.clone(),
        now: Timestamp::now(),
    };
    let size = u64::try_from(form.received.size()).unwrap_or(0);
    let (format, source) = look(&by.app, &key, size, options).await?;
    let project = match asked.project_id {
        None if !mapping.new_project => imports::project_of(db, &source, by.id()).await?,
        project => project,
    };
    let sha256 = form.received.sha256().to_owned();
    let asked_for = [file_name.as_str(), &sha256, field("format").unwrap_or(""), field("mapping").unwrap_or("")];
    let mut tx = by.begin_of(&asked_for).await?;
    let new = NewImport {
        format,
        file_name: import::stem(&file_name),
        sha256: sha256.clone(),
        mapping,
        project,
        dry_run: asked.dry_run,
    };
    let import = imports::create(&mut tx, by.id(), new).await?;
    let mut answer = StoredResponse::json(StatusCode::ACCEPTED, &import)?;
    if let Some(project) = project {
        answer = answer.about(project);
    }
    let answered = tx.answer_storing(answer.clone(), &answer).await?;
    by.app.import_waits.notify_one();
    Ok(answered)
}

/// What the file is, and of which board.
async fn look(app: &App, key: &str, size: u64, options: Options) -> Result<(Format, String)> {
    let turn = timeout(TURN, app.reading_imports.acquire()).await.map_err(|_| Error::Unavailable)?;
    let _turn = turn.map_err(|_| Error::Unavailable)?;
    let bytes = app.files.read_whole(key, size).await?;
    let read = tokio::task::spawn_blocking(move || import::parse(&bytes, &options));
    let (format, parsed) = read.await.map_err(|_| Error::invalid("/file", "cannot be read"))??;
    Ok((format, parsed.board.source))
}

/// One's imports, the newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", params(Page), responses((status = 200, body = List<Import>)))]
async fn list(by: Me, Query(page): Query<Page>) -> Result<List<Import>> {
    let after = page.cursor::<uuid::Uuid>()?.map(ImportId);
    let items = imports::list(&by.app.db, by.id(), after, page.rows()).await?;
    Ok(List::page(items, page.limit, |import| import.id.to_string()))
}

#[derive(Deserialize)]
struct InPath {
    import: ImportId,
}

/// How far an import is, and what it took and left.
#[utoipa::path(get, path = "/imports/{import}", tag = "imports", responses((status = 200, body = Import)))]
async fn show(by: Me, Path(path): Path<InPath>) -> Result<Json<Import>> {
    Ok(Json(imports::find(&by.app.db, by.id(), path.import).await?))
}

/// Cancel an import that is not over: nothing of it stays.
#[utoipa::path(delete, path = "/imports/{import}", tag = "imports", responses((status = 204)))]
async fn cancel(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut tx = by.begin().await?;
    imports::cancel(&mut tx, by.id(), path.import).await?;
    tx.no_content().await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, cancel))
}
