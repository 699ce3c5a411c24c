-- The second factor of people who have one (TOTP, RFC 6238). `secret` is what the codes are made from, in base32: as it is, for
-- a code needs it. `enabled_at` is null until its person has shown a first code.
create table totps (
  user_id uuid primary key references users (id) on delete cascade,
  secret text not null,
  created_at bigint not null,
  enabled_at bigint,
  -- The last step of 30 seconds whose code was taken: no code of it, or from before it, is taken any more.
  last_step bigint not null default 0
);

-- What a person types in place of a code when the phone is lost; each works once.
create table recovery_codes (
  user_id uuid not null references totps (user_id) on delete cascade,
  code_hash text not null,
  used_at bigint,
  primary key (user_id, code_hash)
);

-- Sign-ins with the right password that wait for the second factor. They are no sessions, and reach nothing else.
create table pending_sign_ins (
  id uuid primary key,
  secret_hash text not null unique,
  user_id uuid not null references users (id) on delete cascade,
  remember boolean not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index pending_sign_ins_by_user on pending_sign_ins (user_id);

-- Who signed in to an account, or tried to, for 90 days. `place` is a hash of the network and the browser, by which a sign-in from
-- where the account was not used before is known; it is empty where that counts for nothing.
create table sign_ins (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  at bigint not null,
  address text not null,
  user_agent text not null,
  place text not null,
  method smallint not null,
  succeeded boolean not null
);
create index sign_ins_by_user on sign_ins (user_id, id);
create index sign_ins_by_time on sign_ins (at);

-- What a mail of an account says beside its kind.
alter table mails add column details text;

-- When a person deleted their account. The row stays, without name and address: tasks and comments refer to it.
alter table users add column removed_at bigint;
