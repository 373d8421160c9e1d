-- is: The engine's report card: its programme revenue in past years beside the company's own sales.
-- grain: company_id
with family as (
    select
        r.company_id, r.family_id,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'base') as base_usd,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'prior') as prior_usd,
        count(distinct r.method) = 1 as is_same_method,
        flatten(list(r.fact_ids)) as fact_ids
    from core.programme_revenue as r
    where r.chosen and r.period_role in ('base', 'prior')
    group by r.company_id, r.family_id
),

programmes as (
    select
        f.company_id,
        cast(sum(f.base_usd) as double) as base_usd,
        cast(sum(f.prior_usd) as double) as prior_usd,
        -- a family that is known in one of the years only says nothing of the change, and neither do two methods
        bool_and(f.base_usd is not null and f.prior_usd is not null and f.is_same_method) as is_comparable,
        flatten(list(f.fact_ids)) as fact_ids
    from family as f
    group by f.company_id
)

select
    p.company_id,
    year.year,
    p.base_usd as programme_revenue_base_usd,
    base.revenue_usd as base_revenue_usd,
    base.revenue_basis as base_revenue_basis,
    p.base_usd / nullif(base.revenue_usd, 0) as exposure_base,
    p.prior_usd as programme_revenue_prior_usd,
    before.revenue_usd as prior_revenue_usd,
    before.revenue_basis as prior_revenue_basis,
    p.prior_usd / nullif(before.revenue_usd, 0) as exposure_prior,
    case when p.is_comparable then p.base_usd - p.prior_usd end as programme_change_usd,
    base.revenue_usd - before.revenue_usd as revenue_change_usd,
    case when p.is_comparable then p.base_usd / nullif(p.prior_usd, 0) - 1 end as programme_growth,
    base.revenue_usd / nullif(before.revenue_usd, 0) - 1 as revenue_growth,
    list_sort(list_distinct(list_concat(
        coalesce(p.fact_ids, []), coalesce(base.fact_ids, []), coalesce(before.fact_ids, [])
    ))) as fact_ids,
    question.as_of
from programmes as p
inner join core.year as year on year.period_role = 'base'
left join core.company_revenue as base on base.company_id = p.company_id and base.period_role = 'base'
left join core.company_revenue as before on before.company_id = p.company_id and before.period_role = 'prior'
cross join core.question as question
