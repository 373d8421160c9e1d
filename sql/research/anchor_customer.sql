-- is: Customers behind programmes: in how many families each is named, with what, so that one customer behind two programmes is seen.
-- grain: customer_id
with named as (
    select
        c.company_id as customer_id,
        k.scope_id,
        k.metric,
        k.statement,
        k.central,
        k.low,
        k.unit,
        k.tier,
        k.origin_id,
        k.fact_id,
        k.as_of
    from mart.claim as k
    inner join raw.companies as c
        on
            (k.metric in ('customer_concentration', 'site_tenant') and c.company_id = k.object)
            or (k.metric in ('sourcing', 'order_units', 'order_value') and c.company_id = k.subject)
    where k.stands and k.scope_id is not null
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
    n.customer_id,
    count(distinct f.family_id) as families,
    list_sort(list_distinct(list(f.family_id))) as family_ids,
    list_sort(list_distinct(list(concat_ws(': ', f.family_id, n.metric, n.statement)))) as named_with,
    max(n.statement) filter (where n.metric = 'order_value') as order_value,
    count(distinct n.origin_id) as origins,
    list_sort(list(n.fact_id)) as fact_ids,
    max(n.as_of) as as_of
from named as n
inner join family_of as f on f.scope_id = n.scope_id
left join raw.families as own on own.family_id = f.family_id and own.owner_id = n.customer_id
where own.family_id is null
group by n.customer_id
