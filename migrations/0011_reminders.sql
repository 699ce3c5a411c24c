-- Who was reminded of which task that is due on which day.
create table reminders (
  task_id uuid not null references tasks (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  kind text not null,
  due_on text not null,
  primary key (task_id, user_id, kind, due_on)
);
create index tasks_by_due on tasks (due_on) where due_on is not null and completed_at is null and archived_at is null;
