-- is: The exchange rate behind each claim in foreign money, with its range; of several years, the one carried furthest.
-- grain: fact_id
with converted as (
    select
        c.fact_id, c.currency, c.fx_fact_id, fx.tier, fx.low / fx.base as rate_low, fx.high / fx.base as rate_high,
        greatest(c.year - year(fx.period_end), 0) as years_carried
    from core.yearly_claim as c
    inner join raw.fx_rates as fx on fx.fact_id = c.fx_fact_id
    where c.currency <> 'USD'
)

select c.fact_id, c.currency, c.fx_fact_id, c.years_carried, c.rate_low, c.rate_high, tier.default_spread
from converted as c
inner join raw.tiers as tier on tier.tier = c.tier
qualify row_number() over (partition by c.fact_id order by c.fx_fact_id desc, c.years_carried desc) = 1
