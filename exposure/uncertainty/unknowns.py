"""Say in words what an uncertain input is, where it comes from, and which inputs are one question to an analyst."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exposure.uncertainty.leverage import Group

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.inputs import Input, World
    from exposure.model.network import Network

#: what is asked of a company's own makers, and of everybody else
_SHARES = ("share", "role", "counted")
#: what an input of each kind is, and what it is counted in where it is no fraction
_WORDS = {
    "units": "units of {scope}", "mix": "part of {scope} in {family}", "content": "value of {product} in {scope}",
    "share": "share of {company} in {product} of {scope}", "role": "role of {company} in {product} of {scope}",
    "counted": "units of {scope} with {product} by {company}", "stated": "part of {scope} in the sales of {company}",
    "revenue": "sales of {company}", "fx": "value of {currency} in dollars",
}  # fmt: skip
_UNITS = {
    "units": "{basis}", "counted": "{basis}", "content": "USD a {basis}", "role": "weight on the rest",
    "revenue": "USD", "fx": "times the rate used",
}  # fmt: skip
_NAMES = """
select 'company' as kind, c.company_id as id, c.name from raw.companies as c
union all select 'product', p.product_id, p.name from raw.products as p
union all select 'scope', s.scope_id, s.name from raw.scopes as s
union all select 'scope', p.programme_id, p.name from raw.programmes as p
union all select 'scope', f.family_id, f.name from raw.families as f
union all select 'counted in', f.family_id, f.unit_basis from raw.families as f
"""
_SOURCES = """
select distinct e.fact_id, e.source_id, e.publisher from "mart.evidence" as e
where e.fact_id in (select unnest(?::varchar[]))
order by all
"""


class Words:
    """The names of companies, products, programmes, families and scopes, and the year looked at."""

    def __init__(self, reader: Reader, horizon: int) -> None:
        self._names: dict[tuple[str, str], str] = {
            (kind, identity): name for kind, identity, name in reader.rows(_NAMES)
        }
        self._years = {"horizon": horizon, "base": horizon - 1, "prior": horizon - 2}

    def name(self, kind: str, identity: str | None) -> str:
        """Give the name of a company, a product or a scope (a programme, a family)."""
        return self._names[kind, identity or ""]

    def of(self, inputs: Sequence[Input]) -> str:
        """Say what one unknown is; all its inputs are of one kind."""
        one, years = inputs[0], {i.period_role for i in inputs}
        return self._what(one) + (self.when(years) if one.kind not in ("fx", "stated") else "")

    def when(self, years: set[str]) -> str:
        """Name the year where there is only one."""
        return "".join(f", {self._years[year]}" for year in years) if len(years) == 1 else ""

    def _what(self, one: Input) -> str:
        ids = {"company": one.company_id, "product": one.product_id, "scope": one.scope_id}
        names = {kind: self.name(kind, identity) for kind, identity in ids.items() if identity}
        family = self.name("scope", one.family_id) if one.family_id else ""
        maker = f" by {names['company']}" if one.kind == "content" and one.company_id else ""
        return _WORDS[one.kind].format(**names, family=family, currency=one.currency) + maker

    def units(self, scope: str) -> str:
        """Name the units of a programme, a family or a scope at the horizon."""
        return f"units of {self.name('scope', scope)}, {self._years['horizon']}"

    def share(self, one: Input) -> str:
        """Name a company's share of a product in one programme at the horizon, whatever it is derived from."""
        words = _WORDS["share"].format(
            company=self.name("company", one.company_id), product=self.name("product", one.product_id),
            scope=self.name("scope", one.programme_id),
        )  # fmt: skip
        return f"{words}, {self._years['horizon']}"

    def generations(self, one: Input) -> str:
        """Say which family is split into generations, and when."""
        return f"generations of {self.name('scope', one.family_id)}, {self._years[one.period_role]}"

    def unit(self, one: Input) -> str:
        """Say what low, base and high of an input are counted in."""
        basis = self.name("counted in", one.family_id) if one.family_id else ""
        if one.kind == "stated" and one.ceiling != 1:
            return "USD"
        return _UNITS.get(one.kind, "fraction").format(basis=basis)


