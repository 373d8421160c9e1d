-- is: Roles of suppliers (main, second, participant ...), with the weight range that the method gives the role.
-- grain: fact_id
select
    s.fact_id, s.home, s.kind, 'role' as measure, s.subject, s.metric, s.object, s.text,
    s.scope_id, s.product_id, s.company_id, s.counterpart_id,
    s.period, s.period_start, s.period_end, s.valid_from, s.valid_to, 'weight' as fact_unit, s.unit, s.currency,
    mode.low, mode.base, mode.high, 1 as scale, s.is_actual, s.circular, s.note,
    s.tier, s.origin_id, s.source_id, s.citation, s.known_on, s.known_on_basis, s.rests_on, s.supersedes, s.withdrawn
from staging.supply_share as s
inner join raw.sourcing_modes as mode on mode.sourcing_mode = s.text
where s.measure = 'share'
