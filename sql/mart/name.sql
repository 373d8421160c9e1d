-- is: What a name means: ids, names, tickers and aliases of companies, programmes, products, currencies and sources.
-- grain: kind, id, name
with spelled as (
    select
        'company' as kind,
        c.company_id as id,
        [
            c.name, c.name_local,
            -- alone, as data vendors and as terminals write it
            c.ticker, c.ticker || e.suffix, c.ticker || ' ' || e.bloomberg
        ] as names
    from raw.companies as c
    left join raw.exchanges as e on e.mic = c.mic
    union all
    select 'company' as kind, a.company_id as id, [a.alias] as names from raw.company_aliases as a
    union all
    select 'programme' as kind, p.programme_id as id, [p.name] as names from raw.programmes as p
    union all
    select 'family' as kind, f.family_id as id, [f.name] as names from raw.families as f
    union all
    select 'scope' as kind, s.scope_id as id, [s.name] as names from raw.scopes as s
    where s.scope_id in (select m.scope_id from raw.scope_members as m)
    union all
    select 'product' as kind, p.product_id as id, [p.name, p.name_local] as names from raw.products as p
    union all
    select 'currency' as kind, r.currency as id, [r.currency] as names from raw.fx_rates as r
    union all
    select 'source' as kind, s.source_id as id, [s.source_id] as names from raw.sources as s
),

named as (
    select s.kind, s.id, n.name
    from spelled as s
    cross join lateral (select unnest(s.names) as name) as n
    where n.name is not null
    union -- once each
    select s.kind, s.id, s.id as name
    from spelled as s
)

select n.kind, n.id, n.name, question.as_of
from named as n
cross join core.question as question
