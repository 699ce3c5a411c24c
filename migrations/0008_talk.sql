-- Talk: comments with their reactions, who watches a task, and what a person wants to be told.

create table comments (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  task_id uuid not null references tasks (id) on delete cascade,
  author_id uuid not null references users (id),
  body text not null,
  body_html text not null,
  created_at bigint not null,
  edited_at bigint,
  version bigint not null
);
create index comments_by_task on comments (task_id, id);
create index comments_by_project on comments (project_id);

create table comment_reactions (
  comment_id uuid not null references comments (id) on delete cascade,
  emoji text collate "C" not null,
  user_id uuid not null references users (id),
  number bigint not null,
  primary key (comment_id, emoji, user_id)
);

-- What Markdown says as HTML; null in rows from before it was kept.
alter table tasks add column description_html text;

-- Who watches a task beside its creator and its assignees, and who of all of them does not. It goes with the membership.
create table task_watchers (
  task_id uuid not null references tasks (id) on delete cascade,
  project_id uuid not null,
  user_id uuid not null,
  watching boolean not null,
  primary key (task_id, user_id),
  foreign key (project_id, user_id) references members (project_id, user_id) on delete cascade
);
create index task_watchers_by_member on task_watchers (project_id, user_id);

create table project_mutes (
  project_id uuid not null,
  user_id uuid not null,
  primary key (project_id, user_id),
  foreign key (project_id, user_id) references members (project_id, user_id) on delete cascade
);

-- Where a person differs from what everybody is told at first.
create table notification_settings (
  user_id uuid not null references users (id) on delete cascade,
  kind text collate "C" not null,
  on_page boolean not null,
  by_email boolean not null,
  by_push boolean not null,
  primary key (user_id, kind)
);

alter table notifications add column comment_id uuid;
create index notifications_by_comment on notifications (comment_id) where comment_id is not null;
-- Not shown on the page: it is there for the mail and the push that are made of it.
alter table notifications add column on_page boolean not null default true;
update notifications set kind = 'added' where kind = 'added_to_project';
