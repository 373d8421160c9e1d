"""Uncertain inputs: their ranges, what they are, and where they come from.

Inputs that rest on the same claims (a share of the whole family on each of its generations, a price carried to both
years) are rows of their own, so that a scenario can move one alone, and share one variate, so that they move together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from exposure.model.distributions import Index, Ranges

Row = Mapping[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Input:
    """One uncertain input: a row of the common inputs (block -1) or of a block."""

    block: int
    row: int
    #: inputs of one variate are one unknown, and move together
    variate: Key
    kind: str
    period_role: str
    low: float
    base: float
    high: float
    ceiling: float = np.inf
    scope_id: str | None = None
    programme_id: str | None = None
    family_id: str | None = None
    product_id: str | None = None
    company_id: str | None = None
    currency: str | None = None
    tier: str | None = None
    fact_ids: tuple[str, ...] = ()


@dataclass
class InputTable:
    """The inputs of one block, in the order of their rows, each under a key."""

    block: int
    inputs: list[Input] = field(default_factory=list)
    rows: dict[Key, int] = field(default_factory=dict)

    def add(
        self, key: Key, kind: str, period_role: str, ends: Iterable[float], evidence: Row | None = None, **fields: Any
    ) -> int:
        """Add an input unless its key is known, and return its row.

        `ends` are low, base and high; `evidence` is a row with `tier` and `fact_ids`.
        """
        if key not in self.rows:
            self.rows[key] = len(self.inputs)
            low, base, high = ends
            low, high = min(max(low, 0), base), max(high, base)
            if evidence is not None:
                fields |= {"tier": evidence["tier"], "fact_ids": tuple(evidence["fact_ids"])}
            variate = fields.pop("variate", key)
            self.inputs.append(Input(self.block, self.rows[key], variate, kind, period_role, low, base, high, **fields))
        return self.rows[key]

    def ranges(self) -> Ranges:
        """Return the ranges of the inputs."""
        sides = ("low", "base", "high", "ceiling")
        return Ranges.of(*([getattr(one, side) for one in self.inputs] for side in sides))

    def variates(self, first: Sequence[Key] = ()) -> tuple[Index, int]:
        """Return the number of the variate that each input follows, those of `first` leading, and their count."""
        numbers = {key: number for number, key in enumerate(first)}
        for one in self.inputs:
            numbers.setdefault(one.variate, len(numbers))
        return index(numbers[one.variate] for one in self.inputs), len(numbers)


def range_of(row: Row, column: str) -> tuple[float, float, float]:
    """Return low, base and high of a column of a view."""
    return row[f"{column}_low"], row[column], row[f"{column}_high"]


def index(numbers: Iterable[int]) -> Index:
    """Return numbers as an index of array rows."""
    return np.array(list(numbers), np.intp)
