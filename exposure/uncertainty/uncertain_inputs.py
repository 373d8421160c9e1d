"""Uncertain inputs as an analyst names them: labels, documents, and the groups that are one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure.uncertainty.sensitivity_measures import Group

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.sampler import Uncertain
    from exposure.uncertainty.world import World

#: kinds that state a share
_SHARES = ("share", "role", "counted")
#: kinds whose label is complete without a year
_YEARLESS = ("fx", "stated", "pass_through")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class UncertainInputs:
    """The uncertain inputs of a world, in the order of its uncertain nodes, with the normal that each follows."""

    rows: Sequence[Row]
    normals: Sequence[int]

    def by_normal(self) -> dict[int, list[Row]]:
        """Return the inputs that each normal moves."""
        moved: dict[int, list[Row]] = defaultdict(list)
        for normal, row in zip(self.normals, self.rows, strict=True):
            moved[normal].append(row)
        return moved


def read_uncertain_inputs(reader: Reader, world: World) -> UncertainInputs:
    """Return the uncertain inputs behind a world's factors, each with its range and the facts that it rests on."""
    reader.compute("core.uncertain_input")
    words = {row["node_id"]: row for row in reader.records('select * from "core.uncertain_input"')}
    uncertain, graph = world.sampler.uncertain, world.graph
    rows = [
        words[graph.ids[node]] | {"low": low, "base": graph.value[node], "high": high, "fact_ids": world.facts_of(node)}
        for node, low, high in zip(uncertain.nodes, uncertain.ranges.low, uncertain.ranges.high, strict=True)
    ]
    return UncertainInputs(rows, uncertain.normal.tolist())


def label_inputs(rows: Sequence[Row]) -> str:
    """Return the label of inputs of one variate, with the year where there is only one."""
    years = "" if rows[0]["kind"] in _YEARLESS else _label_year({row["year"] for row in rows})
    return str(rows[0]["label"]) + years


def widest_input(rows: Sequence[Row]) -> Row:
    """Return the input with the widest range, of the latest year where there are two."""
    return max(rows, key=lambda row: (row["year"] or 0, row["high"] / row["base"]))


def _label_year(years: set[int]) -> str:
    return "".join(f", {year}" for year in years) if len(years) == 1 else ""


# --- documents ----------------------------------------------------------------------------


def read_documents(reader: Reader) -> dict[str, tuple[str, str]]:
    """Return the id and the publisher of the document of each fact."""
    reader.compute("mart.fact_source")
    rows = reader.rows('select fact_id, source_id, publisher from "mart.fact_source"')
    return {fact: (source, publisher) for fact, source, publisher in rows}


def join_documents(fact_ids: Iterable[str], documents: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Return the ids and the publishers of the documents behind some facts."""
    known = [documents[fact] for fact in fact_ids if fact in documents]
    return join_ids(source for source, _ in known), join_ids(publisher for _, publisher in known)


def join_ids(ids: Iterable[str]) -> str:
    """Write several ids into one cell, each once."""
    return "; ".join(dict.fromkeys(ids))


# --- groups -------------------------------------------------------------------------------


@dataclass(frozen=True)
class InputGroup:
    """Inputs that are one question about a company."""

    kind: str
    label: str
    group: Group


def group_inputs(
    inputs: UncertainInputs, uncertain: Uncertain, company_id: str, name: str, makers: Collection[str]
) -> list[InputGroup]:
    """Group the uncertain inputs by question: units, generations, contents, shares, sales, exchange rates.

    The shares of the `makers` are the company's own: those of companies that it consolidates, and its own.
    """
    years = {normal: {row["year"] for row in rows} for normal, rows in inputs.by_normal().items()}
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (row, normal) in enumerate(zip(inputs.rows, inputs.normals, strict=True)):
        is_own = row["company_id"] == company_id or (row["kind"] in _SHARES and row["company_id"] in makers)
        groups[_question(row, name if is_own else None, years[normal])].append(place)
    return [
        InputGroup(kind, label, Group(np.array(places, np.intp), np.unique(uncertain.normal[places])))
        for (kind, label), places in groups.items()
    ]


def _question(row: Row, own: str | None, years: set[int]) -> tuple[str, str]:
    """Return kind and label of an input's group; `own` is the company's name where the input is its own."""
    product, year = row["product_name"], row["year"]
    match row["kind"]:
        case "share" | "role" | "counted":
            when = _label_year(years) or ", both years"
            return "share", f"share of {own} in {product}{when}" if own else f"shares of others in {product}"
        case "content":
            return "content", f"value of {product}"
        case "mix":
            return "mix", f"generations of {row['family_name']}, {year}"
        case "revenue":
            return "revenue", f"sales of {own}, {year}" if own else "sales of other companies"
        case "stated":
            return "stated", f"parts of programmes in the sales of {own or 'others'}"
    return row["kind"], label_inputs([row])
