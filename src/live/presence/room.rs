//! The people in one project.

use std::{
    collections::{HashMap, VecDeque},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use parking_lot::Mutex;
use serde::Serialize;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Place, PresenceState, Sighting};
use crate::{
    base::ids::{ProjectId, TaskId, UserId},
    faults::planted,
};

/// How many rounds of changes are kept for streams that were busy. A stream that takes nothing is dropped earlier.
const ROUNDS: usize = 64;
/// How many tabs of a person are known in a project.
const TABS: usize = 16;

/// What others see of a person.
type Doing = (PresenceState, Option<TaskId>);

#[derive(Debug)]
struct Tab {
    place: Place,
    seen: Doing,
    /// Since when it does this.
    since: Instant,
    last: Instant,
}

#[derive(Debug, Default)]
struct Person {
    tabs: Vec<Tab>,
    told: Option<Doing>,
}

impl Person {
    /// Of all tabs the one with the most to do, and of those the latest.
    fn seen(&self) -> Option<Doing> {
        let most = self.tabs.iter().max_by_key(|tab| (tab.seen.0, tab.since))?;
        Some(most.seen)
    }
}

#[derive(Debug, Default)]
struct State {
    people: HashMap<UserId, Person>,
    /// The last rounds: all changes of one are one text.
    rounds: VecDeque<Bytes>,
    /// The frame that a stream writes first, with each person in the room. The first stream that needs it makes it.
    everyone: Option<Bytes>,
    /// How many streams of each session or token are in the room.
    streams: HashMap<Uuid, u32>,
    /// What is seen of a person may differ from what was told.
    changed: bool,
}

/// The people in one project. Streams hold it, and ask it for what was told since they last asked.
#[derive(Debug, Default)]
pub struct Room {
    /// How many rounds there were.
    round: AtomicU64,
    state: Mutex<State>,
}

/// What noting something changed.
pub struct Noted {
    /// The place was not known.
    pub new: bool,
    /// Others see something else than before.
    pub changed: bool,
}

#[derive(Serialize)]
struct Told {
    project: ProjectId,
    user_id: UserId,
    task_id: Option<TaskId>,
    state: PresenceState,
}

fn frame(project: ProjectId, user_id: UserId, seen: Option<Doing>) -> String {
    let (state, task_id) = seen.unwrap_or((PresenceState::Left, None));
    let told = Told { project, user_id, task_id, state };
    format!("event: presence\ndata: {}\n\n", serde_json::to_string(&told).unwrap_or_default())
}

impl Room {
    pub fn see(&self, Sighting { place, state, task }: &Sighting, full: bool, now: Instant) -> Noted {
        let mut room = self.state.lock();
        let nothing = Noted { new: false, changed: false };
        if *state == PresenceState::Left {
            let Some(person) = room.people.get_mut(&place.user) else { return nothing };
            let before = person.tabs.len();
            person.tabs.retain(|tab| tab.place != *place);
            let changed = person.tabs.len() < before;
            room.changed |= changed;
            return Noted { new: false, changed };
        }
        let known =
            room.people.get(&place.user).is_some_and(|person| person.tabs.iter().any(|tab| tab.place == *place));
        if !known && full {
            return nothing;
        }
        let person = room.people.entry(place.user).or_default();
        let seen = (*state, *task);
        if let Some(tab) = person.tabs.iter_mut().find(|tab| tab.place == *place) {
            tab.last = now;
            if tab.seen != seen {
                (tab.seen, tab.since) = (seen, now);
            }
        } else {
            if person.tabs.len() == TABS {
                person.tabs.sort_by_key(|tab| tab.last);
                person.tabs.remove(0);
            }
            person.tabs.push(Tab { place: *place, seen, since: now, last: now });
        }
        let changed = person.seen() != person.told;
        room.changed |= changed;
        Noted { new: !known, changed }
    }

    pub fn is_at(&self, place: &Place, task: TaskId) -> bool {
        let room = self.state.lock();
        let tabs = room.people.get(&place.user).map(|person| &person.tabs);
        tabs.into_iter().flatten().any(|tab| tab.place == *place && tab.seen.1 == Some(task))
    }

