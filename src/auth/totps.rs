//! The second factor: codes of six digits that an app makes from a secret and the time (TOTP, RFC 6238), and ten recovery codes
//! for those who lost the app. A code works once: the step of time that it belongs to is written down.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::{QrCode, render::svg};
use rand::RngExt;
use serde::Serialize;
use totp_rs::{Algorithm, Secret, TOTP};
use utoipa::ToSchema;

use crate::{
    auth::user::User,
    base::{
        clock::Timestamp,
        error::{Error, Result},
        ids::UserId,
        secrets,
    },
    db::{Bind, Db, Tx},
};

/// How long a code is shown, in seconds, and how many digits it has: what every app takes.
const STEP: i64 = 30;
const DIGITS: usize = 6;
/// A clock may be off by so many steps.
const SKEW: i64 = 1;
/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

const RECOVERY_CODES: usize = 10;
/// 80 bits of letters and digits that are not taken for each other.
const RECOVERY_LENGTH: usize = 16;
const RECOVERY_GROUP: usize = 4;
const RECOVERY_ALPHABET: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";

/// Whether a second factor is on.
#[derive(Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Totp {
    /// Since when; `null` while it is off.
    #[schema(required)]
    pub enabled_at: Option<Timestamp>,
    /// How many recovery codes were not used yet.
    pub recovery_codes_left: i64,
}

/// A second factor before it is on: what an app needs, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTotp {
    /// In base32, to be typed.
    pub secret: String,
    /// The same as an address that apps open.
    pub uri: String,
    /// The same as a picture to scan, an SVG.
    pub qr: String,
}

/// The recovery codes, which are shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

/// By what a second factor was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Code,
    RecoveryCode,
}

/// What a person typed, as far as its form tells.
enum Typed {
    Code(String),
    RecoveryCode(String),
}

impl Typed {
    /// Apps show a code in two groups, and recovery codes have dashes: neither counts.
    fn read(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if plain.len() == DIGITS && plain.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self::Code(plain));
        }
        let plain = plain.to_ascii_lowercase();
        let fits = plain.len() == RECOVERY_LENGTH && plain.bytes().all(|b| RECOVERY_ALPHABET.contains(&b));
        fits.then_some(Self::RecoveryCode(plain))
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    secret: String,
    last_step: i64,
}

/// What makes the codes of a secret.
fn generator(secret: &str) -> Result<TOTP> {
    let bytes = Secret::Encoded(secret.to_owned()).to_bytes();
    let bytes = bytes.map_err(|_| Error::Internal("the secret of a second factor is damaged".into()))?;
    TOTP::new(Algorithm::SHA1, DIGITS, 0, STEP.unsigned_abs(), bytes)
        .map_err(|error| Error::Internal(error.to_string()))
}

/// The step of time whose code this is, if it is one of now that was not taken yet.
fn step_of(row: &Row, code: &str, now: Timestamp) -> Result<Option<i64>> {
    let generator = generator(&row.secret)?;
    let now = now.0.div_euclid(1_000 * STEP);
    let fits = |step: &i64| u64::try_from(step * STEP).is_ok_and(|time| generator.check(code, time));
    let steps = now - SKEW..=now + SKEW;
    Ok(steps.filter(|step| *step > row.last_step).find(fits))
}

/// The name of a server in an app that has the codes of many: the host of its address.
fn issuer(public_url: &str) -> String {
    let host = public_url.split("://").nth(1).unwrap_or_default();
    let host = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(host, _)| host);
    format!("Boardcast {}", host.trim_matches(['[', ']']).replace(':', "."))
}

/// The address by which an app takes a secret (Key Uri Format).
fn uri(secret: &str, email: &str, public_url: &str) -> String {
    let issuer = issuer(public_url);
    let issuer = utf8_percent_encode(&issuer, NON_ALPHANUMERIC);
    let email = utf8_percent_encode(email, NON_ALPHANUMERIC);
    format!(
        "otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
    )
}

fn qr(text: &str) -> Result<String> {
    let code = QrCode::new(text).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(code.render::<svg::Color>().min_dimensions(240, 240).build())
}

