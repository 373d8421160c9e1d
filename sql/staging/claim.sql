-- is: Every claim of every table as it was stated, in one vocabulary: the ledger and the tables that feed the formula.
-- grain: fact_id
-- kept: as a table, since no date changes it
select
    c.fact_id,
    'claims' as home,
    c.subject,
    c.metric,
    c.object,
    c.scope_id,
    c.company_id,
    c.period,
    c.period_start,
    c.period_end,
    c.unit,
    c.currency,
    c.text,
    c.low,
    c.base,
    c.high,
    c.tier,
    c.origin_id,
    c.source_id,
    c.citation,
    c.known_on,
    c.known_on_basis,
    c.rests_on,
    c.supersedes,
    c.withdrawn,
    c.note
from raw.claims as c
union all
select
    s.fact_id,
    'shipment_forecasts' as home,
    coalesce(s.product_id, s.scope_id) as subject,
    case s.kind
        when 'required' then 'units_required'
        when 'annualised' then 'units_annualised'
        when 'cumulative' then 'units_installed'
        when 'lifetime' then 'units_lifetime'
        when 'growth' then 'units_growth_yoy'
        else 'units'
    end as metric,
    cast(null as varchar) as object,
    s.scope_id,
    s.supplier_id as company_id,
    s.period,
    s.period_start,
    s.period_end,
    s.unit_basis as unit,
    cast(null as varchar) as currency,
    cast(null as varchar) as text,
    s.low,
    s.base,
    s.high,
    s.tier,
    s.origin_id,
    s.source_id,
    s.citation,
    s.known_on,
    s.known_on_basis,
    s.rests_on,
    s.supersedes,
    s.withdrawn,
    s.note
from raw.shipment_forecasts as s
union all
select
    v.fact_id,
    'content_values' as home,
    v.product_id as subject,
    case v.measure when 'content' then 'content_value' when 'price' then 'piece_price' else 'pieces_per_unit' end as metric,
    cast(null as varchar) as object,
    v.scope_id,
    v.supplier_id as company_id,
    v.period,
    v.period_start,
    v.period_end,
    case v.measure
        when 'content' then v.currency || ' per ' || v.unit_basis
        when 'price' then v.currency
        else 'piece per ' || v.unit_basis
    end as unit,
    v.currency,
    cast(null as varchar) as text,
    v.low,
    v.base,
    v.high,
    v.tier,
    v.origin_id,
    v.source_id,
    v.citation,
    v.known_on,
    v.known_on_basis,
    v.rests_on,
    v.supersedes,
    v.withdrawn,
    v.note
from raw.content_values as v
union all
select
    p.fact_id,
    'supply_shares' as home,
    p.company_id as subject,
    case
        when coalesce(p.low, p.base, p.high) is null and p.sourcing_mode is not null then 'supply_link'
        when len(p.joint_ids) > 0 then 'joint_supply_share'
        when p.denominator = 'market' then 'market_share'
        when p.denominator = 'open_units' then 'open_supply_share'
        else 'supply_share'
    end as metric,
    p.product_id as object,
    p.scope_id,
    p.company_id,
    p.period,
    p.period_start,
    p.period_end,
    case when coalesce(p.low, p.base, p.high) is not null then 'fraction' end as unit,
    cast(null as varchar) as currency,
    p.sourcing_mode as text,
    p.low,
    p.base,
    p.high,
    p.tier,
    p.origin_id,
    p.source_id,
    p.citation,
    p.known_on,
    p.known_on_basis,
    p.rests_on,
    p.supersedes,
    p.withdrawn,
    p.note
from raw.supply_shares as p
union all
select
    r.fact_id,
    'company_revenues' as home,
    r.company_id as subject,
    case
        when r.kind = 'growth' and r.origin_id = r.company_id and r.period_end > r.known_on then 'revenue_guidance_growth'
        when r.kind = 'growth' then 'revenue_growth_yoy'
        when r.kind = 'forecast' and r.origin_id = r.company_id then 'revenue_guidance'
        else 'revenue'
    end as metric,
    cast(null as varchar) as object,
    cast(null as varchar) as scope_id,
    r.company_id,
    r.period,
    r.period_start,
    r.period_end,
    coalesce(r.currency || ' million', 'fraction') as unit,
    r.currency,
    cast(null as varchar) as text,
    r.low,
    r.base,
    r.high,
    r.tier,
    r.origin_id,
    r.source_id,
    r.citation,
    r.known_on,
    r.known_on_basis,
    r.rests_on,
    r.supersedes,
    r.withdrawn,
    r.note
