-- is: Target prices computed again, by share, scenario and origin: earnings per share times multiple, rounded as the origin rounds, with the vintages before and the skew of the scenarios.
-- grain: subject, scenario, origin_id
with claim as (
    select
        k.subject,
        k.company_id,
        coalesce(nullif(k.object, 'target'), 'headline') as scenario,
        k.metric,
        k.origin_id,
        k.tier,
        tier.rank as tier_rank,
        k.currency,
        k.period,
        k.central as value,
        k.fact_id,
        k.as_of
    from mart.claim as k
    inner join raw.tiers as tier on tier.tier = k.tier
    where k.stands and k.central is not null and k.metric in ('target_price', 'eps_mean', 'price_earnings')
),

-- The step to which an origin rounds is the largest usual one that divides all the targets it ever gave.
step as (
    select
        k.origin_id,
        max(steps.step) as step
    from (
        select
            c.origin_id,
            steps.step,
            bool_and(abs(c.central / steps.step - round(c.central / steps.step)) < 1e-6) as divides
        from mart.claim as c
        cross join (values (0.01e0), (0.1e0), (0.5e0), (1e0), (5e0), (10e0), (50e0), (100e0)) as steps (step)
        where c.metric = 'target_price' and c.central is not null
        group by c.origin_id, steps.step
    ) as steps
    inner join (select distinct o.origin_id from mart.claim as o) as k on k.origin_id = steps.origin_id
    where steps.divides
    group by k.origin_id
),

chain as (
    select
        v.subject,
        coalesce(nullif(v.object, 'target'), 'headline') as scenario,
        v.metric,
        v.origin_id,
        arg_max(v.value_before, v.vintage) as value_before,
        max(v.vintages) as vintages
    from mart.revision_chain as v
    where v.metric in ('target_price', 'price_earnings')
    group by v.subject, v.object, v.metric, v.origin_id
),

priced as (
    select
        c.subject,
        c.scenario,
        c.origin_id,
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
    c.subject,
    c.company_id,
    c.scenario,
    c.origin_id,
    c.tier,
    c.currency,
    c.eps,
    c.eps_period,
    c.multiple,
    multiple_chain.value_before as multiple_before,
    c.target_exact,
    c.rounded_to,
    c.target_computed,
    c.target_price,
    c.target_computed = c.target_price as is_reproduced,
    target_chain.value_before as target_before,
    c.target_price / nullif(target_chain.value_before, 0) - 1 as target_change,
    c.eps / nullif(base.eps, 0) - 1 as eps_against_base,
    c.multiple / nullif(base.multiple, 0) - 1 as multiple_against_base,
    c.target_price / nullif(base.target_price, 0) - 1 as target_against_base,
    c.fact_ids,
    c.as_of
from computed as c
left join computed as base on base.subject = c.subject and base.origin_id = c.origin_id and base.scenario = 'base'
left join chain as multiple_chain
    on
        multiple_chain.subject = c.subject and multiple_chain.scenario = c.scenario
        and multiple_chain.origin_id = c.origin_id and multiple_chain.metric = 'price_earnings'
left join chain as target_chain
    on
        target_chain.subject = c.subject and target_chain.scenario = c.scenario
        and target_chain.origin_id = c.origin_id and target_chain.metric = 'target_price'
