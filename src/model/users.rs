//! People with an account.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    auth::{
        audit::{Act, Entry, Target},
        membership::Membership,
        passwords::{self, Owner},
        policy::Right,
        sessions::NewSession,
        user::User,
    },
    base::{
        clock::Timestamp,
        error::{Error, Result},
        fold::fold,
        ids::{ProjectId, UserId},
        text::{Email, Name, Password, Secret, TimeZone},
    },
    change::{Grant, Request, Transaction},
    config::SignUp,
    db::Db,
    log::{Actor, Person},
    model::{
        instance,
        invitations::{self, Joining},
        members::{self, Member},
        nullable, present,
    },
};

/// A user as administrators see them.
#[derive(Clone, Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct Account {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub user: User,
    #[schema(required)]
    pub disabled_at: Option<Timestamp>,
    /// Whether the person signs in with a second factor.
    pub totp: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub email: Email,
    pub name: Name,
    pub password: Password,
    /// The secret of an invitation link.
    pub invitation: Option<Secret>,
    /// The secret of the first administrator's link.
    pub setup: Option<Secret>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MePatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<Name>,
    #[serde(default, deserialize_with = "nullable")]
    pub time_zone: Option<Option<TimeZone>>,
    /// Whether others see where one is; `false` hides it at once.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub show_presence: Option<bool>,
}

/// Whether a person is an administrator now.
pub async fn is_admin(db: &Db, user: UserId) -> Result<bool> {
    let found: Option<(bool,)> =
        db.query("select admin from users where id = $1 and disabled_at is null").bind(user).optional().await?;
    Ok(found == Some((true,)))
}

/// Say whether others see where a person is.
pub async fn set_show_presence(tx: &mut Transaction, user: &User, show_presence: bool) -> Result<User> {
    tx.query("update users set show_presence = $2 where id = $1").bind(user.id).bind(show_presence).execute().await?;
    Ok(User { show_presence, ..user.clone() })
}

/// Say where a person's clock is; other people do not see it.
pub async fn set_time_zone(tx: &mut Transaction, user: &User, zone: Option<TimeZone>) -> Result<User> {
    let time_zone = zone.map(TimeZone::into_string);
    tx.query("update users set time_zone = $2 where id = $1").bind(user.id).bind(time_zone.clone()).execute().await?;
    Ok(User { time_zone, ..user.clone() })
}

/// An account that an administrator makes for another person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    pub email: Email,
    pub name: Name,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub admin: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub disabled: Option<bool>,
    /// The password of the administrator who asks: needed to make another one.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub current_password: Option<String>,
}

#[derive(sqlx_macros::FromRow)]
struct Login {
    #[sqlx(flatten)]
    user: User,
    password_hash: String,
    disabled_at: Option<Timestamp>,
}

/// In place of a hash: no password fits.
const NO_PASSWORD: &str = "";

