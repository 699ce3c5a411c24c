//! Attachments. What is uploaded goes to the store first, and then its row and its event into the log.

use axum::{
    extract::Request,
    http::{HeaderMap, Method},
    response::Response,
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::role::{Read, Write},
    base::{
        error::{Error, Result},
        ids::AttachmentId,
        stored_response::StoredResponse,
        text::FileName,
    },
    files::{images, media},
    http::{
        body::announced,
        content::{self, About},
        extract::{Json, Path},
        guard::Member,
        query::{List, Page, Query},
        upload::{self, Upload},
    },
    model::{
        attachments::{self, Attachment, AttachmentPatch, NewAttachment},
        blobs,
        tasks::TaskRef,
    },
};

#[derive(Deserialize)]
struct TaskPath {
    task: TaskRef,
}

#[derive(Deserialize)]
struct InPath {
    attachment: AttachmentId,
}

/// The attachments of a task, the oldest first.
#[utoipa::path(get, path = "/projects/{project}/tasks/{task}/attachments", tag = "attachments", params(Page), responses((status = 200, body = List<Attachment>)))]
async fn list(by: Member<Read>, Query(page): Query<Page>, Path(path): Path<TaskPath>) -> Result<List<Attachment>> {
    let after = page.cursor::<uuid::Uuid>()?.map(AttachmentId);
    let items = attachments::of_task(&by.membership, path.task, after, page.rows()).await?;
    Ok(List::page(items, page.limit, |attachment| attachment.id.to_string()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Named {
    /// The name of the file. It has to be here when the body is the file itself; a form has one of its own.
    #[param(inline, value_type = FileName, required = false)]
    name: Option<FileName>,
}

/// What a form holds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read as it comes, and never a value of this type")]
struct UploadForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Attach a file: in the field `file` of a form, or as the body itself. A request with a cookie needs `X-Boardcast: 1`.
#[utoipa::path(post, path = "/projects/{project}/tasks/{task}/attachments", tag = "attachments", params(Named), request_body(content((UploadForm = "multipart/form-data"), (String = "application/octet-stream"))), responses((status = 201, body = Attachment)))]
async fn upload(
    by: Member<Write>,
    Query(named): Query<Named>,
    Path(path): Path<TaskPath>,
    request: Request,
) -> Result<StoredResponse> {
    let files = &by.app.files;
    if !by.may_be_retry() {
        // A form has something around its file; what there is room for is looked at again behind the lock.
        let around = if named.name.is_some() { 0 } else { u64::try_from(upload::AROUND).unwrap_or(0) };
        let size = announced(request.headers()).saturating_sub(around);
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let quota = by.app.config.project_quota;
        attachments::check_room(&by.membership, path.task.clone(), quota, size).await?;
    }
    let Upload { name, received } = upload::receive(files, named.name, request).await?;
    let measures = files.measure(&received).await?;
    let key = blobs::pin(&by.app.db, &received).await?;
    files.keep(&received, &key).await?;
    let mut change = by.change_of(&[name.as_str(), received.sha256()]).await?;
    let new = NewAttachment { name: &name, received: &received, measures };
    let attachment = attachments::create(&mut change, path.task, new).await?;
    change.created(&attachment).await
}

/// Give it another name.
#[utoipa::path(patch, path = "/projects/{project}/attachments/{attachment}", tag = "attachments", request_body = AttachmentPatch, responses((status = 200, body = Attachment)))]
async fn patch(
    by: Member<Write>,
    Path(path): Path<InPath>,
    Json(body): Json<AttachmentPatch>,
) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    let attachment = attachments::patch(&mut change, path.attachment, body).await?;
    change.ok(&attachment).await
}

/// Delete it; editors those that they uploaded.
#[utoipa::path(delete, path = "/projects/{project}/attachments/{attachment}", tag = "attachments", responses((status = 204)))]
async fn remove(by: Member<Write>, Path(path): Path<InPath>) -> Result<StoredResponse> {
    let mut change = by.change().await?;
    attachments::remove(&mut change, path.attachment).await?;
    change.no_content().await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// Save it, whatever it is. Otherwise a browser shows PNG, JPEG, GIF, WebP and AVIF, and saves everything else.
    #[serde(default)]
    download: bool,
}

/// The bytes of an attachment.
#[utoipa::path(get, path = "/projects/{project}/attachments/{attachment}/content", tag = "attachments", params(Shown), responses((status = 200, content_type = "*/*"), (status = 206, content_type = "*/*")))]
async fn content(
    by: Member<Read>,
    Query(shown): Query<Shown>,
    Path(path): Path<InPath>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let kept = attachments::find(&by.membership, path.attachment).await?;
    let about = About {
        name: &kept.attachment.name,
        media_type: &kept.attachment.media_type,
        size: u64::try_from(kept.attachment.size).unwrap_or_default(),
        etag: &kept.attachment.sha256,
        download: shown.download,
    };
    content::answer(&method, &headers, about, |range| by.app.files.read(&kept.key, range)).await
}

/// How large a thumbnail is: at most 320 or 1280 pixels a side.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(default = "small")]
enum Size {
    #[default]
    Small,
    Large,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sized {
    #[serde(default)]
    #[param(inline)]
    size: Size,
}

/// A small picture of an attachment; 404 where there is none.
#[utoipa::path(get, path = "/projects/{project}/attachments/{attachment}/thumbnail", tag = "attachments", params(Sized), responses((status = 200, content_type = "*/*"), (status = 206, content_type = "*/*")))]
async fn thumbnail(
    by: Member<Read>,
    Query(sized): Query<Sized>,
    Path(path): Path<InPath>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let kept = attachments::find(&by.membership, path.attachment).await?;
    let size = match sized.size {
        Size::Small => images::Size::Small,
        Size::Large => images::Size::Large,
    };
    let attachment = &kept.attachment;
    // What has no measures was not decoded when it came, and is not now.
    attachment.width.ok_or(Error::NotFound)?;
    let of = u64::try_from(attachment.size).unwrap_or_default();
    let bytes = by.app.files.thumbnail(&kept.key, of, size).await?.ok_or(Error::NotFound)?;
    let about = About {
        name: &attachment.name,
        media_type: &media::type_of(&bytes, ""),
        size: u64::try_from(bytes.len()).unwrap_or_default(),
        etag: &format!("{}-{}", attachment.sha256, size.name()),
        download: false,
    };
    let read = |range: std::ops::Range<u64>| {
        let bound = |at: u64| usize::try_from(at).unwrap_or(bytes.len());
        let part = bytes.slice(bound(range.start)..bound(range.end));
        async { Ok(stream::once(async { Ok(part) }).boxed()) }
    };
    content::answer(&method, &headers, about, read).await
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(patch, remove))
        .routes(routes!(content))
        .routes(routes!(thumbnail))
}
