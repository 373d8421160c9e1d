-- is: Who supplies what into which programme or customer, by origin: roles, shares and words, with the same origin's rating and view as fields of their own.
-- grain: subject, object, scope_id, origin_id
with claim as (
    select
        k.*,
        coalesce(k.company_id, k.subject) as supplier_id,
        tier.rank as tier_rank
    from mart.claim as k
    inner join raw.tiers as tier on tier.tier = k.tier
    where
        k.stands
        and k.metric in (
            'supply_link', 'supply_share', 'open_supply_share', 'joint_supply_share', 'rating', 'view', 'barrier_evidence'
        )
),

supply as (
    select
        c.supplier_id,
        c.object,
        c.scope_id,
        c.origin_id,
        array_to_string(
            list_sort(list_distinct(list(c.text) filter (where c.text is not null))), '; '
        ) as supplies,
        max(c.statement) filter (where c.metric = 'supply_share') as share_stated,
        max(c.statement) filter (where c.metric = 'open_supply_share') as open_share_stated,
        max(c.statement) filter (where c.metric = 'joint_supply_share') as joint_share_stated,
        max(c.known_on) as known_on,
        arg_max(c.tier, c.tier_rank) as tier,
        list_sort(list(c.fact_id)) as fact_ids
    from claim as c
    where c.metric in ('supply_link', 'supply_share', 'open_supply_share', 'joint_supply_share')
    group by c.supplier_id, c.object, c.scope_id, c.origin_id
),

opinion as (
    select
        c.supplier_id,
        c.origin_id,
        array_to_string(list_sort(list_distinct(list(c.text) filter (where c.metric = 'rating'))), '; ') as rating,
        array_to_string(
            list_sort(list_distinct(list(concat_ws(': ', c.object, c.text)) filter (where c.metric = 'view'))), '; '
        ) as view,
        array_to_string(
            list_sort(list_distinct(list(concat_ws(': ', c.object, c.text)) filter (where c.metric = 'barrier_evidence'))), '; '
        ) as barrier_said,
        max(c.known_on) as known_on,
        arg_max(c.tier, c.tier_rank) as tier,
        list_sort(list(c.fact_id)) as fact_ids
    from claim as c
    where c.metric in ('rating', 'view', 'barrier_evidence')
    group by c.supplier_id, c.origin_id
),

family_of as (
    select
        f.family_id as scope_id,
        f.family_id
    from raw.families as f
    union all
    select
        p.programme_id as scope_id,
        p.family_id
    from raw.programmes as p
    union all
    select
        s.scope_id,
        s.family_id
    from raw.scopes as s
    where s.family_id is not null
)

select
    coalesce(s.supplier_id, o.supplier_id) as subject,
    s.object,
    s.scope_id,
    f.family_id,
    coalesce(s.origin_id, o.origin_id) as origin_id,
    coalesce(s.tier, o.tier) as tier,
    s.supplies,
    s.share_stated,
    s.open_share_stated,
    s.joint_share_stated,
    o.rating,
    o.view,
    o.barrier_said,
    greatest(s.known_on, o.known_on) as known_on,
    list_sort(list_distinct(list_concat(coalesce(s.fact_ids, []), coalesce(o.fact_ids, [])))) as fact_ids,
    question.as_of
from supply as s
full outer join opinion as o on o.supplier_id = s.supplier_id and o.origin_id = s.origin_id
left join family_of as f on f.scope_id = s.scope_id
cross join core.question as question
