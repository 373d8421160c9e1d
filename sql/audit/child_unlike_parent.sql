-- is: Consolidated children whose programme revenue stands in their parent with another figure, or above all of it.
-- grain: finding_key
with own as (
    select
        r.company_id, r.family_id, cast(sum(cast(r.programme_revenue_usd as decimal(38, 9))) as double) as usd,
        flatten(list(r.fact_ids)) as fact_ids
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon' and r.via_company_id is null
    group by r.company_id, r.family_id
),

inside as (
    select
        r.company_id, r.via_company_id, r.family_id,
        cast(sum(cast(r.programme_revenue_usd as decimal(38, 9))) as double) as usd
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon' and r.via_company_id is not null
    group by r.company_id, r.via_company_id, r.family_id
),

whole as (
    select
        r.company_id, r.family_id, cast(sum(cast(r.programme_revenue_usd as decimal(38, 9))) as double) as usd
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon'
    group by r.company_id, r.family_id
),

compared as (
    select
        m.group_id as parent_id, own.company_id, own.family_id, own.usd, own.fact_ids,
        case when inside.usd is not null then inside.usd else whole.usd end as parent_usd,
        inside.usd is not null as is_inside
    from own
    inner join core.group_member as m
        on m.company_id = own.company_id and m.period_role = 'horizon' and m.levels_up > 0
    inner join whole on whole.company_id = m.group_id and whole.family_id = own.family_id
    left join inside
        on
            inside.company_id = m.group_id and inside.via_company_id = own.company_id
            and inside.family_id = own.family_id
)

select
    'finding' as severity, concat_ws('|', c.parent_id, c.company_id, c.family_id, question.horizon) as finding_key,
    c.parent_id as company_id, c.family_id as scope_id, cast(null as varchar) as product_id, question.horizon as year,
    c.usd as value, c.parent_usd as limit_value,
    printf(
        '%s has USD %.1fm from %s in %d, and %s, which consolidates it, has USD %.1fm %s.', c.company_id, c.usd / 1e6,
        c.family_id, question.horizon, c.parent_id, c.parent_usd / 1e6,
        case when c.is_inside then 'of it' else 'in all' end
    ) as message,
    list_sort(list_distinct(c.fact_ids)) as fact_ids
from compared as c
cross join core.question as question
inner join raw.parameters as parameter on parameter.parameter = 'rounding'
where
    c.usd > c.parent_usd * (1 + parameter.value)
    or (c.is_inside and c.usd < c.parent_usd * (1 - parameter.value))
