//! The change of one project.
//!
//! The transaction locks the project's row *first*, by the statement that draws the event number. Every other change
//! of the project waits until the end, so that limits, cycles, positions and task numbers are decided one after the
//! other, and number n + 1 cannot be seen before n. The same statement looks up the actor's role. On Postgres it still
//! sees the members, the log, and the row's number of before the wait: when that number is not the last one, another
//! change was committed in between, and the role and the chain of the last event are read again.

use std::{
    borrow::Cow,
    ops::{Deref, DerefMut},
};

use http::StatusCode;
use serde::Serialize;

use crate::{
    auth::role::Role,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, UserId},
        stored_response::StoredResponse,
    },
    change::transaction::Transaction,
    faults::{self, planted},
    log::{Chain, Draft, EventMeta},
};

/// By which right a transaction changes a project. There is no [`Change`] without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The actor is a member with at least this role; looked up behind the lock.
    Role(Role),
    /// An invitation with this role is used in the same transaction; the change acts with that role.
    Invitation(Role),
    /// The project is created in the same transaction; the actor becomes its owner.
    Founder,
    /// The name or the state of an account changes, of which the projects of its person are told, or its person deletes it and
    /// leaves them; nothing else may change.
    Account,
    /// An administrator gives an owner to a project that has none, archives a project, or deletes it.
    Administrator,
    /// Members are reminded of what is due; nothing of the project changes.
    Reminder,
    /// A rule of the project does what it says; the events name it as their cause.
    Rule(&'static str),
}

/// A transaction that holds the lock of a project.
pub struct Change {
    transaction: Transaction,
    project: ProjectId,
    first: i64,
    count: i64,
    /// The chain of the last event.
    chain: Chain,
    role: Role,
    archived: bool,
    /// What its events name as their cause, in place of a request.
    cause: Option<Cow<'static, str>>,
}

impl Deref for Change {
    type Target = Transaction;
    fn deref(&self) -> &Transaction {
        &self.transaction
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Transaction {
        &mut self.transaction
    }
}

impl Transaction {
    /// Lock a project until the end of the transaction, draw its next event number, and check the grant.
    pub async fn lock_project(self, project: ProjectId, grant: Grant) -> Result<Change> {
        Change::lock(self, project, grant).await
    }
}

#[derive(sqlx_macros::FromRow)]
struct Locked {
    seq: i64,
    archived_at: Option<Timestamp>,
    seen_seq: i64,
    seen_role: Option<Role>,
    seen_chain: Option<i64>,
}

/// What others may have changed while this transaction waited for the lock.
#[derive(sqlx_macros::FromRow)]
struct BehindLock {
    role: Option<Role>,
    chain: i64,
}

impl Change {
    async fn lock(mut transaction: Transaction, project: ProjectId, grant: Grant) -> Result<Self> {
        let actor = transaction.actor_or_none().map(|actor| actor.id);
        let early: Option<i64> = planted!(
            NumberReadBeforeTheLock => {
                let head = crate::log::read::head(&transaction.app().db, project).await;
                head.ok().map(|head| head.seq + 1)
            },
            None
        );
        let row: Locked = transaction
            .query(
                "update projects set seq = seq + 1
                 where id = $1 and deleted_at is null
                 returning seq, archived_at,
                           (select p.seq from projects p where p.id = projects.id) as seen_seq,
                           (select m.role from members m where m.project_id = projects.id and m.user_id = $2) as seen_role,
                           (select e.chain from events e
                            where e.project_id = projects.id and e.seq = projects.seq - 1) as seen_chain",
            )
            .bind(project)
            .bind(actor)
            .one()
            .await?;
        faults::point("change.entered");
        let current = row.seen_seq + 1 >= row.seq;
        // The first event has no predecessor; that of others may have been trimmed.
        let chain = row.seen_chain.or((row.seq == 1).then_some(0));
        let BehindLock { role: found, chain } = match chain.filter(|_| current) {
            Some(chain) => BehindLock { role: row.seen_role, chain },
            None => Self::behind_lock(&mut transaction, project, actor).await?,
        };
        let role = match grant {
            Grant::Founder | Grant::Administrator => Role::Owner,
            Grant::Invitation(role) => role,
            Grant::Rule(_) => Role::Manager,
            Grant::Account | Grant::Reminder => Role::Viewer,
            Grant::Role(role) => {
                let found = planted!(StaleMembership => role, found.ok_or(Error::NotFound)?);
                if found < role {
                    return Err(Error::forbidden("your role in this project does not allow this"));
                }
                found
            }
        };
        let drawn = planted!(
            NumberFromAGlobalCounter => {
                static NEXT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(1);
                NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
            },
            row.seq
        );
        let cause = if let Grant::Rule(cause) = grant { Some(cause.into()) } else { None };
        let (first, archived) = (early.unwrap_or(drawn), row.archived_at.is_some());
        Ok(Self { transaction, project, first, count: 0, chain: chain.into(), role, archived, cause })
    }