    /// Forget the places that match. Answers whether there were any.
    pub fn forget(&self, gone: &impl Fn(&Place) -> bool) -> bool {
        let mut room = self.state.lock();
        let mut any = false;
        for person in room.people.values_mut() {
            let before = person.tabs.len();
            person.tabs.retain(|tab| !gone(&tab.place));
            any |= person.tabs.len() < before;
        }
        room.changed |= any;
        any
    }

    /// End a round: forget those who were silent, and put what changed where streams find it. Answers whether anything did.
    pub fn tell(&self, project: ProjectId, now: Instant, silence: Duration) -> bool {
        let mut room = self.state.lock();
        let State { people, changed, .. } = &mut *room;
        for person in people.values_mut() {
            let before = person.tabs.len();
            person.tabs.retain(|tab| planted!(SilentPeopleStay => true, now.duration_since(tab.last) < silence));
            *changed |= person.tabs.len() < before;
        }
        if !std::mem::take(changed) {
            return false;
        }
        let mut text = String::new();
        people.retain(|user, person| {
            let seen = person.seen();
            if seen != person.told {
                person.told = seen;
                text.push_str(&frame(project, *user, seen));
            }
            seen.is_some()
        });
        if text.is_empty() {
            return false;
        }
        if room.rounds.len() == ROUNDS {
            room.rounds.pop_front();
        }
        room.rounds.push_back(text.into());
        room.everyone = None;
        self.round.fetch_add(1, Ordering::Release);
        true
    }

    /// How many places are known.
    pub fn places(&self) -> usize {
        self.state.lock().people.values().map(|person| person.tabs.len()).sum()
    }

    #[must_use]
    pub fn round(&self) -> u64 {
        self.round.load(Ordering::Acquire)
    }

    /// Take in a stream of this credential. Answers the frame that it begins with, and the number of the last round.
    pub fn enter(&self, project: ProjectId, credential: Uuid) -> (u64, Option<Bytes>) {
        let mut room = self.state.lock();
        *room.streams.entry(credential).or_default() += 1;
        (self.round(), everyone(&mut room, project))
    }

    /// A stream of this credential goes. Answers whether it was the last one.
    pub fn leave(&self, credential: Uuid) -> bool {
        let mut room = self.state.lock();
        let Some(streams) = room.streams.get_mut(&credential) else { return false };
        *streams -= 1;
        let last = *streams == 0;
        if last {
            room.streams.remove(&credential);
        }
        last
    }

    /// What was told since a round, and the last round.
    pub fn since(&self, project: ProjectId, round: u64) -> (u64, Vec<Bytes>) {
        let mut room = self.state.lock();
        let last = self.round();
        let behind = usize::try_from(last - round).unwrap_or(usize::MAX);
        if behind > room.rounds.len() {
            return (last, everyone(&mut room, project).into_iter().collect());
        }
        (last, room.rounds.iter().skip(room.rounds.len() - behind).cloned().collect())
    }
}

