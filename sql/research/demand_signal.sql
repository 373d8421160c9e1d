-- is: Signals of demand by theme, from backlog to froth, with the change since the origin's figure before.
-- grain: fact_id
with claim as (
    select
        k.*,
        coalesce(k.value, k.value_low) as figure,
        case
            when k.metric = 'visibility_until' then 'orders'
            when k.metric = 'customer_share' then 'concentration'
            -- a multiple that a target applies is no price
            when k.metric = 'price_earnings' and k.object is not null then null
            else k.theme
        end as signal,
        -- what piles up over a period is compared with a period as long
        case
            when k.metric in ('tokens', 'revenue_part') then date_diff('day', k.period_start, k.period_end) // 20
        end as span
    from research.claim_range as k
    where k.stands
),

compared as (
    select
        c.*,
        case when c.period_end is not null then lag(c.figure) over chain end as value_before,
        case when c.period_end is not null then lag(c.period) over chain end as period_before
    from claim as c
    where c.signal is not null
    window chain as (
        partition by c.subject, c.metric, c.object, c.scope_id, c.unit, c.origin_id, c.period_end is null, c.span
        order by c.period_end, c.fact_id
    )
)

select
    c.fact_id,
    c.signal as theme,
    c.subject, c.metric, c.object, c.company_id, c.scope_id, c.period, c.period_start, c.period_end,
    c.statement, c.unit, c.value, c.value_low, c.value_high, c.period_before, c.value_before,
    c.figure / nullif(c.value_before, 0) - 1 as change,
    c.origin_id, c.tier, c.known_on, c.source_id, c.citation, c.note, c.as_of
from compared as c
