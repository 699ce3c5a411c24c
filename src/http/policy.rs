//! The policy of the instance, for administrators.

use axum::Extension;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    auth::{
        audit::{self, Act, Entry},
        policy::{self, AllowedTo, Policy, RequiredOf},
        totps,
    },
    base::{
        error::{Error, Result},
        stored_response::StoredResponse,
    },
    http::{client_address::Client, extract::Json, guard::Me},
    model::present,
};

/// What administrators decide for the whole instance.
#[utoipa::path(get, path = "/admin/policy", tag = "admin", responses((status = 200, body = Policy)))]
async fn show_policy(by: Me) -> Result<Json<Policy>> {
    by.caller.admin()?;
    Ok(Json(policy::find(&by.app.db).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    create_projects: Option<AllowedTo>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    invite_people: Option<AllowedTo>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    create_tokens: Option<AllowedTo>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    second_factor: Option<RequiredOf>,
}

impl PolicyPatch {
    fn apply(&self, before: Policy) -> Policy {
        Policy {
            create_projects: self.create_projects.unwrap_or(before.create_projects),
            invite_people: self.invite_people.unwrap_or(before.invite_people),
            create_tokens: self.create_tokens.unwrap_or(before.create_tokens),
            second_factor: self.second_factor.unwrap_or(before.second_factor),
        }
    }
}

/// Decide who may create projects, invite people who have no account, and make API tokens, and who needs a second factor. To
/// require that one has it oneself (`second_factor_off`): an administrator cannot lock themselves out. The streams of people who
/// need one and have none end.
#[utoipa::path(patch, path = "/admin/policy", tag = "admin", request_body = PolicyPatch, responses((status = 200, body = Policy)))]
async fn patch_policy(
    by: Me,
    Extension(client): Extension<Client>,
    Json(body): Json<PolicyPatch>,
) -> Result<StoredResponse> {
    by.caller.admin()?;
    let mut tx = by.begin().await?;
    let before = policy::lock(tx.tx()).await?;
    let after = body.apply(before);
    let changed = before.changes(&after);
    let requires = after.second_factor != before.second_factor && after.second_factor != RequiredOf::Nobody;
    if requires && !totps::holds(tx.tx(), by.id()).await? {
        let detail = "turn on two-step sign-in for your own account before you require it of others";
        return Err(Error::conflict("second_factor_off", detail));
    }
    let differs = !changed.is_empty();
    if differs {
        policy::store(tx.tx(), &after).await?;
        tx.audit(Entry::new(Act::Policy).with("changed", changed));
    }
    let answer = tx.ok(&after).await?;
    if differs {
        audit::changed_policy(by.id(), client.0);
    }
    if requires {
        end_streams(&by.app).await;
    }
    Ok(answer)
}

/// Close the streams of people who need a second factor and have none. What fails here, and what other nodes have, the comparison
/// with the database closes within a second.
async fn end_streams(app: &App) {
    let users = app.live.stream_owners().into_iter().map(|(user, _)| user).collect();
    for user in policy::without_second_factor(&app.db, &users).await.unwrap_or_default() {
        app.live.end_user(user, None);
    }
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_policy, patch_policy))
}
