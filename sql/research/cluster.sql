-- is: Sites and customers' clusters: owner, user, chips and their count, and their part of the family's units.
-- grain: subject, object, period_start, period_end, origin_id
with counted as (
    select k.*
    from research.claim_range as k
    where
        k.metric = 'units_installed' and k.stands and k.has_number
        -- what a programme or a family counts is no cluster
        and k.subject not in (select p.programme_id from raw.programmes as p)
        and k.subject not in (select f.family_id from raw.families as f)
),

-- The state of a site is that of the building named, if any is said of it, and none of a time before the count.
state as (
    select c.fact_id, k.fact_id as status_fact_id, concat_ws(': ', k.period, k.text) as status
    from counted as c
    inner join research.claim_range as k on k.subject = c.subject
    where
        k.stands and k.metric = 'site_status' and (k.object is null or k.object = c.object)
        and coalesce(k.period_end >= c.period_start, true)
    qualify (k.object is not null) = bool_or(k.object is not null) over (partition by c.fact_id)
),

states as (
    select
        s.fact_id,
        string_agg(distinct s.status, '; ' order by s.status) as status,
        list(s.status_fact_id) as status_fact_ids
    from state as s
    group by s.fact_id
),

linked as (
    select
        c.*,
        f.family_id,
        -- a scope of a family without programmes of its own is counted by the family's ratio
        coalesce(own.own_units_per_unit, whole.own_units_per_unit) as own_units_per_unit
    from counted as c
    left join core.scope_family as f on f.scope_id = c.scope_id
    left join core.unit_ratio as own
        on own.scope_id = c.scope_id and own.family_id = f.family_id and own.unit = c.unit
    left join core.unit_ratio as whole on whole.scope_id = f.family_id and whole.unit = c.unit
)

select
    coalesce(l.subject, s.subject) as subject,
    scope.name, s.operator, s.tenant, s.location, s.purpose,
    case
        when l.fact_id is null then s.status
        when t.status is not null then t.status
        when s.status is not null and l.known_on < l.period_end
            then l.period || ': expected on ' || cast(l.known_on as varchar)
    end as status,
    l.object, l.scope_id, l.family_id, l.company_id, l.period, l.period_start, l.period_end, l.unit,
    l.value as units,
    l.value_low as units_low,
    l.value_high as units_high,
    l.statement,
    l.value * l.own_units_per_unit as own_units,
    u.unit_basis as own_unit,
    u.year,
    u.units as family_units,
    l.value * l.own_units_per_unit / nullif(u.units, 0) as part_of_family,
    s.power, s.cost, l.origin_id, l.tier, l.known_on,
    case
        when l.fact_id is null then s.fact_ids
        else list_sort(list_concat([l.fact_id], coalesce(s.lasting_fact_ids, []), coalesce(t.status_fact_ids, [])))
    end as fact_ids,
    question.as_of
from linked as l
full outer join research.site as s on s.subject = l.subject
left join states as t on t.fact_id = l.fact_id
left join raw.scopes as scope on scope.scope_id = coalesce(l.subject, s.subject)
left join core.family_units as u on u.family_id = l.family_id and u.year = year(l.period_end)
cross join core.question as question
