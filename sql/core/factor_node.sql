-- is: Nodes of the factors that follow from a company's sales and from what its programmes bring.
-- grain: node_id
with family as (
    select f.*, case when f.selection = 'asked' then 'asked' end as prefix
    from core.family_revenue as f
    cross join core.choice as choice
    where f.programme_revenue_usd is not null and (f.selection = 'all' or choice.programmes is not null)
),

firm as (
    select
        f.company_id, f.prefix, f.node_id as horizon_id, d.node_id as sales_id, d.base_sales_node_id,
        d.expected_node_id,
        f.programme_revenue_usd / d.company_revenue_usd as exposure_weight,
        -- Sales of another year than the programmes' would make a ratio of nothing.
        case
            when d.base_revenue_basis <> 'stale'
                then (f.programme_revenue_usd - f.programme_revenue_base_usd) / d.base_revenue_usd
        end as growth,
        case when f.selection = 'all' then d.expectation_gap end as expectation_gap
    from family as f
    inner join core.denominator as d on d.company_id = f.company_id
    where f.family_id is null and d.company_revenue_usd > 0
),

-- Families of which content and share are comparable over both years.
uplift as (
    select
        f.*, concat_ws('/', f.company_id, f.family_id) as family_key, h.node_id as units_id, b.node_id as base_units_id
    from family as f
    inner join core.family_units as h on h.family_id = f.family_id and h.period_role = 'horizon'
    inner join core.family_units as b on b.family_id = f.family_id and b.period_role = 'base'
    where f.is_bottom_up and f.programme_revenue_base_usd > 0 and h.units > 0 and b.units > 0
),

revised as (
    select f.company_id, f.prefix
    from family as f
    inner join core.forecast_revision as r on r.family_id = f.family_id
    group by f.company_id, f.prefix
),

lifted as (
    select distinct u.company_id, u.prefix from uplift as u
)

-- No part exceeds the whole, unless the central value already does. A ratio beyond a million means nothing.
select
    concat_ws('/', m.prefix, 'exposure', m.company_id) as node_id, 'quotient' as op, cast(null as double) as constant,
    cast(null as double) as floor, greatest(m.exposure_weight, 1) as ceiling, m.exposure_weight as value,
    cast(null as double) as low, cast(null as double) as high, cast(null as varchar) as variate,
    'exposure weight' as label, 'fraction' as unit, cast(null as varchar) as basis, cast(null as varchar) as tier,
    cast(null as varchar[]) as fact_ids, [m.horizon_id, m.sales_id] as children
from firm as m
union all
select
    concat_ws('/', m.prefix, 'added', m.company_id), 'sum', null, null, null, null, null, null, null,
    'programme revenue added', 'USD', null, null, null, null
from firm as m
where m.growth is not null
union all
select
    concat_ws('/', m.prefix, 'growth', m.company_id), 'quotient', null, -1e6, 1e6, m.growth, null, null, null,
    'growth', 'fraction', null, null, null, [concat_ws('/', m.prefix, 'added', m.company_id), m.base_sales_node_id]
from firm as m
where m.growth is not null
union all
select
    concat_ws('/', 'expected', m.company_id), 'quotient', null, null, 1e6, null, null, null, null,
    'expected sales over the base year''s', 'ratio', null, null, null, [m.expected_node_id, m.base_sales_node_id]
from firm as m
where m.expectation_gap is not null
union all
select
    concat_ws('/', 'expectation_gap', m.company_id), 'sum', 1, null, null, m.expectation_gap, null, null, null,
    'growth beyond what is expected', 'fraction', null, null, null, null
from firm as m
where m.expectation_gap is not null
union all
select
    concat_ws('/', m.prefix, 'revised', m.company_id), 'sum', null, null, null, null, null, null, null,
    'programme revenue times revision', 'USD', null, null, null, null
from firm as m
inner join revised as r on r.company_id = m.company_id and r.prefix is not distinct from m.prefix
union all
select
    concat_ws('/', m.prefix, 'mean_revision', m.company_id), 'quotient', null, null, null, null, null, null, null,
    'mean revision of its programmes', 'ratio', null, null, null,
    [concat_ws('/', m.prefix, 'revised', m.company_id), m.horizon_id]
from firm as m
inner join revised as r on r.company_id = m.company_id and r.prefix is not distinct from m.prefix
union all
select
    concat_ws('/', m.prefix, 'revision', m.company_id), 'product', null, null, null, null, null, null, null,
    'revision', 'fraction', null, null, null,
    [concat_ws('/', m.prefix, 'exposure', m.company_id), concat_ws('/', m.prefix, 'mean_revision', m.company_id)]
from firm as m
inner join revised as r on r.company_id = m.company_id and r.prefix is not distinct from m.prefix
union all
select
    concat_ws('/', u.prefix, 'per_unit', u.family_key), 'quotient', null, null, null, null, null, null, null,
    u.family_id || ' programme revenue for a unit', 'USD', null, null, null, [u.node_id, u.units_id]
from uplift as u
union all
select
    concat_ws('/', u.prefix, 'base_per_unit', u.family_key), 'quotient', null, null, null, null, null, null, null,
    u.family_id || ' programme revenue for a unit in the base year', 'USD', null, null, null,
    [u.base_node_id, u.base_units_id]
from uplift as u
union all
select
    concat_ws('/', u.prefix, 'per_unit_added', u.family_key), 'sum', null, null, null, null, null, null, null,
    'added for a unit', 'USD', null, null, null, null
from uplift as u
union all
select
    concat_ws('/', u.prefix, 'per_unit_growth', u.family_key), 'quotient', null, null, 1e6, null, null, null, null,
    'growth of the revenue for a unit', 'ratio', null, null, null,
    [
        concat_ws('/', u.prefix, 'per_unit_added', u.family_key),
        concat_ws('/', u.prefix, 'base_per_unit', u.family_key)
    ]
from uplift as u
union all
select
    concat_ws('/', u.prefix, 'uplift', u.family_key), 'product', null, null, null, null, null, null, null,
    'uplift of ' || u.family_id, 'USD', null, null, null,
    [u.node_id, concat_ws('/', u.prefix, 'per_unit_growth', u.family_key)]
from uplift as u
union all
select
    concat_ws('/', m.prefix, 'uplift', m.company_id), 'sum', null, null, null, null, null, null, null, 'uplift',
    'USD', null, null, null, null
from firm as m
inner join lifted as l on l.company_id = m.company_id and l.prefix is not distinct from m.prefix
union all
select
    concat_ws('/', m.prefix, 'uplift_part', m.company_id), 'quotient', null, null, null, null, null, null, null,
    'part of the programme revenue that is uplift', 'fraction', null, null, null,
    [concat_ws('/', m.prefix, 'uplift', m.company_id), m.horizon_id]
from firm as m
inner join lifted as l on l.company_id = m.company_id and l.prefix is not distinct from m.prefix
union all
select
    concat_ws('/', m.prefix, 'elasticity', m.company_id), 'product', null, null, null, null, null, null, null,
    'elasticity', 'fraction', null, null, null,
    [concat_ws('/', m.prefix, 'exposure', m.company_id), concat_ws('/', m.prefix, 'uplift_part', m.company_id)]
from firm as m
inner join lifted as l on l.company_id = m.company_id and l.prefix is not distinct from m.prefix
