-- is: Money of a company in a currency that is neither that of its other sales nor the dollar, which brokers use.
-- grain: finding_key
with paired as (
    select c.fact_id, sales.currency as own_currency, count(*) as times
    from audit.comparable as c
    inner join audit.comparable as sales
        on sales.home = 'company_revenues' and sales.company_id = c.company_id and sales.fact_id <> c.fact_id
    where c.home in ('company_revenues', 'disclosed_exposures') and c.currency is not null
    group by c.fact_id, sales.currency
),

usual as (
    select p.fact_id, p.own_currency
    from paired as p
    qualify row_number() over (partition by p.fact_id order by p.times desc, p.own_currency) = 1
)

select
    'finding' as severity, c.fact_id as finding_key, c.company_id, cast(null as varchar) as scope_id, c.product_id,
    year(c.period_end) as year, c.number as value, cast(null as double) as limit_value,
    printf(
        '%s states money of %s in %s; its other sales are in %s.', c.fact_id, c.company_id, c.currency, u.own_currency
    ) as message,
    [c.fact_id] as fact_ids
from usual as u
inner join audit.comparable as c on c.fact_id = u.fact_id
where c.currency <> 'USD' and c.currency <> u.own_currency
