"""Values with ranges, and what a rule does to one."""

from __future__ import annotations

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
