-- is: Every claim of the ledger with its figure as a value and a range, and with bounds where one end is open.
-- grain: fact_id
select
    k.fact_id, k.home, k.subject, k.metric, k.system, k.theme, k.object, k.scope_id, k.company_id,
    k.period, k.period_start, k.period_end, k.unit, k.currency, k.text, k.statement,
    coalesce(k.low, k.base, k.high) is not null as has_number,
    k.central as value,
    coalesce(k.low, k.base) as value_low,
    coalesce(k.high, k.base) as value_high,
    -- an open lower end is zero where the figure is positive, else it is without end, as an open upper end is
    coalesce(k.low, k.base, case when k.high > 0 then 0 else cast('-infinity' as double) end) as least_value,
    coalesce(k.high, k.base, cast('infinity' as double)) as most_value,
    k.tier, tier.rank as tier_rank, k.origin_id, k.source_id, k.citation,
    trim(k.source_id || ' ' || coalesce(k.citation, '')) as source_citation,
    k.known_on, k.known_on_basis, k.is_current, k.is_set_aside, k.stands, k.note, k.as_of
from mart.claim as k
inner join raw.tiers as tier on tier.tier = k.tier
