//! The browsers in which a person is told of news by push: at most one for each session.

use std::net::IpAddr;

use http::Uri;
use serde::{Deserialize, Serialize};
use url::{Host, Url};
use utoipa::ToSchema;

use crate::{
    auth::sessions,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::{PushSubscriptionId, SessionId, UserId},
        secrets,
    },
    change::Transaction,
    db::{Db, Tx},
    model::{instance, present},
    outgoing::Reach,
    push::Keys,
};

/// The most of one person; with one more, the oldest goes.
const MOST: i64 = 20;
const LONGEST_ENDPOINT: usize = 2_048;

/// How one is told by push.
#[derive(Debug, Serialize, ToSchema)]
pub struct Push {
    /// What a browser subscribes for: the public key of this server.
    pub application_server_key: String,
    /// Whether messages name tasks and people. Without it they only say how many notifications there are.
    pub show_texts: bool,
    /// The one of this session.
    #[schema(required)]
    pub subscription: Option<PushSubscription>,
    /// Of all sessions.
    pub subscription_count: i64,
}

/// A browser that is told of news.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct PushSubscription {
    /// Where its push service takes messages.
    pub endpoint: String,
    pub created_at: Timestamp,
    /// Since when the push service takes none.
    #[schema(required)]
    pub failing_since: Option<Timestamp>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub show_texts: Option<bool>,
}

/// A subscription as a browser makes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPushSubscription {
    #[schema(max_length = 2048, pattern = "^https://")]
    endpoint: String,
    keys: PushKeys,
}

/// How messages are encrypted for it, in base64url without padding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    /// A point on the curve P-256, uncompressed.
    #[schema(min_length = 87, max_length = 87, pattern = "^B[A-Za-z0-9_-]{86}$")]
    p256dh: String,
    /// 16 bytes.
    #[schema(min_length = 22, max_length = 22, pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    auth: String,
}

impl NewPushSubscription {
    /// Refuse what no message can be sent to. That a name leads to a public address is checked when it is dialled.
    fn check(&self, reach: &Reach) -> Result<()> {
        let refused = |detail: &str| Err(Error::invalid("/endpoint", detail));
        if self.endpoint.len() > LONGEST_ENDPOINT {
            return refused("must have at most 2048 bytes");
        }
        let (Ok(url), Ok(_)) = (Url::parse(&self.endpoint), self.endpoint.parse::<Uri>()) else {
            return refused("must be an https address");
        };
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if url.scheme() != "https" || !bare {
            return refused("must be an https address, without a name, a password and #");
        }
        let address: Option<IpAddr> = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        if address.is_some_and(|address| !reach.allows(address)) {
            return refused("must be a public address");
        }
        let wrong = |(name, detail): (&str, &str)| Error::invalid(format!("/keys/{name}"), detail);
        Keys::parse(&self.keys.p256dh, &self.keys.auth).map(drop).map_err(wrong)
    }
}

/// How a person is told by push, seen from a session.
pub async fn find(db: &Db, user: UserId, session: SessionId) -> Result<Push> {
    let application_server_key = instance::push_key(db).await?.public();
    let subscription = db.query(OF_SESSION).bind(session).optional().await?;
    let (show_texts, subscription_count) = db.query(OF_USER).bind(user).bind(Timestamp::now()).one().await?;
    Ok(Push { application_server_key, show_texts, subscription, subscription_count })
}

const OF_SESSION: &str = "select endpoint, created_at, failing_since from push_subscriptions where session_id = $1";
/// A session that has ended may not have been swept away yet: its subscription does not count.
const OF_USER: &str = "select u.push_texts,
   (select count(*) from push_subscriptions s
    join sessions t on t.id = s.session_id and t.expires_at > $2
    where s.user_id = u.id)
 from users u
 where u.id = $1";

/// The same as the transaction leaves it.
pub async fn find_in(tx: &mut Transaction, user: UserId, session: SessionId, key: String) -> Result<Push> {
    let subscription = tx.query(OF_SESSION).bind(session).optional().await?;
    let at = tx.at();
    let (show_texts, subscription_count) = tx.query(OF_USER).bind(user).bind(at).one().await?;
    Ok(Push { application_server_key: key, show_texts, subscription, subscription_count })
}

/// Say what messages may show.
pub async fn patch(tx: &mut Transaction, user: UserId, patch: &PushPatch) -> Result<()> {
    if let Some(show_texts) = patch.show_texts {
        tx.query("update users set push_texts = $2 where id = $1").bind(user).bind(show_texts).execute().await?;
    }
    Ok(())
}

/// Tell this session's browser of news from now on. A browser has one subscription: the session that was in it before loses it.
pub async fn put(tx: &mut Transaction, user: UserId, session: SessionId, new: &NewPushSubscription) -> Result<()> {
    let (at, reach) = (tx.at(), Reach::new(&tx.config().outgoing_networks));
    new.check(&reach)?;
    // A session that ends meanwhile waits until this is written, and takes it along.
    if !sessions::hold(tx.tx(), session).await? {
        return Err(Error::Unauthenticated);
    }
    let hash = secrets::hash(&new.endpoint);
    tx.query("delete from push_subscriptions where endpoint_hash = $1 and session_id <> $2")
        .bind(hash.clone())
        .bind(session)
        .execute()
        .await?;
    tx.query(
        "insert into push_subscriptions
           (id, session_id, user_id, endpoint, endpoint_hash, p256dh, auth, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (session_id) do update
         set endpoint = excluded.endpoint, endpoint_hash = excluded.endpoint_hash, p256dh = excluded.p256dh,
             auth = excluded.auth, created_at = excluded.created_at, failures = 0, failing_since = null,
             paused_until = null",
    )
    .bind(PushSubscriptionId::new())
    .bind(session)
    .bind(user)
    .bind(new.endpoint.clone())
    .bind(hash)
    .bind(new.keys.p256dh.clone())
    .bind(new.keys.auth.clone())
    .bind(at)
    .execute()
    .await
    .map_err(|error| {
        if error.is_unique_violation() {
            Error::conflict("subscription_taken", "another session subscribes in this browser at the same moment")
        } else {
            error
        }
    })?;
    tx.query(
        "delete from push_subscriptions
         where id in (select id from push_subscriptions
                      where user_id = $1
                      order by created_at desc, id desc
                      limit 1000 offset $2)",
    )
    .bind(user)
    .bind(MOST)
    .execute()
    .await?;
    Ok(())
}

/// Tell this session's browser of nothing any more. It is no error when there is none.
pub async fn remove(tx: &mut Tx, session: SessionId) -> Result<()> {
    tx.query("delete from push_subscriptions where session_id = $1").bind(session).execute().await?;
    Ok(())
}
