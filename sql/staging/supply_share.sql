-- is: Shares and roles of suppliers as stated; a share of the units open to outside makers scales to all units.
-- grain: fact_id
select
    p.fact_id, 'supply_shares' as home, 'share' as kind,
    case
        when array_length(p.joint_ids) > 0 then 'joint'
        when p.denominator = 'market' then 'market'
        else 'share'
    end as measure,
    p.company_id as subject,
    case
        when coalesce(p.low, p.base, p.high) is null and p.sourcing_mode is not null then 'supply_link'
        when array_length(p.joint_ids) > 0 then 'joint_supply_share'
        when p.denominator = 'market' then 'market_share'
        when p.denominator = 'open_units' then 'open_supply_share'
        else 'supply_share'
    end as metric,
    p.product_id as object, p.sourcing_mode as text,
    p.scope_id, p.product_id, p.company_id, cast(null as varchar) as counterpart_id,
    p.period, p.period_start, p.period_end, p.period_start as valid_from, p.period_end as valid_to,
    'fraction' as fact_unit, case when coalesce(p.low, p.base, p.high) is not null then 'fraction' end as unit,
    cast(null as varchar) as currency, p.low, p.base, p.high,
    case when array_length(p.joint_ids) = 0 then coalesce(p.open_part, 1) else 1 end as scale,
    false as is_actual, false as circular, p.note,
    p.tier, p.origin_id, p.source_id, p.citation, p.known_on, p.known_on_basis, p.rests_on, p.supersedes, p.withdrawn
from raw.supply_shares as p
