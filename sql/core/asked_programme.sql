-- is: The programmes that the question asks for.
-- grain: programme_id
select p.programme_id, p.family_id
from raw.programmes as p
cross join core.choice as choice
where choice.programmes is null or list_contains(choice.programmes, p.programme_id)
