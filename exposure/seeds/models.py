"""What a row of each seed table must be: one model per CSV file, columns in file order.

A model says what a single row can say of itself. What needs other rows (references, keys,
chains of vintages) is checked in `seed_rules`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from exposure.seeds import periods

# --- cells ---------------------------------------------------------------------------------

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
#: beyond this no figure in the unit of its table is meant, and products of a few such leave the database's decimals
LARGEST = 1e12
#: and no unit holds more chips or pieces, by which money and units are multiplied
LARGEST_COUNT = 1e6
#: the same for claims, whose units are free and count single tokens and watts
LARGEST_CLAIM = 1e18
#: what is nearer to zero is a slip, and leaves the database's decimals where something is divided by it
SMALLEST = 1e-9
#: nobody who keeps these tables sees or hears anything later
LAST_DAY = date(2100, 12, 31)
#: a century: no claim ages and no window reaches further
LARGEST_DAYS = 36_525.0
#: Unicode categories of what an editor does not show: controls, format marks, private use, line separators
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def _number(cell: object) -> object:
    """Read plain decimal text only: no nan, inf, 1_000, 1,000 or 5%."""
    if not isinstance(cell, str):
        return cell
    if not _NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
        raise ValueError(f"{cell!r} is not a plain decimal number")
    return float(cell)


def _day(cell: object) -> object:
    if isinstance(cell, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError(f"{cell!r} is not a date written YYYY-MM-DD")
    return cell


def _flag(cell: object) -> object:
    if cell not in ("true", "false", True, False):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell in ("true", True)


def _id(cell: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", cell):
        raise ValueError(f"{cell!r} is not an id (lower-case letters, digits, '-' and '.')")
    return cell


def _code(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", cell):
        raise ValueError(f"{cell!r} is not a code (letters, digits, '-', '_' and '.')")
    return cell


def _ids(cell: object) -> object:
    """Split `a; b` into its parts, in the order written; no cell means no parts."""
    if not isinstance(cell, str):
        return cell or ()
    parts = tuple(part.strip() for part in cell.split(";"))
    if not all(parts):
        raise ValueError(f"{cell!r} has an empty part; write 'a; b'")
    if len(set(parts)) < len(parts):
        raise ValueError(f"{cell!r} names something twice")
    return parts


def _period(cell: str) -> str:
    periods.bounds(cell)
    return cell


def _text(cell: str) -> str:
    if cell != cell.strip():
        raise ValueError("has spaces at its ends")
    for character in cell:
        if unicodedata.category(character) in _INVISIBLE:
            raise ValueError(f"has the invisible character U+{ord(character):04X} in it")
    return cell


def _currency(cell: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", cell):
        raise ValueError(f"{cell!r} is not a three-letter currency code")
    return cell


def _month_day(cell: str) -> str:
    try:
        date.fromisoformat(f"2000-{cell}")
    except ValueError:
        raise ValueError(f"{cell!r} is not a day of the year written MM-DD") from None
    return cell


Number = Annotated[float, BeforeValidator(_number)]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Id = Annotated[str, AfterValidator(_id)]
Code = Annotated[str, AfterValidator(_code)]
Codes = Annotated[tuple[str, ...], BeforeValidator(_ids)]
Period = Annotated[str, AfterValidator(_period)]
Text = Annotated[str, AfterValidator(_text)]
Currency = Annotated[str, AfterValidator(_currency)]

Tier = Literal["disclosed", "reported", "estimate", "rumour", "assumption"]
UnitBasis = Literal["chip", "board", "tray", "server", "rack", "module", "piece"]
SourcingMode = Literal["sole", "main", "co-main", "second", "minor", "participant"]
Basis = Literal["published", "month_end", "year_end", "before", "collected", "filing_deadline", "rests_on"]


def _too_late(column: str, day: date) -> Iterator[Breach]:
    """Refuse a day on which nothing can have been known: it would be the day that every question is of."""
    if day > LAST_DAY:
        yield column, f"{day} is after the year {LAST_DAY.year}"


# --- rows ----------------------------------------------------------------------------------

#: the column at fault and what is wrong, one sentence
Breach = tuple[str, str]
RuleMethod = TypeVar("RuleMethod", bound=Callable[[Any], Iterator[Breach]])


class BrokenRulesError(ValueError):
    """A row whose cells are sound each, but not together."""

    def __init__(self, breaches: list[Breach]) -> None:
        self.breaches = breaches
        super().__init__("; ".join(f"{column}: {sentence}" for column, sentence in breaches))


def rule(*columns: str) -> Callable[[RuleMethod], RuleMethod]:
    """Mark a method as a rule over these columns of its row; it yields a breach for all that is wrong with them."""

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
        """Name the columns in file order."""
        return list(cls.model_fields)

    def breaches(self, readable: Collection[str]) -> Iterator[Breach]:
        """Yield what breaks the rules of the row, of those rules whose columns could all be read."""
        for method in _rules(type(self)):
            if set(method.rule_columns) <= set(readable):  # type: ignore[attr-defined]
                yield from method(self)

    @model_validator(mode="after")
    def _rules_hold(self) -> Self:
        if breaches := list(self.breaches(type(self).model_fields)):
            raise BrokenRulesError(breaches)
        return self


@cache
def _rules(model: type[Row]) -> tuple[Callable[[Row], Iterator[Breach]], ...]:
    """Give the rules of a model, those that it inherits first."""
    return tuple(m for c in reversed(model.__mro__) for m in vars(c).values() if hasattr(m, "rule_columns"))


class Fact(Row):
    """A claim: what was said, by whom, since when it could be known.

    `low` alone is "more than", `high` alone "up to". The numbers' unit and subject are the table's.
    """

    key: ClassVar[tuple[str, ...]] = ("fact_id",)
    #: the columns that say what the claim is about; the same ones, origin and day twice is a fault
    about: ClassVar[tuple[str, ...]]
    #: the least and the largest number that the table allows
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
        """Name the columns in file order: the id, the table's own, then range and evidence."""
        own = [c for c in cls.model_fields if c not in Fact.model_fields]
        first, *shared = Fact.model_fields
        return [first, *own, *shared]

    @rule("low", "base", "high")
    def _range_is_ordered(self) -> Iterator[Breach]:
        for (lower, a), (upper, b) in pairwise(self.stated()):
            if a > b:
                yield lower, f"{lower} {a:g} is above {upper} {b:g}"

    @rule("low", "base", "high")
    def _range_is_in_domain(self) -> Iterator[Breach]:
        least, most = self.domain
        for column, value in self.stated():
            if value < least:
                yield column, f"{value:g} is below {least:g}, the least that this table allows"
            if value > most:
                yield column, f"{value:g} is above {most:g}, the most that this table allows"
            if 0 < abs(value) < SMALLEST:
                yield column, f"{value:g} is nearer to zero than {SMALLEST:g}, and yet not zero"

    @rule("known_on")
    def _known_in_time(self) -> Iterator[Breach]:
        yield from _too_late("known_on", self.known_on)

    @rule("tier", "rests_on")
    def _assumption_names_its_grounds(self) -> Iterator[Breach]:
        if self.tier == "assumption" and not self.rests_on:
            yield "rests_on", "an assumption names the facts that it rests on"

    @rule("tier", "known_on_basis")
    def _basis_rests_on_is_for_assumptions(self) -> Iterator[Breach]:
        if (self.tier == "assumption") != (self.known_on_basis == "rests_on"):
            yield "known_on_basis", "is 'rests_on' for assumptions, and only for them"

    def stated(self) -> list[tuple[str, float]]:
        """Give those of low, base and high that are stated, in this order."""
        return [(c, v) for c in ("low", "base", "high") if (v := getattr(self, c)) is not None]

    @property
    def has_number(self) -> bool:
        """Say whether any of low, base and high is stated."""
        return bool(self.stated())


