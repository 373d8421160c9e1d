-- is: Each product with every product above it in the tree.
-- grain: product_id, ancestor_id
-- kept: as a table, since no date changes it
with recursive climb as (
    select p.product_id, p.parent_id as ancestor_id
    from raw.products as p
    where p.parent_id is not null
    union all
    select c.product_id, p.parent_id as ancestor_id
    from climb as c
    inner join raw.products as p on p.product_id = c.ancestor_id
    where p.parent_id is not null
)

select c.product_id, c.ancestor_id
from climb as c
