-- is: Every claim that feeds the formula, in the formula's own terms, whatever the day it became known.
-- grain: fact_id, measure, company_id
-- kept: as a table, since no date changes it
with stated as (
    select c.* from staging.claim as c
    where c.kind is not null and (c.measure = 'joint' or c.metric <> 'supply_link')
    union all
    select r.* from staging.supply_role as r
),

-- A day counts in days since 1970-01-01, so that it pools like a number.
dated as (
    select
        s.*,
        case when s.fact_unit = 'day' then date_diff('day', date '1970-01-01', cast(s.text as date)) end as day_number
    from stated as s
),

measured as (
    select
        d.fact_id, d.kind, d.measure,
        -- A scope that is its family's whole is the family.
        case when scope.total and d.kind <> 'signal' then scope.family_id else d.scope_id end as scope_id,
        d.product_id,
        coalesce(member.company_id, d.company_id) as company_id,
        coalesce(member.counterpart_id, d.counterpart_id) as counterpart_id,
        d.period, d.valid_from as period_start, d.valid_to as period_end, d.fact_unit as unit, d.currency,
        coalesce(d.day_number, d.low * d.scale) as low,
        coalesce(d.day_number, d.base * d.scale) as base,
        coalesce(d.day_number, d.high * d.scale) as high,
        d.is_actual, d.circular, d.tier, d.origin_id, d.source_id, d.known_on, d.rests_on, d.supersedes, d.withdrawn,
        coalesce(d.fact_unit = family.unit_basis, false) as is_own_unit
    from dated as d
    left join staging.joint_member as member on member.fact_id = d.fact_id
    left join raw.scopes as scope on scope.scope_id = d.scope_id
    left join core.scope_family as home on home.scope_id = d.scope_id
    left join raw.families as family on family.family_id = home.family_id
),

keyed as (
    select
        m.*,
        concat_ws(
            '|', coalesce(m.scope_id, ''), coalesce(m.product_id, ''), coalesce(m.company_id, ''),
            coalesce(m.counterpart_id, '')
        ) as about
    from measured as m
)

select
    k.fact_id, k.kind, k.measure, k.scope_id, k.product_id, k.company_id, k.counterpart_id,
    k.period, k.period_start, k.period_end, k.unit, k.currency, k.low, k.base, k.high, k.is_actual, k.circular,
    k.tier, k.origin_id, k.source_id, k.known_on, k.rests_on, k.supersedes, k.withdrawn, k.is_own_unit,
    concat_ws('|', k.kind, k.measure, k.about) as subject_key,
    -- A claim replaces the earlier ones of its origin that have this key: a share and a role stated together are one
    -- claim, and so are racks and chips, and a child consolidated or not; pieces of a product are counted apart.
    concat_ws(
        '|', k.kind,
        case when k.kind = 'ownership' then '' when k.measure = 'role' then 'share' else k.measure end,
        k.about,
        case when k.kind = 'fx' then k.currency else '' end,
        case
            when k.kind = 'conversion' or (k.kind <> 'content' and k.unit in ('module', 'piece')) then k.unit
            else ''
        end,
        case when k.kind in ('units', 'product_units') and k.is_actual then 'actual' else '' end,
        case when k.kind = 'ownership' then '' else coalesce(cast(k.period_start as varchar), '') end,
        case when k.kind = 'ownership' then '' else coalesce(cast(k.period_end as varchar), '') end,
        k.origin_id
    ) as vintage_key
from keyed as k
