-- is: Claims of performance for money, power and time, each with its baseline; ratios recomputed where possible.
-- grain: subject, metric, baseline, period_start, period_end, origin_id
with claim as (
    select k.*
    from research.claim_range as k
    where k.system = 'accelerator_economics' and k.is_current and k.has_number
),

-- the levels behind the ratios
level as (
    select
        c.*,
        case c.metric when 'compute' then 'compute_ratio' else 'bandwidth_ratio' end as ratio_metric
    from claim as c
    where c.metric in ('compute', 'bandwidth') and c.stands and c.value > 0
),

recomputed as (
    select
        above.ratio_metric, above.subject, below.subject as baseline, above.object as kind,
        above.value / below.value as ratio,
        [above.fact_id, below.fact_id] as fact_ids
    from level as above
    inner join level as below
        on below.ratio_metric = above.ratio_metric and below.object is not distinct from above.object
        and below.subject <> above.subject
    qualify row_number() over (
        partition by above.ratio_metric, above.subject, below.subject
        order by above.origin_id = below.origin_id desc, above.object, above.fact_id, below.fact_id
    ) = 1
)

select
    c.subject, c.company_id, c.scope_id, c.metric,
    case when c.metric not in ('compute', 'bandwidth') then c.object end as baseline,
    case when c.metric in ('compute', 'bandwidth') then c.object end as kind,
    c.period, c.period_start, c.period_end, c.origin_id, c.tier,
    c.unit, c.value, c.value_low, c.value_high, c.statement, c.is_set_aside,
    r.ratio as ratio_recomputed,
    r.kind as recomputed_from,
    r.ratio / c.value - 1 as ratio_gap,
    list_sort(list_distinct(list_concat([c.fact_id], coalesce(r.fact_ids, [])))) as fact_ids,
    c.note, c.as_of
from claim as c
left join recomputed as r on r.ratio_metric = c.metric and r.subject = c.subject and r.baseline = c.object
