-- is: Stated parts above their stated whole: a supplier's or customer's units above all, sales of one thing above all.
-- grain: finding_key
with inside as (
    select part.fact_id, whole.fact_id as whole_id, part.amount / whole.amount as ratio
    from audit.comparable as part
    inner join audit.comparable as whole
        on
            whole.home = part.home and whole.scope_id = part.scope_id and whole.unit = part.unit
            and whole.period_start = part.period_start and whole.period_end = part.period_end
    where
        part.home = 'shipment_forecasts' and part.company_id is not null and whole.company_id is null
        and (whole.product_id is null or whole.product_id = part.product_id)
    union all
    select part.fact_id, whole.fact_id as whole_id, part.amount / whole.amount as ratio
    from audit.comparable as part
    inner join audit.comparable as whole
        on
            whole.home = part.home and whole.product_id = part.product_id and whole.unit = part.unit
            and whole.period_start = part.period_start and whole.period_end = part.period_end
    where
        part.home = 'shipment_forecasts' and part.scope_id <> 'market' and whole.scope_id = 'market'
        and part.company_id is null and whole.company_id is null
    union all
    select part.fact_id, whole.fact_id as whole_id, part.amount / whole.amount as ratio
    from audit.comparable as part
    inner join audit.comparable as whole
        on
            whole.home = 'company_revenues' and whole.company_id = part.company_id
            and whole.mid_day between part.period_start and part.period_end
    where part.home = 'disclosed_exposures' and part.currency is not null
),

-- Where sources state several wholes, compare with the largest.
least as (
    select i.fact_id, min(i.ratio) as ratio, list_sort(list(i.whole_id)) as whole_ids
    from inside as i
    inner join audit.comparable as whole on whole.fact_id = i.whole_id
    where whole.side <> 'floor'
    group by i.fact_id
)

select
    'finding' as severity, c.fact_id as finding_key, c.company_id, c.scope_id, c.product_id,
    year(c.period_end) as year, l.ratio as value, cast(1 as double) as limit_value,
    printf(
        '%s (%.2f %s) is a part, and %.2f times the whole that %s state.',
        c.fact_id, c.number, c.unit, l.ratio, array_to_string(l.whole_ids, ', ')
    ) as message,
    list_concat([c.fact_id], coalesce(l.whole_ids, [])) as fact_ids
from least as l
inner join audit.comparable as c on c.fact_id = l.fact_id
inner join raw.parameters as rounding on rounding.parameter = 'rounding'
where l.ratio > 1 + rounding.value and c.side <> 'ceiling'
