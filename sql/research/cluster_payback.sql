-- is: What a cluster earns, year by year for one unit of money, and the day on which it is paid back.
-- grain: subject, origin_id, year
with claim as (
    select k.*, coalesce(k.value, k.value_low) as figure
    from research.claim_range as k
    where
        k.stands and coalesce(k.value, k.value_low) is not null
        and k.metric in ('gpu_hour_rate', 'return_per_dollar', 'useful_life', 'payback', 'cumulative_return', 'roic')
),

-- With two phases the first lasts as long as its own useful life; a mere yearly return lasts until it has paid back.
input as (
    select
        c.subject, c.origin_id,
        arg_max(c.tier, c.tier_rank) as tier,
        max(c.figure) filter (where c.metric = 'gpu_hour_rate') as gpu_hour_rate,
        coalesce(
            max(c.figure) filter (where c.metric = 'return_per_dollar' and c.object = 'first-phase'),
            max(c.figure) filter (where c.metric = 'return_per_dollar' and c.object is null),
            max(c.figure) filter (where c.metric = 'roic' and c.object is null)
        ) as first_return,
        max(c.figure) filter (where c.metric = 'return_per_dollar' and c.object = 'second-phase') as second_return,
        max(c.figure) filter (where c.metric = 'useful_life' and c.object = 'first-phase') as first_years,
        max(c.figure) filter (where c.metric = 'useful_life' and c.object is null) as life,
        bool_or(c.value is null) filter (where c.metric in ('return_per_dollar', 'roic')) as return_is_floor,
        max(c.figure) filter (where c.metric = 'payback') as payback_days_stated,
        max(c.statement) filter (where c.metric = 'payback') as payback_stated,
        max(c.figure) filter (where c.metric = 'cumulative_return' and c.object is null) as cumulative_stated,
        list_sort(list(c.fact_id)) as fact_ids,
        max(c.as_of) as as_of
    from claim as c
    group by c.subject, c.origin_id
),

bounded as (
    select i.*, cast(coalesce(i.life, ceil(1 / i.first_return)) as integer) as years
    from input as i
    where i.first_return > 0
),

yearly as (
    select
        b.*,
        y.year,
        coalesce(case when y.year > b.first_years then b.second_return end, b.first_return) as income
    from bounded as b
    cross join lateral (select unnest(range(1, b.years + 1)) as year) as y
),

summed as (
    select
        y.*,
        cast(sum(cast(y.income as decimal(38, 9))) over running as double) as cumulative,
        cast(sum(cast(y.income as decimal(38, 9))) over running - cast(y.income as decimal(38, 9)) as double)
            as cumulative_before
    from yearly as y
    window running as (partition by y.subject, y.origin_id order by y.year)
),

paid as (
    select
        s.subject, s.origin_id,
        min(365 * (s.year - 1 + (1 - s.cumulative_before) / s.income)) filter (
            where s.cumulative_before < 1 and s.cumulative >= 1 - 1e-9
        ) as payback_days,
        max(s.cumulative) as cumulative_total
    from summed as s
    group by s.subject, s.origin_id
)

select
    s.subject, s.origin_id, s.tier, s.year, s.income, s.return_is_floor, s.cumulative,
    s.cumulative - 1 as net,
    p.payback_days, s.payback_days_stated, s.payback_stated,
    365 / s.payback_days_stated as return_implied_by_payback,
    p.cumulative_total, s.cumulative_stated,
    s.cumulative_stated / s.years as return_implied_by_sum,
    s.gpu_hour_rate, s.fact_ids, s.as_of
from summed as s
inner join paid as p on p.subject = s.subject and p.origin_id = s.origin_id
