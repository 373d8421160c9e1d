-- is: Inputs that no source states for a company's terms at the horizon, so that no sum has these terms.
-- grain: company_id, what
with term as (
    select b.*
    from core.bottom_up as b
    where b.period_role = 'horizon'
),

-- A product, the levels above it and those below it.
branch as (
    select a.product_id, a.ancestor_id as other_id
    from core.product_ancestor as a
    union all
    select a.ancestor_id as product_id, a.product_id as other_id
    from core.product_ancestor as a
    union all
    select p.product_id, p.product_id as other_id
    from raw.products as p
),

-- Another level of the product counts on the programme.
counted_branch as (
    select t.company_id, t.programme_id, branch.other_id as product_id
    from term as t
    inner join branch on branch.product_id = t.product_id
    where t.counted
),

-- Stated sales cover the programme.
stated as (
    select r.company_id, s.programme_id
    from core.programme_revenue as r
    inner join core.disclosed as d
        on
            d.company_id = r.company_id and d.period_role = r.period_role and d.family_id = r.family_id
            and d.method = r.method
    inner join core.scope_programme as s on s.scope_id = d.scope_id
    where r.period_role = 'horizon' and r.chosen
),

-- A link to the unallocated generation covers the generations that are not counted.
rest as (
    select t.company_id, t.product_id, t.family_id
    from term as t
    inner join raw.programmes as p on p.programme_id = t.programme_id and p.unallocated
    where not t.is_elsewhere
)

select distinct
    t.company_id,
    unnest(
        case when not t.is_elsewhere then t.missing when rest.family_id is null then ['units of ' || t.programme_id] end
    ) as what
from term as t
inner join core.asked_programme as asked on asked.programme_id = t.programme_id
left join rest on rest.company_id = t.company_id and rest.family_id = t.family_id and rest.product_id = t.product_id
anti join counted_branch as c
    on c.company_id = t.company_id and c.programme_id = t.programme_id and c.product_id = t.product_id
anti join stated on stated.company_id = t.company_id and stated.programme_id = t.programme_id
where t.is_open
