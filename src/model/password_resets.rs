//! Links by which people choose a new password without the old one: asked for by mail, or made by an administrator or on the
//! command line. A link works once, in time, and ends every other one of its account.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::{
        audit::{Act, Entry, Target},
        passwords::Owner,
        sessions, user,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{PasswordResetId, UserId},
        secrets,
        text::{Email, Password, Secret},
    },
    change::{Request, Transaction},
    db::{
        Db,
        query::{Part, part},
    },
    log::Actor,
    model::{mails, users},
};

/// How long a link works that went by mail, and one that is handed over.
const BY_MAIL: Duration = Duration::from_hours(1);
const BY_HAND: Duration = Duration::from_hours(24);
/// How many links of one account are on their way by mail at once.
const MOST: i64 = 3;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    pub email: Email,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The secret of the link.
    pub secret: Secret,
    pub password: Password,
}

/// A link, which is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordLink {
    pub url: String,
    pub expires_at: Timestamp,
}

/// Where the page takes the secret. Behind the hash it is in no log of a server or a proxy.
fn url(public_url: &str, secret: &str) -> String {
    format!("{public_url}/reset-password#{secret}")
}

/// Send a link to this address, if it is that of an account that may sign in. Nothing tells the caller whether it is.
pub async fn ask(app: &App, email: &Email) -> Result<()> {
    if app.config.smtp.is_none() {
        return Ok(());
    }
    let found: Option<(UserId,)> = app
        .db
        .query("select id from users where email = $1 and disabled_at is null")
        .bind(email.clone())
        .optional()
        .await?;
    let Some((user,)) = found else { return Ok(()) };
    let mut tx = Transaction::anonymous(app, &Arc::new(Request::default())).await?;
    let now = tx.at();
    user::lock(tx.tx(), user).await?;
    let (waiting,): (i64,) = tx
        .query("select count(*) from password_resets where user_id = $1 and made_by is null and expires_at > $2")
        .bind(user)
        .bind(now)
        .one()
        .await?;
    if waiting >= MOST {
        return Ok(());
    }
    let (reset, secret, _) = insert(&mut tx, user, None, BY_MAIL).await?;
    mails::queue_reset(&mut tx, reset, user, email.as_str(), &url(&app.public_url, &secret)).await?;
    tx.no_content().await?;
    Ok(())
}

/// Whether a link for this account has to be confirmed by the password of the administrator who asks for it: it gives all
/// that another administrator may.
pub async fn is_grave(db: &Db, user: UserId, by: UserId) -> Result<bool> {
    Ok(user != by && users::is_admin(db, user).await?)
}

/// Make a link to hand over. `by` is the administrator who asks for it.
pub async fn link(tx: &mut Transaction, user: UserId, by: Option<UserId>, public_url: &str) -> Result<PasswordLink> {
    if users::find(tx, user).await?.disabled_at.is_some() {
        return Err(Error::conflict("disabled", "the account is disabled: enable it first"));
    }
    let (_, secret, expires_at) = insert(tx, user, by, BY_HAND).await?;
    Ok(PasswordLink { url: url(public_url, &secret), expires_at })
}

async fn insert(
    tx: &mut Transaction,
    user: UserId,
    by: Option<UserId>,
    kept: Duration,
) -> Result<(PasswordResetId, String, Timestamp)> {
    let (id, secret, now) = (PasswordResetId::new(), secrets::link(), tx.at());
    let expires_at = now.plus(kept);
    tx.query(
        "insert into password_resets (id, user_id, secret_hash, made_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(user)
    .bind(secrets::hash(&secret))
    .bind(by)
    .bind(now)
    .bind(expires_at)
    .execute()
    .await?;
    Ok((id, secret, expires_at))
}

#[derive(sqlx_macros::FromRow)]
struct OfLink {
    id: UserId,
    name: String,
    email: String,
}

/// The link `r` with this secret, if it works at this instant.
const WORKS: Part = part(
    "and r.secret_hash = $1 and r.expires_at > $2
     and (r.made_by is null
          or exists (select 1 from users m where m.id = r.made_by and m.admin and m.disabled_at is null))",
);

/// Take the password that is chosen by a link: one that an administrator made works as long as its maker is one. Every session of the account ends, and so does every other link.
pub async fn take(app: &App, request: &Arc<Request>, new: NewPassword) -> Result<UserId> {
    let hash_of_secret = secrets::hash(&new.secret.0);
    let found: Option<OfLink> = app
        .db
        .query(
            "select u.id, u.name, u.email from password_resets r
             join users u on u.id = r.user_id
             where u.disabled_at is null",
        )
        .append(WORKS)
        .bind(hash_of_secret.clone())
        .bind(Timestamp::now())
        .optional()
        .await?;
    let OfLink { id: user, name, email } = found.ok_or(Error::NotFound)?;
    let hash = app.passwords.hash_new(&new.password, &Owner::new(&name, &email), "/password").await?;
    let mut tx = Transaction::anonymous(app, &request.without_idempotency()).await?;
    let now = tx.at();
    // Of two who use it at once one comes first.
    let gone = tx
        .query("delete from password_resets as r where true")
        .append(WORKS)
        .bind(hash_of_secret)
        .bind(now)
        .execute()
        .await?;
    if gone == 0 || users::find(&mut tx, user).await?.disabled_at.is_some() {
        return Err(Error::NotFound);
    }
    set(&mut tx, user, &hash).await?;
    tx.act_as(Actor::of(user, name));
    tx.audit(Entry::new(Act::Password).about(Target::User(user)).named(email).with("by", "link"));
    tx.no_content().await?;
    app.live.end_user(user, None);
    Ok(user)
}

/// Give an account another password: every session ends, and every link.
pub async fn set(tx: &mut Transaction, user: UserId, hash: &str) -> Result<()> {
    users::set_password(tx, user, hash).await?;
    tx.query("delete from password_resets where user_id = $1").bind(user).execute().await?;
    sessions::remove_others(tx.tx(), user, None).await
}

/// Forget links that work no more.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.execute("delete from password_resets where expires_at <= $1", |query| query.bind(now)).await
}
