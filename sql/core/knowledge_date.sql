-- is: The moments of knowledge that a question needs, per kind of claim: now, and for units also before (for revisions).
-- grain: moment, kind
with parameter as (
    select p.value as window_days
    from raw.parameters as p
    where p.parameter = 'revision_window_days'
)

select
    'now' as moment,
    kinds.kind,
    case kinds.input
        when 'units' then run.as_of_units
        when 'content' then run.as_of_content
        when 'share' then run.as_of_share
        when 'revenue' then run.as_of_revenue
        when 'fx' then run.as_of_fx
        else run.as_of_signal
    end as known_by
from core.run as run
cross join
    (
        values
        ('units', 'units'), ('product_units', 'units'), ('conversion', 'units'), ('content', 'content'),
        ('share', 'share'), ('ownership', 'share'), ('revenue', 'revenue'), ('disclosed', 'revenue'),
        ('fx', 'fx'), ('signal', 'signal')
    ) as kinds (kind, input)
union all
select
    'before' as moment,
    kinds.kind,
    run.as_of_units - cast(parameter.window_days as integer) as known_by
from core.run as run
cross join parameter
cross join (values ('units'), ('conversion')) as kinds (kind)
