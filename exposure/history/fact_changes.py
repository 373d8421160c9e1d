"""Which facts differ between two worlds, by input."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Any, NamedTuple

from exposure.db.counterfactual import INPUT_OF_KIND


class Statement(NamedTuple):
    """What an origin states of a subject and period."""

    kind: str
    #: subject, period and origin
    about: tuple[Any, ...]
    fact_id: str
    content: tuple[Any, ...]


class FactIds(NamedTuple):
    """Ids of facts: restated, stated for the first time, no longer stated."""

    changed: tuple[str, ...]
    new: tuple[str, ...]
    withdrawn: tuple[str, ...]


class FactChanges:
    """The facts that are not the same in two worlds."""

    def __init__(self, before: Iterable[Statement], after: Iterable[Statement]) -> None:
        old, new = _by_subject(before), _by_subject(after)
        #: label -> input -> ids
        self._ids: dict[str, dict[str, set[str]]] = {label: {} for label in FactIds._fields}
        for about in {*old, *new}:
            left, right = old.get(about, set()), new.get(about, set())
            label = "changed" if left and right else "new" if right else "withdrawn"
            kind = next(iter(right or left)).kind
            ids = self._ids[label].setdefault(INPUT_OF_KIND[kind], set())
            ids.update(statement.fact_id for statement in left ^ right)

    def among(self, facts: Collection[str], inputs: Collection[str]) -> FactIds:
        """Return those of the facts that belong to these inputs and differ, in order."""
        ids = (
            set(facts).intersection(chain.from_iterable(self._ids[label].get(name, ()) for name in inputs))
            for label in FactIds._fields
        )
        return FactIds(*(tuple(sorted(differing)) for differing in ids))


def _by_subject(statements: Iterable[Statement]) -> dict[tuple[Any, ...], set[Statement]]:
    grouped: dict[tuple[Any, ...], set[Statement]] = {}
    for statement in statements:
        grouped.setdefault(statement.about, set()).add(statement)
    return grouped
