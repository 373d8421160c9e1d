-- is: Every view with what it is, and every column with what it means, for reading in a shell.
-- grain: relation_name, column_name
with described as (
    select
        v.schema_name, v.schema_name || '.' || v.view_name as relation_name, cast(null as varchar) as column_name,
        v.comment as description
    from duckdb_views() as v
    union all
    select c.schema_name, c.schema_name || '.' || c.table_name, c.column_name, c.comment
    from duckdb_columns() as c
)

select d.relation_name, d.column_name, d.description, question.as_of
from described as d
cross join core.question as question
where d.schema_name in ('core', 'mart', 'research', 'audit')
