//! What people and programs are signed in with: sessions and tokens, where it does not matter which.

use uuid::Uuid;

use crate::{clock::Timestamp, db::Db, error::Result};

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
