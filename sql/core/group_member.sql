-- is: Which companies show a supplier's terms as their own: itself, the parents that consolidate it, and their parents.
-- grain: period_role, company_id, group_id
with consolidated as (
    select p.period_role, p.company_id as parent_id, p.counterpart_id as child_id
    from core.pooled as p
    where p.kind = 'ownership' and p.measure = 'consolidated'
),

member as (
    select t.period_role, c.company_id, c.company_id as group_id, 0 as levels_up
    from raw.companies as c
    cross join core.year as t
    union all
    select c.period_role, c.child_id as company_id, c.parent_id as group_id, 1 as levels_up
    from consolidated as c
    union all
    select c.period_role, c.child_id as company_id, up.parent_id as group_id, 2 as levels_up
    from consolidated as c
    inner join consolidated as up on up.period_role = c.period_role and up.child_id = c.parent_id
    where up.parent_id <> c.child_id
)

select m.period_role, m.company_id, m.group_id, min(m.levels_up) as levels_up
from member as m
group by m.period_role, m.company_id, m.group_id