class NumericFact(Fact):
    """A claim that has no meaning without a number."""

    @rule("low", "base", "high", "withdrawn")
    def _number_is_stated(self) -> Iterator[Breach]:
        if not (self.has_number or self.withdrawn):
            yield "base", "none of low, base and high is stated"


# --- evidence and identity -----------------------------------------------------------------


class Source(Row):
    """A document that facts come from."""

    key = ("source_id",)
    references = {"origin_id": ("origins.origin_id",)}

    source_id: Code
    title: Text
    publisher: Text
    published_on: Day | None
    published_precision: Literal["day", "month", "year", "before", "none"]
    language: Literal["en", "zh-Hans", "zh-Hant", "ko"]
    channel: Literal[
        "filing", "company_release", "company_call", "official_statistics", "data_site", "broker",
        "press", "research_digest", "expert_call", "blog", "social", "own_reasoning",
    ]  # fmt: skip
    tier: Tier
    origin_id: Id
    url: Text | None
    collected_on: Day
    note: Text | None

    @rule("published_on", "published_precision")
    def _day_has_a_precision(self) -> Iterator[Breach]:
        if (self.published_on is None) != (self.published_precision == "none"):
            yield "published_precision", "is 'none' without a published_on, and only then"

    @rule("published_on")
    def _published_in_time(self) -> Iterator[Breach]:
        if self.published_on:
            yield from _too_late("published_on", self.published_on)

    @rule("collected_on")
    def _collected_in_time(self) -> Iterator[Breach]:
        yield from _too_late("collected_on", self.collected_on)


