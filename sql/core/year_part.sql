-- is: Claims of one origin for parts of a year that do not overlap, in two readings: the longest first, the shortest.
-- grain: reading, claim_key, year, fact_id
with part as (
    select
        v.kind, v.subject_key, v.fact_id, v.node_id, v.known_on, v.period, v.is_actual, v.origin_id,
        year(v.period_start) as year, month(v.period_start) as first_month, month(v.period_end) as last_month,
        month(v.period_end) - month(v.period_start) + 1 as months,
        coalesce(v.base, (v.low + v.high) / 2) as base, v.low, v.high,
        -- Sums add what is stated in one unit and one currency, of one origin.
        concat_ws('|', v.subject_key, v.origin_id, v.unit, v.currency) as claim_key
    from core.vintage as v
    where
        (v.kind = 'revenue' and v.measure = 'part_year' or v.kind = 'units' and v.measure = 'units')
        and year(v.period_start) = year(v.period_end) and coalesce(v.base, (v.low + v.high) / 2) is not null
        and not (month(v.period_start) = 1 and month(v.period_end) = 12)
),

-- A month belongs to one part; a part that another takes months from is left out.
claimed as (
    select
        p.claim_key, p.year, p.fact_id, m.month,
        row_number() over (
            partition by p.claim_key, p.year, m.month order by p.months desc, not p.is_actual, p.first_month, p.fact_id
        ) as place_by_length,
        row_number() over (
            partition by p.claim_key, p.year, m.month order by p.months, not p.is_actual, p.first_month, p.fact_id
        ) as place_by_shortness
    from part as p
    cross join (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as m (month)
    where m.month between p.first_month and p.last_month
),

won as (
    select 'longest' as reading, c.claim_key, c.year, c.fact_id, count(*) as months from claimed as c
    where c.place_by_length = 1
    group by c.claim_key, c.year, c.fact_id
    union all
    select 'shortest' as reading, c.claim_key, c.year, c.fact_id, count(*) as months from claimed as c
    where c.place_by_shortness = 1
    group by c.claim_key, c.year, c.fact_id
)

select
    w.reading, p.claim_key, p.kind, p.subject_key, p.origin_id, p.year, p.fact_id, p.node_id, p.known_on, p.period,
    p.is_actual, p.first_month, p.last_month, p.months, p.base, p.low, p.high,
    -- No month is missing before the end of this part.
    sum(p.months) over earlier = p.last_month as is_joined,
    sum(p.base) over earlier as base_to_date
from won as w
inner join part as p
    on p.claim_key = w.claim_key and p.year = w.year and p.fact_id = w.fact_id and p.months = w.months
window earlier as (
    partition by w.reading, p.claim_key, p.year order by p.first_month rows between unbounded preceding and current row
)
