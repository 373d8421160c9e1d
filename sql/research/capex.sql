-- is: Capital expenditure by spender and period, and what companies announced: growth stated and computed, guidance with its revisions, the sum of a group's members, and intensity against cloud sales.
-- grain: subject, part, period_start, period_end, measure, basis
with claim as (
    select
        k.*,
        tier.rank as tier_rank
    from mart.claim as k
    inner join raw.tiers as tier on tier.tier = k.tier
    where k.stands
),

level as (
    select
        c.subject,
        c.company_id,
        c.object as part,
        c.period,
        c.period_start,
        c.period_end,
        case c.metric when 'capex' then 'capex' else 'guidance' end as measure,
        'stated' as basis,
        c.currency,
        c.central as capex,
        coalesce(c.low, c.base) as capex_low,
        coalesce(c.high, c.base) as capex_high,
        c.origin_id,
        c.tier,
        [c.fact_id] as fact_ids,
        c.as_of,
        row_number() over (
            partition by c.subject, c.object, c.period_start, c.period_end, c.metric
            order by c.tier_rank, c.known_on desc, c.fact_id desc
        ) as preference
    from claim as c
    where c.metric in ('capex', 'capex_guidance') and coalesce(c.low, c.base, c.high) is not null
),

member as (
    select
        c.subject as group_id,
        c.object as subject,
        count(*) over (partition by c.subject) as members
    from claim as c
    where c.metric = 'group_member'
),

summed as (
    select
        m.group_id as subject,
        l.measure,
        l.period,
        l.period_start,
        l.period_end,
        l.currency,
        max(m.members) as members,
        count(*) as members_known,
        cast(sum(cast(l.capex as decimal(38, 6))) as double) as capex,
        count(l.capex) as capex_known,
        cast(sum(cast(l.capex_low as decimal(38, 6))) as double) as capex_low,
        cast(sum(cast(l.capex_high as decimal(38, 6))) as double) as capex_high,
        count(l.capex_high) as capex_high_known,
        list_sort(flatten(list(l.fact_ids))) as fact_ids,
        max(l.as_of) as as_of
    from member as m
    inner join level as l on l.subject = m.subject and l.part is null and l.preference = 1
    group by m.group_id, l.measure, l.period, l.period_start, l.period_end, l.currency
    having count(*) > 1
),

whole as (
    select
        l.subject,
        l.company_id,
        l.part,
        l.period,
        l.period_start,
        l.period_end,
        l.measure,
        l.basis,
        l.currency,
        l.capex,
        l.capex_low,
        l.capex_high,
        cast(null as bigint) as members,
        cast(null as bigint) as members_known,
        l.origin_id,
        l.tier,
        l.fact_ids,
        l.as_of
    from level as l
    where l.preference = 1
    union all
    -- A sum without some members is no sum: what is known of it is its lower bound.
    select
        s.subject,
        cast(null as varchar) as company_id,
        cast(null as varchar) as part,
        s.period,
        s.period_start,
        s.period_end,
        s.measure,
        'sum of members' as basis,
        s.currency,
        case when s.capex_known = s.members then s.capex end as capex,
        s.capex_low,
        case when s.capex_high_known = s.members then s.capex_high end as capex_high,
        s.members,
        s.members_known,
        cast(null as varchar) as origin_id,
        cast(null as varchar) as tier,
        s.fact_ids,
        s.as_of
    from summed as s
),

growth as (
    select
        c.subject,
        c.object as part,
        c.period_start,
        c.period_end,
        c.metric,
        c.statement,
        c.fact_id,
        row_number() over (
            partition by c.subject, c.object, c.period_start, c.period_end, c.metric
            order by c.tier_rank, c.known_on desc, c.fact_id desc
        ) as preference
    from claim as c
    where c.metric in ('capex_growth_yoy', 'capex_growth_qoq')
),

chain as (
    select
        v.subject,
        v.object as part,
        v.period_start,
        v.period_end,
        v.origin_id,
        max(v.vintages) as vintages,
        arg_max(v.value_before, v.vintage) as capex_before,
        arg_max(v.change, v.vintage) as revision,
        min(v.value) filter (where v.vintage = 1) as capex_first
    from mart.revision_chain as v
    where v.metric = 'capex_guidance'
    group by v.subject, v.object, v.period_start, v.period_end, v.origin_id
),

