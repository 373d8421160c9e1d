-- is: Products on a programme whose shares add up to more than one; a consolidated child is inside its parent.
-- grain: finding_key
with inside_parent as (
    select distinct s.period_role, s.product_id, s.programme_id, s.company_id
    from core.supply_share as s
    inner join core.group_member as m
        on m.period_role = s.period_role and m.company_id = s.company_id and m.levels_up = 1
    inner join core.supply_share as parent
        on
            parent.period_role = s.period_role and parent.product_id = s.product_id
            and parent.programme_id = s.programme_id and parent.company_id = m.group_id
),

total as (
    select
        s.period_role, s.product_id, s.programme_id,
        cast(sum(cast(s.supply_share as decimal(38, 15))) as double) as shares,
        string_agg(
            printf('%s %.3f', s.company_id, s.supply_share), ', ' order by s.supply_share desc, s.company_id
        ) as parts,
        list_sort(list_distinct(flatten(list(s.fact_ids)))) as fact_ids
    from core.supply_share as s
    inner join core.programme_units as u
        on u.period_role = s.period_role and u.programme_id = s.programme_id and u.units > 0
    left join inside_parent as inside
        on
            inside.period_role = s.period_role and inside.product_id = s.product_id
            and inside.programme_id = s.programme_id and inside.company_id = s.company_id
    where inside.company_id is null
    group by s.period_role, s.product_id, s.programme_id
)

select
    'finding' as severity,
    concat_ws('|', t.product_id, t.programme_id, year.year) as finding_key,
    cast(null as varchar) as company_id, t.programme_id as scope_id, t.product_id, year.year,
    t.shares as value, cast(1 as double) as limit_value,
    printf(
        'The shares of %s on %s in %d add up to %.3f: %s.',
        t.product_id, t.programme_id, year.year, t.shares, t.parts
    ) as message,
    t.fact_ids
from total as t
inner join core.year as year on year.period_role = t.period_role
where t.shares > 1 + 1e-9
