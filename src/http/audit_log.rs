//! The audit log, for administrators.

use std::io;

use axum::{
    Extension,
    body::Body,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, header};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    auth::audit::{Act, AuditEntry, Entry},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::UserId,
    },
    http::{
        client_address::Client,
        exports::noted_by,
        guard::Me,
        media,
        query::{List, Page, Query, listed},
    },
    model::{
        audit_log::{self, Wanted},
        users,
    },
};

/// How many entries are read at once for a file.
const AT_ONCE: i64 = 500;

/// For links, which cannot say `Accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AuditFormat {
    Json,
    Csv,
    Ndjson,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only these acts: it is repeated, or has commas between them.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    act: Vec<Act>,
    /// What this person did.
    actor: Option<UserId>,
    /// What was done to this: a person, a token, a webhook …; or in this project.
    target: Option<Uuid>,
    /// From this instant on.
    from: Option<Timestamp>,
    /// Before this instant.
    to: Option<Timestamp>,
    /// Goes before `Accept`.
    #[param(inline)]
    format: Option<AuditFormat>,
}

/// What was done on this instance, the newest entry first: a page of JSON, or with `Accept: text/csv` or
/// `Accept: application/x-ndjson` all entries that fit, as a file.
#[utoipa::path(get, path = "/admin/audit", tag = "admin", params(Filter, Page), responses((status = 200, content((List<AuditEntry> = "application/json"), (String = "text/csv"), (AuditEntry = "application/x-ndjson")))))]
async fn read_audit(
    by: Me,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Result<Response> {
    by.caller.admin()?;
    let format = filter.format.unwrap_or_else(|| preferred(&headers));
    let Filter { act: acts, actor, target, from, to, .. } = filter;
    let wanted = Wanted { acts, actor, target, from, to };
    let before = page.cursor()?;
    if format == AuditFormat::Json {
        let entries = audit_log::list(&by.app.db, &wanted, before, page.rows()).await?;
        return Ok(List::page(entries, page.limit, |last| last.number.to_string()).into_response());
    }
    by.app.noted.note(noted_by(&by.caller, client), Entry::new(Act::AuditExport));
    let lines = Lines { by, wanted, csv: format == AuditFormat::Csv, begun: false };
    lines.respond().await
}

fn preferred(headers: &HeaderMap) -> AuditFormat {
    if media::prefers_lines(headers) {
        AuditFormat::Ndjson
    } else if media::prefers_csv(headers) {
        AuditFormat::Csv
    } else {
        AuditFormat::Json
    }
}

/// Entries that a client takes as fast as it likes.
struct Lines {
    by: Me,
    wanted: Wanted,
    csv: bool,
    begun: bool,
}

impl Lines {
    /// Reads the next piece, if the caller is still an administrator. Answers behind which entry the piece after it begins, too.
    async fn next(&mut self, before: Option<i64>) -> Result<(Bytes, Option<i64>)> {
        if !users::is_admin(&self.by.app.db, self.by.id()).await? {
            return Err(Error::NotFound);
        }
        let entries = audit_log::list(&self.by.app.db, &self.wanted, before, AT_ONCE).await?;
        let mut text = vec![];
        if self.csv && !std::mem::replace(&mut self.begun, true) {
            text.extend_from_slice(b"\xef\xbb\xbf");
            text.extend(audit_log::heads()?);
        }
        for entry in &entries {
            if self.csv {
                text.extend(audit_log::cells(entry)?);
            } else {
                serde_json::to_writer(&mut text, entry).map_err(|error| Error::Internal(error.to_string()))?;
                text.push(b'\n');
            }
        }
        Ok((text.into(), entries.last().map(|last| last.number)))
    }

    /// Send the first piece, and what follows as it is taken: no reader of the database is held meanwhile.
    async fn respond(mut self) -> Result<Response> {
        let (media, name) = if self.csv { ("text/csv; charset=utf-8", "csv") } else { (media::LINES, "ndjson") };
        let (bytes, next) = self.next(None).await?;
        let rest = stream::unfold((self, next), |(mut lines, next)| async move {
            match lines.next(Some(next?)).await {
                Ok((bytes, next)) => Some((Ok(bytes), (lines, next))),
                Err(error) => {
                    tracing::info!(%error, "an export of the audit log broke off");
                    // The body ends in a way by which the client sees that it is not whole.
                    Some((Err(io::Error::other("the export broke off")), (lines, None)))
                }
            }
        });
        let body = stream::iter([Ok(bytes)]).chain(rest);
        // Compression asks once more behind the end.
        let mut response = Response::new(Body::from_stream(body.fuse()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"audit.{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        Ok(response)
    }
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_audit))
}
