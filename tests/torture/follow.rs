//! A stream being read: every frame is held against what came before it, on this stream and on the reader's
//! former ones.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use boardcast::{base::clock::Timestamp, live::Cursor};
use serde_json::Value;

use crate::{
    archive::project_id,
    call::foreign_tag,
    evidence::{Sighting, Stand, Vouched},
    law::Law,
    readers::{Memory, Place, Wish},
    sse::Frame,
    world::World,
};

/// One project in a stream: where membership was vouched for, and how far it was read.
#[derive(Clone, Copy)]
struct Followed {
    vouched: Vouched,
    at: i64,
}

/// How far a stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Asked,
    Greeted,
    SentAway,
}

pub struct Follow<'a> {
    world: &'a World,
    place: &'a Place,
    wish: &'a Wish,
    memory: &'a mut Memory,
    /// Of which history of the database the server is.
    history: usize,
    /// Whether it came with a cursor.
    resumed: bool,
    followed: HashMap<String, Followed>,
    /// Who is shown as present: the project and the person.
    shown: BTreeSet<(String, String)>,
    began: Timestamp,
    stage: Stage,
    /// It was told of a project that it follows, or left.
    came: bool,
    /// Something came that no checkpoint has told of since.
    unsaid: bool,
    /// Why it should have been refused, if it should: an overloaded server says so inside of a stream, without a hello.
    pub unwanted: Option<(Law, String)>,
    /// Everything that came, shortened, for the evidence.
    story: std::collections::VecDeque<String>,
}

impl<'a> Follow<'a> {
    pub fn new(world: &'a World, place: &'a Place, wish: &'a Wish, memory: &'a mut Memory, history: usize) -> Self {
        let resumed = memory.cursor.is_some();
        let (followed, shown, story) = Default::default();
        let began = Timestamp::now();
        let (stage, came, unsaid, unwanted) = Default::default();
        Self {
            world,
            place,
            wish,
            memory,
            history,
            resumed,
            followed,
            shown,
            began,
            stage,
            came,
            unsaid,
            unwanted,
            story,
        }
    }

    pub fn sent_away(&self) -> bool {
        self.stage == Stage::SentAway
    }

    pub fn broken(&self, law: Law, what: &str) {
        if self.history != self.world.history() {
            // The database that it would be held against is another one by now.
            return;
        }
        let name = &self.world.people[self.wish.person].name;
        let Wish { single, only, .. } = self.wish;
        let story: Vec<&str> = self.story.iter().map(String::as_str).collect();
        let story = story.join("\n  ");
        let text = format!("{what}\n  by {name}, single {single:?}, only {only:?}; the last frames:\n  {story}");
        self.world.verdict.broken(law, text);
    }

    pub async fn take(&mut self, frame: Frame, witness: bool) {
        let data: Value = serde_json::from_str(&frame.data).unwrap_or_default();
        let shown: String = frame.data.chars().take(160).collect();
        self.story.push_back(format!("{} {shown}", frame.event));
        if self.story.len() > 12 {
            self.story.pop_front();
        }
        if self.stage == Stage::Asked && frame.event != "hello" && frame.event != "bye" {
            self.broken(Law::WhatWasMissed, "hello is not the first");
        }
        if self.stage == Stage::SentAway {
            self.broken(Law::WhatWasMissed, "something comes after the bye");
        }
        self.unsaid |= !["bye", "ping", "presence"].contains(&frame.event.as_str());
        match frame.event.as_str() {
            "hello" => self.hello(&data).await,
            "checkpoint" => self.checkpoint(frame.id),
            "left" => self.left(&data),
            "joined" => self.joined(&data),
            "reset" => self.reset(&data).await,
            "notification" => self.notification(&data),
            "bye" => self.bye(&data),
            "presence" => self.presence(&frame, &data),
            "ping" => {}
            _ if data["seq"].is_i64() => self.event(frame, &data, witness).await,
            other => self.broken(Law::WhatWasMissed, &format!("an unknown frame {other}")),
        }
        let positions = self.followed.iter().map(|(id, followed)| (id.clone(), followed.at)).collect();
        self.shown.retain(|(project, _)| self.followed.contains_key(project));
        let shown = self.shown.clone();
        self.place.set(|state| (state.positions, state.shown) = (positions, shown));
    }

