-- is: One range per subject and year from the current claims of independent origins: weighted mean, hull and bounds.
-- grain: period_role, kind, measure, scope_id, product_id, company_id, counterpart_id
with summed as (
    select
        c.period_role, c.kind, c.measure, c.scope_id, c.product_id, c.company_id, c.counterpart_id,
        max(c.year) as year,
        min(c.said_node_id) as node_id,
        max(c.own_unit) as unit,
        cast(sum(cast(c.weight * c.base as decimal(38, 15))) filter (where c.is_pooled) as double)
        / cast(sum(cast(c.weight as decimal(38, 15))) filter (where c.is_pooled) as double) as mean_base,
        min(c.low) filter (where c.is_pooled) as hull_low,
        max(c.high) filter (where c.is_pooled) as hull_high,
        min(c.base) filter (where c.is_pooled) as least_base,
        max(c.base) filter (where c.is_pooled) as most_base,
        max(c.low) filter (where c.is_binding) as bound_low,
        min(c.high) filter (where c.is_binding) as bound_high,
        max(c.low) filter (where c.is_firm) as firm_low,
        min(c.high) filter (where c.is_firm) as firm_high,
        min(c.tier_rank) filter (where c.is_pooled) as tier_rank,
        arg_min(c.tier, c.tier_rank) filter (where c.is_pooled) as tier,
        count(*) filter (where c.is_pooled) as origins,
        coalesce(bool_or(c.circular) filter (where c.is_pooled), false) as circular,
        coalesce(bool_and(c.is_actual) filter (where c.is_pooled), false) as is_actual,
        max(c.known_on) as known_on,
        min(c.period_basis) filter (where c.is_pooled) as period_basis,
        coalesce(list_sort(list_distinct(flatten(list(c.fact_ids) filter (where c.is_pooled)))), []) as fact_ids,
        coalesce(list_sort(list_distinct(flatten(list(c.fact_ids) filter (where c.is_binding)))), []) as bound_fact_ids
    from core.yearly_claim as c
    where c.is_pooled or c.is_binding
    group by c.period_role, c.kind, c.measure, c.scope_id, c.product_id, c.company_id, c.counterpart_id
),

-- Rounding moves a mean neither out of the claims nor away from what they agree on; firm bounds that leave anything
-- between them bind it.
meant as (
    select
        s.*,
        least(greatest(s.mean_base, s.least_base), s.most_base) as claimed_base,
        case when coalesce(s.firm_low <= s.firm_high, true) then s.firm_low end as floor,
        case when coalesce(s.firm_low <= s.firm_high, true) then s.firm_high end as ceiling
    from summed as s
),

valued as (
    select
        m.*,
        case
            when m.claimed_base < m.floor then m.floor
            when m.claimed_base > m.ceiling then m.ceiling
            else m.claimed_base
        end as base
    from meant as m
)

select
    v.period_role, v.kind, v.measure, v.scope_id, v.product_id, v.company_id, v.counterpart_id, v.year, v.unit, v.base,
    case
        when v.base is not null then least(
            greatest(v.hull_low, coalesce(v.bound_low, v.hull_low)), coalesce(v.bound_high, v.base),
            v.claimed_base, v.base
        )
        when v.bound_low is not null then least(v.bound_low, coalesce(v.bound_high, v.bound_low))
    end as low,
    case
        when v.base is not null then greatest(
            least(v.hull_high, coalesce(v.bound_high, v.hull_high)), coalesce(v.bound_low, v.base),
            v.claimed_base, v.base
        )
        when v.bound_high is not null then greatest(v.bound_high, coalesce(v.bound_low, v.bound_high))
    end as high,
    v.bound_low,
    v.bound_high,
    v.floor,
    v.ceiling,
    v.claimed_base,
    coalesce(v.claimed_base < v.bound_low, false) or coalesce(v.claimed_base > v.bound_high, false) as outside_bound,
    v.tier_rank,
    v.tier,
    v.origins,
    (v.most_base - v.least_base) / nullif(v.base, 0) as disagreement,
    v.circular,
    v.is_actual,
    v.known_on,
    v.period_basis,
    v.fact_ids,
    v.bound_fact_ids,
    v.node_id
from valued as v
