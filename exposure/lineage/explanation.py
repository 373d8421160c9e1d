"""Walk from a rank down to facts and sources, and write the walk as text, as nested data or as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exposure.errors import ExposureError
from exposure.formats.numbers import human
from exposure.lineage import summary as gist
from exposure.lineage import tree as nodes
from exposure.lineage.tracing import Ledger, Trace
from exposure.lineage.tree import Node, Row
from exposure.question import Result

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader
    from exposure.scoring.watchlist import Watchlist

_FRAME = (
    "company_id", "depth", "label", "op", "value", "weight", "unit", "basis", "tier", "fact_ids", "source_ids",
)  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """Why a company stands where it stands."""

    #: the company's row of the watchlist, or of those not ranked; `missing` is what no source states, in one text
    heading: dict[str, Any]
    trees: tuple[Node, ...]
    #: fact_id -> what the document is, who said it, since when
    facts: dict[str, Row] = field(default_factory=dict)
    #: what the trees come to, for a reader who has a minute
    summary: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """Name what no source states and therefore stands in no sum."""
        return self.heading["missing"].split("; ") if self.heading["missing"] else []

    @property
    def fact_ids(self) -> set[str]:
        """Name every fact that the trees rest on."""
        return {fact_id for tree in self.trees for _, node in nodes.walk(tree) for fact_id in node.fact_ids}

    def text(self) -> str:
        """Write summary and trees, one node a line, facts with their documents; what was told is not told again."""
        lines = [_title(self.heading), *(f"  {line}" for line in self.summary)]
        told: set[Node] = set()
        for tree in self.trees:
            lines += ["", *nodes.lines(tree, self.facts, told)]
        if self.trees and self.missing:
            lines += ["", "unknown, so in no sum", *(f"    {what}" for what in self.missing)]
        return "\n".join(lines)

    def nested(self) -> dict[str, Any]:
        """Give the tree as nested dictionaries."""
        return {**self.heading, "trees": [self._dictionary(tree) for tree in self.trees]}

    def frame(self) -> pl.DataFrame:
        """Give one row a node, depth first: depth 0 is the root, a node's children follow it one deeper.

        What is missing follows as rows of op `unknown`, without a value.
        """
        import polars as pl

        rows: list[dict[str, Any]] = [
            {
                "depth": depth,
                "label": node.label,
                "op": node.op,
                "value": node.value,
                "weight": node.weight,
                "unit": node.unit,
                "basis": node.basis,
                "tier": node.tier,
                "fact_ids": "; ".join(node.fact_ids),
                "source_ids": "; ".join(sorted({self.facts[fact]["source_id"] for fact in node.fact_ids})),
            }
            for tree in self.trees
            for depth, node in nodes.walk(tree)
        ]
        unknown = self.missing or ([] if self.trees else [self.heading["reason"]])
        rows += [{"depth": 0, "label": what, "op": "unknown"} for what in unknown]
        kinds = {"depth": pl.Int64, "value": pl.Float64, "weight": pl.Float64}
        schema = {name: kinds.get(name, pl.String) for name in _FRAME}
        named = pl.lit(self.heading["company_id"], dtype=pl.String).alias("company_id")
        return pl.DataFrame(rows, schema=schema).with_columns(named)

    def _dictionary(self, node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {"label": node.label, "op": node.op, "value": node.value, "unit": node.unit}
        if node.weight is not None:
            found["weight"] = node.weight
        if node.basis:
            found["basis"] = node.basis
        if node.tier:
            found["tier"] = node.tier
        if node.children:
            found["children"] = [self._dictionary(child) for child in node.children]
        elif node.fact_ids:
            found["facts"] = [self._fact(fact_id) for fact_id in node.fact_ids]
        return found

    def _fact(self, fact_id: str) -> dict[str, Any]:
        fact = self.facts[fact_id]
        return {
            "fact_id": fact_id,
            "source_id": fact["source_id"],
            "title": fact["source_title"],
            "publisher": fact["publisher"],
            "known_on": fact["known_on"].isoformat(),
            "origin_id": fact["origin_id"],
            "tier": fact["tier"],
            "url": fact["url"],
            "rests_on": list(fact["rests_on"]),
        }


@dataclass(frozen=True, kw_only=True)
class Explained(Result):
    """An explanation as the result of a verb: one row a node, and the tree itself."""

    tree: Explanation


def explain(reader: Reader, company_id: str, programme: str | None, made: Watchlist) -> Explanation:
    """Trace one company of a ranking, as the reader's date, horizon and programmes have it."""
    return explain_all(reader, [company_id], programme, made)[company_id]


