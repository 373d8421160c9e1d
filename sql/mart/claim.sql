-- is: The ledger: what each origin claims and since when, from all tables in one vocabulary, and whether it holds.
-- grain: fact_id
with known as (
    select
        c.*,
        question.as_of,
        case when c.home in ('shipment_forecasts', 'content_values', 'unit_conversions') then c.unit end as counted_in
    from staging.claim as c
    cross join core.question as question
    where c.known_on <= question.as_of
),

superseded as (
    select distinct k.supersedes as fact_id from known as k where k.supersedes is not null
),

-- A claim is set aside once both sides of its contradiction are known.
set_aside as (
    select distinct c.set_aside as fact_id
    from raw.contradictions as c
    inner join known as l on l.fact_id = c.left_fact
    inner join known as r on r.fact_id = c.right_fact
    where c.set_aside is not null
),

ranked as (
    select
        k.*,
        s.fact_id is not null as is_superseded,
        a.fact_id is not null as is_set_aside,
        row_number() over (
            partition by
                k.subject, k.metric, k.object, k.scope_id, k.company_id, k.counted_in, k.period_start, k.period_end,
                k.origin_id
            order by s.fact_id is not null, k.known_on desc, k.fact_id desc
        ) as age_rank,
        case when k.low < k.high then k.low else coalesce(k.base, k.low, k.high) end as figure,
        case when k.low < k.high then k.high end as upper_figure
    from known as k
    left join superseded as s on s.fact_id = k.fact_id
    left join set_aside as a on a.fact_id = k.fact_id
),

worded as (
    select
        r.*,
        r.age_rank = 1 and not r.is_superseded and not r.withdrawn as is_current,
        -- As many decimals as a double of this size holds, without the zeros at their end.
        rtrim(rtrim(case
            when abs(r.figure) < 1000 then cast(cast(r.figure as decimal(38, 12)) as varchar)
            else cast(cast(r.figure as decimal(38, 6)) as varchar)
        end, '0'), '.') as figure_text,
        rtrim(rtrim(case
            when abs(r.upper_figure) < 1000 then cast(cast(r.upper_figure as decimal(38, 12)) as varchar)
            else cast(cast(r.upper_figure as decimal(38, 6)) as varchar)
        end, '0'), '.') as upper_text
    from ranked as r
)

select
    w.fact_id, w.home, w.subject, w.metric, m.system, m.theme, w.object, w.scope_id, w.company_id,
    w.period, w.period_start, w.period_end, w.unit, w.currency, w.text, w.low, w.base, w.high,
    coalesce(w.base, (w.low + w.high) / 2) as central,
    case
        when w.figure is null then w.text
        when w.upper_figure is not null then w.figure_text || ' to ' || w.upper_text || ' ' || w.unit
        when w.base is not null or (w.low is not null and w.high is not null) then w.figure_text || ' ' || w.unit
        when w.low is not null then 'over ' || w.figure_text || ' ' || w.unit
        else 'up to ' || w.figure_text || ' ' || w.unit
    end as statement,
    w.tier, w.origin_id, w.source_id, s.title as source_title, w.citation, w.known_on, w.known_on_basis,
    w.rests_on, w.supersedes, w.is_superseded, w.withdrawn, w.is_current, w.is_set_aside,
    w.is_current and not w.is_set_aside as stands,
    w.note,
    w.as_of
from worded as w
left join raw.claim_metrics as m on m.metric = w.metric
inner join raw.sources as s on s.source_id = w.source_id
