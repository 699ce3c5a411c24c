-- One text for SQLite and Postgres. Instants are unix milliseconds, dates are YYYY-MM-DD,
-- `version` is the number of the event that last changed the row.

create table instance (
  id smallint primary key check (id = 1),
  epoch text not null,
  created_at bigint not null
);

create table users (
  id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text not null,
  admin boolean not null,
  disabled_at bigint,
  notification_seq bigint not null default 0,
  created_at bigint not null
);

create table sessions (
  id uuid primary key,
  secret_hash text not null unique,
  user_id uuid not null references users (id),
  remember boolean not null,
  user_agent text not null,
  data text not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null
);
create index sessions_by_user on sessions (user_id);

create table setup_links (
  secret_hash text primary key,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);

create table projects (
  id uuid primary key,
  key text not null,
  name text not null,
  description text not null,
  archived_at bigint,
  deleted_at bigint,
  version bigint not null,
  seq bigint not null,
  trimmed_seq bigint not null default 0,
  task_seq bigint not null default 0,
  created_at bigint not null
);

create table members (
  project_id uuid not null references projects (id),
  user_id uuid not null references users (id),
  role smallint not null,
  version bigint not null,
  primary key (project_id, user_id)
);
create index members_by_user on members (user_id);

create table invitations (
  id uuid primary key,
  project_id uuid not null references projects (id),
  secret_hash text not null unique,
  role smallint not null,
  email text,
  created_by uuid not null references users (id),
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index invitations_by_project on invitations (project_id);

create table tokens (
  id uuid primary key,
  user_id uuid not null references users (id),
  name text not null,
  secret_hash text not null unique,
  can_read boolean not null,
  can_write boolean not null,
  restricted boolean not null,
  created_at bigint not null,
  expires_at bigint not null,
  last_used_at bigint
);
create index tokens_by_user on tokens (user_id);

create table token_projects (
  token_id uuid not null references tokens (id),
  project_id uuid not null references projects (id),
  primary key (token_id, project_id)
);

create table columns (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  position text collate "C" not null,
  wip_limit bigint,
  kind smallint not null,
  version bigint not null,
  unique (project_id, position)
);

create table milestones (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  due_on text,
  completed_at bigint,
  version bigint not null
);
create index milestones_by_project on milestones (project_id);

create table labels (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  colour text not null,
  version bigint not null,
  unique (project_id, name)
);

create table tasks (
  id uuid primary key,
  project_id uuid not null references projects (id),
  number bigint not null,
  title text not null,
  description text not null,
  column_id uuid not null references columns (id),
  position text collate "C" not null,
  milestone_id uuid references milestones (id),
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
create index tasks_by_milestone on tasks (milestone_id);

create table task_assignees (
  task_id uuid not null references tasks (id),
  user_id uuid not null references users (id),
  project_id uuid not null references projects (id),
  primary key (task_id, user_id)
);
create index task_assignees_by_project on task_assignees (project_id, user_id);

create table task_labels (
  task_id uuid not null references tasks (id),
  label_id uuid not null references labels (id),
  project_id uuid not null references projects (id),
  primary key (task_id, label_id)
);
create index task_labels_by_project on task_labels (project_id, label_id);

create table dependencies (
  id uuid primary key,
  project_id uuid not null references projects (id),
  task_id uuid not null references tasks (id),
  depends_on_id uuid not null references tasks (id),
  lag_days bigint not null,
  version bigint not null,
  unique (task_id, depends_on_id)
);
create index dependencies_by_project on dependencies (project_id);
create index dependencies_by_depends_on on dependencies (depends_on_id);

create table checklist_items (
  id uuid primary key,
  project_id uuid not null references projects (id),
  task_id uuid not null references tasks (id),
  text text not null,
  done boolean not null,
  position text collate "C" not null,
  version bigint not null,
  unique (task_id, position)
);
create index checklist_items_by_project on checklist_items (project_id);

-- The log. `body` is the JSON that goes out, byte for byte; `before` holds the former values of what
-- changed; `left_id` names the person whose membership ends with this event.
create table events (
  project_id uuid not null references projects (id),
  seq bigint not null,
  type text not null,
  at bigint not null,
  body text not null,
  before text,
  left_id uuid,
  primary key (project_id, seq)
);
create index events_by_time on events (at);

create table notifications (
  id uuid primary key,
  user_id uuid not null references users (id),
  number bigint not null,
  kind text not null,
  project_id uuid not null references projects (id),
  task_id uuid,
  actor_id uuid references users (id),
  created_at bigint not null,
  read_at bigint,
  unique (user_id, number)
);

create table idempotency_keys (
  caller text not null,
  key text not null,
  request_hash text not null,
  status bigint not null,
  etag text,
  body text,
  created_at bigint not null,
  primary key (caller, key)
);
create index idempotency_keys_by_time on idempotency_keys (created_at);
