-- Stated parts of companies' sales beside the engine's figure for the programmes alone.
with compared as (
    select
        c.place,
        c.fact_id,
        c.what,
        c.figure
    from
        (
            values
            (1, 'DX-0005', 'AI servers of all kinds, part of sales of 2025', 'part of base year'),
            (2, 'DX-0006', 'AI servers of all kinds, part of sales of 2026', 'part of horizon'),
            (3, 'DX-2002', 'AI servers of all kinds, part of sales of 3Q25', 'part of base year'),
            (4, 'DX-0004', 'Amazon, part of sales of 3Q25', 'part of base year'),
            (5, 'DX-1012', 'Amazon, part of sales of 2025', 'part of base year'),
            (6, 'DX-1011', 'Google, part of sales of 4Q25', 'part of base year'),
            (7, 'DX-2008', 'AI server cooling, part of sales of 3Q25', 'part of base year'),
            (8, 'DX-2009', 'AI server cooling, part of sales of 2026', 'part of horizon'),
            (9, 'DX-0010', 'power for AI, part of sales of 2025', 'part of base year'),
            (10, 'DX-0002', 'AI of all kinds, part of sales of 2025', 'part of base year'),
            (11, 'DX-0003', 'AI of all kinds, part of sales of 2026', 'part of horizon'),
            (12, 'DX-2020', 'Trainium3, part of sales of 2026', 'Trainium3'),
            (13, 'DX-2021', 'Trainium3, part of sales of 2026', 'Trainium3'),
            (14, 'DX-2017', 'AI of all kinds, sales of fiscal 2025', 'money of base year'),
            (15, 'DX-2016', 'AI of all kinds, sales of fiscal 2026', 'money of horizon'),
            (16, 'DX-1001', 'own-design chips and optics, sales of 2025', 'money of base year'),
            (17, 'DX-1002', 'own-design chips and optics, sales of 2026', 'money of horizon')
        ) as c (place, fact_id, what, figure)
),

figures as (
    select
        c.*,
        e.company_id,
        e.low,
        e.base,
        e.high,
        case c.figure
            when 'part of base year' then b.exposure_base
            when 'part of horizon' then f.exposure_weight
            when 'Trainium3' then w.exposure_weight
            when 'money of base year' then b.programme_revenue_base_usd
            else f.programme_revenue_usd
        end as ours,
        case when c.figure like 'money%' then 'USD {:,.0f}m' else '{:.1f}%' end as pattern,
        case when c.figure like 'money%' then 1e-6 else 100 end as scale
    from compared as c
    inner join mart.evidence as e on e.fact_id = c.fact_id
    inner join mart.factors as f on f.company_id = e.company_id
    inner join research.backcast as b on b.company_id = e.company_id
    left join mart.exposure_weight as w on w.company_id = e.company_id and w.programme_id = 'trainium3'
)

select
    g.company_id as "company",
    g.what as "what is said",
    case
        when g.base is not null then format(g.pattern, g.scale * g.base)
        when g.high is null then 'over ' || format(g.pattern, g.scale * g.low)
        else format(g.pattern, g.scale * g.low) || ' to ' || format(g.pattern, g.scale * g.high)
    end as "it is",
    format(g.pattern, g.scale * g.ours) as "the engine's figure, programmes only",
    g.fact_id as "fact"
from figures as g
order by g.place
