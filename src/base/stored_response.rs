//! An answer as it goes out, and as it is kept for retries.

use http::StatusCode;
use serde::{Deserialize, Serialize};

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

/// Where an object says its version.
#[derive(Deserialize)]
struct Versioned {
    version: Option<i64>,
}

/// Whether the first member is a list: such an answer has no version, and may hold thousands of objects that are not worth
/// reading to find that out.
fn begins_with_list(json: &str) -> bool {
    json.split_once(':').is_some_and(|(_, value)| value.starts_with('['))
}

impl StoredResponse {
    pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))?;
        let object = if begins_with_list(&body) { None } else { serde_json::from_str::<Versioned>(&body).ok() };
        let version = object.and_then(|object| object.version);
        let etag = version.map(|version| format!("\"{version}\""));
        Ok(Self { status, etag, body: Some(body), project: None, replayed: false })
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_says_its_version_and_a_list_has_none() {
        let etag = |value| StoredResponse::json(StatusCode::OK, &value).unwrap().etag;
        assert_eq!(etag(json!({"id": "1", "title": "a:[", "version": 7})).as_deref(), Some("\"7\""));
        assert_eq!(etag(json!({"items": [{"version": 7}], "version": null})), None);
        assert_eq!(etag(json!({"seq": 7})), None);
    }
}
