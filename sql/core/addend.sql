-- is: What sums and means of the graph are made of, with the coefficient or the weight of each part.
-- grain: node_id, child_id
with share as (
    select
        s.share_basis = 'role' as is_role, concat_ws('/', s.product_id, s.programme_id, s.year) as product_key,
        s.children[1] as node_id
    from core.supply_share as s
    where s.period_role <> 'prior' and s.supply_share is not null
),

family as (
    select f.*, case when f.selection = 'asked' then 'asked' end as prefix
    from core.family_revenue as f
    cross join core.choice as choice
    where f.programme_revenue_usd is not null and (f.selection = 'all' or choice.programmes is not null)
)

select c.said_node_id as node_id, c.node_id as child_id, c.weight as coefficient
from core.yearly_claim as c
where
    c.is_pooled and c.period_role <> 'prior' and c.kind in ('units', 'content', 'share', 'revenue', 'disclosed')
    and not (c.kind = 'share' and c.measure = 'share')
union all
select o.said_node_id, o.node_id, o.weight
from core.share_origin as o
where o.period_role <> 'prior'
union all
select concat_ws('/', 'named_share', o.scope_id, o.product_id, o.company_id, o.year), o.node_id, o.weight
from core.share_origin as o
where o.period_role <> 'prior' and o.fact_id is not null
union all
select concat_ws('/', 'vector_room', o.origin_id, o.scope_id, o.product_id, o.year), o.node_id, -1
from core.share_origin as o
where o.period_role <> 'prior' and o.fact_id is not null
union all
select
    concat_ws('/', 'vector_mean', o.origin_id, o.scope_id, o.product_id, o.year),
    concat_ws('/', 'named_share', o.scope_id, o.product_id, o.company_id, o.year), 1
from core.share_origin as o
where o.period_role <> 'prior' and o.fact_id is null
union all
select concat_ws('/', 'mix_stated', o.programme_id, o.year), o.node_id, o.weight
from core.mix_origin as o
inner join core.stated_mix as m on m.period_role = o.period_role and m.programme_id = o.programme_id
where o.period_role <> 'prior' and m.mix_basis <> 'across_origins' and not o.is_refuted
union all
select distinct c.free_node_id, m.node_id, -1
from core.carried_mix as c
inner join core.stated_mix as m on m.period_role = c.period_role and m.family_id = c.family_id
where c.period_role <> 'prior'
union all
select concat_ws('/', sums.name, m.family_id, m.year), m.node_id, sums.coefficient
from core.generation_mix as m
cross join (values ('mix_sum', 1), ('mix_rest', -1)) as sums (name, coefficient)
where m.period_role <> 'prior'
union all
select concat_ws('/', 'share_sum', s.product_key), s.node_id, 1
from share as s
where not s.is_role
union all
select concat_ws('/', 'role_sum', s.product_key), s.node_id, 1
from share as s
where s.is_role
union all
select distinct concat_ws('/', 'share_left', s.product_key), concat_ws('/', 'share_sum', s.product_key), -1
from share as s
union all
select concat_ws('/', 'grown', s.company_id, s.year), s.growth_node_id, 1
from core.company_revenue as s
where s.growth_node_id is not null
union all
select case r.period_role when 'horizon' then f.node_id else f.base_node_id end, r.node_id, 1
from family as f
inner join core.programme_revenue as r on r.company_id = f.company_id and r.family_id = f.family_id
left join core.asked_programme as asked on asked.programme_id = r.programme_id
where
    r.chosen and r.programme_revenue_usd is not null and (f.selection = 'all' or asked.programme_id is not null)
    and (r.period_role = 'horizon' or (r.period_role = 'base' and f.programme_revenue_base_usd is not null))
union all
select total.node_id, f.node_id as child_id, 1
from family as f
inner join family as total on total.company_id = f.company_id and total.selection = f.selection
where f.family_id is not null and total.family_id is null
union all
select
    total.base_node_id, case when f.programme_revenue_base_usd is null then f.node_id else f.base_node_id end,
    case when f.programme_revenue_base_usd is null then unknown.value else 1 end
from family as f
inner join family as total on total.company_id = f.company_id and total.selection = f.selection
inner join raw.parameters as unknown on unknown.parameter = 'unknown_base_part'
where f.family_id is not null and total.family_id is null
union all
select concat_ws('/', 'flat', d.company_id, question.horizon), d.base_sales_node_id, 1
from core.denominator as d
cross join core.question as question
where d.flat_revenue_usd is not null
union all
select concat_ws('/', 'flat', d.company_id, question.horizon), d.revenue_node_id, 1
from core.denominator as d
cross join core.question as question
where d.flat_revenue_usd is not null
union all
select concat_ws('/', 'flat', d.company_id, question.horizon), d.base_revenue_node_id, -d.held_part
from core.denominator as d
cross join core.question as question
where d.flat_revenue_usd is not null
union all
select
    concat_ws('/', 'least_sales', d.company_id, question.horizon), d.revenue_node_id,
    1 / greatest(d.programme_revenue_usd / d.company_revenue_usd, 1)
from core.denominator as d
cross join core.question as question
where d.company_revenue_usd > 0
union all
select concat_ws('/', f.prefix, 'added', f.company_id), f.node_id, 1
from family as f
where f.family_id is null and f.programme_revenue_base_usd is not null
union all
select concat_ws('/', f.prefix, 'added', f.company_id), f.base_node_id, -1
from family as f
where f.family_id is null and f.programme_revenue_base_usd is not null
union all
select concat_ws('/', 'expectation_gap', f.company_id), concat_ws('/', 'growth', f.company_id), 1
from family as f
where f.selection = 'all' and f.family_id is null
union all
select concat_ws('/', 'expectation_gap', f.company_id), concat_ws('/', 'expected', f.company_id), -1
from family as f
where f.selection = 'all' and f.family_id is null
union all
select concat_ws('/', f.prefix, 'revised', f.company_id), f.node_id, r.revision_decayed
from family as f
inner join core.forecast_revision as r on r.family_id = f.family_id
union all
select
    concat_ws('/', f.prefix, 'per_unit_added', f.company_id, f.family_id),
    concat_ws('/', f.prefix, 'per_unit', f.company_id, f.family_id), 1
from family as f
union all
select
    concat_ws('/', f.prefix, 'per_unit_added', f.company_id, f.family_id),
    concat_ws('/', f.prefix, 'base_per_unit', f.company_id, f.family_id), -1
from family as f
union all
select
    concat_ws('/', f.prefix, 'uplift', f.company_id),
    concat_ws('/', f.prefix, 'uplift', f.company_id, f.family_id), 1
from family as f
where f.family_id is not null
