-- is: What accelerators are said to do for their money, power and time, each claim with its own metric and baseline, ratios computed again where both levels are known.
-- grain: subject, metric, baseline, period_start, period_end, origin_id
with claim as (
    select
        k.*
    from mart.claim as k
    where k.system = 'accelerator_economics' and k.is_current and coalesce(k.low, k.base, k.high) is not null
),

-- levels and the ratios that they stand behind
level as (
    select
        case c.metric when 'compute' then 'compute_ratio' else 'bandwidth_ratio' end as ratio_metric,
        c.subject,
        c.object as kind,
        c.origin_id,
        c.central as value,
        c.fact_id
    from claim as c
    where c.metric in ('compute', 'bandwidth') and c.stands and c.central > 0
),

recomputed as (
    select
        above.ratio_metric,
        above.subject,
        below.subject as baseline,
        above.kind,
        above.value / below.value as ratio,
        [above.fact_id, below.fact_id] as fact_ids,
        row_number() over (
            partition by above.ratio_metric, above.subject, below.subject
            order by above.origin_id = below.origin_id desc, above.kind, above.fact_id, below.fact_id
        ) as preference
    from level as above
    inner join level as below
        on
            below.ratio_metric = above.ratio_metric and below.kind is not distinct from above.kind
            and below.subject <> above.subject
)

select
    c.subject,
    c.company_id,
    c.scope_id,
    c.metric,
    case when c.metric not in ('compute', 'bandwidth') then c.object end as baseline,
    case when c.metric in ('compute', 'bandwidth') then c.object end as kind,
    c.period,
    c.period_start,
    c.period_end,
    c.origin_id,
    c.tier,
    c.unit,
    c.central as value,
    coalesce(c.low, c.base) as value_low,
    coalesce(c.high, c.base) as value_high,
    c.statement,
    c.is_set_aside,
    r.ratio as ratio_recomputed,
    r.kind as recomputed_from,
    r.ratio / c.central - 1 as ratio_gap,
    list_sort(list_distinct(list_concat([c.fact_id], coalesce(r.fact_ids, [])))) as fact_ids,
    c.note,
    c.as_of
from claim as c
left join recomputed as r
    on r.ratio_metric = c.metric and r.subject = c.subject and r.baseline = c.object and r.preference = 1
