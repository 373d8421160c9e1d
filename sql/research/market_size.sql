-- is: What markets are worth by period and origin, and how they grow: between the origin's own levels computed, and as stated.
-- grain: subject, object, period_start, period_end, origin_id, measure
with claim as (
    select
        k.*
    from mart.claim as k
    where k.is_current and coalesce(k.low, k.base, k.high) is not null
),

level as (
    select
        c.*,
        lag(c.central) over chain as value_before,
        lag(c.low) over chain as low_before,
        lag(c.high) over chain as high_before,
        lag(c.period) over chain as period_before,
        lag(c.period_end) over chain as end_before,
        lag(c.fact_id) over chain as before_fact_id
    from claim as c
    where c.metric = 'market_size' and c.stands
    window chain as (partition by c.subject, c.object, c.scope_id, c.currency, c.origin_id order by c.period_end, c.fact_id)
),

stated as (
    select
        c.subject,
        c.origin_id,
        c.period_start,
        c.period_end,
        c.central as cagr_stated,
        c.is_set_aside,
        c.fact_id
    from claim as c
    where c.metric = 'cagr' and c.object = 'market-size'
)

select
    l.subject,
    l.object,
    l.scope_id,
    'size' as measure,
    l.period,
    l.period_start,
    l.period_end,
    l.origin_id,
    l.tier,
    l.currency,
    l.central as value,
    coalesce(l.low, l.base) as value_low,
    coalesce(l.high, l.base) as value_high,
    l.statement,
    l.period_before,
    l.value_before,
    year(l.period_end) - year(l.end_before) as years,
    power(l.central / nullif(l.value_before, 0), 1 / nullif(year(l.period_end) - year(l.end_before), 0)) - 1 as cagr,
    s.cagr_stated,
    s.is_set_aside as stated_is_set_aside,
    list_sort(list_filter([l.fact_id, l.before_fact_id, s.fact_id], lambda f: f is not null)) as fact_ids,
    l.as_of
from level as l
left join stated as s
    on
        s.subject = l.subject and s.origin_id = l.origin_id and year(s.period_end) = year(l.period_end)
        and year(s.period_start) = year(l.end_before)
union all
select
    c.subject,
    c.object,
    c.scope_id,
    'growth multiple' as measure,
    c.period,
    c.period_start,
    c.period_end,
    c.origin_id,
    c.tier,
    c.currency,
    c.central as value,
    coalesce(c.low, c.base) as value_low,
    coalesce(c.high, c.base) as value_high,
    c.statement,
    cast(null as varchar) as period_before,
    cast(null as double) as value_before,
    year(c.period_end) - year(c.period_start) as years,
    power(c.central, 1 / nullif(year(c.period_end) - year(c.period_start), 0)) - 1 as cagr,
    cast(null as double) as cagr_stated,
    cast(null as boolean) as stated_is_set_aside,
    [c.fact_id] as fact_ids,
    c.as_of
from claim as c
where c.metric = 'growth_multiple' and c.object = 'market-size' and c.stands
