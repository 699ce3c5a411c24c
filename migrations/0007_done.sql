-- Whether completing a task moves it to the first column of kind `done`.
alter table projects add column move_completed boolean not null default true;
