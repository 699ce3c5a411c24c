-- What people and administrators did. Rows are only ever added: no reference to other tables, so that a row outlives what it
-- tells of, and the triggers below refuse everything else.
create table audit_log (
  -- 1, 2, 3 …, without a gap.
  number bigint primary key,
  at bigint not null,
  act text not null,
  actor_id uuid,
  actor_name text,
  -- By which token, and its name; or the command line.
  token_id uuid,
  via text,
  target_kind text,
  target_id uuid,
  target_name text,
  -- The project that it happened in, or to.
  project_id uuid,
  address text,
  -- A JSON object.
  details text not null,
  -- SHA-256 over the hash of the row before and the cells of this one.
  hash text not null
);
create index audit_log_by_act on audit_log (act, number);
create index audit_log_by_actor on audit_log (actor_id, number);
create index audit_log_by_target on audit_log (target_id, number);
create index audit_log_by_project on audit_log (project_id, number);
create index audit_log_by_time on audit_log (at);

-- The last row's number and hash: who adds rows holds this one, and rows that are cut off at the end are missed.
create table audit_head (
  id bigint primary key,
  number bigint not null,
  hash text not null
);
insert into audit_head (id, number, hash) values (1, 0, '');

-- only sqlite
create trigger audit_log_keeps_rows before update on audit_log
begin
  select raise(abort, 'the audit log is only ever added to');
end;
create trigger audit_log_loses_no_rows before delete on audit_log
begin
  select raise(abort, 'the audit log is only ever added to');
end;
-- only postgres
create function refuse_change_of_audit_log() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only ever added to';
end;
$$;
create trigger audit_log_keeps_rows before update or delete on audit_log
  for each row execute function refuse_change_of_audit_log();
create trigger audit_log_is_not_emptied before truncate on audit_log
  for each statement execute function refuse_change_of_audit_log();
-- both