def explain_all(
    reader: Reader, company_ids: Iterable[str], programme: str | None, made: Watchlist
) -> dict[str, Explanation]:
    """Trace several companies of a ranking."""
    ranked = {row["company_id"]: row for row in made.ranked.to_dicts()}
    parts = made.contributions.rows_by_key("company_id", named=True)
    ledger = Ledger(reader) if ranked.keys() & set(company_ids) else None
    return {
        company_id: _explained(ledger, ranked[company_id], parts.get(company_id, []), programme)
        if ledger and company_id in ranked
        else Explanation(_left_out(made, company_id, programme), ())
        for company_id in company_ids
    }


def _explained(ledger: Ledger, company: Row, parts: Sequence[Row], programme: str | None) -> Explanation:
    trace = Trace(ledger, company["company_id"])
    heading = {name: _plain(value) for name, value in company.items()} | {"programme": programme}
    heading["missing"] = "; ".join(trace.missing)
    exposure = trace.exposure_weight()
    told = gist.lines(exposure, company["grade"], trace.asked_terms, ledger.facts, ledger.material_part)
    return Explanation(heading, (_score(company, parts, ledger), exposure), ledger.facts, tuple(told))


def _left_out(made: Watchlist, company_id: str, programme: str | None) -> dict[str, Any]:
    import polars as pl

    found = made.unranked.filter(pl.col("company_id") == company_id).to_dicts()
    if not found:
        raise ExposureError(f"{company_id} is not listed, so it is never ranked.")
    return found[0] | {"programme": programme, "rank": None}


def _title(heading: Row) -> str:
    name = f"{heading['name']} ({heading['ticker']})"
    of = f" on {heading['programme']}" if heading["programme"] else ""
    if heading["rank"] is None:
        lacking = f" Missing: {heading['missing']}." if heading["missing"] else ""
        return f"{name} is not ranked{of}: {heading['reason']}.{lacking}"
    return (
        f"{name}{of}: rank {heading['rank']}, score {heading['score']:.1f}, grade {heading['grade']}, "
        f"exposure {human(heading['exposure_weight'], 'fraction')} "
        f"({human(heading['exposure_low'], 'fraction')} to {human(heading['exposure_high'], 'fraction')}), "
        f"as of {heading['as_of']} for {heading['horizon']}, profile {heading['profile']}"
    )


def _score(company: Row, parts: Sequence[Row], ledger: Ledger) -> Node:
    def rests_on(factor: str) -> tuple[str, ...]:
        said = ledger.factor_facts.get((company["company_id"], factor))
        return tuple(said["fact_ids"]) if said else ()

    children = tuple(
        Node(part["factor"], "given", part["normalised"], "0 to 100", (), part["weight"], _raw(part["raw"])).but(
            fact_ids=() if part["raw"] is None else rests_on(part["factor"])
        )
        for part in parts
    )
    if not children:
        return Node("score", "given", company["score"], "0 to 100", basis="no factor tells the companies apart")
    return Node("score", "weighted_mean", company["score"], "0 to 100", children)


def _raw(value: float | None) -> str:
    return "unknown, so neutral" if value is None else f"raw {human(value, '')}, against the universe"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
