-- An answer that is kept for retries says which project it tells of: it is given again only to members.
alter table idempotency_keys add column project_id uuid;
