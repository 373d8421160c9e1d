-- is: What the parts of a year that one origin states add up to: from its first day on, and all of them.
-- grain: claim_key, year, extent
with reading as (
    select
        p.claim_key, p.year, p.reading, max(p.last_month) filter (where p.is_joined) as joined_month,
        sum(p.months) as covered_months
    from core.year_part as p
    group by p.claim_key, p.year, p.reading
),

-- The reading that reaches farthest, by the longest parts where both do.
ranked as (
    select
        r.*, row_number() over (
            partition by r.claim_key, r.year order by r.joined_month desc nulls last, r.covered_months desc, r.reading
        ) as place
    from reading as r
),

chosen as (
    select p.*, extents.extent
    from core.year_part as p
    inner join ranked as r
        on r.claim_key = p.claim_key and r.year = p.year and r.reading = p.reading and r.place = 1
    cross join (values ('to_date'), ('all')) as extents (extent)
    where extents.extent = 'all' or p.is_joined
)

select
    c.claim_key, c.year, c.extent, c.kind, c.subject_key, c.origin_id, count(*) as parts,
    max(c.last_month) as last_month, sum(c.months) as months,
    cast(sum(cast(c.base as decimal(38, 9))) as double) as base,
    case when count(c.low) = count(*) then cast(sum(cast(c.low as decimal(38, 9))) as double) end as low,
    case when count(c.high) = count(*) then cast(sum(cast(c.high as decimal(38, 9))) as double) end as high,
    arg_max(c.fact_id, c.last_month) as last_fact_id,
    arg_max(c.period, c.last_month) as last_period,
    cast(arg_max(c.base, c.last_month) as double) / arg_max(c.months, c.last_month) as last_base_per_month,
    bool_and(c.is_actual) as is_actual, max(c.known_on) as known_on,
    list_sort(list(c.fact_id)) as fact_ids, list_sort(list(c.node_id)) as children,
    concat_ws('/', 'joined', c.extent, c.claim_key, c.year) as node_id
from chosen as c
group by c.claim_key, c.year, c.extent, c.kind, c.subject_key, c.origin_id
