-- is: The comparable numbers nearest in time to each number, and how many times as large it is.
-- grain: fact_id, other_id
select
    a.fact_id, a.home, a.series, b.fact_id as other_id, b.amount as other_amount, a.amount / b.amount as ratio
from audit.comparable as a
inner join audit.comparable as b on b.series = a.series and b.fact_id <> a.fact_id
inner join raw.parameters as parameter on parameter.parameter = 'comparables'
-- A floor below a ceiling says nothing of either.
where a.side = b.side or a.side = 'value' or b.side = 'value'
qualify
    row_number() over (
        partition by a.fact_id order by abs(date_diff('day', a.mid_day, b.mid_day)), b.known_on desc, b.fact_id
    ) <= parameter.value
