-- is: The class of evidence of each input of a chosen term at the horizon: the best among its facts.
-- grain: node_id, input
with term as (
    select distinct r.node_id, r.units_fact_ids, r.content_fact_ids, r.share_fact_ids
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

-- Pieces and their price are two inputs of a content, and each has facts of its own.
pooled as (
    select distinct
        n.node_id, case when n.input = 'content' then f.measure else n.input end as input, n.fact_id, c.class_rank,
        c.evidence_class
    from named as n
    inner join core.fact as f on f.fact_id = n.fact_id
    inner join core.fact_class as c on c.fact_id = n.fact_id
)

select
    p.node_id, p.input, min(p.class_rank) as class_rank,
    arg_min(p.evidence_class, p.class_rank) as evidence_class,
    coalesce(list_sort(list(p.fact_id)), cast([] as varchar[])) as fact_ids
from pooled as p
group by p.node_id, p.input
