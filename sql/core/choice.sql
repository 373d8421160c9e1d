-- is: The programmes of the question, NULL for all; a view that depends on them reads this one.
-- grain: programmes
select question.programmes from core.question as question
