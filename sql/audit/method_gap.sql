-- is: Families whose bottom-up revenue lies far from what is disclosed, or rolled forward, for the same programmes.
-- grain: finding_key
with compared as (
    select
        d.period_role, d.company_id, d.family_id, d.scope_id, d.method, d.revenue_usd as stated_usd,
        cast(sum(cast(b.revenue_usd as decimal(38, 9))) as double) as bottom_up_usd,
        flatten(list(list_concat(
            coalesce(b.content_fact_ids, []), coalesce(b.share_fact_ids, []), coalesce(d.fact_ids, [])
        ))) as fact_ids
    from core.disclosed as d
    inner join core.scope_programme as s on s.scope_id = d.scope_id
    inner join core.bottom_up as b
        on
            b.counted and b.company_id = d.company_id and b.period_role = d.period_role and b.family_id = d.family_id
            and b.programme_id = s.programme_id
    group by d.period_role, d.company_id, d.family_id, d.scope_id, d.method, d.revenue_usd
),

measured as (
    select
        c.*, greatest(c.stated_usd, c.bottom_up_usd) / nullif(least(c.stated_usd, c.bottom_up_usd), 0) - 1 as gap
    from compared as c
)

select
    'note' as severity, concat_ws('|', m.company_id, m.family_id, year.year) as finding_key, m.company_id, m.scope_id,
    cast(null as varchar) as product_id, year.year, m.gap as value, parameter.value as limit_value,
    printf(
        '%s has USD %.1fm from %s in %d bottom-up and USD %.1fm by the %s figure, %.1f%% apart.',
        m.company_id, m.bottom_up_usd / 1e6, m.scope_id, year.year, m.stated_usd / 1e6, replace(m.method, '_', '-'),
        100 * m.gap
    ) as message,
    list_sort(list_distinct(m.fact_ids)) as fact_ids
from measured as m
inner join raw.parameters as parameter on parameter.parameter = 'method_gap'
inner join core.year as year on year.period_role = m.period_role
where m.gap > parameter.value
