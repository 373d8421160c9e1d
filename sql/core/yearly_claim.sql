-- is: The claim of each origin for a calendar year, in dollars and the family's own units, its range completed.
-- grain: period_role, kind, measure, scope_id, product_id, company_id, counterpart_id, origin_id
with ratio as (
    -- A scope over several families converts only where they all agree.
    select
        r.scope_id,
        r.unit,
        min(r.own_unit) as own_unit,
        min(r.own_units_per_unit) as own_units_per_unit,
        list_sort(list_distinct(flatten(list(r.fact_ids)))) as fact_ids
    from core.unit_ratio as r
    group by r.scope_id, r.unit
    having min(r.own_unit) = max(r.own_unit) and min(r.own_units_per_unit) = max(r.own_units_per_unit)
),

parameter as (
    select p.value as carry_widening from raw.parameters as p where p.parameter = 'carry_widening'
),

converted as (
    select
        c.*,
        r.own_unit,
        r.fact_ids as ratio_fact_ids,
        case
            when c.kind = 'units' then r.own_units_per_unit
            when c.kind = 'content' and c.measure <> 'price' then 1 / r.own_units_per_unit
            else 1
        end as ratio,
        fx.fact_id as fx_fact_id,
        fx.fx_basis,
        case when c.currency is null then 1 else fx.usd_per_unit end as usd_per_unit,
        greatest(c.year - fx.rate_year, 0) as fx_years_carried,
        c.base is null and (c.low is null) <> (c.high is null) as is_bound,
        c.is_actual and c.kind in ('units', 'product_units') as is_counted,
        c.tier = 'assumption' as is_assumed
    from core.claim_choice as c
    left join ratio as r
        on r.scope_id = c.scope_id and r.unit = c.unit and c.kind in ('units', 'content') and c.measure <> 'price'
    left join core.fx_rate as fx on fx.currency = c.currency and fx.year = coalesce(year(c.period_end), c.year)
),

factored as (
    select
        c.*,
        c.ratio * c.usd_per_unit as factor,
        case when c.ratio <> 1 then concat_ws('/', 'ratio', c.kind, c.scope_id, c.unit) end as ratio_node_id,
        case
            when c.fx_fact_id is not null then concat_ws('/', 'fx', c.currency, c.fx_fact_id, c.fx_years_carried)
        end as fx_node_id
    from converted as c
),

-- An actual count replaces forecasts, evidence replaces assumptions, and the nearest period the others.
compared as (
    select
        c.*,
        min(case when not c.is_bound and c.is_counted then c.distance end) over subject as nearest_actual,
        min(case when not c.is_bound and not c.is_assumed then c.distance end) over subject as nearest_evidence,
        min(case when not c.is_bound then c.distance end) over subject as nearest
    from factored as c
    where c.factor is not null
    window subject as (partition by c.period_role, c.subject_key)
),

judged as (
    select
        c.*,
        not c.is_bound
        and case
            when c.nearest_actual is not null then c.is_actual and c.distance = c.nearest_actual
            when c.nearest_evidence is not null then not c.is_assumed and c.distance = c.nearest_evidence
            else c.distance = c.nearest
        end as is_pooled,
        -- A bound limits claims of its own and of farther periods; an assumed bound gives way to evidence.
        c.is_bound
        and (not c.is_assumed or c.nearest_evidence is null)
        and c.distance <= coalesce(c.nearest_actual, c.nearest_evidence, c.nearest, c.distance) as is_binding,
        tier.rank as tier_rank,
        case when c.unit = 'day' then 0 else tier.default_spread end as default_spread,
        least(
            parameter.carry_widening * case when c.kind in ('content', 'share') then c.years_off else 0 end, 1
        ) as widening,
        -- Growth and margins can be negative; what is a part of something is at most one.
        case when c.kind = 'signal' or c.measure = 'growth' then -1e300 else 0 end as least_possible,
        case
            when c.kind in ('share', 'ownership') or (c.kind = 'disclosed' and c.unit = 'fraction') then 1
            else 1e300
        end as most_possible
    from compared as c
    inner join raw.tiers as tier on tier.tier = c.tier
    cross join parameter
)

select
    j.period_role, j.year, j.kind, j.measure, j.scope_id, j.product_id, j.company_id, j.counterpart_id, j.origin_id,
    j.fact_id, j.fact_ids, j.tier, j.tier_rank, j.weight, j.is_actual, j.is_bound, j.is_pooled, j.is_binding,
    -- A bound that is as well founded as what it contradicts, and no older, binds it.
    coalesce(
        j.is_binding and j.tier_rank <= min(case when j.is_pooled then j.tier_rank end) over subject
        and j.known_on >= max(case when j.is_pooled then j.known_on end) over subject
        and (j.is_actual or j.nearest_actual is null), false
    ) as is_firm, j.circular,
    j.period, j.period_basis, j.known_on, j.unit, coalesce(j.own_unit, j.unit) as own_unit, j.currency, j.factor,
    j.fx_fact_id, j.fx_basis, j.fx_years_carried, j.usd_per_unit, j.ratio, j.ratio_fact_ids,
    concat_ws('/', 'claim', j.fact_id, j.measure, coalesce(j.company_id, '-'), j.year) as node_id,
    concat_ws(
        '/', 'said', j.kind, j.measure, coalesce(j.scope_id, '-'), coalesce(j.product_id, '-'),
        coalesce(j.company_id, '-'), coalesce(j.counterpart_id, '-'), j.year
    ) as said_node_id,
    j.ratio_node_id, j.fx_node_id,
    list_filter([j.fact_node_id, j.ratio_node_id, j.fx_node_id], lambda x: x is not null) as children,
    j.base is null and not j.is_bound as is_midpoint,
    case when not j.is_bound then coalesce(j.base, (j.low + j.high) / 2) * j.factor end as base,
    case
        when j.is_bound then j.low * (1 - j.widening) * j.factor
        else greatest(
            coalesce(j.low, j.base - abs(j.base) * j.default_spread) * (1 - j.widening) * j.factor, j.least_possible
        )
    end as low,
    case
        when not j.is_bound then least(
            coalesce(j.high, j.base + abs(j.base) * j.default_spread) * (1 + j.widening) * j.factor, j.most_possible
        )
        when j.high is not null then least(j.high * (1 + j.widening) * j.factor, j.most_possible)
    end as high
from judged as j
window subject as (partition by j.period_role, j.subject_key)
