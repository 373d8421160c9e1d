-- is: Dollars of a product in one of the family's own units, per programme and, where stated, per supplier, with the claim level used.
-- grain: period_role, programme_id, product_id, supplier_id
with pooled as (
    select
        p.period_role,
        p.measure,
        p.scope_id,
        p.product_id,
        p.company_id as supplier_id,
        p.base,
        p.low,
        p.high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.circular,
        p.period_basis,
        p.fact_ids
    from core.pooled as p
    where p.moment = 'now' and p.kind = 'content' and p.base is not null
),

leveled as (
    select
        p.*,
        s.programme_id,
        s.scope_level
    from pooled as p
    inner join core.scope_programme as s on s.scope_id = p.scope_id
    union all
    select
        p.*,
        g.programme_id,
        4 as scope_level
    from pooled as p
    cross join raw.programmes as g
    where p.scope_id = 'market' and p.measure = 'price'
),

nearest as (
    select
        l.*,
        row_number() over (
            partition by l.period_role, l.measure, l.programme_id, l.product_id, l.supplier_id
            order by l.tier = 'assumption', l.scope_level, l.scope_id
        ) as place
    from leveled as l
),

candidate as (
    select
        n.period_role,
        n.programme_id,
        n.product_id,
        n.supplier_id,
        1 as preference,
        n.scope_level,
        'stated' as content_basis,
        n.scope_id as content_scope_id,
        cast(null as varchar) as price_scope_id,
        n.base as content,
        false as is_general_price,
        false as is_general_attach,
        n.low as content_low,
        n.high as content_high,
        n.tier,
        n.tier_rank,
        n.origins,
        n.circular,
        n.period_basis,
        n.fact_ids
    from nearest as n
    where n.place = 1 and n.measure = 'content'
    union all
    select
        attach.period_role,
        attach.programme_id,
        attach.product_id,
        coalesce(price.supplier_id, attach.supplier_id) as supplier_id,
        2 as preference,
        attach.scope_level,
        'attach_x_price' as content_basis,
        attach.scope_id as content_scope_id,
        price.scope_id as price_scope_id,
        attach.base * price.base as content,
        price.supplier_id is null as is_general_price,
        attach.supplier_id is null as is_general_attach,
        attach.base * price.base * exp(-sqrt(
            power(ln(attach.base / nullif(attach.low, 0)), 2) + power(ln(price.base / nullif(price.low, 0)), 2)
        )) as content_low,
        attach.base * price.base * exp(sqrt(
            power(ln(attach.high / nullif(attach.base, 0)), 2) + power(ln(price.high / nullif(price.base, 0)), 2)
        )) as content_high,
        case when price.tier_rank > attach.tier_rank then price.tier else attach.tier end as tier,
        greatest(price.tier_rank, attach.tier_rank) as tier_rank,
        least(price.origins, attach.origins) as origins,
        price.circular or attach.circular as circular,
        case when attach.period_basis = 'stated' then price.period_basis else attach.period_basis end as period_basis,
        list_sort(list_distinct(list_concat(attach.fact_ids, price.fact_ids))) as fact_ids
    from nearest as attach
    inner join nearest as price
        on
            price.period_role = attach.period_role and price.programme_id = attach.programme_id
            and price.product_id = attach.product_id
            and (price.supplier_id is null or attach.supplier_id is null or price.supplier_id = attach.supplier_id)
    where attach.place = 1 and attach.measure = 'attach' and price.place = 1 and price.measure = 'price'
),

best as (
    select
        c.*,
        row_number() over (
            partition by c.period_role, c.programme_id, c.product_id, c.supplier_id
            order by c.tier = 'assumption', c.preference, c.scope_level, c.content_scope_id, c.is_general_price, c.is_general_attach
        ) as place
    from candidate as c
)

select
    b.period_role,
    b.programme_id,
    b.product_id,
    b.supplier_id,
    b.content_basis,
    b.content_scope_id,
    b.price_scope_id,
    b.content as content_value_usd,
    coalesce(b.content_low, 0) as content_value_usd_low,
    coalesce(b.content_high, b.content) as content_value_usd_high,
    b.tier,
    b.tier_rank,
    b.origins,
    b.circular,
    b.period_basis,
    b.fact_ids
from best as b
where b.place = 1
