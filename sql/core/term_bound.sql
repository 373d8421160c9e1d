-- is: Most dollars that an open term can bring, by units, share and comparable content, and by which rules.
-- grain: company_id, via_company_id, product_id, programme_id
with parameter as (
    select p.value as widening from raw.parameters as p where p.parameter = 'comparable_widening'
),

known as (
    select
        c.product_id, product.parent_id, p.family_id, f.unit_basis, max(c.content_value_usd) as content_usd
    from core.content as c
    inner join raw.programmes as p on p.programme_id = c.programme_id
    inner join raw.families as f on f.family_id = p.family_id
    inner join raw.products as product on product.product_id = c.product_id
    where c.period_role = 'horizon'
    group by c.product_id, product.parent_id, p.family_id, f.unit_basis
),

-- The nearest comparable: the product on the family, on another family counted alike, or a product of one parent.
comparable as (
    select t.company_id, t.via_company_id, t.product_id, t.programme_id, 1 as distance, k.content_usd
    from core.open_term as t
    inner join known as k on k.product_id = t.product_id and k.family_id = t.family_id
    union all
    select t.company_id, t.via_company_id, t.product_id, t.programme_id, 2 as distance, k.content_usd
    from core.open_term as t
    inner join raw.families as f on f.family_id = t.family_id
    inner join known as k on k.product_id = t.product_id and k.unit_basis = f.unit_basis
    union all
    select t.company_id, t.via_company_id, t.product_id, t.programme_id, 3 as distance, k.content_usd
    from core.open_term as t
    inner join raw.families as f on f.family_id = t.family_id
    inner join raw.products as product on product.product_id = t.product_id
    inner join known as k on k.parent_id = product.parent_id and k.unit_basis = f.unit_basis
),

nearest as (
    select
        c.company_id, c.via_company_id, c.product_id, c.programme_id, c.distance, max(c.content_usd) as content_usd,
        row_number() over (
            partition by c.company_id, c.via_company_id, c.product_id, c.programme_id order by c.distance
        ) as place
    from comparable as c
    group by c.company_id, c.via_company_id, c.product_id, c.programme_id, c.distance
),

others as (
    select
        s.product_id, s.programme_id,
        greatest(1 - sum(s.supply_share) filter (where s.share_basis <> 'role'), 0) as share_left
    from core.supply_share as s
    where s.period_role = 'horizon'
    group by s.product_id, s.programme_id
),

ended as (
    select
        t.*, case when t.content_value_usd is null then sibling.sibling_usd end as sibling_usd,
        coalesce(t.units, u.units_high) as units_high,
        case when t.units is null then u.units_rule end as units_rule,
        coalesce(t.content_value_usd, n.content_usd * parameter.widening) as content_usd_high,
        case
            when t.content_value_usd is null
                then case n.distance
                    when 1 then 'the same product on the family'
                    when 2 then 'the same product on another family'
                    when 3 then 'a product of the same parent'
                end
        end as content_rule,
        coalesce(t.supply_share, others.share_left, 1) as share_high,
        case when t.supply_share is null then 'what the stated shares leave' end as share_rule
    from core.open_term as t
    cross join parameter
    left join core.unit_end as u on u.family_id = t.family_id
    left join nearest as n
        on
            n.company_id = t.company_id and n.via_company_id is not distinct from t.via_company_id
            and n.product_id = t.product_id and n.programme_id = t.programme_id and n.place = 1
    left join others on others.product_id = t.product_id and others.programme_id = t.programme_id
    left join core.sibling_bound as sibling
        on
            sibling.company_id = t.company_id and sibling.via_company_id is not distinct from t.via_company_id
            and sibling.product_id = t.product_id and sibling.family_id = t.family_id
),

-- Whichever binds first.
least_end as (
    select e.*, e.units_high * e.content_usd_high * e.share_high as comparable_usd from ended as e
)

select
    e.company_id, e.via_company_id, e.family_id, e.product_id, e.programme_id, e.missing, e.sibling_usd, e.units_high,
    e.content_usd_high, e.share_high, e.units is not null as has_units,
    case
        when e.guess_usd_high is not null then e.guess_usd_high - e.revenue_usd
        else least(e.comparable_usd, e.sibling_usd)
    end as revenue_usd_high,
    case
        when e.guess_usd_high is not null then 'beyond the lower end of two own guesses'
        when e.sibling_usd <= coalesce(e.comparable_usd, e.sibling_usd)
            then concat_ws('; ', 'what another supplier has room for', e.share_rule)
        else concat_ws('; ', e.units_rule, e.content_rule, e.share_rule)
    end as rule
from least_end as e
