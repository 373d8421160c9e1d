-- is: Capital expenditure and guidance by spender and period, with growth, revisions and intensity against cloud sales.
-- grain: subject, part, period_start, period_end, measure, basis
with guided as (
    select
        v.subject, v.object as part, v.period_start, v.period_end, v.origin_id, 'guidance' as measure,
        max(v.vintages) as vintages,
        arg_max(v.value_before, v.vintage) as capex_before,
        arg_max(v.change, v.vintage) as revision,
        min(v.value) filter (where v.vintage = 1) as capex_first
    from mart.revision_chain as v
    where v.metric = 'capex_guidance'
    group by v.subject, v.object, v.period_start, v.period_end, v.origin_id
)

select
    s.subject, s.company_id, s.part, s.period, s.period_start, s.period_end, s.measure, s.basis, s.currency,
    s.capex, s.capex_low, s.capex_high, s.members, s.members_known,
    growth.growth_yoy_stated, growth.growth_yoy, growth.growth_qoq_stated, growth.growth_qoq,
    guided.vintages, guided.capex_first, guided.capex_before, guided.revision,
    cloud.cloud_subject, cloud.cloud_revenue, cloud.cloud_revenue_basis, cloud.capex_intensity,
    s.origin_id, s.tier,
    list_sort(list_distinct(list_concat(coalesce(growth.fact_ids, []), coalesce(cloud.fact_ids, [])))) as fact_ids,
    s.as_of
from research.spending as s
inner join research.capex_growth as growth
    on growth.subject = s.subject and growth.part is not distinct from s.part
    and growth.period_start is not distinct from s.period_start
    and growth.period_end is not distinct from s.period_end and growth.measure = s.measure and growth.basis = s.basis
left join guided
    on guided.subject = s.subject and guided.part is not distinct from s.part and guided.period_start = s.period_start
    and guided.period_end = s.period_end and guided.origin_id = s.origin_id and guided.measure = s.measure
left join research.cloud_intensity as cloud
    on cloud.subject = s.subject and s.part is null and cloud.period_start = s.period_start
    and cloud.period_end = s.period_end and cloud.measure = s.measure and cloud.basis = s.basis
