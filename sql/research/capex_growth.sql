-- is: Growth of spending on the year and on the quarter before: as stated, and computed where both are known.
-- grain: subject, part, period_start, period_end, measure, basis
with stated as (
    select c.subject, c.object as part, c.period_start, c.period_end, c.metric, c.statement, c.fact_id
    from research.claim_range as c
    where c.stands and c.metric in ('capex_growth_yoy', 'capex_growth_qoq')
    qualify row_number() over (
        partition by c.subject, c.object, c.period_start, c.period_end, c.metric
        order by c.tier_rank, c.known_on desc, c.fact_id desc
    ) = 1
)

select
    s.subject, s.part, s.period_start, s.period_end, s.measure, s.basis,
    yoy.statement as growth_yoy_stated,
    s.capex / year_before.capex - 1 as growth_yoy,
    qoq.statement as growth_qoq_stated,
    s.capex / quarter_before.capex - 1 as growth_qoq,
    list_sort(list_distinct(list_concat(
        coalesce(s.fact_ids, []), list_filter([yoy.fact_id, qoq.fact_id], lambda f: f is not null)
    ))) as fact_ids,
    s.as_of
from research.spending as s
left join research.spending as year_before
    on year_before.subject = s.subject and year_before.part is not distinct from s.part
    and year_before.measure = 'capex' and year_before.basis = s.basis and year_before.currency = s.currency
    and year_before.period_start = s.period_start - interval 1 year
    and year_before.period_end = cast(s.period_end + interval 1 day - interval 1 year as date) - 1
left join research.spending as quarter_before
    on quarter_before.subject = s.subject and quarter_before.part is not distinct from s.part
    and quarter_before.measure = 'capex' and quarter_before.basis = s.basis and quarter_before.currency = s.currency
    and quarter_before.period_end = s.period_start - 1
    and date_diff('day', s.period_start, s.period_end) < 100
    and date_diff('day', quarter_before.period_start, quarter_before.period_end) < 100
left join stated as yoy
    on yoy.subject = s.subject and yoy.part is not distinct from s.part and yoy.period_start = s.period_start
    and yoy.period_end = s.period_end and yoy.metric = 'capex_growth_yoy' and s.basis = 'stated'
left join stated as qoq
    on qoq.subject = s.subject and qoq.part is not distinct from s.part and qoq.period_start = s.period_start
    and qoq.period_end = s.period_end and qoq.metric = 'capex_growth_qoq' and s.basis = 'stated'
