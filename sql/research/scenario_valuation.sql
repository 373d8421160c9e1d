-- is: Target prices computed again by scenario: earnings per share times multiple, rounded as their origin does.
-- grain: subject, scenario, origin_id
with claim as (
    select k.*, coalesce(nullif(k.object, 'target'), 'headline') as scenario
    from research.claim_range as k
    where k.value is not null and k.metric in ('target_price', 'eps_mean', 'price_earnings')
),

-- The step to which an origin rounds is the largest usual one that divides all the targets it ever gave.
divisor as (
    select c.origin_id, steps.step
    from claim as c
    cross join (values (0.01e0), (0.1e0), (0.5e0), (1e0), (5e0), (10e0), (50e0), (100e0)) as steps (step)
    where c.metric = 'target_price'
    group by c.origin_id, steps.step
    having bool_and(abs(c.value / steps.step - round(c.value / steps.step)) < 1e-6)
),

step as (select d.origin_id, max(d.step) as step from divisor as d group by d.origin_id),

chain as (
    select
        v.subject, v.metric, v.origin_id,
        coalesce(nullif(v.object, 'target'), 'headline') as scenario,
        arg_max(v.value_before, v.vintage) as value_before
    from mart.revision_chain as v
    where v.metric in ('target_price', 'price_earnings')
    group by v.subject, v.object, v.metric, v.origin_id
),

priced as (
    select
        c.subject, c.scenario, c.origin_id,
        max(c.company_id) as company_id,
        arg_max(c.tier, c.tier_rank) as tier,
        max(c.currency) filter (where c.metric = 'target_price') as currency,
        max(c.period) filter (where c.metric = 'eps_mean') as eps_period,
        max(c.value) filter (where c.metric = 'eps_mean') as eps,
        max(c.value) filter (where c.metric = 'price_earnings') as multiple,
        max(c.value) filter (where c.metric = 'target_price') as target_price,
        list_sort(list(c.fact_id)) as fact_ids,
        max(c.as_of) as as_of
    from claim as c
    where c.stands
    group by c.subject, c.scenario, c.origin_id
),

computed as (
    select
        p.*,
        p.eps * p.multiple as target_exact,
        s.step as rounded_to,
        round(p.eps * p.multiple / s.step) * s.step as target_computed
    from priced as p
    left join step as s on s.origin_id = p.origin_id
    where p.target_price is not null or p.eps is not null
)

select
    c.subject, c.company_id, c.scenario, c.origin_id, c.tier, c.currency, c.eps, c.eps_period, c.multiple,
    multiples.value_before as multiple_before,
    c.target_exact, c.rounded_to, c.target_computed, c.target_price,
    c.target_computed = c.target_price as is_reproduced,
    targets.value_before as target_before,
    c.target_price / nullif(targets.value_before, 0) - 1 as target_change,
    c.eps / nullif(base.eps, 0) - 1 as eps_against_base,
    c.multiple / nullif(base.multiple, 0) - 1 as multiple_against_base,
    c.target_price / nullif(base.target_price, 0) - 1 as target_against_base,
    c.fact_ids, c.as_of
from computed as c
left join computed as base on base.subject = c.subject and base.origin_id = c.origin_id and base.scenario = 'base'
left join chain as multiples
    on multiples.subject = c.subject and multiples.scenario = c.scenario and multiples.origin_id = c.origin_id
    and multiples.metric = 'price_earnings'
left join chain as targets
    on targets.subject = c.subject and targets.scenario = c.scenario and targets.origin_id = c.origin_id
    and targets.metric = 'target_price'
