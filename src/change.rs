//! The only way to write. [`Work`] is a transaction with its answer kept for retries; [`Change`] is one that
//! holds a project's row, and with it the project's next number.
//!
//! The row is taken *first*, by the statement that draws the number: whoever else changes this project waits
//! until the end, so that limits, cycles, positions and task numbers are decided one after the other, and
//! number n + 1 cannot be seen before n. The same statement looks at the actor's role. On Postgres it still sees
//! the members of before the wait, and the row's number of before the wait: when that is not the last one, somebody
//! changed the project in between, perhaps its members, and the role is read again.

use std::{
    collections::BTreeSet,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::{
    access::{Caller, Role},
    app::App,
    clock::Timestamp,
    db::{Query, Tx},
    error::{Error, Result, Stale},
    event::{self, Actor, Draft, Frame, Stamp},
    faults::{self, Fault, planted},
    ids::{ProjectId, UserId},
    model::answers::{self, Stored},
};

/// What a request asks beside its body.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// For the log line and every problem.
    pub id: String,
    /// The `Idempotency-Key`; also the `cause` of the events that follow.
    pub key: Option<String>,
    /// The version in `If-Match`.
    pub if_match: Option<i64>,
    /// What was asked: method, path and body.
    pub hash: String,
}

impl Request {
    /// The same request, of which nothing is kept for retries.
    #[must_use]
    pub fn unkept(&self) -> Arc<Self> {
        Arc::new(Self { key: None, hash: String::new(), ..self.clone() })
    }
}

/// A transaction, and what is to be told once it is durable.
pub struct Work {
    app: App,
    tx: Tx,
    at: Timestamp,
    actor: Option<Actor>,
    caller: String,
    request: Arc<Request>,
    offers: Vec<(ProjectId, Frame)>,
    told: BTreeSet<UserId>,
}

impl Work {
    pub async fn begin(app: &App, caller: &Caller, request: &Arc<Request>) -> Result<Self> {
        Self::open(app, Some(caller), request, app.db.write().await?).await
    }

    /// The same, to go on with this project and no other.
    pub async fn begin_in(app: &App, caller: &Caller, request: &Arc<Request>, project: ProjectId) -> Result<Change> {
        Self::open(app, Some(caller), request, app.db.write_to(project).await?).await?.enter(project).await
    }

    /// The same for what has to go on when the disk is full; see [`crate::db::Db::making_room`].
    pub async fn begin_from_reserve(app: &App, caller: &Caller, request: &Arc<Request>) -> Result<Self> {
        Self::open(app, Some(caller), request, app.db.write_from_reserve().await?).await
    }

    /// Work that no caller asked for over HTTP: the command line, or somebody who has no account yet.
    pub async fn unattended(app: &App, request: &Arc<Request>) -> Result<Self> {
        Self::open(app, None, request, app.db.write().await?).await
    }

    async fn open(app: &App, caller: Option<&Caller>, request: &Arc<Request>, mut tx: Tx) -> Result<Self> {
        let actor = caller.map(|caller| Actor { id: caller.user.id, name: caller.user.name.clone() });
        let caller = caller.map_or_else(|| "anonymous".into(), Caller::key);
        if let Some(key) = request.key.as_ref().filter(|_| planted(Fault::KeyClaimedByItself)) {
            drop(tx);
            let mut own = app.db.write().await?;
            answers::claim(&mut own, &caller, key, &request.hash).await?;
            own.commit().await?;
            tx = app.db.write().await?;
        } else if let Some(key) = &request.key
            && let Err(error) = answers::claim(&mut tx, &caller, key, &request.hash).await
        {
            if matches!(error, Error::Answered(_)) {
                // The first answer may be waiting for a COMMIT that it shares with us: not before it is durable.
                tx.commit().await?;
            }
            return Err(error);
        }
        Ok(Self {
            app: app.clone(),
            tx,
            at: Timestamp::now(),
            actor,
            caller,
            request: request.clone(),
            offers: vec![],
            told: BTreeSet::new(),
        })
    }

    pub fn query<'a>(&'a mut self, sql: &'static str) -> Query<'a> {
        self.tx.query(sql)
    }

