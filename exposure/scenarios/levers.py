"""Levers: the nodes of a company's programme revenue that a multiplier moves, and the scenario that moves the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from exposure.errors import ExposureError
from exposure.scenarios.goals import NAMES
from exposure.scenarios.rebalance import rebalance_shares
from exposure.scenarios.rules import Rule

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.distributions import Floats, Index
    from exposure.model.graph import Graph
    from exposure.names.vocabulary import Vocabulary

#: smallest and largest multiplier; a share goes up to the whole
LEAST, MOST = 0.01, 100.0
Row = dict[str, Any]

_UNITS = """
select u.node_id, u.programme_id as scope_id, u.family_id, u.unit_basis,
    concat('units of ', p.name, ', ', u.year) as label
from "core.programme_units" as u inner join raw.programmes as p on p.programme_id = u.programme_id
where u.period_role = 'horizon' order by u.programme_id
"""
_FAMILIES = """
select u.node_id, u.family_id as scope_id, u.family_id, u.unit_basis,
    concat('units of ', f.name, ', ', u.year) as label
from "core.family_units" as u inner join raw.families as f on f.family_id = u.family_id
where u.period_role = 'horizon' order by u.family_id
"""
_FAMILIES_OF = """
select distinct family_id from "core.programme_revenue"
where company_id = ? and chosen and period_role = 'horizon' and programme_revenue_usd is not null
and coalesce(units, 1) <> 0
order by family_id
"""
#: the links behind a company's programme revenue, its own and those of the companies that it consolidates
_LINKS = """
select s.node_id, r.node_id as term_id, s.programme_id, s.product_id, s.company_id, concat_ws(
    '', 'share of ', maker.name, ' in ', product.name, ' of ', programme.name, ', ', s.year
) as label
from "core.programme_revenue" as r
inner join "core.supply_share" as s
    on s.period_role = r.period_role and s.programme_id = r.programme_id and s.product_id = r.product_id
    and s.company_id = coalesce(r.via_company_id, r.company_id)
inner join raw.companies as maker on maker.company_id = s.company_id
inner join raw.products as product on product.product_id = s.product_id
inner join raw.programmes as programme on programme.programme_id = s.programme_id
where r.company_id = ? and r.chosen and r.period_role = 'horizon' and r.method = 'bottom_up' and r.units > 0
order by s.product_id, s.programme_id, s.company_id
"""
_SHARES = """
select s.node_id, s.programme_id, s.product_id, s.share_basis, s.supply_share, s.role_weight, s.role_weight_total,
    guess.node_id as guess_id
from "core.supply_share" as s
left join "core.own_guess" as guess
    on guess.period_role = s.period_role and guess.programme_id = s.programme_id and guess.product_id = s.product_id
    and guess.company_id = s.company_id
