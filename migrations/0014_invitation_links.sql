-- An invitation may be for several people: `max_uses` is null when it takes any number. `used_at` says when it was used up.
alter table invitations add column max_uses bigint default 1;
alter table invitations add column use_count bigint not null default 0;
update invitations set use_count = 1 where used_at is not null;

-- When a membership ended. An invitation from before that brings this person back no more, though others still join by it.
create table former_members (
  project_id uuid not null references projects (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  left_at bigint not null,
  primary key (project_id, user_id)
);
