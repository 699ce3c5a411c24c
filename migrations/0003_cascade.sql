-- What hangs on a project goes with it, and what hangs on a task with the task: `on delete cascade`, where a list in the
-- server had to name every table. A constraint of a table cannot be changed on SQLite, so each table is built anew: the
-- new ones first, then the rows, then the old ones go, children before parents.
--
-- The log stays as it is: the sweep trims it in steps before the project's row goes.
--
-- A project also keeps the number of its open tasks, so that nothing counts them.

create table new_members (
  project_id uuid not null references projects (id) on delete cascade,
  user_id uuid not null references users (id),
  role smallint not null,
  version bigint not null,
  primary key (project_id, user_id)
);

create table new_invitations (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  secret_hash text not null unique,
  role smallint not null,
  email text,
  created_by uuid not null references users (id),
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);

create table new_token_projects (
  token_id uuid not null references tokens (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  primary key (token_id, project_id)
);

create table new_columns (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  position text collate "C" not null,
  wip_limit bigint,
  kind smallint not null,
  version bigint not null,
  unique (project_id, position)
);

create table new_milestones (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  due_on text,
  completed_at bigint,
  version bigint not null
);

create table new_labels (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  colour text not null,
  version bigint not null,
  unique (project_id, name)
);

create table new_tasks (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  number bigint not null,
  title text not null,
  description text not null,
  column_id uuid not null references new_columns (id),
  position text collate "C" not null,
  milestone_id uuid references new_milestones (id),
  priority smallint not null,
  start_on text,
  due_on text,
  estimate double precision,
  completed_at bigint,
  archived_at bigint,
  comment_count bigint not null default 0,
  attachment_count bigint not null default 0,
  created_by uuid not null references users (id),
  created_at bigint not null,
  version bigint not null,
  unique (project_id, number),
  unique (column_id, position)
);

create table new_task_assignees (
  task_id uuid not null references new_tasks (id) on delete cascade,
  user_id uuid not null references users (id),
  project_id uuid not null references projects (id) on delete cascade,
  primary key (task_id, user_id)
);

create table new_task_labels (
  task_id uuid not null references new_tasks (id) on delete cascade,
  label_id uuid not null references new_labels (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  primary key (task_id, label_id)
);

create table new_dependencies (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  task_id uuid not null references new_tasks (id) on delete cascade,
  depends_on_id uuid not null references new_tasks (id) on delete cascade,
  lag_days bigint not null,
  version bigint not null,
  unique (task_id, depends_on_id)
);

create table new_checklist_items (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  task_id uuid not null references new_tasks (id) on delete cascade,
  text text not null,
  done boolean not null,
  position text collate "C" not null,
  version bigint not null,
  unique (task_id, position)
);

create table new_notifications (
  id uuid primary key,
  user_id uuid not null references users (id),
  number bigint not null,
  kind text not null,
  project_id uuid not null references projects (id) on delete cascade,
  task_id uuid,
  actor_id uuid references users (id),
  created_at bigint not null,
  read_at bigint,
  unique (user_id, number)
);

insert into new_members (project_id, user_id, role, version)
select project_id, user_id, role, version from members;

insert into new_invitations (
  id, project_id, secret_hash, role, email, created_by, created_at, expires_at, used_at
)
select
  id, project_id, secret_hash, role, email, created_by, created_at, expires_at, used_at
from invitations;

insert into new_token_projects (token_id, project_id)
select token_id, project_id from token_projects;

insert into new_columns (id, project_id, name, position, wip_limit, kind, version)
select id, project_id, name, position, wip_limit, kind, version from columns;

insert into new_milestones (id, project_id, name, due_on, completed_at, version)
select id, project_id, name, due_on, completed_at, version from milestones;

insert into new_labels (id, project_id, name, colour, version)
select id, project_id, name, colour, version from labels;

insert into new_tasks (
  id, project_id, number, title, description, column_id, position, milestone_id, priority, start_on, due_on,
  estimate, completed_at, archived_at, comment_count, attachment_count, created_by, created_at, version
)
select
  id, project_id, number, title, description, column_id, position, milestone_id, priority, start_on, due_on,
  estimate, completed_at, archived_at, comment_count, attachment_count, created_by, created_at, version
from tasks;

insert into new_task_assignees (task_id, user_id, project_id)
select task_id, user_id, project_id from task_assignees;

insert into new_task_labels (task_id, label_id, project_id)
select task_id, label_id, project_id from task_labels;

insert into new_dependencies (id, project_id, task_id, depends_on_id, lag_days, version)
select id, project_id, task_id, depends_on_id, lag_days, version from dependencies;

insert into new_checklist_items (id, project_id, task_id, text, done, position, version)
select id, project_id, task_id, text, done, position, version from checklist_items;

insert into new_notifications (id, user_id, number, kind, project_id, task_id, actor_id, created_at, read_at)
select id, user_id, number, kind, project_id, task_id, actor_id, created_at, read_at from notifications;

drop table notifications;
drop table checklist_items;
drop table dependencies;
drop table task_labels;
drop table task_assignees;
drop table tasks;
drop table labels;
drop table milestones;
drop table columns;
drop table token_projects;
drop table invitations;
drop table members;

alter table new_members rename to members;
alter table new_invitations rename to invitations;
alter table new_token_projects rename to token_projects;
alter table new_columns rename to columns;
alter table new_milestones rename to milestones;
alter table new_labels rename to labels;
alter table new_tasks rename to tasks;
alter table new_task_assignees rename to task_assignees;
alter table new_task_labels rename to task_labels;
alter table new_dependencies rename to dependencies;
alter table new_checklist_items rename to checklist_items;
alter table new_notifications rename to notifications;

create index members_by_user on members (user_id);
create index invitations_by_project on invitations (project_id);
create index milestones_by_project on milestones (project_id);
create index tasks_by_milestone on tasks (milestone_id);
create index dependencies_by_project on dependencies (project_id);
create index dependencies_by_depends_on on dependencies (depends_on_id);
create index token_projects_by_project on token_projects (project_id);
create index notifications_by_project on notifications (project_id);
-- In the order of the snapshot, and by what is referred to.
create index task_assignees_by_project on task_assignees (project_id, task_id, user_id);
create index task_assignees_by_user on task_assignees (user_id, project_id);
create index task_labels_by_project on task_labels (project_id, task_id, label_id);
create index task_labels_by_label on task_labels (label_id, task_id);
create index checklist_items_by_project on checklist_items (project_id, task_id, position);
create index tasks_open_by_column on tasks (column_id) where archived_at is null;
create index tasks_archived on tasks (project_id, archived_at, id) where archived_at is not null;

alter table projects add column open_task_count bigint not null default 0;
update projects
set open_task_count = (select count(*) from tasks t where t.project_id = projects.id and t.archived_at is null);
