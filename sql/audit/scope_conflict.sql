-- is: Groups of programmes whose own count and the sum of their members lie apart, with the whole of both ranges.
-- grain: finding_key
with stated as (
    select u.*, s.family_id
    from core.pooled_units as u
    inner join raw.scopes as s on s.scope_id = u.scope_id and s.family_id is not null
    where u.base is not null
),

members as (
    select
        t.period_role, t.scope_id,
        sum(u.units) as units,
        greatest(sum(u.units_low), 0) as units_low,
        sum(u.units_high) as units_high,
        count(*) filter (where u.programme_id is null) as unknown,
        string_agg(
            coalesce(printf('%s %.0f', m.programme_id, u.units), m.programme_id || ' unknown'), ', '
            order by m.programme_id
        ) as parts,
        list_distinct(flatten(list(u.fact_ids))) as fact_ids
    from stated as t
    inner join raw.scope_members as m on m.scope_id = t.scope_id
    left join core.programme_units as u on u.period_role = t.period_role and u.programme_id = m.programme_id
    group by t.period_role, t.scope_id
),

compared as (
    select
        t.*, m.units, m.units_low, m.parts,
        -- The units of no named generation may belong to the group.
        case
            when m.unknown = 0 or rest.units_high is not null
                then coalesce(m.units_high + rest.units_high, m.units_high, rest.units_high)
        end as units_high,
        list_concat(coalesce(t.fact_ids, []), coalesce(m.fact_ids, [])) as all_fact_ids
    from stated as t
    inner join members as m on m.period_role = t.period_role and m.scope_id = t.scope_id
    left join core.programme_units as rest
        on rest.period_role = t.period_role and rest.family_id = t.family_id and rest.units_basis = 'family_rest'
)

select
    'finding' as severity,
    concat_ws('|', c.scope_id, c.year) as finding_key,
    cast(null as varchar) as company_id, c.scope_id, cast(null as varchar) as product_id, c.year,
    c.base as value, c.units as limit_value,
    printf(
        '%s is counted at %.0f %ss in %d (%.0f to %.0f), and its members come to %.0f to %s: %s.',
        c.scope_id, c.base, c.unit, c.year, c.low, c.high, c.units_low,
        coalesce(printf('%.0f', c.units_high), 'an unknown number'), c.parts
    ) as message,
    list_sort(list_distinct(c.all_fact_ids)) as fact_ids
from compared as c
where c.low > c.units_high or c.high < c.units_low