class Origin(Row):
    """Who really said it: one broker's note in three newspapers is one origin."""

    key = ("origin_id",)

    origin_id: Id
    name: Text
    kind: Literal["company", "broker", "press", "researcher", "expert", "market", "official", "own"]


class Exchange(Row):
    """A stock exchange and how data vendors write its tickers."""

    key = ("mic",)

    mic: Code
    name: Text
    country: Code
    suffix: Text | None
    bloomberg: Code


class Company(Row):
    """A company that supplies, owns or finances programmes. Unlisted ones take part in shares, never in ranks."""

    key = ("company_id",)
    references = {"mic": ("exchanges.mic",)}

    company_id: Id
    name: Text
    name_local: Text | None
    ticker: Code | None
    mic: Code | None
    country: Code
    currency: Currency | None
    fiscal_year_end: Annotated[str, AfterValidator(_month_day)] | None
    note: Text | None

    @rule("ticker", "mic", "currency")
    def _listing_is_whole(self) -> Iterator[Breach]:
        listing = (self.ticker, self.mic, self.currency)
        if any(listing) and not all(listing):
            yield "ticker", "ticker, mic and currency are stated together or not at all"


class CompanyAlias(Row):
    """Another way that sources write a company's name. One alias never means two companies."""

    key = ("alias",)
    references = {"company_id": ("companies.company_id",)}

    alias: Text
    company_id: Id
    kind: Literal["name", "short", "former", "misspelling", "traditional", "simplified", "ticker"]
    note: Text | None


class Ownership(NumericFact):
    """A parent's share in a child (0 to 1), and whether the parent's revenue contains the child's."""

    about = ("parent_id", "child_id")
    domain = (0.0, 1.0)
    references = {"parent_id": ("companies.company_id",), "child_id": ("companies.company_id",)}

    parent_id: Id
    child_id: Id
    consolidated: Flag
    valid_from: Day | None
    valid_to: Day | None

    @rule("parent_id", "child_id")
    def _nobody_owns_itself(self) -> Iterator[Breach]:
        if self.parent_id == self.child_id:
            yield "child_id", f"{self.child_id!r} cannot be its own parent"

    @rule("valid_from", "valid_to")
    def _days_are_ordered(self) -> Iterator[Breach]:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            yield "valid_to", f"{self.valid_to} is before valid_from {self.valid_from}"


class Family(Row):
    """Generations of one owner's line. Its id is also the scope of all of them together."""

    key = ("family_id",)
    references = {"owner_id": ("companies.company_id",)}

    family_id: Id
    name: Text
    owner_id: Id
    unit_basis: UnitBasis
    note: Text | None


class Programme(Row):
    """One accelerator platform generation; each family has one more, `unallocated`, for units of no named one."""

    key = ("programme_id",)
    references = {"family_id": ("families.family_id",), "designer_ids": ("companies.company_id",)}

    programme_id: Id
    name: Text
    family_id: Id
    designer_ids: Codes
    unallocated: Flag
    note: Text | None


class Scope(Row):
    """A group of programmes that sources speak of together; neither a family nor a programme.

    `total` says that the group is counted as its family's whole.
    """

    key = ("scope_id",)
    references = {"family_id": ("families.family_id",)}

    scope_id: Id
    name: Text
    family_id: Id | None
    total: Flag
    note: Text | None

    @rule("family_id", "total")
    def _a_total_is_of_a_family(self) -> Iterator[Breach]:
        if self.total and not self.family_id:
            yield "total", "a scope counted as its family's whole names the family"


class ScopeMember(Row):
    """A programme that a scope contains."""

    key = ("scope_id", "programme_id")
    references = {"scope_id": ("scopes.scope_id",), "programme_id": ("programmes.programme_id",)}

    scope_id: Id
    programme_id: Id


def _above_zero(row: Fact) -> Iterator[Breach]:
    """Refuse zero where the number divides."""
    for column, value in row.stated():
        if value == 0:
            yield column, "is zero, but other numbers are divided by it"


