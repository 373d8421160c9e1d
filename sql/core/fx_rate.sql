-- is: Dollars for one unit of a currency: the year's average if known, else the latest before it, else the first after.
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
    where v.kind = 'fx' and v.currency <> 'USD' and coalesce(v.base, (v.low + v.high) / 2) is not null
),

asked as (
    select year(v.period_end) as year from core.vintage as v where v.period_end is not null
    union
    select y.year from core.year as y
),

-- Every rate may serve every year; one of a part of a year is no average, and only carries.
paired as (
    select
        k.*,
        a.year
    from known as k
    cross join asked as a
),

ranked as (
    select
        p.*,
        row_number() over (
            partition by p.currency, p.year
            order by
                p.rate_year = p.year and p.is_year desc, p.rate_year <= p.year desc, abs(p.year - p.rate_year),
                p.period_end desc, p.tier_rank, p.known_on desc, p.fact_id desc
        ) as place
    from paired as p
),

known_claim as (
    select c.period_start, c.period_end
    from staging.claim as c
    cross join core.question as question
    where c.known_on <= question.as_of
),

dollar_year as (
    select a.year from asked as a
    union
    select year(c.period_end) as year from known_claim as c where c.period_end is not null
    union
    select year(c.period_start + interval 182 day) as year from known_claim as c where c.period_start is not null
)

select
    r.currency,
    r.year,
    r.rate_year,
    1 / r.per_usd as usd_per_unit,
    r.per_usd,
    case
        when r.rate_year = r.year and r.is_year then 'period'
        when r.rate_year <= r.year then 'carried'
        else 'carried_back'
    end as fx_basis,
    r.fact_id
from ranked as r
where r.place = 1
union all
-- A dollar is a dollar, in the year of any claim.
select
    'USD' as currency, d.year, d.year as rate_year, 1 as usd_per_unit, 1 as per_usd,
    cast(null as varchar) as fx_basis, cast(null as varchar) as fact_id
from dollar_year as d
