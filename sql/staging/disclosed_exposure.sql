-- is: Parts of a company's sales as stated, by customer, product or programme; the counterpart is the customer.
-- grain: fact_id
select
    d.fact_id, 'disclosed_exposures' as home, 'disclosed' as kind,
    case
        when d.scope_id is not null then 'programme_' || d.measure
        when d.customer_id is not null then 'customer_' || d.measure
        else 'product_' || d.measure
    end as measure,
    d.company_id as subject, case d.measure when 'share' then 'revenue_part' else 'revenue' end as metric,
    coalesce(d.customer_id, d.product_id, d.scope_id) as object, cast(null as varchar) as text,
    d.scope_id, d.product_id, d.company_id, d.customer_id as counterpart_id, d.period, d.period_start, d.period_end,
    coalesce(fiscal.year_start, d.period_start) as valid_from, coalesce(fiscal.year_end, d.period_end) as valid_to,
    case when d.measure = 'share' then 'fraction' else 'money' end as fact_unit,
    coalesce(d.currency || ' million', 'fraction') as unit, d.currency, d.low, d.base, d.high,
    case when d.measure = 'share' then 1 else 1000000 end as scale, false as is_actual, false as circular, d.note,
    d.tier, d.origin_id, d.source_id, d.citation, d.known_on, d.known_on_basis, d.rests_on, d.supersedes, d.withdrawn
from raw.disclosed_exposures as d
left join staging.fiscal_year as fiscal on fiscal.period = d.period
