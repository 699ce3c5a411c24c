//! Identifiers: one type a noun, so that a task's id can never stand where a column's is meant.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, ordered by time (`UUIDv7`).
            #[must_use]
            #[expect(clippy::disallowed_methods, reason = "this is the one place that makes ids")]
            #[expect(clippy::new_without_default, reason = "a new id is never a default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
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
    ColumnId,
    TaskId,
    LabelId,
    MilestoneId,
    DependencyId,
    ChecklistItemId,
    NotificationId,
    RequestId,
);
