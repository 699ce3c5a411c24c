//! Numbers of a project over time.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    auth::role::Read,
    base::{
        clock::Day,
        error::{Error, Result},
        ids::{LabelId, MilestoneId, UserId},
        text::TimeZone,
    },
    http::{
        extract::Json,
        guard::Member,
        query::Query,
        task_filter::{IdChoice, PersonChoice},
    },
    model::reports::{
        self, Ageing, BurnupPoint, CumulativeFlow, CycleTime, Interval, Report, Span, ThroughputPoint, Wanted,
        WorkloadPoint,
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The first day; 29 days before the last one when absent. A report has at most 1,000 points.
    from: Option<Day>,
    /// The last day; today when absent. Of days that have not come yet there are no points.
    to: Option<Day>,
    #[serde(default)]
    #[param(inline)]
    interval: Interval,
    /// Only tasks with this label.
    label: Option<LabelId>,
    /// Only tasks of this person: an id, `me`, or `none`.
    #[param(inline)]
    assignee: Option<PersonChoice>,
    /// Only tasks of this milestone: an id, or `none`.
    #[param(inline)]
    milestone: Option<IdChoice>,
    /// In which time zone days begin, an IANA name; the caller's own when absent, or else UTC.
    zone: Option<TimeZone>,
}

fn id(pointer: &str, words: &str, text: &str) -> Result<Option<Uuid>> {
    if text == "none" {
        return Ok(None);
    }
    Uuid::try_parse(text).map(Some).map_err(|_| Error::invalid(pointer, format!("must be {words}")))
}

impl Asked {
    fn wanted(self, by: &Member<Read>) -> Result<Wanted> {
        let own = || by.caller.user.time_zone.clone();
        let zone = self.zone.map(TimeZone::into_string).or_else(own);
        let assignee = match self.assignee {
            Some(person) if person.text() == "me" => Some(Some(by.caller.user.id)),
            person => person
                .map(|person| id("/assignee", "an id, me or none", person.text()))
                .transpose()?
                .map(|id| id.map(UserId)),
        };
        let milestone = self.milestone.map(|milestone| id("/milestone", "an id or none", milestone.text()));
        Ok(Wanted {
            span: Span::new(self.interval, self.from, self.to, zone)?,
            label: self.label,
            assignee,
            milestone: milestone.transpose()?.map(|id| id.map(MilestoneId)),
        })
    }
}

/// How many tasks there were at the end of each interval, and how many of them were completed. Tasks match the filters as
/// they were at that moment.
#[utoipa::path(get, path = "/projects/{project}/reports/burnup", tag = "reports", params(Asked), responses((status = 200, body = Report<BurnupPoint>)))]
async fn burnup(by: Member<Read>, Query(asked): Query<Asked>) -> Result<Json<Report<BurnupPoint>>> {
    Ok(Json(reports::burnup(&by.membership, &asked.wanted(&by)?).await?))
}

/// How many tasks were created, completed and reopened in each interval, deleted ones included. Tasks match the filters as
/// they were then.
#[utoipa::path(get, path = "/projects/{project}/reports/throughput", tag = "reports", params(Asked), responses((status = 200, body = Report<ThroughputPoint>)))]
async fn throughput(by: Member<Read>, Query(asked): Query<Asked>) -> Result<Json<Report<ThroughputPoint>>> {
    Ok(Json(reports::throughput(&by.membership, &asked.wanted(&by)?).await?))
}

/// How long the tasks took that were completed in this time, the last completed last. Tasks match the filters as they were
/// at its end.
#[utoipa::path(get, path = "/projects/{project}/reports/cycle-time", tag = "reports", params(Asked), responses((status = 200, body = CycleTime)))]
async fn cycle_time(by: Member<Read>, Query(asked): Query<Asked>) -> Result<Json<CycleTime>> {
    Ok(Json(reports::cycle_time(&by.membership, &asked.wanted(&by)?).await?))
}

/// How many tasks were in each column at the end of each interval. Tasks match the filters as they were at that moment.
#[utoipa::path(get, path = "/projects/{project}/reports/cumulative-flow", tag = "reports", params(Asked), responses((status = 200, body = CumulativeFlow)))]
async fn cumulative_flow(by: Member<Read>, Query(asked): Query<Asked>) -> Result<Json<CumulativeFlow>> {
    Ok(Json(reports::cumulative_flow(&by.membership, &asked.wanted(&by)?).await?))
}

/// What each person had to do at the end of this time, and completed in it, most open tasks first. Tasks match the filters
/// as they were at its end.
#[utoipa::path(get, path = "/projects/{project}/reports/workload", tag = "reports", params(Asked), responses((status = 200, body = Report<WorkloadPoint>)))]
async fn workload(by: Member<Read>, Query(asked): Query<Asked>) -> Result<Json<Report<WorkloadPoint>>> {
    Ok(Json(reports::workload(&by.membership, &asked.wanted(&by)?).await?))
}

/// For how long the tasks are worked on that are in columns of kind `active`, the oldest first. Tasks match the filters as
/// they were at the end of this time.
#[utoipa::path(get, path = "/projects/{project}/reports/ageing", tag = "reports", params(Asked), responses((status = 200, body = Ageing)))]
async fn ageing(by: Member<Read>, Query(asked): Query<Asked>) -> Result<Json<Ageing>> {
    Ok(Json(reports::ageing(&by.membership, &asked.wanted(&by)?).await?))
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(burnup))
        .routes(routes!(throughput))
        .routes(routes!(cycle_time))
        .routes(routes!(cumulative_flow))
        .routes(routes!(workload))
        .routes(routes!(ageing))
}
