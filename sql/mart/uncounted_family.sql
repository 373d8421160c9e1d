-- is: Families that are supplied and counted in some year, but not at the horizon: their sales are in no figure.
-- grain: family_id
with supplied as (
    select distinct asked.family_id
    from core.supply_link as l
    inner join core.asked_programme as asked on asked.programme_id = l.programme_id
),

counted as (
    select distinct s.family_id
    from core.vintage as v
    inner join core.scope_programme as s on s.scope_id = v.scope_id
    where v.kind = 'units' and v.product_id is null and coalesce(v.base, v.low, v.high) > 0
),

at_horizon as (
    select distinct u.family_id
    from core.programme_units as u
    where u.period_role = 'horizon' and u.units is not null
)

select s.family_id, question.horizon as year, question.as_of
from supplied as s
inner join counted as c on c.family_id = s.family_id
left join at_horizon as h on h.family_id = s.family_id
cross join core.question as question
where h.family_id is null
