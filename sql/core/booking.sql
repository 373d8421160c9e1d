-- is: How a company books its sales into a family: as it is said to, else as their content values do, else unknown.
-- grain: company_id, family_id
with known as (
    select c.*
    from staging.claim as c
    cross join core.question as question
    where
        c.metric = 'booking' and c.object is null and c.known_on <= question.as_of_content
        and coalesce(year(c.period_start) <= question.horizon, true)
),

superseded as (
    select distinct k.supersedes as fact_id from known as k where k.supersedes is not null
),

-- Latest statement of each origin. A statement on the family takes precedence over one on the company.
said as (
    select
        k.company_id, k.scope_id, k.text as booking, k.fact_id, k.withdrawn, k.known_on, tier.rank as tier_rank,
        row_number() over (
            partition by k.company_id, k.scope_id, k.origin_id order by k.known_on desc, k.fact_id desc
        ) as age_rank
    from known as k
    inner join raw.tiers as tier on tier.tier = k.tier
    left join superseded as s on s.fact_id = k.fact_id
    where s.fact_id is null
),

covered as (
    select distinct s.scope_id, s.family_id
    from core.scope_programme as s
),

heard as (
    select
        f.company_id, f.family_id, s.booking, s.fact_id,
        row_number() over (
            partition by f.company_id, f.family_id
            order by c.family_id is null, s.known_on desc, s.tier_rank, s.fact_id
        ) as place
    from core.family_revenue as f
    inner join said as s on s.company_id = f.company_id and s.age_rank = 1 and not s.withdrawn
    left join covered as c on c.scope_id = s.scope_id and c.family_id = f.family_id
    where f.selection = 'asked' and f.family_id is not null and (s.scope_id is null or c.family_id is not null)
),

named as (
    select r.company_id, r.family_id, unnest(r.content_fact_ids) as fact_id
    from core.programme_revenue as r
    inner join core.asked_programme as asked on asked.programme_id = r.programme_id
    where r.chosen and r.period_role = 'horizon'
),

valued as (
    select
        n.company_id, n.family_id, list_sort(list(distinct n.fact_id)) as fact_ids,
        case when min(v.booking) = max(v.booking) then min(v.booking) else 'mixed' end as booking
    from named as n
    inner join raw.content_values as v on v.fact_id = n.fact_id
    where v.booking <> 'unknown'
    group by n.company_id, n.family_id
)

select
    f.company_id, f.family_id, f.programme_revenue_usd,
    coalesce(h.booking, v.booking, 'unknown') as booking,
    case
        when h.booking is not null then 'stated'
        when v.booking is not null then 'content'
    end as booking_basis,
    case when h.fact_id is not null then [h.fact_id] else coalesce(v.fact_ids, []) end as fact_ids
from core.family_revenue as f
left join heard as h on h.company_id = f.company_id and h.family_id = f.family_id and h.place = 1
left join valued as v on v.company_id = f.company_id and v.family_id = f.family_id
where f.selection = 'asked' and f.family_id is not null and f.programme_revenue_usd is not null
