-- is: The date up to which claims of a kind count.
-- grain: kind
select
    kinds.kind,
    case kinds.input
        when 'units' then question.as_of_units
        when 'content' then question.as_of_content
        when 'share' then question.as_of_share
        when 'revenue' then question.as_of_revenue
        when 'fx' then question.as_of_fx
        else question.as_of_signal
    end as known_by
from core.question as question
cross join (
    values
    ('units', 'units'), ('product_units', 'units'), ('conversion', 'units'), ('content', 'content'),
    ('share', 'share'), ('ownership', 'share'), ('revenue', 'revenue'), ('disclosed', 'revenue'),
    ('fx', 'fx'), ('signal', 'signal')
) as kinds (kind, input)
