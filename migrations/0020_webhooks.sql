-- Where a project's events are sent. The receiver's place in the log is in here: what is behind it waits.
create table webhooks (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text,
  url text not null,
  -- A JSON list of patterns.
  types text not null,
  template smallint not null,
  active boolean not null,
  created_by uuid not null references users (id),
  created_at bigint not null,
  -- What messages are signed with: as it is, for a signature needs it. The one before signs too, for a while.
  secret text not null,
  old_secret text,
  old_secret_until bigint,
  -- Counts the changes of people: a node that sends by older settings does not write over what they say.
  generation bigint not null default 0,
  next_seq bigint not null,
  -- Failed attempts since the last one that did not fail, and when the next one is due.
  failures bigint not null default 0,
  failing_since bigint,
  next_attempt_at bigint not null default 0,
  last_error text,
  disabled_at bigint,
  disabled_reason text,
  -- A ping that is still to be sent.
  ping_id uuid,
  -- One node at a time sends. Those that waited longest come first.
  claimed_by uuid,
  claimed_until bigint,
  served_at bigint not null default 0
);
create index webhooks_by_project on webhooks (project_id, id);

-- The last attempts of each webhook.
create table webhook_deliveries (
  id uuid primary key,
  webhook_id uuid not null references webhooks (id) on delete cascade,
  message_id text not null,
  -- The event; none for a ping, and the last one that was skipped for what was trimmed.
  seq bigint,
  type text not null,
  attempt bigint not null,
  at bigint not null,
  latency_ms bigint not null,
  status bigint,
  error text,
  excerpt text,
  next_attempt_at bigint
);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook_id, id);
