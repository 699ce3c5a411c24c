-- What reports need of the log, compactly: chunks of events, in their order. Digested from
-- the log.
-- only sqlite
create table report_facts (
  project_id uuid not null references projects (id) on delete cascade,
  first_seq bigint not null,
  facts blob not null,
  primary key (project_id, first_seq)
);
-- only postgres
create table report_facts (
  project_id uuid not null references projects (id) on delete cascade,
  first_seq bigint not null,
  facts bytea not null,
  primary key (project_id, first_seq)
);
-- both

-- Up to which event there are such chunks.
alter table log_digests add column facts_seq bigint not null default 0;

-- Whether others see what a person looks at and edits.
alter table users add column show_presence boolean not null default true;
