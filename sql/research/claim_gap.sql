-- is: Pairs of current claims of two origins on one quantity whose ranges lie apart, and what the pools do.
-- grain: left_fact_id, right_fact_id
with same_count as (select p.value from raw.parameters as p where p.parameter = 'unit_mismatch'),

claim as (
    select k.*
    from research.claim_range as k
    where k.is_current and k.has_number and k.tier <> 'assumption'
),

-- what a claim does in the pools of the years asked: its number counts, or it bounds the range
entering as (
    select c.fact_id, bool_or(c.is_pooled) as is_pooled
    from core.yearly_claim as c
    where c.is_pooled or c.is_binding
    group by c.fact_id
),

pair as (
    select
        l.fact_id as left_fact_id, r.fact_id as right_fact_id, l.as_of,
        l.home = 'claims' and r.home = 'claims' as is_beside,
        r.origin_id = r.company_id and r.tier = 'disclosed' and r.period_end < r.known_on as is_reported,
        -- a day of collection says when a page was read, so no time is known to have passed
        l.known_on_basis <> 'collected' and r.known_on_basis <> 'collected'
        and date_diff('day', l.known_on, r.known_on) >= tier.half_life_days as is_later
    from claim as l
    inner join claim as r
        on r.subject = l.subject and r.metric = l.metric and r.unit = l.unit
        and r.object is not distinct from l.object and r.scope_id is not distinct from l.scope_id
        and r.company_id is not distinct from l.company_id
        and r.period_start is not distinct from l.period_start and r.period_end is not distinct from l.period_end
        and r.origin_id <> l.origin_id
    inner join raw.tiers as tier on tier.tier = l.tier
    cross join same_count
    where
        (r.known_on > l.known_on or (r.known_on = l.known_on and r.fact_id > l.fact_id))
        and (
            r.least_value - l.most_value > same_count.value * abs(r.least_value)
            or l.least_value - r.most_value > same_count.value * abs(l.least_value)
        )
)

select
    p.left_fact_id, p.right_fact_id,
    case when p.is_reported or p.is_later then 'revision' else 'contradiction' end as kind,
    case
        when p.is_beside then 'Both kept; no formula uses them'
        when p.is_reported then 'The reported figure stands'
        when l.is_pooled and r.is_pooled then 'Both enter by tier and age, and the range holds both'
        when l.fact_id is null and r.fact_id is null then 'Both kept; neither enters at this horizon'
        when l.fact_id is null or r.fact_id is null
            then coalesce(l.fact_id, r.fact_id) || ' alone enters at this horizon'
        when not (l.is_pooled or r.is_pooled) then 'Both are bounds, which limit the range and enter no mean'
        else
            case when l.is_pooled then l.fact_id else r.fact_id end || ' enters by tier and age; '
            || case when l.is_pooled then r.fact_id else l.fact_id end || ' is a bound, which limits the range'
    end as treatment,
    p.as_of
from pair as p
left join entering as l on l.fact_id = p.left_fact_id
left join entering as r on r.fact_id = p.right_fact_id
