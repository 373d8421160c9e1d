-- is: Listed companies, with the ticker as data vendors write it.
-- grain: company_id
-- kept: as a table, since no date changes it
select c.company_id, c.ticker || coalesce(e.suffix, '') as ticker, c.mic, c.name, c.name_local
from raw.companies as c
left join raw.exchanges as e on e.mic = c.mic
where c.ticker is not null
