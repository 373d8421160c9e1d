-- is: Roles (main, second, participant ...) as the ledger wants them, with the weight range that the method gives the role.
-- grain: fact_id
select
    s.fact_id,
    'share' as kind,
    'role' as measure,
    case when scope.total then scope.family_id else s.scope_id end as scope_id,
    s.product_id,
    s.company_id,
    cast(null as varchar) as counterpart_id,
    s.period,
    s.period_start,
    s.period_end,
    'weight' as unit,
    cast(null as varchar) as currency,
    mode.low,
    mode.base,
    mode.high,
    false as is_actual,
    s.tier,
    s.origin_id,
    s.source_id,
    s.known_on,
    s.supersedes,
    s.withdrawn,
    s.rests_on,
    false as circular,
    s.sourcing_mode
from raw.supply_shares as s
inner join raw.sourcing_modes as mode on mode.sourcing_mode = s.sourcing_mode
left join raw.scopes as scope on scope.scope_id = s.scope_id
where s.denominator <> 'market' and len(s.joint_ids) = 0
