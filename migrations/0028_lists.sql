-- The first tasks of each project by the day on which they are due: what a list over many projects begins with.
create index tasks_by_due_in_project on tasks (project_id, (coalesce(due_on, '9999-99-99')) collate "C", id)
  where archived_at is null and trashed_at is null;
