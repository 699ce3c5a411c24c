-- Attachments of tasks. The bytes of each content are kept once, in a folder or a bucket, under the key that `blobs` names.
-- A key is the SHA-256 and a few random characters: when a content comes back while its bytes are being deleted, it gets
-- another key.
create table blobs (
  sha256 text primary key,
  key text not null unique,
  size bigint not null,
  -- Since when no attachment refers to it, as far as the sweep knows; an upload that is on its way begins it anew.
  unreferenced_at bigint
);
create index blobs_by_unreferenced on blobs (unreferenced_at);

-- Keys whose bytes are to be deleted: nothing refers to them any more, and nothing ever will.
create table blob_deletions (
  key text primary key
);

create table attachments (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  task_id uuid not null references tasks (id) on delete cascade,
  name text not null,
  media_type text not null,
  size bigint not null,
  sha256 text not null references blobs (sha256),
  width bigint,
  height bigint,
  uploaded_by uuid not null references users (id),
  created_at bigint not null,
  version bigint not null
);
create index attachments_by_task on attachments (task_id, id);
create index attachments_by_project on attachments (project_id, size);
create index attachments_by_sha256 on attachments (sha256);

-- The attachment that is shown on the task's card.
alter table tasks add column cover_id uuid;
