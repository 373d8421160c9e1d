"""Explanation of a rank down to facts and sources: as text, as nested data or as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exposure.errors import ExposureError
from exposure.formats.numbers import format_parts, format_quantity
from exposure.lineage.evidence import Evidence
from exposure.lineage.summary import summarise
from exposure.lineage.trace import label_terms
from exposure.lineage.tree import Node, Row, walk, write_lines
from exposure.names.resolve import resolve_company
from exposure.question import EVIDENCE, Result
from exposure.scoring.ranking import check_grade

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader
    from exposure.scoring.watchlist import Watchlist

#: fields of a node that its row repeats
_FIELDS = ("label", "op", "value", "weight", "unit", "basis", "tier")


@dataclass(frozen=True)
class Explanation:
    """Why a company has its rank, or none."""

    #: the company's row of the watchlist or of the unranked companies; `missing` is what no source states, as one text
    heading: dict[str, Any]
    trees: tuple[Node, ...]
    #: fact_id -> its document, its origin and the day since when it is known
    facts: dict[str, Row] = field(default_factory=dict)
    #: the trees in a few lines
    summary: tuple[str, ...] = ()
    #: the terms that are in no sum, each with its upper end and the rule behind it
    bounds: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """Return what no source states, and is therefore in no sum."""
        return self.heading["missing"].split("; ") if self.heading["missing"] else []

    @property
    def fact_ids(self) -> set[str]:
        """Return every fact behind the trees."""
        return {fact_id for tree in self.trees for _, node in walk(tree) for fact_id in node.fact_ids}

    def text(self) -> str:
        """Return summary and trees, one node a line, facts with their documents; a repeated part is written once."""
        lines = [_title(self.heading), *(f"  {line}" for line in self.summary)]
        written: set[Node] = set()
        for tree in self.trees:
            lines += ["", *write_lines(tree, self.facts, written)]
        if self.bounds:
            title = "open terms, each between nothing and its upper end"
            lines += ["", title, *(f"    {term}" for term in self.bounds)]
        if self.trees and self.missing:
            lines += ["", "unknown, so in no sum", *(f"    {what}" for what in self.missing)]
        return "\n".join(lines)

    def nested(self) -> dict[str, Any]:
        """Return the trees as nested dictionaries."""
        return {**self.heading, "trees": [self._dictionary(tree) for tree in self.trees]}

    def frame(self) -> pl.DataFrame:
        """Return one row a node, depth first: depth 0 is the root, a node's children follow it one deeper.

        Rows of op `unknown`, without a value, follow for what is missing.
        """
        import polars as pl

        rows: list[dict[str, Any]] = [
            {name: getattr(node, name) for name in _FIELDS}
            | {"depth": depth, "fact_ids": "; ".join(node.fact_ids)}
            | {"source_ids": "; ".join(sorted({self.facts[fact]["source_id"] for fact in node.fact_ids}))}
            for tree in self.trees
            for depth, node in walk(tree)
        ]
        unknown = self.missing or ([] if self.trees else [self.heading["reason"]])
        rows += [{"depth": 0, "label": what, "op": "unknown"} for what in unknown]
        kinds = {"depth": pl.Int64, "value": pl.Float64, "weight": pl.Float64}
        names = ("company_id", "depth", *_FIELDS, "fact_ids", "source_ids")
        named = pl.lit(self.heading["company_id"], dtype=pl.String).alias("company_id")
        return pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in names}).with_columns(named)

    def _dictionary(self, node: Node) -> dict[str, Any]:
        fields: dict[str, Any] = {"label": node.label, "op": node.op, "value": node.value, "unit": node.unit}
        if node.weight is not None:
            fields["weight"] = node.weight
        fields |= {name: value for name, value in (("basis", node.basis), ("tier", node.tier)) if value}
        if node.children:
            fields["children"] = [self._dictionary(child) for child in node.children]
        elif node.fact_ids:
            fields["facts"] = [self._fact(fact_id) for fact_id in node.fact_ids]
        return fields

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


def explain_company(
    reader: Reader, company: str, programme: str | None, watchlist: Watchlist, grades: str
) -> Explained:
    """Explain the company of a ranking that a word means, as the result of a verb; refuse one of other grades."""
    company_id = resolve_company(reader, company)
    check_grade(watchlist.listed, company_id, grades)
    tree = explain(reader, company_id, programme, watchlist)
    return Explained(tree.frame(), tree=tree)


def explain(reader: Reader, company_id: str, programme: str | None, watchlist: Watchlist) -> Explanation:
    """Return the explanation of one company of a ranking at the reader's date, horizon and programmes."""
    return explain_all(reader, [company_id], programme, watchlist)[company_id]


