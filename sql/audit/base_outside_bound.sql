-- is: Pooled values beyond a stated bound, and bounds that leave nothing between them.
-- grain: finding_key
with value as (
    select
        p.period_role, p.kind, p.measure, p.scope_id, p.product_id, p.company_id, p.counterpart_id, p.bound_low,
        coalesce(v.share, p.claimed_base, p.bound_low) as value,
        least(p.bound_high, v.joint_high) as bound_high,
        list_concat(
            coalesce(p.fact_ids, []), coalesce(p.bound_fact_ids, []), coalesce(v.bound_fact_ids, [])
        ) as fact_ids
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
        case when v.value < v.bound_low then v.bound_low else v.bound_high end as limit_value,
        case when v.value < v.bound_low then 'at least' else 'at most' end as side,
        case when abs(v.value) < 1000 then printf('%.4f', v.value) else printf('%.0f', v.value) end as value_text
    from value as v
    where v.value < v.bound_low - abs(v.bound_low) * 1e-9 or v.value > v.bound_high + abs(v.bound_high) * 1e-9
)

select
    'finding' as severity,
    concat_ws('|', b.kind, b.measure, b.company_id, b.counterpart_id, b.product_id, b.scope_id, year.year)
        as finding_key,
    b.company_id, b.scope_id, b.product_id, year.year,
    b.value, b.limit_value,
    printf(
        '%s is %s in %d, and a source states %s %s.',
        concat_ws(
            ' ', b.kind, nullif(b.measure, b.kind), 'of', b.company_id, b.counterpart_id, b.product_id, b.scope_id
        ),
        b.value_text, year.year, b.side,
        case when abs(b.limit_value) < 1000 then printf('%.4f', b.limit_value) else printf('%.0f', b.limit_value) end
    ) as message,
    list_sort(list_distinct(b.fact_ids)) as fact_ids
from beyond as b
inner join core.year as year on year.period_role = b.period_role
