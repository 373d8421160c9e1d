-- is: Facts that seem wrong as they were entered and that no waiver accepts, each with the facts that it touches.
-- grain: fact_id, place, touched_id
with found as (
    select 'unlike_currency' as finding, k.finding_key from audit.unlike_currency as k
    union all
    select 'cumulative_as_quarter' as finding, k.finding_key from audit.cumulative_as_quarter as k
    union all
    select 'out_of_line' as finding, k.finding_key from audit.out_of_line as k
    union all
    select 'part_above_whole' as finding, k.finding_key from audit.part_above_whole as k
),

entry as (
    select f.finding_key as fact_id, kind.place
    from found as f
    inner join audit.entry_kind as kind on kind.finding = f.finding
    left join audit.waiver as w on w.finding = f.finding and w.finding_key = f.finding_key
    where w.standing is distinct from 'stands'
)

select e.fact_id, e.place, e.fact_id as touched_id
from entry as e
union
-- A rate moves all money of its currency.
select e.fact_id, e.place, c.fact_id as touched_id
from entry as e
inner join staging.claim as rate on rate.fact_id = e.fact_id and rate.home = 'fx_rates'
inner join staging.claim as c on c.currency = rate.currency
union
-- The chips in a rack move all that is said of these racks.
select e.fact_id, e.place, c.fact_id as touched_id
from entry as e
inner join staging.claim as held on held.fact_id = e.fact_id and held.home = 'unit_conversions'
inner join core.scope_programme as holds on holds.programme_id = held.scope_id
inner join staging.claim as c on c.scope_id = holds.scope_id
