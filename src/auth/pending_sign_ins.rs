//! Sign-ins with the right password that wait for the second factor. Each has a secret of a single purpose, which a browser holds
//! in a cookie of its own: it is no session, and for minutes only.

use std::time::Duration;

use crate::{
    auth::{
        sessions::NewSession,
        totps::{self, Shown},
        user::User,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{PendingSignInId, UserId},
        secrets,
    },
    db::Db,
};

/// How long the second factor is waited for.
pub const LIFE: Duration = Duration::from_mins(5);

/// A sign-in that waits.
#[derive(Debug, sqlx_macros::FromRow)]
pub struct PendingSignIn {
    #[sqlx(flatten)]
    pub user: User,
    pub remember: bool,
}

/// Begin to wait, on a full disk too. Answers the secret.
pub async fn create(db: &Db, user: UserId, remember: bool) -> Result<String> {
    let (id, secret, now) = (PendingSignInId::new(), secrets::link(), Timestamp::now());
    let sql = "insert into pending_sign_ins (id, secret_hash, user_id, remember, created_at, expires_at)
               values ($1, $2, $3, $4, $5, $6)";
    let hash = secrets::hash(&secret);
    db.execute_from_ballast(sql, |query| {
        query.bind(id).bind(hash.clone()).bind(user).bind(remember).bind(now).bind(now.plus(LIFE))
    })
    .await?;
    Ok(secret)
}

/// The sign-in that has this secret, as long as it is waited for and its person may sign in.
pub async fn find(db: &Db, secret: &str) -> Result<PendingSignIn> {
    let found: Option<PendingSignIn> = db
        .query(
            "select u.id, u.email, u.name, u.admin, u.created_at, u.time_zone, u.show_presence, s.remember
             from pending_sign_ins s
             join users u on u.id = s.user_id
             where s.secret_hash = $1 and s.expires_at > $2 and u.disabled_at is null",
        )
        .bind(secrets::hash(secret))
        .bind(Timestamp::now())
        .optional()
        .await?;
    found.ok_or(Error::SignInExpired)
}

/// Complete it by a code, on a full disk too: the session begins, and the wait is over. A wrong code leaves all as it is.
pub async fn complete(db: &Db, secret: &str, user: UserId, code: &str, new_session: &NewSession) -> Result<Shown> {
    let now = Timestamp::now();
    let once = || async {
        let mut tx = db.begin_from_ballast().await?;
        let shown = totps::take(&mut tx, now, user, code).await?;
        // A new password, or an account that was disabled, has ended it meanwhile.
        let ended = tx
            .query(
                "delete from pending_sign_ins
                 where secret_hash = $1 and expires_at > $2
                   and exists (select 1 from users u where u.id = pending_sign_ins.user_id and u.disabled_at is null)",
            )
            .bind(secrets::hash(secret))
            .bind(now)
            .execute()
            .await?;
        if ended == 0 {
            return Err(Error::SignInExpired);
        }
        new_session.write(&mut tx).await?;
        tx.commit().await?;
        Ok(shown)
    };
    db.retry_from_ballast(once).await
}

/// Forget those that are waited for no more.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.execute("delete from pending_sign_ins where expires_at <= $1", |query| query.bind(now)).await
}
