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
    select t.year from core.target as t
),

chosen as (
    select
        k.currency,
        y.year,
        k.rate_year,
        k.is_year,
        k.per_usd,
        k.fact_id,
        -- A part of a year is no average of it: it is only carried, like the rate of another year.
        row_number() over (
            partition by k.currency, y.year
            order by
                (k.rate_year = y.year and k.is_year) desc, k.rate_year > y.year, abs(y.year - k.rate_year),
                k.period_end desc, k.tier_rank, k.known_on desc, k.fact_id desc
        ) as nearness
    from known as k
    cross join years as y
)

select
    c.currency,
    c.year,
    1 / c.per_usd as usd_per_unit,
    c.per_usd,
    case
        when c.rate_year = c.year and c.is_year then 'period'
        when c.rate_year <= c.year then 'carried'
        else 'carried_back'
    end as fx_basis,
    c.fact_id
from chosen as c
where c.nearness = 1
