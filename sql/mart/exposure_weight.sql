-- is: Part of a company's sales at the horizon that a programme brings in, same year over same year.
-- grain: company_id, programme_id
with horizon as (
    select
        r.company_id, r.programme_id, arg_max(r.method, r.programme_revenue_usd) as method,
        cast(coalesce(sum(cast(r.programme_revenue_usd as decimal(38, 9))) filter (
            where r.assumed_inputs > 0 or r.circular
        ), 0) as double) as assumed_usd,
        list_sort(list_distinct(flatten(list(r.fact_ids)))) as fact_ids
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon'
    group by r.company_id, r.programme_id
)

select
    e.company_id, c.ticker, c.name, e.programme_id, e.family_id, question.horizon as year,
    e.exposure_weight, e.exposure_low, e.exposure_high, e.exposure_base,
    e.programme_revenue_usd, e.programme_revenue_usd_low, e.programme_revenue_usd_high, e.programme_revenue_base_usd,
    e.company_revenue_usd, e.denominator, h.method, h.assumed_usd, h.fact_ids, question.as_of
from core.exposure as e
inner join horizon as h on h.company_id = e.company_id and h.programme_id = e.programme_id
inner join core.listing as c on c.company_id = e.company_id
cross join core.question as question
