-- is: Dollars for one unit of a currency in a calendar year: that year's average if known, else the latest earlier one, else the earliest.
-- grain: currency, year
with known as (
    select
        v.currency,
        year(v.period_end) as rate_year,
        date_diff('day', v.period_start, v.period_end) between 358 and 372 as is_year,
        v.period_end,
        coalesce(v.base, (v.low + v.high) / 2) as per_usd,
        tier.rank as tier_rank,
        v.known_on,
        v.fact_id
    from core.vintage as v
    inner join raw.tiers as tier on tier.tier = v.tier
    where v.kind = 'fx' and coalesce(v.base, (v.low + v.high) / 2) is not null
),

years as (
    select distinct year(v.period_end) as year
    from core.vintage as v
    where v.period_end is not null
    union
    select t.year from core.year as t
),

chosen as (
    select
        k.currency,
        y.year,
        -- A part of a year is no average of it: it is only carried, like the rate of another year.
        arg_max(
            struct_pack(rate_year := k.rate_year, is_year := k.is_year, per_usd := k.per_usd, fact_id := k.fact_id),
            row(
                k.rate_year = y.year and k.is_year, k.rate_year <= y.year, -abs(y.year - k.rate_year), k.period_end,
                -k.tier_rank, k.known_on, k.fact_id
            )
        ) as rate
    from known as k
    cross join years as y
    group by k.currency, y.year
)

select
    c.currency,
    c.year,
    1 / (c.rate).per_usd as usd_per_unit,
    (c.rate).per_usd as per_usd,
    case
        when (c.rate).rate_year = c.year and (c.rate).is_year then 'period'
        when (c.rate).rate_year <= c.year then 'carried'
        else 'carried_back'
    end as fx_basis,
    (c.rate).fact_id as fact_id
from chosen as c
