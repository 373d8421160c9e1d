-- is: Companies whose programme revenue at the horizon leaves hardly any other business.
-- grain: finding_key
select
    'finding' as severity, concat_ws('|', w.company_id, w.year) as finding_key, w.company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, w.year, w.exposure_weight as value,
    w.limit_value, w.message, w.fact_ids
from audit.high_weight as w
where not w.is_above_one
