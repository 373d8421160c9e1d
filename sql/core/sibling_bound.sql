-- is: Most dollars that open terms of unknown content can bring together, since other suppliers' shares need room too.
-- grain: company_id, via_company_id, family_id, product_id
with unpriced as (
    select t.*, count(*) over term as programmes
    from core.open_term as t
    where t.content_value_usd is null
    window term as (partition by t.company_id, t.via_company_id, t.family_id, t.product_id)
),

-- Another supplier's share of the same product is worth no more than the sales that its other families leave.
room as (
    select
        d.company_id, t.family_id,
        -- What it sells into the family may be this very product, whatever its figure rests on.
        d.company_revenue_usd - case
            when own.programme_revenue_usd is null then d.programme_revenue_usd
            else d.programme_revenue_usd - own.programme_revenue_usd
        end as usd
    from core.denominator as d
    inner join (select distinct s.company_id, s.family_id from core.supply_share as s) as t
        on t.company_id = d.company_id
    left join core.family_revenue as own
        on own.company_id = d.company_id and own.family_id = t.family_id and own.selection = 'all'
),

other as (
    select
        t.company_id, t.via_company_id, t.family_id, t.product_id,
        max(room.usd) * max(coalesce(t.supply_share, 1) / s.supply_share) as usd
    from unpriced as t
    inner join core.supply_share as s
        on
            s.period_role = 'horizon' and s.product_id = t.product_id and s.programme_id = t.programme_id
            and s.company_id <> coalesce(t.via_company_id, t.company_id) and s.supply_share > 0
    inner join room on room.company_id = s.company_id and room.family_id = t.family_id and room.usd > 0
    group by t.company_id, t.via_company_id, t.family_id, t.product_id, s.company_id
    -- A supplier that is on some of the programmes only says nothing of the others.
    having count(*) = max(t.programmes)
)

select o.company_id, o.via_company_id, o.family_id, o.product_id, min(o.usd) as sibling_usd
from other as o
group by o.company_id, o.via_company_id, o.family_id, o.product_id
