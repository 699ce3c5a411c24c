//! Mails that could not be sent, for administrators; and the links by which people end mails.

use axum::{
    Router,
    extract::{Path as AxumPath, State},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::audit::{self, Act, Entry, Target},
    base::{
        error::{Error, Result},
        ids::{MailId, UserId},
        stored_response::StoredResponse,
    },
    http::{
        extract::Path,
        guard::Me,
        query::{List, Page, Query},
    },
    mail::Unsubscribe,
    model::{
        instance,
        mails::{self, FailedMail},
        notification_settings,
    },
};

#[derive(Deserialize)]
struct InPath {
    mail: MailId,
}

/// Mails that could not be sent, the last one first.
#[utoipa::path(get, path = "/admin/mails", tag = "admin", params(Page), responses((status = 200, body = List<FailedMail>)))]
async fn list(by: Me, Query(page): Query<Page>) -> Result<List<FailedMail>> {
    by.caller.admin()?;
    let before = page.cursor()?.map(MailId);
    let items = mails::list_failed(&by.app.db, before, page.rows()).await?;
    Ok(List::page(items, page.limit, |mail| mail.id.to_string()))
}

/// Try a mail again that could not be sent.
#[utoipa::path(post, path = "/admin/mails/{mail}/retry", tag = "admin", responses((status = 204)))]
async fn retry(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.admin()?;
    let mut tx = by.begin().await?;
    mails::retry(&mut tx, path.mail).await?;
    tx.audit(Entry::new(Act::MailRetry).about(Target::Other("mail", path.mail.0)));
    let answer = tx.no_content().await?;
    audit::handled_mail("mail_retry", by.id(), path.mail);
    Ok(answer)
}

/// Give up a mail that could not be sent.
#[utoipa::path(delete, path = "/admin/mails/{mail}", tag = "admin", responses((status = 204)))]
async fn remove(by: Me, Path(path): Path<InPath>) -> Result<StoredResponse> {
    by.caller.admin()?;
    let mut tx = by.begin().await?;
    mails::remove_failed(&mut tx, path.mail).await?;
    tx.audit(Entry::new(Act::MailRemove).about(Target::Other("mail", path.mail.0)));
    let answer = tx.no_content().await?;
    audit::handled_mail("mail_remove", by.id(), path.mail);
    Ok(answer)
}

/// A page without scripts: who opens the link of a mail may have no session.
fn page(status: StatusCode, words: &str, button: bool) -> Response {
    let form = if button { "<form method=\"post\"><button>Stop these mails</button></form>" } else { "" };
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Boardcast</title><h1>Boardcast</h1><p>{words}</p>{form}</html>"
    );
    let mut response = (status, Html(html)).into_response();
    let policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn open(app: &App, token: &str) -> Result<Option<Unsubscribe>> {
    Ok(instance::mail_key(&app.db).await?.open(token))
}

fn no_link() -> Response {
    page(StatusCode::NOT_FOUND, "This link does not work. Sign in and open your account to choose your mails.", false)
}

/// Asks first: programs that scan mails open every link in them.
async fn ask(State(app): State<App>, AxumPath(token): AxumPath<String>) -> Result<Response> {
    Ok(match open(&app, &token).await? {
        Some(unsubscribe) => {
            let words = format!("Get no more mails of the kind \u{201c}{}\u{201d}?", unsubscribe.kind);
            page(StatusCode::OK, &words, true)
        }
        None => no_link(),
    })
}

/// By the button, or by the person's mail program (RFC 8058): no session, no redirect.
async fn end(State(app): State<App>, AxumPath(token): AxumPath<String>) -> Result<Response> {
    let Some(unsubscribe) = open(&app, &token).await? else { return Ok(no_link()) };
    match notification_settings::end_mails(&app.db, UserId(unsubscribe.user), &unsubscribe.kind).await {
        Ok(()) => Ok(page(StatusCode::OK, "Done: no more mails of this kind.", false)),
        Err(Error::NotFound) => Ok(no_link()),
        Err(error) => Err(error),
    }
}

pub fn unsubscribing() -> Router<App> {
    Router::new().route("/unsubscribe/{token}", get(ask).post(end))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(retry)).routes(routes!(remove))
}
