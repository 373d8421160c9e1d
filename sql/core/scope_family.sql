-- is: The family of each scope: a programme, a group of programmes or a family; NULL for a scope across families.
-- grain: scope_id
-- kept: as a table, since no date changes it
select f.family_id as scope_id, f.family_id
from raw.families as f
union all
select p.programme_id as scope_id, p.family_id
from raw.programmes as p
union all
select s.scope_id, s.family_id
from raw.scopes as s
