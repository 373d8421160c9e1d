"""Say how forecasts of units were revised: what each origin said in turn, and what the pooled figure was by then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader

COLUMNS = (
    "series", "family_id", "scope_id", "period", "unit", "origin_id", "vintage", "known_on", "low", "value", "high",
    "value_before", "change", "revision_breadth", "days_since", "is_current", "fact_ids", "as_of",
    "company_id", "product_id",
)  # fmt: skip

#: scope and period of a pooled estimate
_Thing = tuple[str, str]

_SCOPES = """
select s.scope_id from core.scope_programme as s
group by s.scope_id having bool_and(list_contains(?::varchar[], s.programme_id))
"""
_CHAINS = """
select
    'origin' as series, r.family_id, r.scope_id, r.period, r.unit, r.origin_id, r.vintage, r.known_on, f.low, r.value,
    f.high, r.value_before, r.change, r.revision_breadth, r.days_since, r.is_current, r.fact_id as fact_ids, r.as_of,
    r.company_id, nullif(r.subject, r.scope_id) as product_id
from mart.revision_chain as r
left join core.fact as f on f.fact_id = r.fact_id and f.measure = 'units'
where r.metric = 'units' and r.scope_id is not null
order by r.family_id, r.scope_id, r.period_end, r.period_start, r.unit, r.company_id, r.subject, r.origin_id,
    r.vintage
"""
_DAYS = """
select distinct f.known_on from core.fact as f cross join core.question as question
where f.kind in ('units', 'conversion') and f.known_on <= question.as_of
    and (f.scope_id = any(?::varchar[]) or f.kind = 'conversion')
order by f.known_on
"""
_POOLED = """
with converted as (
    select k.scope_id, k.year, list_distinct(flatten(list(r.fact_ids))) as fact_ids
    from "core.yearly_claim" as k
    inner join "core.unit_ratio" as r on r.scope_id = k.scope_id and r.unit = k.unit
    where
        k.kind = 'units' and k.company_id is null and k.product_id is null
        and (k.is_pooled or k.is_binding)
    group by k.scope_id, k.year
)
select
    coalesce(p.family_id, s.family_id, f.family_id) as family_id, c.scope_id, cast(c.year as varchar) as period, c.unit,
    c.low, c.base, c.high,
    list_concat(coalesce(c.fact_ids, []), coalesce(c.bound_fact_ids, []), coalesce(v.fact_ids, [])) as fact_ids
from "core.pooled" as c
left join converted as v on v.scope_id = c.scope_id and v.year = c.year
left join raw.programmes as p on p.programme_id = c.scope_id
left join raw.scopes as s on s.scope_id = c.scope_id
left join raw.families as f on f.family_id = c.scope_id
where
    c.kind = 'units' and c.measure = 'units' and c.company_id is null and c.product_id is null
    and c.scope_id = any(?::varchar[])
order by family_id, c.scope_id, period
"""


def list_revisions(reader: Reader, programme: str | None = None) -> pl.DataFrame:
    """List how units of a programme or family (default: of all) were revised, origin by origin, and pooled.

    Rows of series `origin` are what one origin said in turn; rows of series `pooled` are the pooled estimate on each
    day on which its evidence changed, the counts by which racks become chips included, for the horizon and the two
    years before. Rows with a company or a product are of their part of the units, not of all.
    """
    import polars as pl

    scopes = _scopes(reader, programme)
    chains = reader.frame(_CHAINS).filter(pl.col("scope_id").is_in(scopes))
    pooled = pl.DataFrame(list(_series(reader, scopes)), chains.schema)
    return pl.concat([chains, pooled]).select(COLUMNS)


def _scopes(reader: Reader, programme: str | None) -> list[str]:
    """Name the scopes that speak of nothing but what is asked for."""
    from exposure.names.resolve import resolve_programmes

    asked = [programme] if programme else [name for (name,) in reader.rows("select family_id from raw.families")]
    meant = resolve_programmes(reader, asked)
    return sorted(scope for (scope,) in reader.rows(_SCOPES, [meant]))


def _series(reader: Reader, scopes: list[str]) -> Iterator[dict[str, Any]]:
    """Give the pooled estimates in the order in which they were known, each scope and year by itself."""
    ((as_of, horizon),) = reader.rows("select as_of, horizon from core.question")
    chains: dict[_Thing, list[dict[str, Any]]] = {}
    standing: dict[_Thing, str] = {}
    for (day,) in reader.rows(_DAYS, [scopes]):
        today = {(found["scope_id"], found["period"]): found for found in _pooled_on(reader, day, horizon, scopes)}
        for thing, found in today.items():
            if standing.get(thing) != found["fact_ids"]:
                chains.setdefault(thing, []).append(found | {"known_on": day})
        standing = {thing: found["fact_ids"] for thing, found in today.items()}
    for thing, chain in chains.items():
        before = None
        for vintage, row in enumerate(chain, start=1):
            value = row["value"]
            yield row | {
                "series": "pooled", "origin_id": None, "vintage": vintage, "value_before": before,
                "change": value / before - 1 if before and value is not None else None, "revision_breadth": None,
                "days_since": (as_of - row["known_on"]).days, "is_current": row is chain[-1] and thing in standing,
                "as_of": as_of, "company_id": None, "product_id": None,
            }  # fmt: skip
            before = value


def _pooled_on(reader: Reader, day: date, horizon: int, scopes: list[str]) -> Iterator[dict[str, Any]]:
    reader.point({"as_of": day, "horizon": horizon})
    reader.compute("core.pooled")
    names = ("family_id", "scope_id", "period", "unit", "low", "value", "high")
    for *cells, facts in reader.rows(_POOLED, [scopes]):
        yield dict(zip(names, cells, strict=True)) | {"fact_ids": "; ".join(sorted(facts))}
