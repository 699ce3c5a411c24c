//! API tokens: what programs use instead of a password.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{
        caller::{Caller, Credential},
        policy::{self, Right},
        role::Role,
        user::{self, User},
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{ProjectId, TokenId, UserId},
        secrets,
        text::Name,
    },
    db::{Db, Tx},
};

const LIFE: Duration = Duration::from_hours(2160);
const MOST: i64 = 100;
const USED_EVERY: Duration = Duration::from_mins(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,
    Write,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// The projects it is limited to; `null` when it reaches all of its owner's.
    #[schema(required)]
    pub project_ids: Option<Vec<ProjectId>>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    #[schema(required)]
    pub last_used_at: Option<Timestamp>,
}

/// A token when it was just made: the only time that its secret is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedToken {
    #[serde(flatten)]
    pub token: Token,
    /// Absent when the answer is given again under the same `Idempotency-Key`: it is written down nowhere.
    #[schema(required = false)]
    pub secret: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    pub name: Name,
    pub scopes: Vec<Scope>,
    #[serde(alias = "projects")]
    pub project_ids: Option<Vec<ProjectId>>,
    /// 90 days from now when absent.
    pub expires_at: Option<Timestamp>,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: TokenId,
    name: String,
    can_read: bool,
    can_write: bool,
    restricted: bool,
    created_at: Timestamp,
    expires_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

