//! Sign-ins as the person of an account sees them: who came in, and who tried. What is written here is never in the way of a
//! sign-in, which works on a full disk too.

use std::{net::IpAddr, time::Duration};

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::network::Network,
    base::{
        clock::Timestamp,
        error::Result,
        ids::{SignInId, UserId},
        secrets,
        text::Email,
    },
    change::{Request, Transaction},
    db::Db,
    model::mails::{self, AccountMail},
};

/// How long they are kept.
const KEEP: Duration = Duration::from_hours(90 * 24);
/// How many refused attempts of one account are written down in a day, and a few more where many come at once: an attacker is
/// not to fill the table.
const MOST_REFUSED: i64 = 100;
const DAY: Duration = Duration::from_hours(24);
const LONGEST_AGENT: usize = 255;

/// By what a person came in, or tried to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx_macros::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignInMethod)]
#[repr(i16)]
pub enum Method {
    Password = 0,
    /// The password, and a code of an app.
    Totp = 1,
    /// The password, and a recovery code.
    RecoveryCode = 2,
    /// A link for a new password.
    Link = 3,
    SignUp = 4,
}

/// An attempt to sign in.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct PastSignIn {
    pub id: SignInId,
    pub at: Timestamp,
    pub address: String,
    pub user_agent: String,
    pub method: Method,
    /// Whether it was let in; `false` where the password or the code was wrong.
    pub succeeded: bool,
}

/// Where an attempt came from.
#[derive(Clone, Debug)]
pub struct Origin {
    address: IpAddr,
    user_agent: String,
}

impl Origin {
    #[must_use]
    pub fn new(address: IpAddr, user_agent: &str) -> Self {
        let user_agent = user_agent.chars().take(LONGEST_AGENT).collect();
        Self { address: address.to_canonical(), user_agent }
    }

    /// The network and the browser, whichever version it has: that changes every month.
    fn place(&self) -> String {
        let browser: String = self.user_agent.chars().filter(|c| !c.is_ascii_digit() && *c != '.').collect();
        secrets::hash(&format!("{} {browser}", Network::from(self.address).address()))
    }
}

/// Note that a person came in. One who comes from where they never did before is told by mail.
pub async fn note(app: &App, user: UserId, origin: &Origin, method: Method) {
    if let Err(error) = write(app, user, origin, method).await {
        tracing::warn!(%error, "a sign-in was not written down");
    }
}

async fn write(app: &App, user: UserId, origin: &Origin, method: Method) -> Result<()> {
    let mut tx = Transaction::anonymous(app, &std::sync::Arc::new(Request::default())).await?;
    let at = tx.at();
    // A link shows that the person reads their mail, and not that they were there before.
    let place = if method == Method::Link { String::new() } else { origin.place() };
    let (known, all): (i64, i64) = tx
        .query(
            "select count(case when place = $2 then 1 end), count(*) from sign_ins
             where user_id = $1 and succeeded and at > $3",
        )
        .bind(user)
        .bind(place.as_str())
        .bind(at.minus(KEEP))
        .one()
        .await?;
    tx.query(
        "insert into sign_ins (id, user_id, at, address, user_agent, place, method, succeeded)
         values ($1, $2, $3, $4, $5, $6, $7, true)",
    )
    .bind(SignInId::new())
    .bind(user)
    .bind(at)
    .bind(origin.address.to_string())
    .bind(origin.user_agent.as_str())
    .bind(place)
    .bind(method)
    .execute()
    .await?;
    // Of an account without a history nothing is known to be new.
    if known == 0 && all > 0 && method != Method::Link {
        let details = format!("{} UTC, from {}, by {}", minute(at), origin.address, origin.user_agent);
        mails::queue_for_account(&mut tx, user, AccountMail::NewSignIn(details)).await?;
    }
    tx.no_content().await?;
    Ok(())
}

/// As a person reads it.
fn minute(at: Timestamp) -> String {
    at.to_string().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// Note an attempt that was refused, by itself: how long an answer takes does not tell whether there is an account.
pub fn note_refused(app: &App, email: &Email, origin: Origin, method: Method) {
    let (app, email) = (app.clone(), email.clone());
    tokio::spawn(async move {
        if let Err(error) = write_refused(&app.db, &email, &origin, method).await {
            tracing::warn!(%error, "a refused sign-in was not written down");
        }
    });
}

async fn write_refused(db: &Db, email: &Email, origin: &Origin, method: Method) -> Result<()> {
    let now = Timestamp::now();
    db.execute(
        "insert into sign_ins (id, user_id, at, address, user_agent, place, method, succeeded)
         select $1, u.id, $3, $4, $5, '', $6, false from users u
         where u.email = $2 and not u.guest
           and (select count(*) from sign_ins s where s.user_id = u.id and not s.succeeded and s.at > $7) < $8",
        |query| {
            let query = query.bind(SignInId::new()).bind(email.clone()).bind(now).bind(origin.address.to_string());
            let query = query.bind(origin.user_agent.clone()).bind(method);
            query.bind(now.minus(DAY)).bind(MOST_REFUSED)
        },
    )
    .await?;
    Ok(())
}

/// The sign-ins of an account, the latest first, behind the one that ended the page before.
pub async fn list(db: &Db, user: UserId, before: Option<SignInId>, limit: i64) -> Result<Vec<PastSignIn>> {
    db.query(
        "select id, at, address, user_agent, method, succeeded from sign_ins
         where user_id = $1 and id < $2 and at > $3
         order by id desc
         limit $4",
    )
    .bind(user)
    .bind(before.unwrap_or(SignInId(uuid::Uuid::max())))
    .bind(Timestamp::now().minus(KEEP))
    .bind(limit)
    .all()
    .await
}

/// Forget those of long ago.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.execute("delete from sign_ins where at <= $1", |query| query.bind(now.minus(KEEP))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_network_and_a_browser_of_any_version() {
        let place = |address: &str, agent: &str| Origin::new(address.parse().unwrap(), agent).place();
        let chrome = |version: &str| format!("Mozilla/5.0 (X11; Linux x86_64) Chrome/{version} Safari/537.36");
        let here = place("2001:db8:1:2::1", &chrome("150.0.0.0"));
        assert_eq!(here, place("2001:db8:1:2:ffff::9", &chrome("151.0.1.22")));
        assert_ne!(here, place("2001:db8:1:3::1", &chrome("150.0.0.0")));
        assert_ne!(here, place("2001:db8:1:2::1", "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0"));
        assert_eq!(place("::ffff:192.0.2.1", ""), place("192.0.2.1", ""));
        assert_eq!(Origin::new("192.0.2.1".parse().unwrap(), &"x".repeat(999)).user_agent.len(), 255);
        assert_eq!(minute(Timestamp(1_763_632_800_000)), "2025-11-20 10:00");
    }
}
