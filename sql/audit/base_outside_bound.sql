-- is: Pooled values beyond a bound that somebody states, and bounds that leave nothing between them.
-- grain: finding_key
with value as (
    select
        p.period_role,
        p.kind,
        p.measure,
        p.scope_id,
        p.product_id,
        p.company_id,
        p.counterpart_id,
        coalesce(v.share, p.base, p.bound_low) as value,
        p.bound_low,
        case when v.share is null then p.bound_high else least(coalesce(p.bound_high, v.joint_high), coalesce(v.joint_high, p.bound_high)) end
            as bound_high,
        list_distinct(list_concat(list_concat(coalesce(p.fact_ids, []), coalesce(p.bound_fact_ids, [])), coalesce(v.bound_fact_ids, [])))
            as fact_ids
    from core.pooled as p
    left join core.share_vector as v
        on
            p.kind = 'share' and p.measure = 'share' and v.period_role = p.period_role and v.scope_id = p.scope_id
            and v.product_id = p.product_id and v.company_id = p.company_id
    where p.period_role in ('horizon', 'base')
),

beyond as (
    select
        v.*,
        coalesce(v.value < v.bound_low, false) as is_below
    from value as v
    where v.value < v.bound_low - abs(v.bound_low) * 1e-9 or v.value > v.bound_high + abs(v.bound_high) * 1e-9
)

select
    'finding' as severity,
    concat_ws('|', b.kind, b.measure, b.company_id, b.counterpart_id, b.product_id, b.scope_id, year.year) as finding_key,
    b.company_id,
    b.scope_id,
    b.product_id,
    year.year,
    b.value,
    case when b.is_below then b.bound_low else b.bound_high end as limit_value,
    printf(
        '%s is %s for %d, and somebody says %s %s.',
        concat_ws(' ', b.kind, b.measure, 'of', b.company_id, b.counterpart_id, b.product_id, b.scope_id), printf('%.6g', b.value), year.year,
        case when b.is_below then 'at least' else 'at most' end, printf('%.6g', case when b.is_below then b.bound_low else b.bound_high end)
    ) as message,
    list_sort(b.fact_ids) as fact_ids
from beyond as b
inner join core.year as year on year.period_role = b.period_role