def explain_all(
    reader: Reader, company_ids: Iterable[str], programme: str | None, watchlist: Watchlist
) -> dict[str, Explanation]:
    """Return the explanations of several companies of a ranking."""
    ranked = {row["company_id"]: row for frame in (watchlist.ranked, watchlist.bounded) for row in frame.to_dicts()}
    parts = watchlist.contributions.rows_by_key("company_id", named=True)
    evidence = Evidence(reader) if ranked.keys() & set(company_ids) else None
    return {
        company_id: _explain_ranked(evidence, ranked[company_id], parts.get(company_id, []), programme)
        if evidence and company_id in ranked
        else _explain_unranked(watchlist, company_id, programme)
        for company_id in company_ids
    }


def _explain_ranked(evidence: Evidence, company: Row, parts: Sequence[Row], programme: str | None) -> Explanation:
    company_id = company["company_id"]
    terms = evidence.terms(company_id)
    heading = {name: _plain(value) for name, value in company.items()} | {"programme": programme}
    heading["missing"] = "; ".join(evidence.missing(company_id))
    exposure = evidence.trace.explain(evidence.exposure_node(company_id), label_terms(terms))
    summary = summarise(exposure, company, terms, evidence)
    trees = (exposure,) if company["rank"] is None else (_score(company, parts, evidence), exposure)
    return Explanation(heading, trees, evidence.facts, tuple(summary), tuple(evidence.bounds(company_id)))


def _explain_unranked(watchlist: Watchlist, company_id: str, programme: str | None) -> Explanation:
    import polars as pl

    rows = watchlist.unranked.filter(pl.col("company_id") == company_id).to_dicts()
    if not rows:
        raise ExposureError(f"{company_id} is never ranked: it is not listed, or has no part in a programme.")
    return Explanation(rows[0] | {"programme": programme, "rank": None}, ())


def _title(heading: Row) -> str:
    name = f"{heading['name']} ({heading['ticker']})"
    of = f" on {heading['programme']}" if heading["programme"] else ""
    if heading["rank"] is None and "known_part" in heading:
        known, low, high = (
            format_quantity(heading[name], "fraction") for name in ("known_part", "exposure_low", "exposure_high")
        )
        return (
            f"{name} is bounded{of}: exposure {low} to {high}, of which {known} is known, "
            f"as of {heading['as_of']} for {heading['horizon']}, profile {heading['profile']}"
        )
    if heading["rank"] is None:
        missing = f" Missing: {heading['missing']}." if heading["missing"] else ""
        return f"{name} is not ranked{of}: {heading['reason']}.{missing}"
    base, low, high = (format_quantity(heading[f"exposure_{end}"], "fraction") for end in ("weight", "low", "high"))
    base = f"at least {base}" if heading["known_part"] < 1 else base
    return (
        f"{name}{of}: rank {heading['rank']}, score {heading['score']:.1f}, grade {heading['grade']}, "
        f"evidence {format_parts(heading[f'part_{name}'] for name in EVIDENCE)}, "
        f"exposure {base} ({low} to {high}), "
        f"as of {heading['as_of']} for {heading['horizon']}, profile {heading['profile']}"
    )


def _score(company: Row, parts: Sequence[Row], evidence: Evidence) -> Node:
    if not parts:
        return Node("score", "given", company["score"], "0 to 100", basis="no factor tells the companies apart")
    children = []
    for part in parts:
        row = evidence.factor_facts.get((company["company_id"], part["factor"]))
        fact_ids = tuple(row["fact_ids"]) if row and part["raw"] is not None else ()
        basis = _write_raw(part["raw"], part["point"])
        children.append(Node(
            part["factor"], "given", part["normalised"], "0 to 100", (), part["weight"], basis, fact_ids=fact_ids,
        ))  # fmt: skip
    return Node("score", "weighted_mean", company["score"], "0 to 100", tuple(children))


def _write_raw(value: float | None, point: float | None) -> str:
    if value is None:
        return "unknown, so scored low"
    where = "" if point is None else f", the {point:.0%} point of its range"
    return f"raw {format_quantity(value, '')}{where}, against the universe"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
