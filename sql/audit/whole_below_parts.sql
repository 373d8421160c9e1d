-- is: Years and families that are smaller than their parts.
-- grain: finding_key
with parameter as (
    select p.value as rounding from raw.parameters as p where p.parameter = 'rounding'
),

-- Parts of a year that an origin states beside the year.
year as (
    select
        v.company_id, v.scope_id, j.year, j.base as part, v.base as whole, j.kind as unit,
        concat_ws(' of ', 'Parts of the year', coalesce(v.scope_id, 'sales'), v.company_id) as what,
        list_concat([v.fact_id], coalesce(j.fact_ids, [])) as fact_ids
    from core.joined_part as j
    inner join core.vintage as v
        on
            v.origin_id = j.origin_id and v.base is not null and year(v.period_start) = j.year
            and year(v.period_end) = j.year and month(v.period_start) = 1 and month(v.period_end) = 12
            and v.subject_key = replace(j.subject_key, 'revenue|part_year|', 'revenue|actual|')
            and j.claim_key = concat_ws(
                '|', replace(v.subject_key, 'revenue|actual|', 'revenue|part_year|'), v.origin_id, v.unit, v.currency
            )
    where j.extent = 'all'
),

generation as (
    select
        cast(null as varchar) as company_id, u.scope_id, u.year, u.base as part, f.units as whole, 'units' as unit,
        u.scope_id || ' beside its family ' || f.family_id as what,
        list_concat(coalesce(u.fact_ids, []), coalesce(f.fact_ids, [])) as fact_ids
    from core.pooled_units as u
    inner join raw.programmes as p on p.programme_id = u.scope_id
    inner join core.family_units as f
        on
            f.period_role = u.period_role and f.family_id = p.family_id and f.units_basis = 'stated'
            -- A forecast beyond a final count describes what did not come about.
            and not f.is_actual
    where u.period_role <> 'prior'
),

-- A count of several families holds what each of them has of it.
containing as (
    select
        cast(null as varchar) as company_id, u.scope_id, u.year, sum(p.units) as part, max(u.base) as whole,
        'units' as unit, p.family_id || ' beside ' || u.scope_id || ', which holds it' as what,
        list_concat(coalesce(min(u.fact_ids), []), coalesce(flatten(list(p.fact_ids)), [])) as fact_ids
    from core.pooled_units as u
    inner join raw.scopes as s on s.scope_id = u.scope_id and s.family_id is null
    inner join core.scope_programme as m on m.scope_id = u.scope_id
    inner join core.programme_units as p
        on p.period_role = u.period_role and p.programme_id = m.programme_id and p.unit_basis = u.unit
    where u.period_role <> 'prior' and u.base is not null
    group by u.scope_id, u.year, p.family_id
),

compared as (
    select y.* from year as y
    union all
    select g.* from generation as g
    union all
    select c.* from containing as c
)

select
    'finding' as severity, concat_ws('|', c.what, c.year) as finding_key, c.company_id, c.scope_id,
    cast(null as varchar) as product_id, c.year, c.part as value, c.whole as limit_value,
    printf('%s: %.0f of %.0f %s in %d.', c.what, c.part, c.whole, c.unit, c.year) as message,
    list_sort(list_distinct(c.fact_ids)) as fact_ids
from compared as c
cross join parameter
where c.part > c.whole * (1 + parameter.rounding)
