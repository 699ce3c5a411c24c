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
pub use bulk::{
    BulkChange, BulkPatch, ChangedTasks, archive_all, change_all, count as count_open, rewrite_all, write_all,
};
pub use counts::{count_all, count_parts, detach_attachment, touch, touch_all};
pub use create::{create, duplicate, insert_all};
pub use edit::{assign, complete, label, patch, reschedule_all, schedule, tick};
pub use find::{
    ArchivedAfter, archived, archived_conflict, find_in, is_there, load, load_all, load_open, open, openness,
};
pub use parts::{Parts, assignable, known_labels, of_all as parts_of};
pub use place::{any_in, any_open_in, check_limit, complete_all, completion, move_all, place};
pub use references::{Reference, detach, refer_to};
pub use task::{NewTask, Priority, Task, TaskDetail, TaskPatch, TaskPosition, TaskRef};
