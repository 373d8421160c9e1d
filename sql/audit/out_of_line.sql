-- is: Numbers several times as large or small as each of the nearest comparable ones: a slip in digits or currency.
-- grain: finding_key
with held as (
    select
        n.fact_id, min(n.series) as series, count(*) as others, list_sort(list(n.other_id)) as other_ids,
        median(n.ratio) as ratio,
        -- Nearest to 1 of all; negative when the number is the smaller one.
        arg_min(ln(n.ratio), abs(ln(n.ratio))) as apart,
        min(n.ratio) > 1 or max(n.ratio) < 1 as is_one_side
    from audit.neighbour as n
    where
        n.fact_id not in (select k.finding_key from audit.unlike_currency as k)
        and n.fact_id not in (select k.finding_key from audit.cumulative_as_quarter as k)
    group by n.fact_id
),

beyond as (
    select h.*, round(abs(ln(h.ratio)), 6) as distance, c.tier_rank, c.known_on
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

-- The slips that make such a number: zeros, ten thousands written as ones, another currency.
slip as (
    select printf('a factor of %s', digits.name) as slip, ln(10) * digits.zeros as size, cast(null as varchar) as home
    from (
        values ('ten', 1), ('a hundred', 2), ('a thousand', 3), ('ten thousand', 4), ('a million', 6),
        ('a hundred million', 8)
    ) as digits (name, zeros)
    union all
    select 'the exchange rate of ' || c.currency as slip, ln(median(c.amount)) as size, 'money' as home
    from audit.comparable as c
    where c.home = 'fx_rates'
    group by c.currency
),

explained as (
    select f.fact_id, arg_min(s.slip, abs(s.size - abs(ln(f.ratio)))) as slip
    from first as f
    inner join audit.comparable as c on c.fact_id = f.fact_id
    left join raw.companies as company on company.company_id = c.company_id
    inner join slip as s
        on
            s.home is null or s.slip = 'the exchange rate of ' || c.currency
            or (c.currency is not null and s.slip = 'the exchange rate of ' || company.currency)
    group by f.fact_id
)

select
    'finding' as severity, f.fact_id as finding_key, c.company_id, c.scope_id, c.product_id,
    year(c.period_end) as year, f.ratio as value, parameter.value as limit_value,
    printf(
        '%s (%.6g %s) is %.3g times what %s say; nearest to this is %s.',
        f.fact_id, c.number, c.unit, f.ratio, array_to_string(f.other_ids, ', '), e.slip
    ) as message,
    list_concat([f.fact_id], list_sort(list_distinct(list_concat(f.other_ids, c.unit_fact_ids)))) as fact_ids
from first as f
inner join audit.comparable as c on c.fact_id = f.fact_id
inner join explained as e on e.fact_id = f.fact_id
inner join raw.parameters as parameter on parameter.parameter = 'out_of_line'
