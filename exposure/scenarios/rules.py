"""Rules that multiply, add to, replace or delay inputs, and the scenarios that they make up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from exposure.seeds.models import UnitBasis
from exposure.seeds.periods import parse_period

Target = Literal["units", "content", "share", "fx"]
#: each rule has exactly one operation
OPERATIONS = ("multiply", "add", "replace", "delay")
#: years that are named by their role in the question
ROLES = ("horizon", "base")
#: filters of each target
FILTERS: dict[str, tuple[str, ...]] = {
    "units": ("programmes", "periods"),
    "content": ("programmes", "products", "companies", "periods"),
    "share": ("programmes", "products", "companies", "periods"),
    "fx": ("currencies", "periods"),
}
#: filters that a rule with an amount of its own needs
_NEEDED = {"units": ("programmes",), "fx": ("currencies",)}
#: a factor is zero or between these
_LEAST_TIMES, _MOST_TIMES = 1e-6, 1e6
#: largest amount: of units, of dollars in one, of a currency for one dollar
_MOST = {"units": 1e12, "content": 1e12, "fx": 1e6}
#: filters that hold names of the seeds
NAMES = ("programmes", "products", "companies", "currencies")


def _check_finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("is no number to calculate with")
    return value


def _check_period(period: str) -> str:
    if period not in ROLES:
        years_of(period)
    return period


def years_of(period: str) -> range:
    """Return the calendar years of a period; raise ValueError when it is none, or not made of whole years."""
    start, end = parse_period(period)
    if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
        raise ValueError(f"{period!r} is not made of whole calendar years, by which inputs are kept; write 2026")
    return range(start.year, end.year + 1)


Word = Annotated[str, Field(strict=True, min_length=1)]
Words = tuple[Word, ...]
Number = Annotated[float, Field(strict=True), AfterValidator(_check_finite)]
NotNegative = Annotated[float, Field(strict=True, ge=0), AfterValidator(_check_finite)]


class Rule(BaseModel):
    """One change of one kind of input, in the rows that match all its filters; without a filter, in all rows.

    `multiply` is a factor. `add` and `replace` are units counted in `unit`, dollars in one `unit`, a share between 0
    and 1, or units of a currency for one dollar. `delay` is a number of quarters.
    `filled_by` names the programme that takes the units lost.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: Target
    programmes: Words = ()
    products: Words = ()
    companies: Words = ()
    currencies: Words = ()
    periods: tuple[Annotated[str, Field(strict=True), AfterValidator(_check_period)], ...] = ()
    multiply: NotNegative | None = None
    add: Number | None = None
    replace: NotNegative | None = None
    delay: Annotated[int, Field(strict=True, ge=1, le=4)] | None = None
    unit: UnitBasis | None = None
    #: programme that takes up, unit for unit, what the named ones lose
    filled_by: Word | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Rule:
        for key, message in find_inconsistencies(self.model_dump(exclude_none=True, exclude_defaults=True)):
            raise ValueError(f"{key}: {message}")
        return self

    @property
    def operation(self) -> str:
        """Return the rule's operation."""
        return next(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def amount(self) -> float:
        """Return the number of the operation."""
        return float(getattr(self, self.operation))

    @property
    def words(self) -> str:
        """Return the operation and the filters in words."""
        named = [f"{key} {', '.join(getattr(self, key))}" for key in FILTERS[self.what] if getattr(self, key)]
        return ", ".join([f"{self.operation} {self.what}", *named])


class Scenario(BaseModel):
    """Rules that belong together, the reasoning behind them, and the documents of their figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Word
    title: Word
    reasoning: Word
    sources: Words = ()
    #: why the figures are assumed, where no document has them
    assumption: Word | None = None
    rules: tuple[Rule, ...] = Field(min_length=1)


def find_inconsistencies(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys of a rule that contradict its other keys, each with a message."""
    operations = [name for name in OPERATIONS if name in rule]
    if not operations:
        yield "", f"does nothing; it has one of {', '.join(OPERATIONS)}"
    for second in operations[1:]:
        yield second, f"a rule does one thing, and this one has {operations[0]} already"
    what = rule.get("what")
    if not isinstance(what, str) or what not in FILTERS:
        return
    for name in NAMES:
        if name in rule and name not in FILTERS[what]:
            yield name, f"is no filter of {what}, unlike {', '.join(FILTERS[what])}"
    own_amount = bool({"add", "replace"} & set(operations))
    if "filled_by" in rule and (what != "units" or own_amount or not rule.get("programmes")):
        yield "filled_by", "takes up what multiply or delay takes from units of programmes that the rule names"
    yield from _amount_faults(what, rule, own_amount=own_amount)


def _amount_faults(what: str, rule: Mapping[str, Any], *, own_amount: bool) -> Iterator[tuple[str, str]]:
    operation = "add" if "add" in rule else "replace"
    if what not in ("units", "content") or not own_amount:
        if "unit" in rule:
            yield "unit", "belongs to an amount of units or content only"
    elif "unit" not in rule:
        yield operation, "needs a unit, such as chip or rack"
    for name in _NEEDED.get(what, ()) if own_amount else ():
        if not rule.get(name):
            yield operation, f"needs {name}: whose {what} it is"
    for name in ("multiply", "add", "replace"):
        value = rule.get(name)
        if isinstance(value, int | float):
            yield from ((name, message) for message in _size_faults(what, name, value))


def _size_faults(what: str, operation: str, value: float) -> Iterator[str]:
    if what == "share" and operation != "multiply" and abs(value) > 1:
        yield "a share is a part of a whole, at most 1"
    if what == "fx" and operation != "add" and value == 0:
        yield "an exchange rate is above zero"
    if not math.isfinite(value) or (operation != "add" and value <= 0):
        return  # the field's own type refuses it, or it is zero
    if operation == "multiply" and not _LEAST_TIMES <= value <= _MOST_TIMES:
        yield f"a factor is 0 or from {_LEAST_TIMES:g} to {_MOST_TIMES:,.0f}"
    most = _MOST.get(what, math.inf)
    if operation != "multiply" and abs(value) > most:
        yield f"an amount of {what} is at most {most:,.0f}"
