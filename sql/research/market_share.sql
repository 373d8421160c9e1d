-- is: Parts of markets by holder, period and origin, with the change since the origin's figure before.
-- grain: subject, object, scope_id, period_start, period_end, origin_id, measure
with claim as (
    select k.*, coalesce(k.value, k.value_low) as figure
    from research.claim_range as k
    where k.metric in ('market_share', 'market_position') and k.stands
),

compared as (
    select
        c.*,
        case when c.period_end is not null then lag(c.figure) over chain end as value_before,
        case when c.period_end is not null then lag(c.period) over chain end as period_before,
        case when c.period_end is not null then lag(c.fact_id) over chain end as before_fact_id,
        cast(sum(cast(coalesce(c.figure, c.value_high) as decimal(38, 9))) over market as double) as named_together,
        count(*) over market as holders
    from claim as c
    window
        chain as (
            partition by c.subject, c.object, c.scope_id, c.origin_id, c.metric, c.period_end is null
            order by c.period_end, c.fact_id
        ),
        market as (partition by c.object, c.scope_id, c.period_start, c.period_end, c.origin_id, c.metric)
)

select
    c.subject, c.company_id, c.object, c.scope_id,
    case c.metric when 'market_share' then 'share' else 'standing' end as measure,
    c.period, c.period_start, c.period_end, c.origin_id, c.tier,
    c.value as share,
    c.value_low as share_low,
    c.value_high as share_high,
    c.statement, c.period_before, c.value_before,
    c.figure - c.value_before as change_points,
    c.holders, c.named_together,
    list_sort(list_filter([c.fact_id, c.before_fact_id], lambda f: f is not null)) as fact_ids,
    c.note, c.as_of
from compared as c
