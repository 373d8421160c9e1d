-- is: Capital expenditure and guidance by spender and period: the best figure stated, and sums of groups' members.
-- grain: subject, part, period_start, period_end, measure, basis
with claim as (select k.* from research.claim_range as k where k.stands),

-- the company's own figure is taken before others', then the latest
stated as (
    select
        c.subject, c.company_id, c.object as part, c.period, c.period_start, c.period_end,
        case c.metric when 'capex' then 'capex' else 'guidance' end as measure,
        c.currency,
        c.value as capex, c.value_low as capex_low, c.value_high as capex_high,
        c.origin_id, c.tier, c.fact_id, c.as_of
    from claim as c
    where c.metric in ('capex', 'capex_guidance') and c.has_number
    qualify row_number() over (
        partition by c.subject, c.object, c.period_start, c.period_end, c.metric
        order by c.tier_rank, c.known_on desc, c.fact_id desc
    ) = 1
),

member as (
    select c.subject as group_id, c.object as subject, count(*) over (partition by c.subject) as members
    from claim as c
    where c.metric = 'group_member'
),

summed as (
    select
        m.group_id as subject, s.measure, s.period, s.period_start, s.period_end, s.currency,
        max(m.members) as members,
        count(*) as members_known,
        cast(sum(cast(s.capex as decimal(38, 6))) as double) as capex,
        count(s.capex) as capex_known,
        cast(sum(cast(s.capex_low as decimal(38, 6))) as double) as capex_low,
        cast(sum(cast(s.capex_high as decimal(38, 6))) as double) as capex_high,
        count(s.capex_high) as capex_high_known,
        list_sort(list(s.fact_id)) as fact_ids,
        max(s.as_of) as as_of
    from member as m
    inner join stated as s on s.subject = m.subject
    where s.part is null
    group by m.group_id, s.measure, s.period, s.period_start, s.period_end, s.currency
    having count(*) > 1
)

select
    s.subject, s.company_id, s.part, s.period, s.period_start, s.period_end, s.measure, 'stated' as basis,
    s.currency, s.capex, s.capex_low, s.capex_high, null as members, null as members_known,
    s.origin_id, s.tier, [s.fact_id] as fact_ids, s.as_of
from stated as s
union all
-- without some members there is no sum, only its lower bound
select
    s.subject, null as company_id, null as part, s.period, s.period_start, s.period_end, s.measure,
    'sum of members' as basis, s.currency,
    case when s.capex_known = s.members then s.capex end as capex,
    s.capex_low,
    case when s.capex_high_known = s.members then s.capex_high end as capex_high,
    s.members, s.members_known, null as origin_id, null as tier, s.fact_ids, s.as_of
from summed as s
