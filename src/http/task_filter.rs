//! The query parameters that say which tasks a list has, and in which order.

use serde::Deserialize;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};
use uuid::Uuid;

use crate::{
    auth::caller::Caller,
    base::{
        error::{Error, Result},
        ids::{ColumnId, LabelId, MilestoneId, ProjectId, UserId},
    },
    http::query::{Page, listed},
    model::{
        filters::{Choice, Status, TaskFilter, When},
        search,
        task_lists::{Sort, SortKey, TaskList},
        tasks::Priority,
    },
};

/// Values of one parameter are alternatives: it is repeated, or has commas between them. Every parameter has to fit.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Words that have to be in the title or the description, and filters, as in `GET /search`.
    #[serde(default)]
    q: String,
    /// Ids of people, `me`, or `none`.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    assignee: Vec<PersonChoice>,
    /// Ids of labels, or `none`.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    label: Vec<IdChoice>,
    /// Ids of milestones, or `none`.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    milestone: Vec<IdChoice>,
    #[serde(default, deserialize_with = "listed")]
    column: Vec<ColumnId>,
    #[serde(default, deserialize_with = "listed")]
    priority: Vec<Priority>,
    /// `open` is neither completed nor archived, `done` is completed. Without it all that are not archived.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    status: Vec<Status>,
    /// `overdue`, `today`, `week` (today and the seven days behind it) and `later` of what is not completed; `none`; a day; two days
    /// with `..` between them, of which one may be absent.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    due: Vec<DueChoice>,
    /// `today`, `week` and `month` (the last 7 and 30 days); a day; two days with `..` between them, of which one may be
    /// absent. Days are those of the caller's time zone.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    created: Vec<WhenChoice>,
    /// The same of the last change.
    #[serde(default, deserialize_with = "listed")]
    #[param(inline)]
    updated: Vec<WhenChoice>,
    /// `position` (as on the board, project by project), `due_on`, `priority`, `updated_at`, `created_at` or `number`; with a
    /// hyphen before it the other way round. Without it tasks come by `number`, archived ones alone the last archived first;
    /// those of all projects by `due_on`.
    #[param(inline)]
    sort: Option<Sort>,
}

/// A value of a parameter, and which texts it may be, as a pattern.
macro_rules! value {
    ($name:ident, $pattern:expr, $example:expr) => {
        #[derive(Clone, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn text(&self) -> &str {
                &self.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(concat!("^(", $pattern, ")$")))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {}
    };
}

value!(PersonChoice, "me|none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "me");
value!(IdChoice, "none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "none");
value!(
    DueChoice,
    "overdue|today|week|later|none|2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])\\.\\.(2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))?",
    "2026-12-01..2026-12-24"
);

value!(
    WhenChoice,
    "today|week|month|2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])\\.\\.(2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))?",
    "2026-11-20.."
);

fn choice<T>(pointer: &str, values: &[&str], me: Option<UserId>, id: fn(Uuid) -> T) -> Result<Option<Choice<T>>> {
    let mut chosen = Choice::default();
    for value in values {
        match (*value, me) {
            ("none", _) => chosen.none = true,
            ("me", Some(me)) => chosen.ids.push(id(me.0)),
            (value, me) => {
                let words = if me.is_some() { "an id, me or none" } else { "an id or none" };
                let parsed = Uuid::try_parse(value);
                chosen.ids.push(id(parsed.map_err(|_| Error::invalid(pointer, format!("must be {words}")))?));
            }
        }
    }
    Ok((!values.is_empty()).then_some(chosen))
}

fn texts<T>(values: &[T], text: fn(&T) -> &str) -> Vec<&str> {
    values.iter().map(text).collect()
}

impl Filter {
    /// Whether it says nothing at all.
    pub fn is_plain(&self) -> bool {
        self.says_only_status() && self.status.is_empty()
    }

    /// Whether it asks for all archived tasks.
    pub fn is_archive(&self) -> bool {
        self.says_only_status() && self.status == [Status::Archived]
    }

    fn says_only_status(&self) -> bool {
        let Self { q, assignee, label, milestone, column, priority, status: _, due, created, updated, sort } = self;
        q.is_empty()
            && assignee.is_empty()
            && label.is_empty()
            && milestone.is_empty()
            && due.is_empty()
            && created.is_empty()
            && updated.is_empty()
            && column.is_empty()
            && priority.is_empty()
            && sort.is_none()
    }

    fn task_filter(&self, by: &Caller) -> Result<TaskFilter> {
        let due = self.due.iter().map(|value| {
            let expected = "must be overdue, today, week, later, none, a day, or two days with .. between them";
            search::due(value.text()).ok_or_else(|| Error::invalid("/due", expected))
        });
        let when = |pointer: &str, values: &[WhenChoice]| -> Result<Vec<When>> {
            let expected = "must be today, week, month, a day, or two days with .. between them";
            let when =
                values.iter().map(|value| search::when(value.text()).ok_or_else(|| Error::invalid(pointer, expected)));
            when.collect()
        };
        Ok(TaskFilter {
            assignees: choice("/assignee", &texts(&self.assignee, PersonChoice::text), Some(by.user.id), UserId)?,
            labels: choice("/label", &texts(&self.label, IdChoice::text), None, LabelId)?,
            milestones: choice("/milestone", &texts(&self.milestone, IdChoice::text), None, MilestoneId)?,
            columns: Some(self.column.clone()).filter(|columns| !columns.is_empty()),
            priorities: self.priority.clone(),
            status: self.status.clone(),
            due: due.collect::<Result<_>>()?,
            created: when("/created", &self.created)?,
            without: vec![],
            updated: when("/updated", &self.updated)?,
        })
    }

    /// What is asked for, of one project or of all of the caller.
    pub fn list(&self, by: &Caller, project: Option<ProjectId>, page: &Page) -> Result<TaskList<'_>> {
        let first = if project.is_some() { SortKey::Number } else { SortKey::DueOn };
        let sort = self.sort.unwrap_or(Sort { key: first, descending: false });
        Ok(TaskList {
            text: &self.q,
            filter: self.task_filter(by)?,
            project,
            sort,
            after: page.cursor()?,
            limit: page.rows(),
        })
    }
}
