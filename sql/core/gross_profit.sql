-- is: Gross profit that the programmes asked for bring a company, at which margin, and how it books their sales.
-- grain: company_id
with family as (
    select
        m.company_id, m.family_id, m.gross_margin, m.gross_margin_low, m.gross_margin_high, m.margin_basis, b.booking,
        -- Families that bring nothing weigh nothing, unless none brings anything.
        case
            when sum(m.programme_revenue_usd) over company > 0 then m.programme_revenue_usd else 1
        end as weight,
        list_concat(coalesce(m.fact_ids, []), coalesce(b.fact_ids, [])) as fact_ids
    from core.gross_margin as m
    inner join core.booking as b on b.company_id = m.company_id and b.family_id = m.family_id
    window company as (partition by m.company_id)
),

-- A margin that is unknown for a part is unknown for the whole.
summed as (
    select
        f.company_id,
        count(*) = count(f.gross_margin) as is_known,
        cast(sum(cast(f.weight as decimal(38, 9))) as double) as weight,
        cast(sum(cast(f.weight * f.gross_margin as decimal(38, 9))) as double) as weighed,
        cast(sum(cast(f.weight * f.gross_margin_low as decimal(38, 9))) as double) as weighed_low,
        cast(sum(cast(f.weight * f.gross_margin_high as decimal(38, 9))) as double) as weighed_high,
        case when min(f.margin_basis) = max(f.margin_basis) then min(f.margin_basis) else 'mixed' end as margin_basis,
        case when min(f.booking) = max(f.booking) then min(f.booking) else 'mixed' end as booking,
        list_sort(list_distinct(flatten(list(f.fact_ids)))) as fact_ids
    from family as f
    where f.weight > 0
    group by f.company_id
)

select
    s.company_id,
    case when s.is_known then s.weighed / s.weight end as gross_margin,
    case when s.is_known then s.weighed_low / s.weight end as gross_margin_low,
    case when s.is_known then s.weighed_high / s.weight end as gross_margin_high,
    case when s.is_known then s.margin_basis end as margin_basis,
    s.booking, s.fact_ids
from summed as s
