-- is: The engine's own report card: what it says that the programmes brought a company in the base year and the year before, against the company's sales.
-- grain: company_id
with family as (
    select
        r.company_id,
        r.family_id,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'base') as base_usd,
        sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (where r.period_role = 'prior') as prior_usd,
        count(distinct r.method) = 1 as is_same_method,
        list_distinct(flatten(list(list_concat(list_concat(r.units_fact_ids, r.content_fact_ids), list_concat(r.share_fact_ids, r.other_fact_ids)))))
            as fact_ids
    from core.programme_revenue as r
    where r.chosen and r.period_role in ('base', 'prior')
    group by r.company_id, r.family_id
),

programmes as (
    select
        f.company_id,
        cast(sum(f.base_usd) as double) as base_usd,
        cast(sum(f.prior_usd) as double) as prior_usd,
        -- A family that is known in one of the two years only says nothing of the change, nor do two methods.
        bool_and(f.base_usd is not null and f.prior_usd is not null and f.is_same_method) as is_comparable,
        list_distinct(flatten(list(f.fact_ids))) as fact_ids
    from family as f
    group by f.company_id
),

sales as (
    select
        r.company_id,
        max(r.revenue_usd) filter (where r.period_role = 'base') as base_usd,
        max(r.revenue_basis) filter (where r.period_role = 'base') as base_basis,
        max(r.revenue_usd) filter (where r.period_role = 'prior') as prior_usd,
        max(r.revenue_basis) filter (where r.period_role = 'prior') as prior_basis,
        list_distinct(flatten(list(r.fact_ids))) as fact_ids
    from core.company_revenue as r
    where r.period_role in ('base', 'prior')
    group by r.company_id
)

select
    p.company_id,
    year.year,
    p.base_usd as programme_revenue_base_usd,
    s.base_usd as base_revenue_usd,
    s.base_basis as base_revenue_basis,
    p.base_usd / nullif(s.base_usd, 0) as exposure_base,
    p.prior_usd as programme_revenue_prior_usd,
    s.prior_usd as prior_revenue_usd,
    s.prior_basis as prior_revenue_basis,
    p.prior_usd / nullif(s.prior_usd, 0) as exposure_prior,
    case when p.is_comparable then p.base_usd - p.prior_usd end as programme_change_usd,
    s.base_usd - s.prior_usd as revenue_change_usd,
    case when p.is_comparable then p.base_usd / nullif(p.prior_usd, 0) - 1 end as programme_growth,
    s.base_usd / nullif(s.prior_usd, 0) - 1 as revenue_growth,
    list_sort(list_distinct(list_concat(p.fact_ids, coalesce(s.fact_ids, [])))) as fact_ids,
    question.as_of
from programmes as p
inner join core.year as year on year.period_role = 'base'
left join sales as s on s.company_id = p.company_id
cross join core.question as question
