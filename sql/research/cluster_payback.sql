-- is: What an accelerator cluster earns, year by year for one unit of money invested: income, running sum, the day it is paid back, beside what the source states.
-- grain: subject, origin_id, year
with claim as (
    select
        k.subject,
        k.object,
        k.metric,
        k.origin_id,
        k.tier,
        tier.rank as tier_rank,
        coalesce(k.central, k.low) as value,
        k.central is null as is_floor,
        k.statement,
        k.fact_id,
        k.as_of
    from mart.claim as k
    inner join raw.tiers as tier on tier.tier = k.tier
    where
        k.stands and coalesce(k.central, k.low) is not null
        and k.metric in ('gpu_hour_rate', 'return_per_dollar', 'useful_life', 'payback', 'cumulative_return', 'roic')
),

-- With two phases the first lasts as long as its own useful life; a mere yearly return lasts until it has paid back.
input as (
    select
        c.subject,
        c.origin_id,
        arg_max(c.tier, c.tier_rank) as tier,
        max(c.value) filter (where c.metric = 'gpu_hour_rate') as gpu_hour_rate,
        coalesce(
            max(c.value) filter (where c.metric = 'return_per_dollar' and c.object = 'first-phase'),
            max(c.value) filter (where c.metric = 'return_per_dollar' and c.object is null),
            max(c.value) filter (where c.metric = 'roic' and c.object is null)
        ) as first_return,
        max(c.value) filter (where c.metric = 'return_per_dollar' and c.object = 'second-phase') as second_return,
        max(c.value) filter (where c.metric = 'useful_life' and c.object = 'first-phase') as first_years,
        max(c.value) filter (where c.metric = 'useful_life' and c.object is null) as life,
        bool_or(c.is_floor) filter (where c.metric in ('return_per_dollar', 'roic')) as return_is_floor,
        max(c.value) filter (where c.metric = 'payback') as payback_days_stated,
        max(c.statement) filter (where c.metric = 'payback') as payback_stated,
        max(c.value) filter (where c.metric = 'cumulative_return' and c.object is null) as cumulative_stated,
        list_sort(list(c.fact_id)) as fact_ids,
        max(c.as_of) as as_of
    from claim as c
    group by c.subject, c.origin_id
),

bounded as (
    select
        i.*,
        cast(coalesce(i.life, ceil(1 / i.first_return)) as integer) as years
    from input as i
    where i.first_return > 0
),

yearly as (
    select
        b.*,
        y.year,
        case
            when b.second_return is not null and y.year > b.first_years then b.second_return
            else b.first_return
        end as income
    from bounded as b
    cross join lateral (select unnest(range(1, b.years + 1)) as year) as y
),

summed as (
    select
        y.*,
        cast(sum(cast(y.income as decimal(38, 9))) over running as double) as cumulative,
        cast(sum(cast(y.income as decimal(38, 9))) over running - cast(y.income as decimal(38, 9)) as double) as cumulative_before
    from yearly as y
    window running as (partition by y.subject, y.origin_id order by y.year)
),

paid as (
    select
        s.subject,
        s.origin_id,
        min(365 * (s.year - 1 + (1 - s.cumulative_before) / s.income)) filter (
            where s.cumulative_before < 1 and s.cumulative >= 1 - 1e-9
        ) as payback_days,
        max(s.cumulative) as cumulative_total
    from summed as s
    group by s.subject, s.origin_id
)

select
    s.subject,
    s.origin_id,
    s.tier,
    s.year,
    s.income,
    s.return_is_floor,
    s.cumulative,
    s.cumulative - 1 as net,
    p.payback_days,
    s.payback_days_stated,
    s.payback_stated,
    365 / s.payback_days_stated as return_implied_by_payback,
    p.cumulative_total,
    s.cumulative_stated,
    s.cumulative_stated / s.years as return_implied_by_sum,
    s.gpu_hour_rate,
    s.fact_ids,
    s.as_of
from summed as s
inner join paid as p on p.subject = s.subject and p.origin_id = s.origin_id
