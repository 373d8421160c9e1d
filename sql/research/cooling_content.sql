-- is: What a rack's liquid cooling consists of: money, pieces and price of each part, its part of the whole, and how the counts changed from the generation before.
-- grain: programme_id, product_id
with part as (
    select
        p.product_id,
        p.parent_id
    from raw.products as p
    -- immersion stands in place of plates and disconnects and is no part beside them
    where p.product_id = 'cooling' or (p.parent_id = 'cooling' and p.product_id <> 'immersion-cooling')
),

-- Scopes that speak of a programme, the nearest first.
speaks as (
    select
        p.programme_id,
        p.family_id,
        p.programme_id as scope_id,
        1 as distance
    from raw.programmes as p
    where not p.unallocated
    union all
    select
        p.programme_id,
        p.family_id,
        m.scope_id,
        2 as distance
    from raw.scope_members as m
    inner join raw.programmes as p on p.programme_id = m.programme_id
    union all
    select
        p.programme_id,
        p.family_id,
        p.family_id as scope_id,
        3 as distance
    from raw.programmes as p
),

ranked as (
    select
        s.programme_id,
        s.family_id,
        s.distance,
        k.subject as product_id,
        k.metric,
        k.unit,
        k.currency,
        k.scope_id,
        k.central as value,
        coalesce(k.low, k.base) as least_value,
        coalesce(k.high, k.base) as most_value,
        k.fact_id,
        k.as_of,
        row_number() over (
            partition by s.programme_id, k.subject, k.metric
            order by s.distance, tier.rank, k.known_on desc, k.fact_id desc
        ) as preference
    from mart.claim as k
    inner join part on part.product_id = k.subject
    inner join speaks as s on s.scope_id = k.scope_id
    inner join raw.tiers as tier on tier.tier = k.tier
    where
        k.stands and k.company_id is null and k.central is not null and k.tier <> 'assumption'
        and (
            (k.metric = 'content_value' and k.unit = k.currency || ' per rack')
            or (k.metric = 'pieces_per_unit' and k.unit = 'piece per rack' and k.object is null)
            or k.metric = 'piece_price'
        )
),

best as (
    select
        r.programme_id,
        r.family_id,
        r.product_id,
        max(r.value) filter (where r.metric = 'content_value') as content_per_rack,
        max(r.currency) filter (where r.metric = 'content_value') as currency,
        max(r.scope_id) filter (where r.metric = 'content_value') as content_scope_id,
        max(r.value) filter (where r.metric = 'pieces_per_unit') as pieces_per_rack,
        max(r.value) filter (where r.metric = 'piece_price') as piece_price,
        max(r.currency) filter (where r.metric = 'piece_price') as price_currency,
        min(r.distance) as distance,
        list_sort(list(r.fact_id)) as fact_ids,
        max(r.as_of) as as_of
    from ranked as r
    where r.preference = 1
    group by r.programme_id, r.family_id, r.product_id
),

-- A programme whose cooling somebody counts shows every part, the unknown ones too.
wanted as (
    select distinct
        b.programme_id,
        b.family_id,
        part.product_id,
        b.as_of
    from best as b
    cross join part
    where b.product_id <> 'cooling' and b.distance = 1
),

stated as (
    select
        k.scope_id as programme_id,
        k.subject as product_id,
        k.object as before_programme_id,
        max(k.central) filter (where k.metric = 'pieces_ratio') as pieces_ratio_stated,
        max(k.central) filter (where k.metric = 'size_ratio') as size_ratio_stated,
        list_sort(list(k.fact_id)) as fact_ids
    from mart.claim as k
    where k.stands and k.metric in ('pieces_ratio', 'size_ratio')
    group by k.scope_id, k.subject, k.object
),

-- The generation before: of the same family, the last one in the order of names whose pieces are known.
before as (
    select
        b.programme_id,
        b.product_id,
        max(o.programme_id) as before_programme_id
    from best as b
    inner join best as o on o.family_id = b.family_id and o.product_id = b.product_id and o.programme_id < b.programme_id
    where b.pieces_per_rack is not null and o.pieces_per_rack is not null and o.pieces_per_rack <> b.pieces_per_rack
    group by b.programme_id, b.product_id
)

select
    w.programme_id,
    w.product_id,
    coalesce(b.currency, b.price_currency) as currency,
    b.content_per_rack,
    b.content_scope_id,
    b.content_per_rack / case when whole.currency = b.currency then whole.content_per_rack end as part_of_cooling,
    b.pieces_per_rack,
    b.piece_price,
    b.pieces_per_rack * b.piece_price as content_from_pieces,
    before.before_programme_id,
    earlier.pieces_per_rack as pieces_before,
    b.pieces_per_rack / nullif(earlier.pieces_per_rack, 0) as pieces_ratio,
    s.pieces_ratio_stated,
    s.size_ratio_stated,
    list_sort(list_distinct(list_concat(
        list_concat(coalesce(b.fact_ids, []), coalesce(s.fact_ids, [])), coalesce(earlier.fact_ids, [])
    ))) as fact_ids,
    w.as_of
from wanted as w
left join best as b on b.programme_id = w.programme_id and b.product_id = w.product_id
left join best as whole on whole.programme_id = w.programme_id and whole.product_id = 'cooling'
left join before on before.programme_id = w.programme_id and before.product_id = w.product_id
left join best as earlier on earlier.programme_id = before.before_programme_id and earlier.product_id = w.product_id
left join stated as s on s.programme_id = w.programme_id and s.product_id = w.product_id
