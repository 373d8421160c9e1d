-- is: Every waiver, and whether it stands on the as-of date: not expired, and its claim not false.
-- grain: finding, finding_key
with split as (
    select
        w.finding, w.finding_key, w.waived_on, w.expires_on, w.reason, w.claim,
        -- What was waived later was judged by facts that nobody knew yet.
        case
            when least(w.waived_on, build.latest_known_on) <= question.as_of then string_split(w.claim, ':')[1]
        end as kind,
        string_split(w.claim, ':')[2] as about
    from raw.waivers as w
    cross join core.question as question
    inner join raw.build as build on build.latest_known_on is not null
),

known as (
    select c.*
    from staging.claim as c
    cross join core.question as question
    where
        c.known_on <= question.as_of and not c.withdrawn
        and not exists (
            select 1
            from staging.claim as newer
            where newer.supersedes = c.fact_id and newer.known_on <= question.as_of
        )
),

contradicted as (
    select s.finding, s.finding_key, c.fact_id
    from split as s
    inner join core.trailing_revenue as t on t.company_id = s.about
    inner join known as c
        on c.home = 'company_revenues' and c.is_actual and c.company_id = s.about and c.period_end > t.period_end
    where s.kind = 'no_later_document'
    union
    select s.finding, s.finding_key, c.fact_id
    from split as s
    inner join core.scope_programme as asked on asked.scope_id = string_split(s.about, '|')[2]
    inner join core.scope_programme as stated on stated.programme_id = asked.programme_id
    inner join known as c on c.product_id = string_split(s.about, '|')[1] and c.scope_id = stated.scope_id
    where
        (
            s.kind = 'no_price_stated' and c.home = 'content_values' and c.currency is not null
            and not c.circular and c.tier <> 'assumption'
        )
        or (s.kind = 'no_share' and c.home = 'supply_shares')
),

-- These claims are false by what is not there.
missing as (
    select s.finding, s.finding_key, s.about as missed
    from split as s
    left join core.denominator as d on d.company_id = s.about and d.denominator = 'run-rate'
    where s.kind = 'overtaken_by_run_rate' and d.company_id is null
    union all
    select s.finding, s.finding_key, pair.stated as missed
    from split as s
    cross join unnest(
        case when s.kind = 'states' then string_split(s.about, ' ') else [] end
    ) as pair (stated)
    left join known as c
        on
            c.fact_id = string_split(pair.stated, '=')[1]
            and coalesce(c.base, c.low, c.high) = cast(string_split(pair.stated, '=')[2] as double)
    where c.fact_id is null
),

wrong as (
    select c.finding, c.finding_key, c.fact_id as proof, [c.fact_id] as fact_ids from contradicted as c
    union all
    select
        m.finding, m.finding_key, 'no longer ' || m.missed as proof,
        case when m.missed like '%=%' then [string_split(m.missed, '=')[1]] else [] end as fact_ids
    from missing as m
),

refuted as (
    select
        w.finding, w.finding_key, string_agg(w.proof, ', ' order by w.proof) as proof,
        list_sort(list_distinct(flatten(list(w.fact_ids)))) as fact_ids
    from wrong as w
    group by w.finding, w.finding_key
)

select
    s.finding, s.finding_key, s.waived_on, s.expires_on, s.claim, s.reason, r.proof,
    coalesce(r.fact_ids, []) as fact_ids,
    case
        when s.expires_on < question.as_of then 'expired'
        when r.finding is not null then 'false'
        else 'stands'
    end as standing
from split as s
left join refuted as r on r.finding = s.finding and r.finding_key = s.finding_key
cross join core.question as question
