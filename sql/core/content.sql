-- is: Dollars of a product in one of the family's own units, per programme and, where stated, per supplier, with the claim level used.
-- grain: period_role, programme_id, product_id, supplier_id
with leveled as (
    select
        p.period_role,
        p.measure,
        p.product_id,
        p.company_id as supplier_id,
        p.scope_id,
        p.tier,
        s.programme_id,
        s.scope_level
    from core.pooled as p
    inner join core.scope_programme as s on s.scope_id = p.scope_id
    where p.kind = 'content' and p.base is not null
    union all
    select
        p.period_role,
        p.measure,
        p.product_id,
        p.company_id as supplier_id,
        p.scope_id,
        p.tier,
        g.programme_id,
        4 as scope_level
    from core.pooled as p
    cross join raw.programmes as g
    where p.kind = 'content' and p.measure = 'price' and p.scope_id = 'market' and p.base is not null
),

closest as (
    select
        l.period_role,
        l.measure,
        l.programme_id,
        l.product_id,
        l.supplier_id,
        -- Evidence comes first, then the closer scope.
        arg_min(
            struct_pack(scope_id := l.scope_id, scope_level := l.scope_level),
            row(l.tier = 'assumption', l.scope_level, l.scope_id)
        ) as best
    from leveled as l
    group by l.period_role, l.measure, l.programme_id, l.product_id, l.supplier_id
),

nearest as (
    select
        c.period_role,
        c.measure,
        c.programme_id,
        c.product_id,
        c.supplier_id,
        p.scope_id,
        (c.best).scope_level as scope_level,
        p.base,
        p.low,
        p.high,
        p.tier,
        p.tier_rank,
        p.origins,
        p.circular,
        p.period_basis,
        p.fact_ids
    from closest as c
    inner join core.pooled as p
        on
            p.kind = 'content' and p.period_role = c.period_role and p.measure = c.measure
            and p.scope_id = (c.best).scope_id and p.product_id = c.product_id and p.company_id is not distinct from c.supplier_id
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
    where n.measure = 'content'
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
    where attach.measure = 'attach' and price.measure = 'price'
),

best as (
    select
        c.period_role,
        c.programme_id,
        c.product_id,
        c.supplier_id,
        arg_min(
            struct_pack(
                content_basis := c.content_basis, content_scope_id := c.content_scope_id, price_scope_id := c.price_scope_id,
                content := c.content, content_low := c.content_low, content_high := c.content_high, tier := c.tier,
                tier_rank := c.tier_rank, origins := c.origins, circular := c.circular, period_basis := c.period_basis,
                fact_ids := c.fact_ids
            ),
            row(c.tier = 'assumption', c.preference, c.scope_level, c.content_scope_id, c.is_general_price, c.is_general_attach)
        ) as chosen
    from candidate as c
    group by c.period_role, c.programme_id, c.product_id, c.supplier_id
)

select
    b.period_role,
    b.programme_id,
    b.product_id,
    b.supplier_id,
    (b.chosen).content_basis as content_basis,
    (b.chosen).content_scope_id as content_scope_id,
    (b.chosen).price_scope_id as price_scope_id,
    (b.chosen).content as content_value_usd,
    coalesce((b.chosen).content_low, 0) as content_value_usd_low,
    coalesce((b.chosen).content_high, (b.chosen).content) as content_value_usd_high,
    (b.chosen).tier as tier,
    (b.chosen).tier_rank as tier_rank,
    (b.chosen).origins as origins,
    (b.chosen).circular as circular,
    (b.chosen).period_basis as period_basis,
    (b.chosen).fact_ids as fact_ids
from best as b
