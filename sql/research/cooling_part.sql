-- is: Money, pieces and price of a programme's liquid cooling and its parts, from the nearest scope.
-- grain: programme_id, product_id
with scope as (
    select p.programme_id, p.family_id, p.programme_id as scope_id, 1 as scope_level
    from raw.programmes as p
    where not p.unallocated
    union all
    select p.programme_id, p.family_id, m.scope_id, 2 as scope_level
    from raw.scope_members as m
    inner join raw.programmes as p on p.programme_id = m.programme_id
    union all
    select p.programme_id, p.family_id, p.family_id as scope_id, 3 as scope_level
    from raw.programmes as p
),

best as (
    select
        s.programme_id, s.family_id, s.scope_level, k.subject as product_id, k.metric, k.currency, k.scope_id, k.value,
        k.fact_id, k.as_of
    from research.claim_range as k
    inner join raw.products as p on p.product_id = k.subject
    inner join scope as s on s.scope_id = k.scope_id
    where
        k.stands and k.company_id is null and k.value is not null and k.tier <> 'assumption'
        -- immersion takes the place of plates and disconnects, and is no part beside them
        and (p.product_id = 'cooling' or (p.parent_id = 'cooling' and p.product_id <> 'immersion-cooling'))
        and (
            (k.metric = 'content_value' and k.unit = k.currency || ' per rack')
            or (k.metric = 'pieces_per_unit' and k.unit = 'piece per rack' and k.object is null)
            or k.metric = 'piece_price'
        )
    qualify row_number() over (
        partition by s.programme_id, k.subject, k.metric
        order by s.scope_level, k.tier_rank, k.known_on desc, k.fact_id desc
    ) = 1
)

select
    b.programme_id, b.family_id, b.product_id,
    max(b.value) filter (where b.metric = 'content_value') as content_per_rack,
    max(b.currency) filter (where b.metric = 'content_value') as currency,
    max(b.scope_id) filter (where b.metric = 'content_value') as content_scope_id,
    max(b.value) filter (where b.metric = 'pieces_per_unit') as pieces_per_rack,
    max(b.value) filter (where b.metric = 'piece_price') as piece_price,
    max(b.currency) filter (where b.metric = 'piece_price') as price_currency,
    min(b.scope_level) as scope_level,
    list_sort(list(b.fact_id)) as fact_ids,
    max(b.as_of) as as_of
from best as b
group by b.programme_id, b.family_id, b.product_id
