-- is: Links of which content and share are both our own guesses at the horizon: the ends of what a unit brings.
-- grain: period_role, company_id, product_id, programme_id
with ranged as (
    select
        l.period_role, l.year, l.company_id, l.product_id, l.programme_id,
        c.content_value_usd * s.supply_share as usd,
        -- Half-widths of logs add as squares: independent ranges do not reach their ends together.
        sqrt(
            power(ln(c.content_value_usd / nullif(c.content_value_usd_low, 0)), 2)
            + power(ln(s.supply_share / nullif(s.supply_share_low, 0)), 2)
        ) as width_down,
        sqrt(
            power(ln(c.content_value_usd_high / nullif(c.content_value_usd, 0)), 2)
            + power(ln(s.supply_share_high / nullif(s.supply_share, 0)), 2)
        ) as width_up,
        list_sort(list_distinct(list_concat(coalesce(c.fact_ids, []), coalesce(s.fact_ids, [])))) as fact_ids,
        c.tier = 'assumption' and s.tier = 'assumption' and s.share_basis <> 'counted_units'
        -- Two guesses that restate a stated bound each have something to rest on.
        -- A what-if rests on no fact and is stated, not guessed.
        and array_length(c.fact_ids) > 0 and array_length(s.fact_ids) > 0
        and not (array_length(c.bound_fact_ids) > 0 and array_length(s.bound_fact_ids) > 0) as is_own
    from core.link_year as l
    inner join core.content as c
        on
            c.period_role = l.period_role and c.programme_id = l.programme_id and c.product_id = l.product_id
            and c.supplier_id is not distinct from l.content_supplier_id
    inner join core.supply_share as s
        on
            s.period_role = l.period_role and s.programme_id = l.programme_id and s.product_id = l.product_id
            and s.company_id = l.company_id
    where s.supply_share > 0
),

-- The years before follow the horizon, so that what is known of a year does not look like growth.
followed as (
    select
        r.*,
        bool_or(r.is_own) filter (where r.period_role = 'horizon') over (
            partition by r.company_id, r.product_id, r.programme_id
        ) as is_own_then
    from ranged as r
)

select
    f.period_role, f.year, f.company_id, f.product_id, f.programme_id,
    -- A range that reaches down to zero has no logarithm: its lower end is zero.
    coalesce(f.usd * exp(-f.width_down), 0) as usd_low, coalesce(f.usd * exp(f.width_up), f.usd) as usd_high,
    concat_ws('/', 'guess', f.company_id, f.product_id, f.programme_id, f.year) as node_id, f.fact_ids
from followed as f
where coalesce(f.is_own_then, f.is_own)