    async fn behind_lock(
        transaction: &mut Transaction,
        project: ProjectId,
        actor: Option<UserId>,
    ) -> Result<BehindLock> {
        transaction
            .query(
                "select (select m.role from members m where m.project_id = p.id and m.user_id = $2) as role,
                        coalesce((select e.chain from events e where e.project_id = p.id and e.seq = p.seq - 1),
                                 p.trimmed_chain) as chain
                 from projects p
                 where p.id = $1",
            )
            .bind(project)
            .bind(actor)
            .one()
            .await
    }

    /// Refuse when the project is archived.
    pub fn require_active(self) -> Result<Self> {
        self.check_active()?;
        Ok(self)
    }

    /// The same for a change of which only a part needs it.
    pub fn check_active(&self) -> Result<()> {
        if self.archived {
            return Err(Error::conflict("project_archived", "the project is archived: unarchive it first"));
        }
        Ok(())
    }

    #[must_use]
    pub const fn project(&self) -> ProjectId {
        self.project
    }

    /// The actor's role as it is behind the lock.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The number of the event that is being composed, and so the version of what it changes.
    #[must_use]
    pub const fn seq(&self) -> i64 {
        self.first + self.count
    }

    /// What its events name as their cause from here on.
    pub fn set_cause(&mut self, cause: String) {
        self.cause = Some(cause.into());
    }

    /// Write the event under its number. A draft without changes is no event.
    pub async fn record(&mut self, draft: Draft) -> Result<()> {
        if draft.is_empty() {
            return Ok(());
        }
        let (project, seq, previous, at) = (self.project, self.seq(), self.chain, self.at());
        let transaction = &mut self.transaction;
        let epoch = transaction.app().epoch.clone();
        let actor = transaction.actor_or_none().cloned();
        let cause = self.cause.as_deref().map(str::to_owned).or_else(|| transaction.request().key.clone());
        let meta =
            EventMeta { epoch: &epoch, project, seq, previous, at, actor: actor.as_ref(), cause: cause.as_deref() };
        let frame = planted!(
            EventInItsOwnTransaction if seq > 1 => {
                let mut own = transaction.app().db.begin().await?;
                let frame = draft.append(&mut own, meta).await?;
                own.commit().await?;
                frame
            },
            draft.append(transaction.tx(), meta).await?
        );
        self.chain = frame.chain;
        self.transaction.publish(project, frame);
        self.count += 1;
        Ok(())
    }

    /// Finish this project's change and go on with the transaction. The lock drew one number: give it back when no
    /// event was recorded, take more when there were several.
    pub async fn finish(mut self) -> Result<Transaction> {
        let used = planted!(NumberKeptWithoutEvent => self.count.max(1), self.count);
        if used != 1 {
            let (project, drawn) = (self.project, used - 1);
            self.query("update projects set seq = seq + $2 where id = $1").bind(project).bind(drawn).execute().await?;
        }
        Ok(self.transaction)
    }

    pub async fn ok(self, value: &(impl Serialize + Sync)) -> Result<StoredResponse> {
        self.answer(StatusCode::OK, value).await
    }

    pub async fn created(self, value: &(impl Serialize + Sync)) -> Result<StoredResponse> {
        self.answer(StatusCode::CREATED, value).await
    }

    async fn answer(self, status: StatusCode, value: &(impl Serialize + Sync)) -> Result<StoredResponse> {
        let project = self.project;
        self.finish().await?.answer(|| Ok(StoredResponse::json(status, value)?.about(project))).await
    }

    pub async fn no_content(self) -> Result<StoredResponse> {
        self.finish().await?.no_content().await
    }
}
