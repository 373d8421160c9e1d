-- is: Shares stated for several companies together, once for each of them.
-- grain: fact_id, company_id
select
    s.fact_id,
    'share' as kind,
    'joint' as measure,
    case when scope.total then scope.family_id else s.scope_id end as scope_id,
    s.product_id,
    member.company_id,
    other.company_id as counterpart_id,
    s.period,
    s.period_start,
    s.period_end,
    'fraction' as unit,
    cast(null as varchar) as currency,
    s.low,
    s.base,
    s.high,
    false as is_actual,
    s.tier,
    s.origin_id,
    s.source_id,
    s.known_on,
    s.supersedes,
    s.withdrawn,
    s.rests_on,
    false as circular
from raw.supply_shares as s
inner join raw.companies as member on member.company_id = s.company_id or list_contains(s.joint_ids, member.company_id)
-- Of a pair each one's part is bounded by the other's.
left join raw.companies as other
    on
        len(s.joint_ids) = 1 and other.company_id <> member.company_id
        and (other.company_id = s.company_id or list_contains(s.joint_ids, other.company_id))
left join raw.scopes as scope on scope.scope_id = s.scope_id
where len(s.joint_ids) > 0
