//! The audit log as a table. Rows are added, in the transaction of the act that they tell of, and never changed: each has a hash
//! over the hash of the row before it and over its own cells, so that what is changed by hand shows.

use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::act::{Act, By, Entry};
use crate::{
    base::{
        clock::Timestamp,
        error::{Error, Result},
        hex,
        ids::{ProjectId, TokenId, UserId},
    },
    db::{Bind, Db, Tx},
};

/// How many rows are read at once.
const STEP: i64 = 1_000;

/// A JSON object, as the text that was hashed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx_macros::Type, ToSchema)]
#[sqlx(transparent)]
#[schema(value_type = Object)]
pub struct Details(pub String);

impl Serialize for Details {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let object: &serde_json::value::RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        object.serialize(serializer)
    }
}

/// A row of the audit log.
#[derive(Clone, Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct AuditEntry {
    /// 1, 2, 3 …, without a gap.
    pub number: i64,
    pub at: Timestamp,
    #[schema(value_type = Act)]
    pub act: String,
    /// Who did it; `null` where the server does not know, or did it by itself.
    #[schema(required)]
    pub actor_id: Option<UserId>,
    /// As it was then.
    #[schema(required)]
    pub actor_name: Option<String>,
    /// The token by which it was done.
    #[schema(required)]
    pub token_id: Option<TokenId>,
    /// The name of the token, or `command line`.
    #[schema(required)]
    pub via: Option<String>,
    /// `user`, `account`, `project`, `token`, `session`, `invitation`, `webhook`, `mail` or `import`
    #[schema(required)]
    pub target_kind: Option<String>,
    #[schema(required)]
    pub target_id: Option<Uuid>,
    /// The name of what it is about, or the e-mail address of an account, as it was then.
    #[schema(required)]
    pub target_name: Option<String>,
    /// The project that it happened in, or to. Its name is not told.
    #[schema(required)]
    pub project_id: Option<ProjectId>,
    /// Where the request came from.
    #[schema(required)]
    pub address: Option<String>,
    /// What else there is to say of it, by names that depend on the act.
    pub details: Details,
    /// SHA-256 over the hash of the entry before, a line feed, and a JSON list of the fields above, in hexadecimal digits.
    pub hash: String,
}

impl AuditEntry {
    fn new(number: i64, at: Timestamp, by: &By, entry: &Entry) -> Result<Self> {
        let details = serde_json::to_string(&entry.details).map_err(|error| Error::Internal(error.to_string()))?;
        let (actor_id, actor_name) = by.actor.clone().unzip();
        Ok(Self {
            number,
            at,
            act: entry.act.name().into(),
            actor_id,
            actor_name,
            token_id: by.token,
            via: by.via.clone(),
            target_kind: entry.target.map(|target| target.kind().into()),
            target_id: entry.target.and_then(super::act::Target::id),
            target_name: entry.target_name.clone(),
            project_id: entry.project,
            address: by.address.map(|address| address.to_string()),
            details: Details(details),
            hash: String::new(),
        })
    }

    /// Its hash, when that of the row before it is this. An instant counts as milliseconds, and the details as a text.
    fn hash_behind(&self, previous: &str) -> Result<String> {
        let cells = serde_json::to_string(&(
            self.number,
            self.at.0,
            &self.act,
            self.actor_id,
            &self.actor_name,
            self.token_id,
            &self.via,
            &self.target_kind,
            self.target_id,
            &self.target_name,
            self.project_id,
            &self.address,
            &self.details.0,
        ));
        let cells = cells.map_err(|error| Error::Internal(error.to_string()))?;
        Ok(hex::encode(&Sha256::digest(format!("{previous}\n{cells}"))))
    }
}

