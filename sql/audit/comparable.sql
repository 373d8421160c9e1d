-- is: Every stated number that others can be held against: the same thing in other periods and by other origins.
-- grain: fact_id
-- A number is a rate for a year, in dollars and for one chip, so that periods, currencies and units do not part it.
with current_claim as (
    select c.*
    from staging.claim as c
    cross join core.question as question
    where
        c.known_on <= question.as_of and not c.withdrawn and c.metric not like '%growth%'
        and not exists (
            select 1
            from staging.claim as newer
            where newer.supersedes = c.fact_id and newer.known_on <= question.as_of
        )
),

-- A slip in one of several years moves all amounts in the currency alike, and little.
rate as (
    select c.currency, exp(avg(ln(c.base))) as per_usd
    from current_claim as c
    where c.home = 'fx_rates' and c.base > 0
    group by c.currency
),

chips as (
    select r.scope_id, r.unit, r.own_units_per_unit / chip.own_units_per_unit as chips_per_unit, r.fact_ids
    from core.unit_ratio as r
    inner join core.unit_ratio as chip
        on chip.scope_id = r.scope_id and chip.family_id = r.family_id and chip.unit = 'chip'
),

stated as (
    select
        c.*,
        coalesce(c.base, sqrt(nullif(c.low, 0) * c.high), c.low, c.high) as number,
        case
            when c.base is not null or (c.low is not null and c.high is not null) then 'value'
            when c.low is not null then 'floor'
            else 'ceiling'
        end as side,
        date_diff('day', c.period_start, c.period_end) + 1 as days,
        coalesce(
            c.home = 'company_revenues' or (c.home = 'disclosed_exposures' and c.currency is not null)
            or c.metric = 'units',
            false
        ) as is_flow,
        case when scope.total then scope.family_id else c.scope_id end as counted_scope_id
    from current_claim as c
    left join raw.scopes as scope on scope.scope_id = c.scope_id
    where c.home <> 'claims' or c.currency is not null
)

select
    s.fact_id, s.home, s.company_id, s.counterpart_id, s.product_id, s.counted_scope_id as scope_id,
    s.period_start, s.period_end, s.days, s.unit, s.currency, s.number, s.side, tier.rank as tier_rank, s.known_on,
    s.period_start + cast(s.days // 2 as integer) as mid_day,
    concat_ws(
        '|', s.home,
        case when s.home <> 'company_revenues' then s.metric end,
        s.company_id, s.counterpart_id, s.product_id,
        case when s.home = 'content_values' then coalesce(home.family_id, s.scope_id) end,
        case when s.home in ('shipment_forecasts', 'supply_shares', 'disclosed_exposures') then s.counted_scope_id end,
        case when s.home in ('shipment_forecasts', 'unit_conversions') then replace(s.unit, 'board', 'tray') end,
        case when s.home = 'disclosed_exposures' then s.fact_unit end,
        case when s.home = 'fx_rates' then s.currency end,
        -- Nobody says whether a claim of the ledger is a flow: it is held against claims on as long a period only.
        case when s.home = 'claims' then concat_ws('|', s.subject, s.object, s.scope_id, s.unit, s.days // 80) end
    ) as series,
    s.number * case when s.is_flow then 365 / s.days else 1 end
    / case when s.home = 'fx_rates' then 1 else coalesce(rate.per_usd, 1) end
    / coalesce(chips.chips_per_unit, 1) as amount,
    coalesce(chips.fact_ids, []) as unit_fact_ids
from stated as s
inner join raw.tiers as tier on tier.tier = s.tier
left join rate on rate.currency = s.currency
left join core.scope_family as home on home.scope_id = s.counted_scope_id
left join chips on s.home = 'content_values' and chips.scope_id = s.counted_scope_id and chips.unit = s.fact_unit
where s.number > 0 and (s.home <> 'content_values' or s.fact_unit = 'piece' or chips.chips_per_unit is not null)