class UnitConversion(NumericFact):
    """How many chips (accelerators) one board, tray, server or rack of a programme holds."""

    about = ("programme_id", "unit_basis")
    domain = (0.0, LARGEST_COUNT)
    references = {"programme_id": ("programmes.programme_id",)}

    programme_id: Id
    unit_basis: UnitBasis

    _number_is_positive = rule("low", "base", "high")(_above_zero)


class Product(Row):
    """A line of the bill of materials. `stage` ranks assembly levels (6, 10, 11): the higher one contains the lower."""

    key = ("product_id",)
    references = {"parent_id": ("products.product_id",)}

    product_id: Id
    name: Text
    name_local: Text | None
    parent_id: Id | None
    stage: Number | None
    note: Text | None

    @rule("stage")
    def _stage_is_a_level(self) -> Iterator[Breach]:
        if self.stage is not None and not 0 <= self.stage <= 99:
            yield "stage", f"{self.stage:g} is not an assembly level from 0 to 99"


# --- claims that feed the formula ----------------------------------------------------------

_SCOPES = ("families.family_id", "scopes.scope_id", "programmes.programme_id")


def _negative_only_as_growth(row: ShipmentForecast | CompanyRevenue) -> Iterator[Breach]:
    for column, value in row.stated():
        if value < 0 and row.kind != "growth":
            yield column, f"{value:g} is below 0, which only growth can be"


class ShipmentForecast(NumericFact):
    """Units of a scope in a period: a forecast, an estimate of the past, or an actual count.

    With `supplier_id` it is that supplier's part, with `product_id` the units of that product.
    Only forecast, estimate and actual are pooled.
    """

    about = ("scope_id", "supplier_id", "product_id", "period", "kind", "unit_basis")
    domain = (-1.0, LARGEST)
    references = {
        "scope_id": _SCOPES,
        "supplier_id": ("companies.company_id",),
        "product_id": ("products.product_id",),
    }

    scope_id: Id
    supplier_id: Id | None
    product_id: Id | None
    period: Period
    kind: Literal["forecast", "estimate", "actual", "required", "annualised", "cumulative", "growth", "lifetime"]
    unit_basis: Literal[UnitBasis, "fraction"]

    @rule("kind", "unit_basis")
    def _growth_is_a_fraction(self) -> Iterator[Breach]:
        if (self.kind == "growth") != (self.unit_basis == "fraction"):
            yield "unit_basis", "is 'fraction' for growth, and only for it"

    @rule("scope_id", "product_id")
    def _a_market_is_of_a_product(self) -> Iterator[Breach]:
        if self.scope_id == "market" and not self.product_id:
            yield "product_id", "units of the scope 'market' are units of a product; name it"

    _only_growth_is_negative = rule("low", "base", "high", "kind")(_negative_only_as_growth)


class ContentValue(NumericFact):
    """Money of a product in one unit (`content`), money of one piece (`price`), or pieces per unit (`attach`)."""

    about = ("scope_id", "product_id", "supplier_id", "measure", "unit_basis", "period")
    references = {
        "scope_id": _SCOPES,
        "product_id": ("products.product_id",),
        "supplier_id": ("companies.company_id",),
    }

    scope_id: Id
    product_id: Id
    supplier_id: Id | None
    measure: Literal["content", "price", "attach"]
    unit_basis: UnitBasis
    period: Period | None
    currency: Currency | None
    booking: Literal["gross", "net", "consigned", "unknown"]
    circular: Flag

    @rule("currency", "measure")
    def _money_has_a_currency(self) -> Iterator[Breach]:
        if (self.currency is None) != (self.measure == "attach"):
            yield "currency", "is stated for content and price, and only for them"

    @rule("measure", "unit_basis")
    def _a_price_is_of_a_piece(self) -> Iterator[Breach]:
        if (self.measure == "price") != (self.unit_basis == "piece"):
            yield "unit_basis", "is 'piece' for a price, and only for it"

    @rule("scope_id", "measure")
    def _a_market_has_prices_only(self) -> Iterator[Breach]:
        if self.scope_id == "market" and self.measure != "price":
            yield "scope_id", "the scope 'market' has no units that a product could be in, only prices"

    @rule("low", "base", "high", "measure")
    def _pieces_are_counted(self) -> Iterator[Breach]:
        for column, value in self.stated():
            if self.measure == "attach" and LARGEST_COUNT < value <= LARGEST:
                yield column, f"{value:g} is above {LARGEST_COUNT:g}, the most pieces that a unit can hold"


