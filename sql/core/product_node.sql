-- is: Nodes of contents, of what programmes spend on products, of suppliers' shares and of their terms.
-- grain: node_id
with share as (
    select s.*, concat_ws('/', s.product_id, s.programme_id, s.year) as product_key
    from core.supply_share as s
    where s.period_role <> 'prior' and s.supply_share is not null
),

-- What sources state of one product on one programme, together.
balance as (
    select
        s.product_key, bool_or(s.share_basis = 'role') as has_role,
        coalesce(sum(s.supply_share) filter (where s.share_basis <> 'role'), 0) as stated
    from share as s
    group by s.product_key
)

select
    c.node_id, 'product' as op, cast(null as double) as constant, cast(null as double) as floor,
    cast(null as double) as ceiling, c.content_value_usd as value, c.content_value_usd_low as low,
    c.content_value_usd_high as high,
    concat_ws(
        '/', 'content', c.content_scope_id, c.price_scope_id, c.product_id, coalesce(c.supplier_id, '-'),
        array_to_string(c.fact_ids, '+')
    ) as variate,
    'content of ' || c.product_id || ' per ' || f.unit_basis as label, 'USD' as unit,
    concat_ws(
        ' ', c.content_basis, nullif(c.period_basis, 'stated'),
        case c.content_basis when 'stated' then 'for ' || c.content_scope_id end
    ) as basis, c.tier,
    cast(null as varchar[]) as fact_ids, c.children
from core.content as c
inner join raw.programmes as p on p.programme_id = c.programme_id
inner join raw.families as f on f.family_id = p.family_id
where c.period_role <> 'prior'
union all
select
    w.node_id, 'product', null, null, null, w.worth_usd, null, null, null,
    'all ' || w.product_id || ' for ' || w.programme_id || ' ' || w.year, 'USD', null, null, null, w.children
from core.worth as w
where w.period_role <> 'prior'
union all
select
    o.node_id, 'quotient', null, null, greatest(o.share, 1), o.share, null, null, null,
    'share of ' || o.product_id, 'fraction', 'counted_units of ' || o.scope_id, o.tier, null, o.children
from core.share_offer as o
where o.share_basis = 'counted_units' and o.period_role <> 'prior'
union all
select
    o.children[1], 'product', null, null, null, null, null, null, null,
    o.company_id || '''s units of ' || o.product_id, o.count_unit, null, o.tier, null, o.count_children
from core.share_offer as o
where o.share_basis = 'counted_units' and o.period_role <> 'prior'
union all
select
    s.node_id, 'product', null, null, null, s.supply_share, s.supply_share_low, s.supply_share_high, null,
    'share of ' || s.product_id, 'fraction',
    case s.share_basis
        when 'role' then concat_ws(' ', 'role', nullif(s.period_basis, 'stated'))
        when 'market' then concat_ws(' ', 'market share, with a link', nullif(s.period_basis, 'stated'))
        else concat_ws(' ', s.share_basis, nullif(s.period_basis, 'stated'), 'of', s.share_scope_id)
    end, s.tier, null, s.children
from share as s
union all
select
    concat_ws('/', 'share_room', b.product_key), 'input', null, null, null, greatest(b.stated, 1), 1, 1, null,
    'room for stated shares', 'fraction', null, null, null, null
from balance as b
union all
select
    concat_ws('/', 'share_sum', b.product_key), 'sum', null, null, null, b.stated, null, null, null, 'stated shares',
    'fraction', null, null, null, null
from balance as b
union all
select
    concat_ws('/', 'share_fit', b.product_key), 'quotient', null, null, 1, case when b.stated > 0 then 1 else 0 end,
    null, null, null, 'shrunk to fit', 'fit', null, null, null,
    [concat_ws('/', 'share_room', b.product_key), concat_ws('/', 'share_sum', b.product_key)]
from balance as b
union all
select
    concat_ws('/', 'share_left', b.product_key), 'sum', 1, 0, null, greatest(1 - b.stated, 0), null, null, null,
    'left over by stated shares', 'fraction', case when b.stated >= 1 then 'they take all of it' end, null, null, null
from balance as b
where b.has_role
union all
select
    concat_ws('/', 'role_sum', b.product_key), 'sum', null, 1, null, null, null, null, null, 'weights of all roles',
    'ratio', null, null, null, null
from balance as b
where b.has_role
union all
select
    concat_ws('/', 'role_part', b.product_key), 'quotient', null, null, null, null, null, null, null,
    'left over for a weight of one', 'fraction', null, null, null,
    [concat_ws('/', 'share_left', b.product_key), concat_ws('/', 'role_sum', b.product_key)]
from balance as b
where b.has_role
union all
select
    t.node_id, 'product', null, null, null, t.revenue_usd, t.revenue_usd_low, t.revenue_usd_high, null,
    t.product_id || ' on ' || t.programme_id, 'USD',
    case when t.units = 0 then 'no units, so no revenue' else 'bottom_up' end, null, null, t.children
from core.term as t
where t.period_role <> 'prior' and t.revenue_usd is not null
union all
select
    g.node_id, 'input', null, null, null, g.usd_low, null, null, null,
    'content and share of ' || g.product_id || ', two own guesses at their lower end', 'USD', null, 'assumption',
    g.fact_ids, null
from core.own_guess as g
where g.period_role <> 'prior'
