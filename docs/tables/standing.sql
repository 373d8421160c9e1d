-- Companies of the default watchlist by grade and by the basis of their denominator.
select
    f.grade as "grade",
    count(*) as "companies",
    count(*) filter (where f.denominator = 'consensus') as "consensus",
    count(*) filter (where f.denominator = 'implied') as "implied",
    count(*) filter (where f.denominator = 'implied-bounded') as "implied-bounded",
    count(*) filter (where f.denominator = 'run-rate') as "run-rate",
    count(*) filter (where f.assumed_part > 0.9) as "assumed part above 90%",
    count(*) filter (where f.growth is null) as "growth unknown"
from mart.factors as f
group by f.grade
order by f.grade
