-- is: Parts that the generations take of a sum stated for several: by units, over those that links name.
-- grain: period_role, company_id, family_id, method, programme_id
with covered as (
    select
        d.period_role, d.company_id, d.family_id, d.method, d.node_id as stated_node_id, s.programme_id, u.units,
        u.node_id as units_node_id, l.scope_level
    from core.disclosed as d
    inner join core.scope_programme as s on s.scope_id = d.scope_id
    inner join core.programme_units as u
        on u.period_role = d.period_role and u.programme_id = s.programme_id and u.units > 0
    left join (
        select l.company_id, l.programme_id, min(l.scope_level) as scope_level from core.supply_link as l
        group by l.company_id, l.programme_id
    ) as l on l.company_id = d.company_id and l.programme_id = s.programme_id
),

supplied as (
    select c.*, min(c.scope_level) over stated as nearest_level
    from covered as c
    window stated as (partition by c.period_role, c.company_id, c.family_id, c.method)
),

divided as (
    select
        s.*, sum(s.units) over stated as units_together, count(*) over stated as programmes
    from supplied as s
    where s.nearest_level is null or s.scope_level = s.nearest_level
    window stated as (partition by s.period_role, s.company_id, s.family_id, s.method)
)

select
    d.period_role, d.company_id, d.family_id, d.method, d.programme_id,
    d.units / d.units_together as part, d.units_node_id, d.stated_node_id,
    concat_ws('/', d.stated_node_id, d.programme_id) as node_id,
    concat_ws('/', 'part_of', d.stated_node_id, d.programme_id) as part_node_id,
    concat_ws('/', 'units_of', d.stated_node_id) as together_node_id
from divided as d
where d.programmes > 1
union all
-- One generation, or none that is counted: the whole sum is its own.
select
    d.period_role, d.company_id, d.family_id, d.method, coalesce(one.programme_id, d.programme_id) as programme_id,
    1 as part, null as units_node_id, d.node_id as stated_node_id, d.node_id,
    null as part_node_id, null as together_node_id
from core.disclosed as d
left join divided as one
    on
        one.period_role = d.period_role and one.company_id = d.company_id and one.family_id = d.family_id
        and one.method = d.method
where coalesce(one.programmes, 1) = 1
