-- Files of other programs that come in. One is worked on by one node at a time, which says so by its claim.
create table imports (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  -- The project that it is for; null until it has made one.
  project_id uuid,
  made_project boolean not null default false,
  format text not null,
  file_name text not null,
  sha256 text not null,
  mapping text not null,
  dry_run boolean not null,
  state smallint not null default 0,
  done bigint not null default 0,
  total bigint not null default 0,
  report text,
  error text,
  attempts bigint not null default 0,
  claim text,
  claimed_until bigint not null default 0,
  created_at bigint not null,
  ended_at bigint
);
create index imports_by_user on imports (user_id, id);
create index imports_waiting on imports (created_at) where state < 2;

-- Which object here is which of a board elsewhere, so that the same board brings it once. `kind` is 0 for columns, 1 labels,
-- 2 milestones, 3 people, 4 tasks, 5 comments.
create table import_links (
  project_id uuid not null references projects (id) on delete cascade,
  source text not null,
  kind smallint not null,
  external_id text not null,
  object_id uuid not null,
  import_id uuid not null,
  primary key (project_id, source, kind, external_id)
);
create index import_links_by_source on import_links (source, project_id);
create index import_links_by_object on import_links (object_id);

-- A person of an imported file who has no account: shown by name, and never able to sign in.
alter table users add column guest boolean not null default false;
