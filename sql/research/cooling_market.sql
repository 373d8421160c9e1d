-- is: Liquid cooling as a market: racks times money per rack, as a range, with the racks of the same origin and with the pooled ones, beside the market that the origin states.
-- grain: scope_id, product_id, origin_id, period_start, period_end, racks_basis
with cooling as (
    select a.product_id
    from core.product_ancestor as a
    where a.ancestor_id = 'cooling'
    union all
    select p.product_id
    from raw.products as p
    where p.product_id = 'cooling'
),

content as (
    select
        k.scope_id,
        k.subject as product_id,
        k.origin_id,
        k.tier,
        k.period,
        k.period_start,
        k.period_end,
        k.currency,
        k.central as content,
        coalesce(k.low, k.base) as content_low,
        coalesce(k.high, k.base) as content_high,
        k.fact_id,
        k.as_of
    from mart.claim as k
    inner join cooling as c on c.product_id = k.subject
    where
        k.metric = 'content_value' and k.stands and k.unit = k.currency || ' per rack' and k.central is not null
        and k.period_start is not null
),

-- What the origin itself counts: the newest of its claims on the same scope and period.
own_racks as (
    select
        k.scope_id,
        k.origin_id,
        k.period_start,
        k.period_end,
        k.central as racks,
        coalesce(k.low, k.base) as racks_low,
        coalesce(k.high, k.base) as racks_high,
        [k.fact_id] as fact_ids
    from mart.claim as k
    where
        k.metric = 'units' and k.stands and k.unit = 'rack' and k.subject = k.scope_id and k.company_id is null
        and k.central is not null
),

-- What all origins count together, for the years asked.
pooled_racks as (
    select
        s.scope_id,
        u.year,
        sum(u.units) / max(ratio.own_units_per_unit) as racks,
        sum(u.units_low) / max(ratio.own_units_per_unit) as racks_low,
        sum(u.units_high) / max(ratio.own_units_per_unit) as racks_high,
        list_sort(list_distinct(flatten(list(u.fact_ids)))) as fact_ids
    from core.programme_units as u
    inner join
        (
            select
                sp.scope_id,
                sp.programme_id
            from core.scope_programme as sp
            union
            select
                total.scope_id,
                sp.programme_id
            from raw.scopes as total
            inner join core.scope_programme as sp on sp.scope_id = total.family_id
            where total.total
        ) as s
        on s.programme_id = u.programme_id
    left join raw.scopes as whole on whole.scope_id = s.scope_id and whole.total
    inner join core.unit_ratio as ratio
        on ratio.scope_id = coalesce(whole.family_id, s.scope_id) and ratio.unit = 'rack'
    group by s.scope_id, u.year
),

counted as (
    select
        c.*,
        'same origin' as racks_basis,
        o.racks,
        o.racks_low,
        o.racks_high,
        o.fact_ids as racks_fact_ids
    from content as c
    inner join own_racks as o
        on
            o.scope_id = c.scope_id and o.origin_id = c.origin_id and o.period_start = c.period_start
            and o.period_end = c.period_end
    union all
    select
        c.*,
        'pooled' as racks_basis,
        p.racks,
        p.racks_low,
        p.racks_high,
        p.fact_ids as racks_fact_ids
    from content as c
    inner join pooled_racks as p on p.scope_id = c.scope_id and p.year = year(c.period_start) and p.year = year(c.period_end)
),

-- Ranges combine as the root of the summed squares of their log half-widths.
spread as (
    select
        c.*,
        c.racks * c.content / 1000000 as market,
        sqrt(power(ln(c.racks / nullif(c.racks_low, 0)), 2) + power(ln(c.content / nullif(c.content_low, 0)), 2)) as down,
        sqrt(power(ln(c.racks_high / nullif(c.racks, 0)), 2) + power(ln(c.content_high / nullif(c.content, 0)), 2)) as up
    from counted as c
),

market as (
    select
        k.scope_id,
        k.origin_id,
        k.period_start,
        k.period_end,
        k.central as market,
        k.currency,
        k.fact_id
    from mart.claim as k
    where k.metric = 'market_size' and k.stands and k.scope_id is not null
)

select
    s.scope_id,
    s.product_id,
    s.period,
    s.period_start,
    s.period_end,
    s.origin_id,
    s.tier,
    s.racks_basis,
    s.racks,
    s.racks_low,
    s.racks_high,
    s.currency,
    s.content as content_per_rack,
    s.content_low as content_per_rack_low,
    s.content_high as content_per_rack_high,
    s.market,
    s.market * exp(-s.down) as market_low,
    s.market * exp(s.up) as market_high,
    s.market * case when s.currency = 'USD' then 1 else fx.usd_per_unit end as market_usd_million,
    m.market as market_stated,
    s.market / m.market - 1 as market_gap,
    list_sort(list_distinct(list_concat(
        s.racks_fact_ids, list_filter([s.fact_id, m.fact_id], lambda f: f is not null)
    ))) as fact_ids,
    s.as_of
from spread as s
left join core.fx_rate as fx on fx.currency = s.currency and fx.year = year(s.period_end)
left join market as m
    on
        m.scope_id = s.scope_id and m.origin_id = s.origin_id and m.period_start = s.period_start
        and m.period_end = s.period_end and m.currency = s.currency and s.product_id = 'cooling'
