-- is: Part of a family's units of a generation that nobody counts in a year: the last known mix along the hand-over.
-- grain: period_role, programme_id
with parameter as (
    select
        max(p.value) filter (where p.parameter = 'hand_over_speed') as speed,
        max(p.value) filter (where p.parameter = 'hand_over_speed_low') as speed_low,
        max(p.value) filter (where p.parameter = 'hand_over_speed_high') as speed_high
    from raw.parameters as p
),

named as (
    select m.period_role, m.family_id, sum(m.mix) as mix, sum(m.mix_low) as mix_low, sum(m.mix_high) as mix_high
    from core.stated_mix as m
    group by m.period_role, m.family_id
),

-- What the sources leave open of a family in a year.
free as (
    select
        f.period_role, f.family_id, f.year, f.units, n.family_id is null as is_whole,
        -- What rounding leaves over is nothing.
        greatest(round(coalesce(1 - n.mix, 1), 12), 0) as free_mix,
        greatest(coalesce(1 - n.mix_high, 1), 0) as free_mix_low,
        coalesce(1 - n.mix_low, 1) as free_mix_high
    from core.family_units as f
    left join named as n on n.period_role = f.period_role and n.family_id = f.family_id
    where f.units_basis = 'stated' and f.units > 0
),

newest as (
    select m.family_id, m.year, max(p.succession) as succession
    from core.stated_mix as m
    inner join raw.programmes as p on p.programme_id = m.programme_id
    where m.mix > 0
    group by m.family_id, m.year
),

-- The last year in which the sources name a generation that they neither name in this one nor call gone.
latest as (
    select
        f.period_role, f.family_id, f.year, f.units, f.is_whole, f.free_mix, f.free_mix_low, f.free_mix_high,
        m.programme_id, m.mix, m.tier, m.tier_rank, m.fact_ids, m.year as known_year, p.succession,
        before.units * m.mix / f.units as mix_before, p.succession < newest.succession as is_succeeded,
        row_number() over (partition by f.period_role, m.programme_id order by m.year desc) as place
    from free as f
    inner join core.stated_mix as m on m.family_id = f.family_id and m.year < f.year and m.mix > 0
    inner join raw.programmes as p on p.programme_id = m.programme_id
    inner join newest on newest.family_id = m.family_id and newest.year = m.year
    inner join core.family_units as before on before.family_id = f.family_id and before.year = m.year
    left join core.pooled_units as gone
        on gone.period_role = f.period_role and gone.scope_id = m.programme_id and gone.base = 0
    left join core.stated_mix as stated on stated.period_role = f.period_role and stated.programme_id = m.programme_id
    where stated.programme_id is null and gone.scope_id is null
),

last as (
    select
        l.*, max(l.succession) over family - l.succession as generations_behind,
        sum(l.mix) over family as named_mix
    from latest as l
    where l.place = 1
    window family as (partition by l.period_role, l.family_id)
),

-- Each year takes a factor from a generation against its successor: the exponential of the speed.
weighed as (
    select
        l.*,
        l.mix * exp(-p.speed * (l.year - l.known_year) * l.generations_behind) as weight,
        l.mix * exp(-p.speed_high * (l.year - l.known_year) * l.generations_behind) as weight_low,
        l.mix * exp(-p.speed_low * (l.year - l.known_year) * l.generations_behind) as weight_high,
        -- A whole year without a mix keeps the part that had no name; a part of a year is handed over as a whole.
        case when l.is_whole then least(l.named_mix, 1) else 1 end as named,
        -- What has a successor on the market does not grow any more.
        case when l.is_succeeded and l.free_mix > 0 then l.mix_before / l.free_mix end as most
    from last as l
    cross join parameter as p
),

handed as (
    select
        w.*,
        least(w.named * w.weight / sum(w.weight) over family, w.most) as handed,
        least(w.named * w.weight_low / (
            w.weight_low + sum(w.weight_high) over family - w.weight_high
        ), w.most) as handed_low,
        least(w.named * w.weight_high / (
            w.weight_high + sum(w.weight_low) over family - w.weight_low
        ), w.most) as handed_high
    from weighed as w
    window family as (partition by w.period_role, w.family_id)
)

select
    h.period_role, h.family_id, h.programme_id, h.year, h.known_year,
    h.free_mix * h.handed as mix,
    h.free_mix_low * h.handed_low as mix_low,
    h.free_mix_high * h.handed_high as mix_high,
    h.free_mix, h.is_whole, h.handed, h.handed_low, h.handed_high, h.tier, h.tier_rank, h.fact_ids,
    concat_ws('/', 'mix', h.programme_id, h.year) as node_id,
    concat_ws('/', 'mix_free', h.family_id, h.year) as free_node_id,
    concat_ws('/', 'handed_over', h.programme_id, h.year) as handed_node_id
from handed as h
where h.free_mix > 0
