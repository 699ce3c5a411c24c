//! Who may do what. A [`Member`] is the proof that a caller may: only [`FromRequestParts`] makes one, and
//! nothing of a project can be reached without it.

use std::{marker::PhantomData, sync::Arc};

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{Method, header, request::Parts},
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    change::{Change, Request, Work},
    clock::Timestamp,
    error::{Error, Result},
    faults::{Fault, planted},
    ids::{ProjectId, SessionId, TokenId, UserId},
    model::{sessions, tokens, users::User},
};

/// What a member may do, each more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum Role {
    Viewer = 1,
    Commenter = 2,
    Editor = 3,
    Manager = 4,
    Owner = 5,
}

/// What a handler needs of its caller.
pub trait Right: Send + Sync + 'static {
    const ROLE: Role;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $role:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Right for $name {
            const ROLE: Role = Role::$role;
        }
    )+};
}

rights!(
    /// See the project, its stream and its files.
    Read = Viewer,
    /// Comment.
    Comment = Commenter,
    /// Create, edit and move tasks.
    Write = Editor,
    /// Columns, labels, settings, members below the own role.
    Manage = Manager,
    /// Everything, the project's end included.
    Own = Owner,
);

/// How a caller showed who they are.
#[derive(Clone, Debug)]
pub enum Credential {
    Session { id: SessionId, expires_at: Timestamp },
    Token { id: TokenId, expires_at: Timestamp, read: bool, write: bool, projects: Option<Vec<ProjectId>> },
}

/// Somebody who is signed in, or a program that acts for them.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: User,
    pub credential: Credential,
    /// In the project that the path names; `None` where it names none, or it does not exist for the user.
    pub role: Option<Role>,
}

impl Caller {
    /// Under which name answers are kept and limits counted.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.credential {
            Credential::Session { .. } => format!("user {}", self.user.id),
            Credential::Token { id, .. } => format!("token {id}"),
        }
    }

    /// The id of the session or token.
    #[must_use]
    pub const fn credential_id(&self) -> Uuid {
        match &self.credential {
            Credential::Session { id, .. } => id.0,
            Credential::Token { id, .. } => id.0,
        }
    }

    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        match &self.credential {
            Credential::Session { expires_at, .. } | Credential::Token { expires_at, .. } => *expires_at,
        }
    }

    /// Whether a token's list of projects, if it has one, names this project.
    #[must_use]
    pub fn reaches(&self, project: ProjectId) -> bool {
        if planted(Fault::TokenReachesEverything) {
            return true;
        }
        match &self.credential {
            Credential::Token { projects: Some(projects), .. } => projects.contains(&project),
            _ => true,
        }
    }

    /// The projects that a token is limited to, if it is.
    #[must_use]
    pub fn within(&self) -> Option<Vec<ProjectId>> {
        match &self.credential {
            Credential::Token { projects, .. } => projects.clone(),
            Credential::Session { .. } => None,
        }
    }

    /// Refuse tokens: an account's keys are changed by the person only.
    pub fn in_person(&self) -> Result<SessionId> {
        match &self.credential {
            Credential::Session { id, .. } => Ok(*id),
            Credential::Token { .. } => Err(Error::Forbidden {
                code: "session_required",
                detail: "an API token cannot do this: sign in with a password".into(),
            }),
        }
    }

    /// Refuse tokens that are limited to some projects: this is about all of them.
    pub fn unrestricted(&self) -> Result<()> {
        match &self.credential {
            Credential::Token { projects: Some(_), .. } => {
                Err(Error::forbidden("this API token is limited to some projects"))
            }
            _ => Ok(()),
        }
    }

    /// Instance administrators, in person; to everybody else the console does not exist.
    pub fn admin(&self) -> Result<()> {
        match &self.credential {
            Credential::Session { .. } if self.user.admin => Ok(()),
            _ => Err(Error::NotFound),
        }
    }

    fn within_scope(self, method: &Method) -> Result<Self> {
        if let Credential::Token { read, write, .. } = self.credential {
            let reads = matches!(*method, Method::GET | Method::HEAD);
            if !(if reads { read } else { write }) && !planted(Fault::ScopesIgnored) {
                let scope = if reads { "read" } else { "write" };
                return Err(Error::Forbidden {
                    code: "insufficient_scope",
                    detail: format!("this API token lacks the scope {scope}"),
                });
            }
        }
        Ok(self)
    }
}

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

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let project = project_of(parts, app).await;
        // With an Authorization header the cookie is not looked at.
        let caller = if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
            let secret = value.to_str().ok().and_then(|value| {
                let (scheme, secret) = value.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
            });
            tokens::caller(app, secret.ok_or(Error::Unauthenticated)?, project).await?
        } else {
            let session = parts.extensions.get::<Session>().cloned().ok_or(Error::Unauthenticated)?;
            sessions::caller(app, &session, project).await?
        };
        let caller = caller.within_scope(&parts.method)?;
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            app.limits.mutation(&caller.key())?;
        }
        parts.extensions.insert(caller.clone());
        if let Some(seen) = parts.extensions.get::<crate::http::observe::Seen>() {
            seen.is(&caller.key());
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
    pub async fn work(&self) -> Result<Work> {
        Work::begin(&self.app, &self.caller, &self.request).await
    }

    /// Begin to write what has to go on when the disk is full: ending one's sessions and tokens.
    pub async fn work_from_reserve(&self) -> Result<Work> {
        Work::begin_from_reserve(&self.app, &self.caller, &self.request).await
    }

    /// Begin to write after a request whose body holds a password: not even its hash is kept for retries.
    pub async fn work_unkept(&self) -> Result<Work> {
        Work::begin(&self.app, &self.caller, &self.request.unkept()).await
    }
}

impl FromRequestParts<App> for Me {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        Ok(Self { app: app.clone(), caller, request: request_of(parts) })
    }
}

/// Proof that a caller is a member of the project in the path, with at least the role of `R`.
pub struct Member<R> {
    pub app: App,
    pub caller: Caller,
    pub project: ProjectId,
    pub role: Role,
    request: Arc<Request>,
    right: PhantomData<R>,
}

impl<R: Right> Member<R> {
    /// Begin to change the project; refused while it is archived.
    pub async fn change(&self) -> Result<Change> {
        self.change_even_archived().await?.require_active()
    }

    /// Begin to change what may be changed in an archived project too: people, and its being archived.
    pub async fn change_even_archived(&self) -> Result<Change> {
        Work::begin_in(&self.app, &self.caller, &self.request, self.project).await?.require(R::ROLE).await
    }
}

impl<R: Right> FromRequestParts<App> for Member<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let project = project_of(parts, app).await.ok_or(Error::NotFound)?;
        if !caller.reaches(project) {
            return Err(Error::NotFound);
        }
        let role = match caller.role {
            None if planted(Fault::StrangersFindProjects) => Role::Viewer,
            role => role.ok_or(Error::NotFound)?,
        };
        if role < R::ROLE {
            return Err(Error::forbidden("your role in this project does not allow this"));
        }
        Ok(Self { app: app.clone(), caller, project, role, request: request_of(parts), right: PhantomData })
    }
}