/// Add entries, as the last thing that a transaction does: another that adds some waits for its COMMIT.
pub async fn append(tx: &mut Tx, entries: &[(Timestamp, By, Entry)]) -> Result<()> {
    let Ok(count @ 1..) = i64::try_from(entries.len()) else { return Ok(()) };
    tx.seal();
    let head: Option<(i64, String)> = tx
        .query("update audit_head set number = number + $1 where id = 1 returning number, hash")
        .bind(count)
        .optional()
        .await?;
    let (last, mut hash) = head.ok_or_else(|| Error::Internal("the audit log has no head".into()))?;
    let mut rows = Vec::with_capacity(entries.len());
    for (number, (at, by, entry)) in (last - count + 1..).zip(entries) {
        let mut row = AuditEntry::new(number, *at, by, entry)?;
        hash = row.hash_behind(&hash)?;
        row.hash.clone_from(&hash);
        rows.push(row);
    }
    tx.query(
        "insert into audit_log (number, at, act, actor_id, actor_name, token_id, via, target_kind, target_id, target_name,
                                project_id, address, details, hash)
         select r.number, r.at, r.act, r.actor_id, r.actor_name, r.token_id, r.via, r.target_kind, r.target_id, r.target_name,
                r.project_id, r.address, r.details, r.hash
         from {rows $1: number bigint, at bigint, act text, actor_id uuid, actor_name text, token_id uuid, via text,
               target_kind text, target_id uuid, target_name text, project_id uuid, address text, details text, hash text} as r",
    )
    .bind_rows(rows, |cells, row| {
        let cells = cells.bind(row.number).bind(row.at).bind(row.act).bind(row.actor_id).bind(row.actor_name);
        let cells = cells.bind(row.token_id).bind(row.via).bind(row.target_kind).bind(row.target_id);
        let cells = cells.bind(row.target_name).bind(row.project_id).bind(row.address);
        cells.bind(row.details).bind(row.hash)
    })
    .execute()
    .await?;
    tx.query("update audit_head set hash = $1 where id = 1").bind(hash).execute().await?;
    Ok(())
}

/// Add entries that belong to no transaction. An instance without a single account has none: a backup may be restored into it.
pub async fn append_alone(db: &Db, entries: &[(Timestamp, By, Entry)]) -> Result<()> {
    let mut tx = db.begin().await?;
    let (people,): (bool,) = tx.query("select exists (select 1 from users)").one().await?;
    if people {
        append(&mut tx, entries).await?;
    }
    tx.commit().await
}

/// What was found of the audit log.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    pub entries: i64,
    /// What is wrong with it; nothing when it is proved.
    pub fault: Option<String>,
}

/// Prove it: no row is missing, and each follows the one before it.
pub async fn verify(db: &Db) -> Result<Verified> {
    let mut tx = db.begin_read().await?;
    tx.take_time().await?;
    let head: Option<(i64, String)> = tx.query("select number, hash from audit_head where id = 1").optional().await?;
    let (mut number, mut hash, mut fault) = (0, String::new(), None);
    while fault.is_none() {
        let rows = page(&mut tx, number).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.number != number + 1 {
                fault = Some(format!("entry {} is missing", number + 1));
                break;
            }
            if row.hash_behind(&hash)? != row.hash {
                fault = Some(format!("entry {} does not follow the one before it, or was changed", row.number));
                break;
            }
            (number, hash) = (row.number, row.hash);
        }
    }
    tx.rollback().await?;
    let ends = head.as_ref() == Some(&(number, hash));
    if fault.is_none() && !ends {
        fault = Some(format!("entries behind {number} are missing"));
    }
    Ok(Verified { entries: number, fault })
}

/// The rows behind a number.
async fn page(tx: &mut Tx, after: i64) -> Result<Vec<AuditEntry>> {
    tx.query(
        "select number, at, act, actor_id, actor_name, token_id, via, target_kind, target_id, target_name, project_id, address,
                details, hash
         from audit_log
         where number > $1
         order by number
         limit $2",
    )
    .bind(after)
    .bind(STEP)
    .all()
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::audit::Target;

    /// A copy of the log is checked by this formula elsewhere.
    #[test]
    fn the_hash_is_over_the_fields_in_their_order() {
        let user = UserId(Uuid::from_u128(7));
        let by = By { actor: Some((user, "Alice".into())), address: "127.0.0.1".parse().ok(), ..By::default() };
        let entry = Entry::new(Act::SignUp).about(Target::User(user)).named("alice@example.com").with("admin", false);
        let row = AuditEntry::new(1, Timestamp(5), &by, &entry).unwrap();
        let cells = concat!(
            "\n[1,5,\"sign_up\",\"00000000-0000-0000-0000-000000000007\",\"Alice\",null,null,\"user\",",
            "\"00000000-0000-0000-0000-000000000007\",\"alice@example.com\",null,\"127.0.0.1\",\"{\\\"admin\\\":false}\"]"
        );
        assert_eq!(row.hash_behind("").unwrap(), hex::encode(&Sha256::digest(cells)));
        assert_ne!(row.hash_behind("0").unwrap(), row.hash_behind("").unwrap());
    }
}
