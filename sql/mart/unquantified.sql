-- is: Listed companies that cannot be ranked for the programmes asked for: why, and what is missing.
-- grain: company_id
with link as (
    select
        l.company_id, coalesce(bool_or(t.is_open), false) as is_open,
        list_sort(list_distinct(flatten(
            coalesce(list(t.missing) filter (where not t.is_elsewhere), [])
        ))) as missing,
        list_sort(list_distinct(coalesce(
            list('units of ' || t.programme_id) filter (where t.is_elsewhere and t.is_open), []
        ))) as uncounted
    from core.supply_link as l
    inner join core.asked_programme as asked on asked.programme_id = l.programme_id
    left join core.bottom_up as t
        on
            t.company_id = l.company_id and t.product_id = l.product_id and t.programme_id = l.programme_id
            and t.period_role = 'horizon' and t.via_company_id is null
    group by l.company_id
),

money as (
    select r.company_id
    from core.programme_revenue as r
    inner join core.asked_programme as asked on asked.programme_id = r.programme_id
    where r.chosen and r.period_role = 'horizon' and r.programme_revenue_usd > 0
    union
    -- A stated part of sales becomes money with the sales.
    select p.company_id
    from core.pooled as p
    inner join core.scope_programme as s on s.scope_id = p.scope_id
    inner join core.asked_programme as asked on asked.programme_id = s.programme_id
    where
        p.kind = 'disclosed' and p.measure = 'programme_share' and p.base > 0 and p.period_role in ('horizon', 'base')
),

-- A supplier into a group of customers' chips that no source names programme by programme.
unnamed as (
    select distinct v.company_id
    from core.vintage as v
    left join core.scope_programme as s on s.scope_id = v.scope_id
    where v.kind = 'share' and v.measure <> 'market' and s.scope_id is null
),

-- Sales of an earlier year, which become money of the horizon with the units of their family.
stated as (
    select
        p.company_id,
        list_sort(list_distinct(coalesce(
            list('units of ' || s.family_id) filter (where counted.family_id is null), []
        ))) as missing
    from core.pooled as p
    inner join core.scope_programme as s on s.scope_id = p.scope_id
    inner join core.asked_programme as asked on asked.programme_id = s.programme_id
    left join core.family_units as counted on counted.family_id = s.family_id and counted.period_role = 'horizon'
    where p.kind = 'disclosed' and p.measure in ('programme_share', 'programme_revenue') and p.base > 0
    group by p.company_id
),

owner as (
    select distinct f.owner_id as company_id from raw.families as f
),

standing as (
    select
        c.company_id, c.ticker, c.name,
        money.company_id is not null and d.company_id is null as lacks_revenue,
        link.company_id is not null as is_linked, link.is_open,
        case when array_length(link.missing) > 0 then link.missing else link.uncounted end as missing,
        unnamed.company_id is not null as is_unnamed, owner.company_id is not null as is_owner,
        stated.company_id is not null as is_stated, stated.missing as stated_missing
    from core.listing as c
    left join mart.factors as quantified on quantified.company_id = c.company_id
    left join link on link.company_id = c.company_id
    left join money on money.company_id = c.company_id
    left join core.denominator as d on d.company_id = c.company_id and d.company_revenue_usd > 0
    left join unnamed on unnamed.company_id = c.company_id
    left join owner on owner.company_id = c.company_id
    left join stated on stated.company_id = c.company_id
    where quantified.company_id is null
)

select
    s.company_id, s.ticker, s.name,
    case
        when s.lacks_revenue then 'no company revenue known'
        when s.is_linked and s.is_owner then 'owner of programmes, and supply not quantified'
        when s.is_open then 'supplies, but not quantified'
        when s.is_linked then 'supplies, but nothing at the horizon'
        when s.is_stated then 'stated sales of an earlier year, and not quantified'
        when s.is_unnamed then 'supplies, but to no programme that a source names'
        when s.is_owner then 'owner of programmes'
        else 'no supply link known'
    end as reason,
    case
        when s.lacks_revenue then 'company revenue'
        when s.is_linked then nullif(array_to_string(s.missing, '; '), '')
        when s.is_stated then coalesce(nullif(array_to_string(s.stated_missing, '; '), ''), 'sales to the programmes')
        when s.is_unnamed then 'the programme that is supplied'
        when not s.is_owner then 'supply link'
    end as missing,
    question.as_of
from standing as s
cross join core.question as question
