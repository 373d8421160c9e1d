-- is: The calendar years that a question needs: the horizon, the base year before it and the year before that.
-- grain: period_role
select
    roles.period_role,
    run.horizon - roles.years_back as year,
    make_date(run.horizon - roles.years_back, 1, 1) as year_start,
    make_date(run.horizon - roles.years_back, 12, 31) as year_end
from core.run as run
cross join (values ('horizon', 0), ('base', 1), ('prior', 2)) as roles (period_role, years_back)
