-- is: The one claim of each origin that speaks for a calendar year, in dollars and in the family's own units, its range completed.
-- grain: period_role, kind, measure, scope_id, product_id, company_id, counterpart_id, origin_id
with ratio as (
    -- Over several families a scope converts only where they all agree.
    select
        r.scope_id,
        r.unit,
        min(r.own_unit) as own_unit,
        min(r.own_units_per_unit) as own_units_per_unit
    from core.unit_ratio as r
    group by r.scope_id, r.unit
    having min(r.own_unit) = max(r.own_unit) and min(r.own_units_per_unit) = max(r.own_units_per_unit)
),

parameter as (
    select
        max(p.value) filter (where p.parameter = 'carry_widening') as carry_widening
    from raw.parameters as p
),

dated as (
    select
        v.fact_id,
        v.subject_key,
        v.origin_id,
        v.kind,
        v.measure,
        v.unit,
        v.period_start,
        v.period_end,
        v.is_actual,
        v.known_on,
        t.period_role,
        t.year,
        case
            when coalesce(v.period_start <= t.year_end, true) and coalesce(v.period_end >= t.year_start, true) then 0
            when v.period_end < t.year_start then t.year - year(v.period_end)
            else year(v.period_start) - t.year
        end as years_off,
        coalesce(v.period_start > t.year_end, false) as is_later,
        coalesce(v.period_start <= t.year_start, true) and coalesce(v.period_end >= t.year_end, true) as is_whole,
        coalesce(v.period_start = t.year_start and v.period_end = t.year_end, false) as is_exact
    from core.vintage as v
    cross join core.year as t
    where v.kind in ('units', 'product_units', 'content', 'share', 'revenue', 'disclosed', 'signal', 'ownership')
),

-- The freshest period comes first, then what was said of it last, since an old period can be restated late.
chosen as (
    select
        d.period_role,
        d.year,
        d.subject_key,
        arg_max(
            struct_pack(fact_id := d.fact_id, years_off := d.years_off, is_later := d.is_later, is_whole := d.is_whole),
            row(
                not d.is_later, -d.years_off, d.is_whole,
                case when d.is_later then -date_diff('day', date '1970-01-01', d.period_start) else 0 end,
                case when d.is_whole then -coalesce(date_diff('day', d.period_start, d.period_end), 99999) else 0 end,
                coalesce(d.period_end, date '1970-01-01'), -coalesce(date_diff('day', d.period_start, d.period_end), 0),
                d.is_actual, d.known_on, d.fact_id
            )
        ) as best
    from dated as d
    where
        (d.kind in ('units', 'product_units') and d.is_exact)
        or (d.kind = 'revenue' and d.measure in ('actual', 'forecast', 'growth') and d.is_exact)
        or (d.kind = 'revenue' and d.measure = 'trailing' and year(d.period_end) = d.year)
        or (d.kind = 'content')
        or (d.kind = 'share' and not d.is_later)
        -- A part of a year's sales in dollars is not the year's; a fraction may stand for it.
        or (d.kind = 'disclosed' and (d.is_exact or (d.years_off = 0 and d.unit = 'fraction')))
        or (d.kind = 'ownership' and d.years_off = 0)
        or (d.kind = 'signal' and d.period_role = 'horizon' and not d.is_later)
    group by d.period_role, d.year, d.subject_key, d.origin_id
),

-- What can be converted, with how far its period lies from the year: what covers the year comes before what covers a part
-- of it, and both before what has to be carried there.
usable as (
    select
        c.period_role,
        c.year,
        c.subject_key,
        (c.best).fact_id as fact_id,
        (c.best).years_off as years_off,
        v.base is null and (v.low is null) <> (v.high is null) as is_bound,
        v.is_actual and v.kind in ('units', 'product_units') as is_counted,
        v.tier = 'assumption' as is_assumed,
        (c.best).years_off + case when (c.best).is_later then 1000 else 0 end + case when (c.best).is_whole then 0 else 0.5 end as distance,
        case
            when (c.best).years_off = 0 and (c.best).is_whole then 'stated'
            when (c.best).years_off = 0 then 'part_year'
            when (c.best).is_later then 'carried_back'
            else 'carried'
        end as period_basis,
        case
            when v.kind = 'units' then r.own_units_per_unit
            when v.kind = 'content' and v.measure <> 'price' then 1 / r.own_units_per_unit
            else 1
        end
        * case when v.currency is null or v.currency = 'USD' then 1 else fx.usd_per_unit end as factor,
        fx.fact_id as fx_fact_id,
        fx.fx_basis,
        r.own_unit
    from chosen as c
    inner join core.vintage as v on v.subject_key = c.subject_key and v.fact_id = (c.best).fact_id
    left join ratio as r
        on r.scope_id = v.scope_id and r.unit = v.unit and v.kind in ('units', 'content') and v.measure <> 'price'
    left join core.fx_rate as fx on fx.currency = v.currency and fx.year = coalesce(year(v.period_end), c.year)
),

