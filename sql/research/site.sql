-- is: Sites and customers' clusters: who operates and who uses each, where, for what and in which state.
-- grain: subject
select
    k.subject,
    string_agg(distinct k.text, '; ' order by k.text) filter (where k.metric = 'site_operator') as operator,
    string_agg(distinct k.text, '; ' order by k.text) filter (where k.metric = 'site_tenant') as tenant,
    string_agg(distinct k.text, '; ' order by k.text) filter (where k.metric = 'site_location') as location,
    string_agg(distinct k.text, '; ' order by k.text) filter (where k.metric = 'purpose') as purpose,
    string_agg(distinct concat_ws(': ', k.period, k.text), '; ' order by concat_ws(': ', k.period, k.text))
        filter (where k.metric = 'site_status') as status,
    max(k.statement) filter (where k.metric = 'site_cost') as cost,
    max(k.statement) filter (where k.metric = 'power_capacity') as power,
    list_sort(list(k.fact_id)) as fact_ids,
    coalesce(list_sort(list(k.fact_id) filter (where k.metric <> 'site_status')), []) as lasting_fact_ids,
    max(k.as_of) as as_of
from research.claim_range as k
where
    k.stands and k.metric in (
        'site_operator', 'site_tenant', 'site_location', 'site_status', 'site_cost', 'purpose', 'power_capacity'
    )
group by k.subject
having bool_or(k.metric like 'site_%')
