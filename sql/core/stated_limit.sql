-- is: Largest part of a company's sales that its programmes can be, by what is stated of a product, a customer or AI.
-- grain: company_id
with below as (
    select a.product_id, a.ancestor_id from core.product_ancestor as a
    union all
    select p.product_id, p.product_id as ancestor_id from raw.products as p
),

stated as (
    select
        p.company_id, p.product_id, p.counterpart_id, p.scope_id is not null as is_all,
        p.high / case when p.unit = 'fraction' then 1 else d.company_revenue_usd end as high,
        concat_ws('|', p.company_id, p.measure, p.product_id, p.counterpart_id) as limit_id,
        list_sort(list_distinct(list_concat(coalesce(p.fact_ids, []), coalesce(p.bound_fact_ids, [])))) as fact_ids
    from core.pooled as p
    inner join core.denominator as d on d.company_id = p.company_id and d.company_revenue_usd > 0
    where
        p.kind = 'disclosed' and p.period_role = 'horizon' and p.high is not null
        and (p.scope_id = 'ai-all' or p.product_id is not null or p.counterpart_id is not null)
),

-- What each term brings at most, known or open.
term as (
    select r.company_id, r.family_id, r.product_id, r.programme_revenue_usd_high as usd_high
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon' and r.programme_revenue_usd > 0
    union all
    select b.company_id, b.family_id, b.product_id, b.revenue_usd_high as usd_high from core.term_bound as b
),

-- Products that hold all that a company supplies to a family, and so its stated sales into it.
linked as (
    select l.company_id, l.family_id, count(distinct l.product_id) as products from core.supply_link as l
    group by l.company_id, l.family_id
),

whole as (
    select l.company_id, l.family_id, b.ancestor_id
    from core.supply_link as l
    inner join below as b on b.product_id = l.product_id
    inner join linked as k on k.company_id = l.company_id and k.family_id = l.family_id
    group by l.company_id, l.family_id, b.ancestor_id
    having count(distinct l.product_id) = max(k.products)
),

-- Terms that a statement does not speak of come on top of it.
beyond as (
    select s.limit_id, sum(t.usd_high) as usd, bool_or(t.usd_high is null) as is_unbounded
    from stated as s
    inner join term as t on t.company_id = s.company_id
    inner join raw.families as f on f.family_id = t.family_id
    left join below on below.product_id = t.product_id and below.ancestor_id = s.product_id
    left join whole
        on
            t.product_id is null and whole.company_id = t.company_id and whole.family_id = t.family_id
            and whole.ancestor_id = s.product_id
    where
        not s.is_all and below.product_id is null and whole.company_id is null
        and f.owner_id is distinct from s.counterpart_id
    group by s.limit_id
),

limited as (
    select
        s.company_id, s.fact_ids,
        case
            when b.limit_id is null then s.high
            when not b.is_unbounded then s.high + b.usd / d.company_revenue_usd
        end as exposure_limit
    from stated as s
    inner join core.denominator as d on d.company_id = s.company_id and d.company_revenue_usd > 0
    left join beyond as b on b.limit_id = s.limit_id
)

select
    l.company_id, min(l.exposure_limit) as exposure_limit, arg_min(l.fact_ids, l.exposure_limit) as fact_ids
from limited as l
where l.exposure_limit < 1
group by l.company_id
