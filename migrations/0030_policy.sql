-- What administrators keep to themselves (1), or leave to everybody who may otherwise (0).
alter table instance add column create_projects smallint not null default 0;
alter table instance add column invite_people smallint not null default 0;
alter table instance add column create_tokens smallint not null default 0;
-- Who has to sign in with a second factor: nobody (0), administrators (1) or everybody (2).
alter table instance add column second_factor smallint not null default 0;
-- The users whom that holds up: they need a second factor and have none.
create view second_factors_missing as
select u.id as user_id
from instance i
join users u on i.second_factor = 2 or (i.second_factor = 1 and u.admin)
where i.id = 1 and not exists (select 1 from totps f where f.user_id = u.id and f.enabled_at is not null);
