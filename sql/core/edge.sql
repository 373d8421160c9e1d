-- is: The parts that each number of the graph is computed from, in order, each with its coefficient or weight.
-- grain: node_id, position
with part as (
    -- DuckDB unnests with ordinality ten times as slowly.
    select n.node_id, p.child_id, array_position(n.children, p.child_id) as position, 1 as coefficient
    from core.node as n
    cross join unnest(n.children) as p (child_id)
    union all
    select
        a.node_id, a.child_id, row_number() over (partition by a.node_id order by a.child_id) as position, a.coefficient
    from core.addend as a
)

select p.node_id, p.position, p.child_id, p.coefficient
from part as p
-- A sum is named before it is known whether there is any.
inner join core.node as n on n.node_id = p.node_id
inner join core.node as child on child.node_id = p.child_id