fn recovery_code() -> String {
    let mut rng = rand::rng();
    (0..RECOVERY_LENGTH).map(|_| char::from(RECOVERY_ALPHABET[rng.random_range(0..RECOVERY_ALPHABET.len())])).collect()
}

/// As it is shown: in groups.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(RECOVERY_GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Whether a person signs in with a second factor.
pub async fn is_on(db: &Db, user: UserId) -> Result<bool> {
    let found: Option<(UserId,)> = db
        .query("select user_id from totps where user_id = $1 and enabled_at is not null")
        .bind(user)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// The same for a transaction that depends on it: no other one turns it off before this one ends.
pub async fn holds(tx: &mut Tx, user: UserId) -> Result<bool> {
    tx.seal();
    let found: Option<(UserId,)> = tx
        .query("select user_id from totps where user_id = $1 and enabled_at is not null {for update}")
        .bind(user)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Since when a person has a second factor, and how many recovery codes are left.
pub async fn find(db: &Db, user: UserId) -> Result<Totp> {
    let found: Option<Totp> = db
        .query(
            "select t.enabled_at, count(r.code_hash) as recovery_codes_left from totps t
             left join recovery_codes r on r.user_id = t.user_id and r.used_at is null
             where t.user_id = $1
             group by t.user_id, t.enabled_at",
        )
        .bind(user)
        .optional()
        .await?;
    Ok(found.unwrap_or(Totp { enabled_at: None, recovery_codes_left: 0 }))
}

/// Make a secret for a person. It counts for nothing until a code of it was shown; the one made before is forgotten.
pub async fn create(tx: &mut Tx, at: Timestamp, user: &User, public_url: &str) -> Result<NewTotp> {
    let bytes: [u8; SECRET_BYTES] = rand::rng().random();
    let secret = Secret::Raw(bytes.to_vec()).to_encoded().to_string();
    let uri = uri(&secret, &user.email, public_url);
    let qr = qr(&uri)?;
    let written = tx
        .query(
            "insert into totps (user_id, secret, created_at) values ($1, $2, $3)
             on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at
             where totps.enabled_at is null",
        )
        .bind(user.id)
        .bind(secret.as_str())
        .bind(at)
        .execute()
        .await?;
    if written == 0 {
        return Err(Error::conflict("totp_on", "two-step sign-in is on already: turn it off first"));
    }
    Ok(NewTotp { secret, uri, qr })
}

/// Turn the second factor on by a first code, and make the recovery codes.
pub async fn enable(tx: &mut Tx, at: Timestamp, user: UserId, code: &str) -> Result<RecoveryCodes> {
    let row: Option<Row> = tx
        .query("select secret, last_step from totps where user_id = $1 and enabled_at is null")
        .bind(user)
        .optional()
        .await?;
    let Some(row) = row else {
        return Err(Error::conflict("totp_not_begun", "there is no secret that waits for its first code"));
    };
    let Some(Typed::Code(code)) = Typed::read(code) else { return Err(Error::WrongCode) };
    let step = step_of(&row, &code, at)?.ok_or(Error::WrongCode)?;
    let enabled = tx
        .query(
            "update totps set enabled_at = $2, last_step = $3
             where user_id = $1 and enabled_at is null and secret = $4",
        )
        .bind(user)
        .bind(at)
        .bind(step)
        .bind(row.secret)
        .execute()
        .await?;
    if enabled == 0 {
        return Err(Error::conflict("totp_not_begun", "another request came first"));
    }
    fresh_codes(tx, user).await
}

/// Make new recovery codes; those that there are end. The request has shown a code in this transaction.
pub async fn renew_codes(tx: &mut Tx, user: UserId) -> Result<RecoveryCodes> {
    tx.query("delete from recovery_codes where user_id = $1").bind(user).execute().await?;
    fresh_codes(tx, user).await
}

async fn fresh_codes(tx: &mut Tx, user: UserId) -> Result<RecoveryCodes> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    tx.query(
        "insert into recovery_codes (user_id, code_hash)
         select $2, r.code_hash from {rows $1: code_hash text} r",
    )
    .bind_rows(&codes, |cells, code| cells.bind(secrets::hash(code)))
    .bind(user)
    .execute()
    .await?;
    Ok(RecoveryCodes { recovery_codes: codes.iter().map(|code| grouped(code)).collect() })
}

/// Take a code, or a recovery code: each works once, also when two requests show it at once.
pub async fn take(tx: &mut Tx, at: Timestamp, user: UserId, text: &str) -> Result<Shown> {
    tx.seal();
    let (taken, shown) = match Typed::read(text).ok_or(Error::WrongCode)? {
        Typed::Code(code) => {
            let row: Option<Row> = tx
                .query("select secret, last_step from totps where user_id = $1 and enabled_at is not null")
                .bind(user)
                .optional()
                .await?;
            let row = row.ok_or(Error::WrongCode)?;
            let step = step_of(&row, &code, at)?.ok_or(Error::WrongCode)?;
            let taken = tx
                .query("update totps set last_step = $2 where user_id = $1 and last_step < $2 and secret = $3")
                .bind(user)
                .bind(step)
                .bind(row.secret)
                .execute()
                .await?;
            (taken, Shown::Code)
        }
        Typed::RecoveryCode(code) => {
            let taken = tx
                .query(
                    "update recovery_codes set used_at = $3
                     where user_id = $1 and code_hash = $2 and used_at is null
                       and exists (select 1 from totps t where t.user_id = $1 and t.enabled_at is not null)",
                )
                .bind(user)
                .bind(secrets::hash(&code))
                .bind(at)
                .execute()
                .await?;
            (taken, Shown::RecoveryCode)
        }
    };
    if taken == 0 { Err(Error::WrongCode) } else { Ok(shown) }
}

/// Turn the second factor off, its recovery codes with it. Answers whether it was on.
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<bool> {
    let was_on: Option<(Option<Timestamp>,)> =
        tx.query("delete from totps where user_id = $1 returning enabled_at").bind(user).optional().await?;
    Ok(was_on.is_some_and(|(enabled_at,)| enabled_at.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "12345678901234567890", of appendix B of RFC 6238.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard_and_work_once_within_a_step() {
        let row = |last_step| Row { secret: SECRET.into(), last_step };
        let at = |seconds: i64| Timestamp(seconds * 1_000);
        // The last six digits of the table's eight.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let step = seconds / STEP;
            for clock in [seconds - STEP, seconds, seconds + STEP] {
                assert_eq!(step_of(&row(0), code, at(clock)).unwrap(), Some(step), "{code}");
            }
            for clock in [seconds - 2 * STEP, seconds + 2 * STEP] {
                assert_eq!(step_of(&row(0), code, at(clock)).unwrap(), None, "{code}");
            }
            assert_eq!(step_of(&row(step), code, at(seconds)).unwrap(), None, "it was taken");
            assert_eq!(step_of(&row(step - 1), code, at(seconds)).unwrap(), Some(step));
        }
    }

    #[test]
    fn what_is_typed_is_read_without_its_groups() {
        let read = |text: &str| match Typed::read(text) {
            Some(Typed::Code(code)) => format!("code {code}"),
            Some(Typed::RecoveryCode(code)) => format!("recovery {code}"),
            None => "nothing".into(),
        };
        assert_eq!(read(" 123 456 "), "code 123456");
        assert_eq!(read("ABCD-efgh 2345-wxyz"), "recovery abcdefgh2345wxyz");
        for text in ["", "12345", "1234567", "１２３４５６", "abcd-efgh-2345-wxy0", "abcdefgh2345wxyzz"] {
            assert_eq!(read(text), "nothing", "{text}");
        }
        let code = recovery_code();
        assert_eq!(read(&grouped(&code)), format!("recovery {code}"));
        assert_eq!(grouped("abcdefgh2345wxyz"), "abcd-efgh-2345-wxyz");
    }

    #[test]
    fn an_app_knows_the_account_by_its_server_and_its_address() {
        let uri = uri(SECRET, "alice+1@example.com", "https://boards.example.org:8443");
        let begin = "otpauth://totp/Boardcast%20boards%2Eexample%2Eorg:alice%2B1%40example%2Ecom?secret=GEZDG";
        assert!(uri.starts_with(begin), "{uri}");
        assert!(qr(&uri).unwrap().contains("<svg"));
        assert_eq!(issuer("http://[::1]:8080"), "Boardcast ..1");
    }
}
