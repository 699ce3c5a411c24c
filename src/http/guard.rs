//! The guard: extractors by which a handler says who may call it. [`Member`] carries the proof that the caller is a
//! member of the project in the path; nothing of a project is read or changed without it.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, MatchedPath, RawPathParams},
    http::{HeaderValue, Method, header, request::Parts},
};
use serde::Deserialize;
use tower_sessions::Session;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{caller::Caller, limits::Counted, membership::Membership, policy, role::Right, sessions, tokens},
    base::{
        error::{Error, Result},
        ids::{ProjectId, UserId},
    },
    change::{Change, Grant, Request, Transaction},
    http::{
        client_address::Client,
        events::Seq,
        mcp, media,
        observe::{CallerSlot, LimitSlot},
        origin::mutates,
        query::{Number, Query},
    },
    model::users,
};

/// The query parameter of reads that says which event they must not be behind, and how long they wait for it.
pub const MIN_SEQ: &str = "min_seq";
const WAIT_FOR_SEQ: Duration = Duration::from_secs(2);

/// The request as the outermost layer saw it.
pub fn request_of(parts: &Parts) -> Arc<Request> {
    parts.extensions.get::<Arc<Request>>().cloned().unwrap_or_default()
}

/// The project that the path names.
async fn project_of(parts: &mut Parts, app: &App) -> Option<ProjectId> {
    let params = RawPathParams::from_request_parts(parts, app).await.ok()?;
    let (_, id) = params.iter().find(|(name, _)| *name == "project")?;
    Uuid::try_parse(id).ok().map(ProjectId)
}

fn route(parts: &Parts) -> &str {
    parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default()
}

/// The method that says what a request does. Which tool is called, and whether it changes something, stands in the body:
/// until that is known a call is a read.
fn method(parts: &Parts) -> &Method {
    if mcp::PATHS.contains(&route(parts)) { &Method::GET } else { &parts.method }
}

fn counted(parts: &Parts) -> Counted {
    let route = route(parts);
    if !mutates(method(parts)) {
        Counted::Read
    } else if route.ends_with("/{project}/presence") {
        Counted::Presence
    } else {
        Counted::Change
    }
}

/// What a person may do who needs a second factor and has none: set it up, read their own account, and sign out.
const BEFORE_SECOND_FACTOR: [(&Method, &str); 6] = [
    (&Method::GET, "/session"),
    (&Method::DELETE, "/session"),
    (&Method::GET, "/me"),
    (&Method::GET, "/me/totp"),
    (&Method::POST, "/me/totp"),
    (&Method::PUT, "/me/totp"),
];

/// Refuse everything else to them.
fn check_second_factor(caller: &Caller, parts: &Parts) -> Result<()> {
    let method = if parts.method == Method::HEAD { &Method::GET } else { &parts.method };
    let route = route(parts).strip_prefix("/api/v1").unwrap_or_default();
    if caller.second_factor_missing && !BEFORE_SECOND_FACTOR.contains(&(method, route)) {
        return Err(policy::second_factor_missing());
    }
    Ok(())
}

/// The token in `Authorization`.
pub fn secret_in(authorization: &HeaderValue) -> Option<&str> {
    let (scheme, secret) = authorization.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let project = project_of(parts, app).await;
        // With an Authorization header the cookie is not looked at.
        let caller = if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
            tokens::caller(&app.db, secret_in(value).ok_or(Error::Unauthenticated)?, project).await?
        } else {
            let session = parts.extensions.get::<Session>().cloned().ok_or(Error::Unauthenticated)?;
            sessions::caller(&app.db, &session, project).await?
        };
        check_second_factor(&caller, parts)?;
        let caller = caller.within_scope(method(parts))?;
        let counted = counted(parts);
        let left = app.limits.request(caller.user.id, counted);
        LimitSlot::of(&parts.extensions).note(counted.policy(), left, |left| *left)?;
        parts.extensions.insert(caller.clone());
        if let Some(slot) = parts.extensions.get::<CallerSlot>() {
            slot.set(&caller.key());
        }
        Ok(caller)
    }
}

/// The caller, about what is their own and in no project.
pub struct Me {
    pub app: App,
    pub caller: Caller,
    request: Arc<Request>,
}

