-- Tiers with their weight in pooling and their number of facts.
with used as (
    select unnest(e.fact_ids) as fact_id from mart.exposure_weight as e
    union
    select unnest(d.fact_ids) as fact_id
    from core.denominator as d where d.company_id in (select f.company_id from mart.factors as f)
)

select
    t.tier as "tier",
    case t.tier
        when 'disclosed' then 'the company, its filing or call; a regulator'
        when 'reported' then 'named sources in the press'
        when 'estimate' then 'a broker or analyst, whoever prints it'
        when 'rumour' then 'no source that can be named'
        else 'this project'
    end as "said by",
    format('{:.1f}', t.weight) as "weight",
    format('{:.0f}', t.half_life_days) as "half-life, days",
    format('{:.0f}%', 100 * t.default_spread) as "spread",
    count(c.fact_id) filter (where c.home <> 'claims') as "facts",
    count(distinct c.origin_id) as "origins",
    count(distinct u.fact_id) as "used",
    count(c.fact_id) filter (where c.home = 'claims') as "other claims"
from raw.tiers as t
left join mart.claim as c on c.tier = t.tier
left join used as u on u.fact_id = c.fact_id
group by t.tier, t.rank, t.weight, t.half_life_days, t.default_spread
order by t.rank
