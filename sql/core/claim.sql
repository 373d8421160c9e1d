-- is: The one claim of each origin that speaks for a calendar year, in dollars and in the family's own units, its range completed.
-- grain: moment, period_role, kind, measure, scope_id, product_id, company_id, counterpart_id, origin_id
with ratio as (
    -- Over several families a scope converts only where they all agree.
    select
        r.moment,
        r.scope_id,
        r.unit,
        min(r.own_unit) as own_unit,
        min(r.own_units_per_unit) as own_units_per_unit
    from core.unit_ratio as r
    group by r.moment, r.scope_id, r.unit
    having min(r.own_unit) = max(r.own_unit) and min(r.own_units_per_unit) = max(r.own_units_per_unit)
),

parameter as (
    select
        max(p.value) filter (where p.parameter = 'carry_widening') as carry_widening
    from raw.parameters as p
),

dated as (
    select
        v.*,
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
    cross join core.target as t
    where v.kind in ('units', 'product_units', 'content', 'share', 'revenue', 'disclosed', 'signal', 'ownership')
),

-- The freshest period comes first, then what was said of it last, since an old period can be restated late.
applicable as (
    select
        d.*,
        row_number() over (
            partition by d.moment, d.period_role, d.subject_key, d.origin_id
            order by
                d.is_later, d.years_off, d.is_whole desc,
                case when d.is_later then d.period_start end nulls last,
                case when d.is_whole then date_diff('day', d.period_start, d.period_end) end nulls last,
                d.period_end desc nulls last, date_diff('day', d.period_start, d.period_end),
                d.is_actual desc, d.known_on desc, d.fact_id desc
        ) as preference
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
),

spread as (
    select
        a.*,
        tier.rank as tier_rank,
        -- A document whose day nobody knows weighs as if it were as old as its year allows: else the undated would weigh most.
        tier.weight * power(0.5, date_diff(
            'day',
            case when source.published_precision in ('year', 'none') then make_date(year(a.known_on), 1, 1) else a.known_on end,
            a.known_by
        ) / tier.half_life_days) as weight,
        case
            when a.unit = 'day' then 0
            else tier.default_spread
        end as default_spread,
        least(parameter.carry_widening * case when a.kind in ('content', 'share') then a.years_off else 0 end, 1) as widening,
        a.base is null and (a.low is null) <> (a.high is null) as is_bound,
        a.base is null and a.low is not null and a.high is not null as is_midpoint,
        -- What covers the year comes before what covers a part of it, and both before what has to be carried there.
        a.years_off + case when a.is_later then 1000 else 0 end + case when a.is_whole then 0 else 0.5 end as distance,
        case
            when a.years_off = 0 and a.is_whole then 'stated'
            when a.years_off = 0 then 'part_year'
            when a.is_later then 'carried_back'
            else 'carried'
        end as period_basis,
        case
            when a.kind = 'units' then r.own_units_per_unit
            when a.kind = 'content' and a.measure <> 'price' then 1 / r.own_units_per_unit
            else 1
        end
        * case when a.currency is null or a.currency = 'USD' then 1 else fx.usd_per_unit end as factor,
        fx.fact_id as fx_fact_id,
        fx.fx_basis,
        r.own_unit,
        -- Growth and margins can be negative; what is a part of something is at most one.
        case when a.kind = 'signal' or a.measure = 'growth' then -1e300 else 0 end as least_possible,
        case when a.kind in ('share', 'ownership') or (a.kind = 'disclosed' and a.unit = 'fraction') then 1 else 1e300 end as most_possible
    from applicable as a
    inner join raw.tiers as tier on tier.tier = a.tier
    inner join raw.sources as source on source.source_id = a.source_id
    cross join parameter
    left join ratio as r
        on r.moment = a.moment and r.scope_id = a.scope_id and r.unit = a.unit and a.kind in ('units', 'content') and a.measure <> 'price'
    left join core.fx_rate as fx on fx.currency = a.currency and fx.year = coalesce(year(a.period_end), a.year)
    where a.preference = 1
),

-- An actual count replaces forecasts, evidence replaces assumptions, and the nearest period the others.
judged as (
    select
        s.*,
        coalesce(s.base, (s.low + s.high) / 2) as stated_base,
        min(case when not s.is_bound and s.is_actual and s.kind in ('units', 'product_units') then s.distance end) over subject
            as nearest_actual,
        min(case when not s.is_bound and s.tier <> 'assumption' then s.distance end) over subject as nearest_evidence,
        min(case when not s.is_bound then s.distance end) over subject as nearest
    from spread as s
    where s.factor is not null
    window subject as (partition by s.moment, s.period_role, s.subject_key)
)

select
    j.moment,
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
    not j.is_bound
    and case
        when j.nearest_actual is not null then j.is_actual and j.distance = j.nearest_actual
        when j.nearest_evidence is not null then j.tier <> 'assumption' and j.distance = j.nearest_evidence
        else j.distance = j.nearest
    end as is_pooled,
    -- A bound holds for its own period and for what is known of earlier ones; ours gives way to evidence.
    j.is_bound
    and (j.tier <> 'assumption' or j.nearest_evidence is null)
    and j.distance <= coalesce(j.nearest_actual, j.nearest_evidence, j.nearest, j.distance) as is_binding,
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
