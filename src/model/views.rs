//! Saved views: a layout of a project with its filter. Events tell all members of a shared one; a personal one is its
//! owner's alone, and no event tells of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{membership::Membership, role::Role},
    base::{
        error::{Error, Result},
        ids::{UserId, ViewId},
        text::Name,
    },
    change::{Change, Kind, Most, Object},
    db::Query,
    log::Draft,
    model::{nullable, objects::OfMember, present},
};

/// The most characters of a filter, and of what is sorted and grouped by.
const LONGEST_FILTER: usize = 2_000;
const LONGEST_ORDER: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx_macros::Type)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum Layout {
    Board = 0,
    Table = 1,
    Calendar = 2,
    Timeline = 3,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx_macros::FromRow, ToSchema)]
pub struct View {
    pub id: ViewId,
    pub name: String,
    pub layout: Layout,
    /// The filter as the page's address has it: `assignee=me&label=…`. Empty where nothing is filtered.
    pub filter: String,
    /// A field, with `-` before it for the other direction.
    #[schema(required)]
    pub sort: Option<String>,
    #[schema(required)]
    pub group_by: Option<String>,
    /// Whether all members see it.
    pub shared: bool,
    pub owner_id: UserId,
    pub version: i64,
}

impl Kind for View {
    const KIND: &'static str = "views";

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn set_version(&mut self, seq: i64) {
        self.version = seq;
    }

    fn in_snapshot(&self) -> bool {
        self.shared
    }
}

impl Object for View {
    const MOST: Option<Most> = Some(Most {
        count: 200,
        sql: "select count(*) from views where project_id = $1 and shared",
        code: "too_many_views",
        detail: "a project has at most 200 shared views",
    });
    const SELECT: &'static str = "select id, name, layout, filter, sort, group_by, shared, owner_id, version from views
         where project_id = $1 and id = $2";
    const INSERT: &'static str = "insert into views
           (project_id, id, name, layout, filter, sort, group_by, shared, version, owner_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    const UPDATE: &'static str = "update views
         set name = $3, layout = $4, filter = $5, sort = $6, group_by = $7, shared = $8, version = $9
         where project_id = $1 and id = $2";
    const DELETE: &'static str = "delete from views where project_id = $1 and id = $2";

    fn bind<'q>(&self, query: Query<'q>) -> Query<'q> {
        query
            .bind(self.name.clone())
            .bind(self.layout)
            .bind(self.filter.clone())
            .bind(self.sort.clone())
            .bind(self.group_by.clone())
            .bind(self.shared)
            .bind(self.version)
    }

    fn bind_fixed<'q>(&self, query: Query<'q>) -> Query<'q> {
        query.bind(self.owner_id)
    }
}

impl OfMember for View {
    const FORGET: &'static str = "delete from views where project_id = $1 and owner_id = $2 and not shared";
}