    async fn hello(&mut self, data: &Value) {
        self.stage = Stage::Greeted;
        if let Some((law, why)) = self.unwanted.take() {
            self.broken(law, &why);
        }
        for (project, standing) in data["projects"].as_object().into_iter().flatten() {
            if !self.wish.wants(project) {
                self.broken(Law::OnlyMembers, "a project that was not asked for, or that the token does not reach");
            }
            let (from, head) = (number(&standing["from"]), number(&standing["head"]));
            let reset = (standing["status"] == "reset").then(|| standing["reason"].as_str().unwrap_or_default());
            match reset {
                None => self.check_from(project, from, head),
                Some(reason) => self.check_reset(project, reason, head).await,
            }
            let at = if reset.is_some() { head } else { from };
            let known = self.head(project).await.unwrap_or(i64::MAX);
            self.begin(project, (head, known), at);
        }
    }

    fn begin(&mut self, project: &str, vouched: Vouched, at: i64) {
        self.came = true;
        self.followed.insert(project.to_owned(), Followed { vouched, at });
        let stand = Stand { history: self.history, person: self.wish.person, project: project.to_owned(), vouched, at };
        self.world.evidence.stands.lock().unwrap().push(stand);
    }

    fn check_from(&self, project: &str, from: i64, head: i64) {
        let known = self.memory.at_cursor.get(project).filter(|_| self.resumed);
        match known {
            Some(at) if *at > self.common(project) => {
                let common = self.common(project);
                self.broken(
                    Law::WhatWasMissed,
                    &format!("the cursor is at {at} of {project}, which was put back to {common}, and it goes on behind {from}"),
                );
            }
            Some(at) if from != *at => {
                self.broken(
                    Law::WhatWasMissed,
                    &format!("the cursor is at {at} of {project}, and it goes on behind {from}"),
                );
            }
            None if from != head => self.broken(Law::WhatWasMissed, "without a cursor it does not begin at the end"),
            _ => {}
        }
    }

    /// A reset is honest about its reason.
    async fn check_reset(&self, project: &str, reason: &str, head: i64) {
        let known = self.memory.at_cursor.get(project);
        let honest = match (reason, known) {
            ("trimmed", Some(at)) => self.trimmed(project).await.is_none_or(|trimmed| *at < trimmed),
            ("new", known) => known.is_none(),
            ("epoch" | "ahead", Some(at)) => *at > self.common(project),
            ("too_far", Some(at)) => head - at > 5_000,
            _ => false,
        };
        if !self.resumed || !honest {
            self.broken(Law::WhatWasMissed, &format!("a reset because `{reason}`, from {known:?}"));
        }
    }

    /// Up to where the log that the cursor is of is the present one.
    fn common(&self, project: &str) -> i64 {
        self.world.common(project, self.memory.history)
    }

    /// How far the log is trimmed, unless the database is out of reach.
    async fn trimmed(&self, project: &str) -> Option<i64> {
        let query = self.world.cluster.db.query("select trimmed_seq from projects where id = $1");
        query.bind(project_id(project)).one::<(i64,)>().await.ok().map(|(trimmed,)| trimmed)
    }

    /// How far the log has come.
    async fn head(&self, project: &str) -> Option<i64> {
        let query = self.world.cluster.db.query("select seq from projects where id = $1");
        query.bind(project_id(project)).one::<(i64,)>().await.ok().map(|(seq,)| seq)
    }

    fn checkpoint(&mut self, id: Option<String>) {
        let said = id.as_deref().and_then(Cursor::decode).unwrap_or_default();
        let read: HashMap<String, i64> = self.followed.iter().map(|(id, followed)| (id.clone(), followed.at)).collect();
        let at = |id: &str| said.position(project_id(id)).map(|position| position.seq);
        if said.count() != read.len() || read.iter().any(|(id, seq)| at(id) != Some(*seq)) {
            self.broken(
                Law::WhatWasMissed,
                &format!("a checkpoint says {said:?}, and what came before it is {read:?}"),
            );
        }
        self.memory.cursor = id;
        self.memory.at_cursor = read;
        self.memory.history = self.history;
        self.unsaid = false;
    }

    /// Whoever is sent away comes back behind all that came. To somebody who signed out nothing more is said.
    fn bye(&mut self, data: &Value) {
        self.stage = Stage::SentAway;
        if self.unsaid && self.wish.single.is_none() && data["reason"] != "session" {
            self.broken(Law::WhatWasMissed, &format!("no checkpoint before the bye {data}"));
        }
    }

    fn left(&mut self, data: &Value) {
        let project = data["project"].as_str().unwrap_or_default();
        // The membership may end between the letting in and the hello, which then names no project.
        let never = !self.came && self.wish.single.as_deref() == Some(project);
        self.came = true;
        if self.followed.remove(project).is_none() && !never {
            self.broken(Law::OnlyMembers, "left what was not followed");
        }
    }

