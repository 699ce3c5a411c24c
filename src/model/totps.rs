//! The end of a person's second factor, asked for by them or by an administrator: its person is told by mail.

use crate::{
    auth::totps,
    base::{error::Result, ids::UserId},
    change::Transaction,
    model::mails::{self, AccountMail},
};

/// Turn it off. Answers whether it was on.
pub async fn remove(tx: &mut Transaction, user: UserId) -> Result<bool> {
    let was_on = totps::remove(tx.tx(), user).await?;
    if was_on {
        mails::queue_for_account(tx, user, AccountMail::TotpOff).await?;
    }
    Ok(was_on)
}
