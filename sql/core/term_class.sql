-- is: The class of evidence that the money of a chosen term at the horizon belongs to: that of its weakest input.
-- grain: node_id
with term as (
    select distinct r.node_id, r.assumed_inputs > 0 or r.circular as is_assumed
    from core.programme_revenue as r
    where r.chosen and r.period_role = 'horizon' and r.programme_revenue_usd is not null
),

weakest as (
    select i.node_id, arg_max(i.evidence_class, i.class_rank) as evidence_class
    from core.input_class as i
    group by i.node_id
)

select
    t.node_id,
    -- A role, a market share and a circular content are our own guess, whatever documents they begin with.
    case when t.is_assumed or w.evidence_class is null then 'assumption' else w.evidence_class end as evidence_class
from term as t
left join weakest as w on w.node_id = t.node_id
