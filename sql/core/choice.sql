-- is: The programmes asked for; empty means all. Apart from core.run, so that another choice leaves the world as it was worked out.
-- grain: programmes
select cast(getvariable('programmes') as varchar[]) as programmes
from raw.build
