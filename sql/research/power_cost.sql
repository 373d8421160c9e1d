-- is: What a gigawatt costs where power is claimed: with its own scope's silicon, its family's, or any.
-- grain: fact_id
with claim as (
    select k.fact_id, k.metric, k.subject, k.scope_id, f.family_id, k.value, k.as_of
    from research.claim_range as k
    left join core.scope_family as f on f.scope_id = k.scope_id
    where k.stands and k.has_number and k.metric in ('cost_per_gw', 'power_capacity', 'power_added')
),

reach as (
    select c.*, 1 as scope_level, c.scope_id as reach_id from claim as c
    union all
    select c.*, 2 as scope_level, c.family_id as reach_id from claim as c
    union all
    select c.*, 3 as scope_level, 'all' as reach_id from claim as c
),

cost as (
    select
        r.scope_level, r.reach_id,
        min(r.value) as cost_low,
        max(r.value) as cost_high,
        avg(r.value) as cost_mean,
        list_sort(list_distinct(list(r.subject))) as silicon,
        list_sort(list(r.fact_id)) as fact_ids
    from reach as r
    where r.metric = 'cost_per_gw' and r.value is not null
    group by r.scope_level, r.reach_id
)

select p.fact_id, c.cost_low, c.cost_high, c.cost_mean, c.silicon, c.fact_ids, p.as_of
from reach as p
inner join cost as c on c.scope_level = p.scope_level and c.reach_id = p.reach_id
where p.metric <> 'cost_per_gw'
qualify row_number() over (partition by p.fact_id order by p.scope_level) = 1
