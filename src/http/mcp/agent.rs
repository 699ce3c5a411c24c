//! The caller of a tool: a program with a token, its projects, and how it changes them.

use std::sync::Arc;

use axum::extract::MatchedPath;
use http::{Method, header, request::Parts};
use serde::{Deserialize, Deserializer, de::Error as _};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        caller::{Caller, Credential},
        limits::Counted,
        membership::Membership,
        role::Role,
        tokens,
    },
    base::{
        error::{Error, Result},
        ids::ProjectId,
        secrets,
        text::Key,
    },
    change::{Change, Grant, Request, Transaction},
    http::{
        guard::{request_of, secret_in},
        observe::LimitSlot,
    },
    model::{projects, tasks::TaskRef, undo},
};

/// The name that an agent's owner gives a run: a part of the cause of all its changes.
#[derive(Clone, Debug)]
pub struct RunName(String);

impl<'de> Deserialize<'de> for RunName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if fits { Ok(Self(text)) } else { Err(D::Error::custom("must be 1 to 64 of A-Z, a-z, 0-9, -, _ and .")) }
    }
}

/// What makes the retry of a call safe, as an `Idempotency-Key` does.
#[derive(Clone, Debug)]
pub struct RetryKey(String);

impl<'de> Deserialize<'de> for RetryKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err(D::Error::custom("must be 1 to 100 visible ASCII characters")) }
    }
}

/// What a tool asks of a change beside its own arguments.
#[derive(Debug)]
pub struct Terms {
    pub project: ProjectId,
    /// The least that the caller must be in the project.
    pub role: Role,
    pub base_version: Option<i64>,
    pub key: Option<RetryKey>,
    /// All that is asked, as a text: a key stands for one question.
    pub asked: String,
}

/// A program that calls tools.
pub struct Agent {
    pub app: App,
    pub caller: Caller,
    secret: String,
    run: Option<RunName>,
    request: Arc<Request>,
    limits: LimitSlot,
    /// It came by the address that only reads.
    pub only_reads: bool,
    /// Its request is the only one of its body.
    pub may_wait: bool,
}

impl Agent {
    pub fn new(app: App, caller: Caller, parts: &Parts, run: Option<RunName>) -> Result<Self> {
        let secret = parts.headers.get(header::AUTHORIZATION).and_then(secret_in).ok_or(Error::Unauthenticated)?;
        let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        Ok(Self {
            app,
            caller,
            secret: secret.to_owned(),
            run,
            request: request_of(parts),
            limits: LimitSlot::of(&parts.extensions),
            only_reads: route == Some(super::READING),
            may_wait: true,
        })
    }

    /// Whether its token may change anything at all.
    pub fn writes(&self) -> bool {
        matches!(self.caller.credential, Credential::Token { write: true, .. })
    }

    /// What the causes of its changes begin with: those of this run, when it has a name, or of the token.
    pub fn cause(&self) -> String {
        let token = format!("{}{}:", undo::AGENT, self.caller.credential_id());
        match &self.run {
            Some(RunName(run)) => format!("{token}{run}:"),
            None => token,
        }
    }

    /// The project of this id or key.
    pub async fn project(&self, named: &str) -> Result<ProjectId> {
        if let Ok(id) = Uuid::try_parse(named) {
            return Ok(ProjectId(id));
        }
        let key = Key::parse(named).map_err(|_| Error::NotFound)?;
        let mut found = projects::by_key(&self.app.db, self.caller.user.id, &key).await?;
        found.retain(|(project, _)| self.caller.reaches(*project));
        // A key that another project had before is not in the way of the one that has it now.
        if found.iter().any(|(_, now)| *now) {
            found.retain(|(_, now)| *now);
        }
        match found[..] {
            [] => Err(Error::NotFound),
            [(project, _)] => Ok(project),
            _ => {
                let detail = format!("several of your projects have the key {named}: say the id, which whoami lists");
                Err(Error::conflict("ambiguous_key", detail))
            }
        }
    }

    /// The task of this name, and its project: one as `WEB-42` says its project itself.
    pub async fn task(&self, named: &str, project: Option<&str>) -> Result<(ProjectId, TaskRef)> {
        let task: TaskRef = named.parse()?;
        let project = match (project, &task) {
            (Some(project), _) => self.project(project).await?,
            (None, TaskRef::Keyed(key, _)) => self.project(key.as_str()).await?,
            _ => return Err(Error::invalid("/project", "is needed, unless the task is named as in WEB-42")),
        };
        Ok((project, task))
    }

    /// The proof that the caller belongs to a project, looked up now: the token may have ended, or the membership.
    pub async fn member(&self, project: ProjectId, least: Role) -> Result<Membership> {
        Ok(self.in_project(project, least).await?.1)
    }

    async fn in_project(&self, project: ProjectId, least: Role) -> Result<(Caller, Membership)> {
        let caller = tokens::caller(&self.app.db, &self.secret, Some(project)).await?.within_scope(&Method::GET)?;
        let membership = Membership::prove(&self.app.db, &caller, project, least)?;
        Ok((caller, membership))
    }

    /// Begin to change a project: counted and checked as the same request to the REST API is.
    pub async fn change(&self, terms: Terms) -> Result<Change> {
        let Terms { project, role, base_version, key, asked } = terms;
        self.caller.clone().within_scope(&Method::POST)?;
        let counted = Counted::Change;
        let left = self.app.limits.request(self.caller.user.id, counted);
        self.limits.note(counted.policy(), left, |left| *left)?;
        let (caller, _) = self.in_project(project, role).await?;
        let cause = match &key {
            Some(RetryKey(key)) => format!("{}{key}", self.cause()),
            None => self.cause(),
        };
        let request = Request {
            id: self.request.id.clone(),
            key: key.is_some().then(|| cause.clone()),
            if_match: base_version.into_iter().collect(),
            hash: secrets::hash(&asked),
            address: self.request.address,
        };
        let transaction = Transaction::begin_for(&self.app, &caller, &Arc::new(request), project).await?;
        let mut change = transaction.lock_project(project, Grant::Role(role)).await?.require_active()?;
        change.set_cause(cause);
        Ok(change)
    }
}
