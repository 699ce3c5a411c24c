-- The index of search. A document is a text that can be found: a task with its description, a comment, or the name of an
-- attachment. `kind` is 0, 1 or 2. `id` is its place in the order of time: the instant at which the object was created, in
-- milliseconds, times 2^20, and a few bits of the object's id. What is written into `search_texts` is indexed.
-- only sqlite
create table search_documents (
  id integer primary key,
  project_id uuid not null,
  task_id uuid not null references tasks (id) on delete cascade,
  kind smallint not null,
  object_id uuid not null unique
);
-- The tokens are parted by blanks and folded already: this tokenizer only parts them.
create virtual table search_index using fts5(
  tokens, content='', contentless_delete=1, tokenize='ascii', prefix='2 3'
);
create view search_texts as
select id, project_id, task_id, kind, object_id, '' as tokens from search_documents;
create trigger search_texts_insert instead of insert on search_texts begin
  insert into search_documents (id, project_id, task_id, kind, object_id)
  values (
    -- Of two that were created at once and have the same few bits, the later one comes behind.
    case when exists (select 1 from search_documents d where d.id = new.id)
      then (select max(d.id) + 1 from search_documents d where d.id between new.id and new.id + 1000000)
      else new.id end,
    new.project_id, new.task_id, new.kind, new.object_id
  );
  insert into search_index (rowid, tokens)
  values ((select d.id from search_documents d where d.object_id = new.object_id), new.tokens);
end;
create trigger search_documents_delete after delete on search_documents begin
  delete from search_index where rowid = old.id;
end;
-- only postgres
create table search_documents (
  id bigint not null,
  project_id uuid not null,
  task_id uuid not null references tasks (id) on delete cascade,
  kind smallint not null,
  object_id uuid primary key,
  tokens tsvector not null
);
create index search_documents_by_tokens on search_documents using gin (tokens) with (fastupdate = off);
create index search_documents_newest on search_documents (id, object_id);
create view search_texts as
select id, project_id, task_id, kind, object_id, tokens from search_documents;
-- both
create index search_documents_by_task on search_documents (task_id);

-- Projects of which the index does not know all texts: those from before there was one.
create table search_backlog (
  project_id uuid primary key references projects (id) on delete cascade
);
insert into search_backlog (project_id)
select id from projects;

-- In the order in which they are indexed; tasks go by their numbers.
drop index comments_by_project;
create index comments_by_project on comments (project_id, id);
create index attachments_by_project_id on attachments (project_id, id);
