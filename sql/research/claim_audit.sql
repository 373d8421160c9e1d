-- is: What does not hold in the sources' own claims: arithmetic computed again, and pairs of claims at odds.
-- grain: audited, id
with audited as (
    select
        'check' as audited, c.check_id as id, c.verdict, c.formula as kind, c.subject, c.metric, c.object, c.period,
        c.unit, c.stated, c.stated_low, c.stated_high, c.recomputed, c.recomputed_low, c.recomputed_high,
        array_to_string(c.inputs, '; ') as first_statement, cast(null as varchar) as second_statement,
        c.reason, c.note, c.input_citation as first_citation, c.stated_citation as second_citation,
        list_concat([c.stated_fact_id], coalesce(c.fact_ids, [])) as fact_ids, c.as_of
    from research.claim_check as c
    union all
    select
        'pair' as audited, p.contradiction_id as id, p.kind as verdict,
        case when p.is_judged then 'judged' else 'found' end as kind, p.subject, p.metric, p.object, p.period,
        null as unit, null as stated, null as stated_low, null as stated_high,
        null as recomputed, null as recomputed_low, null as recomputed_high,
        p.left_statement as first_statement, p.right_statement as second_statement, p.treatment as reason, p.note,
        concat_ws(' ', p.left_origin_id, p.left_known_on, p.left_citation) as first_citation,
        concat_ws(' ', p.right_origin_id, p.right_known_on, p.right_citation) as second_citation,
        p.fact_ids, p.as_of
    from research.contradiction as p
),

answer as (
    select
        a.*, case when a.verdict in ('differs', 'contradiction') then 1 when a.verdict = 'agrees' then 3 else 2 end
            as reading_order
    from audited as a
)

select a.* from answer as a
