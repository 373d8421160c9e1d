-- is: Nodes of units of families and generations, and of the mixes between them.
-- grain: node_id
with family as (
    select f.* from core.family_units as f
    where f.period_role <> 'prior'
),

programme as (
    select p.* from core.programme_units as p
    where p.period_role <> 'prior'
),

mix as (
    select
        m.*, concat_ws('/', m.family_id, m.year) as family_key, concat_ws('/', m.programme_id, m.year) as programme_key,
        rest.programme_id is not null as has_rest
    from core.generation_mix as m
    inner join family as f on f.period_role = m.period_role and f.family_id = m.family_id
    left join programme as rest
        on rest.period_role = m.period_role and rest.family_id = m.family_id and rest.units_basis = 'family_rest'
)

select
    f.node_id, case f.units_basis when 'stated' then 'product' else 'sum' end as op,
    cast(null as double) as constant, cast(null as double) as floor, cast(null as double) as ceiling, f.units as value,
    f.units_low as low, f.units_high as high, case f.units_basis when 'stated' then f.node_id end as variate,
    'units of ' || f.family_id || ' ' || f.year as label, f.unit_basis || 's' as unit, f.units_basis as basis, f.tier,
    cast(null as varchar[]) as fact_ids, f.children
from family as f
union all
select
    p.node_id, 'product', null, null, null, p.units, p.units_low, p.units_high,
    case p.units_basis when 'generation' then p.node_id end, 'units of ' || p.programme_id || ' ' || p.year,
    p.unit_basis || 's', p.units_basis, p.tier, null, p.children
from programme as p
union all
select
    o.node_id, 'quotient', null, null, 1, o.mix, null, null, null, o.origin_id, 'fraction',
    case when not o.is_within_origin then 'of the pooled family' end, o.tier, null, o.children
from core.mix_origin as o
where o.period_role <> 'prior'
union all
select
    concat_ws('/', 'mix_stated', m.programme_key), case when m.children is null then 'mean' else 'quotient' end, null,
    m.mix_floor, 1, m.mix_stated, null, null, null, m.programme_id || ', part of ' || m.family_id || ' by its sources',
    'fraction', m.mix_basis,
    m.tier, null, m.children
from mix as m
where m.mix_basis <> 'carried'
union all
select
    concat_ws('/', 'mix_scale', m.programme_key), 'input', null, null, null, m.mix_fit, null, null, null,
    'fitted to the whole family', 'fit', null, null, null, null
from mix as m
where m.mix_basis <> 'carried'
union all
select
    m.node_id, 'product', null, null, 1, m.mix, case when m.mix_basis <> 'carried' then m.mix_low end,
    case when m.mix_basis <> 'carried' then m.mix_high end, case when m.mix_basis <> 'carried' then m.node_id end,
    m.programme_id || ', part of ' || m.family_id, 'fraction', m.mix_basis, m.tier, null,
    case
        when m.mix_basis = 'carried' then m.children
        else [concat_ws('/', 'mix_stated', m.programme_key), concat_ws('/', 'mix_scale', m.programme_key)]
    end
from mix as m
union all
select distinct
    c.free_node_id, 'sum', 1, 0, null, c.free_mix, null, null, null, 'part of ' || c.family_id || ' that nobody names',
    'fraction', null, null, null, cast(null as varchar[])
from core.carried_mix as c
where c.period_role <> 'prior'
union all
select
    c.handed_node_id, 'input', null, null, null, c.handed, c.handed_low, c.handed_high,
    c.handed_node_id as variate,
    c.programme_id || ', handed over from ' || c.known_year, 'fraction', 'carried', c.tier, c.fact_ids, null
from core.carried_mix as c
where c.period_role <> 'prior'
union all
select
    concat_ws('/', 'mix_whole', m.family_key), 'input', null, null, null,
    case when bool_or(m.has_rest) then 1 else sum(m.mix) end, null, null, null, 'parts of the family together',
    'fraction', null, null, null, null
from mix as m
group by m.family_key
union all
select
    concat_ws('/', 'mix_sum', m.family_key), 'sum', null, null, null, null, null, null, null, 'parts together',
    'fraction', null, null, null, null
from mix as m
group by m.family_key
union all
select
    concat_ws('/', 'mix_fit', m.family_key), 'quotient', null, null, case when bool_or(m.has_rest) then 1 end, 1, null,
    null, null, 'fitted to the whole family', 'fit', null, null, null,
    [concat_ws('/', 'mix_whole', m.family_key), concat_ws('/', 'mix_sum', m.family_key)]
from mix as m
group by m.family_key
union all
select
    concat_ws('/', 'mix_rest', p.family_id, p.year), 'sum', 1, 0, null, p.mix, null, null, null,
    p.programme_id || ', part of ' || p.family_id, 'fraction', null, null, null, null
from programme as p
where p.units_basis = 'family_rest'
