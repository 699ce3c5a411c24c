-- The backups that a server makes by itself: whose turn it is, and what became of the last ones. One row, once a server has
-- looked for its turn.
create table scheduled_backups (
  id bigint primary key,
  -- Which node is at it, until it says so no more.
  claim text not null,
  claimed_until bigint not null,
  -- The moment that the last one is of, its file and size.
  made_at bigint,
  file text,
  bytes bigint,
  -- When an attempt failed that no backup followed.
  failed_at bigint,
  -- Why it failed, or what is wrong with the one that was made.
  error text
);
