-- is: Dollars of a product in one of the family's own units, per programme and, where stated, per supplier.
-- grain: period_role, programme_id, product_id, supplier_id
with stated as (
    select p.*, s.programme_id, s.scope_level
    from core.pooled as p
    inner join core.scope_programme as s on s.scope_id = p.scope_id
    where p.kind = 'content' and p.base is not null
),

-- A price on the whole market reaches the programmes that take pieces of the product.
taken as (
    select distinct s.period_role, s.product_id, s.programme_id
    from stated as s
    where s.measure = 'attach'
),

claim as (
    select s.* from stated as s
    union all
    select p.*, t.programme_id, 4 as scope_level
    from core.pooled as p
    inner join taken as t on t.period_role = p.period_role and t.product_id = p.product_id
    where p.kind = 'content' and p.measure = 'price' and p.scope_id = 'market' and p.base is not null
),

ranked as (
    select
        c.*,
        -- Evidence comes first, then the closer scope.
        row_number() over (
            partition by c.period_role, c.measure, c.programme_id, c.product_id, c.company_id
            order by c.tier = 'assumption', c.scope_level, c.scope_id
        ) as place
    from claim as c
),

nearest as (
    select r.* from ranked as r
    where r.place = 1
),

candidate as (
    select
        n.period_role, n.programme_id, n.product_id,
        n.company_id as supplier_id,
        1 as preference,
        n.scope_level,
        'stated' as content_basis,
        n.scope_id as content_scope_id,
        cast(null as varchar) as price_scope_id,
        false as is_general_price,
        false as is_general_attach,
        n.base as content_value_usd,
        n.low as content_value_usd_low,
        n.high as content_value_usd_high,
        n.tier, n.tier_rank, n.origins, n.circular, n.period_basis, n.fact_ids, n.bound_fact_ids, n.year,
        [n.node_id] as children
    from nearest as n
    where n.measure = 'content'
    union all
    select
        attach.period_role, attach.programme_id, attach.product_id,
        coalesce(price.company_id, attach.company_id) as supplier_id,
        2 as preference,
        attach.scope_level,
        'attach_x_price' as content_basis,
        attach.scope_id as content_scope_id,
        price.scope_id as price_scope_id,
        price.company_id is null as is_general_price,
        attach.company_id is null as is_general_attach,
        attach.base * price.base as content_value_usd,
        attach.base * price.base * exp(-sqrt(
            power(ln(attach.base / nullif(attach.low, 0)), 2) + power(ln(price.base / nullif(price.low, 0)), 2)
        )) as content_value_usd_low,
        attach.base * price.base * exp(sqrt(
            power(ln(attach.high / nullif(attach.base, 0)), 2) + power(ln(price.high / nullif(price.base, 0)), 2)
        )) as content_value_usd_high,
        case when price.tier_rank > attach.tier_rank then price.tier else attach.tier end as tier,
        greatest(price.tier_rank, attach.tier_rank) as tier_rank,
        least(price.origins, attach.origins) as origins,
        price.circular or attach.circular as circular,
        case when attach.period_basis = 'stated' then price.period_basis else attach.period_basis end as period_basis,
        list_sort(list_distinct(list_concat(coalesce(attach.fact_ids, []), coalesce(price.fact_ids, [])))) as fact_ids,
        cast([] as varchar[]) as bound_fact_ids,
        attach.year,
        [attach.node_id, price.node_id] as children
    from nearest as attach
    inner join nearest as price
        on
            price.period_role = attach.period_role and price.programme_id = attach.programme_id
            and price.product_id = attach.product_id
    -- A claim that names no supplier holds for all.
    where attach.measure = 'attach' and price.measure = 'price' and coalesce(price.company_id = attach.company_id, true)
),

preferred as (
    select
        c.*,
        row_number() over (
            partition by c.period_role, c.programme_id, c.product_id, c.supplier_id
            order by
                c.tier = 'assumption', c.preference, c.scope_level, c.content_scope_id,
                c.is_general_price, c.is_general_attach
        ) as place
    from candidate as c
)

select
    p.period_role, p.programme_id, p.product_id, p.supplier_id, p.content_basis, p.content_scope_id, p.price_scope_id,
    p.content_value_usd,
    coalesce(p.content_value_usd_low, 0) as content_value_usd_low,
    coalesce(p.content_value_usd_high, p.content_value_usd) as content_value_usd_high,
    p.tier, p.tier_rank, p.origins, p.circular, p.period_basis, p.fact_ids, p.bound_fact_ids, p.year,
    concat_ws('/', 'content', p.product_id, p.programme_id, coalesce(p.supplier_id, '-'), p.year) as node_id,
    p.children
from preferred as p
where p.place = 1
