"""What all rows share: a key, references, rules over several cells, and the range and evidence of a fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from exposure.seeds.models.cells import (
    LARGEST,
    SMALLEST,
    Basis,
    Code,
    Codes,
    Flag,
    KnownDay,
    Number,
    OriginId,
    RefersTo,
    SourceId,
    Text,
    Tier,
)

#: the column at fault and what is wrong, one sentence
Breach = tuple[str, str]
RuleMethod = Callable[[Any], Iterator[Breach]]
AnyRule = TypeVar("AnyRule", bound=RuleMethod)


class BrokenRulesError(ValueError):
    """A row whose cells are valid one by one, but not together."""

    def __init__(self, breaches: list[Breach]) -> None:
        self.breaches = breaches
        super().__init__("; ".join(f"{column}: {sentence}" for column, sentence in breaches))


def rule(*columns: str) -> Callable[[AnyRule], AnyRule]:
    """Mark a method as a rule over these columns of its row; it yields a breach for each thing wrong with them."""

    def mark(method: AnyRule) -> AnyRule:
        method.rule_columns = columns  # type: ignore[attr-defined]
        return method

    return mark


def refuse_if(*columns: str, fault: str) -> Callable[[Callable[[Any], object]], RuleMethod]:
    """Turn a condition into a rule over these columns; the fault is at the first and may name cells of the `row`."""

    def turn(condition: Callable[[Any], object]) -> RuleMethod:
        def find(row: Row) -> Iterator[Breach]:
            if condition(row):
                yield columns[0], fault.format(row=row)

        return rule(*columns)(find)

    return turn


class Row(BaseModel):
    """A seed row."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    #: the columns that no two rows of the table share; the first column, unless a model names others
    key: ClassVar[tuple[str, ...]]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Set the key of a model that names none."""
        if not hasattr(cls, "key"):
            cls.key = (next(iter(cls.model_fields)),)

    @classmethod
    def columns(cls) -> list[str]:
        """Return the columns in file order."""
        return list(cls.model_fields)

    @classmethod
    def references(cls) -> dict[str, tuple[str, ...]]:
        """Return column -> the `table.column`s, one of which must hold its value."""
        targets = {column: _find_targets(info.rebuild_annotation()) for column, info in cls.model_fields.items()}
        return {column: references for column, references in targets.items() if references}

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


def _find_targets(annotation: Any) -> tuple[str, ...]:
    """Return the targets of a reference, which may be optional."""
    if isinstance(annotation, RefersTo):
        return annotation.targets
    return next((targets for part in get_args(annotation) if (targets := _find_targets(part))), ())


@cache
def _rules_of(model: type[Row]) -> tuple[RuleMethod, ...]:
    """Return the rules of a model, inherited ones first."""
    return tuple(m for c in reversed(model.__mro__) for m in vars(c).values() if hasattr(m, "rule_columns"))


class Fact(Row):
    """A claim: what it states, who states it, and since when it could be known.

    `low` alone is "more than", `high` alone "up to". The table defines the unit and the subject.
    """

    #: the columns of the claim's subject; no two rows share subject, origin and day
    about: ClassVar[tuple[str, ...]]
    #: the smallest and the largest number that the table allows
    domain: ClassVar[tuple[float, float]] = (0.0, LARGEST)

    fact_id: Code
    low: Number | None
    base: Number | None
    high: Number | None
    known_on: KnownDay
    known_on_basis: Basis
    source_id: SourceId
    citation: Text | None
    origin_id: OriginId
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

    @refuse_if("rests_on", "tier", fault="an assumption lists the facts that it rests on")
    def _assumption_is_groundless(self) -> bool:
        return self.tier == "assumption" and not self.rests_on

    @refuse_if("known_on_basis", "tier", fault="is 'rests_on' for assumptions, and only for them")
    def _basis_is_not_that_of_its_tier(self) -> bool:
        return (self.tier == "assumption") != (self.known_on_basis == "rests_on")

    def list_stated(self) -> list[tuple[str, float]]:
        """Return those of low, base and high that are stated, in this order."""
        return [(c, v) for c in ("low", "base", "high") if (v := getattr(self, c)) is not None]

    @property
    def has_number(self) -> bool:
        """Return whether any of low, base and high is stated."""
        return bool(self.list_stated())


class NumericFact(Fact):
    """A claim that has no meaning without a number."""

    @refuse_if("base", "low", "high", "withdrawn", fault="none of low, base and high is stated")
    def _number_is_missing(self) -> bool:
        return not (self.has_number or self.withdrawn)


def refuse_zero(row: Fact) -> Iterator[Breach]:
    """Refuse zero where the number is a divisor."""
    for column, value in row.list_stated():
        if value == 0:
            yield column, "is zero, but other numbers are divided by it"
