-- is: Signals on companies as stated: a number, or in text the day until which orders reach.
-- grain: fact_id
select
    s.fact_id, 'company_signals' as home, 'signal' as kind, s.metric as measure, s.company_id as subject, s.metric,
    cast(null as varchar) as object, cast(s.until as varchar) as text,
    s.scope_id, cast(null as varchar) as product_id, s.company_id, cast(null as varchar) as counterpart_id,
    s.period, s.period_start, s.period_end, s.period_start as valid_from, s.period_end as valid_to,
    case when s.until is null then 'number' else 'day' end as fact_unit,
    case when s.until is null then m.unit end as unit, cast(null as varchar) as currency,
    s.low, s.base, s.high, 1 as scale, false as is_actual, false as circular, s.note,
    s.tier, s.origin_id, s.source_id, s.citation, s.known_on, s.known_on_basis, s.rests_on, s.supersedes, s.withdrawn
from raw.company_signals as s
inner join raw.signal_metrics as m on m.metric = s.metric