/// Create an account inside of a transaction.
pub async fn insert(tx: &mut Transaction, email: &Email, name: &Name, hash: &str, admin: bool) -> Result<User> {
    let user = User {
        id: UserId::new(),
        email: email.as_str().into(),
        name: name.as_str().into(),
        admin,
        created_at: tx.at(),
        time_zone: None,
        show_presence: true,
    };
    tx.query(
        "insert into users (id, email, name, password_hash, admin, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(user.id)
    .bind(email.clone())
    .bind(name.clone())
    .bind(hash)
    .bind(admin)
    .bind(user.created_at)
    .execute()
    .await
    .map_err(|error| {
        if error.is_unique_violation() {
            Error::conflict("email_taken", "there is an account with this e-mail address: sign in instead")
        } else {
            error
        }
    })?;
    Ok(user)
}

/// Sign up as the instance's policy allows, and sign in with it. The password is hashed before the transaction begins.
pub async fn sign_up(
    app: &App,
    request: &Arc<Request>,
    new: NewUser,
    new_session: NewSession,
) -> Result<(User, NewSession)> {
    if new.invitation.is_none() && new.setup.is_none() && app.config.signup != SignUp::Open {
        return Err(Error::Forbidden {
            code: "signup_closed",
            detail: "ask a member of a project for an invitation link".into(),
        });
    }
    if new.setup.is_none() && new.invitation.is_some() && app.config.signup == SignUp::Closed {
        return Err(Error::Forbidden {
            code: "signup_closed",
            detail: "accounts are made by administrators here".into(),
        });
    }
    // The invitation comes first: without a right one, nothing tells an address that has an account from another.
    if let Some(secret) = &new.invitation {
        let invited = invitations::preview(&app.db, secret).await?;
        if invited.accounts_only {
            return Err(Right::InvitePeople.refused());
        }
    }
    let hash = app.passwords.hash_new(&new.password, &Owner::of(&new.name, &new.email), "/password").await?;
    // A retry is refused by the address being taken: neither the answer, which sets a cookie, nor the hash of a body
    // with a password is kept.
    let mut tx = Transaction::anonymous(app, &request.without_idempotency()).await?;
    let admin = new.setup.is_some();
    if let Some(secret) = &new.setup {
        instance::use_setup_link(&mut tx, secret).await?;
    }
    let user = insert(&mut tx, &new.email, &new.name, &hash, admin).await?;
    tx.act_as(Actor::of(user.id, user.name.clone()));
    let new_session = new_session.of(user.id);
    new_session.write(tx.tx()).await?;
    let entry = Entry::new(Act::SignUp).about(Target::User(user.id)).named(user.email.as_str()).with("admin", admin);
    tx.audit(entry);
    match &new.invitation {
        Some(secret) => {
            let (_, change) = invitations::redeem(tx, secret, &user, Joining::SignsUp).await?;
            change.no_content().await?;
        }
        None => {
            tx.no_content().await?;
        }
    }
    Ok((user, new_session))
}

/// Who this address and password belong to. Unknown addresses take as long as wrong passwords.
pub async fn authenticate(app: &App, email: &Email, password: String) -> Result<User> {
    let login: Option<Login> = app
        .db
        .query("select id, email, name, admin, created_at, time_zone, show_presence, password_hash, disabled_at from users where email = $1")
        .bind(email.clone())
        .optional()
        .await?;
    let hash = login.as_ref().map(|login| login.password_hash.clone()).filter(|hash| hash != NO_PASSWORD);
    let fits = app.passwords.verify(password.clone(), hash).await?;
    let Some(login) = login.filter(|login| fits && login.disabled_at.is_none()) else {
        return Err(Error::WrongCredentials);
    };
    if passwords::outdated(&login.password_hash) {
        let hash = app.passwords.hash(password).await?;
        let (id, before) = (login.user.id, login.password_hash);
        app.db
            .execute_best_effort(
                "update users set password_hash = $2 where id = $1 and password_hash = $3",
                move |query| query.bind(id).bind(hash).bind(before),
            )
            .await;
    }
    Ok(login.user)
}

/// Check a password again before something grave. The caller counts wrong ones.
pub async fn confirm(app: &App, user: UserId, password: &str) -> Result<()> {
    let (hash,): (String,) = app.db.query("select password_hash from users where id = $1").bind(user).one().await?;
    if app.passwords.verify(password.into(), Some(hash)).await? {
        Ok(())
    } else {
        Err(Error::invalid("/current_password", "is not your password"))
    }
}

/// Change something of a user that the members of their projects see: each project tells its readers.
async fn tell_projects(
    mut tx: Transaction,
    user: UserId,
    edit: impl Fn(&mut Member),
) -> Result<(Transaction, BTreeSet<ProjectId>)> {
    // In the order of ids: two people who do so at once never wait for each other in a circle.
    let projects = joined(&mut tx, user).await?;
    for project in &projects {
        let mut change = tx.lock_project(*project, Grant::Account).await?;
        members::update_shown(&mut change, user, &edit).await?;
        tx = change.finish().await?;
    }
    Ok((tx, projects))
}

async fn joined(tx: &mut Transaction, user: UserId) -> Result<BTreeSet<ProjectId>> {
    let projects: Vec<(ProjectId,)> = tx
        .query(
            "select m.project_id from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and p.deleted_at is null",
        )
        .bind(user)
        .all()
        .await?;
    Ok(projects.into_iter().map(|(project,)| project).collect())
}

/// Refuse when the person has joined a project since the others were told: it shows what they were. It comes after the lock
/// of the user's row, which whatever adds a member takes too.
async fn check_told(tx: &mut Transaction, user: UserId, told: &BTreeSet<ProjectId>) -> Result<()> {
    if joined(tx, user).await?.is_subset(told) { Ok(()) } else { Err(Error::Unavailable) }
}

/// Take another name, everywhere at once.
pub async fn rename(mut tx: Transaction, user: &User, name: &Name) -> Result<(Transaction, User)> {
    let renamed = User { name: name.as_str().into(), ..user.clone() };
    if renamed.name == user.name {
        return Ok((tx, renamed));
    }
    let via = tx.actor()?.via.clone();
    tx.act_as(Actor { via, ..Actor::of(user.id, renamed.name.clone()) });
    let (mut tx, told) = tell_projects(tx, user.id, |member| member.name.clone_from(&renamed.name)).await?;
    // After the projects: who is told of something has their row taken by a change that holds its project.
    tx.query("update users set name = $2 where id = $1").bind(user.id).bind(name.clone()).execute().await?;
    check_told(&mut tx, user.id, &told).await?;
    Ok((tx, renamed))
}

pub async fn set_password(tx: &mut Transaction, user: UserId, hash: &str) -> Result<()> {
    tx.query("update users set password_hash = $2 where id = $1").bind(user).bind(hash).execute().await?;
    // A sign-in with the old one that waits for the second factor waits in vain.
    tx.query("delete from pending_sign_ins where user_id = $1").bind(user).execute().await?;
    Ok(())
}

/// How many accounts are read at once to search in them: databases do not agree on which letters are the same.
const SEARCH_STEP: i64 = 1_000;

/// People by name or address, for administrators.
pub async fn list(db: &Db, matching: &str, after: Option<UserId>, limit: i64) -> Result<Vec<Account>> {
    let wanted = fold(matching);
    let step = if wanted.is_empty() { limit } else { SEARCH_STEP };
    let most = usize::try_from(limit).unwrap_or(0);
    let mut after = after;
    let mut found: Vec<Account> = vec![];
    loop {
        let accounts = accounts(db, after, step).await?;
        let last = accounts.len() < usize::try_from(step).unwrap_or(usize::MAX);
        after = accounts.last().map(|account| account.user.id);
        let fits = |account: &Account| {
            [&account.user.name, &account.user.email].iter().any(|text| fold(text).contains(&wanted))
        };
        found.extend(accounts.into_iter().filter(fits));
        if last || found.len() >= most {
            found.truncate(most);
            return Ok(found);
        }
    }
}

async fn accounts(db: &Db, after: Option<UserId>, limit: i64) -> Result<Vec<Account>> {
    db.query(
        "select id, email, name, admin, created_at, time_zone, show_presence, disabled_at,
                exists (select 1 from totps t where t.user_id = users.id and t.enabled_at is not null) as totp
             from users
             where ($1 or id > $2) and not guest and removed_at is null
             order by id
             limit $3",
    )
    .bind(after.is_none())
    .bind(after.unwrap_or(UserId(uuid::Uuid::nil())))
    .bind(limit)
    .all()
    .await
}

/// How many users there are, and how many of them have this address.
pub async fn count_with(db: &Db, email: &str) -> Result<(i64, i64)> {
    db.query("select count(*), count(case when email = $1 then 1 end) from users").bind(email).one().await
}

/// Make or unmake an administrator, disable or enable. Each project of a person who is disabled tells its readers. The
/// caller ends the sessions of a disabled user.
pub async fn administer(mut tx: Transaction, user: UserId, patch: &AccountPatch) -> Result<(Transaction, Account)> {
    let mut account = find(&mut tx, user).await?;
    let was_disabled = account.disabled_at.is_some();
    account.user.admin = patch.admin.unwrap_or(account.user.admin);
    match patch.disabled {
        Some(true) => account.disabled_at = account.disabled_at.or(Some(tx.at())),
        Some(false) => account.disabled_at = None,
        None => {}
    }
    let disabled = account.disabled_at.is_some();
    let mut told = None;
    if disabled != was_disabled {
        let (after, projects) = tell_projects(tx, user, |member| member.disabled = disabled).await?;
        (tx, told) = (after, Some(projects));
    }
    // After the projects, as in `rename`. Two administrators who unmake each other would both count the other one.
    tx.tx().seal();
    let _: Vec<(UserId,)> =
        tx.query("select id from users where admin or id = $1 order by id {for update}").bind(user).all().await?;
    if let Some(told) = &told {
        check_told(&mut tx, user, told).await?;
    }
    tx.query("update users set admin = $2, disabled_at = $3 where id = $1")
        .bind(user)
        .bind(account.user.admin)
        .bind(account.disabled_at)
        .execute()
        .await?;
    let (admins,): (i64,) = tx.query("select count(*) from users where admin and disabled_at is null").one().await?;
    if admins == 0 {
        return Err(Error::conflict("last_admin", "the instance needs an administrator"));
    }
    Ok((tx, account))
}

/// Make an account without a password that anybody knows: its person chooses one by a link.
pub async fn create_for(tx: &mut Transaction, new: &NewAccount) -> Result<Account> {
    let user = insert(tx, &new.email, &new.name, NO_PASSWORD, false).await?;
    Ok(Account { user, disabled_at: None, totp: false })
}

/// The account of an address that can sign in.
pub async fn by_email(db: &Db, email: &Email) -> Result<Option<User>> {
    db.query("select id, email, name, admin, created_at, time_zone, show_presence from users where email = $1 and disabled_at is null")
        .bind(email.clone())
        .optional()
        .await
}

/// An account inside of a transaction.
pub async fn find(tx: &mut Transaction, user: UserId) -> Result<Account> {
    tx.query(
        "select id, email, name, admin, created_at, time_zone, show_presence, disabled_at,
                exists (select 1 from totps t where t.user_id = users.id and t.enabled_at is not null) as totp
         from users
         where id = $1 and not guest and removed_at is null",
    )
    .bind(user)
    .one()
    .await
}

/// The same outside of one, for administrators.
pub async fn account(db: &Db, user: UserId) -> Result<Account> {
    db.query(
        "select id, email, name, admin, created_at, time_zone, show_presence, disabled_at,
                exists (select 1 from totps t where t.user_id = users.id and t.enabled_at is not null) as totp
         from users
         where id = $1 and not guest",
    )
    .bind(user)
    .one()
    .await
}

/// People who share another project with the member and are not in this one: they may be added without an invitation.
pub async fn acquainted(
    by: &Membership,
    matching: &str,
    after: Option<(&str, UserId)>,
    limit: i64,
) -> Result<Vec<Person>> {
    #[derive(sqlx_macros::FromRow)]
    struct Row {
        id: UserId,
        name: String,
    }
    let (name, id) = after.unwrap_or(("", UserId(uuid::Uuid::nil())));
    let people: Vec<Row> = by
        .query(
            "select distinct u.id, u.name from members mine
             join projects p on p.id = mine.project_id and p.deleted_at is null
             join members theirs on theirs.project_id = mine.project_id
             join users u on u.id = theirs.user_id
             where mine.user_id = $1 and u.disabled_at is null
               and not exists (select 1 from members m where m.project_id = $2 and m.user_id = u.id)
               and (u.name > $3 or (u.name = $3 and u.id > $4))
             order by u.name, u.id",
        )
        .bind(by.user())
        .bind(by.project())
        .bind(name)
        .bind(id)
        .all()
        .await?;
    let wanted = fold(matching);
    let most = usize::try_from(limit).unwrap_or(0);
    let found = people.into_iter().filter(|person| fold(&person.name).contains(&wanted)).take(most);
    Ok(found.map(|person| Person { id: person.id, name: person.name }).collect())
}