cloud as (
    select
        business.company_id,
        c.subject as cloud_subject,
        c.metric,
        c.period_start,
        c.period_end,
        c.central as revenue,
        c.fact_id,
        row_number() over (
            partition by business.company_id, c.metric, c.period_start, c.period_end
            order by c.tier_rank, c.known_on desc, c.fact_id desc
        ) as preference
    from claim as business
    inner join claim as c on c.subject = business.subject and c.object is null
    where
        business.metric = 'segment_kind' and business.object = 'cloud'
        and c.metric in ('revenue', 'run_rate') and c.central is not null
),

-- A year's announced spending has no sales yet: the last pace within the year stands for them.
run_rate as (
    select
        w.subject,
        w.period_start,
        w.period_end,
        c.cloud_subject,
        c.revenue,
        c.fact_id,
        row_number() over (
            partition by w.subject, w.part, w.period_start, w.period_end, w.measure, w.basis
            order by c.period_end desc, c.fact_id desc
        ) as preference
    from whole as w
    inner join cloud as c
        on
            c.company_id = w.company_id and c.metric = 'run_rate' and c.preference = 1
            and c.period_start >= w.period_start and c.period_end <= w.period_end
    where w.part is null and w.subject = w.company_id and date_diff('day', w.period_start, w.period_end) > 300
)

select
    w.subject,
    w.company_id,
    w.part,
    w.period,
    w.period_start,
    w.period_end,
    w.measure,
    w.basis,
    w.currency,
    w.capex,
    w.capex_low,
    w.capex_high,
    w.members,
    w.members_known,
    year_growth.statement as growth_yoy_stated,
    w.capex / year_before.capex - 1 as growth_yoy,
    quarter_growth.statement as growth_qoq_stated,
    w.capex / quarter_before.capex - 1 as growth_qoq,
    chain.vintages,
    chain.capex_first,
    chain.capex_before,
    chain.revision,
    coalesce(same.cloud_subject, run_rate.cloud_subject) as cloud_subject,
    coalesce(same.revenue, run_rate.revenue) as cloud_revenue,
    case when same.revenue is not null then 'same period' when run_rate.revenue is not null then 'run rate' end as cloud_revenue_basis,
    w.capex / coalesce(same.revenue, run_rate.revenue) as capex_intensity,
    w.origin_id,
    w.tier,
    list_sort(list_distinct(list_concat(
        w.fact_ids,
        list_filter(
            [year_growth.fact_id, quarter_growth.fact_id, coalesce(same.fact_id, run_rate.fact_id)], lambda f: f is not null
        )
    ))) as fact_ids,
    w.as_of
from whole as w
left join whole as year_before
    on
        year_before.subject = w.subject and year_before.part is not distinct from w.part and year_before.measure = 'capex'
        and year_before.basis = w.basis and year_before.currency = w.currency
        and year_before.period_start = w.period_start - interval 1 year
        and year_before.period_end = cast(w.period_end + interval 1 day - interval 1 year as date) - 1
left join whole as quarter_before
    on
        quarter_before.subject = w.subject and quarter_before.part is not distinct from w.part
        and quarter_before.measure = 'capex' and quarter_before.basis = w.basis and quarter_before.currency = w.currency
        and quarter_before.period_end = w.period_start - 1
        and date_diff('day', w.period_start, w.period_end) < 100
        and date_diff('day', quarter_before.period_start, quarter_before.period_end) < 100
left join growth as year_growth
    on
        year_growth.subject = w.subject and year_growth.part is not distinct from w.part
        and year_growth.period_start = w.period_start and year_growth.period_end = w.period_end
        and year_growth.metric = 'capex_growth_yoy' and year_growth.preference = 1 and w.basis = 'stated'
left join growth as quarter_growth
    on
        quarter_growth.subject = w.subject and quarter_growth.part is not distinct from w.part
        and quarter_growth.period_start = w.period_start and quarter_growth.period_end = w.period_end
        and quarter_growth.metric = 'capex_growth_qoq' and quarter_growth.preference = 1 and w.basis = 'stated'
left join chain
    on
        chain.subject = w.subject and chain.part is not distinct from w.part and chain.period_start = w.period_start
        and chain.period_end = w.period_end and chain.origin_id = w.origin_id and w.measure = 'guidance'
left join cloud as same
    on
        same.company_id = w.company_id and w.subject = w.company_id and w.part is null and same.metric = 'revenue'
        and same.period_start = w.period_start and same.period_end = w.period_end and same.preference = 1
left join run_rate
    on
        run_rate.subject = w.subject and run_rate.period_start = w.period_start and run_rate.period_end = w.period_end
        and w.part is null and run_rate.preference = 1
