-- is: Money of a company in a currency that is neither that of its other sales nor the dollar, in which others quote it.
-- grain: finding_key
with usual as (
    select
        c.fact_id, c.company_id, c.number, c.currency, c.product_id, c.period_end,
        mode(sales.currency order by sales.fact_id) as own_currency
    from audit.comparable as c
    inner join audit.comparable as sales
        on sales.home = 'company_revenues' and sales.company_id = c.company_id and sales.fact_id <> c.fact_id
    where c.home in ('company_revenues', 'disclosed_exposures')
    group by c.fact_id, c.company_id, c.number, c.currency, c.product_id, c.period_end
)

select
    'finding' as severity, u.fact_id as finding_key, u.company_id, cast(null as varchar) as scope_id, u.product_id,
    year(u.period_end) as year, u.number as value, cast(null as double) as limit_value,
    printf('%s states money of %s in %s; its other sales are in %s.', u.fact_id, u.company_id, u.currency, u.own_currency)
        as message,
    [u.fact_id] as fact_ids
from usual as u
where u.currency <> 'USD' and u.currency <> u.own_currency
