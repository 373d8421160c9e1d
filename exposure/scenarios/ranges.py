"""Values with ranges, what a rule does to one, and how the shares of one product make room for each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: what tells a row from the others: role of the year, programme, product, company, as far as a table has them
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Range:
    """A value with its range."""

    low: float
    base: float
    high: float

    def at(self, base: float, spread: float) -> Range:
        """Move the range along with its base; where the base was zero, the default spread takes its place."""
        if base == self.base:
            return self
        if self.base <= 0:
            return around(base, spread)
        low, high = (end * base / self.base for end in (self.low, self.high))
        return Range(min(low, base), base, max(high, base))  # no rounding moves an end past the base

    def times(self, factor: float) -> Range:
        """Scale all three."""
        return Range(self.low * factor, self.base * factor, self.high * factor)

    def plus(self, other: Range) -> Range:
        """Add end to end: both move together."""
        return Range(self.low + other.low, self.base + other.base, self.high + other.high)


def around(base: float, spread: float) -> Range:
    """Give a value that only a rule states the spread of an assumption."""
    return Range(base * (1 - spread), base, base * (1 + spread))


def operated(operation: str, amount: float, now: Range | None, spread: float) -> Range | None:
    """Multiply, add to or replace a value; its range moves along. What nobody knows can only be stated."""
    if now is None:
        return around(amount, spread) if operation == "replace" or (operation == "add" and amount > 0) else None
    if operation == "multiply":
        return now.times(amount)
    return now.at(max(now.base + amount, 0.0) if operation == "add" else amount, spread)


def delayed(now: Range | None, year_before: Range | None, quarters: int, *, unknown_is_none: bool) -> Range | None:
    """Let a year begin with quarters of the year before: so many quarters of it at that year's rate."""
    if now is None:
        return None
    late = quarters / 4
    if year_before is None:
        return now.times(1 - late) if unknown_is_none else now
    return now.times(1 - late).plus(year_before.times(late))


def settled(
    shares: Mapping[Key, Range],
    old: Mapping[Key, Range],
    stated: Collection[Key],
    rows: Mapping[Key, Mapping[str, Any]],
) -> dict[Key, Range]:
    """Fit the shares of one product into the whole: what rules state stands, the others give way.

    Shares that sources state shrink as far as they have to; roles are weights on what is then left over. Where the base
    holds more than the whole already, it is the limit.
    """
    limit = max(1.0, sum(value.base for key, value in old.items() if key in shares))
    wanted = sum(shares[key].base for key in stated)
    found = {key: shares[key].times(min(1.0, limit / wanted)) if wanted > limit else shares[key] for key in stated}
    others = [key for key in shares if key not in stated]
    by_role = [key for key in others if rows[key]["share_basis"] == "role"]
    by_source = [key for key in others if key not in by_role]
    found |= _fitted({key: shares[key] for key in by_source}, limit - _total(found.values()))
    residual = max(
        1.0 - _total(found[key] for key in found if key not in rows or rows[key]["share_basis"] != "role"), 0.0
    )
    weighed = {key: within_the_whole(_of_residual(shares[key], rows[key], residual)) for key in by_role}
    return found | _fitted(weighed, limit - _total(found.values()))


def _of_residual(share: Range, row: Mapping[str, Any], residual: float) -> Range:
    """Give a role its weight of what is left over; its range moves along."""
    base = row["role_weight"] * residual / row["role_weight_total"]
    return share.at(base, 0.0)


def _fitted(shares: Mapping[Key, Range], room: float) -> dict[Key, Range]:
    total = _total(shares.values())
    factor = max(room, 0.0) / total if total > max(room, 0.0) else 1.0
    return {key: share.times(factor) for key, share in shares.items()}


def _total(shares: Iterable[Range]) -> float:
    return sum(share.base for share in shares)


def within_the_whole(share: Range) -> Range:
    """Cut a share at all there is."""
    return Range(min(share.low, 1.0), min(share.base, 1.0), min(share.high, 1.0))