    fn joined(&mut self, data: &Value) {
        let project = data["project"].as_str().unwrap_or_default().to_owned();
        if !self.wish.wants(&project) {
            self.broken(Law::OnlyMembers, "joined what was not asked for, or what the token does not reach");
        }
        if self.followed.contains_key(&project) {
            self.broken(Law::WhatWasMissed, "joined what was followed");
        }
        let head = number(&data["head"]);
        self.begin(&project, (head, head), number(&data["from"]));
    }

    async fn reset(&mut self, data: &Value) {
        for (project, standing) in data["projects"].as_object().into_iter().flatten() {
            let (from, head) = (number(&standing["from"]), number(&standing["head"]));
            let Some(followed) = self.followed.get(project).copied() else {
                return self.broken(Law::OnlyMembers, "a reset of what was not followed");
            };
            let trimmed = self.trimmed(project).await;
            if from != followed.at || trimmed.is_some_and(|trimmed| from >= trimmed) {
                self.broken(Law::WhatWasMissed, &format!("a reset at {}, trimmed up to {trimmed:?}", followed.at));
            }
            let known = self.head(project).await.unwrap_or(i64::MAX);
            self.begin(project, (head, known), head);
        }
    }

    fn notification(&self, data: &Value) {
        let project = data["project"]["id"].as_str().unwrap_or_default();
        if self.wish.single.is_some() || !self.wish.wants(project) {
            self.broken(Law::OnlyMembers, "a notification from elsewhere");
        }
    }

    fn presence(&mut self, frame: &Frame, data: &Value) {
        let text = |field: &str| data[field].as_str().unwrap_or_default().to_owned();
        let shown = (text("project"), text("user_id"));
        if !self.followed.contains_key(&shown.0) {
            return self.broken(Law::OnlyMembers, "who is in a project that is not followed");
        }
        if frame.id.is_some() {
            self.broken(Law::Presence, "presence has a place in the log");
        }
        self.shown.remove(&shown);
        if data["state"] != "left" {
            self.shown.insert(shown);
        }
    }

    async fn event(&mut self, frame: Frame, data: &Value, witness: bool) {
        let (project, seq) = (data["project"].as_str().unwrap_or_default(), number(&data["seq"]));
        let Some(followed) = self.followed.get_mut(project) else {
            return self.broken(Law::OnlyMembers, "an event of a project that is not followed");
        };
        let (before, vouched) = (followed.at, followed.vouched);
        followed.at = seq;
        if seq != before + 1 {
            return self.broken(Law::WhatWasMissed, &format!("event {seq} of {project} follows {before}"));
        }
        if data["type"] != frame.event.as_str() {
            self.broken(Law::WhatWasMissed, "an event under another name");
        }
        if let Some(id) = &frame.id {
            let place = format!(".{seq}.{}", data["chain"].as_str().unwrap_or_default());
            if self.wish.single.is_none() || !id.ends_with(&place) {
                self.broken(Law::WhatWasMissed, &format!("event {seq} has the id {id}"));
            }
            self.memory.cursor = Some(id.clone());
            self.memory.at_cursor.insert(project.to_owned(), seq);
            self.memory.history = self.history;
        }
        if let Some(board) = self.world.board(project)
            && let Some(tag) = foreign_tag(&frame.data, board.at)
        {
            self.broken(Law::OnlyMembers, &format!("something of {tag} in an event of {}", board.tag()));
        }
        if self.world.plan.apart
            && let Ok(at) = serde_json::from_value::<Timestamp>(data["at"].clone())
            && at > self.began
            && self.place.state().reads_since().is_some()
        {
            let late = Timestamp::now().0 - at.0;
            self.world.delays.lock().unwrap().push(Duration::from_millis(u64::try_from(late).unwrap_or(0)));
        }
        if witness {
            self.look_up(project, seq).await;
        }
        let project = project.to_owned();
        let sighting =
            Sighting { history: self.history, person: self.wish.person, project, vouched, seq, data: frame.data };
        self.world.evidence.sightings.lock().unwrap().push(sighting);
    }

    /// What was told is in the log already, for anybody who looks past the server.
    async fn look_up(&self, project: &str, seq: i64) {
        let sql = "select p.trimmed_seq, (select count(*) from events e where e.project_id = p.id and e.seq = $2)
             from projects p where p.id = $1";
        let query = self.world.cluster.db.query(sql).bind(project_id(project)).bind(seq);
        if let Ok((trimmed, count)) = query.one::<(i64, i64)>().await
            && count == 0
            && trimmed < seq
        {
            self.broken(Law::OneTransaction, &format!("event {seq} of {project} was told and is not in the log"));
        }
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(-1)
}
