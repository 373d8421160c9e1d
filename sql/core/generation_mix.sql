-- is: Part of a family's units that a generation takes, by its sources or by the hand-over from an earlier year.
-- grain: period_role, programme_id
select
    m.period_role, m.family_id, m.programme_id, m.mix, m.mix_low, m.mix_high, m.mix_stated, m.mix_fit, m.mix_floor,
    m.mix_basis, m.tier, m.tier_rank, m.fact_ids, m.year, m.node_id, m.children
from core.stated_mix as m
union all
select
    c.period_role, c.family_id, c.programme_id, c.mix, least(c.mix_low, c.mix) as mix_low,
    greatest(c.mix_high, c.mix) as mix_high, null as mix_stated, null as mix_fit, null as mix_floor,
    'carried' as mix_basis, c.tier, c.tier_rank, c.fact_ids, c.year, c.node_id,
    [c.free_node_id, c.handed_node_id] as children
from core.carried_mix as c
