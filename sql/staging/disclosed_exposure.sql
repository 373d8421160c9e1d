-- is: Stated parts of a company's sales as the ledger wants them: customers as counterparts, units of the currency, fiscal years as the calendar years of their middle.
-- grain: fact_id
select
    d.fact_id,
    'disclosed' as kind,
    case
        when d.scope_id is not null then 'programme_' || d.measure
        when d.customer_id is not null then 'customer_' || d.measure
        else 'product_' || d.measure
    end as measure,
    case when scope.total then scope.family_id else d.scope_id end as scope_id,
    d.product_id,
    d.company_id,
    d.customer_id as counterpart_id,
    d.period,
    case
        when d.period not like 'TTM%' and date_diff('day', d.period_start, d.period_end) between 358 and 372
            then make_date(year(d.period_start + interval 182 day), 1, 1)
        else d.period_start
    end as period_start,
    case
        when d.period not like 'TTM%' and date_diff('day', d.period_start, d.period_end) between 358 and 372
            then make_date(year(d.period_start + interval 182 day), 12, 31)
        else d.period_end
    end as period_end,
    case when d.measure = 'share' then 'fraction' else 'money' end as unit,
    d.currency,
    d.low * case when d.measure = 'share' then 1 else 1000000 end as low,
    d.base * case when d.measure = 'share' then 1 else 1000000 end as base,
    d.high * case when d.measure = 'share' then 1 else 1000000 end as high,
    false as is_actual,
    d.tier,
    d.origin_id,
    d.source_id,
    d.known_on,
    d.supersedes,
    d.withdrawn,
    d.rests_on,
    false as circular
from raw.disclosed_exposures as d
left join raw.scopes as scope on scope.scope_id = d.scope_id
