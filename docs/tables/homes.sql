-- Facts by table and tier, and how many the default watchlist uses.
with used as (
    select unnest(e.fact_ids) as fact_id from mart.exposure_weight as e
    union
    select unnest(d.fact_ids) as fact_id
    from core.denominator as d where d.company_id in (select f.company_id from mart.factors as f)
)

select
    '`' || c.home || '`' as "table",
    count(*) filter (where c.tier = 'disclosed') as "disclosed",
    count(*) filter (where c.tier = 'reported') as "reported",
    count(*) filter (where c.tier = 'estimate') as "estimate",
    count(*) filter (where c.tier = 'rumour') as "rumour",
    count(*) filter (where c.tier = 'assumption') as "assumption",
    count(distinct u.fact_id) as "used"
from mart.claim as c
left join used as u on u.fact_id = c.fact_id
group by c.home
order by count(*) desc, c.home
