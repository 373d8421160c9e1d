-- is: Every claim of every table, as stated and in one vocabulary.
-- grain: fact_id
-- kept: as a table, since no date changes it
-- Every branch has these columns in this order. `kind` and `measure` say what core.fact takes a claim for, NULL for
-- nothing; there it speaks of `valid_from` to `valid_to`, and `scale` turns what is stated into the `fact_unit`.
with answer as (
    select
        c.fact_id, 'claims' as home, cast(null as varchar) as kind, cast(null as varchar) as measure,
        c.subject, c.metric, c.object, c.text,
        c.scope_id, cast(null as varchar) as product_id, c.company_id, cast(null as varchar) as counterpart_id,
        c.period, c.period_start, c.period_end, c.period_start as valid_from, c.period_end as valid_to,
        cast(null as varchar) as fact_unit, c.unit, c.currency,
        c.low, c.base, c.high, cast(1 as double) as scale, false as is_actual, false as circular, c.note,
        c.tier, c.origin_id, c.source_id, c.citation, c.known_on, c.known_on_basis, c.rests_on, c.supersedes,
        c.withdrawn
    from raw.claims as c
    union all
    select s.* from staging.shipment_forecast as s
    union all
    select v.* from staging.content_value as v
    union all
    select p.* from staging.supply_share as p
    union all
    select r.* from staging.company_revenue as r
    union all
    select d.* from staging.disclosed_exposure as d
    union all
    select g.* from staging.company_signal as g
    union all
    select x.* from staging.fx_rate as x
    union all
    select u.* from staging.unit_conversion as u
    union all
    select o.* from staging.ownership as o
)

select a.* from answer as a
