//! A file in the body of a request: by itself, or in a form. It goes to the store as it comes, and is held to a pace: a
//! client that stalls is cut off.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::Request,
};
use bytes::Bytes;
use http::header;
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::{
    media,
    multipart::{Multipart, Source},
};
use crate::{
    base::{
        error::{Error, Result},
        text::FileName,
    },
    files::{
        Files,
        incoming::{Incoming, Received},
    },
};

/// How long nothing may come.
const PAUSE: Duration = Duration::from_secs(15);
/// A body has this long, and as long as it takes at the slowest pace.
const ALLOWANCE: Duration = Duration::from_secs(30);
/// Bytes a second.
const SLOWEST: u64 = 8 * 1024;

/// So much may be around a file, in a form.
pub const AROUND: usize = 64 * 1024;

/// The field of a form that holds the file.
const FIELD: &str = "file";

/// A file that was sent.
pub struct Upload {
    pub name: FileName,
    pub received: Received,
}

/// A body that has to keep a pace.
struct Paced {
    body: Body,
    began: Instant,
    received: u64,
    /// With all that a form has around its file.
    most: usize,
}

impl Source for Paced {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let deadline = self.began + ALLOWANCE + Duration::from_secs(self.received / SLOWEST);
            let frame = tokio::time::timeout_at(deadline.min(Instant::now() + PAUSE), self.body.frame()).await;
            let slow = |_| Error::RequestTimeout;
            let Some(frame) = frame.map_err(slow)? else { return Ok(None) };
            let frame = frame.map_err(|_| Error::BadRequest("the body broke off".into()))?;
            if let Ok(data) = frame.into_data() {
                self.received += u64::try_from(data.len()).unwrap_or_default();
                if usize::try_from(self.received).map_or(true, |received| received > self.most) {
                    return Err(Error::TooLarge { limit: self.most - AROUND });
                }
                return Ok(Some(data));
            }
        }
    }
}

/// Take the file in a request. `name` is what the query calls it.
pub async fn receive(files: &Files, name: Option<FileName>, request: Request) -> Result<Upload> {
    let form = media::form(request.headers())?;
    let most = files.limit().saturating_add(AROUND);
    // An empty file is one too, but says that it is something.
    let says_nothing = !request.headers().contains_key(header::CONTENT_TYPE);
    if form.is_none() && says_nothing && request.body().is_end_stream() {
        return Err(Error::invalid("/file", "is missing"));
    }
    let body = Paced { body: request.into_body(), began: Instant::now(), received: 0, most };
    if let Some(boundary) = form {
        return of_form(files, name, Multipart::new(&boundary, body)).await;
    }
    let name = name.ok_or_else(|| Error::invalid("/name", "is missing: a file by itself is named in the query"))?;
    by_itself(files, name, body).await
}

/// A form with one file and some short fields beside it.
pub struct Form {
    pub name: FileName,
    pub received: Received,
    pub fields: Vec<(String, String)>,
}

/// Take a form of which `known` are the fields beside its file.
pub async fn receive_form(files: &Files, most: usize, known: &[&str], request: Request) -> Result<Form> {
    let boundary = media::form(request.headers())?;
    let boundary = boundary.ok_or_else(|| Error::BadRequest("the body must be multipart/form-data".into()))?;
    let body =
        Paced { body: request.into_body(), began: Instant::now(), received: 0, most: most.saturating_add(AROUND) };
    let mut form = Multipart::new(&boundary, body);
    let (mut file, mut fields) = (None, vec![]);
    while let Some(part) = form.part().await? {
        let pointer = format!("/{}", part.name.replace('~', "~0").replace('/', "~1"));
        if part.name == FIELD {
            if file.is_some() {
                return Err(Error::invalid(pointer, "is there more than once: send one file in each request"));
            }
            let name = part.file_name.ok_or_else(|| Error::invalid("/file", "must be a file with a name"))?;
            let name = FileName::of_path(&name).map_err(|why| Error::invalid("/file", format!("its name {why}")))?;
            let mut incoming = files.receive_up_to(most).await?;
            while let Some(bytes) = form.chunk().await? {
                incoming.write(&bytes).await?;
            }
            let received = incoming.finish(name.as_str()).await?;
            file = Some((name, received));
            continue;
        }
        if !known.contains(&part.name.as_str()) || fields.iter().any(|(name, _)| *name == part.name) {
            return Err(Error::invalid(pointer, "is unknown, or there more than once"));
        }
        let mut value = vec![];
        while let Some(bytes) = form.chunk().await? {
            value.extend_from_slice(&bytes);
            if value.len() > AROUND {
                return Err(Error::invalid(pointer, "is too long"));
            }
        }
        let value = String::from_utf8(value).map_err(|_| Error::invalid(pointer, "must be UTF-8"))?;
        fields.push((part.name, value));
    }
    form.rest().await?;
    let (name, received) = file.ok_or_else(|| Error::invalid("/file", "is missing"))?;
    Ok(Form { name, received, fields })
}

async fn by_itself(files: &Files, name: FileName, mut body: Paced) -> Result<Upload> {
    let mut incoming = files.receive().await?;
    while let Some(bytes) = body.next().await? {
        incoming.write(&bytes).await?;
    }
    finished(incoming, name).await
}

async fn finished(incoming: Incoming, name: FileName) -> Result<Upload> {
    let received = incoming.finish(name.as_str()).await?;
    Ok(Upload { name, received })
}

async fn of_form(files: &Files, name: Option<FileName>, mut form: Multipart<Paced>) -> Result<Upload> {
    let mut upload = None;
    while let Some(part) = form.part().await? {
        if part.name != FIELD {
            let pointer = format!("/{}", part.name.replace('~', "~0").replace('/', "~1"));
            return Err(Error::invalid(pointer, format!("is unknown: the form has one field, {FIELD}")));
        }
        if upload.is_some() {
            return Err(Error::invalid("/file", "is there more than once: send one file in each request"));
        }
        let name = match (&name, &part.file_name) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => FileName::of_path(name).map_err(|why| Error::invalid("/name", why))?,
            (None, None) => return Err(Error::invalid("/file", "must be a file with a name")),
        };
        let mut incoming = files.receive().await?;
        while let Some(bytes) = form.chunk().await? {
            incoming.write(&bytes).await?;
        }
        upload = Some(finished(incoming, name).await?);
    }
    form.rest().await?;
    upload.ok_or_else(|| Error::invalid("/file", "is missing"))
}
