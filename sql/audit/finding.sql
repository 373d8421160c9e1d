-- is: Every finding and note, with whether a waiver accepts it; nothing here was repaired.
-- grain: finding, finding_key
with found as (
    select k.* from audit.share_above_one as k
    union all
    select k.* from audit.content_above_parent as k
    union all
    select k.* from audit.weight_above_one as k
    union all
    select k.* from audit.implausible_weight as k
    union all
    select k.* from audit.backcast as k
    union all
    select k.* from audit.revenue_gap as k
    union all
    select k.* from audit.attach_above_market as k
    union all
    select k.* from audit.circular_input as k
    union all
    select k.* from audit.stale_denominator as k
    union all
    select k.* from audit.base_outside_bound as k
    union all
    select k.* from audit.unit_mismatch as k
    union all
    select k.* from audit.known_after_build as k
    union all
    select k.* from audit.customer_cap as k
    union all
    select k.* from audit.scope_conflict as k
    union all
    select k.* from audit.mix_above_one as k
    union all
    select k.* from audit.unallocated_rest as k
    union all
    select k.* from audit.disagreement as k
    union all
    select k.* from audit.method_gap as k
    union all
    select k.* from audit.factor_twins as k
    union all
    select k.* from audit.unknown_leaf as k
)

select
    f.finding,
    f.severity,
    f.finding_key,
    f.company_id,
    f.scope_id,
    f.product_id,
    f.year,
    f.value,
    f.limit_value,
    f.message,
    f.fact_ids,
    f.as_of,
    case when f.severity = 'note' then 'note' when w.finding is not null then 'waived' else 'open' end as state,
    w.reason,
    w.waived_on
from found as f
left join raw.waivers as w on w.finding = f.finding and w.finding_key = f.finding_key
