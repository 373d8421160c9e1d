-- is: Listed companies that cannot be ranked for the programmes asked: why, and what is missing to say more.
-- grain: company_id
with asked as (
    select p.programme_id
    from raw.programmes as p
    cross join core.choice as choice
    where choice.programmes is null or list_contains(choice.programmes, p.programme_id)
),

quantified as (
    select f.company_id
    from mart.factors as f
),

link as (
    select
        l.company_id,
        bool_or(t.is_open) as is_open,
        list_sort(list_distinct(flatten(list(t.missing) filter (where not t.is_elsewhere)))) as missing,
        list_sort(list_distinct(list('units of ' || t.programme_id) filter (where t.is_elsewhere and t.is_open))) as uncounted
    from core.supply_link as l
    inner join asked on asked.programme_id = l.programme_id
    left join core.bottom_up as t
        on
            t.company_id = l.company_id and t.product_id = l.product_id and t.programme_id = l.programme_id
            and t.period_role = 'horizon' and t.via_company_id is null
    group by l.company_id
),

money as (
    select distinct e.company_id
    from core.programme_revenue as e
    inner join asked on asked.programme_id = e.programme_id
    where e.chosen and e.period_role = 'horizon' and e.programme_revenue_usd > 0
    union
    -- A part of sales that somebody states becomes money with the sales.
    select distinct p.company_id
    from core.pooled as p
    inner join core.scope_programme as s on s.scope_id = p.scope_id
    inner join asked on asked.programme_id = s.programme_id
    where
        p.kind = 'disclosed' and p.measure = 'programme_share' and p.base > 0
        and p.period_role in ('horizon', 'base')
),

denominated as (
    select d.company_id
    from core.denominator as d
    where d.company_revenue_usd > 0
),

-- A supplier into a group of customers' chips that no source names programme by programme.
unnamed as (
    select distinct v.company_id
    from core.vintage as v
    left join core.scope_programme as s on s.scope_id = v.scope_id
    where v.kind = 'share' and v.measure <> 'market' and s.scope_id is null
),

owner as (
    select distinct f.owner_id as company_id
    from raw.families as f
)

select
    c.company_id,
    c.ticker || coalesce(e.suffix, '') as ticker,
    c.name,
    case
        when money.company_id is not null and denominated.company_id is null then 'no company revenue known'
        when link.company_id is not null and owner.company_id is not null then 'owner of programmes, and supply not quantified'
        when link.is_open then 'supplies, but not quantified'
        when link.company_id is not null then 'supplies, but nothing at the horizon'
        when unnamed.company_id is not null then 'supplies, but to no programme that a source names'
        when owner.company_id is not null then 'owner of programmes'
        else 'no supply link known'
    end as reason,
    case
        when money.company_id is not null and denominated.company_id is null
            then 'company revenue'
        when link.company_id is not null
            then nullif(array_to_string(case when len(link.missing) > 0 then link.missing else link.uncounted end, '; '), '')
        when unnamed.company_id is not null then 'the programme that is supplied'
        when owner.company_id is null then 'supply link'
    end as missing,
    question.as_of
from raw.companies as c
left join raw.exchanges as e on e.mic = c.mic
left join quantified as q on q.company_id = c.company_id
left join link on link.company_id = c.company_id
left join money on money.company_id = c.company_id
left join denominated on denominated.company_id = c.company_id
left join unnamed on unnamed.company_id = c.company_id
left join owner on owner.company_id = c.company_id
cross join core.question as question
where c.ticker is not null and q.company_id is null
