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
    select 'unlike_currency' as finding, k.* from audit.unlike_currency as k
    union all
    select 'cumulative_as_quarter' as finding, k.* from audit.cumulative_as_quarter as k
    union all
    select 'out_of_line' as finding, k.* from audit.out_of_line as k
    union all
    select 'part_above_whole' as finding, k.* from audit.part_above_whole as k
    union all
    select 'false_waiver' as finding, k.* from audit.false_waiver as k
    union all
    select 'child_unlike_parent' as finding, k.* from audit.child_unlike_parent as k
    union all
    select 'method_mix' as finding, k.* from audit.method_mix as k
    union all
    select 'whole_below_parts' as finding, k.* from audit.whole_below_parts as k
    union all
    select 'forecast_out_of_reach' as finding, k.* from audit.forecast_out_of_reach as k
    union all
    select 'refuted_mix' as finding, k.* from audit.refuted_mix as k
),

answered as (
    select u.*, w.standing, w.reason, w.waived_on, w.expires_on
    from united as u
    left join audit.waiver as w on w.finding = u.finding and w.finding_key = u.finding_key
),

-- What follows from a wrong fact is no second error.
followed as (
    select distinct a.finding, a.finding_key
    from answered as a
    cross join unnest(a.fact_ids) as behind (fact_id)
    inner join audit.wrong_entry as e on e.touched_id = behind.fact_id
    left join audit.entry_kind as own on own.finding = a.finding
    where
        a.finding not in ('stale_denominator', 'circular_input')
        and (
            own.place is null or e.place < own.place
            or (a.finding = 'out_of_line' and e.place = own.place and e.fact_id <> a.finding_key)
        )
)

select
    a.finding, a.severity, a.finding_key, a.company_id, a.scope_id, a.product_id, a.year, a.value, a.limit_value,
    a.message, a.fact_ids, question.as_of,
    case
        when a.severity = 'note' then 'note'
        when a.standing = 'stands' then 'waived'
        when f.finding is not null or (a.standing = 'false' and kind.finding is null) then 'follows'
        when a.standing = 'expired' then 'expired'
        else 'open'
    end as state,
    a.reason, a.waived_on, a.expires_on
from answered as a
left join followed as f on f.finding = a.finding and f.finding_key = a.finding_key
left join audit.entry_kind as kind on kind.finding = a.finding
cross join core.question as question
