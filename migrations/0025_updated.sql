-- When a task was last changed. What the log no longer holds was changed at the latest when the task was made, as far as is known.
alter table tasks add column updated_at bigint not null default 0;
update tasks
set updated_at = coalesce((select e.at from events e where e.project_id = tasks.project_id and e.seq = tasks.version), created_at);
