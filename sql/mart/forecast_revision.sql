-- is: How origins revised a family's units at the horizon over the window: change, breadth, and decayed change.
-- grain: family_id
select
    r.family_id, r.year, r.revision, r.revision_decayed, r.revision_breadth, r.origins, r.fact_ids, r.as_of
from core.forecast_revision as r
