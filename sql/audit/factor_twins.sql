-- is: Pairs of factors that rank the companies alike, or in reverse: a profile with both weighs one thing twice.
-- grain: finding_key
with long as (
    select
        f.company_id,
        unnest([
            'exposure', 'growth', 'revision', 'elasticity', 'expectation_gap', 'visibility', 'barrier',
            'concentration', 'confidence'
        ]) as factor,
        unnest([
            f.exposure_weight, f.growth, f.revision, f.elasticity, f.expectation_gap, f.visibility, f.barrier,
            f.concentration, f.confidence
        ]) as value
    from mart.factors as f
),

pair as (
    select a.factor, b.factor as twin, a.value, b.value as twin_value
    from long as a
    inner join long as b on b.company_id = a.company_id and b.factor > a.factor
    where a.value is not null and b.value is not null
),

-- Equal values share the mean of their ranks; doubled it is a whole number, whose sums no order of rows changes.
ranked as (
    select
        p.factor, p.twin,
        2 * rank() over (partition by p.factor, p.twin order by p.value)
        + count(*) over (partition by p.factor, p.twin, p.value) as place,
        2 * rank() over (partition by p.factor, p.twin order by p.twin_value)
        + count(*) over (partition by p.factor, p.twin, p.twin_value) as twin_place
    from pair as p
),

summed as (
    select
        r.factor, r.twin, count(*) as companies,
        count(*) * sum(r.place * r.twin_place) - sum(r.place) * sum(r.twin_place) as covariance,
        count(*) * sum(r.place * r.place) - sum(r.place) * sum(r.place) as variance,
        count(*) * sum(r.twin_place * r.twin_place) - sum(r.twin_place) * sum(r.twin_place) as twin_variance
    from ranked as r
    group by r.factor, r.twin
),

correlated as (
    select s.*, s.covariance / sqrt(cast(s.variance as double) * cast(s.twin_variance as double)) as correlation
    from summed as s
    where s.variance > 0 and s.twin_variance > 0
)

select
    'finding' as severity, concat_ws('|', c.factor, c.twin) as finding_key, cast(null as varchar) as company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, question.horizon as year,
    c.correlation as value, parameter.value as limit_value,
    printf(
        '%s and %s rank %d companies with a correlation of %.4f.', c.factor, c.twin, c.companies, c.correlation
    ) as message,
    cast([] as varchar[]) as fact_ids
from correlated as c
inner join raw.parameters as parameter on parameter.parameter = 'twin_correlation'
inner join raw.parameters as least_number on least_number.parameter = 'minimum_companies'
cross join core.question as question
where abs(c.correlation) > parameter.value and c.companies >= least_number.value
