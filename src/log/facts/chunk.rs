//! How facts are written: one after the other, numbers in as few bytes as they need, and each id once a chunk.

use std::collections::HashMap;

use uuid::Uuid;

use crate::base::error::{Error, Result};

const AT: u8 = 0;
const BASE: u8 = 1;
const COLUMN: u8 = 2;
const COLUMN_GONE: u8 = 3;
const TASK: u8 = 4;
const ARCHIVED: u8 = 5;
const DELETED: u8 = 6;

/// What an event says of a column. What it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnFact<Id> {
    pub id: Id,
    pub name: Option<String>,
    pub kind: Option<u8>,
    pub position: Option<String>,
}

/// The same of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFact<Id> {
    pub id: Id,
    /// All of it is said: it is new, or comes back.
    pub whole: bool,
    pub column: Option<Id>,
    pub completed: Option<bool>,
    pub assignees: Option<Vec<Id>>,
    pub labels: Option<Vec<Id>>,
    pub milestone: Option<Option<Id>>,
    /// As the number 20261120.
    pub due_on: Option<Option<u32>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<Id> {
    /// An event in unix milliseconds; its facts follow.
    At(i64),
    /// What was before is not known: the log was trimmed. What is known of that moment follows.
    Base,
    Column(ColumnFact<Id>),
    ColumnGone(Id),
    Task(TaskFact<Id>),
    Archived(Id),
    Deleted(Id),
}

/// Numbers the ids of several chunks.
#[derive(Debug, Default)]
pub struct Ids {
    known: HashMap<Uuid, u32>,
    list: Vec<Uuid>,
}

