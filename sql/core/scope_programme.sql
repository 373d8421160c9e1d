-- is: The programmes of a scope, and how near it is to each: 1 the programme itself, 2 a group, 3 the whole family.
-- grain: scope_id, programme_id
-- kept: as a table, since no date changes it
select p.programme_id as scope_id, p.programme_id, p.family_id, 1 as scope_level
from raw.programmes as p
union all
select m.scope_id, m.programme_id, p.family_id, 2 as scope_level
from raw.scope_members as m
inner join raw.scopes as s on s.scope_id = m.scope_id and not s.total
inner join raw.programmes as p on p.programme_id = m.programme_id
union all
select p.family_id as scope_id, p.programme_id, p.family_id, 3 as scope_level
from raw.programmes as p
