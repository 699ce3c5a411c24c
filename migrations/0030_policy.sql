-- What administrators keep to themselves (1), or leave to everybody who may otherwise (0).
alter table instance add column create_projects smallint not null default 0;
alter table instance add column invite_people smallint not null default 0;
alter table instance add column create_tokens smallint not null default 0;
-- Who has to sign in with a second factor: nobody (0), administrators (1) or everybody (2).
alter table instance add column second_factor smallint not null default 0;
