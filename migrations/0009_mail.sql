-- Mails that wait to be sent: written with the change that they tell of, deleted when they are sent. One that cannot be sent
-- stays, with the reason, until an administrator deletes it.
create table mails (
  id uuid primary key,
  user_id uuid references users (id) on delete cascade,
  -- Of somebody who has no account yet.
  address text,
  kind text not null,
  project_id uuid not null references projects (id) on delete cascade,
  notification_id uuid,
  invitation_id uuid references invitations (id) on delete cascade,
  -- The address in an invitation; it is gone with the mail, and when that is given up.
  link text,
  created_at bigint not null,
  send_at bigint not null,
  attempts bigint not null default 0,
  claimed_until bigint,
  failed_at bigint,
  error text
);
create index mails_by_time on mails (send_at);
create index mails_by_user on mails (user_id, project_id);
create index mails_by_project on mails (project_id);
create index mails_by_invitation on mails (invitation_id);

-- Signs the links by which people end mails without signing in.
alter table instance add column mail_key text;
-- Where a person lives, as far as clocks go: an IANA name.
alter table users add column time_zone text;
