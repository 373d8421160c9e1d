-- is: The programmes of the question, NULL for all; views that depend on them read them here.
-- grain: programmes
select question.programmes from core.question as question