class SupplyShare(Fact):
    """That a company supplies a product into a scope: its share, its part of a joint share, or only its role.

    A stated share is a fraction of all units, of the part open to outside makers (`open_part` of
    all), or of the product's whole market (scope `market`).
    """

    about = ("company_id", "joint_ids", "product_id", "scope_id", "period", "denominator")
    domain = (0.0, 1.0)
    references = {
        "company_id": ("companies.company_id",),
        "joint_ids": ("companies.company_id",),
        "product_id": ("products.product_id",),
        "scope_id": _SCOPES,
    }

    company_id: Id
    joint_ids: Codes
    product_id: Id
    scope_id: Id
    period: Period
    sourcing_mode: SourcingMode | None
    denominator: Literal["all_units", "open_units", "market"]
    open_part: Number | None

    @rule("low", "base", "high", "sourcing_mode", "withdrawn")
    def _says_something(self) -> Iterator[Breach]:
        if not (self.has_number or self.sourcing_mode or self.withdrawn):
            yield "base", "neither a share nor a sourcing_mode is stated"

    @rule("denominator", "open_part")
    def _open_part_is_for_open_units(self) -> Iterator[Breach]:
        if (self.denominator == "open_units") != (self.open_part is not None):
            yield "open_part", "is stated for the denominator open_units, and only for it"

    @rule("open_part")
    def _open_part_is_a_fraction(self) -> Iterator[Breach]:
        if self.open_part is not None and not 0 < self.open_part <= 1:
            yield "open_part", f"{self.open_part:g} is not a fraction above 0 and at most 1"

    @rule("denominator", "scope_id")
    def _market_is_scope_and_denominator(self) -> Iterator[Breach]:
        if (self.denominator == "market") != (self.scope_id == "market"):
            yield "denominator", "scope 'market' and denominator 'market' go together"

    @rule("company_id", "joint_ids")
    def _joint_ids_are_the_others(self) -> Iterator[Breach]:
        if self.company_id in self.joint_ids:
            yield "joint_ids", f"names the company itself, {self.company_id!r}; name the others"


class CompanyRevenue(NumericFact):
    """A company's sales in a period, in millions of its currency, or their growth on a year (a fraction)."""

    about = ("company_id", "period", "kind")
    domain = (-1.0, LARGEST)
    references = {"company_id": ("companies.company_id",)}

    company_id: Id
    period: Period
    kind: Literal["reported", "derived", "forecast", "growth"]
    currency: Currency | None

    @rule("currency", "kind")
    def _money_has_a_currency(self) -> Iterator[Breach]:
        if (self.currency is None) != (self.kind == "growth"):
            yield "currency", "is stated for sales, and only for them, not for growth"

    _only_growth_is_negative = rule("low", "base", "high", "kind")(_negative_only_as_growth)

    @rule("low", "base", "high", "kind")
    def _sales_are_something(self) -> Iterator[Breach]:
        # weights are parts of sales, whether they are stated or rolled on by their growth
        nothing = -1 if self.kind == "growth" else 0
        for column, value in self.stated():
            if value == nothing:
                yield column, f"is {'a fall to zero' if nothing else 'zero'}, but other numbers are divided by it"


class DisclosedExposure(NumericFact):
    """The part of a company's sales (a fraction) or the sales (millions) from a programme, customer or product."""

    about = ("company_id", "scope_id", "customer_id", "product_id", "measure", "period")
    references = {
        "company_id": ("companies.company_id",),
        "scope_id": _SCOPES,
        "customer_id": ("companies.company_id",),
        "product_id": ("products.product_id",),
    }

    company_id: Id
    scope_id: Id | None
    customer_id: Id | None
    product_id: Id | None
    measure: Literal["share", "revenue"]
    period: Period
    currency: Currency | None

    @rule("scope_id", "customer_id", "product_id")
    def _one_subject(self) -> Iterator[Breach]:
        if sum(x is not None for x in (self.scope_id, self.customer_id, self.product_id)) != 1:
            yield "scope_id", "exactly one of scope_id, customer_id and product_id is stated"

    @rule("currency", "measure")
    def _money_has_a_currency(self) -> Iterator[Breach]:
        if (self.currency is None) != (self.measure == "share"):
            yield "currency", "is stated for revenue, and only for it, not for a share"

    @rule("low", "base", "high", "measure")
    def _a_share_is_a_fraction(self) -> Iterator[Breach]:
        for column, value in self.stated():
            if self.measure == "share" and value > 1:
                yield column, f"{value:g} is above 1, the most that a share can be"


