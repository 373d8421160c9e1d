-- is: Products on a family of which one supplier is valued by a stated figure and another bottom-up, far apart.
-- grain: finding_key
with valued as (
    select
        r.company_id, r.family_id, l.product_id, r.method <> 'bottom_up' as is_stated,
        flatten(list(r.fact_ids)) as fact_ids
    from core.programme_revenue as r
    inner join core.supply_link as l
        on
            l.company_id = r.company_id and l.programme_id = r.programme_id
            and l.product_id = coalesce(r.product_id, l.product_id)
    where r.chosen and r.period_role = 'horizon' and r.via_company_id is null and r.programme_revenue_usd > 0
    group by r.company_id, r.family_id, l.product_id, r.method <> 'bottom_up'
),

-- How far the stated figure lies from that supplier's own bottom-up one; without one the gap is not known.
gap as (
    select
        d.company_id, d.family_id,
        greatest(d.revenue_usd, sum(b.revenue_usd)) / nullif(least(d.revenue_usd, sum(b.revenue_usd)), 0) - 1 as gap
    from core.disclosed as d
    inner join core.scope_programme as s on s.scope_id = d.scope_id
    inner join core.bottom_up as b
        on
            b.counted and b.company_id = d.company_id and b.period_role = d.period_role and b.family_id = d.family_id
            and b.programme_id = s.programme_id
    inner join core.method_choice as choice
        on choice.company_id = d.company_id and choice.family_id = d.family_id and choice.method = d.method
    where d.period_role = 'horizon'
    group by d.company_id, d.family_id, d.revenue_usd
),

mixed as (
    select
        stated.product_id, stated.family_id, stated.company_id, min(counted.company_id) as other_id,
        count(distinct counted.company_id) as others, min(gap.gap) as gap,
        list_concat(coalesce(min(stated.fact_ids), []), coalesce(min(counted.fact_ids), [])) as fact_ids
    from valued as stated
    inner join valued as counted
        on
            counted.product_id = stated.product_id and counted.family_id = stated.family_id
            and counted.company_id <> stated.company_id and not counted.is_stated
    left join gap on gap.company_id = stated.company_id and gap.family_id = stated.family_id
    where stated.is_stated
    group by stated.product_id, stated.family_id, stated.company_id
)

select
    'finding' as severity, concat_ws('|', m.company_id, m.product_id, m.family_id, question.horizon) as finding_key,
    m.company_id, m.family_id as scope_id, m.product_id, question.horizon as year, m.gap as value,
    parameter.value as limit_value,
    concat_ws(
        '', m.company_id, ' is valued by a stated figure and ', m.other_id,
        case when m.others > 1 then printf(' with %d more', m.others - 1) end, ' bottom-up, for ', m.product_id, ' on ',
        m.family_id, '; ',
        coalesce(
            printf('the two ways lie %.0f%% apart for %s.', 100 * m.gap, m.company_id),
            'how far the two ways lie apart is not known.'
        )
    ) as message,
    list_sort(list_distinct(m.fact_ids)) as fact_ids
from mixed as m
cross join core.question as question
inner join raw.parameters as parameter on parameter.parameter = 'method_gap'
where coalesce(m.gap > parameter.value, true)