    pub const fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Who acts from here on: someone whose account was made in this very transaction.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = Some(actor);
    }

    pub fn actor(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Error::Unauthenticated)
    }

    /// Tell this person's streams to look again once this is durable.
    pub fn tell(&mut self, user: UserId) {
        self.told.insert(user);
    }

    /// Hold a project's row until the end and draw its next number.
    pub async fn enter(mut self, project: ProjectId) -> Result<Change> {
        let actor = self.actor.as_ref().map(|actor| actor.id);
        let early = if planted(Fault::NumberReadBeforeTheLock) {
            event::reach(&self.app.db, project).await.ok().map(|reach| reach.seq + 1)
        } else if planted(Fault::NumberFromAGlobalCounter) {
            static NEXT: AtomicI64 = AtomicI64::new(1);
            Some(NEXT.fetch_add(1, Ordering::Relaxed))
        } else {
            None
        };
        let row: Entry = self
            .query(
                "update projects set seq = seq + 1
                 where id = $1 and deleted_at is null
                 returning seq, archived_at,
                           (select p.seq from projects p where p.id = projects.id) as seen_seq,
                           (select m.role from members m where m.project_id = projects.id and m.user_id = $2) as seen_role",
            )
            .bind(project)
            .bind(actor)
            .one()
            .await?;
        faults::point("change.entered");
        Ok(Change {
            work: self,
            project,
            first: early.unwrap_or(row.seq),
            count: 0,
            role: Role::Owner,
            seen_role: row.seen_role.filter(|_| row.seen_seq + 1 >= row.seq),
            archived: row.archived_at.is_some(),
        })
    }

    async fn commit(mut self, answer: &Stored) -> Result<()> {
        if planted(Fault::PublishBeforeCommit) {
            self.offers.iter().for_each(|(project, frame)| self.app.hub.offer(*project, frame.clone()));
        }
        faults::point("answer.before");
        if let Some(key) = self.request.key.clone() {
            answers::keep(&mut self.tx, &self.caller, &key, answer).await?;
        }
        faults::point("commit.before");
        let committed = if !self.offers.is_empty() && faults::commit_fails() {
            self.tx.rollback().await.and(Err(Error::Unknown(sqlx::Error::WorkerCrashed)))
        } else {
            self.tx.commit().await
        };
        faults::point("commit.after");
        if committed.is_ok() || planted(Fault::PublishAfterAFailedCommit) {
            for (project, frame) in self.offers {
                self.app.hub.offer(project, frame);
            }
            faults::point("offer.after");
        } else {
            // Perhaps it is there: whoever reads along looks into the log.
            for (project, _) in self.offers {
                self.app.hub.repair(project);
            }
        }
        for user in self.told {
            self.app.hub.tell(user);
        }
        committed
    }

    /// 200 with an object.
    pub async fn ok(self, value: &impl Serialize) -> Result<Stored> {
        self.answer(Stored::json(StatusCode::OK, value)?).await
    }

    /// 201 with the new object.
    pub async fn created(self, value: &impl Serialize) -> Result<Stored> {
        self.answer(Stored::json(StatusCode::CREATED, value)?).await
    }

    /// 204.
    pub async fn done(self) -> Result<Stored> {
        self.answer(Stored::empty()).await
    }

    /// Commit with this answer, but keep `kept` for retries (an answer that holds a secret is not written down).
    pub async fn answer_keeping(self, answer: Stored, kept: &Stored) -> Result<Stored> {
        self.commit(kept).await?;
        Ok(answer)
    }

    async fn answer(self, answer: Stored) -> Result<Stored> {
        self.commit(&answer).await?;
        Ok(answer)
    }
}

#[derive(sqlx::FromRow)]
struct Entry {
    seq: i64,
    archived_at: Option<Timestamp>,
    seen_seq: i64,
    seen_role: Option<Role>,
}

/// A change of one project.
pub struct Change {
    work: Work,
    project: ProjectId,
    first: i64,
    count: i64,
    role: Role,
    /// What the entering statement saw of the actor's role, if nobody changed the project while it waited.
    seen_role: Option<Role>,
    archived: bool,
}

