"""How forecasts of units were revised: each origin's successive figures, and the pooled figure on each day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from exposure.db.counterfactual import open_facts
from exposure.names.resolve import resolve_programmes

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader

COLUMNS = (
    "series", "family_id", "scope_id", "period", "unit", "origin_id", "vintage", "known_on", "low", "value", "high",
    "value_before", "change", "revision_breadth", "days_since", "is_current", "fact_ids", "as_of",
    "company_id", "product_id",
)  # fmt: skip

#: the kinds of facts behind a pooled count
_KINDS = ("units", "conversion")
#: scope and year of a pooled estimate
_Key = tuple[str, str]

_FAMILIES = "select family_id from raw.families"
_MEMBERS = "select scope_id, list(programme_id) from core.scope_programme group by scope_id"
_CHAINS = """
    select *, nullif(subject, scope_id) as product_id
    from mart.revision_chain where metric = 'units' and scope_id is not null
    order by family_id, scope_id, period_end, period_start, unit, company_id, product_id, origin_id, vintage"""
_DAYS = "select distinct known_on, kind, scope_id from core.fact order by known_on"
_POOLED = 'select * from "core.scope_units" order by family_id, scope_id, year'


def list_revisions(reader: Reader, programme: str | None = None) -> pl.DataFrame:
    """List how units of a programme or family (default: of all) were revised, origin by origin, and pooled.

    Rows of series `origin` are an origin's successive figures; rows of series `pooled` are the pooled estimate on each
    day on which its evidence changed, the counts by which racks become chips included, for the horizon and the two
    years before. Rows with a company or a product count their part of the units.
    """
    import polars as pl

    scopes = _find_scopes(reader, programme)
    chains = (
        reader.frame(_CHAINS)
        .filter(pl.col("scope_id").is_in(scopes))
        .with_columns(series=pl.lit("origin"))
        .rename({"fact_id": "fact_ids"})
        .select(COLUMNS)
    )
    pooled = pl.DataFrame(list(_list_pooled(reader, scopes)), chains.schema)
    return pl.concat([chains, pooled])


def _find_scopes(reader: Reader, programme: str | None) -> set[str]:
    """Return the scopes all of whose programmes are asked for."""
    names = [programme] if programme else [family for (family,) in reader.rows(_FAMILIES)]
    programmes = set(resolve_programmes(reader, names))
    return {scope for scope, members in reader.rows(_MEMBERS) if programmes.issuperset(members)}


def _list_pooled(reader: Reader, scopes: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the pooled estimates of each scope and year in the order in which they were known.

    Each day on which something became known is asked anew, of the facts on units alone.
    """
    ((as_of, horizon),) = reader.rows("select as_of, horizon from core.question")
    chains: dict[_Key, list[dict[str, Any]]] = {}
    current: dict[_Key, str] = {}
    with open_facts(reader.db, _KINDS) as facts:
        days = {
            day for day, kind, scope in facts.rows(_DAYS) if day <= as_of and (kind == "conversion" or scope in scopes)
        }
        for day in sorted(days):
            latest = {(row["scope_id"], row["period"]): row for row in _pool_on(facts, day, horizon, scopes)}
            for key, row in latest.items():
                if current.get(key) != row["fact_ids"]:
                    chains.setdefault(key, []).append(row | {"known_on": day})
            current = {key: row["fact_ids"] for key, row in latest.items()}
    for key, chain in chains.items():
        before = None
        for vintage, row in enumerate(chain, start=1):
            value = row["value"]
            yield row | {
                "series": "pooled", "origin_id": None, "vintage": vintage, "value_before": before,
                "change": value / before - 1 if before and value is not None else None, "revision_breadth": None,
                "days_since": (as_of - row["known_on"]).days, "is_current": row is chain[-1] and key in current,
                "as_of": as_of, "company_id": None, "product_id": None,
            }  # fmt: skip
            before = value


def _pool_on(facts: Reader, day: date, horizon: int, scopes: Collection[str]) -> Iterator[dict[str, Any]]:
    facts.point({"as_of": day, "horizon": horizon})
    facts.compute("core.scope_units")
    for row in facts.records(_POOLED):
        if row["scope_id"] in scopes:
            named = {
                "period": str(row.pop("year")),
                "value": row.pop("base"),
                "fact_ids": "; ".join(sorted(row["fact_ids"])),
            }
            yield row | named