class CompanySignal(Fact):
    """A qualitative or financial signal on a company: `until` for horizons of orders, numbers for the rest."""

    about = ("company_id", "metric", "scope_id", "period")
    domain = (-LARGEST, LARGEST)
    references = {
        "company_id": ("companies.company_id",),
        "metric": ("signal_metrics.metric",),
        "scope_id": _SCOPES,
    }

    company_id: Id
    metric: Code
    scope_id: Id | None
    period: Period | None
    until: Day | None

    @rule("low", "base", "high", "until", "withdrawn")
    def _says_something(self) -> Iterator[Breach]:
        if not (self.has_number or self.until or self.withdrawn):
            yield "base", "neither a number nor a day (until) is stated"


class FxRate(NumericFact):
    """Units of a currency for one US dollar, average of the period."""

    about = ("currency", "period")
    references: ClassVar[dict[str, tuple[str, ...]]] = {}

    currency: Currency
    period: Period

    _number_is_positive = rule("low", "base", "high")(_above_zero)


# --- the ledger of claims ------------------------------------------------------------------

#: the views that recompute what sources compute; `general` feeds several of them
System = Literal[
    "capex", "cooling_market", "custom_silicon", "scenario_valuation", "cluster", "power_buildout",
    "accelerator_economics", "cluster_payback", "market_size", "market_share", "supply_map", "demand_signal", "general",
]  # fmt: skip


#: what a metric tells of demand, in the view `research.demand_signal`
Theme = Literal["backlog", "orders", "concentration", "usage", "income", "froth", "outlook", "risk"]


class ClaimMetric(Row):
    """A controlled name for what a claim measures; no two names mean the same.

    In `unit`, `currency` stands for the claim's currency and `counted unit` for chip, board, tray, server, rack ...
    """

    key = ("metric",)

    metric: Code
    unit: Text
    definition: Text
    system: System
    theme: Theme | None


class Claim(Fact):
    """A statement that feeds no formula, by a metric of the vocabulary, as a number or in a few words (`text`).

    What feeds the formula stands in its own table and is not repeated here; the view `mart.claim` unites both.
    """

    about = ("subject", "metric", "object", "scope_id", "period")
    domain = (-LARGEST_CLAIM, LARGEST_CLAIM)
    references = {
        "metric": ("claim_metrics.metric", "signal_metrics.metric"),
        "scope_id": _SCOPES,
        "company_id": ("companies.company_id",),
    }

    subject: Id
    metric: Code
    object: Id | None
    scope_id: Id | None
    company_id: Id | None
    period: Period | None
    unit: Text | None
    currency: Currency | None
    text: Text | None

    @rule("low", "base", "high", "text", "withdrawn")
    def _says_one_thing(self) -> Iterator[Breach]:
        if self.has_number and self.text:
            yield "text", "a claim states a number or a text; what explains the number is its note"
        if not (self.has_number or self.text or self.withdrawn):
            yield "base", "neither a number nor a text is stated"

    @rule("low", "base", "high", "unit")
    def _numbers_have_a_unit(self) -> Iterator[Breach]:
        if self.has_number != (self.unit is not None):
            yield "unit", "is stated for numbers, and only for them"


#: formula of a check -> the least and the largest number of its inputs; `research.claim_check` computes them
FORMULAS: dict[str, tuple[int, int]] = {
    "added_capacity_times_mean_cost": (4, 4),
    "annualised": (1, 1),
    "cagr": (2, 2),
    "complement": (1, 9),
    "difference": (2, 9),
    "eps_times_multiple": (2, 2),
    "growth_from_levels": (2, 2),
    "growth_of_sum": (2, 9),
    "growth_through_actual": (3, 3),
    "mean": (2, 9),
    "multiple_less_one": (1, 1),
    "payback_schedule": (4, 4),
    "product": (2, 2),
    "quarter_of_year_lost": (1, 1),
    "racks_times_value": (2, 2),
    "ratio": (2, 2),
    "ratio_of_sum": (3, 3),
    "reciprocal_days": (1, 1),
    "share_of_total": (2, 2),
    "sum_of_parts": (2, 9),
}


