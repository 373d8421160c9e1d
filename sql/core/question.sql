-- is: The question: its as-of date, overall and per input, its horizon, and its programmes, NULL for all.
-- grain: as_of
with asked as (
    select coalesce(cast(getvariable('as_of') as date), build.latest_known_on) as as_of from raw.build as build
)

-- An input has a date of its own only in the worlds between two worlds that a diff asks.
select
    asked.as_of,
    coalesce(cast(getvariable('as_of_units') as date), asked.as_of) as as_of_units,
    coalesce(cast(getvariable('as_of_content') as date), asked.as_of) as as_of_content,
    coalesce(cast(getvariable('as_of_share') as date), asked.as_of) as as_of_share,
    coalesce(cast(getvariable('as_of_revenue') as date), asked.as_of) as as_of_revenue,
    coalesce(cast(getvariable('as_of_fx') as date), asked.as_of) as as_of_fx,
    coalesce(cast(getvariable('as_of_signal') as date), asked.as_of) as as_of_signal,
    coalesce(cast(getvariable('horizon') as integer), year(asked.as_of)) as horizon,
    cast(getvariable('programmes') as varchar[]) as programmes
from asked
