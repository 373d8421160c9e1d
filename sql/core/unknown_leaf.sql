-- is: What nobody says of a ranked or linked company's terms at the horizon, so that these terms are in no sum: units, content or share.
-- grain: company_id, what
with bottom_up as materialized (
    select
        b.company_id,
        b.period_role,
        b.programme_id,
        b.product_id,
        b.family_id,
        b.counted,
        b.is_elsewhere,
        b.is_open,
        b.missing
    from core.bottom_up as b
    where b.period_role = 'horizon'
),

branch as (
    select
        a.product_id,
        a.ancestor_id as other_id
    from core.product_ancestor as a
    union all
    select
        a.ancestor_id as product_id,
        a.product_id as other_id
    from core.product_ancestor as a
    union all
    select
        p.product_id,
        p.product_id as other_id
    from raw.products as p
),

-- Another level of the product speaks for the programme.
told as (
    select
        b.company_id,
        b.programme_id,
        branch.other_id as product_id
    from bottom_up as b
    inner join branch on branch.product_id = b.product_id
    where b.counted
),

-- A stated part of sales speaks for it.
stated as (
    select
        r.company_id,
        s.programme_id
    from core.programme_revenue as r
    inner join core.disclosed as d
        on
            d.company_id = r.company_id
            and d.period_role = r.period_role
            and d.family_id = r.family_id
            and d.method = r.method
    inner join core.scope_programme as s on s.scope_id = d.scope_id
    where r.period_role = 'horizon' and r.chosen
),

rest as (
    select
        b.company_id,
        b.product_id,
        b.family_id
    from bottom_up as b
    inner join raw.programmes as p on p.programme_id = b.programme_id and p.unallocated
    where not b.is_elsewhere
)

select distinct
    b.company_id,
    unnest(
        case when not b.is_elsewhere then b.missing when rest.family_id is null then ['units of ' || b.programme_id] end
    ) as what
from bottom_up as b
cross join core.choice as choice
left join rest on rest.company_id = b.company_id and rest.family_id = b.family_id and rest.product_id = b.product_id
anti join told
    on told.company_id = b.company_id and told.programme_id = b.programme_id and told.product_id = b.product_id
anti join stated on stated.company_id = b.company_id and stated.programme_id = b.programme_id
where b.is_open and (choice.programmes is null or list_contains(choice.programmes, b.programme_id))
