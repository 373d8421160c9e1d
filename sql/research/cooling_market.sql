-- is: Liquid cooling as a market: racks times money per rack, beside the market that is stated.
-- grain: scope_id, product_id, origin_id, period_start, period_end, racks_basis
with claim as (select k.* from research.claim_range as k where k.stands),

cooling as (
    select a.product_id from core.product_ancestor as a where a.ancestor_id = 'cooling'
    union all
    select p.product_id from raw.products as p where p.product_id = 'cooling'
),

content as (
    select c.*
    from claim as c
    inner join cooling as p on p.product_id = c.subject
    where
        c.metric = 'content_value' and c.unit = c.currency || ' per rack' and c.value is not null
        and c.period_start is not null
),

counted as (
    select
        c.*,
        'same origin' as racks_basis,
        r.value as racks, r.value_low as racks_low, r.value_high as racks_high, [r.fact_id] as racks_fact_ids
    from content as c
    inner join claim as r
        on r.scope_id = c.scope_id and r.origin_id = c.origin_id and r.period_start = c.period_start
        and r.period_end = c.period_end
    where
        r.metric = 'units' and r.unit = 'rack' and r.value is not null and r.subject = r.scope_id
        and r.company_id is null
    union all
    select
        c.*,
        'pooled' as racks_basis,
        r.racks, r.racks_low, r.racks_high, r.fact_ids as racks_fact_ids
    from content as c
    inner join research.pooled_racks as r
        on r.scope_id = c.scope_id and r.year = year(c.period_start) and r.year = year(c.period_end)
),

-- Ranges combine as the root of the summed squares of their log half-widths.
spread as (
    select
        c.*,
        c.racks * c.value / 1000000 as market,
        sqrt(power(ln(c.racks / nullif(c.racks_low, 0)), 2) + power(ln(c.value / nullif(c.value_low, 0)), 2)) as down,
        sqrt(power(ln(c.racks_high / nullif(c.racks, 0)), 2) + power(ln(c.value_high / nullif(c.value, 0)), 2)) as up
    from counted as c
)

select
    s.scope_id,
    s.subject as product_id,
    s.period, s.period_start, s.period_end, s.origin_id, s.tier, s.racks_basis, s.racks, s.racks_low, s.racks_high,
    s.currency,
    s.value as content_per_rack,
    s.value_low as content_per_rack_low,
    s.value_high as content_per_rack_high,
    s.market,
    s.market * exp(-s.down) as market_low,
    s.market * exp(s.up) as market_high,
    s.market * fx.usd_per_unit as market_usd_million,
    m.value as market_stated,
    s.market / m.value - 1 as market_gap,
    list_sort(list_distinct(list_concat(
        coalesce(s.racks_fact_ids, []), list_filter([s.fact_id, m.fact_id], lambda f: f is not null)
    ))) as fact_ids,
    s.as_of
from spread as s
left join core.fx_rate as fx on fx.currency = s.currency and fx.year = year(s.period_end)
left join claim as m
    on m.metric = 'market_size' and m.scope_id = s.scope_id and m.origin_id = s.origin_id
    and m.period_start = s.period_start and m.period_end = s.period_end and m.currency = s.currency
    and s.subject = 'cooling'
