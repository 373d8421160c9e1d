-- is: Sites and customers' clusters: who owns and who uses them, which chips and how many, since or until when, and what part of their family's units that is.
-- grain: subject, object, period_start, period_end, origin_id
with site as (
    select
        k.subject,
        array_to_string(list_sort(list_distinct(list(k.text) filter (where k.metric = 'site_operator'))), '; ') as operator,
        array_to_string(list_sort(list_distinct(list(k.text) filter (where k.metric = 'site_tenant'))), '; ') as tenant,
        array_to_string(list_sort(list_distinct(list(k.text) filter (where k.metric = 'site_location'))), '; ') as location,
        array_to_string(list_sort(list_distinct(list(k.text) filter (where k.metric = 'purpose'))), '; ') as purpose,
        array_to_string(
            list_sort(list_distinct(list(concat_ws(': ', k.period, k.text)) filter (where k.metric = 'site_status'))), '; '
        ) as status,
        max(k.statement) filter (where k.metric = 'site_cost') as cost,
        max(k.statement) filter (where k.metric = 'power_capacity') as power,
        list_sort(list(k.fact_id)) as fact_ids,
        list_sort(list(k.fact_id) filter (where k.metric <> 'site_status')) as lasting_fact_ids
    from mart.claim as k
    where
        k.stands
        and k.metric in ('site_operator', 'site_tenant', 'site_location', 'site_status', 'site_cost', 'purpose', 'power_capacity')
    group by k.subject
    having bool_or(k.metric like 'site_%')
),

counted as (
    select
        k.subject,
        k.object,
        k.scope_id,
        k.company_id,
        k.period,
        k.period_start,
        k.period_end,
        k.origin_id,
        k.tier,
        k.unit,
        k.central as units,
        coalesce(k.low, k.base) as units_low,
        coalesce(k.high, k.base) as units_high,
        k.statement,
        k.known_on,
        k.fact_id
    from mart.claim as k
    left join raw.programmes as p on p.programme_id = k.subject
    left join raw.families as f on f.family_id = k.subject
    where
        k.metric = 'units_installed' and k.stands and coalesce(k.low, k.base, k.high) is not null
        and p.programme_id is null and f.family_id is null
),

-- The state of a site is that of what it names and of its time: neither of another building nor of a later plan.
told as (
    select
        c.fact_id,
        array_to_string(list_sort(list_distinct(coalesce(
            list(concat_ws(': ', k.period, k.text)) filter (where k.object is not null),
            list(concat_ws(': ', k.period, k.text))
        ))), '; ') as status,
        list_sort(coalesce(list(k.fact_id) filter (where k.object is not null), list(k.fact_id))) as status_fact_ids
    from counted as c
    inner join mart.claim as k on k.subject = c.subject
    where
        k.stands and k.metric = 'site_status' and (k.object is null or k.object = c.object)
        and coalesce(k.period_end >= c.period_start, true)
    group by c.fact_id
),

family_of as (
    select
        f.family_id as scope_id,
        f.family_id
    from raw.families as f
    union all
    select
        p.programme_id as scope_id,
        p.family_id
    from raw.programmes as p
    union all
    select
        s.scope_id,
        s.family_id
    from raw.scopes as s
    where s.family_id is not null
),

linked as (
    select
        c.*,
        f.family_id,
        -- a scope of a family without programmes of its own is counted by the family's ratio
        coalesce(own.own_units_per_unit, whole.own_units_per_unit) as own_units_per_unit
    from counted as c
    left join family_of as f on f.scope_id = c.scope_id
    left join core.unit_ratio as own
        on own.scope_id = c.scope_id and own.family_id = f.family_id and own.unit = c.unit
    left join core.unit_ratio as whole on whole.scope_id = f.family_id and whole.unit = c.unit
)

select
    coalesce(l.subject, s.subject) as subject,
    scope.name,
    s.operator,
    s.tenant,
    s.location,
    s.purpose,
    case
        when l.fact_id is null then s.status
        when t.status is not null then t.status
        when s.status is not null and l.known_on < l.period_end then format('{}: expected on {}', l.period, l.known_on)
    end as status,
    l.object,
    l.scope_id,
    l.family_id,
    l.company_id,
    l.period,
    l.period_start,
    l.period_end,
    l.unit,
    l.units,
    l.units_low,
    l.units_high,
    l.statement,
    l.units * l.own_units_per_unit as own_units,
    u.unit_basis as own_unit,
    u.year,
    u.units as family_units,
    l.units * l.own_units_per_unit / nullif(u.units, 0) as part_of_family,
    s.power,
    s.cost,
    l.origin_id,
    l.tier,
    l.known_on,
    case
        when l.fact_id is null then s.fact_ids
        else list_sort(list_concat([l.fact_id], coalesce(s.lasting_fact_ids, []), coalesce(t.status_fact_ids, [])))
    end as fact_ids,
    question.as_of
from linked as l
full outer join site as s on s.subject = l.subject
left join told as t on t.fact_id = l.fact_id
left join raw.scopes as scope on scope.scope_id = coalesce(l.subject, s.subject)
left join core.family_units as u on u.family_id = l.family_id and u.year = year(l.period_end)
cross join core.question as question
