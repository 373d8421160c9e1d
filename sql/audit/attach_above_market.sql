-- is: Products of which the programmes would take more pieces than the product's own market forecast has.
-- grain: finding_key
with attach as (
    select
        p.period_role, p.product_id, s.programme_id, p.base as pieces, p.fact_ids,
        row_number() over (
            partition by p.period_role, p.product_id, s.programme_id
            order by p.tier = 'assumption', p.company_id nulls first, s.scope_level, p.scope_id
        ) as place
    from core.pooled as p
    inner join core.scope_programme as s on s.scope_id = p.scope_id
    where p.kind = 'content' and p.measure = 'attach' and p.base is not null
),

market as (
    select p.*
    from core.pooled as p
    where p.kind = 'product_units' and p.measure = 'units' and p.base is not null
),

taken as (
    select
        m.period_role, m.scope_id, m.product_id,
        cast(sum(cast(u.units * a.pieces as decimal(38, 9))) as double) as pieces,
        string_agg(
            printf('%s %.2fm', a.programme_id, u.units * a.pieces / 1e6), ', '
            order by u.units * a.pieces desc, a.programme_id
        ) as parts,
        list_distinct(flatten(list(list_concat(coalesce(a.fact_ids, []), coalesce(u.fact_ids, []))))) as fact_ids
    from market as m
    inner join attach as a on a.place = 1 and a.period_role = m.period_role and a.product_id = m.product_id
    inner join core.programme_units as u on u.period_role = a.period_role and u.programme_id = a.programme_id
    left join core.scope_programme as s on s.scope_id = m.scope_id and s.programme_id = a.programme_id
    where m.scope_id = 'market' or s.programme_id is not null
    group by m.period_role, m.scope_id, m.product_id
)

select
    'finding' as severity,
    concat_ws('|', m.product_id, m.scope_id, m.year) as finding_key,
    cast(null as varchar) as company_id, m.scope_id, m.product_id, m.year,
    t.pieces as value, m.base as limit_value,
    printf(
        'The programmes would take %.2fm pieces of %s in %d, and %s is forecast to have %.2fm: %s.',
        t.pieces / 1e6, m.product_id, m.year, m.scope_id, m.base / 1e6, t.parts
    ) as message,
    list_sort(list_distinct(list_concat(coalesce(t.fact_ids, []), coalesce(m.fact_ids, [])))) as fact_ids
from taken as t
inner join market as m on m.period_role = t.period_role and m.scope_id = t.scope_id and m.product_id = t.product_id
where t.pieces > m.base