def sources(reader: Reader, fact_ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Give id and publisher of the documents that each fact is from."""
    reader.compute("mart.evidence")
    found: dict[str, list[tuple[str, str]]] = {}
    for fact, source, publisher in reader.rows(_SOURCES, [sorted(set(fact_ids))]):
        found.setdefault(fact, []).append((source, publisher))
    return found


# --- numbering ----------------------------------------------------------------------------


class Places:
    """Where the inputs of a network stand among all its inputs, and among all its normals."""

    def __init__(self, network: Network) -> None:
        parts = [(network.common, network.common_variate, network.common_variates)]
        parts += [(block.ranges, block.variate, block.variates) for block in network.blocks]
        self._variates = [variate for _, variate, _ in parts]
        self._rows = np.cumsum([0, *(len(ranges) for ranges, _, _ in parts)])
        self._normals = np.cumsum([0, *(count for _, _, count in parts)])

    def row(self, block: int, row: int) -> int:
        """Give the number of an input among all."""
        return int(self._rows[block + 1] + row)

    def normal(self, one: Input) -> int:
        """Give the number of the normal that moves an input."""
        variate = self._variates[one.block + 1]
        return int(self._normals[one.block + 1] + (one.row if variate is None else variate[one.row]))

    def group(self, inputs: Sequence[Input]) -> Group:
        """Put inputs together that are varied together."""
        rows = np.array([self.row(one.block, one.row) for one in inputs], np.intp)
        return Group(rows, np.unique([self.normal(one) for one in inputs]))


def unknowns(world: World) -> dict[int, list[Input]]:
    """Give the inputs that each normal moves, where any of them is uncertain and concerns a ranked company."""
    places = Places(world.network)
    found: dict[int, list[Input]] = {}
    for one in _uncertain(world):
        found.setdefault(places.normal(one), []).append(one)
    return found


def _uncertain(world: World) -> list[Input]:
    ranked = set(world.company_ids)
    return [
        one
        for one in world.inputs
        if one.low < one.high and one.base > 0 and one.period_role != "prior"
        and (one.kind != "revenue" or one.company_id in ranked)
    ]  # fmt: skip


def shown(inputs: Sequence[Input]) -> Input:
    """Give the input of an unknown whose numbers are shown: the widest of the year looked at."""
    return max(inputs, key=lambda one: (one.period_role == "horizon", one.high / one.base))


# --- groups -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """Inputs that are one question about a company."""

    kind: str
    words: str
    inputs: tuple[Input, ...]


def questions(world: World, company: int, words: Words) -> list[Question]:
    """Put the uncertain inputs into questions: units, generations, contents, shares, sales, exchange rates."""
    name = words.name("company", world.company_ids[company])
    own, years = _own_links(world, company), _years(world)
    found: dict[tuple[str, str], list[Input]] = {}
    for one in _uncertain(world):
        is_own = (one.block, one.row) in own or one.company_id == world.company_ids[company]
        found.setdefault(_question(one, words, name if is_own else None, years[one.variate]), []).append(one)
    return [Question(kind, said, tuple(inputs)) for (kind, said), inputs in found.items()]


def _years(world: World) -> dict[tuple[object, ...], set[str]]:
    """Give the years of which each unknown is: two, where one figure stands for both."""
    found: dict[tuple[object, ...], set[str]] = {}
    for one in world.inputs:
        found.setdefault(one.variate, set()).add(one.period_role)
    return found


def _question(one: Input, words: Words, own: str | None, years: set[str]) -> tuple[str, str]:
    """Give kind and words of the question that an input belongs to; `own` is the company's name where it is its own."""
    if one.kind in _SHARES:
        product = words.name("product", one.product_id)
        year = words.when(years) or ", both years"
        return "share", f"share of {own} in {product}{year}" if own else f"shares of others in {product}"
    if one.kind == "content":
        return "content", f"value of {words.name('product', one.product_id)}"
    if one.kind == "mix":
        return "mix", words.generations(one)
    if one.kind == "revenue":
        return "revenue", words.of([one]) if own else "sales of other companies"
    if one.kind == "stated":
        return "stated", f"parts of programmes in the sales of {own or 'others'}"
    return one.kind, words.of([one])


def _own_links(world: World, company: int) -> set[tuple[int, int]]:
    """Name the links that the company's revenue of the two years is made of, also those of its children."""
    accounts = (company, company + len(world.company_ids))
    return {
        (number, int(link))
        for number, block in enumerate(world.network.blocks)
        for account in accounts
        for link in block.used_by(account)[0]
    }


def joined(values: Iterable[str]) -> str:
    """Write several ids into one cell."""
    return "; ".join(dict.fromkeys(values))


def documents(one: Sequence[str], known: Mapping[str, Sequence[tuple[str, str]]]) -> tuple[str, str]:
    """Give ids and publishers of the documents behind some facts."""
    pairs = [pair for fact in one for pair in known.get(fact, ())]
    return joined(source for source, _ in pairs), joined(publisher for _, publisher in pairs)
