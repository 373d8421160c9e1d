-- is: Waivers whose claim the facts contradict; what they waive is open again, under this finding.
-- grain: finding_key
select
    'finding' as severity, w.finding || ':' || w.finding_key as finding_key, cast(null as varchar) as company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, year(question.as_of) as year,
    cast(null as double) as value, cast(null as double) as limit_value,
    printf('The waiver of %s claims %s, which is false: %s.', w.finding_key, w.claim, w.proof) as message,
    w.fact_ids
from audit.waiver as w
cross join core.question as question
where w.standing = 'false'
