-- is: Sales of companies as stated, in millions, and their growth; for the formula a fiscal year is a calendar year.
-- grain: fact_id
with fiscal_end as (
    select
        r.fact_id, year(r.period_end) as year, month(r.period_end) as month,
        cast(split(c.fiscal_year_end, '-')[1] as integer) as end_month
    from raw.company_revenues as r
    inner join raw.companies as c on c.company_id = r.company_id
    where r.period like 'FQ%' and c.fiscal_year_end is not null
),

-- The quarter of its fiscal year, and the calendar year in which the middle of that year lies.
fiscal_quarter as (
    select
        f.fact_id,
        f.year + case when f.month > f.end_month then 1 else 0 end - case when f.end_month <= 6 then 1 else 0 end
            as year,
        case (f.month - f.end_month + 12) % 12 when 3 then 1 when 6 then 2 when 9 then 3 when 0 then 4 end as quarter
    from fiscal_end as f
)

select
    r.fact_id, 'company_revenues' as home, 'revenue' as kind,
    case
        when r.kind in ('forecast', 'growth') then r.kind
        when r.period like 'TTM%' then 'trailing'
        when fiscal.period is not null then 'actual'
        else 'part_year'
    end as measure,
    r.company_id as subject,
    case
        when r.kind = 'growth' and r.origin_id = r.company_id and r.period_end > r.known_on
            then 'revenue_guidance_growth'
        when r.kind = 'growth' then 'revenue_growth_yoy'
        when r.kind = 'forecast' and r.origin_id = r.company_id then 'revenue_guidance'
        else 'revenue'
    end as metric,
    cast(null as varchar) as object, cast(null as varchar) as text,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, r.company_id,
    cast(null as varchar) as counterpart_id, r.period, r.period_start, r.period_end,
    coalesce(fiscal.year_start, make_date(q.year, q.quarter * 3 - 2, 1), r.period_start) as valid_from,
    coalesce(
        fiscal.year_end, make_date(q.year, q.quarter * 3, case when q.quarter in (2, 3) then 30 else 31 end),
        r.period_end
    ) as valid_to,
    case when r.kind = 'growth' then 'fraction' else 'money' end as fact_unit,
    coalesce(r.currency || ' million', 'fraction') as unit, r.currency, r.low, r.base, r.high,
    case when r.kind = 'growth' then 1 else 1000000 end as scale,
    r.kind in ('reported', 'derived') as is_actual, false as circular, r.note,
    r.tier, r.origin_id, r.source_id, r.citation, r.known_on, r.known_on_basis, r.rests_on, r.supersedes, r.withdrawn
from raw.company_revenues as r
left join staging.fiscal_year as fiscal on fiscal.period = r.period
left join fiscal_quarter as q on q.fact_id = r.fact_id
