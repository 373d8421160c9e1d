-- is: Customers behind programmes, each with the families that it is named in, and with what.
-- grain: customer_id
with named as (
    select
        k.*,
        case when k.metric in ('customer_concentration', 'site_tenant') then k.object else k.subject end as customer_id
    from research.claim_range as k
    where
        k.stands and k.metric in ('customer_concentration', 'site_tenant', 'sourcing', 'order_units', 'order_value')
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
inner join raw.companies as c on c.company_id = n.customer_id
inner join core.scope_family as s on s.scope_id = n.scope_id
-- the owner of a family is no customer behind it
inner join raw.families as f on f.family_id = s.family_id and f.owner_id is distinct from n.customer_id
group by n.customer_id
