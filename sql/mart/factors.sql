-- is: Raw factors of each quantified listed company over the programmes asked for, before normalisation.
-- grain: company_id
with unit as (
    select h.family_id, h.units as horizon_units, b.units as base_units
    from core.family_units as h
    inner join core.family_units as b on b.family_id = h.family_id and b.period_role = 'base'
    where h.period_role = 'horizon'
),

moved as (
    select
        f.company_id,
        cast(sum(cast(f.programme_revenue_usd * r.revision_decayed as decimal(38, 9))) as double) as revision_usd,
        cast(sum(cast(
            case
                when f.is_bottom_up and f.programme_revenue_base_usd > 0
                    -- What floats leave over of an uplift of nothing is nothing.
                    then f.programme_revenue_usd * round(
                        (f.programme_revenue_usd / nullif(u.horizon_units, 0))
                        / nullif(f.programme_revenue_base_usd / nullif(u.base_units, 0), 0) - 1, 11
                    )
            end as decimal(38, 9)
        )) as double) as uplift_usd
    from core.family_revenue as f
    left join unit as u on u.family_id = f.family_id
    left join core.forecast_revision as r on r.family_id = f.family_id
    where f.selection = 'asked' and f.programme_revenue_usd is not null
    group by f.company_id
),

signal as (
    select
        p.company_id, max(p.base) filter (where p.measure = 'barrier') as barrier,
        max(p.base - date_diff('day', date '1970-01-01', question.as_of_signal)) filter (
            where p.measure = 'visibility_until'
        ) as visible_days
    from core.pooled as p
    cross join core.question as question
    where p.kind = 'signal' and p.period_role = 'horizon'
    group by p.company_id
),

customer as (
    select p.company_id, p.counterpart_id, arg_max(p.base, p.year) as share
    from core.pooled as p
    where
        p.kind = 'disclosed' and p.measure = 'customer_share' and p.base is not null and p.counterpart_id is not null
    group by p.company_id, p.counterpart_id
),

concentrated as (
    select c.company_id, cast(sum(cast(c.share * c.share as decimal(38, 15))) as double) as concentration
    from customer as c
    group by c.company_id
),

-- Whose figures hold those of the company.
parent as (
    select
        m.company_id, array_to_string(list_sort(coalesce(list(l.ticker), [])), '; ') as consolidated_in
    from core.group_member as m
    inner join core.listing as l on l.company_id = m.group_id
    where m.period_role = 'horizon' and m.levels_up > 0
    group by m.company_id
)

select
    e.company_id, company.ticker, company.mic, company.name, company.name_local,
    founded.grade, e.exposure_weight, e.exposure_low,
    -- Open terms are at their lower end, nothing, in the low end, and at their upper end in the high one.
    case
        when bound.company_id is null then e.exposure_high
        else least(
            greatest(e.exposure_weight, coalesce(stated.exposure_limit, 1)),
            e.exposure_high + bound.open_usd_high / e.company_revenue_usd
        )
    end as exposure_high,
    e.exposure_base,
    e.programme_revenue_usd, e.programme_revenue_usd_low, e.programme_revenue_usd_high, e.programme_revenue_base_usd,
    e.company_revenue_usd, e.denominator, founded.method,
    e.growth, moved.revision_usd / e.company_revenue_usd as revision,
    moved.uplift_usd / e.company_revenue_usd as elasticity, e.expectation_gap,
    case when signal.visible_days >= 0 then signal.visible_days / cast(91.3125 as double) end as visibility,
    signal.barrier, concentrated.concentration, founded.confidence, founded.assumed_part,
    e.programme_revenue_usd / nullif(last_year.trailing_revenue_usd, 0) as revenue_multiple,
    e.exposure_weight * profit.gross_margin as gross_profit_exposure,
    founded.programmes, founded.facts, founded.origins,
    founded.part_filing, founded.part_research, founded.part_rumour, founded.part_assumption,
    founded.newest_known_on, founded.oldest_known_on,
    case when bound.company_id is null then 1 else bound.known_part end as known_part, bound.open_usd_high,
    stated.exposure_limit,
    e.programme_revenue_usd * profit.gross_margin as programme_gross_profit_usd,
    profit.gross_margin, profit.gross_margin_low, profit.gross_margin_high, profit.margin_basis, profit.booking,
    parent.consolidated_in,
    question.as_of, question.horizon
from core.exposure as e
inner join moved on moved.company_id = e.company_id
inner join core.confidence as founded on founded.company_id = e.company_id
inner join core.listing as company on company.company_id = e.company_id
left join core.company_bound as bound on bound.company_id = e.company_id
left join core.stated_limit as stated on stated.company_id = e.company_id
left join core.gross_profit as profit on profit.company_id = e.company_id
left join parent on parent.company_id = e.company_id
left join signal on signal.company_id = e.company_id
left join concentrated on concentrated.company_id = e.company_id
left join core.trailing_revenue as last_year on last_year.company_id = e.company_id
cross join core.question as question
where
    e.programme_id is null
    -- Who has open terms only is listed where something tighter than its own sales bounds them.
    and (e.programme_revenue_usd > 0 or bound.open_usd_high > 0 and bound.open_usd_high < bound.remaining_usd)
