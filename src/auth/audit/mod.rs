//! What an operator looks for after something went wrong: who tried to sign in and failed, and what administrators did.
//!
//! - this file — lines of the target `boardcast::audit`; what a caller sent stands in them escaped, or not at all
//! - [`act`] — what is written to the audit log
//! - [`chain`] — the audit log as a table that is only ever added to, and its proof
//! - [`noted`] — what belongs to no transaction, and is counted together when there is much of it

mod act;
pub mod chain;
pub mod noted;

use std::net::IpAddr;

pub use act::{Act, By, Entry, Target};
pub use chain::{AuditEntry, append_alone};

use crate::base::ids::{MailId, ProjectId, UserId, WebhookId};

/// A sign-in, or a password asked for once more, that was refused. `account` is the address as it would be stored; nothing
/// where the caller sent no address.
fn refused_password(account: Option<&str>, address: IpAddr, why: &'static str) {
    tracing::warn!(target: "boardcast::audit", act = "sign_in", account = ?account.unwrap_or("-"), %address, why, "refused");
}

/// A code of a second factor that was refused.
fn refused_code(user: UserId, address: IpAddr, why: &'static str) {
    tracing::warn!(target: "boardcast::audit", act = "second_factor", %user, %address, why, "refused");
}

/// A person turned their second factor on or off, or used a recovery code.
pub fn second_factor(act: &'static str, user: UserId, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act, %user, %address, "done");
}

/// An administrator took the second factor off an account.
pub fn took_second_factor(actor: UserId, user: UserId, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "take_second_factor", %actor, %user, %address, "done");
}

/// An account that was made, and whether it is an administrator's.
pub fn signed_up(user: UserId, admin: bool, address: IpAddr) {
    tracing::info!(target: "boardcast::audit", act = "sign_up", %user, admin, %address, "done");
}

/// A person changed their password.
pub fn changed_password(user: UserId, address: IpAddr) {
    tracing::info!(target: "boardcast::audit", act = "password", %user, %address, "done");
}

/// A person deleted their account.
pub fn removed_account(user: UserId, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "remove_account", %user, %address, "done");
}

/// A person asked for a link for a new password, or a stranger in their place.
fn asked_for_password(account: &str, address: IpAddr) {
    tracing::info!(target: "boardcast::audit", act = "forgotten_password", ?account, %address, "asked");
}

/// An administrator made a link by which a person chooses a new password.
pub fn made_password_link(actor: UserId, user: UserId, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "password_link", %actor, %user, %address, "done");
}

/// An administrator changed an account.
pub fn administered(actor: UserId, user: UserId, admin: Option<bool>, disabled: Option<bool>, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "administer", %actor, %user, admin, disabled, %address, "done");
}

/// An administrator gave a project an owner.
pub fn gave_owner(actor: UserId, project: ProjectId, user: UserId, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "give_owner", %actor, %project, %user, %address, "done");
}

/// An administrator changed the policy of the instance.
pub fn changed_policy(actor: UserId, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "policy", %actor, %address, "done");
}

/// A manager changed where events of a project are sent. The address is not told: it may hold a secret of its receiver.
pub fn webhook(act: &'static str, actor: UserId, project: ProjectId, webhook: WebhookId) {
    tracing::warn!(target: "boardcast::audit", act, %actor, %project, %webhook, "done");
}

/// An administrator tries a mail again that could not be sent, or gives it up.
pub fn handled_mail(act: &'static str, actor: UserId, mail: MailId) {
    tracing::warn!(target: "boardcast::audit", act, %actor, %mail, "done");
}