pub async fn create(tx: &mut Tx, at: Timestamp, user: UserId, new: NewToken) -> Result<CreatedToken> {
    if new.scopes.is_empty() {
        return Err(Error::invalid("/scopes", "must name at least one of read, write"));
    }
    let expires_at = new.expires_at.unwrap_or(at.plus(LIFE));
    if expires_at <= at {
        return Err(Error::invalid("/expires_at", "must be in the future"));
    }
    if expires_at > at.plus(LIFE * 41) {
        return Err(Error::invalid("/expires_at", "must be within ten years"));
    }
    policy::check(tx, user, Right::CreateTokens).await?;
    user::lock(tx, user).await?;
    let (count,): (i64,) = tx.query("select count(*) from tokens where user_id = $1").bind(user).one().await?;
    if count >= MOST {
        return Err(Error::conflict("too_many_tokens", format!("there are {MOST} tokens: delete one first")));
    }
    let secret = secrets::token();
    let token = Token {
        id: TokenId::new(),
        name: new.name.as_str().into(),
        scopes: [Scope::Read, Scope::Write].into_iter().filter(|scope| new.scopes.contains(scope)).collect(),
        project_ids: new.project_ids,
        created_at: at,
        expires_at,
        last_used_at: None,
    };
    tx.query(
        "insert into tokens (id, user_id, name, secret_hash, can_read, can_write, restricted, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(token.id)
    .bind(user)
    .bind(token.name.as_str())
    .bind(secrets::hash(&secret))
    .bind(token.scopes.contains(&Scope::Read))
    .bind(token.scopes.contains(&Scope::Write))
    .bind(token.project_ids.is_some())
    .bind(token.created_at)
    .bind(token.expires_at)
    .execute()
    .await?;
    for (at, project) in token.project_ids.iter().flatten().enumerate() {
        // Through the same door as everything: a project that is not the caller's does not exist.
        let known = tx
            .query(
                "insert into token_projects (token_id, project_id)
                 select $1, m.project_id from members m
                 join projects p on p.id = m.project_id
                 where m.project_id = $2 and m.user_id = $3 and p.deleted_at is null
                 on conflict (token_id, project_id) do nothing",
            )
            .bind(token.id)
            .bind(*project)
            .bind(user)
            .execute()
            .await?;
        if known == 0 {
            return Err(Error::invalid(format!("/project_ids/{at}"), "is not a project of yours, or is named twice"));
        }
    }
    Ok(CreatedToken { token, secret })
}

async fn projects_of(db: &Db, token: TokenId, restricted: bool) -> Result<Option<Vec<ProjectId>>> {
    if !restricted {
        return Ok(None);
    }
    let rows: Vec<(ProjectId,)> = db
        .query("select project_id from token_projects where token_id = $1 order by project_id")
        .bind(token)
        .all()
        .await?;
    Ok(Some(rows.into_iter().map(|(project,)| project).collect()))
}

/// The tokens of a user, the newest first, behind the one that ended the page before.
pub async fn list(db: &Db, user: UserId, before: Option<TokenId>, limit: i64) -> Result<Vec<Token>> {
    let rows: Vec<Row> = db
        .query(
            "select id, name, can_read, can_write, restricted, created_at, expires_at, last_used_at from tokens
             where user_id = $1 and id < $2
             order by id desc
             limit $3",
        )
        .bind(user)
        .bind(before.unwrap_or(TokenId(uuid::Uuid::max())))
        .bind(limit)
        .all()
        .await?;
    let mut tokens = Vec::with_capacity(rows.len());
    for row in rows {
        let project_ids = projects_of(db, row.id, row.restricted).await?;
        let scopes = [(row.can_read, Scope::Read), (row.can_write, Scope::Write)];
        tokens.push(Token {
            id: row.id,
            name: row.name,
            scopes: scopes.into_iter().filter(|(has, _)| *has).map(|(_, scope)| scope).collect(),
            project_ids,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        });
    }
    Ok(tokens)
}

pub async fn remove(tx: &mut Tx, user: UserId, token: TokenId) -> Result<()> {
    tx.query(
        "delete from token_projects
         where token_id in (select id from tokens where id = $1 and user_id = $2)",
    )
    .bind(token)
    .bind(user)
    .execute()
    .await?;
    let removed =
        tx.query("delete from tokens where id = $1 and user_id = $2").bind(token).bind(user).execute().await?;
    if removed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Who a token acts for, and their role in a project.
pub async fn caller(db: &Db, secret: &str, project: Option<ProjectId>) -> Result<Caller> {
    #[derive(sqlx_macros::FromRow)]
    #[expect(clippy::struct_excessive_bools, reason = "as the row has them")]
    struct Row {
        #[sqlx(flatten)]
        user: User,
        token_id: TokenId,
        token_name: String,
        can_read: bool,
        can_write: bool,
        restricted: bool,
        expires_at: Timestamp,
        last_used_at: Option<Timestamp>,
        role: Option<Role>,
        second_factor_missing: bool,
    }
    if !secrets::is_token(secret) {
        return Err(Error::Unauthenticated);
    }
    let now = Timestamp::now();
    let row: Option<Row> = db
        .query(
            "select u.id, u.email, u.name, u.admin, u.created_at, u.time_zone, u.show_presence, t.id as token_id,
                    t.name as token_name, t.can_read, t.can_write,
                    t.restricted, t.expires_at, t.last_used_at, m.role,
                    exists (select 1 from second_factors_missing f where f.user_id = u.id) as second_factor_missing
             from tokens t
             join users u on u.id = t.user_id
             left join projects p on p.id = $3 and p.deleted_at is null
             left join members m on m.project_id = p.id and m.user_id = u.id
             where t.secret_hash = $1 and t.expires_at > $2 and u.disabled_at is null",
        )
        .bind(secrets::hash(secret))
        .bind(now)
        .bind(project)
        .optional()
        .await?;
    let row = row.ok_or(Error::Unauthenticated)?;
    if row.second_factor_missing {
        // A program cannot set it up, and nothing of what it may read is for it until then.
        return Err(policy::second_factor_missing());
    }
    let id = row.token_id;
    if row.last_used_at.is_none_or(|used| used.plus(USED_EVERY) < now) {
        db.execute_best_effort("update tokens set last_used_at = $2 where id = $1", move |query| {
            query.bind(id).bind(now)
        })
        .await;
    }
    let projects = projects_of(db, id, row.restricted).await?;
    let (expires_at, read, write) = (row.expires_at, row.can_read, row.can_write);
    let credential = Credential::Token { id, name: row.token_name, expires_at, read, write, projects };
    Ok(Caller { user: row.user, credential, role: project.zip(row.role), second_factor_missing: false })
}
