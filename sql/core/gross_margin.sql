-- is: Gross margin of a company's sales into a family: that stated of its programmes, else that of the company.
-- grain: company_id, family_id
with margin as (
    select p.company_id, p.measure, p.scope_id, p.base, p.low, p.high, p.tier_rank, p.known_on, p.fact_ids
    from core.pooled as p
    where
        p.kind = 'signal' and p.period_role = 'horizon' and p.base is not null
        and p.measure in ('gross_margin', 'programme_gross_margin')
),

covered as (
    select distinct s.scope_id, s.family_id
    from core.scope_programme as s
),

-- A margin on one generation stands for its family, and one without a scope for all that the company supplies.
stated as (
    select
        f.company_id, f.family_id, m.base, m.low, m.high, m.fact_ids,
        row_number() over (
            partition by f.company_id, f.family_id
            order by c.family_id is null, m.tier_rank, m.known_on desc, m.scope_id
        ) as place
    from core.family_revenue as f
    inner join margin as m on m.company_id = f.company_id and m.measure = 'programme_gross_margin'
    left join covered as c on c.scope_id = m.scope_id and c.family_id = f.family_id
    where f.selection = 'asked' and f.family_id is not null and (m.scope_id is null or c.family_id is not null)
)

select
    f.company_id, f.family_id, f.programme_revenue_usd,
    coalesce(s.base, m.base) as gross_margin,
    coalesce(s.low, m.low) as gross_margin_low,
    coalesce(s.high, m.high) as gross_margin_high,
    case when s.base is not null then 'programme' when m.base is not null then 'company' end as margin_basis,
    coalesce(s.fact_ids, m.fact_ids, []) as fact_ids
from core.family_revenue as f
left join stated as s on s.company_id = f.company_id and s.family_id = f.family_id and s.place = 1
left join margin as m on m.company_id = f.company_id and m.measure = 'gross_margin'
where f.selection = 'asked' and f.family_id is not null and f.programme_revenue_usd is not null
