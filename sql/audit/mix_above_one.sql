-- is: Families whose generations are counted at more than the whole, so that their mix was fitted to it.
-- grain: finding_key
with summed as (
    select
        m.period_role, m.family_id,
        cast(sum(cast(m.mix_stated as decimal(38, 15))) as double) as mix,
        min(m.mix_fit) as mix_fit,
        string_agg(
            printf('%s %.3f', m.programme_id, m.mix_stated), ', ' order by m.mix_stated desc, m.programme_id
        ) as parts,
        list_sort(list_distinct(flatten(list(m.fact_ids)))) as fact_ids
    from core.generation_mix as m
    group by m.period_role, m.family_id
)

select
    'finding' as severity,
    concat_ws('|', s.family_id, year.year) as finding_key,
    cast(null as varchar) as company_id, s.family_id as scope_id, cast(null as varchar) as product_id, year.year,
    s.mix as value, cast(1 as double) as limit_value,
    printf('The generations of %s in %d add up to %.3f of the family: %s.', s.family_id, year.year, s.mix, s.parts)
        as message,
    s.fact_ids
from summed as s
inner join core.year as year on year.period_role = s.period_role
where s.mix_fit < 1 - 1e-9
