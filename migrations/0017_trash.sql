-- Deleted tasks wait in the trash. `trashed_at` is set for those, and so is `archived_at`: what leaves archived tasks out leaves
-- them out too. `trashed_seq` is the number of the event that deleted the task; its dependencies are in there.
alter table tasks add column trashed_at bigint;
alter table tasks add column trashed_by uuid references users (id);
alter table tasks add column trashed_seq bigint;
create index tasks_by_trash on tasks (trashed_at) where trashed_at is not null;
