-- is: Nodes of what sources state, of what converts it into units and dollars, and of the figures pooled from it.
-- grain: node_id
with claim as (
    select
        c.*,
        case
            when c.currency is not null then 'USD'
            when c.kind = 'units' then c.own_unit || 's'
            when c.kind = 'content' then 'pieces'
            else c.own_unit
        end as own_unit_words
    from core.yearly_claim as c
    where
        c.base is not null and c.period_role <> 'prior'
        and c.kind in ('units', 'content', 'share', 'revenue', 'disclosed')
),

rate_use as (
    select distinct c.currency, c.fx_fact_id, c.fx_years_carried, c.usd_per_unit from claim as c
    union
    select t.currency, t.fx_fact_id, t.fx_years_carried, t.usd_per_unit from core.trailing_revenue as t
    union
    select r.currency, r.fx_fact_id, r.fx_years_carried, r.usd_per_unit from core.run_rate as r
),

-- A stated rate has the range of its source; one that is carried to a later year widens with each.
rate as (
    select
        u.*, v.period, v.tier,
        t.default_spread + widening.value * u.fx_years_carried as spread,
        case when u.fx_years_carried = 0 then v.base / v.high end as stated_low,
        case when u.fx_years_carried = 0 then v.base / v.low end as stated_high
    from rate_use as u
    inner join core.vintage as v on v.fact_id = u.fx_fact_id
    inner join raw.tiers as t on t.tier = v.tier
    inner join raw.parameters as widening on widening.parameter = 'fx_carry_widening'
)

select
    v.node_id, 'fact' as op, cast(null as double) as constant, cast(null as double) as floor,
    cast(null as double) as ceiling, coalesce(v.base, (v.low + v.high) / 2) as value, cast(null as double) as low,
    cast(null as double) as high, cast(null as varchar) as variate, 'as stated' as label,
    case
        when v.currency is not null then v.currency
        when v.kind = 'units' then v.unit || 's'
        when v.kind = 'content' then 'pieces'
        else v.unit
    end as unit, v.period as basis, v.tier, [v.fact_id] as fact_ids,
    cast(null as varchar[]) as children
from core.vintage as v
where
    v.kind in ('units', 'content', 'share', 'revenue', 'disclosed')
    and coalesce(v.base, (v.low + v.high) / 2) is not null
union all
select
    j.node_id, 'sum', null, null, null, j.base, null, null, null, 'parts of the year together',
    v.currency, j.parts || ' parts', v.tier, null, j.children
from core.joined_part as j
inner join core.vintage as v on v.fact_id = j.last_fact_id and v.kind = j.kind and v.subject_key = j.subject_key
union all
select distinct
    c.ratio_node_id, 'input', null, null, null, c.ratio, null, null, null,
    case c.kind when 'content' then c.unit || 's per ' || c.own_unit else c.own_unit || 's per ' || c.unit end,
    'ratio', null, null, c.ratio_fact_ids, null
from claim as c
where c.ratio_node_id is not null
union all
select
    concat_ws('/', 'fx', r.currency, r.fx_fact_id, r.fx_years_carried), 'input', null, null, null, r.usd_per_unit,
    r.usd_per_unit * coalesce(r.stated_low, 1 - r.spread), r.usd_per_unit * coalesce(r.stated_high, 1 + r.spread),
    concat_ws('/', 'fx', r.currency), 'USD per ' || r.currency, 'ratio',
    case when r.fx_years_carried > 0 then 'carried' else 'period' end, r.tier, [r.fx_fact_id], null
from rate as r
union all
select
    c.node_id, 'product', null, null, null, c.base, null, null, null,
    case origin.kind when 'own' then 'own assumption' else c.origin_id end,
    c.own_unit_words,
    concat_ws(
        ', ', c.period, nullif(c.period_basis, 'stated'), case when c.is_midpoint then 'midpoint' end
    ), c.tier, null, c.children
from claim as c
inner join raw.origins as origin on origin.origin_id = c.origin_id
union all
select
    p.node_id, 'mean', null, p.floor,
    case when p.measure = 'programme_share' then least(p.ceiling, 1) else p.ceiling end, p.base, p.low, p.high,
    -- Units, contents and sales are drawn as a whole further up.
    case
        when p.kind in ('share', 'disclosed') or (p.kind = 'units' and p.company_id is not null)
            then concat_ws(
                '/', p.kind, p.measure, p.scope_id, p.product_id, p.company_id, p.counterpart_id,
                array_to_string(p.fact_ids, '+')
            )
    end,
    concat_ws(
        ' ', p.company_id || '''s', replace(p.measure, '_', ' '), 'of', coalesce(p.product_id, p.scope_id, 'sales'),
        case when p.measure = 'units' then p.year end
    ),
    case
        when p.kind = 'units' then p.unit || 's'
        when p.measure = 'attach' then 'pieces'
        when p.kind = 'content' or p.unit = 'money' then 'USD'
        else p.unit
    end,
    nullif(p.period_basis, 'stated'), p.tier, null, null
from core.pooled as p
where
    p.base is not null and p.period_role <> 'prior' and p.kind in ('units', 'content', 'share', 'revenue', 'disclosed')
    and not (p.kind = 'share' and p.measure = 'share')
