-- The tasks of the objects that an event changed, as a JSON list, where the event does not name them itself: of an edited
-- comment it tells the text and not the task.
alter table events add column tasks text;

-- How far the log of a project is digested, and how many bytes its events have since the last checkpoint.
create table log_digests (
  project_id uuid primary key references projects (id) on delete cascade,
  seq bigint not null,
  bytes bigint not null
);

-- Which events are about a task. Digested from the log. No reference to `tasks`: on Postgres it would lock their rows against
-- those who delete them.
create table task_events (
  task_id uuid not null,
  seq bigint not null,
  primary key (task_id, seq)
);

-- What a project was at an event, compressed: earlier moments are made from the checkpoint before them and the events
-- behind it. Digested from the log.
-- only sqlite
create table checkpoints (
  project_id uuid not null references projects (id) on delete cascade,
  seq bigint not null,
  state blob not null,
  primary key (project_id, seq)
);
-- only postgres
create table checkpoints (
  project_id uuid not null references projects (id) on delete cascade,
  seq bigint not null,
  state bytea not null,
  primary key (project_id, seq)
);
-- both