/// The most personal views of one person in one project.
const MOST_PERSONAL: i64 = 200;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    pub name: Name,
    pub layout: Layout,
    #[serde(default)]
    #[schema(max_length = 2000, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$")]
    pub filter: String,
    #[schema(min_length = 1, max_length = 100, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$")]
    pub sort: Option<String>,
    #[schema(min_length = 1, max_length = 100, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$")]
    pub group_by: Option<String>,
    #[serde(default)]
    pub shared: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<Name>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub layout: Option<Layout>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 2000, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$")]
    pub filter: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(min_length = 1, max_length = 100, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$")]
    pub sort: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(min_length = 1, max_length = 100, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$")]
    pub group_by: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub shared: Option<bool>,
}

fn check(view: &View) -> Result<()> {
    let text = |pointer: &str, text: &str, least: usize, most: usize| {
        let count = text.chars().count();
        if count < least || count > most {
            return Err(Error::invalid(pointer, format!("must have {least} to {most} characters, has {count}")));
        }
        if text.chars().any(char::is_control) {
            return Err(Error::invalid(pointer, "must not contain control characters"));
        }
        Ok(())
    };
    text("/filter", &view.filter, 0, LONGEST_FILTER)?;
    for (pointer, order) in [("/sort", &view.sort), ("/group_by", &view.group_by)] {
        if let Some(order) = order {
            text(pointer, order, 1, LONGEST_ORDER)?;
        }
    }
    Ok(())
}

/// A view that was made elsewhere, if it is one.
#[must_use]
pub fn checked(view: View) -> Option<View> {
    let named = Name::parse(&view.name).is_ok_and(|name| name.as_str() == view.name);
    (named && check(&view).is_ok()).then_some(view)
}

/// Editors share views; an archived project takes none.
fn may_share(change: &Change) -> Result<()> {
    if change.role() < Role::Editor {
        return Err(Error::forbidden("your role in this project does not allow sharing a view"));
    }
    change.check_active()
}

/// The shared views of a project and the caller's own, the oldest first, behind the one that ended the page before.
pub async fn list(by: &Membership, after: Option<ViewId>, limit: i64) -> Result<Vec<View>> {
    by.query(
        "select id, name, layout, filter, sort, group_by, shared, owner_id, version from views
         where project_id = $1 and (shared or owner_id = $2) and id > $3
         order by id
         limit $4",
    )
    .bind(by.project())
    .bind(by.user())
    .bind(after.unwrap_or(ViewId(Uuid::nil())))
    .bind(limit)
    .all()
    .await
}

pub async fn create(change: &mut Change, new: NewView) -> Result<View> {
    let owner = change.actor()?.id;
    let view = View {
        id: ViewId::new(),
        name: new.name.as_str().into(),
        layout: new.layout,
        filter: new.filter,
        sort: new.sort,
        group_by: new.group_by,
        shared: new.shared,
        owner_id: owner,
        version: 1,
    };
    check(&view)?;
    if view.shared {
        may_share(change)?;
        let mut event = Draft::new("view.created");
        let view = change.insert(&mut event, view).await?;
        change.record(event).await?;
        return Ok(view);
    }
    let project = change.project();
    let (count,): (i64,) = change
        .query("select count(*) from views where project_id = $1 and owner_id = $2 and not shared")
        .bind(project)
        .bind(owner)
        .one()
        .await?;
    if count >= MOST_PERSONAL {
        let detail = format!("a person has at most {MOST_PERSONAL} views of a project");
        return Err(Error::conflict("too_many_views", detail));
    }
    let statement = change.query(View::INSERT).bind(project).bind(view.id);
    view.bind_fixed(view.bind(statement)).execute().await?;
    Ok(view)
}

/// A view that the actor may change: their own, and as a manager what others share.
async fn load(change: &mut Change, id: ViewId) -> Result<View> {
    let view: View = change.load(id).await?;
    if view.owner_id == change.actor()?.id {
        return Ok(view);
    }
    if !view.shared {
        return Err(Error::NotFound);
    }
    if change.role() < Role::Manager {
        return Err(Error::forbidden("managers change the views that others share"));
    }
    Ok(view)
}

pub async fn patch(change: &mut Change, id: ViewId, patch: ViewPatch) -> Result<View> {
    let before = load(change, id).await?;
    let mut after = before.clone();
    if let Some(name) = patch.name {
        after.name = name.as_str().into();
    }
    after.layout = patch.layout.unwrap_or(after.layout);
    after.filter = patch.filter.unwrap_or(after.filter);
    after.sort = patch.sort.unwrap_or(after.sort);
    after.group_by = patch.group_by.unwrap_or(after.group_by);
    after.shared = patch.shared.unwrap_or(after.shared);
    check(&after)?;
    if before.shared || after.shared {
        may_share(change)?;
        let mut event = Draft::new("view.changed");
        let after = change.update(&mut event, &before, after).await?;
        change.record(event).await?;
        return Ok(after);
    }
    change.check_match(View::KIND, &before, &after).await?;
    if before != after {
        // No event numbers it.
        after.version = before.version + 1;
        let project = change.project();
        after.bind(change.query(View::UPDATE).bind(project).bind(id)).execute().await?;
    }
    Ok(after)
}

pub async fn remove(change: &mut Change, id: ViewId) -> Result<()> {
    let view = load(change, id).await?;
    if view.shared {
        may_share(change)?;
        let mut event = Draft::new("view.deleted");
        change.delete(&mut event, &view).await?;
        return change.record(event).await;
    }
    change.check_delete(&view).await?;
    let project = change.project();
    change.query(View::DELETE).bind(project).bind(id).execute().await?;
    Ok(())
}
