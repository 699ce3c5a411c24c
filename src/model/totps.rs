//! What a person is told by mail of their second factor: its end, asked for by them or by an administrator, and new recovery codes.

use crate::{
    auth::totps::{self, RecoveryCodes},
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

/// Make new recovery codes in place of those that there are.
pub async fn renew_codes(tx: &mut Transaction, user: UserId) -> Result<RecoveryCodes> {
    let codes = totps::renew_codes(tx.tx(), user).await?;
    mails::queue_for_account(tx, user, AccountMail::RecoveryCodes).await?;
    Ok(codes)
}
