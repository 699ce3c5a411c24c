//! What people and programs are signed in with: sessions and tokens, where it does not matter which.

use uuid::Uuid;

use crate::{
    clock::Timestamp,
    db::{Db, Query},
    error::Result,
};

/// Whether this session or token still is one, of somebody who may sign in.
pub async fn live(db: &Db, credential: Uuid) -> Result<bool> {
    let found: Option<(Uuid,)> = db
        .query(
            "select s.id from sessions s
             join users u on u.id = s.user_id
             where s.id = $1 and s.expires_at > $2 and u.disabled_at is null
             union all
             select t.id from tokens t
             join users u on u.id = t.user_id
             where t.id = $1 and t.expires_at > $2 and u.disabled_at is null",
        )
        .bind(credential)
        .bind(Timestamp::now())
        .optional()
        .await?;
    Ok(found.is_some())
}

/// The same of many at once: those that live, of up to as many as there are places for.
pub async fn which_live<'a>(db: &'a Db, bind: impl FnOnce(Query<'a>) -> Query<'a>) -> Result<Vec<Uuid>> {
    let query = db.query(
        "select s.id from sessions s
         join users u on u.id = s.user_id
         where s.id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
           and s.expires_at > $33 and u.disabled_at is null
         union all
         select t.id from tokens t
         join users u on u.id = t.user_id
         where t.id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
           and t.expires_at > $33 and u.disabled_at is null",
    );
    let live: Vec<(Uuid,)> = bind(query).bind(Timestamp::now()).all().await?;
    Ok(live.into_iter().map(|(id,)| id).collect())
}
