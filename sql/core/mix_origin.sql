-- is: Part of a family's units that an origin gives a generation, by its own count of the family or the pooled one.
-- grain: period_role, programme_id, origin_id
with parameter as (
    select p.value as refuted_total from raw.parameters as p where p.parameter = 'refuted_total'
),

claim as (
    select c.*
    from core.yearly_claim as c
    where
        c.kind = 'units' and c.measure = 'units' and c.company_id is null and c.product_id is null
        and c.base is not null
),

paired as (
    select
        generation.*,
        programme.family_id,
        total.fact_id is not null as is_within_origin,
        coalesce(total.base, family.units) as whole,
        -- An origin whose total of the family has turned out far from it is no witness of the parts.
        coalesce(
            total.base > family.units * parameter.refuted_total
            or total.base * parameter.refuted_total < family.units, false
        ) as is_refuted,
        [generation.node_id, coalesce(total.node_id, family.children[1])] as parts,
        case when total.fact_id is not null then total.fact_ids else family.fact_ids end as whole_fact_ids
    from claim as generation
    inner join raw.programmes as programme on programme.programme_id = generation.scope_id and not programme.unallocated
    cross join parameter
    left join claim as total
        on
            total.period_role = generation.period_role and total.origin_id = generation.origin_id
            and total.scope_id = programme.family_id
    left join core.family_units as family
        on
            family.period_role = generation.period_role and family.family_id = programme.family_id
            and family.units_basis = 'stated'
    where
        generation.is_pooled
        and case
            when total.fact_id is not null then total.base >= generation.base and total.base > 0
            -- A forecast beyond the final count of the whole family describes what did not come about.
            else generation.base <> 0 and family.units > 0 and (generation.base <= family.units or not family.is_actual)
        end
)

select
    p.period_role, p.year, p.family_id, p.scope_id as programme_id, p.origin_id, p.is_within_origin,
    p.is_refuted, p.whole,
    least(p.base / p.whole, 1) as mix,
    least(p.low / p.whole, 1) as mix_low,
    p.high / p.whole as mix_high,
    p.weight, p.tier, p.tier_rank,
    list_sort(list_distinct(list_concat(coalesce(p.fact_ids, []), coalesce(p.whole_fact_ids, [])))) as fact_ids,
    concat_ws('/', 'mix_origin', p.scope_id, p.origin_id, p.year) as node_id,
    p.parts as children
from paired as p
