-- is: Most dollars that open terms of unknown content can bring together, since other suppliers' shares need room too.
-- grain: company_id, via_company_id, family_id, product_id
with unpriced as (
    select t.*, count(*) over term as programmes
    from core.open_term as t
    where t.content_value_usd is null
    window term as (partition by t.company_id, t.via_company_id, t.family_id, t.product_id)
),

-- Another supplier's share of the same product is worth no more than the sales that its known programmes leave.
other as (
    select
        t.company_id, t.via_company_id, t.family_id, t.product_id,
        max(d.company_revenue_usd - d.programme_revenue_usd)
        * max(coalesce(t.supply_share, 1) / s.supply_share) as usd
    from unpriced as t
    inner join core.supply_share as s
        on
            s.period_role = 'horizon' and s.product_id = t.product_id and s.programme_id = t.programme_id
            and s.company_id <> coalesce(t.via_company_id, t.company_id) and s.supply_share > 0
    inner join core.denominator as d
        on d.company_id = s.company_id and d.company_revenue_usd > d.programme_revenue_usd
    group by t.company_id, t.via_company_id, t.family_id, t.product_id, s.company_id
    -- A supplier that is on some of the programmes only says nothing of the others.
    having count(*) = max(t.programmes)
)

select o.company_id, o.via_company_id, o.family_id, o.product_id, min(o.usd) as sibling_usd
from other as o
group by o.company_id, o.via_company_id, o.family_id, o.product_id
