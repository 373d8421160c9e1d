"""Uncertain inputs as an analyst names them: labels, documents, and the groups that are one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from exposure.uncertainty.sensitivity_measures import Group, number_normals

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.inputs import Input, Key
    from exposure.model.world import World

#: kinds that state a share
_SHARES = ("share", "role", "counted")
#: label of an input of each kind, and its unit where it is no fraction
_LABELS = {
    "units": "units of {scope}", "mix": "part of {scope} in {family}", "content": "value of {product} in {scope}",
    "share": "share of {company} in {product} of {scope}", "role": "role of {company} in {product} of {scope}",
    "counted": "units of {scope} with {product} by {company}", "stated": "part of {scope} in the sales of {company}",
    "revenue": "sales of {company}", "fx": "value of {currency} in dollars",
}  # fmt: skip
_UNITS = {
    "units": "{basis}", "counted": "{basis}", "content": "USD a {basis}", "role": "weight on the rest",
    "revenue": "USD", "fx": "times the rate used",
}  # fmt: skip
#: kind of name, table, and the column of its ids
_NAMED = (
    ("company", "companies", "company_id"), ("product", "products", "product_id"), ("scope", "scopes", "scope_id"),
    ("scope", "programmes", "programme_id"), ("scope", "families", "family_id"),
)  # fmt: skip


# --- labels -------------------------------------------------------------------------------


class InputLabels:
    """Labels of inputs by the names of companies, products, programmes, families and scopes."""

    def __init__(self, reader: Reader, horizon: int) -> None:
        self._names = {
            (kind, identity): str(name)
            for kind, table, column in _NAMED
            for identity, name in reader.rows(f"select {column}, name from raw.{table}")  # noqa: S608
        }
        self._unit_basis: dict[str, str] = dict(reader.rows("select family_id, unit_basis from raw.families"))
        self._years = {"horizon": horizon, "base": horizon - 1, "prior": horizon - 2}

    def name(self, kind: str, identity: str | None) -> str:
        """Return the name of a company, a product or a scope (a programme, a family)."""
        return self._names[kind, identity or ""]

    def label(self, inputs: Sequence[Input]) -> str:
        """Return the label of inputs of one variate, which are of one kind."""
        one, years = inputs[0], {i.period_role for i in inputs}
        return self._label(one) + (self.label_year(years) if one.kind not in ("fx", "stated") else "")

    def label_year(self, years: set[str]) -> str:
        """Return the year where there is only one."""
        return "".join(f", {self._years[year]}" for year in years) if len(years) == 1 else ""

    def _label(self, one: Input) -> str:
        ids = {"company": one.company_id, "product": one.product_id, "scope": one.scope_id}
        names = {kind: self.name(kind, identity) for kind, identity in ids.items() if identity}
        family = self.name("scope", one.family_id) if one.family_id else ""
        maker = f" by {names['company']}" if one.kind == "content" and one.company_id else ""
        return _LABELS[one.kind].format(**names, family=family, currency=one.currency) + maker

    def label_units(self, scope: str) -> str:
        """Return the label of the units of a programme, a family or a scope at the horizon."""
        return f"units of {self.name('scope', scope)}, {self._years['horizon']}"

    def label_share(self, one: Input) -> str:
        """Return the label of a company's share of a product in one programme at the horizon, whatever its basis."""
        return self.label([replace(one, kind="share", scope_id=one.programme_id)])

    def label_generations(self, one: Input) -> str:
        """Return the label of the split of a family into generations in a year."""
        return f"generations of {self.name('scope', one.family_id)}, {self._years[one.period_role]}"

    def unit(self, one: Input) -> str:
        """Return the unit of an input's low, base and high."""
        if one.kind == "stated" and one.ceiling != 1:
            return "USD"
        return _UNITS.get(one.kind, "fraction").format(basis=self._unit_basis.get(one.family_id or "", ""))


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


def group_by_normal(world: World) -> dict[int, list[Input]]:
    """Return the uncertain inputs that each normal moves, where they concern a ranked company."""
    normals = number_normals(world.network)
    moved: dict[int, list[Input]] = defaultdict(list)
    for number, one in _uncertain_inputs(world):
        moved[int(normals[number])].append(one)
    return moved


def widest_input(inputs: Sequence[Input]) -> Input:
    """Return the input with the widest range, of the horizon where there is one."""
    return max(inputs, key=lambda one: (one.period_role == "horizon", one.high / one.base))


def group_inputs(world: World, company: int, labels: InputLabels) -> list[InputGroup]:
    """Group the uncertain inputs by question: units, generations, contents, shares, sales, exchange rates."""
    name = labels.name("company", world.company_ids[company])
    own, years, normals = _own_links(world, company), _years_by_variate(world), number_normals(world.network)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, one in _uncertain_inputs(world):
        is_own = (one.block, one.row) in own or one.company_id == world.company_ids[company]
        groups[_group_of(one, labels, name if is_own else None, years[one.variate])].append(number)
    return [
        InputGroup(kind, label, Group(np.array(rows, np.intp), np.unique(normals[rows])))
        for (kind, label), rows in groups.items()
    ]


def _uncertain_inputs(world: World) -> Iterator[tuple[int, Input]]:
    """Yield the numbers and the inputs with a range, but for other companies' sales and the year before the base."""
    ranked = set(world.company_ids)
    for number, one in enumerate(world.inputs):
        is_used = one.period_role != "prior" and (one.kind != "revenue" or one.company_id in ranked)
        if is_used and one.low < one.high and one.base > 0:
            yield number, one


def _years_by_variate(world: World) -> dict[Key, set[str]]:
    """Return the years that each variate covers; a figure used for both years has two."""
    years: dict[Key, set[str]] = defaultdict(set)
    for one in world.inputs:
        years[one.variate].add(one.period_role)
    return years


def _group_of(one: Input, labels: InputLabels, own: str | None, years: set[str]) -> tuple[str, str]:
    """Return kind and label of an input's group; `own` is the company's name where the input is its own."""
    if one.kind in _SHARES:
        product = labels.name("product", one.product_id)
        year = labels.label_year(years) or ", both years"
        return "share", f"share of {own} in {product}{year}" if own else f"shares of others in {product}"
    if one.kind == "content":
        return "content", f"value of {labels.name('product', one.product_id)}"
    if one.kind == "mix":
        return "mix", labels.label_generations(one)
    if one.kind == "revenue":
        return "revenue", labels.label([one]) if own else "sales of other companies"
    if one.kind == "stated":
        return "stated", f"parts of programmes in the sales of {own or 'others'}"
    return one.kind, labels.label([one])


def _own_links(world: World, company: int) -> set[tuple[int, int]]:
    """Return the links behind the company's revenue of both years, those of its children included."""
    accounts = (company, company + len(world.company_ids))
    return {
        (number, int(link))
        for number, block in enumerate(world.network.blocks)
        for account in accounts
        for link in block.used_by(account)[0]
    }
