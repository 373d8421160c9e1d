-- is: Families for which a company's bottom-up revenue and what is disclosed, or rolled forward from it, lie far apart over the same programmes.
-- grain: finding_key
with compared as (
    select
        d.period_role,
        d.company_id,
        d.family_id,
        d.scope_id,
        d.method,
        d.revenue_usd as stated_usd,
        cast(sum(cast(b.revenue_usd as decimal(38, 9))) as double) as bottom_up_usd,
        list_distinct(flatten(list(list_concat(b.content_fact_ids, b.share_fact_ids)))) as bottom_up_fact_ids,
        any_value(d.fact_ids) as fact_ids
    from core.disclosed as d
    inner join core.scope_programme as s on s.scope_id = d.scope_id
    inner join core.bottom_up as b
        on
            b.counted and b.company_id = d.company_id and b.period_role = d.period_role and b.family_id = d.family_id
            and b.programme_id = s.programme_id
    group by d.period_role, d.company_id, d.family_id, d.scope_id, d.method, d.revenue_usd
),

apart as (
    select
        c.*,
        greatest(c.stated_usd, c.bottom_up_usd) / nullif(least(c.stated_usd, c.bottom_up_usd), 0) - 1 as apart
    from compared as c
)

select
    'method_gap' as finding,
    'note' as severity,
    concat_ws('|', a.company_id, a.family_id, year.year) as finding_key,
    a.company_id,
    a.scope_id,
    cast(null as varchar) as product_id,
    year.year,
    a.apart as value,
    parameter.value as limit_value,
    printf(
        '%s has USD %.1fm from %s in %d bottom-up and USD %.1fm by the %s figure, %.1f%% apart.',
        a.company_id, a.bottom_up_usd / 1e6, a.scope_id, year.year, a.stated_usd / 1e6, replace(a.method, '_', '-'), 100 * a.apart
    ) as message,
    list_sort(list_distinct(list_concat(a.fact_ids, a.bottom_up_fact_ids))) as fact_ids,
    question.as_of
from apart as a
inner join raw.parameters as parameter on parameter.parameter = 'method_gap'
inner join core.year as year on year.period_role = a.period_role
cross join core.question as question
where a.apart > parameter.value
