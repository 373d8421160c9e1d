-- is: Products on a programme whose parts are worth more than the product; of several suppliers' own prices the mean.
-- grain: finding_key
with content as (
    select
        c.period_role, c.programme_id, c.product_id,
        coalesce(max(c.content_value_usd) filter (where c.supplier_id is null), avg(c.content_value_usd)) as usd,
        list_sort(list_distinct(flatten(list(c.fact_ids)))) as fact_ids
    from core.content as c
    inner join core.programme_units as u
        on u.period_role = c.period_role and u.programme_id = c.programme_id and u.units > 0
    group by c.period_role, c.programme_id, c.product_id
),

inside as (
    select
        whole.period_role, whole.programme_id, whole.product_id, whole.usd as whole_usd, part.product_id as part_id,
        part.usd as part_usd,
        list_concat(coalesce(whole.fact_ids, []), coalesce(part.fact_ids, [])) as fact_ids
    from content as whole
    inner join core.product_ancestor as a on a.ancestor_id = whole.product_id
    inner join content as part
        on
            part.period_role = whole.period_role and part.programme_id = whole.programme_id
            and part.product_id = a.product_id
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
        n.period_role, n.programme_id, n.product_id,
        max(n.whole_usd) as whole_usd,
        sum(n.part_usd) as parts_usd,
        string_agg(printf('%s %.2f', n.part_id, n.part_usd), ', ' order by n.part_usd desc, n.part_id) as parts,
        list_sort(list_distinct(flatten(list(n.fact_ids)))) as fact_ids
    from nearest as n
    group by n.period_role, n.programme_id, n.product_id
)

select
    'finding' as severity,
    concat_ws('|', s.product_id, s.programme_id, year.year) as finding_key,
    cast(null as varchar) as company_id, s.programme_id as scope_id, s.product_id, year.year,
    s.parts_usd as value, s.whole_usd as limit_value,
    printf(
        'The parts of %s on %s in %d are worth USD %.2f a unit and the whole USD %.2f: %s.',
        s.product_id, s.programme_id, year.year, s.parts_usd, s.whole_usd, s.parts
    ) as message,
    s.fact_ids
from summed as s
inner join core.year as year on year.period_role = s.period_role
where s.parts_usd > s.whole_usd * (1 + 1e-9)
