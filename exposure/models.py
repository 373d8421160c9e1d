"""What a row of each seed table must be: one model per CSV file, columns in file order.

A model says what a single row can say of itself. What needs other rows (references, keys,
chains of vintages) is checked in `seeds`.
"""

from __future__ import annotations

import math
import re
from datetime import date
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from exposure import periods

# --- cells ---------------------------------------------------------------------------------

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def _number(cell: object) -> object:
    """Read plain decimal text only: no nan, inf, 1_000, 1,000 or 5%."""
    if not isinstance(cell, str):
        return cell
    if not _NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
        raise ValueError(f"{cell!r} is not a plain decimal number")
    return float(cell)


def _day(cell: object) -> object:
    if isinstance(cell, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
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
    """Split `a; b` into its parts, in the order written."""
    if isinstance(cell, str):
        return tuple(part.strip() for part in cell.split(";") if part.strip())
    return cell


def _period(cell: str) -> str:
    periods.bounds(cell)
    return cell


def _text(cell: str) -> str:
    if cell != cell.strip() or any(ord(c) < 32 for c in cell):
        raise ValueError("has spaces at its ends or control characters in it")
    return cell


def _currency(cell: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", cell):
        raise ValueError(f"{cell!r} is not a three-letter currency code")
    return cell


def _month_day(cell: str) -> str:
    if not re.fullmatch(r"(0[1-9]|1[0-2])-\d{2}", cell):
        raise ValueError(f"{cell!r} is not a day of the year written MM-DD")
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


# --- rows ----------------------------------------------------------------------------------


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


class Fact(Row):
    """A claim: what was said, by whom, since when it could be known.

    `low` alone is "more than", `high` alone "up to". The numbers' unit and subject are the table's.
    """

    key: ClassVar[tuple[str, ...]] = ("fact_id",)
    #: what the claim is about; the same subject, origin and day twice is a fault
    subject: ClassVar[tuple[str, ...]]
    #: the least and the largest number that the table allows
    domain: ClassVar[tuple[float, float]] = (0.0, math.inf)

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

    @model_validator(mode="after")
    def _range_is_ordered_and_in_domain(self) -> Self:
        stated = [(c, v) for c in ("low", "base", "high") if (v := getattr(self, c)) is not None]
        for (lower, a), (upper, b) in pairwise(stated):
            if a > b:
                raise ValueError(f"{lower} {a:g} is above {upper} {b:g}")
        least, most = self.domain
        for column, value in stated:
            if not least <= value <= most:
                raise ValueError(f"{column} {value:g} is outside {least:g} to {most:g}")
        return self

    @model_validator(mode="after")
    def _assumption_names_its_grounds(self) -> Self:
        if self.tier == "assumption" and not self.rests_on:
            raise ValueError("an assumption names in rests_on the facts that it rests on")
        if (self.tier == "assumption") != (self.known_on_basis == "rests_on"):
            raise ValueError("known_on_basis is 'rests_on' for assumptions, and only for them")
        return self

    @property
    def has_number(self) -> bool:
        """Say whether any of low, base and high is stated."""
        return not (self.low is None and self.base is None and self.high is None)


class NumericFact(Fact):
    """A claim that has no meaning without a number."""

    @model_validator(mode="after")
    def _number_is_stated(self) -> Self:
        if not (self.has_number or self.withdrawn):
            raise ValueError("states none of low, base and high")
        return self


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

    @model_validator(mode="after")
    def _listing_is_whole(self) -> Self:
        listing = (self.ticker, self.mic, self.currency)
        if any(listing) and not all(listing):
            raise ValueError("ticker, mic and currency are stated together or not at all")
        return self


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

    subject = ("parent_id", "child_id")
    domain = (0.0, 1.0)
    references = {"parent_id": ("companies.company_id",), "child_id": ("companies.company_id",)}

    parent_id: Id
    child_id: Id
    consolidated: Flag
    valid_from: Day | None
    valid_to: Day | None


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
    """One accelerator platform generation. Each family has one more row, `unallocated`, for units of no named generation."""

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


class ScopeMember(Row):
    """A programme that a scope contains."""

    key = ("scope_id", "programme_id")
    references = {"scope_id": ("scopes.scope_id",), "programme_id": ("programmes.programme_id",)}

    scope_id: Id
    programme_id: Id


class UnitConversion(NumericFact):
    """How many chips (accelerators) one board, tray, server or rack of a programme holds."""

    subject = ("programme_id", "unit_basis")
    references = {"programme_id": ("programmes.programme_id",)}

    programme_id: Id
    unit_basis: UnitBasis


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


# --- claims that feed the formula ----------------------------------------------------------

_SCOPES = ("families.family_id", "scopes.scope_id", "programmes.programme_id")


class ShipmentForecast(NumericFact):
    """Units of a scope in a period: a forecast, an estimate of the past, or an actual count.

    With `supplier_id` it is that supplier's part, with `product_id` the units of that product.
    Only forecast, estimate and actual are pooled.
    """

    subject = ("scope_id", "supplier_id", "product_id", "period", "kind", "unit_basis")
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
    unit_basis: UnitBasis | Literal["fraction"]

    @model_validator(mode="after")
    def _growth_is_a_fraction(self) -> Self:
        if (self.kind == "growth") != (self.unit_basis == "fraction"):
            raise ValueError("unit_basis is 'fraction' for growth, and only for it")
        return self


class ContentValue(NumericFact):
    """Money of a product in one unit (`content`), money of one piece (`price`), or pieces per unit (`attach`)."""

    subject = ("scope_id", "product_id", "supplier_id", "measure", "unit_basis", "period")
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

    @model_validator(mode="after")
    def _money_has_a_currency(self) -> Self:
        if (self.currency is None) != (self.measure == "attach"):
            raise ValueError("content and price have a currency, attach has none")
        if (self.measure == "price") != (self.unit_basis == "piece"):
            raise ValueError("unit_basis is 'piece' for a price, and only for it")
        return self


class SupplyShare(Fact):
    """That a company supplies a product into a scope: its share, its part of a joint share, or only its role.

    A stated share is a fraction of all units, of the part open to outside makers (`open_part` of
    all), or of the product's whole market (scope `market`).
    """

    subject = ("company_id", "joint_ids", "product_id", "scope_id", "period", "denominator")
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

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.has_number or self.sourcing_mode or self.withdrawn):
            raise ValueError("states neither a share nor a sourcing_mode")
        if (self.denominator == "open_units") != (self.open_part is not None):
            raise ValueError("open_part is stated for the denominator open_units, and only for it")
        if (self.denominator == "market") != (self.scope_id == "market"):
            raise ValueError("scope 'market' and denominator 'market' go together")
        return self


class CompanyRevenue(NumericFact):
    """A company's sales in a period, in millions of its currency, or their growth on a year (a fraction)."""

    subject = ("company_id", "period", "kind")
    domain = (-1.0, math.inf)
    references = {"company_id": ("companies.company_id",)}

    company_id: Id
    period: Period
    kind: Literal["reported", "derived", "forecast", "growth"]
    currency: Currency | None

    @model_validator(mode="after")
    def _money_has_a_currency(self) -> Self:
        if (self.currency is None) != (self.kind == "growth"):
            raise ValueError("sales have a currency, growth has none")
        return self


class DisclosedExposure(NumericFact):
    """The part of a company's sales (a fraction) or the sales (millions) from a programme, customer or product."""

    subject = ("company_id", "scope_id", "customer_id", "product_id", "measure", "period")
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

    @model_validator(mode="after")
    def _one_subject_and_a_fitting_number(self) -> Self:
        if sum(x is not None for x in (self.scope_id, self.customer_id, self.product_id)) != 1:
            raise ValueError("names exactly one of scope_id, customer_id and product_id")
        if (self.currency is None) != (self.measure == "share"):
            raise ValueError("revenue has a currency, a share has none")
        if self.measure == "share" and any(v is not None and v > 1 for v in (self.low, self.base, self.high)):
            raise ValueError("a share is a fraction, at most 1")
        return self


class CompanySignal(Fact):
    """A qualitative or financial signal on a company: `until` for horizons of orders, numbers for the rest."""

    subject = ("company_id", "metric", "scope_id", "period")
    domain = (-math.inf, math.inf)
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

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.has_number or self.until or self.withdrawn):
            raise ValueError("states neither a number nor a day")
        return self


class FxRate(NumericFact):
    """Units of a currency for one US dollar, average of the period."""

    subject = ("currency", "period")
    references: ClassVar[dict[str, tuple[str, ...]]] = {}

    currency: Currency
    period: Period


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


class SourcingModeWeight(Row):
    """What part of the unstated share a role takes: a weight with a range, an assumption."""

    key = ("sourcing_mode",)

    sourcing_mode: SourcingMode
    low: Number
    base: Number
    high: Number
    reasoning: Text


class SignalMetric(Row):
    """A controlled name for a company signal."""

    key = ("metric",)

    metric: Code
    unit: Text
    definition: Text


class Parameter(Row):
    """A number of the method."""

    key = ("parameter",)

    parameter: Code
    value: Number
    reasoning: Text


class Waiver(Row):
    """A finding that is accepted, with the reason."""

    key = ("finding", "finding_key")

    finding: Code
    finding_key: Text
    waived_on: Day
    reason: Text


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
    "tiers": TierParameter,
    "sourcing_modes": SourcingModeWeight,
    "signal_metrics": SignalMetric,
    "parameters": Parameter,
    "waivers": Waiver,
}
