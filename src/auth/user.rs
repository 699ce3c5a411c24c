//! A person with an account, as they see themselves.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{clock::Timestamp, ids::UserId};

#[derive(Clone, Debug, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub admin: bool,
    pub created_at: Timestamp,
    /// Where their clock is, an IANA name; UTC when `null`.
    #[schema(required)]
    pub time_zone: Option<String>,
}
