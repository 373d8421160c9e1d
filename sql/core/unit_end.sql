-- is: Most units that uncounted generations of a family can have at the horizon, and the rule that says so.
-- grain: family_id
with growth as (
    select max(h.units / b.units) as widest
    from core.family_units as h
    inner join core.family_units as b on b.family_id = h.family_id and b.period_role = 'base'
    where h.period_role = 'horizon' and b.units > 0
),

size as (
    select p.family_id, count(*) as programmes from raw.programmes as p
    group by p.family_id
),

-- A count of a scope that holds all generations of the family.
containing as (
    select s.family_id, min(coalesce(u.base, u.high)) as units
    from core.pooled_units as u
    inner join (
        select m.scope_id, m.family_id, count(*) as programmes from core.scope_programme as m
        group by m.scope_id, m.family_id
    ) as s on s.scope_id = u.scope_id
    inner join size on size.family_id = s.family_id and size.programmes = s.programmes
    where u.period_role = 'horizon' and coalesce(u.base, u.high) is not null
    group by s.family_id
),

-- What the hand-over gives to one generation, another may have.
rest as (
    select u.family_id, sum(u.units) as units
    from core.programme_units as u
    where u.period_role = 'horizon' and u.units_basis in ('family_rest', 'family_carried')
    group by u.family_id
),

owned as (
    select f.family_id, max(u.units) as units
    from raw.families as f
    inner join raw.families as other
        on other.owner_id = f.owner_id and other.unit_basis = f.unit_basis and other.family_id <> f.family_id
    inner join core.family_units as u on u.family_id = other.family_id and u.period_role = 'horizon'
    group by f.family_id
),

ends as (
    select
        f.family_id, h.family_id is not null as is_counted, rest.units as rest_units, containing.units as scope_units,
        b.units * growth.widest as grown_units, owned.units as owned_units
    from raw.families as f
    cross join growth
    left join core.family_units as h on h.family_id = f.family_id and h.period_role = 'horizon'
    left join core.family_units as b on b.family_id = f.family_id and b.period_role = 'base' and b.units > 0
    left join rest on rest.family_id = f.family_id
    left join containing on containing.family_id = f.family_id
    left join owned on owned.family_id = f.family_id
)

select
    e.family_id,
    case
        when e.is_counted and e.rest_units is not null then e.rest_units
        else coalesce(least(e.scope_units, e.grown_units), e.owned_units)
    end as units_high,
    case
        when e.is_counted and e.rest_units is not null then 'what the family leaves over'
        when e.scope_units <= coalesce(e.grown_units, e.scope_units) then 'a count that contains the family'
        when e.grown_units is not null then 'the year before at the widest growth'
        when e.owned_units is not null then 'another family of the owner'
    end as units_rule
from ends as e
