-- is: Quarters of sales that hold the figure of the year so far, or are several times as high as those around them.
-- grain: finding_key
with dated as (
    select
        c.*,
        round(date_diff('day', make_date(year(c.period_end), 1, 1), c.period_end) * 12 / 365)
        - cast(string_split(coalesce(company.fiscal_year_end, '12-31'), '-')[1] as integer) as months_after
    from audit.comparable as c
    inner join raw.companies as company on company.company_id = c.company_id
    where c.home = 'company_revenues' and c.days between 80 and 100
),

-- The quarter of the fiscal year: how many of them the year so far has.
quarter as (
    select d.*, ceil((d.months_after + case when d.months_after > 0 then 0 else 12 end) / 3) as place
    from dated as d
),

whole as (
    select q.fact_id, coalesce(list_sort(list(c.fact_id)), []) as fact_ids, max(c.number) as number
    from quarter as q
    inner join audit.comparable as c
        on
            c.series = q.series and c.currency = q.currency and c.period_end = q.period_end
            and c.period_start < q.period_start
    inner join raw.parameters as rounding on rounding.parameter = 'rounding'
    where abs(q.number / c.number - 1) <= rounding.value
    group by q.fact_id
),

around as (
    select
        q.fact_id, coalesce(list_sort(list(n.other_id)), []) as fact_ids, max(q.number / n.ratio) as number
    from quarter as q
    inner join audit.neighbour as n on n.fact_id = q.fact_id
    inner join raw.parameters as apart on apart.parameter = 'cumulative_apart'
    where q.place > 2
    group by q.fact_id
    having bool_and(abs(n.ratio / q.place - 1) <= apart.value)
)

select
    'finding' as severity, q.fact_id as finding_key, q.company_id, cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id, year(q.period_end) as year, q.number as value,
    coalesce(w.number, a.number) as limit_value,
    printf(
        '%s: the sales of %s of the quarter to %s are %s; a figure of the year so far was entered as a quarter.',
        q.fact_id, q.company_id, q.period_end,
        case
            when w.fact_id is not null
                then 'those of the year so far (' || array_to_string(coalesce(w.fact_ids, []), ', ') || ')'
            else
                cast(q.place as integer) || ' times those around it ('
                || array_to_string(coalesce(a.fact_ids, []), ', ') || ')'
        end
    ) as message,
    list_concat([q.fact_id], coalesce(w.fact_ids, a.fact_ids, [])) as fact_ids
from quarter as q
left join whole as w on w.fact_id = q.fact_id
left join around as a on a.fact_id = q.fact_id
where w.fact_id is not null or a.fact_id is not null
