"""What all rows share: a key, references, rules over several cells, and the range and evidence of a fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from exposure.seeds.models.cells import (
    LARGEST,
    LAST_DAY,
    SMALLEST,
    Basis,
    Code,
    Codes,
    Day,
    Flag,
    Id,
    Number,
    Text,
    Tier,
)

#: the column at fault and what is wrong, one sentence
Breach = tuple[str, str]
RuleMethod = TypeVar("RuleMethod", bound=Callable[[Any], Iterator[Breach]])

#: what the id of a scope may refer to
SCOPES = ("families.family_id", "scopes.scope_id", "programmes.programme_id")


class BrokenRulesError(ValueError):
    """A row whose cells are valid one by one, but not together."""

    def __init__(self, breaches: list[Breach]) -> None:
        self.breaches = breaches
        super().__init__("; ".join(f"{column}: {sentence}" for column, sentence in breaches))


def rule(*columns: str) -> Callable[[RuleMethod], RuleMethod]:
    """Mark a method as a rule over these columns of its row; it yields a breach for each thing wrong with them."""

    def mark(method: RuleMethod) -> RuleMethod:
        method.rule_columns = columns  # type: ignore[attr-defined]
        return method

    return mark


class Row(BaseModel):
    """A seed row."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    #: the columns that no two rows of the table share
    key: ClassVar[tuple[str, ...]]
    #: column -> the `table.column`s, one of which must hold its value
    references: ClassVar[dict[str, tuple[str, ...]]] = {}

    @classmethod
    def columns(cls) -> list[str]:
        """Return the columns in file order."""
        return list(cls.model_fields)

    def find_breaches(self, readable: Collection[str]) -> Iterator[Breach]:
        """Yield the breaches of those rules whose columns are all readable."""
        for method in _rules_of(type(self)):
            if set(method.rule_columns) <= set(readable):  # type: ignore[attr-defined]
                yield from method(self)

    @model_validator(mode="after")
    def _check_rules(self) -> Self:
        if breaches := list(self.find_breaches(type(self).model_fields)):
            raise BrokenRulesError(breaches)
        return self


@cache
def _rules_of(model: type[Row]) -> tuple[Callable[[Row], Iterator[Breach]], ...]:
    """Return the rules of a model, inherited ones first."""
    return tuple(m for c in reversed(model.__mro__) for m in vars(c).values() if hasattr(m, "rule_columns"))


class Fact(Row):
    """A claim: a range or a word, who said it, and since when it could be known.

    `low` alone is "more than", `high` alone "up to". The table defines the unit and the subject.
    """

    key: ClassVar[tuple[str, ...]] = ("fact_id",)
    #: the columns of the claim's subject; no two rows share subject, origin and day
    about: ClassVar[tuple[str, ...]]
    #: the smallest and the largest number that the table allows
    domain: ClassVar[tuple[float, float]] = (0.0, LARGEST)

    fact_id: Code
    low: Number | None
    base: Number | None
    high: Number | None
    known_on: Day
    known_on_basis: Basis
    source_id: Code
    citation: Text | None
    origin_id: Id
    tier: Tier
    rests_on: Codes
    supersedes: Code | None
    withdrawn: Flag
    note: Text | None

    @classmethod
    def columns(cls) -> list[str]:
        """Return the columns in file order: the id, the table's own, then range and evidence."""
        own = [c for c in cls.model_fields if c not in Fact.model_fields]
        first, *shared = Fact.model_fields
        return [first, *own, *shared]

    @rule("low", "base", "high")
    def _range_is_ordered(self) -> Iterator[Breach]:
        for (lower, a), (upper, b) in pairwise(self.list_stated()):
            if a > b:
                yield lower, f"{lower} {a:g} is above {upper} {b:g}"

    @rule("low", "base", "high")
    def _range_is_in_domain(self) -> Iterator[Breach]:
        minimum, maximum = self.domain
        for column, value in self.list_stated():
            if value < minimum:
                yield column, f"{value:g} is below {minimum:g}, the minimum of this table"
            if value > maximum:
                yield column, f"{value:g} is above {maximum:g}, the maximum of this table"
            if 0 < abs(value) < SMALLEST:
                yield column, f"{value:g} is closer to zero than {SMALLEST:g}, but not zero"

    @rule("known_on")
    def _known_in_time(self) -> Iterator[Breach]:
        yield from refuse_late("known_on", self.known_on)

    @rule("tier", "rests_on")
    def _assumption_names_its_grounds(self) -> Iterator[Breach]:
        if self.tier == "assumption" and not self.rests_on:
            yield "rests_on", "an assumption lists the facts that it rests on"

    @rule("tier", "known_on_basis")
    def _basis_rests_on_is_for_assumptions(self) -> Iterator[Breach]:
        if (self.tier == "assumption") != (self.known_on_basis == "rests_on"):
            yield "known_on_basis", "is 'rests_on' for assumptions, and only for them"

    def list_stated(self) -> list[tuple[str, float]]:
        """Return those of low, base and high that are stated, in this order."""
        return [(c, v) for c in ("low", "base", "high") if (v := getattr(self, c)) is not None]

    @property
    def has_number(self) -> bool:
        """Return whether any of low, base and high is stated."""
        return bool(self.list_stated())


class NumericFact(Fact):
    """A claim that has no meaning without a number."""

    @rule("low", "base", "high", "withdrawn")
    def _number_is_stated(self) -> Iterator[Breach]:
        if not (self.has_number or self.withdrawn):
            yield "base", "none of low, base and high is stated"


def refuse_late(column: str, day: date) -> Iterator[Breach]:
    """Refuse a day after the last one: the latest day of all facts is the default as-of date."""
    if day > LAST_DAY:
        yield column, f"{day} is after the year {LAST_DAY.year}"


def refuse_zero(row: Fact) -> Iterator[Breach]:
    """Refuse zero where the number is a divisor."""
    for column, value in row.list_stated():
        if value == 0:
            yield column, "is zero, but other numbers are divided by it"
