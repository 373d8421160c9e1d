-- is: What a programme brings a company in a year, by product and method; sums over companies count chains twice.
-- grain: company_id, via_company_id, programme_id, product_id, year, method
select
    r.company_id, r.programme_id, r.product_id, r.period_role, r.year, r.method, r.chosen,
    r.programme_revenue_usd, r.programme_revenue_usd_low, r.programme_revenue_usd_high, r.units, r.units_basis,
    r.content_value_usd, r.content_basis, r.content_period_basis,
    r.supply_share, r.share_basis, r.share_period_basis, r.disclosed_value, r.unit_growth,
    r.assumed_inputs, r.rumoured_inputs, r.circular, r.via_company_id, r.family_id,
    r.units_tier, r.content_tier, r.share_tier,
    r.units_fact_ids, r.content_fact_ids, r.share_fact_ids, r.other_fact_ids, question.as_of
from core.programme_revenue as r
cross join core.question as question
