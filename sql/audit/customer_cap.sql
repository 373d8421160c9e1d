-- is: Companies that would sell more into one owner's programmes than that customer buys from them in that year.
-- grain: finding_key
with sold as (
    select
        r.period_role, r.company_id, f.owner_id,
        cast(sum(cast(r.programme_revenue_usd as decimal(38, 9))) as double) as programme_usd,
        flatten(list(list_concat(
            coalesce(r.units_fact_ids, []), coalesce(r.content_fact_ids, []), coalesce(r.share_fact_ids, [])
        ))) as fact_ids
    from core.programme_revenue as r
    inner join raw.families as f on f.family_id = r.family_id
    where r.chosen
    group by r.period_role, r.company_id, f.owner_id
),

cap as (
    select
        p.period_role, p.company_id, p.counterpart_id, p.measure,
        p.high * case when p.measure = 'customer_share' then s.revenue_usd else 1 end as cap_usd,
        list_concat(
            coalesce(p.fact_ids, []), coalesce(p.bound_fact_ids, []),
            coalesce(case when p.measure = 'customer_share' then s.fact_ids end, [])
        ) as fact_ids
    from core.pooled as p
    left join core.company_revenue as s on s.company_id = p.company_id and s.period_role = p.period_role
    where p.kind = 'disclosed' and p.measure in ('customer_share', 'customer_revenue')
)

select
    'finding' as severity, concat_ws('|', c.company_id, c.counterpart_id, c.measure, year.year) as finding_key,
    c.company_id, cast(null as varchar) as scope_id, cast(null as varchar) as product_id, year.year,
    s.programme_usd as value, c.cap_usd as limit_value,
    printf(
        'The programmes of %s would bring %s USD %.1fm in %d, and this customer takes at most USD %.1fm.',
        c.counterpart_id, c.company_id, s.programme_usd / 1e6, year.year, c.cap_usd / 1e6
    ) as message,
    list_sort(list_distinct(list_concat(coalesce(s.fact_ids, []), coalesce(c.fact_ids, [])))) as fact_ids
from cap as c
inner join sold as s
    on s.period_role = c.period_role and s.company_id = c.company_id and s.owner_id = c.counterpart_id
inner join core.year as year on year.period_role = c.period_role
where s.programme_usd > c.cap_usd
