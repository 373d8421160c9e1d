-- is: Products whose parts are worth more than the product itself, on the same programme in the same year; of several suppliers' own prices the mean.
-- grain: finding_key
with content as (
    select
        c.period_role,
        c.programme_id,
        c.product_id,
        coalesce(max(c.content_value_usd) filter (where c.supplier_id is null), avg(c.content_value_usd)) as content_value_usd,
        list_sort(list_distinct(flatten(list(c.fact_ids)))) as fact_ids
    from core.content as c
    inner join core.programme_units as u
        on u.period_role = c.period_role and u.programme_id = c.programme_id and u.units > 0
    group by c.period_role, c.programme_id, c.product_id
),

inside as (
    select
        upper.period_role,
        upper.programme_id,
        upper.product_id,
        upper.content_value_usd as whole_usd,
        upper.fact_ids as whole_fact_ids,
        lower.product_id as part_id,
        lower.content_value_usd as part_usd,
        lower.fact_ids as part_fact_ids
    from content as upper
    inner join core.product_ancestor as a on a.ancestor_id = upper.product_id
    inner join content as lower
        on
            lower.period_role = upper.period_role and lower.programme_id = upper.programme_id
            and lower.product_id = a.product_id
),

-- A part of a part that has a value itself is counted there already.
nearest as (
    select i.*
    from inside as i
    where
        not exists (
            select 1
            from inside as between_them
            inner join core.product_ancestor as a on a.ancestor_id = between_them.part_id
            where
                between_them.period_role = i.period_role and between_them.programme_id = i.programme_id
                and between_them.product_id = i.product_id and a.product_id = i.part_id
        )
),

summed as (
    select
        n.period_role,
        n.programme_id,
        n.product_id,
        max(n.whole_usd) as whole_usd,
        sum(n.part_usd) as parts_usd,
        string_agg(printf('%s %.2f', n.part_id, n.part_usd), ', ' order by n.part_usd desc, n.part_id) as parts,
        list_sort(list_distinct(flatten(list(list_concat(n.whole_fact_ids, n.part_fact_ids))))) as fact_ids
    from nearest as n
    group by n.period_role, n.programme_id, n.product_id
)

select
    'finding' as severity,
    concat_ws('|', s.product_id, s.programme_id, year.year) as finding_key,
    cast(null as varchar) as company_id,
    s.programme_id as scope_id,
    s.product_id,
    year.year,
    s.parts_usd as value,
    s.whole_usd as limit_value,
    printf(
        'The parts of %s on %s in %d are worth USD %.2f a unit and the whole USD %.2f: %s.',
        s.product_id, s.programme_id, year.year, s.parts_usd, s.whole_usd, s.parts
    ) as message,
    s.fact_ids
from summed as s
inner join core.year as year on year.period_role = s.period_role
where s.parts_usd > s.whole_usd * (1 + 1e-9)
