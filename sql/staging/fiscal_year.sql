-- is: Each period of sales that is a year, with the calendar year that it counts as: the year of its middle.
-- grain: period
with stated as (
    select r.period, r.period_start, r.period_end from raw.company_revenues as r
    union
    select d.period, d.period_start, d.period_end from raw.disclosed_exposures as d
)

select
    s.period,
    make_date(year(s.period_start + interval 182 day), 1, 1) as year_start,
    make_date(year(s.period_start + interval 182 day), 12, 31) as year_end
from stated as s
where s.period not like 'TTM%' and date_diff('day', s.period_start, s.period_end) between 358 and 372
