-- is: A company's spending against its cloud sales of the same period or, for a year, its last run rate.
-- grain: subject, period_start, period_end, measure, basis
with claim as (select k.* from research.claim_range as k where k.stands),

cloud as (
    select
        business.company_id, c.subject as cloud_subject, c.metric, c.period_start, c.period_end,
        c.value as revenue,
        c.fact_id
    from claim as business
    inner join claim as c on c.subject = business.subject
    where
        business.metric = 'segment_kind' and business.object = 'cloud'
        and c.metric in ('revenue', 'run_rate') and c.object is null and c.value is not null
    qualify row_number() over (
        partition by business.company_id, c.metric, c.period_start, c.period_end
        order by c.tier_rank, c.known_on desc, c.fact_id desc
    ) = 1
),

matched as (
    select
        s.subject, s.period_start, s.period_end, s.measure, s.basis, s.capex, s.fact_ids, s.as_of,
        c.cloud_subject, c.revenue, c.fact_id,
        case c.metric when 'revenue' then 'same period' else 'run rate' end as revenue_basis
    from research.spending as s
    inner join cloud as c on c.company_id = s.company_id
    where
        s.part is null and s.subject = s.company_id
        and case c.metric
            when 'revenue' then c.period_start = s.period_start and c.period_end = s.period_end
            -- what is announced for a year has no sales yet: the last pace within the year takes their place
            else
                c.period_start >= s.period_start and c.period_end <= s.period_end
                and date_diff('day', s.period_start, s.period_end) > 300
        end
    qualify row_number() over (
        partition by s.subject, s.period_start, s.period_end, s.measure, s.basis
        order by c.metric = 'run_rate', c.period_end desc, c.fact_id desc
    ) = 1
)

select
    m.subject, m.period_start, m.period_end, m.measure, m.basis, m.cloud_subject,
    m.revenue as cloud_revenue,
    m.revenue_basis as cloud_revenue_basis,
    m.capex / m.revenue as capex_intensity,
    list_sort(list_distinct(list_concat(coalesce(m.fact_ids, []), [m.fact_id]))) as fact_ids,
    m.as_of
from matched as m
