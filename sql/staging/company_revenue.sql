-- is: Sales claims as the ledger wants them, in units of the currency; a fiscal year stands for the calendar year of its middle.
-- grain: fact_id
select
    r.fact_id,
    'revenue' as kind,
    case
        when r.kind in ('forecast', 'growth') then r.kind
        when r.period like 'TTM%' then 'trailing'
        when date_diff('day', r.period_start, r.period_end) between 358 and 372 then 'actual'
        else 'part_year'
    end as measure,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    r.company_id,
    cast(null as varchar) as counterpart_id,
    r.period,
    case
        when r.period not like 'TTM%' and date_diff('day', r.period_start, r.period_end) between 358 and 372
            then make_date(year(r.period_start + interval 182 day), 1, 1)
        else r.period_start
    end as period_start,
    case
        when r.period not like 'TTM%' and date_diff('day', r.period_start, r.period_end) between 358 and 372
            then make_date(year(r.period_start + interval 182 day), 12, 31)
        else r.period_end
    end as period_end,
    case when r.kind = 'growth' then 'fraction' else 'money' end as unit,
    r.currency,
    r.low * case when r.kind = 'growth' then 1 else 1000000 end as low,
    r.base * case when r.kind = 'growth' then 1 else 1000000 end as base,
    r.high * case when r.kind = 'growth' then 1 else 1000000 end as high,
    r.kind in ('reported', 'derived') as is_actual,
    r.tier,
    r.origin_id,
    r.source_id,
    r.known_on,
    r.supersedes,
    r.withdrawn,
    r.rests_on,
    false as circular
from raw.company_revenues as r
