-- is: Numbers several times as large or small as each of the nearest comparable ones: a slip in digits or currency.
-- grain: finding_key
with held as (
    select
        n.fact_id, min(n.series) as series, coalesce(list_sort(list(n.other_id)), []) as other_ids,
        min(abs(ln(n.ratio))) * case when min(n.ratio) > 1 then 1 else -1 end as apart,
        min(n.ratio) > 1 or max(n.ratio) < 1 as is_one_side
    from audit.neighbour as n
    where
        n.fact_id not in (select k.finding_key from audit.unlike_currency as k)
        and n.fact_id not in (select k.finding_key from audit.cumulative_as_quarter as k)
    group by n.fact_id
),

beyond as (
    select h.*, round(abs(h.apart), 6) as distance, c.tier_rank, c.known_on
    from held as h
    inner join audit.comparable as c on c.fact_id = h.fact_id
    inner join raw.parameters as parameter on parameter.parameter = 'out_of_line'
    where h.is_one_side and abs(h.apart) > ln(parameter.value)
),

-- Of two numbers that accuse each other, one is out of line: the further, else the weaker, else the later.
first as (
    select b.*
    from beyond as b
    where
        not exists (
            select 1
            from beyond as worse
            where
                worse.series = b.series
                and (array_contains(b.other_ids, worse.fact_id) or array_contains(worse.other_ids, b.fact_id))
                and (worse.distance, worse.tier_rank, worse.known_on, worse.fact_id)
                > (b.distance, b.tier_rank, b.known_on, b.fact_id)
        )
),

rate as (
    select c.currency, avg(ln(c.amount)) as size
    from audit.comparable as c
    where c.home = 'fx_rates'
    group by c.currency
),

-- The slip that makes such a number: zeros, or the other currency, whichever is nearer.
explained as (
    select
        f.fact_id, greatest(round(abs(f.apart) / ln(10)), 1) as zeros, rate.currency,
        abs(abs(f.apart) - rate.size) as apart_by_rate
    from first as f
    inner join audit.comparable as c on c.fact_id = f.fact_id
    left join raw.companies as company on company.company_id = c.company_id
    left join rate on rate.currency = case when c.currency = 'USD' then company.currency else c.currency end
)

select
    'finding' as severity, f.fact_id as finding_key, c.company_id, c.scope_id, c.product_id,
    year(c.period_end) as year, exp(f.apart) as value, parameter.value as limit_value,
    printf(
        '%s (%.2f %s) is %.3f times what the nearest of %s says; about %s.',
        f.fact_id, c.number, c.unit, exp(f.apart), array_to_string(coalesce(f.other_ids, []), ', '),
        case
            when e.apart_by_rate < abs(abs(f.apart) - e.zeros * ln(10)) then 'the exchange rate of ' || e.currency
            else printf('a factor of %.0f', power(10, e.zeros))
        end
    ) as message,
    list_sort(list_distinct(flatten(
        [[f.fact_id], coalesce(f.other_ids, []), coalesce(c.unit_fact_ids, [])]
    ))) as fact_ids
from first as f
inner join audit.comparable as c on c.fact_id = f.fact_id
inner join explained as e on e.fact_id = f.fact_id
inner join raw.parameters as parameter on parameter.parameter = 'out_of_line'
