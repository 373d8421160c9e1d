-- is: The last claim of each origin on each subject and period, with its weight as evidence.
-- grain: fact_id, measure, company_id
with known as (
    select
        f.*,
        k.known_by
    from core.fact as f
    inner join core.knowledge_date as k on k.kind = f.kind and f.known_on <= k.known_by
),

superseded as (
    select distinct k.supersedes as fact_id from known as k where k.supersedes is not null
),

-- A share and a role of one fact have one key, and both are kept.
ranked as (
    select
        k.*,
        rank() over (
            partition by k.vintage_key order by k.known_on desc, k.is_own_unit desc, k.fact_id desc
        ) as age_rank
    from known as k
    left join superseded as s on s.fact_id = k.fact_id
    where s.fact_id is null
)

select
    r.known_by, r.fact_id, r.kind, r.measure, r.scope_id, r.product_id, r.company_id, r.counterpart_id,
    r.period, r.period_start, r.period_end, r.unit, r.currency, r.low, r.base, r.high, r.is_actual, r.circular,
    r.tier, r.origin_id, r.source_id, r.known_on, r.subject_key,
    concat_ws('/', 'fact', r.fact_id, r.measure, coalesce(r.company_id, '-')) as node_id,
    -- A document without a day is as old as its year allows; otherwise the undated would weigh most.
    tier.weight * power(0.5, date_diff(
        'day',
        case when s.published_precision in ('year', 'none') then make_date(year(r.known_on), 1, 1) else r.known_on end,
        r.known_by
    ) / tier.half_life_days) as weight
from ranked as r
inner join raw.tiers as tier on tier.tier = r.tier
inner join raw.sources as s on s.source_id = r.source_id
where r.age_rank = 1 and not r.withdrawn