class ClaimCheck(Row):
    """A stated figure that follows from other stated figures by a formula.

    `input_rounding` and `stated_rounding` are the units of the last digits that were printed, in the facts' own units.
    """

    key = ("check_id",)

    check_id: Code
    formula: Code
    inputs: Codes
    input_rounding: Text
    stated: Code
    stated_rounding: Number
    not_comparable: Text | None
    note: Text | None

    @rule("formula")
    def _formula_is_known(self) -> Iterator[Breach]:
        if self.formula not in FORMULAS:
            yield "formula", f"{self.formula!r} is not one of {', '.join(FORMULAS)}"

    @rule("formula", "inputs")
    def _inputs_fit_the_formula(self) -> Iterator[Breach]:
        least, most = FORMULAS.get(self.formula, (0, len(self.inputs)))
        if not least <= len(self.inputs) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            yield "inputs", f"{self.formula!r} takes {wanted} inputs, not {len(self.inputs)}"

    @rule("inputs", "stated")
    def _a_figure_does_not_follow_from_itself(self) -> Iterator[Breach]:
        if self.stated in self.inputs:
            yield "stated", f"{self.stated!r} is one of the inputs"

    @rule("inputs", "input_rounding")
    def _every_input_is_rounded(self) -> Iterator[Breach]:
        steps = self.input_rounding.split("; ")
        if not all(_NUMBER.fullmatch(step) and 0 < float(step) <= LARGEST_CLAIM for step in steps):
            yield "input_rounding", f"{self.input_rounding!r} is not a list of numbers above 0; write '100; 0.1'"
        elif len(steps) != len(self.inputs):
            yield "input_rounding", f"there are {len(self.inputs)} inputs and {len(steps)} roundings"

    @rule("stated_rounding")
    def _the_figure_is_rounded(self) -> Iterator[Breach]:
        if self.stated_rounding <= 0:
            yield "stated_rounding", "is not above 0"
        if self.stated_rounding > LARGEST_CLAIM:
            yield "stated_rounding", f"{self.stated_rounding:g} is above {LARGEST_CLAIM:g}"


class Contradiction(Row):
    """Two claims that seem to be at odds, what they are to each other, and how the engine treats them.

    The claim named in `set_aside` stays in the ledger, but the views compute nothing with it.
    """

    key = ("contradiction_id",)

    contradiction_id: Code
    left_fact: Code
    right_fact: Code
    kind: Literal["contradiction", "revision", "scope_difference"]
    set_aside: Code | None
    treatment: Text
    note: Text

    @rule("left_fact", "right_fact")
    def _two_claims(self) -> Iterator[Breach]:
        if self.left_fact == self.right_fact:
            yield "right_fact", f"{self.right_fact!r} is the left fact as well"

    @rule("left_fact", "right_fact", "set_aside")
    def _one_of_them_is_set_aside(self) -> Iterator[Breach]:
        if self.set_aside and self.set_aside not in (self.left_fact, self.right_fact):
            yield "set_aside", f"{self.set_aside!r} is neither of the two facts"


# --- method: judgement with its reasoning, no knowledge time --------------------------------


class TierParameter(Row):
    """How much an evidence tier weighs, how fast its claims age, how wide they are without a stated range."""

    key = ("tier",)

    tier: Tier
    rank: Number
    weight: Number
    half_life_days: Number
    default_spread: Number
    reasoning: Text

    @rule("weight", "half_life_days", "default_spread")
    def _numbers_make_sense(self) -> Iterator[Breach]:
        # a weight next to nothing weighs like none, and a spread of 1 reaches down to nothing
        if not SMALLEST <= self.weight <= 1:
            yield "weight", f"{self.weight:g} is not a fraction above 0 and at most 1"
        if not 1 <= self.half_life_days <= LARGEST_DAYS:
            yield "half_life_days", f"{self.half_life_days:g} is not from 1 to {LARGEST_DAYS:g} days"
        if not 0 <= self.default_spread < 1:
            yield "default_spread", f"{self.default_spread:g} is not a fraction from 0 to below 1"

    @rule("rank")
    def _rank_is_an_order(self) -> Iterator[Breach]:
        if abs(self.rank) > LARGEST:
            yield "rank", f"{self.rank:g} is not from {-LARGEST:g} to {LARGEST:g}"


class SourcingModeWeight(Row):
    """What part of the unstated share a role takes: a weight with a range, an assumption."""

    key = ("sourcing_mode",)

    sourcing_mode: SourcingMode
    low: Number
    base: Number
    high: Number
    reasoning: Text

    @rule("low", "base", "high")
    def _range_is_an_ordered_fraction(self) -> Iterator[Breach]:
        if not 0 <= self.low <= self.base <= self.high <= 1:
            yield "low", "low, base and high are fractions from 0 to 1, each not below the one before"


