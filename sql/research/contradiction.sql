-- is: Claims at odds: the pairs that were judged, and those that the ledger shows by itself because two origins state ranges apart for one quantity.
-- grain: contradiction_id
with parameter as (
    select p.value as same_count
    from raw.parameters as p
    where p.parameter = 'unit_mismatch'
),

stated as (
    select
        k.*,
        coalesce(k.low, k.base, case when k.high > 0 then 0 end) as least_value,
        coalesce(k.high, k.base, cast('infinity' as double)) as most_value,
        trim(k.source_id || ' ' || coalesce(k.citation, '')) as place
    from mart.claim as k
),

judged as (
    select
        c.contradiction_id,
        true as is_judged,
        c.kind,
        c.left_fact,
        c.right_fact,
        c.treatment,
        c.note
    from raw.contradictions as c
),

-- What a claim does in the pools of the years asked: its number counts, or bounds the range.
entering as (
    select
        c.fact_id,
        bool_or(c.is_pooled) as is_pooled
    from core.yearly_claim as c
    where c.is_pooled or c.is_binding
    group by c.fact_id
),

apart as (
    select
        l.fact_id || '/' || r.fact_id as contradiction_id,
        false as is_judged,
        case
            when
                (
                    -- a day of collection says when a page was read, so no time is known to have passed
                    l.known_on_basis <> 'collected' and r.known_on_basis <> 'collected'
                    and date_diff('day', l.known_on, r.known_on) >= tier.half_life_days
                )
                or (r.origin_id = r.company_id and r.tier = 'disclosed' and r.period_end < r.known_on)
                then 'revision'
            else 'contradiction'
        end as kind,
        l.fact_id as left_fact,
        r.fact_id as right_fact,
        case
            when l.home = 'claims' and r.home = 'claims' then 'Both kept; no formula uses them'
            when r.origin_id = r.company_id and r.tier = 'disclosed' and r.period_end < r.known_on then 'The reported figure stands'
            when left_in.is_pooled and right_in.is_pooled then 'Both enter by tier and age, and the range holds both'
            when left_in.is_pooled is null and right_in.is_pooled is null then 'Both kept; neither enters at this horizon'
            when left_in.is_pooled is null or right_in.is_pooled is null
                then format('{} alone enters at this horizon', coalesce(left_in.fact_id, right_in.fact_id))
            when not left_in.is_pooled and not right_in.is_pooled then 'Both are bounds, which limit the range and enter no mean'
            else
                format(
                    '{} enters by tier and age; {} is a bound, which limits the range',
                    case when left_in.is_pooled then l.fact_id else r.fact_id end,
                    case when left_in.is_pooled then r.fact_id else l.fact_id end
                )
        end as treatment,
        cast(null as varchar) as note
    from stated as l
    inner join stated as r
        on
            r.subject = l.subject and r.metric = l.metric and r.unit = l.unit
            and r.object is not distinct from l.object and r.scope_id is not distinct from l.scope_id
            and r.company_id is not distinct from l.company_id
            and r.period_start is not distinct from l.period_start and r.period_end is not distinct from l.period_end
            and r.origin_id <> l.origin_id
            and (r.known_on > l.known_on or (r.known_on = l.known_on and r.fact_id > l.fact_id))
    inner join raw.tiers as tier on tier.tier = l.tier
    left join entering as left_in on left_in.fact_id = l.fact_id
    left join entering as right_in on right_in.fact_id = r.fact_id
    cross join parameter
    where
        l.is_current and r.is_current and l.tier <> 'assumption' and r.tier <> 'assumption'
        and (
            r.least_value - l.most_value > parameter.same_count * abs(r.least_value)
            or l.least_value - r.most_value > parameter.same_count * abs(l.least_value)
        )
),

pairs as (
    select
        j.contradiction_id,
        j.is_judged,
        j.kind,
        j.left_fact,
        j.right_fact,
        j.treatment,
        j.note
    from judged as j
    union all
    select
        a.contradiction_id,
        a.is_judged,
        a.kind,
        a.left_fact,
        a.right_fact,
        a.treatment,
        a.note
    from apart as a
    left join judged as j
        on (j.left_fact = a.left_fact and j.right_fact = a.right_fact) or (j.left_fact = a.right_fact and j.right_fact = a.left_fact)
    where j.contradiction_id is null
)

select
    p.contradiction_id,
    p.kind,
    p.is_judged,
    l.subject,
    l.metric,
    l.object,
    l.scope_id,
    l.period,
    l.fact_id as left_fact_id,
    l.statement as left_statement,
    l.origin_id as left_origin_id,
    l.known_on as left_known_on,
    l.place as left_citation,
    r.fact_id as right_fact_id,
    r.statement as right_statement,
    r.origin_id as right_origin_id,
    r.known_on as right_known_on,
    r.place as right_citation,
    date_diff('day', l.known_on, r.known_on) as days_apart,
    p.treatment,
    p.note,
    [l.fact_id, r.fact_id] as fact_ids,
    l.as_of
from pairs as p
inner join stated as l on l.fact_id = p.left_fact
inner join stated as r on r.fact_id = p.right_fact
