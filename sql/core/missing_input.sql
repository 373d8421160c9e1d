-- is: Inputs that no source states for a company's terms at the horizon, so that no sum has these terms.
-- grain: company_id, what
select distinct
    t.company_id,
    unnest(t.missing) as what
from core.open_term as t
