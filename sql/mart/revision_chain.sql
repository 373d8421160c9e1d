-- is: What each origin said in turn about one thing and period: the vintages with change, breadth over origins, and days since. Unit claims all, others once revised.
-- grain: subject, metric, object, scope_id, company_id, period_start, period_end, unit, origin_id, vintage
with parameter as (
    select p.value as rounding
    from raw.parameters as p
    where p.parameter = 'rounding'
),

stated as (
    select
        k.fact_id,
        k.subject,
        k.metric,
        k.object,
        k.scope_id,
        k.company_id,
        k.period,
        k.period_start,
        k.period_end,
        k.unit,
        k.origin_id,
        k.tier,
        k.statement,
        coalesce(k.central, k.low, k.high) as value,
        k.known_on,
        k.known_on_basis = 'before' as is_earlier,
        k.is_current,
        k.as_of
    from mart.claim as k
    where
        coalesce(k.low, k.base, k.high) is not null and not k.withdrawn and k.tier <> 'assumption'
        -- a claim that the same document gives as its former view was never wrong, only replaced
        and (not k.is_superseded or k.known_on_basis = 'before')
),

followed as (
    select
        s.*,
        lag(s.value) over chain as value_heard_before,
        bool_or(s.is_current) over (
            partition by
                s.subject, s.metric, s.object, s.scope_id, s.company_id, s.period_start, s.period_end, s.unit, s.origin_id
        ) as is_standing,
        min(s.known_on) over (
            partition by
                s.subject, s.metric, s.object, s.scope_id, s.company_id, s.period_start, s.period_end, s.unit, s.origin_id
        ) as first_known_on
    from stated as s
    window chain as (
        partition by
            s.subject, s.metric, s.object, s.scope_id, s.company_id, s.period_start, s.period_end, s.unit, s.origin_id
        order by s.known_on, not s.is_earlier, s.fact_id
    )
),

vintage as (
    select
        f.*,
        row_number() over chain as vintage,
        lag(f.value) over chain as value_before,
        lag(f.fact_id) over chain as before_fact_id,
        lag(f.known_on) over chain as known_before,
        count(*) over (
            partition by
                f.subject, f.metric, f.object, f.scope_id, f.company_id, f.period_start, f.period_end, f.unit, f.origin_id
        ) as vintages
    from followed as f
    cross join parameter
    where
        -- several digests of one call say the same figure, some of them rounded: a repeat is no vintage
        (f.value_heard_before is null or abs(f.value - f.value_heard_before) > parameter.rounding * abs(f.value_heard_before))
        -- what is said once a period is over is a result, and two of them are no revision
        and (f.period_end is null or f.first_known_on < f.period_end)
    window chain as (
        partition by
            f.subject, f.metric, f.object, f.scope_id, f.company_id, f.period_start, f.period_end, f.unit, f.origin_id
        order by f.known_on, not f.is_earlier, f.fact_id
    )
),

moved as (
    select
        v.*,
        v.value / nullif(v.value_before, 0) - 1 as change,
        case when v.vintage = v.vintages then sign(v.value - v.value_before) end as direction
    from vintage as v
    where v.vintages > 1 or v.metric = 'units'
),

broad as (
    select
        m.*,
        count(*) filter (where m.direction > 0) over thing as ups,
        count(*) filter (where m.direction < 0) over thing as downs
    from moved as m
    window thing as (
        partition by m.subject, m.metric, m.object, m.scope_id, m.company_id, m.period_start, m.period_end, m.unit
    )
)

select
    b.subject,
    b.metric,
    b.object,
    b.scope_id,
    coalesce(p.family_id, s.family_id, f.family_id) as family_id,
    b.company_id,
    b.period,
    b.period_start,
    b.period_end,
    b.unit,
    b.origin_id,
    b.tier,
    b.vintage,
    b.vintages,
    b.fact_id,
    b.statement,
    b.value,
    b.value_before,
    b.change,
    (b.ups - b.downs) / nullif(b.ups + b.downs, 0) as revision_breadth,
    b.known_on,
    date_diff('day', b.known_before, b.known_on) as days_between,
    date_diff('day', b.known_on, b.as_of) as days_since,
    b.is_standing and b.vintage = b.vintages as is_current,
    b.before_fact_id,
    b.as_of
from broad as b
left join raw.programmes as p on p.programme_id = b.scope_id
left join raw.scopes as s on s.scope_id = b.scope_id
left join raw.families as f on f.family_id = b.scope_id
