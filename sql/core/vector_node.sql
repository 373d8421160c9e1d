-- is: Nodes of stated shares as whole vectors: a vector leaves a company that it does not name the others' mean.
-- grain: node_id
with vector as (
    select
        o.*,
        concat_ws('/', o.origin_id, o.scope_id, o.product_id, o.year) as vector_id,
        bool_or(o.fact_id is null) over (
            partition by o.period_role, o.scope_id, o.product_id, o.company_id
        ) as has_mean,
        bool_or(o.fact_id is null) over (
            partition by o.period_role, o.scope_id, o.product_id, o.origin_id
        ) as has_room
    from core.share_origin as o
    where o.period_role <> 'prior'
)

select
    s.node_id, 'mean' as op, cast(null as double) as constant, cast(null as double) as floor,
    cast(null as double) as ceiling, s.share as value, s.share_low as low, s.share_high as high,
    concat_ws('/', 'share', s.scope_id, s.product_id, s.company_id, array_to_string(s.fact_ids, '+')) as variate,
    s.company_id || '''s share of ' || s.product_id as label, 'fraction' as unit,
    nullif(s.period_basis, 'stated') as basis, s.tier, cast(null as varchar[]) as fact_ids,
    cast(null as varchar[]) as children
from core.share_vector as s
where s.period_role <> 'prior'
union all
select
    v.node_id, 'product', null, null, null, v.share, null, null, null, v.origin_id, 'fraction',
    'does not name the company: the others'' mean, shrunk to fit', null, null,
    [
        concat_ws('/', 'named_share', v.scope_id, v.product_id, v.company_id, v.year),
        concat_ws('/', 'vector_fit', v.vector_id)
    ]
from vector as v
where v.fact_id is null
union all
select
    concat_ws('/', 'named_share', v.scope_id, v.product_id, v.company_id, v.year), 'mean', null, null, null,
    max(v.mean_share), null, null, null, 'mean of those who do', 'fraction', null, null, null, null
from vector as v
where v.has_mean
group by v.scope_id, v.product_id, v.company_id, v.year
union all
select
    concat_ws('/', 'vector_room', v.vector_id), 'sum', 1, 0, null, null, null, null, null, 'left over by the vector',
    'fraction', null, null, null, null
from vector as v
where v.has_room
group by v.vector_id
union all
select
    concat_ws('/', 'vector_mean', v.vector_id), 'sum', null, null, null, null, null, null, null,
    'means of those it does not name', 'fraction', null, null, null, null
from vector as v
where v.fact_id is null
group by v.vector_id
union all
select
    concat_ws('/', 'vector_fit', v.vector_id), 'quotient', null, null, 1, null, null, null, null, 'shrunk to fit',
    'fit', null, null, null, [concat_ws('/', 'vector_room', v.vector_id), concat_ws('/', 'vector_mean', v.vector_id)]
from vector as v
where v.fact_id is null
group by v.vector_id
