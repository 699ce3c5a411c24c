-- What calendar programs fetch by a secret address. `limited` says whether it is of the projects below only: of none, when the
-- person has left them all.
create table calendars (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null,
  mine_only boolean not null,
  limited boolean not null,
  secret_hash text not null unique,
  created_at bigint not null,
  last_used_at bigint
);
create index calendars_by_user on calendars (user_id, id);

create table calendar_projects (
  calendar_id uuid not null references calendars (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  primary key (calendar_id, project_id)
);
create index calendar_projects_by_project on calendar_projects (project_id);

-- The address of a guest in the file that they came from: by it they are known when they join.
alter table users add column guest_email text;
