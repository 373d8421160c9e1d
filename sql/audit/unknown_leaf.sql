-- is: What is unknown of a ranked company's terms, so that its exposure is without them: a sum that is known to be too low.
-- grain: finding_key
select
    'note' as severity,
    concat_ws('|', u.company_id, u.what, question.horizon) as finding_key,
    u.company_id,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as product_id,
    question.horizon as year,
    f.exposure_weight as value,
    cast(null as double) as limit_value,
    printf('Nobody says the %s: what it would bring %s in %d is in no figure.', u.what, u.company_id, question.horizon) as message,
    cast([] as varchar[]) as fact_ids
from core.unknown_leaf as u
inner join mart.factors as f on f.company_id = u.company_id
cross join core.question as question
