-- is: Terms of a company at the horizon of which units, content or share is unknown, or content and share are guesses.
-- grain: company_id, via_company_id, product_id, programme_id
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

select
    t.company_id, t.via_company_id, t.family_id, t.product_id, t.programme_id, t.units, t.content_value_usd,
    t.supply_share, t.is_elsewhere, t.revenue_usd, t.guess_usd_high,
    case when t.is_elsewhere then ['units of ' || t.programme_id] else t.missing end as missing
from term as t
inner join core.asked_programme as asked on asked.programme_id = t.programme_id
left join rest on rest.company_id = t.company_id and rest.family_id = t.family_id and rest.product_id = t.product_id
anti join counted_branch as c
    on c.company_id = t.company_id and c.programme_id = t.programme_id and c.product_id = t.product_id
        and t.guess_usd_high is null
anti join stated on stated.company_id = t.company_id and stated.programme_id = t.programme_id
where
    t.is_open and t.counted_within is null and not (t.is_elsewhere and rest.family_id is not null)
