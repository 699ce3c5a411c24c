//! People with an account.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    change::{Request, Work},
    clock::Timestamp,
    config::SignUp,
    error::{Error, Result},
    event::Actor,
    ids::{ProjectId, UserId},
    model::{instance, invitations, members, present, sessions::Beginning},
    passwords,
    text::{Email, Name, Password, Secret},
};

#[derive(Clone, Debug, Serialize, sqlx::FromRow, ToSchema)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub admin: bool,
    pub created_at: Timestamp,
}

/// A user as administrators see them.
#[derive(Clone, Debug, Serialize, sqlx::FromRow, ToSchema)]
pub struct Account {
    #[serde(flatten)]
    #[sqlx(flatten)]
    pub user: User,
    #[schema(required)]
    pub disabled_at: Option<Timestamp>,
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
}

#[derive(sqlx::FromRow)]
struct Login {
    #[sqlx(flatten)]
    user: User,
    password_hash: String,
    disabled_at: Option<Timestamp>,
}

/// Create an account inside of a transaction.
pub async fn insert(work: &mut Work, email: &Email, name: &Name, hash: &str, admin: bool) -> Result<User> {
    let user = User {
        id: UserId::new(),
        email: email.as_str().into(),
        name: name.as_str().into(),
        admin,
        created_at: work.at(),
    };
    work.query(
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
    beginning: Beginning,
) -> Result<(User, Beginning)> {
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
    let hash = app.passwords.hash(String::from_utf8_lossy(new.password.as_bytes()).into_owned()).await?;
    // A retry is refused by the address being taken: neither the answer, which sets a cookie, nor the hash of a body
    // with a password is kept.
    let mut work = Work::unattended(app, &request.unkept()).await?;
    let admin = new.setup.is_some();
    if let Some(secret) = &new.setup {
        instance::use_setup_link(&mut work, secret).await?;
    }
    let user = insert(&mut work, &new.email, &new.name, &hash, admin).await?;
    work.act_as(Actor { id: user.id, name: user.name.clone() });
    let beginning = beginning.of(user.id);
    beginning.write(&mut work).await?;
    match &new.invitation {
        Some(secret) => {
            let (_, change) = invitations::redeem(work, secret, &user).await?;
            change.done().await?;
        }
        None => {
            work.done().await?;
        }
    }
    Ok((user, beginning))
}

/// Who this address and password belong to. Unknown addresses take as long as wrong passwords.
pub async fn authenticate(app: &App, email: &str, password: String) -> Result<User> {
    let login: Option<Login> = app
        .db
        .query("select id, email, name, admin, created_at, password_hash, disabled_at from users where email = $1")
        .bind(email.to_lowercase())
        .optional()
        .await?;
    let hash = login.as_ref().map(|login| login.password_hash.clone());
    let fits = app.passwords.verify(password.clone(), hash).await?;
    let Some(login) = login.filter(|login| fits && login.disabled_at.is_none()) else {
        return Err(Error::WrongCredentials);
    };
    if passwords::outdated(&login.password_hash) {
        let hash = app.passwords.hash(password).await?;
        let (id, before) = (login.user.id, login.password_hash);
        app.db
            .note("update users set password_hash = $2 where id = $1 and password_hash = $3", move |query| {
                query.bind(id).bind(hash).bind(before)
            })
            .await;
    }
    Ok(login.user)
}

/// Check a password again before something grave.
pub async fn confirm(app: &App, user: UserId, password: &str) -> Result<()> {
    let (hash,): (String,) = app.db.query("select password_hash from users where id = $1").bind(user).one().await?;
    if app.passwords.verify(password.into(), Some(hash)).await? {
        Ok(())
    } else {
        Err(Error::invalid("/current_password", "is not your password"))
    }
}

/// Take another name, everywhere at once: each project tells its readers.
pub async fn rename(mut work: Work, user: &User, name: &Name) -> Result<(Work, User)> {
    let renamed = User { name: name.as_str().into(), ..user.clone() };
    if renamed.name == user.name {
        return Ok((work, renamed));
    }
    work.act_as(Actor { id: user.id, name: renamed.name.clone() });
    // In the order of ids: two people who rename themselves at once never wait for each other in a circle.
    let projects: Vec<(ProjectId,)> = work
        .query(
            "select m.project_id from members m
             join projects p on p.id = m.project_id
             where m.user_id = $1 and p.deleted_at is null
             order by m.project_id",
        )
        .bind(user.id)
        .all()
        .await?;
    for (project,) in projects {
        let mut change = work.enter(project).await?;
        members::renamed(&mut change, user.id, &renamed.name).await?;
        work = change.leave().await?;
    }
    // After the projects: who is told of something has their row taken by a change that holds its project.
    work.query("update users set name = $2 where id = $1").bind(user.id).bind(name.clone()).execute().await?;
    Ok((work, renamed))
}

pub async fn set_password(work: &mut Work, user: UserId, hash: &str) -> Result<()> {
    work.query("update users set password_hash = $2 where id = $1").bind(user).bind(hash).execute().await?;
    Ok(())
}

/// A pattern for LIKE that finds the text as it is, anywhere and in any case.
fn containing(text: &str) -> String {
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// People by name or address, for administrators.
pub async fn list(app: &App, matching: &str, after: Option<UserId>, limit: i64) -> Result<Vec<Account>> {
    app.db
        .query(
            "select id, email, name, admin, created_at, disabled_at from users
             where (lower(name) like $1 escape '\\' or email like $1 escape '\\') and ($2 or id > $3)
             order by id
             limit $4",
        )
        .bind(containing(matching))
        .bind(after.is_none())
        .bind(after.unwrap_or(UserId(uuid::Uuid::nil())))
        .bind(limit)
        .all()
        .await
}

/// Make or unmake an administrator, disable or enable. Whoever is disabled is signed out everywhere.
pub async fn administer(work: &mut Work, user: UserId, patch: &AccountPatch) -> Result<Account> {
    let mut account: Account = work
        .query("select id, email, name, admin, created_at, disabled_at from users where id = $1")
        .bind(user)
        .one()
        .await?;
    account.user.admin = patch.admin.unwrap_or(account.user.admin);
    match patch.disabled {
        Some(true) => account.disabled_at = account.disabled_at.or(Some(work.at())),
        Some(false) => account.disabled_at = None,
        None => {}
    }
    work.query("update users set admin = $2, disabled_at = $3 where id = $1")
        .bind(user)
        .bind(account.user.admin)
        .bind(account.disabled_at)
        .execute()
        .await?;
    let (admins,): (i64,) = work.query("select count(*) from users where admin and disabled_at is null").one().await?;
    if admins == 0 {
        return Err(Error::conflict("last_admin", "the instance needs an administrator"));
    }
    Ok(account)
}

/// People who share a project with `user` and are not in `project`: whom one may add without an invitation.
pub async fn acquainted(app: &App, user: UserId, project: ProjectId, matching: &str) -> Result<Vec<Actor>> {
    #[derive(sqlx::FromRow)]
    struct Person {
        id: UserId,
        name: String,
    }
    let people: Vec<Person> = app
        .db
        .query(
            "select distinct u.id, u.name from members mine
             join projects p on p.id = mine.project_id and p.deleted_at is null
             join members theirs on theirs.project_id = mine.project_id
             join users u on u.id = theirs.user_id
             where mine.user_id = $1 and u.disabled_at is null and lower(u.name) like $2 escape '\\'
               and not exists (select 1 from members m where m.project_id = $3 and m.user_id = u.id)
             order by u.name
             limit 50",
        )
        .bind(user)
        .bind(containing(matching))
        .bind(project)
        .all()
        .await?;
    Ok(people.into_iter().map(|person| Actor { id: person.id, name: person.name }).collect())
}