class SignalMetric(Row):
    """A controlled name for a company signal."""

    key = ("metric",)

    metric: Code
    unit: Text
    definition: Text


class Correlation(Row):
    """How strongly the units of two families or programmes move together.

    A family with itself: its generations with each other, where they are counted one by one.
    """

    key = ("left_id", "right_id")
    references = {
        "left_id": ("families.family_id", "programmes.programme_id"),
        "right_id": ("families.family_id", "programmes.programme_id"),
    }

    left_id: Id
    right_id: Id
    correlation: Number
    reasoning: Text

    @rule("correlation")
    def _is_a_correlation(self) -> Iterator[Breach]:
        if abs(self.correlation) > 1:
            yield "correlation", f"{self.correlation:g} is not from -1 to 1"


class Parameter(Row):
    """A number of the method."""

    key = ("parameter",)

    parameter: Code
    value: Number
    reasoning: Text

    @rule("parameter", "value")
    def _value_is_possible(self) -> Iterator[Breach]:
        least, most = PARAMETERS.get(self.parameter, (-LARGEST, LARGEST))
        if not least <= self.value <= most:
            yield "value", f"{self.value:g} is not from {least:g} to {most:g}, which {self.parameter!r} can be"


class Waiver(Row):
    """A finding that is accepted, with the reason."""

    key = ("finding", "finding_key")

    finding: Code
    finding_key: Text
    waived_on: Day
    reason: Text

    @rule("waived_on")
    def _waived_in_time(self) -> Iterator[Breach]:
        yield from _too_late("waived_on", self.waived_on)


#: the numbers that the method needs -> the least and the most that each can be;
#: `seeds/parameters.csv` gives each of them, and no other. A widening of 1 would reach down to sales of zero
PARAMETERS: dict[str, tuple[float, float]] = {
    "revision_window_days": (1, LARGEST_DAYS),
    "revision_half_life_days": (1, LARGEST_DAYS),
    "carry_widening": (0, 0.9),
    "material_part": (0, 1),
    "stale_after_days": (1, LARGEST_DAYS),
    "revenue_gap": (0, 1),
    "neutral_score": (0, 100),
    "minimum_coverage": (0, 1),
    "minimum_companies": (1, LARGEST_COUNT),
    "winsor_sd": (0.1, 10),
    "fx_carry_widening": (0, 0.9),
    "year_correlation": (0, 1),
    "spread_floor": (0, 1),
    "confidence_origins": (1, LARGEST_COUNT),
    "twin_correlation": (0, 1),
    "implausible_weight": (0, 1),
    "rounding": (0, 1),
    "unit_mismatch": (0, 1),
    "disagreement": (0, 1),
    "method_gap": (0, 1),
    "run_rate_days": (1, LARGEST_DAYS),
    "unknown_base_part": (0, 1),
}

#: the kinds of findings, each of which is a view of the audit; `seeds/waivers.csv` accepts findings of these
FINDINGS = (
    "attach_above_market",
    "backcast",
    "base_outside_bound",
    "circular_input",
    "content_above_parent",
    "customer_cap",
    "disagreement",
    "factor_twins",
    "implausible_weight",
    "known_after_build",
    "method_gap",
    "mix_above_one",
    "revenue_gap",
    "scope_conflict",
    "share_above_one",
    "stale_denominator",
    "unallocated_rest",
    "unit_mismatch",
    "unknown_leaf",
    "weight_above_one",
)

#: file stem -> model, in the order in which the tables are described and loaded
TABLES: dict[str, type[Row]] = {
    "origins": Origin,
    "sources": Source,
    "exchanges": Exchange,
    "companies": Company,
    "company_aliases": CompanyAlias,
    "families": Family,
    "programmes": Programme,
    "scopes": Scope,
    "scope_members": ScopeMember,
    "products": Product,
    "ownership": Ownership,
    "unit_conversions": UnitConversion,
    "shipment_forecasts": ShipmentForecast,
    "content_values": ContentValue,
    "supply_shares": SupplyShare,
    "company_revenues": CompanyRevenue,
    "disclosed_exposures": DisclosedExposure,
    "company_signals": CompanySignal,
    "fx_rates": FxRate,
    "claims": Claim,
    "tiers": TierParameter,
    "sourcing_modes": SourcingModeWeight,
    "signal_metrics": SignalMetric,
    "claim_metrics": ClaimMetric,
    "claim_checks": ClaimCheck,
    "contradictions": Contradiction,
    "parameters": Parameter,
    "correlations": Correlation,
    "waivers": Waiver,
}
