-- is: Companies whose programmes would have brought more in a past year than they reported, or grown by more.
-- grain: finding_key
with past as (
    select
        b.company_id, 'sales' as part, b.year, b.programme_revenue_base_usd as implied_usd,
        b.base_revenue_usd as reported_usd, b.base_revenue_basis in ('reported', 'trailing') as is_reported, b.fact_ids
    from research.backcast as b
    union all
    select
        b.company_id, 'sales' as part, b.year - 1 as year, b.programme_revenue_prior_usd as implied_usd,
        b.prior_revenue_usd as reported_usd, b.prior_revenue_basis in ('reported', 'trailing') as is_reported,
        b.fact_ids
    from research.backcast as b
    union all
    select
        b.company_id, 'change' as part, b.year, b.programme_change_usd as implied_usd,
        b.revenue_change_usd as reported_usd,
        b.base_revenue_basis in ('reported', 'trailing') and b.prior_revenue_basis in ('reported', 'trailing')
            as is_reported,
        b.fact_ids
    from research.backcast as b
    where b.programme_change_usd > 0
)

select
    'finding' as severity, concat_ws('|', p.company_id, p.part, p.year) as finding_key, p.company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, p.year, p.implied_usd as value,
    p.reported_usd as limit_value,
    case p.part
        when 'sales'
            then printf(
                'The programmes would have brought %s USD %.1fm in %d, above its reported sales of USD %.1fm.',
                p.company_id, p.implied_usd / 1e6, p.year, p.reported_usd / 1e6
            )
        else printf(
            'The programmes would have added USD %.1fm to the sales of %s in %d, which changed by USD %.1fm.',
            p.implied_usd / 1e6, p.company_id, p.year, p.reported_usd / 1e6
        )
    end as message,
    list_sort(list_distinct(list_concat(coalesce(p.fact_ids, []), coalesce(f.fact_ids, [])))) as fact_ids
from past as p
left join audit.programme_fact as f on f.company_id = p.company_id
where p.is_reported and p.implied_usd > p.reported_usd