impl Deref for Change {
    type Target = Work;
    fn deref(&self) -> &Work {
        &self.work
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Work {
        &mut self.work
    }
}

impl Change {
    /// Check again, now that nobody else can change it, that the actor still is a member with this role.
    pub async fn require(mut self, role: Role) -> Result<Self> {
        if planted(Fault::StaleMembership) {
            self.role = role;
            return Ok(self);
        }
        let found = match self.seen_role {
            Some(found) => found,
            None => self.actors_role().await?,
        };
        if found < role {
            return Err(Error::forbidden("your role in this project does not allow this"));
        }
        self.role = found;
        Ok(self)
    }

    async fn actors_role(&mut self) -> Result<Role> {
        let (project, user) = (self.project, self.actor()?.id);
        let (role,) = self
            .query("select role from members where project_id = $1 and user_id = $2")
            .bind(project)
            .bind(user)
            .one()
            .await?;
        Ok(role)
    }

    /// Refuse when the project is archived.
    pub fn require_active(self) -> Result<Self> {
        if self.archived {
            return Err(Error::conflict("project_archived", "the project is archived: unarchive it first"));
        }
        Ok(self)
    }

    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The actor's role, as it is now.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The number of the event that is being composed, and so the version of what it changes.
    #[must_use]
    pub const fn seq(&self) -> i64 {
        self.first + self.count
    }

    /// Write the event. One that says nothing is not an event.
    pub async fn record(&mut self, draft: Draft) -> Result<()> {
        if draft.is_empty() {
            return Ok(());
        }
        let (project, seq, at) = (self.project, self.seq(), self.at);
        let work = &mut self.work;
        let epoch = work.app.epoch.clone();
        let (actor, cause) = (work.actor.as_ref(), work.request.key.as_deref());
        let stamp = Stamp { epoch: &epoch, project, seq, at, actor, cause };
        let frame = if seq > 1 && planted(Fault::EventInItsOwnTransaction) {
            let mut own = work.app.db.write().await?;
            let frame = draft.append(&mut own, stamp).await?;
            own.commit().await?;
            frame
        } else {
            draft.append(&mut work.tx, stamp).await?
        };
        work.offers.push((project, frame));
        self.count += 1;
        Ok(())
    }

    /// Compare `If-Match` with the object as it is. When it is stale, the change may still go on if nobody
    /// else touched the fields it is about; otherwise 412 shows what they were, are, and which they are.
    pub async fn check_match(&mut self, kind: &str, current: &impl Serialize, fields: &[&str]) -> Result<()> {
        let Some(base_version) = self.work.request.if_match else { return Ok(()) };
        let current = serde_json::to_value(current).map_err(|error| Error::Internal(error.to_string()))?;
        if current["version"] == base_version {
            return Ok(());
        }
        let id = current["id"].as_str().unwrap_or_default().to_owned();
        let stale = |base: Value, conflicts: Vec<String>| {
            Err(Error::Stale(Box::new(Stale { base_version, current: current.clone(), base, conflicts })))
        };
        let ahead = current["version"].as_i64().is_none_or(|version| base_version > version);
        let base = if ahead {
            None
        } else {
            event::changed_since(&mut self.work.tx, self.project, kind, &id, base_version).await?
        };
        let Some(base) = base else {
            return stale(Value::Null, fields.iter().map(ToString::to_string).collect());
        };
        let conflicts: Vec<String> =
            base.keys().filter(|field| fields.is_empty() || fields.contains(&field.as_str())).cloned().collect();
        if conflicts.is_empty() { Ok(()) } else { stale(Value::Object(base), conflicts) }
    }

    /// Let go of this project and go on with the same transaction: the number that was drawn is settled.
    pub async fn leave(mut self) -> Result<Work> {
        if self.count != 1 && !(self.count == 0 && planted(Fault::NumberKeptBySilence)) {
            let (project, drawn) = (self.project, self.count - 1);
            self.query("update projects set seq = seq + $2 where id = $1").bind(project).bind(drawn).execute().await?;
        }
        Ok(self.work)
    }

    pub async fn ok(self, value: &impl Serialize) -> Result<Stored> {
        self.leave().await?.ok(value).await
    }

    pub async fn created(self, value: &impl Serialize) -> Result<Stored> {
        self.leave().await?.created(value).await
    }

    pub async fn done(self) -> Result<Stored> {
        self.leave().await?.done().await
    }
}