impl Ids {
    pub fn number(&mut self, id: Uuid) -> u32 {
        *self.known.entry(id).or_insert_with(|| {
            self.list.push(id);
            u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The number of an id, if a chunk has named it.
    #[must_use]
    pub fn find(&self, id: Uuid) -> Option<u32> {
        self.known.get(&id).copied()
    }

    #[must_use]
    pub fn get(&self, number: u32) -> Uuid {
        usize::try_from(number).ok().and_then(|at| self.list.get(at)).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// Facts that are being written.
#[derive(Debug, Default)]
pub struct Chunk {
    ids: Ids,
    last_at: i64,
    facts: Vec<u8>,
}

fn broken() -> Error {
    Error::Internal("a chunk of facts is broken".into())
}

impl Chunk {
    /// Go on with a chunk.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader(bytes);
        let mut ids = Ids::default();
        for id in reader.ids()? {
            ids.number(id);
        }
        let last_at = reader.signed()?;
        Ok(Self { ids, last_at, facts: reader.0.to_vec() })
    }

    #[must_use]
    pub fn close(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() + 16);
        push(&mut bytes, u64::try_from(self.ids.len()).unwrap_or(0));
        for id in &self.ids.list {
            bytes.extend(id.as_bytes());
        }
        push_signed(&mut bytes, self.last_at);
        bytes.extend(&self.facts);
        bytes
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len() * 16 + self.facts.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    fn id(&mut self, id: Uuid) {
        let number = self.ids.number(id);
        push(&mut self.facts, number.into());
    }

    fn list(&mut self, ids: &[Uuid]) {
        push(&mut self.facts, u64::try_from(ids.len()).unwrap_or(0));
        for id in ids {
            self.id(*id);
        }
    }

    fn text(&mut self, text: &str) {
        push(&mut self.facts, u64::try_from(text.len()).unwrap_or(0));
        self.facts.extend(text.as_bytes());
    }

    pub fn add(&mut self, fact: &Fact<Uuid>) {
        match fact {
            Fact::At(at) => {
                self.facts.push(AT);
                push_signed(&mut self.facts, at - self.last_at);
                self.last_at = *at;
            }
            Fact::Base => self.facts.push(BASE),
            Fact::Column(column) => self.column(column),
            Fact::ColumnGone(id) => self.of(COLUMN_GONE, *id),
            Fact::Task(task) => self.task(task),
            Fact::Archived(id) => self.of(ARCHIVED, *id),
            Fact::Deleted(id) => self.of(DELETED, *id),
        }
    }

    fn of(&mut self, tag: u8, id: Uuid) {
        self.facts.push(tag);
        self.id(id);
    }

    fn column(&mut self, column: &ColumnFact<Uuid>) {
        self.of(COLUMN, column.id);
        let ColumnFact { name, kind, position, .. } = column;
        self.facts.push(flags(&[name.is_some(), kind.is_some(), position.is_some()]));
        if let Some(name) = name {
            self.text(name);
        }
        self.facts.extend(kind);
        if let Some(position) = position {
            self.text(position);
        }
    }

    fn task(&mut self, task: &TaskFact<Uuid>) {
        self.of(TASK, task.id);
        let TaskFact { whole, column, completed, assignees, labels, milestone, due_on, .. } = task;
        self.facts.push(flags(&[
            *whole,
            column.is_some(),
            completed.is_some(),
            *completed == Some(true),
            assignees.is_some(),
            labels.is_some(),
            milestone.is_some(),
            due_on.is_some(),
        ]));
        if let Some(column) = column {
            self.id(*column);
        }
        if let Some(assignees) = assignees {
            self.list(assignees);
        }
        if let Some(labels) = labels {
            self.list(labels);
        }
        if let Some(milestone) = milestone {
            self.list(milestone.as_slice());
        }
        if let Some(due_on) = due_on {
            push(&mut self.facts, due_on.unwrap_or(0).into());
        }
    }
}

fn flags(set: &[bool]) -> u8 {
    set.iter().rev().fold(0, |flags, flag| flags << 1 | u8::from(*flag))
}

/// Seven bits a byte, the last byte without the highest bit.
fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}

fn push_signed(bytes: &mut Vec<u8>, number: i64) {
    push(bytes, (number << 1 ^ number >> 63).cast_unsigned());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().ok_or_else(broken)?;
        self.0 = rest;
        Ok(*first)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(broken())
    }

    fn signed(&mut self) -> Result<i64> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn count(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| broken())
    }

    fn ids(&mut self) -> Result<Vec<Uuid>> {
        let count = self.count()?;
        let bytes = self.take(count.checked_mul(16).ok_or_else(broken)?)?;
        bytes.chunks_exact(16).map(|id| Uuid::from_slice(id).map_err(|_| broken())).collect()
    }

    fn text(&mut self) -> Result<String> {
        let count = self.count()?;
        String::from_utf8(self.take(count)?.to_vec()).map_err(|_| broken())
    }

    fn id(&mut self, ids: &[u32]) -> Result<u32> {
        ids.get(self.count()?).copied().ok_or_else(broken)
    }

    fn list(&mut self, ids: &[u32]) -> Result<Vec<u32>> {
        (0..self.count()?).map(|_| self.id(ids)).collect()
    }

    fn some<T>(&mut self, flags: u8, bit: u8, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if flags & 1 << bit == 0 { Ok(None) } else { read(self).map(Some) }
    }

    fn fact(&mut self, ids: &[u32], at: &mut i64) -> Result<Fact<u32>> {
        Ok(match self.byte()? {
            AT => {
                *at += self.signed()?;
                Fact::At(*at)
            }
            BASE => Fact::Base,
            COLUMN => {
                let (id, flags) = (self.id(ids)?, self.byte()?);
                Fact::Column(ColumnFact {
                    id,
                    name: self.some(flags, 0, Self::text)?,
                    kind: self.some(flags, 1, Self::byte)?,
                    position: self.some(flags, 2, Self::text)?,
                })
            }
            COLUMN_GONE => Fact::ColumnGone(self.id(ids)?),
            TASK => {
                let (id, flags) = (self.id(ids)?, self.byte()?);
                Fact::Task(TaskFact {
                    id,
                    whole: flags & 1 != 0,
                    column: self.some(flags, 1, |reader| reader.id(ids))?,
                    completed: (flags & 4 != 0).then_some(flags & 8 != 0),
                    assignees: self.some(flags, 4, |reader| reader.list(ids))?,
                    labels: self.some(flags, 5, |reader| reader.list(ids))?,
                    milestone: self.some(flags, 6, |reader| Ok(reader.list(ids)?.first().copied()))?,
                    due_on: self
                        .some(flags, 7, |reader| Ok(u32::try_from(reader.number()?).ok().filter(|day| *day > 0)))?,
                })
            }
            ARCHIVED => Fact::Archived(self.id(ids)?),
            DELETED => Fact::Deleted(self.id(ids)?),
            _ => return Err(broken()),
        })
    }
}

/// Give each fact of a chunk, in order, with ids as [`Ids`] numbers them.
pub fn read(chunk: &[u8], ids: &mut Ids, mut each: impl FnMut(Fact<u32>)) -> Result<()> {
    let mut reader = Reader(chunk);
    let here: Vec<u32> = reader.ids()?.into_iter().map(|id| ids.number(id)).collect();
    reader.signed()?;
    let mut at = 0;
    while !reader.0.is_empty() {
        each(reader.fact(&here, &mut at)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::{option::of, prelude::*};

    use super::*;

    fn ids() -> impl Strategy<Value = Uuid> {
        (0..9_u128).prop_map(Uuid::from_u128)
    }

    fn facts() -> impl Strategy<Value = Fact<Uuid>> {
        let list = || of(proptest::collection::vec(ids(), 0..3));
        prop_oneof![
            any::<i32>().prop_map(|at| Fact::At(i64::from(at) * 1_000)),
            Just(Fact::Base),
            (ids(), of(".{0,9}"), of(0..3_u8), of("[a-z]{0,4}"))
                .prop_map(|(id, name, kind, position)| { Fact::Column(ColumnFact { id, name, kind, position }) }),
            ids().prop_map(Fact::ColumnGone),
            (
                (ids(), any::<bool>(), of(ids()), of(any::<bool>())),
                (list(), list(), of(of(ids())), of(of(19_000_101..30_000_000_u32)))
            )
                .prop_map(|((id, whole, column, completed), (assignees, labels, milestone, due_on))| {
                    Fact::Task(TaskFact { id, whole, column, completed, assignees, labels, milestone, due_on })
                }),
            ids().prop_map(Fact::Archived),
            ids().prop_map(Fact::Deleted),
        ]
    }

    proptest! {
        #[test]
        fn facts_come_back_as_they_were_written_in_one_go_or_in_two(
            facts in proptest::collection::vec(facts(), 0..40), cut in 0..40_usize
        ) {
            let mut chunk = Chunk::default();
            for (index, fact) in facts.iter().enumerate() {
                if index == cut {
                    chunk = Chunk::open(&chunk.close()).unwrap();
                }
                chunk.add(fact);
            }
            let (mut numbers, mut found) = (Ids::default(), Chunk::default());
            let mut read_back = vec![];
            read(&chunk.close(), &mut numbers, |fact| read_back.push(fact)).unwrap();
            prop_assert_eq!(read_back.len(), facts.len());
            for fact in read_back {
                let id = |number: u32| numbers.get(number);
                let list = |list: Option<Vec<u32>>| list.map(|list| list.into_iter().map(id).collect());
                found.add(&match fact {
                    Fact::At(at) => Fact::At(at),
                    Fact::Base => Fact::Base,
                    Fact::Column(ColumnFact { id: of, name, kind, position }) =>
                        Fact::Column(ColumnFact { id: id(of), name, kind, position }),
                    Fact::ColumnGone(of) => Fact::ColumnGone(id(of)),
                    Fact::Task(task) => Fact::Task(TaskFact {
                        id: id(task.id),
                        whole: task.whole,
                        column: task.column.map(id),
                        completed: task.completed,
                        assignees: list(task.assignees),
                        labels: list(task.labels),
                        milestone: task.milestone.map(|milestone| milestone.map(id)),
                        due_on: task.due_on,
                    }),
                    Fact::Archived(of) => Fact::Archived(id(of)),
                    Fact::Deleted(of) => Fact::Deleted(id(of)),
                });
            }
            let mut once = Chunk::default();
            for fact in &facts {
                once.add(fact);
            }
            prop_assert_eq!(found.close(), once.close());
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes, &mut Ids::default(), drop);
            let _ = Chunk::open(&bytes);
        }
    }
}
