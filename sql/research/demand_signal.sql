-- is: What the ledger says of demand, theme by theme: backlog and orders, concentration, usage and income, and whether the market froths; with the change since the origin's earlier figure.
-- grain: fact_id
with claim as (
    select
        k.*,
        case
            when k.metric = 'visibility_until' then 'orders'
            when k.metric = 'customer_share' then 'concentration'
            -- a multiple that a target applies is no price
            when k.metric = 'price_earnings' and k.object is not null then null
            else k.theme
        end as told
    from mart.claim as k
    where k.stands
),

compared as (
    select
        c.*,
        case when c.period_end is not null then lag(coalesce(c.central, c.low)) over chain end as value_before,
        case when c.period_end is not null then lag(c.period) over chain end as period_before
    from claim as c
    where c.told is not null
    window chain as (
        partition by
            c.subject, c.metric, c.object, c.scope_id, c.unit, c.origin_id, c.period_end is null,
            -- what piles up over a period is compared with a period as long
            case when c.metric in ('tokens', 'revenue_part') then date_diff('day', c.period_start, c.period_end) // 20 end
        order by c.period_end, c.fact_id
    )
)

select
    c.fact_id,
    c.told as theme,
    c.subject,
    c.metric,
    c.object,
    c.company_id,
    c.scope_id,
    c.period,
    c.period_start,
    c.period_end,
    c.statement,
    c.unit,
    c.central as value,
    coalesce(c.low, c.base) as value_low,
    coalesce(c.high, c.base) as value_high,
    c.period_before,
    c.value_before,
    coalesce(c.central, c.low) / nullif(c.value_before, 0) - 1 as change,
    c.origin_id,
    c.tier,
    c.known_on,
    c.source_id,
    c.citation,
    c.note,
    c.as_of
from compared as c
