-- Programme revenue of the base year beside the companies' sales.
select
    b.company_id as "company",
    format('{:,.0f}', b.programme_revenue_base_usd / 1e6) as "programmes of 2025, USD m",
    format('{:,.0f}', b.base_revenue_usd / 1e6) as "sales of 2025, USD m",
    b.base_revenue_basis as "sales are",
    format('{:.1f}%', 100 * b.exposure_base) as "part",
    format('{:,.0f}', b.revenue_change_usd / 1e6) as "sales rose by, USD m",
    case
        when b.revenue_change_usd > 0 then format('{:.0f}%', 100 * b.programme_revenue_base_usd / b.revenue_change_usd)
    end as "programmes to rise"
from research.backcast as b
inner join mart.factors as f on f.company_id = b.company_id
where b.programme_revenue_base_usd > 0 and b.exposure_base is not null
order by b.exposure_base desc, b.company_id
