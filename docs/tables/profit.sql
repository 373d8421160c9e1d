-- Companies by the gross profit that the programmes bring, as a part of their sales.
select
    f.name as company,
    format('{:.1f}%', 100 * f.exposure_weight) as exposure,
    format('{:.1f}%', 100 * f.gross_margin) as margin,
    f.margin_basis as "whose margin",
    format('{:.1f}%', 100 * f.gross_profit_exposure) as "gross profit of sales",
    f.booking
from mart.factors as f
where f.gross_profit_exposure > 0
order by f.gross_profit_exposure desc, f.company_id
