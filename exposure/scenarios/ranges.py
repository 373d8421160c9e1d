"""Values with ranges: what a rule does to one, and how the shares of one product are rebalanced."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: role of the year, programme, product, company, as far as a table has them
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Range:
    """A value with its range."""

    low: float
    base: float
    high: float

    def at(self, base: float, spread: float) -> Range:
        """Return the range moved along with its base; where the base was zero, a default spread replaces it."""
        if base == self.base:
            return self
        if self.base <= 0:
            return around(base, spread)
        low, high = (end * base / self.base for end in (self.low, self.high))
        return Range(min(low, base), base, max(high, base))  # no rounding moves an end past the base

    def times(self, factor: float) -> Range:
        """Return all three, scaled."""
        return Range(self.low * factor, self.base * factor, self.high * factor)

    def plus(self, other: Range) -> Range:
        """Return the sum of two values that move together."""
        return Range(self.low + other.low, self.base + other.base, self.high + other.high)

    def capped(self) -> Range:
        """Return a share cut at 1."""
        return Range(min(self.low, 1.0), min(self.base, 1.0), min(self.high, 1.0))


def around(base: float, spread: float) -> Range:
    """Return a value with the spread of an assumption."""
    return Range(base * (1 - spread), base, base * (1 + spread))


def apply_operation(operation: str, amount: float, now: Range | None, spread: float) -> Range | None:
    """Multiply, add to or replace a value; its range moves along. An unknown value can only be stated."""
    if now is None:
        return around(amount, spread) if operation == "replace" or (operation == "add" and amount > 0) else None
    if operation == "multiply":
        return now.times(amount)
    return now.at(max(now.base + amount, 0.0) if operation == "add" else amount, spread)


def delay(now: Range | None, year_before: Range | None, quarters: int, *, unknown_is_none: bool) -> Range | None:
    """Return a year that begins with some quarters at the rate of the year before."""
    if now is None:
        return None
    late = quarters / 4
    if year_before is None:
        return now.times(1 - late) if unknown_is_none else now
    return now.times(1 - late).plus(year_before.times(late))


def rebalance_shares(
    shares: Mapping[Key, Range],
    old: Mapping[Key, Range],
    fixed: Collection[Key],
    rows: Mapping[Key, Mapping[str, Any]],
) -> dict[Key, Range]:
    """Fit the shares of one product into the whole: those that rules fix are kept, the others shrink.

    Shares that sources state shrink as far as necessary; roles are weights on what is then left over. Where the base
    already sums to more than 1, its sum is the limit.
    """

    def is_role(key: Key) -> bool:
        return key in rows and bool(rows[key]["share_basis"] == "role")

    limit = max(1.0, sum(value.base for key, value in old.items() if key in shares))
    new = _fit({key: shares[key] for key in fixed}, limit)
    others = [key for key in shares if key not in fixed]
    new |= _fit({key: shares[key] for key in others if not is_role(key)}, limit - _total(new.values()))
    residual = max(1.0 - _total(share for key, share in new.items() if not is_role(key)), 0.0)
    weighed = {key: _of_residual(shares[key], rows[key], residual) for key in others if is_role(key)}
    return new | _fit(weighed, limit - _total(new.values()))


def _of_residual(share: Range, row: Mapping[str, Any], residual: float) -> Range:
    """Return a role's part of what is left over; its range moves along."""
    return share.at(row["role_weight"] * residual / row["role_weight_total"], 0.0).capped()


def _fit(shares: Mapping[Key, Range], room: float) -> dict[Key, Range]:
    total, room = _total(shares.values()), max(room, 0.0)
    factor = room / total if total > room else 1.0
    return {key: share.times(factor) for key, share in shares.items()}


def _total(shares: Iterable[Range]) -> float:
    return sum(share.base for share in shares)
