//! What an operator looks for after something went wrong: who tried to sign in and failed, and what administrators did.
//! Lines of the target `boardcast::audit`; what a caller sent stands in them escaped, or not at all.

use std::net::IpAddr;

use crate::base::ids::{ProjectId, UserId};

/// A sign-in, or a password asked for once more, that was refused. `account` is the address as it would be stored; nothing
/// where the caller sent no address.
pub fn refused_password(account: Option<&str>, address: IpAddr, why: &'static str) {
    tracing::warn!(target: "boardcast::audit", act = "sign_in", account = ?account.unwrap_or("-"), %address, why, "refused");
}

/// An account that was made, and whether it is an administrator's.
pub fn signed_up(user: UserId, admin: bool, address: IpAddr) {
    tracing::info!(target: "boardcast::audit", act = "sign_up", %user, admin, %address, "done");
}

/// A person changed their password.
pub fn changed_password(user: UserId, address: IpAddr) {
    tracing::info!(target: "boardcast::audit", act = "password", %user, %address, "done");
}

/// An administrator changed an account.
pub fn administered(actor: UserId, user: UserId, admin: Option<bool>, disabled: Option<bool>, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "administer", %actor, %user, admin, disabled, %address, "done");
}

/// An administrator gave a project an owner.
pub fn gave_owner(actor: UserId, project: ProjectId, user: UserId, address: IpAddr) {
    tracing::warn!(target: "boardcast::audit", act = "give_owner", %actor, %project, %user, %address, "done");
}