impl Me {
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.caller.user.id
    }

    /// Begin to write.
    pub async fn begin(&self) -> Result<Transaction> {
        Transaction::begin(&self.app, &self.caller, &self.request).await
    }

    /// Begin to write of one project: writers of others need not wait.
    pub async fn begin_for(&self, project: ProjectId) -> Result<Transaction> {
        Transaction::begin_for(&self.app, &self.caller, &self.request, project).await
    }

    /// Begin to write after a request whose body is too large to be hashed before it is worked on: these are what it asks
    /// beside its address.
    pub async fn begin_of(&self, asked: &[&str]) -> Result<Transaction> {
        Transaction::begin(&self.app, &self.caller, &self.request.with_body(asked)).await
    }

    /// Ask for one's password again before something grave. Wrong ones count as at signing in.
    pub async fn confirm(&self, password: &str, client: Client) -> Result<()> {
        let account = Some(self.caller.user.email.as_str());
        let tried = self.app.limits.try_password(account, client.0)?;
        let confirmed = users::confirm(&self.app, self.id(), password).await;
        if matches!(confirmed, Err(Error::Invalid { .. })) {
            tried.mistake();
            self.app.noted.refused_password(account, client.0, "wrong password, asked for again");
        } else {
            tried.withdraw();
        }
        confirmed
    }

    /// Begin to write what has to work on a full disk too: ending one's sessions and tokens.
    pub async fn begin_from_reserve(&self) -> Result<Transaction> {
        Transaction::begin_from_reserve(&self.app, &self.caller, &self.request).await
    }

    /// Begin to write after a request whose body holds a password: not even its hash is stored for retries.
    pub async fn begin_without_idempotency(&self) -> Result<Transaction> {
        Transaction::begin(&self.app, &self.caller, &self.request.without_idempotency()).await
    }
}

impl FromRequestParts<App> for Me {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        // A version in `If-Match` is one of a project's object.
        let request = Arc::new(Request { if_match: vec![], ..(*request_of(parts)).clone() });
        Ok(Self { app: app.clone(), caller, request })
    }
}

/// A member of the project in the path, with at least the role of `R`.
pub struct Member<R> {
    pub app: App,
    pub caller: Caller,
    /// The proof, for whatever reads the project.
    pub membership: Membership,
    request: Arc<Request>,
    /// What is asked for makes room, and may use the ballast's space on a full disk.
    deletes: bool,
    right: PhantomData<R>,
}

impl<R: Right> Member<R> {
    /// Begin to change the project; refused while it is archived.
    pub async fn change(&self) -> Result<Change> {
        self.change_even_archived().await?.require_active()
    }

    /// Begin to change the project by a request whose body is too large to be hashed before it is worked on: these are
    /// what it asks beside its address.
    pub async fn change_of(&self, asked: &[&str]) -> Result<Change> {
        self.begin(&self.request.with_body(asked)).await?.require_active()
    }

    /// Whether an earlier request may have been answered under the same `Idempotency-Key`.
    #[must_use]
    pub fn may_be_retry(&self) -> bool {
        self.request.key.is_some()
    }

    /// Begin to change what may be changed in an archived project too: people, and its being archived.
    pub async fn change_even_archived(&self) -> Result<Change> {
        self.begin(&self.request).await
    }

    /// Begin to write what is not in this project, and only read of it.
    pub async fn begin_elsewhere(&self) -> Result<Transaction> {
        let request = Arc::new(Request { if_match: vec![], ..(*self.request).clone() });
        Transaction::begin(&self.app, &self.caller, &request).await
    }

    async fn begin(&self, request: &Arc<Request>) -> Result<Change> {
        let project = self.membership.project();
        let transaction = if self.deletes {
            Transaction::begin_deleting(&self.app, &self.caller, request, project).await?
        } else {
            Transaction::begin_for(&self.app, &self.caller, request, project).await?
        };
        transaction.lock_project(project, Grant::Role(R::ROLE)).await
    }
}

#[derive(Deserialize)]
struct Freshness {
    min_seq: Option<Seq>,
}

/// A read may ask for what its client wrote before, perhaps at another node: it waits until that is seen here. A stream
/// goes on from its cursor instead.
async fn wait_for_min_seq(parts: &mut Parts, app: &App, project: ProjectId) -> Result<()> {
    if !parts.uri.query().is_some_and(|query| query.contains(MIN_SEQ)) || media::prefers_stream(&parts.headers) {
        return Ok(());
    }
    let Query(Freshness { min_seq }) = Query::from_request_parts(parts, app).await?;
    let Some(Number(seq)) = min_seq else { return Ok(()) };
    let head = app.live.reach(project, seq, WAIT_FOR_SEQ).await?;
    if head < seq { Err(Error::Behind { head }) } else { Ok(()) }
}

impl<R: Right> FromRequestParts<App> for Member<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let project = project_of(parts, app).await.ok_or(Error::NotFound)?;
        let membership = Membership::prove(&app.db, &caller, project, R::ROLE)?;
        if !mutates(&parts.method) {
            wait_for_min_seq(parts, app, project).await?;
        }
        let deletes = parts.method == Method::DELETE;
        Ok(Self { app: app.clone(), caller, membership, request: request_of(parts), deletes, right: PhantomData })
    }
}
