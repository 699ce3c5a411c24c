-- Links by which people choose a new password without the old one. `made_by` is the administrator who made the link; it is null
-- for one that went to the person by mail, and for one of the command line.
create table password_resets (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  secret_hash text not null unique,
  made_by uuid references users (id) on delete cascade,
  created_at bigint not null,
  expires_at bigint not null
);
create index password_resets_by_user on password_resets (user_id);

-- A mail may be of an account now, and of no project.
create table new_mails (
  id uuid primary key,
  user_id uuid references users (id) on delete cascade,
  address text,
  kind text not null,
  project_id uuid references projects (id) on delete cascade,
  notification_id uuid,
  invitation_id uuid references invitations (id) on delete cascade,
  reset_id uuid references password_resets (id) on delete cascade,
  link text,
  created_at bigint not null,
  send_at bigint not null,
  attempts bigint not null default 0,
  claimed_until bigint,
  failed_at bigint,
  error text
);
insert into new_mails
  (id, user_id, address, kind, project_id, notification_id, invitation_id, link, created_at, send_at, attempts, claimed_until,
   failed_at, error)
select id, user_id, address, kind, project_id, notification_id, invitation_id, link, created_at, send_at, attempts, claimed_until,
       failed_at, error
from mails;
drop table mails;
alter table new_mails rename to mails;
create index mails_by_time on mails (send_at);
create index mails_by_user on mails (user_id, project_id);
create index mails_by_project on mails (project_id);
create index mails_by_invitation on mails (invitation_id);
create index mails_by_reset on mails (reset_id);
