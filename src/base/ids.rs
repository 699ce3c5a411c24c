//! Identifiers: one type a noun, so that a task's id can never stand where a column's is meant.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::{ContextV7, Uuid};

use crate::base::clock::{self, Timestamp};

/// Ordered by time, and never the same twice: while the clock stands behind where it was, a counter goes on.
#[expect(clippy::disallowed_methods, reason = "this is the one place that makes ids")]
fn fresh() -> Uuid {
    static SHIFTED: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    if clock::shift().is_none() {
        return Uuid::now_v7();
    }
    // A clock that a test moves: through the same kind of context.
    let now = u64::try_from(Timestamp::now().0).unwrap_or_default();
    let nanoseconds = u32::try_from(now % 1_000 * 1_000_000).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(&SHIFTED, now / 1_000, nanoseconds))
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx_macros::Type, ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, ordered by time (`UUIDv7`).
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a new id is never a default")]
            pub fn new() -> Self {
                Self(fresh())
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id!(
    UserId,
    SessionId,
    TokenId,
    ProjectId,
    InvitationId,
    PasswordResetId,
    PendingSignInId,
    SignInId,
    ColumnId,
    TaskId,
    LabelId,
    MilestoneId,
    DependencyId,
    ChecklistItemId,
    AttachmentId,
    CommentId,
    NotificationId,
    MailId,
    PushSubscriptionId,
    ViewId,
    WebhookId,
    DeliveryId,
    ImportId,
    CalendarId,
    RequestId,
);

impl CommentId {
    /// The id of a comment that was written elsewhere at this instant: comments are read in the order of their ids. Those of
    /// one instant are in the order of `count`.
    #[must_use]
    pub fn at(at: Timestamp, count: u16) -> Self {
        let mut random: [u8; 10] = rand::random();
        // The version takes the first four bits.
        let [high, low] = (count & 0xfff).to_be_bytes();
        (random[0], random[1]) = (high, low);
        let millis = u64::try_from(at.0).unwrap_or(0).min((1 << 48) - 1);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_other_programs_are_in_the_order_of_time() {
        let ids: Vec<CommentId> = [(1, 1), (1, 2), (1, 300), (2, 0), (1_700_000_000_000, 5)]
            .map(|(at, count)| CommentId::at(Timestamp(at), count))
            .to_vec();
        assert!(ids.is_sorted());
        assert!(ids.last() < Some(&CommentId::new()));
        assert_eq!(CommentId::at(Timestamp(-5), 0).0.get_version_num(), 7);
    }
}
