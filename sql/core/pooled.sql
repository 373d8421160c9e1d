-- is: One range per subject and year from the current claims of independent origins: weighted mean, hull, bounds.
-- grain: moment, period_role, kind, measure, scope_id, product_id, company_id, counterpart_id
with claim as (
    select
        c.*,
        bool_or(c.is_actual and not c.is_bound and c.kind in ('units', 'product_units')) over subject as is_counted,
        bool_or(not c.is_bound and c.tier <> 'assumption') over subject as has_evidence
    from core.claim as c
    window subject as (
        partition by
            c.moment, c.period_role, c.kind, c.measure, c.scope_id, c.product_id, c.company_id, c.counterpart_id
    )
),

eligible as (
    select
        c.*,
        not c.is_bound
        and (c.is_actual or not c.is_counted)
        and (c.tier <> 'assumption' or not c.has_evidence) as is_eligible
    from claim as c
),

chosen as (
    select
        e.*,
        e.is_eligible
        and e.distance = min(e.distance) filter (where e.is_eligible) over (
            partition by
                e.moment, e.period_role, e.kind, e.measure, e.scope_id, e.product_id, e.company_id, e.counterpart_id
        ) as has_base
    from eligible as e
),

summed as (
    select
        c.moment,
        c.period_role,
        c.kind,
        c.measure,
        c.scope_id,
        c.product_id,
        c.company_id,
        c.counterpart_id,
        max(c.year) as year,
        max(c.own_unit) as unit,
        sum(cast(c.weight * c.base as decimal(38, 15))) filter (where c.has_base)
        / sum(cast(c.weight as decimal(38, 15))) filter (where c.has_base) as base,
        min(c.low) filter (where c.has_base) as hull_low,
        max(c.high) filter (where c.has_base) as hull_high,
        min(c.base) filter (where c.has_base) as least_base,
        max(c.base) filter (where c.has_base) as most_base,
        max(c.low) filter (where c.is_bound) as bound_low,
        min(c.high) filter (where c.is_bound) as bound_high,
        min(c.tier_rank) filter (where c.has_base) as tier_rank,
        arg_min(c.tier, c.tier_rank) filter (where c.has_base) as tier,
        count(distinct c.origin_id) filter (where c.has_base) as origins,
        bool_or(c.circular) filter (where c.has_base) as circular,
        max(c.known_on) as known_on,
        arg_min(c.period_basis, c.tier_rank) filter (where c.has_base) as period_basis,
        list_sort(list(c.fact_id) filter (where c.has_base)) as fact_ids,
        list_sort(list(c.fact_id) filter (where c.is_bound)) as bound_fact_ids
    from chosen as c
    group by
        c.moment, c.period_role, c.kind, c.measure, c.scope_id, c.product_id, c.company_id, c.counterpart_id
)

select
    s.moment,
    s.period_role,
    s.kind,
    s.measure,
    s.scope_id,
    s.product_id,
    s.company_id,
    s.counterpart_id,
    s.year,
    s.unit,
    cast(s.base as double) as base,
    case
        when s.base is null then s.bound_low
        else least(greatest(s.hull_low, coalesce(s.bound_low, s.hull_low)), coalesce(s.bound_high, s.base), s.base)
    end as low,
    case
        when s.base is null then s.bound_high
        else greatest(least(s.hull_high, coalesce(s.bound_high, s.hull_high)), coalesce(s.bound_low, s.base), s.base)
    end as high,
    s.bound_low,
    s.bound_high,
    coalesce(s.base < s.bound_low, false) or coalesce(s.base > s.bound_high, false) as outside_bound,
    s.tier_rank,
    s.tier,
    s.origins,
    (s.most_base - s.least_base) / nullif(s.base, 0) as disagreement,
    coalesce(s.circular, false) as circular,
    s.known_on,
    s.period_basis,
    s.fact_ids,
    s.bound_fact_ids
from summed as s
