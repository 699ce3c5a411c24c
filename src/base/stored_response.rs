//! An answer as it goes out, and as it is kept for retries.

use http::StatusCode;
use serde::Serialize;

use crate::base::{
    error::{Error, Result},
    ids::ProjectId,
};

/// An answer as it goes out, and as it is kept for 24 hours.
#[derive(Clone, Debug)]
pub struct StoredResponse {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub body: Option<String>,
    /// The project that the answer tells of: it is given again only to who may see that one.
    pub project: Option<ProjectId>,
    /// It answered an earlier request under the same `Idempotency-Key`.
    pub replayed: bool,
}

impl StoredResponse {
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self> {
        let value = serde_json::to_value(value).map_err(|error| Error::Internal(error.to_string()))?;
        let etag = value.get("version").map(|version| format!("\"{version}\""));
        Ok(Self { status, etag, body: Some(value.to_string()), project: None, replayed: false })
    }

    #[must_use]
    pub const fn about(mut self, project: ProjectId) -> Self {
        self.project = Some(project);
        self
    }

    #[must_use]
    pub const fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, etag: None, body: None, project: None, replayed: false }
    }
}
