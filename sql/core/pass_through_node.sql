-- is: Nodes of the factors by which what companies state of themselves follows the units of its scope.
-- grain: node_id
with used as (
    select d.period_role, d.scope_id from core.disclosed as d
    where d.period_role = 'horizon' and d.method = 'disclosed'
    union
    select o.period_role, o.scope_id from core.share_offer as o
    where o.period_role <> 'prior' and o.share_basis = 'counted_units'
),

scope as (
    select p.*, concat_ws('/', p.scope_id, p.year) as scope_key
    from core.pass_through as p
    inner join used as u on u.period_role = p.period_role and u.scope_id = p.scope_id
)

select
    'parameter/pass_through' as node_id, 'input' as op, cast(null as double) as constant,
    cast(null as double) as floor, cast(null as double) as ceiling, part.value, part_low.value as low,
    -- No more than all of a change reaches the sales.
    greatest(part.value, 1) as high, 'pass_through' as variate,
    'part of a change of units that reaches stated figures' as label, 'fraction' as unit,
    cast(null as varchar) as basis, 'assumption' as tier, cast(null as varchar[]) as fact_ids,
    cast(null as varchar[]) as children
from raw.parameters as part
inner join raw.parameters as part_low on part_low.parameter = 'pass_through_low'
where part.parameter = 'pass_through'
union all
select
    s.units_node_id, 'sum', null, null, null, s.units, null, null, null, 'units of ' || s.scope_id || ' ' || s.year,
    'ratio', null, null, null, s.children
from scope as s
where s.children is not null
union all
select
    concat_ws('/', 'units_behind', s.scope_key), 'input', null, null, null, s.units_behind, null, null, null,
    'units behind the statement', 'ratio', null, null, null, null
from scope as s
union all
select
    concat_ws('/', 'unit_change', s.scope_key), 'quotient', null, null, null, s.units / s.units_behind, null, null,
    null, 'units over those behind the statement', 'ratio', null, null, null,
    [s.units_node_id, concat_ws('/', 'units_behind', s.scope_key)]
from scope as s
union all
select
    concat_ws('/', 'unit_excess', s.scope_key), 'sum', -1, null, null, s.units / s.units_behind - 1, null, null, null,
    'change of units', 'ratio', null, null, null, [concat_ws('/', 'unit_change', s.scope_key)]
from scope as s
union all
select
    concat_ws('/', 'passed', s.scope_key), 'product', null, null, null, s.pass_through - 1, null, null, null,
    'what reaches stated figures of it', 'ratio', null, null, null,
    ['parameter/pass_through', concat_ws('/', 'unit_excess', s.scope_key)]
from scope as s
union all
select
    s.node_id, 'sum', 1, null, null, s.pass_through, null, null, null, 'follows the units', 'fit', null, null, null,
    [concat_ws('/', 'passed', s.scope_key)]
from scope as s
