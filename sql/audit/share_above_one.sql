-- is: Products of which the companies' shares on a programme add up to more than one; a consolidated child's share is inside its parent's.
-- grain: finding_key
with consolidated as (
    select
        p.period_role,
        p.company_id as parent_id,
        p.counterpart_id as child_id
    from core.pooled as p
    where p.kind = 'ownership' and p.measure = 'consolidated'
),

total as (
    select
        s.period_role,
        s.product_id,
        s.programme_id,
        cast(sum(cast(s.supply_share as decimal(38, 15))) as double) as shares,
        string_agg(printf('%s %.3f', s.company_id, s.supply_share), ', ' order by s.supply_share desc, s.company_id) as parts,
        list_sort(list_distinct(flatten(list(s.fact_ids)))) as fact_ids
    from core.supply_share as s
    inner join core.programme_units as u
        on u.period_role = s.period_role and u.programme_id = s.programme_id and u.units > 0
    where
        not exists (
            select 1
            from consolidated as c
            inner join core.supply_share as parent on parent.company_id = c.parent_id
            where
                c.child_id = s.company_id and c.period_role = s.period_role and parent.period_role = s.period_role
                and parent.product_id = s.product_id and parent.programme_id = s.programme_id
        )
    group by s.period_role, s.product_id, s.programme_id
)

select
    'finding' as severity,
    concat_ws('|', total.product_id, total.programme_id, year.year) as finding_key,
    cast(null as varchar) as company_id,
    total.programme_id as scope_id,
    total.product_id,
    year.year,
    total.shares as value,
    cast(1 as double) as limit_value,
    printf(
        'The shares of %s on %s in %d add up to %.3f: %s.',
        total.product_id, total.programme_id, year.year, total.shares, total.parts
    ) as message,
    total.fact_ids
from total
inner join core.year as year on year.period_role = total.period_role
where total.shares > 1 + 1e-9
