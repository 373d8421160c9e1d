-- Facts by how their day of knowledge is determined.
select
    '`' || c.known_on_basis || '`' as "`known_on_basis`",
    case c.known_on_basis
        when 'published' then 'printed on the page'
        when 'origin_published' then 'that of the first publication, which a later page repeats'
        when 'month_end' then 'the last of the month that the page names'
        when 'year_end' then 'the last of the year that the page names'
        when 'before' then 'the last on which an older view was held'
        when 'filing_deadline' then 'the exchange''s deadline for the period'
        when 'rests_on' then 'the latest of the facts it rests on'
        when 'collected' then 'the day on which an undated page was read'
    end as "the day is",
    count(*) as "facts"
from mart.claim as c
group by c.known_on_basis
order by count(*) desc, c.known_on_basis