from raw.company_revenues as r
union all
select
    d.fact_id,
    'disclosed_exposures' as home,
    d.company_id as subject,
    case d.measure when 'share' then 'revenue_part' else 'revenue' end as metric,
    coalesce(d.customer_id, d.product_id, d.scope_id) as object,
    d.scope_id,
    d.company_id,
    d.period,
    d.period_start,
    d.period_end,
    coalesce(d.currency || ' million', 'fraction') as unit,
    d.currency,
    cast(null as varchar) as text,
    d.low,
    d.base,
    d.high,
    d.tier,
    d.origin_id,
    d.source_id,
    d.citation,
    d.known_on,
    d.known_on_basis,
    d.rests_on,
    d.supersedes,
    d.withdrawn,
    d.note
from raw.disclosed_exposures as d
union all
select
    g.fact_id,
    'company_signals' as home,
    g.company_id as subject,
    g.metric,
    cast(null as varchar) as object,
    g.scope_id,
    g.company_id,
    g.period,
    g.period_start,
    g.period_end,
    case when g.until is null then m.unit end as unit,
    cast(null as varchar) as currency,
    cast(g.until as varchar) as text,
    g.low,
    g.base,
    g.high,
    g.tier,
    g.origin_id,
    g.source_id,
    g.citation,
    g.known_on,
    g.known_on_basis,
    g.rests_on,
    g.supersedes,
    g.withdrawn,
    g.note
from raw.company_signals as g
inner join raw.signal_metrics as m on m.metric = g.metric
union all
select
    x.fact_id,
    'fx_rates' as home,
    lower(x.currency) as subject,
    'exchange_rate' as metric,
    cast(null as varchar) as object,
    cast(null as varchar) as scope_id,
    cast(null as varchar) as company_id,
    x.period,
    x.period_start,
    x.period_end,
    x.currency || ' per USD' as unit,
    x.currency,
    cast(null as varchar) as text,
    x.low,
    x.base,
    x.high,
    x.tier,
    x.origin_id,
    x.source_id,
    x.citation,
    x.known_on,
    x.known_on_basis,
    x.rests_on,
    x.supersedes,
    x.withdrawn,
    x.note
from raw.fx_rates as x
union all
select
    u.fact_id,
    'unit_conversions' as home,
    u.programme_id as subject,
    'chips_per_unit' as metric,
    cast(null as varchar) as object,
    u.programme_id as scope_id,
    cast(null as varchar) as company_id,
    cast(null as varchar) as period,
    cast(null as date) as period_start,
    cast(null as date) as period_end,
    'chip per ' || u.unit_basis as unit,
    cast(null as varchar) as currency,
    cast(null as varchar) as text,
    u.low,
    u.base,
    u.high,
    u.tier,
    u.origin_id,
    u.source_id,
    u.citation,
    u.known_on,
    u.known_on_basis,
    u.rests_on,
    u.supersedes,
    u.withdrawn,
    u.note
from raw.unit_conversions as u
union all
select
    o.fact_id,
    'ownership' as home,
    o.parent_id as subject,
    'stake' as metric,
    o.child_id as object,
    cast(null as varchar) as scope_id,
    o.parent_id as company_id,
    cast(null as varchar) as period,
    cast(null as date) as period_start,
    cast(null as date) as period_end,
    'fraction' as unit,
    cast(null as varchar) as currency,
    cast(null as varchar) as text,
    o.low,
    o.base,
    o.high,
    o.tier,
    o.origin_id,
    o.source_id,
    o.citation,
    o.known_on,
    o.known_on_basis,
    o.rests_on,
    o.supersedes,
    o.withdrawn,
    o.note
from raw.ownership as o
