-- is: The claim of each origin that counts for a calendar year: that of the nearest period, and on it the last word.
-- grain: period_role, kind, measure, scope_id, product_id, company_id, counterpart_id, origin_id
with stated as (
    select
        v.fact_id, v.kind, v.measure, v.scope_id, v.product_id, v.company_id, v.counterpart_id, v.subject_key,
        v.node_id, v.tier, v.origin_id, v.known_on, v.weight, v.is_actual, v.circular, v.period, v.period_start,
        v.period_end, v.unit, v.currency, v.low, v.base, v.high, [v.fact_id] as fact_ids, false as is_joined,
        false as is_floor
    from core.vintage as v
    union all
    -- A year given by all its parts is a year; of one given by some of them, they are the least that it can be.
    select
        v.fact_id, v.kind, case when v.kind = 'revenue' then 'actual' else v.measure end as measure, v.scope_id,
        v.product_id, v.company_id, v.counterpart_id,
        replace(v.subject_key, 'revenue|part_year|', 'revenue|actual|') as subject_key,
        j.node_id, v.tier, v.origin_id, j.known_on, v.weight, j.is_actual, v.circular,
        cast(j.year as varchar) as period,
        make_date(j.year, 1, 1) as period_start, make_date(j.year, 12, 31) as period_end, v.unit, v.currency,
        case when j.months = 12 then j.low else j.base end as low, case when j.months = 12 then j.base end as base,
        case when j.months = 12 then j.high end as high, j.fact_ids, true as is_joined, j.months < 12 as is_floor
    from core.joined_part as j
    inner join core.vintage as v
        on v.fact_id = j.last_fact_id and v.kind = j.kind and v.subject_key = j.subject_key
    where j.extent = 'all' and (j.months = 12 or v.kind = 'units')
),

dated as (
    select
        v.*,
        y.period_role,
        y.year,
        case
            when coalesce(v.period_start <= y.year_end, true) and coalesce(v.period_end >= y.year_start, true) then 0
            when v.period_end < y.year_start then y.year - year(v.period_end)
            else year(v.period_start) - y.year
        end as years_off,
        coalesce(v.period_start > y.year_end, false) as is_later,
        coalesce(v.period_start <= y.year_start, true) and coalesce(v.period_end >= y.year_end, true) as is_whole,
        coalesce(v.period_start = y.year_start and v.period_end = y.year_end, false) as is_exact,
        date_diff('day', v.period_start, v.period_end) as days
    from stated as v
    cross join core.year as y
),

-- The nearest period comes first, then what was said of it last: an old period can be restated late.
ranked as (
    select
        d.*,
        row_number() over (
            partition by d.period_role, d.subject_key, d.origin_id
            order by
                d.is_later, d.years_off, not d.is_whole,
                case when d.is_later then d.period_start end,
                case when d.is_whole then d.days end nulls last,
                d.period_end desc nulls last, d.days nulls first,
                d.is_floor, not d.is_actual, d.is_joined, d.known_on desc, d.fact_id desc
        ) as place
    from dated as d
    where
        (d.kind in ('units', 'product_units') and d.is_exact)
        or (d.kind = 'revenue' and d.measure in ('actual', 'forecast', 'growth') and d.is_exact)
        or (d.kind = 'revenue' and d.measure = 'trailing' and year(d.period_end) = d.year)
        or d.kind = 'content'
        or (d.kind = 'share' and not d.is_later)
        -- A part of a year's sales in dollars is not the year's; a fraction may stand for it.
        or (d.kind = 'disclosed' and (d.is_exact or (d.years_off = 0 and d.unit = 'fraction')))
        or (d.kind = 'ownership' and d.years_off = 0)
        or (d.kind = 'signal' and d.period_role = 'horizon' and not d.is_later)
)

select
    r.period_role, r.year, r.kind, r.measure, r.scope_id, r.product_id, r.company_id, r.counterpart_id, r.subject_key,
    r.fact_id, r.fact_ids,
    r.node_id as fact_node_id, r.tier, r.origin_id, r.known_on, r.weight, r.is_actual, r.circular,
    r.period, r.period_end, r.unit, r.currency, r.low, r.base, r.high, r.years_off,
    case
        when r.years_off = 0 and r.is_whole then 'stated'
        when r.years_off = 0 then 'part_year'
        when r.is_later then 'carried_back'
        else 'carried'
    end as period_basis,
    -- What covers the year comes before what covers a part of it, and both before what has to be carried there.
    r.years_off + case when r.is_later then 1000 else 0 end + case when r.is_whole then 0 else 0.5 end as distance
from ranked as r
where r.place = 1
