-- Deleted projects wait in the trash. `restored_seq` is the number of the event that brought one back: a reader who comes back from
-- before its deletion goes on over it. `deleted_at` is 0 where a project is deleted for good and its rows go soon.
alter table projects add column restored_seq bigint not null default 0;
create index projects_by_trash on projects (deleted_at) where deleted_at is not null;
