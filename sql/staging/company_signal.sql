-- is: Company signals as the ledger wants them; a day is counted in days since 1970-01-01 so that it pools like a number.
-- grain: fact_id
select
    s.fact_id,
    'signal' as kind,
    s.metric as measure,
    s.scope_id,
    cast(null as varchar) as product_id,
    s.company_id,
    cast(null as varchar) as counterpart_id,
    s.period,
    s.period_start,
    s.period_end,
    case when s.until is not null then 'day' else 'number' end as unit,
    cast(null as varchar) as currency,
    case when s.until is not null then date_diff('day', date '1970-01-01', s.until) else s.low end as low,
    case when s.until is not null then date_diff('day', date '1970-01-01', s.until) else s.base end as base,
    case when s.until is not null then date_diff('day', date '1970-01-01', s.until) else s.high end as high,
    false as is_actual,
    s.tier,
    s.origin_id,
    s.source_id,
    s.known_on,
    s.supersedes,
    s.withdrawn,
    s.rests_on,
    false as circular
from raw.company_signals as s
