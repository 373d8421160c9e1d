-- is: The ledger: what was claimed by whom and since when, of all tables in one vocabulary, and whether the origin still says so.
-- grain: fact_id
with known as (
    select
        c.*,
        case when c.home in ('shipment_forecasts', 'content_values', 'unit_conversions') then c.unit end as counted_unit,
        question.as_of
    from staging.claim as c
    cross join core.question as question
    where c.known_on <= question.as_of
),

ranked as (
    select
        k.*,
        newer.fact_id is not null as is_superseded,
        row_number() over (
            partition by
                k.subject, k.metric, k.object, k.scope_id, k.company_id, k.counted_unit, k.period_start, k.period_end,
                k.origin_id
            order by newer.fact_id is not null, k.known_on desc, k.fact_id desc
        ) as age_rank
    from known as k
    left join (select distinct n.supersedes as fact_id from known as n where n.supersedes is not null) as newer
        on newer.fact_id = k.fact_id
),

-- A claim is set aside once both sides of its contradiction are known.
set_aside as (
    select distinct c.set_aside as fact_id
    from raw.contradictions as c
    inner join known as l on l.fact_id = c.left_fact
    inner join known as r on r.fact_id = c.right_fact
    where c.set_aside is not null
)

select
    r.fact_id,
    r.home,
    r.subject,
    r.metric,
    m.system,
    m.theme,
    r.object,
    r.scope_id,
    r.company_id,
    r.period,
    r.period_start,
    r.period_end,
    r.unit,
    r.currency,
    r.text,
    r.low,
    r.base,
    r.high,
    coalesce(r.base, (r.low + r.high) / 2) as central,
    case
        when coalesce(r.low, r.base, r.high) is null then r.text
        when r.low is not null and r.high is not null and r.low < r.high
            then format('{:.12g} to {:.12g} {}', r.low, r.high, r.unit)
        when r.base is not null then format('{:.12g} {}', r.base, r.unit)
        when r.low is not null and r.high is not null then format('{:.12g} {}', r.low, r.unit)
        when r.low is not null then format('over {:.12g} {}', r.low, r.unit)
        else format('up to {:.12g} {}', r.high, r.unit)
    end as statement,
    r.tier,
    r.origin_id,
    r.source_id,
    s.title as source_title,
    r.citation,
    r.known_on,
    r.known_on_basis,
    r.rests_on,
    r.supersedes,
    r.is_superseded,
    r.withdrawn,
    r.age_rank = 1 and not r.is_superseded and not r.withdrawn as is_current,
    aside.fact_id is not null as is_set_aside,
    r.age_rank = 1 and not r.is_superseded and not r.withdrawn and aside.fact_id is null as stands,
    r.note,
    r.as_of
from ranked as r
left join set_aside as aside on aside.fact_id = r.fact_id
left join raw.claim_metrics as m on m.metric = r.metric
inner join raw.sources as s on s.source_id = r.source_id
