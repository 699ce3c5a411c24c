//! What happened in a project since an event, at once or as soon as there is something: the exact resume of the streams, for
//! programs that ask instead of listening.

use std::{future::poll_fn, time::Duration};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout_at};

use super::{
    agent::Agent,
    reads::arguments,
    words::{self, NOTE, brief, compact},
};
use crate::{
    auth::{
        limits::{STREAMS_OF_CREDENTIAL, STREAMS_OF_USER},
        membership::{self, Membership},
        role::Role,
    },
    base::error::{Error, Result},
    live::StreamKind,
    log::{self, Actor},
    model::{
        activity::{self, Activity},
        projects,
    },
};

const LONGEST_WAIT: u64 = 25;
/// How many events one answer tells of.
const EVENTS: i64 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    project: String,
    after_seq: i64,
    #[serde(default)]
    wait: u64,
}

/// What the log says now.
struct Found {
    items: Vec<Activity>,
    head: i64,
}

pub async fn follow(agent: &Agent, given: Map<String, Value>) -> Result<Value> {
    let asked: Asked = arguments(given)?;
    if asked.after_seq < 0 {
        return Err(Error::invalid("/after_seq", "must be 0 or more"));
    }
    if asked.wait > LONGEST_WAIT {
        return Err(Error::invalid("/wait", format!("must be 0 to {LONGEST_WAIT}")));
    }
    let project = agent.project(&asked.project).await?;
    let by = agent.member(project, Role::Viewer).await?;
    let found = read(&by, asked.after_seq).await?;
    let found = if found.items.is_empty() && asked.wait > 0 && agent.may_wait {
        wait(agent, &by, asked.after_seq, Duration::from_secs(asked.wait)).await?
    } else {
        found
    };
    let key = projects::find(&by).await?.key;
    let told = told(agent, found, asked.after_seq, &key);
    // A membership that ended meanwhile gives nothing, and a token neither.
    agent.member(project, Role::Viewer).await?;
    Ok(told)
}

/// Wait for something to tell, as a stream does: it counts as one, and ends with the token and with the server.
async fn wait(agent: &Agent, by: &Membership, after: i64, wait: Duration) -> Result<Found> {
    let (app, until) = (&agent.app, Instant::now() + wait);
    let registration = app.live.register(agent.caller.user.id, agent.caller.credential_id(), StreamKind::Agent);
    let many = registration.of_credential > STREAMS_OF_CREDENTIAL || registration.of_user > STREAMS_OF_USER;
    if app.limits.on() && many {
        app.limits.refuse_stream();
        return Err(Error::RateLimited { retry_after: wait.as_secs() });
    }
    // Subscribe first, then look: what is committed in between is in the log, or it wakes.
    let subscription = app.live.subscribe(by.project(), &registration.signal);
    loop {
        if !membership::holds(&app.db, by).await? {
            return Err(Error::NotFound);
        }
        let found = read(by, after).await?;
        subscription.topic.start_at(found.head);
        if !found.items.is_empty() || Instant::now() >= until {
            return Ok(found);
        }
        if subscription.topic.head().is_some_and(|head| head > found.head) {
            continue;
        }
        let signal = &registration.signal;
        let woken = timeout_at(until, poll_fn(|cx| signal.poll_woken(cx))).await.is_ok();
        if signal.ended() {
            return Err(Error::Unauthenticated);
        }
        let reasons = signal.take_reasons();
        if woken && (reasons.drain() || reasons.cut_off()) {
            return Ok(found);
        }
    }
}

/// The next events, and where the log ends.
async fn read(by: &Membership, after: i64) -> Result<Found> {
    let head = log::read::head(by.db(), by.project()).await?.seq;
    if after > head {
        let detail = format!("after_seq is beyond the last event, {head}: read get_project anew");
        return Err(Error::conflict("ahead", detail));
    }
    if after == head {
        return Ok(Found { items: vec![], head });
    }
    let items = activity::after(by, after, EVENTS).await?;
    match items.first() {
        Some(first) if first.seq == after + 1 => Ok(Found { items, head }),
        Some(first) => Err(Error::Trimmed { oldest: first.seq }),
        None => Err(Error::Trimmed { oldest: head + 1 }),
    }
}

fn told(agent: &Agent, found: Found, after: i64, key: &str) -> Value {
    let (mut seq, mut size, mut items) = (after, 0, vec![]);
    for activity in found.items {
        let at = activity.seq;
        let item = of_activity(agent, activity, key);
        size += item.to_string().len();
        if size > words::LONGEST && !items.is_empty() {
            break;
        }
        items.push(item);
        seq = at;
    }
    json!({"note": NOTE, "items": items, "seq": seq, "head": found.head.max(seq), "more": found.head > seq})
}

/// Who did something: a person, a program of theirs, or a rule of the project.
pub fn by_whom(actor: Option<&Actor>) -> String {
    match actor {
        Some(Actor { name, via: Some(via), .. }) => format!("{name} via {via}"),
        Some(Actor { name, via: None, .. }) => name.clone(),
        None => "a rule of the project".into(),
    }
}

pub fn of_activity(agent: &Agent, activity: Activity, key: &str) -> Value {
    let own = activity.cause.as_deref().is_some_and(|cause| cause.starts_with(&agent.cause()));
    let fields = activity.fields.into_iter().map(|field| {
        let (from, to) = (brief(field.from), brief(field.to));
        json!({"name": field.name, "from": from, "to": to})
    });
    let number = activity.number.filter(|_| activity.kind == Some("tasks"));
    compact(json!({
        "seq": activity.seq,
        "at": activity.at,
        "by": by_whom(activity.actor.as_ref()),
        "your_run": own.then_some(true),
        "type": activity.r#type,
        "task": number.map(|number| format!("{key}-{number}")),
        "task_id": activity.task_id,
        "kind": activity.kind,
        "object_id": activity.object_id,
        "name": activity.name,
        "fields": fields.collect::<Vec<_>>(),
        "others": (activity.others > 0).then_some(activity.others),
    }))
    .into()
}
