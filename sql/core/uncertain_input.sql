-- is: The uncertain figures of the graph in words: what each is a figure of, and in which unit.
-- grain: node_id
with figure as (
    select
        f.node_id, 'units' as kind, f.family_id as scope_id, cast(null as varchar) as product_id,
        cast(null as varchar) as company_id, f.family_id, f.year, f.unit_basis as unit, f.tier
    from core.family_units as f
    where f.units_basis = 'stated'
    union all
    select p.node_id, 'units', p.programme_id, null, null, p.family_id, p.year, p.unit_basis, p.tier
    from core.programme_units as p
    where p.units_basis = 'generation'
    union all
    select m.node_id, 'mix', m.programme_id, null, null, m.family_id, m.year, 'fraction', m.tier
    from core.stated_mix as m
    union all
    select c.handed_node_id, 'mix', c.programme_id, null, null, c.family_id, c.year, 'fraction', c.tier
    from core.carried_mix as c
    union all
    select
        c.node_id, 'content', c.content_scope_id, c.product_id, c.supplier_id, p.family_id, c.year,
        'USD a ' || family.unit_basis, c.tier
    from core.content as c
    inner join raw.programmes as p on p.programme_id = c.programme_id
    inner join raw.families as family on family.family_id = p.family_id
    union all
    select v.node_id, 'share', v.scope_id, v.product_id, v.company_id, null, v.year, 'fraction', v.tier
    from core.share_vector as v
    union all
    select
        p.node_id,
        case
            when p.kind = 'units' then 'counted'
            when p.kind = 'disclosed' then 'stated'
            when p.measure = 'role' then 'role'
            else 'share'
        end, p.scope_id, p.product_id, p.company_id, null, p.year,
        case when p.measure = 'role' then 'weight on the rest' when p.unit = 'money' then 'USD' else p.unit end, p.tier
    from core.pooled as p
    where
        p.company_id is not null
        and (p.kind in ('units', 'disclosed') or (p.kind = 'share' and p.measure in ('market', 'role')))
    union all
    select s.node_id, 'revenue', null, null, s.company_id, null, s.year, 'USD', s.tier
    from core.company_revenue as s
    union all
    select r.node_id, 'revenue', null, null, r.company_id, null, r.year, 'USD', r.tier
    from core.run_rate as r
),

scope as (
    select p.programme_id as scope_id, p.name from raw.programmes as p
    union all
    select f.family_id, f.name from raw.families as f
    union all
    select s.scope_id, s.name from raw.scopes as s
),

named as (
    select
        f.*, company.name as company_name, product.name as product_name, scope.name as scope_name,
        family.name as family_name
    from figure as f
    left join raw.companies as company on company.company_id = f.company_id
    left join raw.products as product on product.product_id = f.product_id
    left join scope on scope.scope_id = f.scope_id
    left join raw.families as family on family.family_id = f.family_id
),

answer as (
    select
        n.node_id, n.kind, n.scope_id, n.product_id, n.company_id, n.family_id, n.year, n.unit, n.tier,
        n.company_name, n.product_name, n.family_name,
        case n.kind
            when 'units' then 'units of ' || n.scope_name
            when 'mix' then 'part of ' || n.scope_name || ' in ' || n.family_name
            when 'content'
                then concat_ws(' by ', 'value of ' || n.product_name || ' in ' || n.scope_name, n.company_name)
            when 'share' then 'share of ' || n.company_name || ' in ' || n.product_name || ' of ' || n.scope_name
            when 'role' then 'role of ' || n.company_name || ' in ' || n.product_name || ' of ' || n.scope_name
            when 'counted' then 'units of ' || n.scope_name || ' with ' || n.product_name || ' by ' || n.company_name
            when 'stated' then 'part of ' || n.scope_name || ' in the sales of ' || n.company_name
            else 'sales of ' || n.company_name
        end as label
    from named as n
    union all
    select e.node_id, 'fx', null, null, null, null, null, 'USD', e.tier, null, null, null, e.label
    from core.evidence_node as e
    where e.op = 'input' and e.variate is not null
    union all
    select t.node_id, 'pass_through', null, null, null, null, null, t.unit, t.tier, null, null, null, t.label
    from core.pass_through_node as t
    where t.variate is not null
)

select a.* from answer as a
