-- Saved views of a project: a layout with its filter. Personal ones go with the membership; shared ones stay.
create table views (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  owner_id uuid not null references users (id),
  name text not null,
  layout smallint not null,
  filter text not null,
  sort text,
  group_by text,
  shared boolean not null,
  version bigint not null
);
create index views_by_project on views (project_id, id);
create index views_by_owner on views (owner_id, project_id);

-- The projects that a person keeps on top.
create table project_pins (
  project_id uuid not null,
  user_id uuid not null,
  primary key (project_id, user_id),
  foreign key (project_id, user_id) references members (project_id, user_id) on delete cascade
);

-- Whether a project is a template: something to make copies of.
alter table projects add column template boolean not null default false;

-- After how many quiet days a task of a column goes to the archive.
alter table columns add column archive_after_days bigint;

-- Since when a task of such a column is quiet, as far as the version goes that was seen, and when it goes.
create table quiet_tasks (
  task_id uuid primary key references tasks (id) on delete cascade,
  version bigint not null,
  days bigint not null,
  archives_at bigint not null
);
create index quiet_tasks_by_time on quiet_tasks (archives_at);
