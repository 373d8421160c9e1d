"""Levers: which inputs of a company's programme revenue a multiplier moves, and the scenario that moves the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from exposure.errors import ExposureError
from exposure.scenarios.goals import NAMES
from exposure.scenarios.rules import Rule
from exposure.scenarios.solving import Lever

if TYPE_CHECKING:
    from exposure.model.distributions import Index
    from exposure.model.inputs import Input
    from exposure.model.world import World
    from exposure.names.vocabulary import Vocabulary
    from exposure.uncertainty.uncertain_inputs import InputLabels


class Quantity(NamedTuple):
    """An input that is multiplied: its label and unit, and its row of units, or its link or content in a block."""

    label: str
    unit: str
    kind: str
    block: int
    row: int


class Move(NamedTuple):
    """What is multiplied in the network, the quantities to show, and the rules of a scenario that does the same."""

    lever: Lever
    quantities: list[Quantity]
    rules: list[dict[str, Any]]

    def multiply(self, multiplier: float) -> list[Rule]:
        """Return the rules of the scenario with this multiplier."""
        return [Rule(**rule, periods=("horizon",), multiply=multiplier) for rule in self.rules]


class LeverFinder:
    """Finds the inputs of one company's programme revenue at the horizon."""

    def __init__(self, world: World, company_id: str, labels: InputLabels, vocabulary: Vocabulary) -> None:
        self._world, self._labels, self._vocabulary = world, labels, vocabulary
        self._company_id = company_id
        self._company = world.company_ids.index(company_id)
        self._inputs = {(one.block, one.row): one for one in world.inputs}

    def find_move(self, kind: str, name: str | None) -> Move:
        """Return the move of a kind of input, of one programme or product or of all; raise ExposureError if none is."""
        if name is not None and (fault := self._vocabulary.find_fault(NAMES[kind], name)):
            raise ExposureError(fault[0].upper() + fault[1:].rstrip(".") + ".")
        if kind == "units":
            return self._move_units(name)
        links = list(self._own_links(name))
        if not links:
            raise ExposureError(f"The figure of {self._company_id!r} rests on stated sales, not on any {kind}.")
        return self._move_shares(links) if kind == "share" else self._move_contents(links)

    def _move_units(self, name: str | None) -> Move:
        rows, families = self._world.unit_rows, self._families()
        if name is None and not families:
            raise ExposureError(f"The revenue of {self._company_id!r} is stated as a whole and moves with no units.")
        scopes = [self._vocabulary.resolve_scope(word) for word in ([name] if name else families)]
        moved = {p: rows["horizon", p] for scope in scopes for p in scope.programmes if ("horizon", p) in rows}
        if not moved:
            what = repr(name) if name else f"the programmes of {self._company_id!r}"
            raise ExposureError(f"No units of {what} are known at the horizon.")
        family_rows = [rows["horizon", self._vocabulary.family_of[programme]] for programme in moved]
        shown = [scope.scope_id for scope in scopes if ("horizon", scope.scope_id) in rows] or list(moved)
        quantities = [
            Quantity(self._labels.label_units(scope), self._unit_basis(scope), "units", -1, rows["horizon", scope])
            for scope in shown
        ]
        lever = Lever(np.array(list(moved.values()), np.intp), np.array(family_rows, np.intp))
        return Move(lever, quantities, [{"what": "units", "programmes": tuple(scope.scope_id for scope in scopes)}])

    def _move_shares(self, links: list[tuple[int, Input]]) -> Move:
        lever = Lever(links=_by_block((block, one.row) for block, one in links))
        quantities = [
            Quantity(self._labels.label_share(one), "fraction", "share", block, one.row) for block, one in links
        ]
        rules = [
            {"what": "share", "programmes": (one.programme_id,), "products": (one.product_id,),
             "companies": (one.company_id,)}
            for _, one in links
        ]  # fmt: skip
        return Move(lever, quantities, rules)

    def _move_contents(self, links: list[tuple[int, Input]]) -> Move:
        """Move the value of products in the programmes that the company supplies them to, whoever makes them."""
        needs = {(block, one.programme_id, one.product_id) for block, one in links}
        contents = [
            one
            for one in self._world.inputs
            if one.kind == "content" and one.period_role == "horizon"
            and (one.block, one.programme_id, one.product_id) in needs
        ]  # fmt: skip
        used = {
            (number, int(row))
            for number, block in enumerate(self._world.network.blocks)
            for row in block.used_by(self._company)[1]
        }
        quantities = [
            Quantity(self._labels.label([one]), self._labels.unit(one), "content", one.block, one.row)
            for one in contents
            if (one.block, one.row) in used
        ]
        rules = [
            {"what": "content", "programmes": (programme,), "products": (product,)}
            for _, programme, product in sorted(needs, key=str)
        ]
        return Move(Lever(contents=_by_block((one.block, one.row) for one in contents)), quantities, rules)

    def _own_links(self, name: str | None) -> Iterator[tuple[int, Input]]:
        """Yield the links of the company's revenue at the horizon with their blocks, of one product or of all."""
        product = None if name is None else self._vocabulary.resolve_id("products", name)
        supplied: set[str] = set()
        for number, block in enumerate(self._world.network.blocks):
            for link in block.used_by(self._company)[0]:
                one = self._inputs[number, int(link)]
                supplied.add(str(one.product_id))
                if product in (None, one.product_id):
                    yield number, one
        if product is not None and product not in supplied:
            has = f"its figure rests on {', '.join(sorted(supplied))}" if supplied else "it rests on stated sales alone"
            raise ExposureError(f"Nothing of {self._company_id!r} is computed from {product!r}: {has}.")

    def _families(self) -> list[str]:
        """Return the families of the company's programme revenue at the horizon."""
        network, keys = self._world.network, {row: key for key, row in self._world.unit_rows.items()}
        rows = {int(row) for block in network.blocks for row in block.used_by(self._company)[2]}
        stated = network.stated.incidence
        terms = stated.term[stated.account == self._company]
        growths = network.stated.units[terms] - len(keys) - 1
        rows |= {int(network.units.growth_of[growth]) for growth in growths if growth >= 0}
        scopes = [str(keys[row][1]) for row in rows]
        return sorted({self._vocabulary.family_of.get(scope, scope) for scope in scopes})

    def _unit_basis(self, scope: str) -> str:
        return self._vocabulary.unit_basis[self._vocabulary.family_of.get(scope, scope)]


def _by_block(places: Iterable[tuple[int, int]]) -> dict[int, Index]:
    rows: dict[int, list[int]] = {}
    for block, row in places:
        rows.setdefault(block, []).append(row)
    return {block: np.array(own, np.intp) for block, own in rows.items()}
