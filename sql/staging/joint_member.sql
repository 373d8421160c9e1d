-- is: Each company of a share that is stated for several together.
-- grain: fact_id, company_id
with joint as (
    select s.fact_id, s.company_id, s.joint_ids from raw.supply_shares as s where array_length(s.joint_ids) > 0
),

member as (
    select j.fact_id, j.company_id, array_length(j.joint_ids) = 1 as is_pair from joint as j
    union all
    select j.fact_id, unnest(j.joint_ids) as company_id, array_length(j.joint_ids) = 1 as is_pair from joint as j
)

-- Of a pair each part bounds the other.
select
    m.fact_id, m.company_id, other.company_id as counterpart_id
from member as m
left join member as other on other.fact_id = m.fact_id and m.is_pair and other.company_id <> m.company_id
