-- is: The kinds of findings on a fact as it was entered, the first of which counts.
-- grain: finding
select k.finding, k.place
from (
    values ('unlike_currency', 1), ('cumulative_as_quarter', 2), ('out_of_line', 3), ('part_above_whole', 4)
) as k (finding, place)