where s.period_role = 'horizon' and s.supply_share is not null
order by s.product_id, s.programme_id, s.company_id
"""
#: own guesses at their lower end, which move as their contents do
_GUESSES = """
select g.node_id, g.programme_id, g.product_id, g.company_id from "core.own_guess" as g
where g.period_role = 'horizon' order by g.product_id, g.programme_id, g.company_id
"""
_CONTENTS = """
select c.node_id, c.programme_id, c.product_id, concat(u.label, ', ', c.year) as label, u.unit
from "core.content" as c inner join "core.uncertain_input" as u on u.node_id = c.node_id
where c.period_role = 'horizon' order by c.product_id, c.programme_id, c.supplier_id
"""


class Quantity(NamedTuple):
    """A number that is multiplied: its label, its unit and its node."""

    label: str
    unit: str
    node: int


@dataclass(frozen=True)
class Lever:
    """Nodes that a multiplier replaces, the quantities to show, and the rules of a scenario that does the same."""

    nodes: Index
    #: multipliers -> the values of the nodes, (nodes, multipliers)
    values: Callable[[Floats], Floats]
    quantities: Sequence[Quantity]
    _rules: Sequence[Row]
    most: float = MOST

    def rules(self, multiplier: float) -> list[Rule]:
        """Return the rules of the scenario with this multiplier."""
        return [Rule(**rule, periods=("horizon",), multiply=multiplier) for rule in self._rules]


class LeverFinder:
    """Finds what can be multiplied of one company's programme revenue at the horizon."""

    def __init__(self, reader: Reader, graph: Graph, company_id: str, vocabulary: Vocabulary) -> None:
        reader.compute("core.uncertain_input", "core.own_guess")
        self._reader, self._graph, self._vocabulary = reader, graph, vocabulary
        self._company_id = company_id

    def find(self, kind: str, name: str | None) -> Lever:
        """Return the lever of a kind of input, of one programme or product or of all; raise ExposureError if none."""
        if name is not None and (fault := self._vocabulary.find_fault(NAMES[kind], name)):
            raise ExposureError(fault[0].upper() + fault[1:].rstrip(".") + ".")
        if kind == "units":
            return self._move_units(name)
        links = self._own_links(name)
        if not links:
            raise ExposureError(f"The figure of {self._company_id!r} rests on stated sales, not on any {kind}.")
        return self._move_shares(links) if kind == "share" else self._move_contents(links)

    # --- units -----------------------------------------------------------------------------

    def _move_units(self, name: str | None) -> Lever:
        """Multiply units of generations; their families change by the same amount."""
        families = [family for (family,) in self._reader.rows(_FAMILIES_OF, [self._company_id])]
        scopes = [self._vocabulary.resolve_scope(word) for word in ([name] if name else families)]
        named = {programme for scope in scopes for programme in scope.programmes}
        programmes = self._reader.records(_UNITS)
        moved = [row for row in programmes if row["scope_id"] in named]
        if not moved:
            what = repr(name) if name else f"the programmes of {self._company_id!r}"
            raise ExposureError(f"No units of {what} are known at the horizon.")
        touched = {row["family_id"] for row in moved}
        totals = [row for row in self._reader.records(_FAMILIES) if row["family_id"] in touched]
        rows = [*(row for row in programmes if row["family_id"] in touched), *totals]
        nodes = self._graph.numbers(row["node_id"] for row in rows)
        value, more = self._graph.value[nodes], np.zeros(len(nodes))
        for place, row in enumerate(rows):
            if row["scope_id"] in named:
                more[place] += value[place]
                more[len(rows) - len(totals) + [total["family_id"] for total in totals].index(row["family_id"])] += (
                    value[place]
                )

        def values(multipliers: Floats) -> Floats:
            return np.asarray(np.maximum(value[:, None] + more[:, None] * (multipliers - 1), 0))

        by_scope = {row["scope_id"]: row for row in rows}
        shown = [scope.scope_id for scope in scopes if scope.scope_id in by_scope]
        quantities = [
            Quantity(row["label"], row["unit_basis"], self._graph.number[row["node_id"]])
            for row in ([by_scope[scope] for scope in shown] or moved)
        ]
        rule = {"what": "units", "programmes": tuple(scope.scope_id for scope in scopes)}
        return Lever(nodes, values, quantities, [rule])

    # --- shares and contents ---------------------------------------------------------------

    def _own_links(self, name: str | None) -> list[Row]:
        """Return the links of the company's revenue at the horizon, of one product or of all."""
        product = None if name is None else self._vocabulary.resolve_id("products", name)
        links = self._reader.records(_LINKS, [self._company_id])
        supplied = sorted({link["product_id"] for link in links})
        if product is not None and product not in supplied:
            has = f"its figure rests on {', '.join(supplied)}" if supplied else "it rests on stated sales alone"
            raise ExposureError(f"Nothing of {self._company_id!r} is computed from {product!r}: {has}.")
        return [link for link in links if product in (None, link["product_id"])]

    def _move_shares(self, links: Sequence[Row]) -> Lever:
        """Multiply own shares, each up to the whole, and rebalance the others of their products."""
        own = {link["node_id"] for link in links}
        touched = {(link["programme_id"], link["product_id"]) for link in links}
        groups: dict[tuple[str, str], list[Row]] = {key: [] for key in touched}
        for row in self._reader.records(_SHARES):
            if (key := (row["programme_id"], row["product_id"])) in groups:
                groups[key].append(row)
        tables = list(groups.values())

        # Two own guesses keep their lower end as the same part of the share.
        guessed = [row for table in tables for row in table if row["guess_id"] in self._graph.number]
        guesses = self._graph.numbers(row["guess_id"] for row in guessed)
        worth = self._graph.value[guesses] / np.array([row["supply_share"] for row in guessed])
        is_guessed = np.array([row["guess_id"] in self._graph.number for table in tables for row in table])

        def values(multipliers: Floats) -> Floats:
            shares = np.concatenate([_rebalanced(table, own, multipliers) for table in tables])
            return np.concatenate([shares, worth[:, None] * shares[is_guessed]])

        least = min(row["supply_share"] for table in tables for row in table if row["node_id"] in own)
        nodes = self._graph.numbers(row["node_id"] for table in tables for row in table)
        return Lever(
            np.concatenate([nodes, guesses]),
            values,
            [Quantity(link["label"], "fraction", self._graph.number[link["node_id"]]) for link in links],
            [
                {"what": "share", "programmes": (link["programme_id"],), "products": (link["product_id"],)}
                | {"companies": (link["company_id"],)}
                for link in links
            ],
            max(1 / max(least, 1 / MOST**2), 1.0),
        )

    def _move_contents(self, links: Sequence[Row]) -> Lever:
        """Multiply the value of products in the programmes that the company supplies, whoever makes them."""
        touched = {(link["programme_id"], link["product_id"]) for link in links}
        rows = [row for row in self._reader.records(_CONTENTS) if (row["programme_id"], row["product_id"]) in touched]
        guessed = [
            row
            for row in self._reader.records(_GUESSES)
            if (row["programme_id"], row["product_id"]) in touched and row["node_id"] in self._graph.number
        ]
        guesses = self._graph.numbers(row["node_id"] for row in guessed)
        makers = {link["company_id"] for link in links}
        guessed_here = {(row["programme_id"], row["product_id"]) for row in guessed if row["company_id"] in makers}
        nodes = self._graph.numbers(row["node_id"] for row in rows)
        moved = np.concatenate([nodes, guesses])
        used = self._graph.below(self._graph.numbers(link["term_id"] for link in links))
        return Lever(
            moved,
            lambda multipliers: self._graph.value[moved][:, None] * multipliers,
            [
                Quantity(row["label"], row["unit"], node)
                for row, node in zip(rows, nodes.tolist(), strict=True)
                if used[node] or (row["programme_id"], row["product_id"]) in guessed_here
            ],
            [
                {"what": "content", "programmes": (programme,), "products": (product,)}
                for programme, product in sorted(touched)
            ],
        )


def _rebalanced(rows: Sequence[Row], own: set[str], multipliers: Floats) -> Floats:
    """Return the shares of one product on one programme at each multiplier of the own ones."""
    base = np.array([row["supply_share"] for row in rows])
    kept = np.array([row["node_id"] in own for row in rows])
    is_role = np.array([row["share_basis"] == "role" for row in rows])
    parts = np.array([(row["role_weight"] or 0.0) / (row["role_weight_total"] or 1.0) for row in rows])
    shares = np.repeat(base[:, None], len(multipliers), axis=1)
    shares[kept] = np.minimum(shares[kept] * multipliers, 1)
    return rebalance_shares(shares, kept, is_role, parts, max(1.0, float(base.sum())))
