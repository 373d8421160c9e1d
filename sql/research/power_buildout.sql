-- is: Gigawatts in service, added and planned, with their cost and the chips that they can feed.
-- grain: subject, object, metric, period_start, period_end, origin_id
with claim as (
    select k.*, coalesce(k.value, k.value_low) as figure
    from research.claim_range as k
    where k.stands and k.has_number
),

grown as (
    select c.subject, c.period_end, max(c.value) as multiple, list_sort(list(c.fact_id)) as fact_ids
    from claim as c
    where c.metric = 'capacity_multiple' and (c.object = 'power' or c.object like '%energy')
    group by c.subject, c.period_end
),

power as (
    select
        c.*,
        g.multiple,
        g.fact_ids as multiple_fact_ids,
        case when c.metric = 'power_capacity' then c.value / nullif(g.multiple, 0) end as gw_before
    from claim as c
    left join grown as g on g.subject = c.subject and g.period_end = c.period_end
    where c.metric in ('power_capacity', 'power_added')
),

-- one chip's part of its rack's power, for every programme of which both are known
chip as (
    select
        rack.subject as programme_id,
        rack.value / max(c.value) as kw_per_chip,
        [rack.fact_id, max(c.fact_id)] as fact_ids
    from claim as rack
    inner join claim as c on c.subject = rack.subject
    where
        rack.metric = 'rack_power' and rack.object is null and rack.value > 0
        and c.metric = 'chips_per_unit' and c.unit = 'chip per rack' and c.value > 0
    group by rack.subject, rack.value, rack.fact_id
),

feed as (
    select
        1000000 / max(c.kw_per_chip) as chips_per_gw_low,
        1000000 / min(c.kw_per_chip) as chips_per_gw_high,
        coalesce(list_sort(list(c.programme_id)), []) as programmes,
        coalesce(flatten(list(c.fact_ids)), []) as fact_ids
    from chip as c
)

select
    p.subject, p.company_id, p.object, p.scope_id,
    case p.metric when 'power_added' then 'added' else 'capacity' end as metric,
    p.period, p.period_start, p.period_end,
    case
        when p.period_end is null then 'undated' when p.period_end <= p.known_on then 'in service' else 'planned'
    end as state,
    p.origin_id, p.tier, p.statement,
    p.value as gw,
    p.value_low as gw_low,
    p.value_high as gw_high,
    p.multiple, p.gw_before,
    p.value - p.gw_before as gw_to_add,
    p.figure * cost.cost_low as cost_usd_million_low,
    p.figure * cost.cost_high as cost_usd_million_high,
    (p.value - p.gw_before) * cost.cost_mean as cost_to_add_usd_million,
    cost.silicon,
    -- power for one programme feeds no other's chips
    case when p.scope_id is null then p.figure * feed.chips_per_gw_low end as chips_low,
    case when p.scope_id is null then p.figure * feed.chips_per_gw_high end as chips_high,
    case when p.scope_id is null then nullif(feed.programmes, []) end as chips_of,
    list_sort(list_distinct(list_concat(
        [p.fact_id], coalesce(p.multiple_fact_ids, []), coalesce(cost.fact_ids, []), coalesce(feed.fact_ids, [])
    ))) as fact_ids,
    p.as_of
from power as p
left join research.power_cost as cost on cost.fact_id = p.fact_id
cross join feed
