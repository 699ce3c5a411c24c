//! Who calls: a person who is signed in, or a program with a token that acts for one.

use http::Method;
use uuid::Uuid;

use crate::{
    auth::{role::Role, user::User},
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, SessionId, TokenId},
    },
    faults::planted,
};

/// How a caller showed who they are.
#[derive(Clone, Debug)]
pub enum Credential {
    Session {
        id: SessionId,
        expires_at: Timestamp,
    },
    Token {
        id: TokenId,
        name: String,
        expires_at: Timestamp,
        read: bool,
        write: bool,
        projects: Option<Vec<ProjectId>>,
    },
}

/// A person who is signed in, or a program that acts for one.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: User,
    pub credential: Credential,
    /// The user's role in the project that the path names; `None` where it names none, or it does not exist for them.
    pub role: Option<(ProjectId, Role)>,
    /// The policy of the instance asks for a second factor, and there is none: nothing works but to set it up.
    pub second_factor_missing: bool,
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

    /// The name of the token by which a program calls.
    #[must_use]
    pub fn via(&self) -> Option<&str> {
        match &self.credential {
            Credential::Token { name, .. } => Some(name),
            Credential::Session { .. } => None,
        }
    }

    /// The token by which a program calls.
    #[must_use]
    pub const fn token(&self) -> Option<TokenId> {
        match &self.credential {
            Credential::Token { id, .. } => Some(*id),
            Credential::Session { .. } => None,
        }
    }

    /// The user's role in a project, as far as this request asked for it.
    #[must_use]
    pub fn role_in(&self, project: ProjectId) -> Option<Role> {
        self.role.filter(|(of, _)| *of == project).map(|(_, role)| role)
    }

    /// Whether a token's list of projects, if it has one, names this project.
    #[must_use]
    pub fn reaches(&self, project: ProjectId) -> bool {
        match &self.credential {
            Credential::Token { projects: Some(projects), .. } => {
                planted!(TokenReachesEverything => true, projects.contains(&project))
            }
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

    /// Refuse what the scopes of a token do not allow.
    pub fn within_scope(self, method: &Method) -> Result<Self> {
        if let Credential::Token { read, write, .. } = self.credential {
            let reads = matches!(*method, Method::GET | Method::HEAD);
            if planted!(ScopesIgnored => false, !(if reads { read } else { write })) {
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
