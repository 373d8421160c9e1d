-- is: A rack's liquid cooling by part: money, pieces and price, beside the counts of the generation before.
-- grain: programme_id, product_id
with part as (
    select p.product_id, 'cooling' as whole_id
    from raw.products as p
    where p.product_id = 'cooling' or (p.parent_id = 'cooling' and p.product_id <> 'immersion-cooling')
),

cooled as (
    select distinct p.programme_id, p.as_of, 'cooling' as whole_id
    from research.cooling_part as p
    where p.product_id <> 'cooling' and p.scope_level = 1
),

-- A programme whose own cooling is counted shows every part, the unknown ones too.
wanted as (
    select c.programme_id, c.as_of, p.product_id
    from cooled as c
    inner join part as p on p.whole_id = c.whole_id
),

stated as (
    select
        k.scope_id as programme_id, k.subject as product_id,
        max(k.value) filter (where k.metric = 'pieces_ratio') as pieces_ratio_stated,
        max(k.value) filter (where k.metric = 'size_ratio') as size_ratio_stated,
        list_sort(list(k.fact_id)) as fact_ids
    from research.claim_range as k
    where k.stands and k.metric in ('pieces_ratio', 'size_ratio')
    group by k.scope_id, k.subject, k.object
),

-- The generation before: of the same family, the last one in the order of names whose pieces are known and differ.
earlier as (
    select b.programme_id, b.product_id, o.programme_id as before_programme_id, o.pieces_per_rack, o.fact_ids
    from research.cooling_part as b
    inner join research.cooling_part as o
        on o.family_id = b.family_id and o.product_id = b.product_id and o.programme_id < b.programme_id
    where o.pieces_per_rack <> b.pieces_per_rack
    qualify row_number() over (partition by b.programme_id, b.product_id order by o.programme_id desc) = 1
)

select
    w.programme_id, w.product_id,
    coalesce(b.currency, b.price_currency) as currency,
    b.content_per_rack, b.content_scope_id,
    b.content_per_rack / case when whole.currency = b.currency then whole.content_per_rack end as part_of_cooling,
    b.pieces_per_rack, b.piece_price,
    b.pieces_per_rack * b.piece_price as content_from_pieces,
    earlier.before_programme_id,
    earlier.pieces_per_rack as pieces_before,
    b.pieces_per_rack / nullif(earlier.pieces_per_rack, 0) as pieces_ratio,
    s.pieces_ratio_stated, s.size_ratio_stated,
    list_sort(list_distinct(list_concat(
        coalesce(b.fact_ids, []), coalesce(s.fact_ids, []), coalesce(earlier.fact_ids, [])
    ))) as fact_ids,
    w.as_of
from wanted as w
left join research.cooling_part as b on b.programme_id = w.programme_id and b.product_id = w.product_id
left join research.cooling_part as whole on whole.programme_id = w.programme_id and whole.product_id = 'cooling'
left join earlier on earlier.programme_id = w.programme_id and earlier.product_id = w.product_id
left join stated as s on s.programme_id = w.programme_id and s.product_id = w.product_id
