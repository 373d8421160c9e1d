-- is: Gigawatts in service, added and planned, with what they cost by silicon, what a doubling adds, and how many chips they can feed.
-- grain: subject, object, metric, period_start, period_end, origin_id
with claim as (
    select
        k.subject,
        k.company_id,
        k.object,
        k.scope_id,
        k.metric,
        k.period,
        k.period_start,
        k.period_end,
        k.origin_id,
        k.tier,
        k.central as value,
        coalesce(k.low, k.base) as least_value,
        coalesce(k.high, k.base) as most_value,
        k.statement,
        k.known_on,
        k.fact_id,
        k.as_of
    from mart.claim as k
    where k.stands and coalesce(k.low, k.base, k.high) is not null
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

priced as (
    select
        c.subject,
        c.value,
        c.fact_id,
        c.scope_id,
        f.family_id
    from claim as c
    left join family_of as f on f.scope_id = c.scope_id
    where c.metric = 'cost_per_gw' and c.value is not null
),

-- Power for one scope costs what its own silicon does, else what its family's does, and only without either what any does.
nearest as (
    select
        p.fact_id as power_fact_id,
        c.subject,
        c.value,
        c.fact_id,
        case when c.scope_id = p.scope_id then 2 when c.family_id = f.family_id then 1 else 0 end as nearness,
        max(case when c.scope_id = p.scope_id then 2 when c.family_id = f.family_id then 1 else 0 end)
            over (partition by p.fact_id) as most_nearness
    from claim as p
    left join family_of as f on f.scope_id = p.scope_id
    cross join priced as c
    where p.metric in ('power_capacity', 'power_added')
),

cost as (
    select
        n.power_fact_id,
        min(n.value) as cost_low,
        max(n.value) as cost_high,
        avg(n.value) as cost_mean,
        list_sort(list_distinct(list(n.subject))) as silicon,
        list_sort(list(n.fact_id)) as fact_ids
    from nearest as n
    where n.nearness = n.most_nearness
    group by n.power_fact_id
),

-- One chip's part of its rack's power, for every programme of which both are known.
chip as (
    select
        power.subject as programme_id,
        power.value / max(k.central) as kw_per_chip,
        list_sort(list_distinct([power.fact_id, max(k.fact_id)])) as fact_ids
    from claim as power
    inner join mart.claim as k
        on k.subject = power.subject and k.metric = 'chips_per_unit' and k.unit = 'chip per rack' and k.stands and k.central > 0
    where power.metric = 'rack_power' and power.object is null and power.value > 0
    group by power.subject, power.value, power.fact_id
),

feed as (
    select
        1000000 / max(c.kw_per_chip) as chips_per_gw_low,
        1000000 / min(c.kw_per_chip) as chips_per_gw_high,
        list_sort(list(c.programme_id)) as programmes,
        list_sort(list_distinct(flatten(list(c.fact_ids)))) as fact_ids
    from chip as c
),

grown as (
    select
        c.subject,
        c.period_end,
        max(c.value) as multiple,
        list_sort(list(c.fact_id)) as fact_ids
    from claim as c
    where c.metric = 'capacity_multiple' and (c.object = 'power' or c.object like '%energy')
    group by c.subject, c.period_end
)

select
    p.subject,
    p.company_id,
    p.object,
    p.scope_id,
    case p.metric when 'power_added' then 'added' else 'capacity' end as metric,
    p.period,
    p.period_start,
    p.period_end,
    case when p.period_end is null then 'undated' when p.period_end <= p.known_on then 'in service' else 'planned' end as state,
    p.origin_id,
    p.tier,
    p.statement,
    p.value as gw,
    p.least_value as gw_low,
    p.most_value as gw_high,
    grown.multiple,
    case when p.metric = 'power_capacity' then p.value / nullif(grown.multiple, 0) end as gw_before,
    case when p.metric = 'power_capacity' then p.value - p.value / nullif(grown.multiple, 0) end as gw_to_add,
    coalesce(p.value, p.least_value) * cost.cost_low as cost_usd_million_low,
    coalesce(p.value, p.least_value) * cost.cost_high as cost_usd_million_high,
    case
        when p.metric = 'power_capacity' then (p.value - p.value / nullif(grown.multiple, 0)) * cost.cost_mean
    end as cost_to_add_usd_million,
    cost.silicon,
    -- power for one programme feeds no other's chips
    case when p.scope_id is null then coalesce(p.value, p.least_value) * feed.chips_per_gw_low end as chips_low,
    case when p.scope_id is null then coalesce(p.value, p.least_value) * feed.chips_per_gw_high end as chips_high,
    case when p.scope_id is null then feed.programmes end as chips_of,
    list_sort(list_distinct(list_concat(
        list_concat([p.fact_id], coalesce(grown.fact_ids, [])), list_concat(coalesce(cost.fact_ids, []), coalesce(feed.fact_ids, []))
    ))) as fact_ids,
    p.as_of
from claim as p
left join grown on grown.subject = p.subject and grown.period_end = p.period_end
left join cost on cost.power_fact_id = p.fact_id
left join feed on true
where p.metric in ('power_capacity', 'power_added')
