-- is: Every finding and note, with the waiver that accepts it; nothing here was repaired.
-- grain: finding, finding_key
with united as (
    select 'share_above_one' as finding, k.* from audit.share_above_one as k
    union all
    select 'above_stated_part' as finding, k.* from audit.above_stated_part as k
    union all
    select 'content_above_parent' as finding, k.* from audit.content_above_parent as k
    union all
    select 'weight_above_one' as finding, k.* from audit.weight_above_one as k
    union all
    select 'implausible_weight' as finding, k.* from audit.implausible_weight as k
    union all
    select 'backcast' as finding, k.* from audit.backcast as k
    union all
    select 'revenue_gap' as finding, k.* from audit.revenue_gap as k
    union all
    select 'attach_above_market' as finding, k.* from audit.attach_above_market as k
    union all
    select 'circular_input' as finding, k.* from audit.circular_input as k
    union all
    select 'stale_denominator' as finding, k.* from audit.stale_denominator as k
    union all
    select 'base_outside_bound' as finding, k.* from audit.base_outside_bound as k
    union all
    select 'unit_mismatch' as finding, k.* from audit.unit_mismatch as k
    union all
    select 'known_after_build' as finding, k.* from audit.known_after_build as k
    union all
    select 'customer_cap' as finding, k.* from audit.customer_cap as k
    union all
    select 'scope_conflict' as finding, k.* from audit.scope_conflict as k
    union all
    select 'mix_above_one' as finding, k.* from audit.mix_above_one as k
    union all
    select 'unallocated_rest' as finding, k.* from audit.unallocated_rest as k
    union all
    select 'disagreement' as finding, k.* from audit.disagreement as k
    union all
    select 'method_gap' as finding, k.* from audit.method_gap as k
    union all
    select 'factor_twins' as finding, k.* from audit.factor_twins as k
    union all
    select 'unknown_leaf' as finding, k.* from audit.unknown_leaf as k
    union all
    select 'child_unlike_parent' as finding, k.* from audit.child_unlike_parent as k
    union all
    select 'method_mix' as finding, k.* from audit.method_mix as k
    union all
    select 'part_above_whole' as finding, k.* from audit.part_above_whole as k
    union all
    select 'forecast_out_of_reach' as finding, k.* from audit.forecast_out_of_reach as k
    union all
    select 'refuted_mix' as finding, k.* from audit.refuted_mix as k
)

select
    u.finding, u.severity, u.finding_key, u.company_id, u.scope_id, u.product_id, u.year, u.value, u.limit_value,
    u.message, u.fact_ids, question.as_of,
    case when u.severity = 'note' then 'note' when w.finding is not null then 'waived' else 'open' end as state,
    w.reason, w.waived_on
from united as u
left join raw.waivers as w on w.finding = u.finding and w.finding_key = u.finding_key
cross join core.question as question
