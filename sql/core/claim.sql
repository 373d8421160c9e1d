-- is: The one claim of each origin that speaks for a calendar year, in dollars and in the family's own units, its range completed.
-- grain: moment, period_role, kind, measure, scope_id, product_id, company_id, counterpart_id, origin_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'carry_widening') as carry_widening
    from raw.parameters as p
),

dated as (
    select
        v.moment,
        v.known_by,
        t.period_role,
        t.year,
        v.fact_id,
        v.kind,
        v.measure,
        v.scope_id,
        v.product_id,
        v.company_id,
        v.counterpart_id,
        v.period,
        v.period_start,
        v.period_end,
        v.unit,
        v.currency,
        v.low,
        v.base,
        v.high,
        v.is_actual,
        v.tier,
        v.origin_id,
        v.source_id,
        v.known_on,
        v.circular,
        case
            when v.period_end is null or (v.period_start <= t.year_end and v.period_end >= t.year_start) then 0
            when v.period_end < t.year_start then t.year - year(v.period_end)
            else year(v.period_start) - t.year
        end as years_off,
        v.period_start > t.year_end as is_later,
        v.period_start = t.year_start and v.period_end = t.year_end as is_exact
    from core.vintage as v
    cross join core.target as t
    where v.kind in ('units', 'product_units', 'content', 'share', 'revenue', 'disclosed', 'signal', 'ownership')
),

applicable as (
    select
        d.*,
        row_number() over (
            partition by
                d.moment, d.period_role, d.kind, d.measure, d.scope_id, d.product_id, d.company_id,
                d.counterpart_id, d.origin_id
            order by
                d.is_later nulls first, d.years_off,
                date_diff('day', d.period_start, d.period_end) nulls last, d.period_end desc nulls last,
                d.known_on desc, d.fact_id desc
        ) as preference
    from dated as d
    where
        (d.kind in ('units', 'product_units') and d.is_exact)
        or (d.kind = 'revenue' and d.measure in ('actual', 'forecast', 'growth') and d.is_exact)
        or (d.kind = 'revenue' and d.measure = 'trailing' and year(d.period_end) = d.year)
        or (d.kind = 'content')
        or (d.kind = 'share' and not coalesce(d.is_later, false))
        or (d.kind = 'disclosed' and d.years_off = 0)
        or (d.kind in ('signal', 'ownership') and d.period_role = 'horizon' and not coalesce(d.is_later, false))
),

spread as (
    select
        a.*,
        tier.rank as tier_rank,
        tier.weight * power(0.5, date_diff('day', a.known_on, a.known_by) / tier.half_life_days) as weight,
        case
            when a.unit = 'day' then 0
            else tier.default_spread
        end as default_spread,
        parameter.carry_widening * case when a.kind in ('content', 'share') then a.years_off else 0 end as widening,
        a.years_off + case when coalesce(a.is_later, false) then 1000 else 0 end as distance,
        case
            when a.years_off = 0 then 'stated'
            when a.is_later then 'carried_back'
            else 'carried'
        end as period_basis,
        case
            when a.kind in ('units', 'product_units') and a.company_id is null and a.product_id is null then r.own_units_per_unit
            when a.kind = 'units' then r.own_units_per_unit
            when a.kind = 'content' and a.measure in ('content', 'attach') then 1 / r.own_units_per_unit
            else 1
        end as unit_factor,
        case when a.currency is null or a.currency = 'USD' then 1 else fx.usd_per_unit end as money_factor,
        fx.fact_id as fx_fact_id,
        fx.fx_basis,
        r.own_unit
    from applicable as a
    inner join raw.tiers as tier on tier.tier = a.tier
    cross join parameter
    left join core.unit_ratio as r on r.moment = a.moment and r.scope_id = a.scope_id and r.unit = a.unit and a.kind in ('units', 'content') and a.measure <> 'price'
    left join core.fx_rate as fx on fx.currency = a.currency and fx.year = coalesce(year(a.period_end), a.year)
    where a.preference = 1
),

completed as (
    select
        s.*,
        s.base is null and (s.low is null) <> (s.high is null) as is_bound,
        s.base is null and s.low is not null and s.high is not null as is_midpoint,
        s.unit_factor * s.money_factor as factor,
        case when s.kind = 'share' then 1 else 1e300 end as most
    from spread as s
)

select
    c.moment,
    c.known_by,
    c.period_role,
    c.year,
    c.kind,
    c.measure,
    c.scope_id,
    c.product_id,
    c.company_id,
    c.counterpart_id,
    c.origin_id,
    c.fact_id,
    c.source_id,
    c.tier,
    c.tier_rank,
    c.weight,
    c.is_actual,
    c.is_bound,
    c.is_midpoint,
    c.circular,
    c.period,
    c.period_basis,
    c.distance,
    c.known_on,
    c.unit,
    coalesce(c.own_unit, c.unit) as own_unit,
    c.currency,
    c.factor,
    c.fx_fact_id,
    c.fx_basis,
    coalesce(c.base, (c.low + c.high) / 2) as stated_base,
    case when c.is_bound then null else coalesce(c.base, (c.low + c.high) / 2) * c.factor end as base,
    case
        when c.is_bound then c.low * c.factor
        else greatest(coalesce(c.low, c.base - abs(c.base) * c.default_spread) * (1 - least(c.widening, 1)) * c.factor, case when c.kind = 'signal' or c.measure = 'growth' then -1e300 else 0 end)
    end as low,
    case
        when c.is_bound then c.high * c.factor
        else least(coalesce(c.high, c.base + abs(c.base) * c.default_spread) * (1 + c.widening) * c.factor, greatest(c.most, c.base))
    end as high
from completed as c
where c.factor is not null
