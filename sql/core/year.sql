-- is: The calendar years of the question: the horizon, the base year before it and the prior year before that.
-- grain: period_role
select
    roles.period_role,
    question.horizon - roles.years_back as year,
    make_date(question.horizon - roles.years_back, 1, 1) as year_start,
    make_date(question.horizon - roles.years_back, 12, 31) as year_end
from core.question as question
cross join (values ('horizon', 0), ('base', 1), ('prior', 2)) as roles (period_role, years_back)
