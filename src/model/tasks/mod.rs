//! Tasks: the rows, and the verbs that change them. Every verb loads the task, makes the new one beside it and hands
//! both to [`crate::change::Change::update`], which writes what differs and tells the event of it.

mod archive;
mod bulk;
mod counts;
mod create;
mod edit;
mod find;
mod parts;
mod place;
mod references;
mod task;

pub use archive::{archive, remove, require_own};
pub use bulk::{BulkChange, BulkPatch, ChangedTasks, archive_all, change_all, count as count_open, rewrite_all};
pub use counts::{count_parts, detach_attachment};
pub use create::{create, duplicate};
pub use edit::{assign, complete, label, patch, reschedule_all, schedule, tick};
pub use find::{ArchivedAfter, archived, archived_conflict, find_in, load, load_all, load_open, open};
pub use parts::{Parts, assignable, check_labels, of_all as parts_of, write_new as write_parts_of_new};
pub use place::{any_in, any_open_in, check_limit, complete_all, completion, move_all, place};
pub use references::{Reference, detach, refer_to};
pub use task::{NewTask, Priority, Task, TaskDetail, TaskPatch, TaskPosition, TaskRef};
