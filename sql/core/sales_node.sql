-- is: Nodes of a company's sales, and of what its programmes bring it.
-- grain: node_id
with family as (
    select f.*, case when f.selection = 'asked' then 'asked' end as prefix
    from core.family_revenue as f
    cross join core.choice as choice
    where f.programme_revenue_usd is not null and (f.selection = 'all' or choice.programmes is not null)
)

select
    s.node_id, 'product' as op, cast(null as double) as constant, cast(null as double) as floor,
    cast(null as double) as ceiling, s.expected_revenue_usd as value,
    s.expected_revenue_usd_low as low, s.expected_revenue_usd_high as high, s.node_id as variate,
    'company revenue ' || s.year as label, 'USD' as unit, s.revenue_basis as basis, s.tier,
    cast(null as varchar[]) as fact_ids, s.children
from core.company_revenue as s
where s.period_role <> 'prior' and s.revenue_usd is not null
union all
select
    s.bound_node_id, 'max', null, null, s.ceiling_usd, s.revenue_usd, null, null, null,
    'company revenue ' || s.year || ', within what was reported of it', 'USD', case when s.is_bound then 'bounded' end,
    s.tier, null, [s.node_id, concat_ws('/', 'run_rate', s.company_id, s.year)]
from core.company_revenue as s
where s.period_role <> 'prior' and s.bound_node_id <> s.node_id
union all
select
    concat_ws('/', 'grown', s.company_id, s.year), 'sum', 1, null, null, null, null, null, null, 'one plus growth',
    'ratio', null, null, null, null
from core.company_revenue as s
where s.growth_node_id is not null
union all
select
    t.node_id, 'product', null, null, null, t.trailing_revenue_usd, null, null, null,
    'reported sales of ' || t.period, 'USD', null, t.tier, null, t.children
from core.trailing_revenue as t
where t.trailing_revenue_usd is not null
union all
select
    r.node_id, 'product', null, null, null, r.revenue_usd, r.revenue_usd_low, r.revenue_usd_high, r.node_id as variate,
    'reported sales of ' || r.period || ' at their pace', 'USD', 'run-rate', r.tier, null, r.children
from core.run_rate as r
where r.revenue_usd is not null
union all
select
    concat_ws('/', 'pace', r.company_id, r.year), 'input', null, null, null, r.pace, null, null, null,
    'the year over that part of it', 'ratio', null, null, null, null
from core.run_rate as r
where r.revenue_usd is not null
union all
select
    concat_ws('/', 'reached', s.company_id, s.year), 'input', null, null, null, s.revenue_usd / s.expected_revenue_usd,
    null, null, null, 'within what the reported part of the year leaves', 'ratio', null, null, null, null
from core.company_revenue as s
where s.period_role <> 'prior' and s.is_bound
union all
select
    d.node_id, 'product', null, null, null, d.revenue_usd, d.revenue_usd_low, d.revenue_usd_high, null,
    d.scope_id || ' sales', 'USD',
    case d.method when 'disclosed' then 'as stated' else 'stated, rolled forward with the units' end, d.tier, null,
    d.children
from core.disclosed as d
where d.period_role <> 'prior'
union all
select
    p.node_id, 'product', null, null, null, d.revenue_usd * p.part, d.revenue_usd_low * p.part,
    d.revenue_usd_high * p.part, null, p.programme_id || ' sales', 'USD', 'by units', d.tier, null,
    [p.stated_node_id, p.part_node_id]
from core.stated_part as p
inner join core.disclosed as d on d.node_id = p.stated_node_id
where p.period_role <> 'prior' and p.part_node_id is not null
union all
select
    p.part_node_id, 'quotient', null, null, null, p.part, null, null, null,
    p.programme_id || ', part of the units', 'fraction', null, null, null, [p.units_node_id, p.together_node_id]
from core.stated_part as p
where p.period_role <> 'prior' and p.part_node_id is not null
union all
select
    p.together_node_id, 'sum', null, null, null, null, null, null, null, 'units together', 'units', null, null, null,
    list_sort(coalesce(list(p.units_node_id), []))
from core.stated_part as p
where p.period_role <> 'prior' and p.part_node_id is not null
group by p.together_node_id
union all
select
    concat_ws('/', 'unit_growth', d.scope_id), 'quotient', null, null, null, max(d.unit_growth), null, null, null,
    'growth of units', 'ratio', null, null, null, min(d.growth_children)
from core.disclosed as d
where d.growth_children is not null
group by d.scope_id
union all
select
    f.node_id, 'sum', null, null, null, f.programme_revenue_usd, null, null, null,
    concat_ws(' ', f.family_id, 'programme revenue', question.horizon), 'USD', null, null, null, null
from family as f
cross join core.question as question
union all
select
    f.base_node_id, 'sum', null, null, null,
    coalesce(f.programme_revenue_base_usd, f.programme_revenue_base_usd_filled), null, null, null,
    concat_ws(' ', f.family_id, 'programme revenue', question.horizon - 1), 'USD',
    case when f.programme_revenue_base_usd is null then 'partly unknown' end, null, null, null
from family as f
cross join core.question as question
where f.family_id is null or f.programme_revenue_base_usd is not null
union all
select
    concat_ws('/', 'flat', d.company_id, question.horizon), 'sum', null, null, d.ceiling_usd, d.flat_revenue_usd,
    null, null, null, 'base year and what the programmes add', 'USD', 'implied', null, null, null
from core.denominator as d
cross join core.question as question
where d.flat_revenue_usd is not null
union all
-- No part exceeds the whole, unless the central value already does.
select
    concat_ws('/', 'least_sales', d.company_id, question.horizon), 'sum', null, null, null,
    least(d.programme_revenue_usd, d.company_revenue_usd), null, null, null, 'at least what the programmes bring',
    'USD', null, null, null, null
from core.denominator as d
cross join core.question as question
where d.company_revenue_usd > 0
union all
select
    d.node_id, 'max', null, null, null, d.company_revenue_usd, null, null, null,
    'company revenue ' || question.horizon, 'USD', nullif(d.denominator, 'consensus'), null, null, d.children
from core.denominator as d
cross join core.question as question
where d.company_revenue_usd is not null
