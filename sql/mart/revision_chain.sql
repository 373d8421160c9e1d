-- is: Successive statements of an origin on one thing and period: unit claims all, others once revised.
-- grain: subject, metric, object, scope_id, company_id, period_start, period_end, unit, origin_id, vintage
with parameter as (
    select p.value as rounding from raw.parameters as p where p.parameter = 'rounding'
),

stated as (
    select
        k.*,
        coalesce(k.central, k.low, k.high) as value,
        k.known_on_basis = 'before' as is_earlier,
        concat_ws(
            '|', k.subject, k.metric, coalesce(k.object, ''), coalesce(k.scope_id, ''), coalesce(k.company_id, ''),
            coalesce(cast(k.period_start as varchar), ''), coalesce(cast(k.period_end as varchar), ''), k.unit
        ) as thing
    from mart.claim as k
    where
        coalesce(k.low, k.base, k.high) is not null and not k.withdrawn and k.tier <> 'assumption'
        -- A claim that the same document gives as its former view was never wrong, only replaced.
        and (not k.is_superseded or k.known_on_basis = 'before')
),

followed as (
    select
        s.*,
        lag(s.value) over (
            partition by s.thing, s.origin_id order by s.known_on, not s.is_earlier, s.fact_id
        ) as value_heard_before,
        bool_or(s.is_current) over (partition by s.thing, s.origin_id) as is_standing,
        min(s.known_on) over (partition by s.thing, s.origin_id) as first_known_on
    from stated as s
),

numbered as (
    select
        f.*,
        row_number() over chain as vintage,
        lag(f.value) over chain as value_before,
        lag(f.fact_id) over chain as before_fact_id,
        lag(f.known_on) over chain as known_before,
        count(*) over (partition by f.thing, f.origin_id) as vintages
    from followed as f
    cross join parameter
    where
        -- Several digests of one call give the same figure, some of them rounded: a repeat is no vintage.
        (
            f.value_heard_before is null
            or abs(f.value - f.value_heard_before) > parameter.rounding * abs(f.value_heard_before)
        )
        -- A figure given after the end of a period is a result, and two of them are no revision.
        and (f.period_end is null or f.first_known_on < f.period_end)
    window chain as (partition by f.thing, f.origin_id order by f.known_on, not f.is_earlier, f.fact_id)
),

changed as (
    select
        n.*,
        case when n.vintage = n.vintages then n.value - n.value_before end as last_change
    from numbered as n
    where n.vintages > 1 or n.metric = 'units'
),

counted as (
    select
        c.*,
        count(case when c.last_change > 0 then 1 end) over (partition by c.thing) as ups,
        count(case when c.last_change < 0 then 1 end) over (partition by c.thing) as downs
    from changed as c
)

select
    c.subject, c.metric, c.object, c.scope_id,
    f.family_id, c.company_id, c.period, c.period_start, c.period_end, c.unit, c.origin_id, c.tier,
    c.vintage, c.vintages, c.fact_id, c.statement, c.value, c.value_before,
    c.value / nullif(c.value_before, 0) - 1 as change,
    (c.ups - c.downs) / nullif(c.ups + c.downs, 0) as revision_breadth,
    c.known_on,
    date_diff('day', c.known_before, c.known_on) as days_between,
    date_diff('day', c.known_on, c.as_of) as days_since,
    c.is_standing and c.vintage = c.vintages as is_current,
    c.before_fact_id,
    c.as_of,
    c.low, c.high
from counted as c
left join core.scope_family as f on f.scope_id = c.scope_id
