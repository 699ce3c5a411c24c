//! What people and programs are signed in with: sessions and tokens, where it does not matter which.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    base::{clock::Timestamp, error::Result},
    db::{Bind, Db},
};

/// Whether this session or token still is valid, its user may sign in, and has the second factor that the policy asks for.
pub async fn live(db: &Db, credential: Uuid) -> Result<bool> {
    let found: Option<(Uuid,)> = db
        .query(
            "select s.id from sessions s
             join users u on u.id = s.user_id
             where s.id = $1 and s.expires_at > $2 and u.disabled_at is null
               and not exists (select 1 from second_factors_missing f where f.user_id = u.id)
             union all
             select t.id from tokens t
             join users u on u.id = t.user_id
             where t.id = $1 and t.expires_at > $2 and u.disabled_at is null
               and not exists (select 1 from second_factors_missing f where f.user_id = u.id)",
        )
        .bind(credential)
        .bind(Timestamp::now())
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Which of these sessions and tokens still are valid.
pub async fn which_live(db: &Db, credentials: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
    let live: Vec<(Uuid,)> = db
        .query(
            "select s.id from {rows $1: id uuid} r
             join sessions s on s.id = r.id
             join users u on u.id = s.user_id
             where s.expires_at > $2 and u.disabled_at is null
               and not exists (select 1 from second_factors_missing f where f.user_id = u.id)
             union all
             select t.id from {rows $1: id uuid} r
             join tokens t on t.id = r.id
             join users u on u.id = t.user_id
             where t.expires_at > $2 and u.disabled_at is null
               and not exists (select 1 from second_factors_missing f where f.user_id = u.id)",
        )
        .bind_rows(credentials, |cells, id| cells.bind(*id))
        .bind(Timestamp::now())
        .all()
        .await?;
    Ok(live.into_iter().map(|(id,)| id).collect())
}
