-- is: What class of evidence each fact is: a filing, dated research, a rumour or an assumption.
-- grain: fact_id
-- kept: as a table, since no date changes it
with classed as (
    select distinct
        f.fact_id,
        -- What nobody can date is hearsay, whoever is said to have said it.
        case
            when f.tier = 'disclosed' then 'filing'
            when f.tier = 'assumption' then 'assumption'
            when f.tier = 'rumour' or s.published_precision = 'none' then 'rumour'
            else 'research'
        end as evidence_class
    from core.fact as f
    inner join raw.sources as s on s.source_id = f.source_id
)

select
    c.fact_id, c.evidence_class,
    case c.evidence_class when 'filing' then 1 when 'research' then 2 when 'rumour' then 3 else 4 end as class_rank
from classed as c