fn everyone(room: &mut State, project: ProjectId) -> Option<Bytes> {
    if room.everyone.is_none() {
        let told = room.people.iter().filter_map(|(user, person)| Some((user, person.told?)));
        let text: String = told.map(|(user, seen)| frame(project, *user, Some(seen))).collect();
        room.everyone = Some(text.into());
    }
    room.everyone.clone().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: Duration = Duration::from_secs(28);

    struct Scene {
        room: Room,
        project: ProjectId,
        now: Instant,
    }

    impl Scene {
        fn new() -> Self {
            Self { room: Room::default(), project: ProjectId::new(), now: Instant::now() }
        }

        fn see(&mut self, user: UserId, tab: u32, state: PresenceState, task: Option<TaskId>) -> bool {
            self.now += Duration::from_millis(10);
            let place = Place { project: self.project, user, credential: user.0, tab };
            self.room.see(&Sighting { place, state, task }, false, self.now).changed
        }

        /// The states of the frames that a round tells.
        fn tell(&mut self) -> Vec<String> {
            let from = self.room.round();
            self.room.tell(self.project, self.now, SILENCE);
            let (_, told) = self.room.since(self.project, from);
            let text = String::from_utf8(told.concat()).unwrap();
            let mut told: Vec<String> =
                text.lines().filter_map(|line| line.strip_prefix("data: ")).map(state).collect();
            told.sort();
            told
        }
    }

    fn state(data: &str) -> String {
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        data["state"].as_str().unwrap().to_owned()
    }

    #[test]
    fn the_busiest_tab_counts_and_the_last_one_leaves() {
        let (mut scene, user) = (Scene::new(), UserId::new());
        assert!(scene.see(user, 1, PresenceState::Viewing, None));
        assert_eq!(scene.tell(), ["viewing"]);
        assert!(!scene.see(user, 1, PresenceState::Viewing, None), "being there still is no news");
        assert!(scene.see(user, 2, PresenceState::Editing, Some(TaskId::new())));
        assert_eq!(scene.tell(), ["editing"]);
        assert!(!scene.see(user, 1, PresenceState::Viewing, Some(TaskId::new())));
        assert!(scene.tell().is_empty());
        scene.see(user, 2, PresenceState::Left, None);
        assert_eq!(scene.tell(), ["viewing"]);
        scene.see(user, 1, PresenceState::Left, None);
        assert_eq!(scene.tell(), ["left"]);
        assert_eq!((scene.tell().len(), scene.room.places()), (0, 0));
        assert_eq!(scene.room.enter(scene.project, user.0).1, None);
    }

    #[test]
    fn who_is_silent_is_gone_and_what_came_and_went_in_a_round_is_not_told() {
        let (mut scene, one, other) = (Scene::new(), UserId::new(), UserId::new());
        scene.see(one, 0, PresenceState::Viewing, None);
        scene.see(other, 0, PresenceState::Viewing, None);
        assert_eq!(scene.tell().len(), 2);
        scene.now += SILENCE / 2;
        scene.see(other, 0, PresenceState::Viewing, None);
        scene.now += SILENCE / 2;
        assert_eq!(scene.tell(), ["left"]);
        scene.see(one, 0, PresenceState::Viewing, None);
        scene.see(one, 0, PresenceState::Left, None);
        assert!(scene.tell().is_empty());
    }

    #[test]
    fn a_stream_gets_each_round_once_or_everyone() {
        let (mut scene, user) = (Scene::new(), UserId::new());
        scene.see(user, 0, PresenceState::Viewing, None);
        scene.tell();
        let (begin, everyone) = scene.room.enter(scene.project, user.0);
        assert!(everyone.is_some());
        for round in 0..=ROUNDS {
            scene.see(user, 0, PresenceState::Viewing, Some(TaskId::new()));
            scene.tell();
            let (last, told) = scene.room.since(scene.project, scene.room.round() - 1);
            assert_eq!((last, told.len()), (begin + u64::try_from(round).unwrap() + 1, 1));
        }
        assert_eq!(scene.room.since(scene.project, begin).1.len(), 1, "too far behind: everyone in one text");
        assert_eq!(scene.room.since(scene.project, begin + 1).1.len(), ROUNDS);
        assert!(!scene.room.leave(UserId::new().0), "it never came");
        assert!(scene.room.leave(user.0));
    }

    #[test]
    fn tabs_are_bounded_and_newcomers_wait_where_it_is_full() {
        let (mut scene, user) = (Scene::new(), UserId::new());
        for tab in 0..100 {
            scene.see(user, tab, PresenceState::Viewing, None);
        }
        assert_eq!(scene.room.places(), TABS);
        let place = Place { project: scene.project, user: UserId::new(), credential: user.0, tab: 0 };
        let noted = scene.room.see(&Sighting { place, state: PresenceState::Viewing, task: None }, true, scene.now);
        assert!(!noted.new && scene.room.places() == TABS);
    }
}
