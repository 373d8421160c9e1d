-- is: Companies whose programmes of a product bring more than the part of their sales that is stated of the product.
-- grain: finding_key
with below as (
    select product_id, ancestor_id from core.product_ancestor
    union all
    select product_id, product_id as ancestor_id from raw.products
    union all
    -- All that a company sells into AI is of every product.
    select product_id, null as ancestor_id from raw.products
),

only_product as (
    select l.company_id, l.programme_id, min(l.product_id) as product_id
    from core.supply_link as l
    group by l.company_id, l.programme_id
    having count(distinct l.product_id) = 1
),

part as (
    select
        p.period_role, p.company_id, p.product_id, p.high as stated_high, p.fact_ids,
        sum(r.programme_revenue_usd) as programme_revenue_usd,
        flatten(list(list_concat(
            coalesce(r.units_fact_ids, []), coalesce(r.content_fact_ids, []), coalesce(r.share_fact_ids, [])
        ))) as term_fact_ids
    from core.pooled as p
    inner join below on below.ancestor_id is not distinct from p.product_id
    inner join core.programme_revenue as r
        on
            r.company_id = p.company_id and r.period_role = p.period_role and r.chosen and r.programme_revenue_usd > 0
    -- Sales of no named product are of the only one that their maker supplies to the programme.
    left join only_product as one
        on
            one.company_id = coalesce(r.via_company_id, r.company_id) and one.programme_id = r.programme_id
            and r.product_id is null
    where
        p.kind = 'disclosed' and p.high is not null and below.product_id = coalesce(r.product_id, one.product_id)
        and (p.measure = 'product_share' or p.measure = 'programme_share' and p.scope_id = 'ai-all')
    group by p.period_role, p.company_id, p.product_id, p.high, p.fact_ids
),

sales as (
    select 'horizon' as period_role, d.company_id, d.company_revenue_usd as usd
    from core.denominator as d
    union all
    select r.period_role, r.company_id, r.revenue_usd as usd
    from core.company_revenue as r
    where r.period_role = 'base'
),

weighed as (
    select p.*, p.programme_revenue_usd / sales.usd as value
    from part as p
    inner join sales on sales.company_id = p.company_id and sales.period_role = p.period_role
    where sales.usd > 0
)

select
    'finding' as severity, concat_ws('|', w.company_id, coalesce(w.product_id, 'all'), year.year) as finding_key,
    w.company_id,
    cast(null as varchar) as scope_id, w.product_id, year.year, w.value, w.stated_high as limit_value,
    printf(
        'The programmes bring %s %.1f%% of its sales of %d with %s; a source states at most %.1f%%.',
        w.company_id, w.value * 100, year.year, coalesce(w.product_id, 'all products'), w.stated_high * 100
    ) as message,
    list_sort(list_distinct(list_concat(coalesce(w.fact_ids, []), coalesce(w.term_fact_ids, [])))) as fact_ids
from weighed as w
inner join core.year as year on year.period_role = w.period_role
where w.value > w.stated_high * (1 + 1e-9)
