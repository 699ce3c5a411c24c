-- Each event carries a short value over its predecessor's and its own bytes, so that a cursor of another history of this
-- database is told from one of this history. Events from before have 0 and do not carry it. A project keeps the value of
-- the last event that was trimmed: a reader that is there goes on from it.

alter table events add column chain bigint not null default 0;
alter table projects add column trimmed_chain bigint not null default 0;
