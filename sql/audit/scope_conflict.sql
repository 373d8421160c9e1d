-- is: Groups of programmes whose own count and the sum of their members lie apart, with the whole of both ranges.
-- grain: finding_key
with stated as (
    select
        p.period_role,
        p.year,
        p.scope_id,
        s.family_id,
        p.unit,
        p.base,
        p.low,
        p.high,
        p.fact_ids
    from core.pooled as p
    inner join raw.scopes as s on s.scope_id = p.scope_id and s.family_id is not null
    where
        p.kind = 'units' and p.measure = 'units' and p.company_id is null and p.product_id is null
        and p.base is not null
),

members as (
    select
        t.period_role,
        t.scope_id,
        sum(u.units) as units,
        greatest(sum(u.units_low), 0) as units_low,
        sum(u.units_high) as units_high,
        count(*) filter (where u.programme_id is null) as unknown,
        string_agg(coalesce(printf('%s %.0f', m.programme_id, u.units), m.programme_id || ' unknown'), ', ' order by m.programme_id) as parts,
        list_distinct(flatten(list(u.fact_ids))) as fact_ids
    from stated as t
    inner join raw.scope_members as m on m.scope_id = t.scope_id
    left join core.programme_units as u on u.period_role = t.period_role and u.programme_id = m.programme_id
    group by t.period_role, t.scope_id
),

-- What no generation is named for may belong to the group.
rest as (
    select
        u.period_role,
        u.family_id,
        u.units_high
    from core.programme_units as u
    where u.units_basis = 'family_rest'
),

compared as (
    select
        t.*,
        m.units,
        m.units_low,
        case when m.unknown = 0 or r.family_id is not null then list_sum([m.units_high, r.units_high]) end as units_high,
        m.parts,
        m.fact_ids as member_fact_ids
    from stated as t
    inner join members as m on m.period_role = t.period_role and m.scope_id = t.scope_id
    left join rest as r on r.period_role = t.period_role and r.family_id = t.family_id
)

select
    'finding' as severity,
    concat_ws('|', c.scope_id, c.year) as finding_key,
    cast(null as varchar) as company_id,
    c.scope_id,
    cast(null as varchar) as product_id,
    c.year,
    c.base as value,
    c.units as limit_value,
    printf(
        '%s is counted at %.0f %ss in %d (%.0f to %.0f), and its members come to %.0f to %s: %s.',
        c.scope_id, c.base, c.unit, c.year, c.low, c.high, c.units_low, coalesce(printf('%.0f', c.units_high), 'an unknown number'), c.parts
    ) as message,
    list_sort(list_distinct(list_concat(c.fact_ids, c.member_fact_ids))) as fact_ids
from compared as c
where c.low > c.units_high or c.high < c.units_low
