//! A transaction of a caller: what it writes, the answer that retries get, and whom to tell after the COMMIT.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use http::StatusCode;
use serde::Serialize;

use crate::{
    app::App,
    auth::{
        audit::{self, By, Entry},
        caller::Caller,
        membership,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, UserId},
        secrets,
        stored_response::StoredResponse,
    },
    change::idempotency,
    config::Config,
    db::{Query, Tx},
    faults::{self, planted},
    log::{Actor, Frame},
};

/// What a request asks beside its body.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// For the log line and every problem.
    pub id: String,
    /// The `Idempotency-Key`; also the `cause` of the events that follow.
    pub key: Option<String>,
    /// The versions in `If-Match`, of which one has to be the present one; empty without a condition.
    pub if_match: Vec<i64>,
    /// A hash of what was asked: method, path and body.
    pub hash: String,
    /// Where it came from; nothing of what the server or the command line does.
    pub address: Option<IpAddr>,
}

impl Request {
    /// The same request without its `Idempotency-Key`: no answer is stored.
    #[must_use]
    pub fn without_idempotency(&self) -> Arc<Self> {
        Arc::new(Self { key: None, hash: String::new(), ..self.clone() })
    }

    /// The same request, with what a body asks that was not hashed when it was read. The texts hold no NUL.
    #[must_use]
    pub fn with_body(&self, asked: &[&str]) -> Arc<Self> {
        Arc::new(Self { hash: secrets::hash(&format!("{}\0{}", self.hash, asked.join("\0"))), ..self.clone() })
    }
}

/// A transaction, and what is published once it is durable.
pub struct Transaction {
    app: App,
    tx: Tx,
    at: Timestamp,
    actor: Option<Actor>,
    caller: String,
    request: Arc<Request>,
    publish: Vec<(ProjectId, Frame)>,
    notify: BTreeSet<UserId>,
    /// What the audit log gets, and by which token or other way it is done.
    by: By,
    audited: Vec<Entry>,
}

impl Transaction {
    pub async fn begin(app: &App, caller: &Caller, request: &Arc<Request>) -> Result<Self> {
        Self::open(app, Some(caller), request, app.db.begin().await?).await
    }

    /// Begin to change one project and no other; writers of different projects need not wait for each other.
    pub async fn begin_for(app: &App, caller: &Caller, request: &Arc<Request>, project: ProjectId) -> Result<Self> {
        Self::open(app, Some(caller), request, app.db.begin_for(project).await?).await
    }

    /// Begin to write what has to work on a full disk too; see [`crate::db::Db::retry_from_ballast`].
    pub async fn begin_from_reserve(app: &App, caller: &Caller, request: &Arc<Request>) -> Result<Self> {
        Self::open(app, Some(caller), request, app.db.begin_from_ballast().await?).await
    }

    /// Begin to delete something of one project, on a full disk too.
    pub async fn begin_deleting(
        app: &App,
        caller: &Caller,
        request: &Arc<Request>,
        project: ProjectId,
    ) -> Result<Self> {
        Self::open(app, Some(caller), request, app.db.begin_for_from_ballast(project).await?).await
    }

    /// Begin without a caller: for the command line, and for people who have no account yet.
    pub async fn anonymous(app: &App, request: &Arc<Request>) -> Result<Self> {
        Self::open(app, None, request, app.db.begin().await?).await
    }

    async fn open(app: &App, caller: Option<&Caller>, request: &Arc<Request>, mut tx: Tx) -> Result<Self> {
        let actor = caller.map(|caller| Actor {
            id: caller.user.id,
            name: caller.user.name.clone(),
            via: caller.via().map(ToOwned::to_owned),
        });
        let key_of = caller.map_or_else(|| "anonymous".into(), Caller::key);
        if let Some(key) = &request.key
            && let Err(error) = idempotency::claim(&mut tx, &key_of, key, &request.hash).await
        {
            let Error::Answered(stored) = &error else { return Err(error) };
            let visible = match stored.project {
                Some(project) => membership::sees(&mut tx, caller, project).await?,
                None => true,
            };
            // The first request's answer may be waiting for a COMMIT that this transaction shares: the retry
            // is answered when that COMMIT is durable.
            tx.commit().await?;
            return Err(if visible { error } else { Error::NotFound });
        }
        let tx = planted!(
            KeyClaimedByItself => {
                tx.commit().await?;
                app.db.begin().await?
            },
            tx
        );
        Ok(Self {
            app: app.clone(),
            tx,
            at: Timestamp::now(),
            actor,
            caller: key_of,
            request: request.clone(),
            publish: vec![],
            notify: BTreeSet::new(),
            by: By { token: caller.and_then(Caller::token), address: request.address, ..By::default() },
            audited: vec![],
        })
    }

    pub fn query<'a>(&'a mut self, sql: &'static str) -> Query<'a> {
        self.tx.query(sql)
    }

