-- is: Stated shares of one company as the ledger wants them; a share of the units open to outside makers is scaled to all units.
-- grain: fact_id
select
    s.fact_id,
    'share' as kind,
    case when s.denominator = 'market' then 'market' else 'share' end as measure,
    case when scope.total then scope.family_id else s.scope_id end as scope_id,
    s.product_id,
    s.company_id,
    cast(null as varchar) as counterpart_id,
    s.period,
    s.period_start,
    s.period_end,
    'fraction' as unit,
    cast(null as varchar) as currency,
    s.low * coalesce(s.open_part, 1) as low,
    s.base * coalesce(s.open_part, 1) as base,
    s.high * coalesce(s.open_part, 1) as high,
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
left join raw.scopes as scope on scope.scope_id = s.scope_id
where
    len(s.joint_ids) = 0
    and (s.low is not null or s.base is not null or s.high is not null or s.sourcing_mode is null)
