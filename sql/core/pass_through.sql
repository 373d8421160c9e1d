-- is: Factor by which a company's own statement follows the units of its scope: 1 at the units behind the statement.
-- grain: period_role, scope_id
with scope_units as (
    select
        f.period_role, f.year, f.family_id as scope_id, f.units, f.units_low, f.units_high, f.units_behind, f.node_id,
        cast(null as varchar[]) as children
    from core.family_units as f
    union all
    select
        u.period_role, u.year, s.scope_id,
        cast(sum(cast(u.units as decimal(38, 15))) as double) as units,
        cast(sum(cast(u.units_low as decimal(38, 15))) as double) as units_low,
        cast(sum(cast(u.units_high as decimal(38, 15))) as double) as units_high,
        cast(sum(cast(u.units_behind as decimal(38, 15))) as double) as units_behind,
        concat_ws('/', 'scope_units', s.scope_id, u.year) as node_id,
        list_sort(list(u.node_id)) as children
    from core.programme_units as u
    inner join core.scope_programme as s on s.programme_id = u.programme_id and s.scope_level < 3
    group by u.period_role, u.year, s.scope_id
)

select
    s.period_role, s.year, s.scope_id, s.units, s.units_behind,
    1 + passed.value * (s.units / s.units_behind - 1) as pass_through,
    1 + passed.value * (s.units_low / s.units_behind - 1) as pass_through_low,
    1 + passed.value * (s.units_high / s.units_behind - 1) as pass_through_high,
    concat_ws('/', 'pass_through', s.scope_id, s.year) as node_id,
    s.node_id as units_node_id, s.children
from scope_units as s
inner join raw.parameters as passed on passed.parameter = 'pass_through'
where s.units_behind > 0
