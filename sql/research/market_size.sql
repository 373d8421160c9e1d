-- is: What markets are worth by period and origin, and their growth: computed, and as stated.
-- grain: subject, object, period_start, period_end, origin_id, measure
with claim as (select k.* from research.claim_range as k where k.is_current and k.has_number),

measured as (
    select
        c.*,
        'size' as measure,
        lag(c.period) over chain as period_before,
        lag(c.value) over chain as value_before,
        lag(c.fact_id) over chain as before_fact_id,
        year(lag(c.period_end) over chain) as year_before,
        c.value / nullif(lag(c.value) over chain, 0) as multiple
    from claim as c
    where c.metric = 'market_size' and c.stands
    window chain as (
        partition by c.subject, c.object, c.scope_id, c.currency, c.origin_id order by c.period_end, c.fact_id
    )
    union all
    select
        c.*, 'growth multiple' as measure, null as period_before, null as value_before, null as before_fact_id,
        year(c.period_start) as year_before,
        c.value as multiple
    from claim as c
    where c.metric = 'growth_multiple' and c.object = 'market-size' and c.stands
)

select
    m.subject, m.object, m.scope_id, m.measure, m.period, m.period_start, m.period_end, m.origin_id, m.tier, m.currency,
    m.value, m.value_low, m.value_high, m.statement, m.period_before, m.value_before,
    year(m.period_end) - m.year_before as years,
    power(m.multiple, 1 / nullif(year(m.period_end) - m.year_before, 0)) - 1 as cagr,
    s.value as cagr_stated,
    s.is_set_aside as stated_is_set_aside,
    list_sort(list_filter([m.fact_id, m.before_fact_id, s.fact_id], lambda f: f is not null)) as fact_ids,
    m.as_of
from measured as m
left join claim as s
    on m.measure = 'size' and s.metric = 'cagr' and s.object = 'market-size' and s.subject = m.subject
    and s.origin_id = m.origin_id and year(s.period_end) = year(m.period_end) and year(s.period_start) = m.year_before
