-- The keys that a project had before: `WEB-12` in somebody's mail goes on meaning the same task.
create table project_keys (
  project_id uuid not null references projects (id) on delete cascade,
  key text not null,
  primary key (project_id, key)
);
