-- Findings of the audit by kind, with the largest of each.
select
    '`' || f.finding || '`' as "finding",
    count(*) filter (where f.state = 'open') as "open",
    count(*) filter (where f.state = 'waived') as "waived",
    count(*) filter (where f.state = 'note') as "notes",
    arg_max(
        f.message,
        struct_pack(size := coalesce(abs(f.value / nullif(f.limit_value, 0)), abs(f.value), -1), key := f.finding_key)
    ) as "the largest of them"
from audit.finding as f
group by f.finding
order by bool_and(f.state = 'note'), f.finding
