-- is: The class of evidence that the money of a chosen term at the horizon belongs to: that of its weakest input.
-- grain: node_id
with term as (
    select distinct
        r.node_id, r.units_fact_ids, r.content_fact_ids, r.share_fact_ids,
        r.assumed_inputs > 0 or r.circular as is_assumed
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon' and r.programme_revenue_usd is not null
),

named as (
    select t.node_id, 'units' as input, unnest(t.units_fact_ids) as fact_id from term as t
    union all
    select t.node_id, 'content' as input, unnest(t.content_fact_ids) as fact_id from term as t
    union all
    select t.node_id, 'share' as input, unnest(t.share_fact_ids) as fact_id from term as t
),

-- An input is as good as the best of the facts that it is pooled from; pieces and their price are two inputs.
input as (
    select
        n.node_id, n.input, case when n.input = 'content' then f.measure end as measure, min(c.class_rank) as class_rank
    from named as n
    inner join core.fact_class as c on c.fact_id = n.fact_id
    inner join core.fact as f on f.fact_id = n.fact_id
    group by n.node_id, n.input, case when n.input = 'content' then f.measure end
),

weakest as (
    select i.node_id, max(i.class_rank) as class_rank
    from input as i
    group by i.node_id
)

select
    t.node_id,
    -- A role, a market share and a circular content are our own guess, whatever documents they begin with.
    case
        when t.is_assumed or w.class_rank = 4 or w.class_rank is null then 'assumption'
        when w.class_rank = 3 then 'rumour'
        when w.class_rank = 2 then 'research'
        else 'filing'
    end as evidence_class
from term as t
left join weakest as w on w.node_id = t.node_id