    pub const fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    pub(super) const fn app(&self) -> &App {
        &self.app
    }

    #[must_use]
    pub fn config(&self) -> &Config {
        &self.app.config
    }

    pub(super) fn request(&self) -> &Request {
        &self.request
    }

    /// When the transaction began: the instant of everything that it writes.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Act as this person from here on: their account was made in this very transaction.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = Some(actor);
    }

    pub fn actor(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Error::Unauthenticated)
    }

    #[must_use]
    pub const fn actor_or_none(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// Say in the audit log that this is done through the command line.
    pub fn by_command_line(&mut self) {
        self.by.via = Some("command line".into());
    }

    /// Write to the audit log, with this very transaction.
    pub fn audit(&mut self, entry: Entry) {
        self.audited.push(entry);
    }

    /// The last thing that is written: others who write to the audit log wait from here to the COMMIT.
    async fn write_audited(&mut self) -> Result<()> {
        if self.audited.is_empty() {
            return Ok(());
        }
        let mut by = self.by.clone();
        by.actor = self.actor.as_ref().map(|actor| (actor.id, actor.name.clone()));
        by.via = by.via.or_else(|| self.actor.as_ref().and_then(|actor| actor.via.clone()));
        let at = self.at;
        let entries: Vec<_> = self.audited.drain(..).map(|entry| (at, by.clone(), entry)).collect();
        audit::chain::append(&mut self.tx, &entries).await
    }

    /// Let this user's streams look for new memberships and notifications after the COMMIT.
    pub fn notify_user(&mut self, user: UserId) {
        self.notify.insert(user);
    }

    /// Publish this frame to the project's readers after the COMMIT.
    pub(super) fn publish(&mut self, project: ProjectId, frame: Frame) {
        self.publish.push((project, frame));
    }

    /// `answer` is kept for retries of a request that has a key.
    async fn commit(mut self, answer: Option<&StoredResponse>) -> Result<()> {
        planted!(
            PublishBeforeCommit =>
                self.publish.iter().for_each(|(project, frame)| self.app.live.publish(*project, frame.clone())),
            ()
        );
        faults::point("answer.before");
        if let (Some(key), Some(answer)) = (self.request.key.clone(), answer) {
            idempotency::store(&mut self.tx, &self.caller, &key, answer).await?;
        }
        self.write_audited().await?;
        faults::point("commit.before");
        let committed = if !self.publish.is_empty() && faults::commit_fails() {
            self.tx.rollback().await.and(Err(Error::Unknown(sqlx::Error::WorkerCrashed)))
        } else {
            self.tx.commit().await
        };
        faults::point("commit.after");
        if planted!(PublishAfterAFailedCommit => true, committed.is_ok()) {
            for (project, frame) in self.publish {
                self.app.live.publish(project, frame);
            }
            faults::point("offer.after");
        } else {
            // The change may be durable all the same: let the topics of its projects look into the log.
            for (project, _) in self.publish {
                self.app.live.repair(project);
            }
        }
        for user in self.notify {
            self.app.live.notify_user(user);
        }
        committed
    }

    /// Commit and answer 200 with an object.
    pub async fn ok(self, value: &(impl Serialize + Sync)) -> Result<StoredResponse> {
        self.answer(|| StoredResponse::json(StatusCode::OK, value)).await
    }

    /// Commit and answer 200 with an object that tells of a project: a retry gets it while it may see that one.
    pub async fn ok_about(self, project: ProjectId, value: &(impl Serialize + Sync)) -> Result<StoredResponse> {
        self.answer(|| Ok(StoredResponse::json(StatusCode::OK, value)?.about(project))).await
    }

    /// Commit and answer 201 with the new object.
    pub async fn created(self, value: &(impl Serialize + Sync)) -> Result<StoredResponse> {
        self.answer(|| StoredResponse::json(StatusCode::CREATED, value)).await
    }

    /// Commit and answer 204.
    pub async fn no_content(self) -> Result<StoredResponse> {
        self.answer(|| Ok(StoredResponse::empty())).await
    }

    /// Commit with `answer`, but store `stored` for retries: an answer that holds a secret is not written down.
    pub async fn answer_storing(self, answer: StoredResponse, stored: &StoredResponse) -> Result<StoredResponse> {
        self.commit(Some(stored)).await?;
        Ok(answer)
    }

    /// An answer that no retry will ask for is composed behind the COMMIT: it may hold thousands of objects, and on
    /// `SQLite` all writers wait meanwhile.
    pub(super) async fn answer(self, compose: impl FnOnce() -> Result<StoredResponse>) -> Result<StoredResponse> {
        if self.request.key.is_none() {
            self.commit(None).await?;
            return compose();
        }
        let answer = compose()?;
        self.commit(Some(&answer)).await?;
        Ok(answer)
    }
}
