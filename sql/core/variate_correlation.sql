-- is: How units of two scopes or years move together: by the table of correlations, times that between years.
-- grain: left_variate, right_variate
with unit as (
    select f.family_id as scope_id, f.family_id, f.year, f.node_id as variate
    from core.family_units as f
    where f.units_basis = 'stated' and f.period_role <> 'prior'
    union all
    select p.programme_id as scope_id, p.family_id, p.year, p.node_id as variate
    from core.programme_units as p
    where p.units_basis = 'generation' and p.period_role <> 'prior'
),

stated as (
    select c.left_id, c.right_id, c.correlation from raw.correlations as c
    union
    select c.right_id, c.left_id, c.correlation from raw.correlations as c
),

-- A pair of scopes without a figure of its own has that of their families.
pair as (
    select l.variate as left_variate, r.variate as right_variate, l.year = r.year as is_same_year, 1 as correlation
    from unit as l
    inner join unit as r on r.scope_id = l.scope_id
    union all
    select l.variate, r.variate as right_variate, l.year = r.year, s.correlation
    from unit as l
    inner join stated as s on s.left_id = l.scope_id
    inner join unit as r on r.scope_id = s.right_id and r.scope_id <> l.scope_id
    union all
    select l.variate, r.variate as right_variate, l.year = r.year, s.correlation
    from unit as l
    inner join stated as s on s.left_id = l.family_id
    inner join unit as r on r.family_id = s.right_id
    left join stated as own on own.left_id = l.scope_id and own.right_id = r.scope_id
    where own.left_id is null and l.scope_id <> r.scope_id
)

select
    p.left_variate, p.right_variate,
    p.correlation * case when p.is_same_year then 1 else years.value end as correlation
from pair as p
inner join raw.parameters as years on years.parameter = 'year_correlation'
where p.left_variate < p.right_variate
