-- is: The graph of the arithmetic: each number with what it is computed by; its parts are in `core.edge`.
-- grain: node_id
with answer as (
    select e.* from core.evidence_node as e
    union all
    select v.* from core.vector_node as v
    union all
    select u.* from core.unit_node as u
    union all
    select t.* from core.pass_through_node as t
    union all
    select p.* from core.product_node as p
    union all
    select s.* from core.sales_node as s
    union all
    select f.* from core.factor_node as f
)

select a.* from answer as a
