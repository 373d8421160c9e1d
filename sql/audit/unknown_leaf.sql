-- is: Inputs that no source states for a ranked company's terms, so that its exposure leaves these terms out.
-- grain: finding_key
select
    'note' as severity,
    concat_ws('|', i.company_id, i.what, question.horizon) as finding_key,
    i.company_id, cast(null as varchar) as scope_id, cast(null as varchar) as product_id, question.horizon as year,
    f.exposure_weight as value, cast(null as double) as limit_value,
    printf('No source states the %s: the exposure of %s in %d leaves it out.', i.what, i.company_id, question.horizon)
        as message,
    cast([] as varchar[]) as fact_ids
from core.missing_input as i
inner join mart.factors as f on f.company_id = i.company_id
cross join core.question as question
