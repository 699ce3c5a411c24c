-- By which push services know this instance (VAPID).
alter table instance add column push_key text;
-- Whether a person's devices may show texts of projects.
alter table users add column push_texts boolean not null default false;

-- Browsers that are told of news by their push services. One belongs to the session that made it, and goes with it.
create table push_subscriptions (
  id uuid primary key,
  session_id uuid not null unique references sessions (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  endpoint text not null,
  -- An address may be longer than what an index takes.
  endpoint_hash text collate "C" not null unique,
  p256dh text not null,
  auth text not null,
  created_at bigint not null,
  -- Attempts that failed since the last one that did not.
  failures bigint not null default 0,
  failing_since bigint,
  paused_until bigint,
  -- By one node at a time.
  claimed_until bigint
);
create index push_subscriptions_by_user on push_subscriptions (user_id);

-- Push messages that wait to be sent: written with the change that they tell of. Without a foreign key, which would make a
-- change fail when one of its readers signs out meanwhile: what has no subscription any more is swept away.
create table pushes (
  subscription_id uuid not null,
  notification_id uuid not null,
  created_at bigint not null,
  send_at bigint not null,
  primary key (subscription_id, notification_id)
);
create index pushes_by_time on pushes (send_at);
