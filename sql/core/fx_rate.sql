-- is: Dollars for one unit of a currency in a calendar year: that year's average if known, else the latest earlier one, else the earliest.
-- grain: currency, year
with known as (
    select
        v.currency,
        year(v.period_end) as rate_year,
        1 / v.base as usd_per_unit,
        v.base as per_usd,
        v.fact_id
    from core.vintage as v
    where v.kind = 'fx'
),

years as (
    select distinct year(f.period_end) as year
    from core.fact as f
    where f.period_end is not null
    union
    select t.year from core.target as t
),

chosen as (
    select
        k.currency,
        y.year,
        k.rate_year,
        k.usd_per_unit,
        k.per_usd,
        k.fact_id,
        row_number() over (
            partition by k.currency, y.year
            order by k.rate_year > y.year, abs(y.year - k.rate_year), k.fact_id desc
        ) as nearness
    from known as k
    cross join years as y
)

select
    c.currency,
    c.year,
    c.usd_per_unit,
    c.per_usd,
    case when c.rate_year = c.year then 'period' when c.rate_year < c.year then 'carried' else 'carried_back' end as fx_basis,
    c.fact_id
from chosen as c
where c.nearness = 1
