-- Counts of Grace Blackwell racks at the horizon by origin, with their weights.
select
    c.origin_id as "origin",
    case
        when v.low is not null and v.high is not null then format('{:,.0f} to {:,.0f}', v.low, v.high)
        else format('{:,.0f}', c.base)
    end as "GB racks of 2026",
    c.known_on as "known on",
    c.tier as "tier",
    format('{:.3f}', c.weight) as "weight",
    c.fact_id as "fact"
from core.yearly_claim as c
inner join core.vintage as v on v.fact_id = c.fact_id
where
    c.period_role = 'horizon' and c.kind = 'units' and c.scope_id = 'gb'
    and c.company_id is null and c.is_pooled
order by c.base, c.fact_id