-- An actual count replaces forecasts, evidence replaces assumptions, and the nearest period the others.
nearest as (
    select
        u.period_role,
        u.subject_key,
        min(u.distance) filter (where not u.is_bound and u.is_counted) as nearest_actual,
        min(u.distance) filter (where not u.is_bound and not u.is_assumed) as nearest_evidence,
        min(u.distance) filter (where not u.is_bound) as nearest
    from usable as u
    where u.factor is not null
    group by u.period_role, u.subject_key
),

judged as (
    select
        v.*,
        u.period_role,
        u.year,
        u.is_bound,
        u.distance,
        u.period_basis,
        u.factor,
        u.fx_fact_id,
        u.fx_basis,
        u.own_unit,
        not u.is_bound
        and case
            when n.nearest_actual is not null then v.is_actual and u.distance = n.nearest_actual
            when n.nearest_evidence is not null then not u.is_assumed and u.distance = n.nearest_evidence
            else u.distance = n.nearest
        end as is_pooled,
        -- A bound holds for its own period and for what is known of earlier ones; ours gives way to evidence.
        u.is_bound
        and (not u.is_assumed or n.nearest_evidence is null)
        and u.distance <= coalesce(n.nearest_actual, n.nearest_evidence, n.nearest, u.distance) as is_binding,
        tier.rank as tier_rank,
        -- A document whose day nobody knows weighs as if it were as old as its year allows: else the undated would weigh most.
        tier.weight * power(0.5, date_diff(
            'day',
            case when source.published_precision in ('year', 'none') then make_date(year(v.known_on), 1, 1) else v.known_on end,
            v.known_by
        ) / tier.half_life_days) as weight,
        case when v.unit = 'day' then 0 else tier.default_spread end as default_spread,
        least(parameter.carry_widening * case when v.kind in ('content', 'share') then u.years_off else 0 end, 1) as widening,
        v.base is null and not u.is_bound as is_midpoint,
        coalesce(v.base, (v.low + v.high) / 2) as stated_base,
        -- Growth and margins can be negative; what is a part of something is at most one.
        case when v.kind = 'signal' or v.measure = 'growth' then -1e300 else 0 end as least_possible,
        case when v.kind in ('share', 'ownership') or (v.kind = 'disclosed' and v.unit = 'fraction') then 1 else 1e300 end as most_possible
    from usable as u
    inner join nearest as n on n.period_role = u.period_role and n.subject_key = u.subject_key
    inner join core.vintage as v on v.subject_key = u.subject_key and v.fact_id = u.fact_id
    inner join raw.tiers as tier on tier.tier = v.tier
    inner join raw.sources as source on source.source_id = v.source_id
    cross join parameter
    where u.factor is not null
)

select
    j.known_by,
    j.period_role,
    j.year,
    j.kind,
    j.measure,
    j.scope_id,
    j.product_id,
    j.company_id,
    j.counterpart_id,
    j.origin_id,
    j.fact_id,
    j.source_id,
    j.tier,
    j.tier_rank,
    j.weight,
    j.is_actual,
    j.is_bound,
    j.is_midpoint,
    j.is_pooled,
    j.is_binding,
    j.circular,
    j.period,
    j.period_basis,
    j.distance,
    j.known_on,
    j.unit,
    coalesce(j.own_unit, j.unit) as own_unit,
    j.currency,
    j.factor,
    j.fx_fact_id,
    j.fx_basis,
    j.stated_base,
    case when not j.is_bound then j.stated_base * j.factor end as base,
    case
        when j.is_bound then j.low * (1 - j.widening) * j.factor
        else greatest(coalesce(j.low, j.base - abs(j.base) * j.default_spread) * (1 - j.widening) * j.factor, j.least_possible)
    end as low,
    case
        when j.is_bound then case when j.high is not null then least(j.high * (1 + j.widening) * j.factor, j.most_possible) end
        else least(coalesce(j.high, j.base + abs(j.base) * j.default_spread) * (1 + j.widening) * j.factor, j.most_possible)
    end as high
from judged as j
