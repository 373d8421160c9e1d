-- is: Who supplies what into which programme or customer, by origin, with the origin's rating and view.
-- grain: subject, object, scope_id, origin_id
with claim as (
    select k.*, coalesce(k.company_id, k.subject) as supplier_id, concat_ws(': ', k.object, k.text) as opinion
    from research.claim_range as k
    where k.stands
),

supply as (
    select
        c.supplier_id, c.object, c.scope_id, c.origin_id,
        string_agg(distinct c.text, '; ' order by c.text) as supplies,
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
        c.supplier_id, c.origin_id,
        string_agg(distinct c.text, '; ' order by c.text) filter (where c.metric = 'rating') as rating,
        string_agg(distinct c.opinion, '; ' order by c.opinion) filter (where c.metric = 'view') as view,
        string_agg(distinct c.opinion, '; ' order by c.opinion)
            filter (where c.metric = 'barrier_evidence') as barrier_said,
        max(c.known_on) as known_on,
        arg_max(c.tier, c.tier_rank) as tier,
        list_sort(list(c.fact_id)) as fact_ids
    from claim as c
    where c.metric in ('rating', 'view', 'barrier_evidence')
    group by c.supplier_id, c.origin_id
)

select
    coalesce(s.supplier_id, o.supplier_id) as subject,
    s.object, s.scope_id, f.family_id,
    coalesce(s.origin_id, o.origin_id) as origin_id,
    coalesce(s.tier, o.tier) as tier,
    s.supplies, s.share_stated, s.open_share_stated, s.joint_share_stated, o.rating, o.view, o.barrier_said,
    greatest(s.known_on, o.known_on) as known_on,
    list_sort(list_distinct(list_concat(coalesce(s.fact_ids, []), coalesce(o.fact_ids, [])))) as fact_ids,
    question.as_of
from supply as s
full outer join opinion as o on o.supplier_id = s.supplier_id and o.origin_id = s.origin_id
left join core.scope_family as f on f.scope_id = s.scope_id
cross join core.question as question
