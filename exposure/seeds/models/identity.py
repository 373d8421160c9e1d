"""Who and what claims are about: sources, companies, programmes and products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from exposure.seeds.models.cells import (
    LARGEST_COUNT,
    Code,
    Codes,
    Currency,
    Day,
    Flag,
    Id,
    MonthDay,
    Number,
    Text,
    Tier,
    UnitBasis,
)
from exposure.seeds.models.rows import Breach, NumericFact, Row, refuse_late, refuse_zero, rule

# --- evidence ------------------------------------------------------------------------------


class Origin(Row):
    """Who made a statement: one broker's note in three newspapers is one origin."""

    key = ("origin_id",)

    origin_id: Id
    name: Text
    kind: Literal["company", "broker", "press", "researcher", "expert", "market", "official", "own"]


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
            yield from refuse_late("published_on", self.published_on)

    @rule("collected_on")
    def _collected_in_time(self) -> Iterator[Breach]:
        yield from refuse_late("collected_on", self.collected_on)


# --- companies -----------------------------------------------------------------------------


class Exchange(Row):
    """A stock exchange and how data vendors write its tickers."""

    key = ("mic",)

    mic: Code
    name: Text
    country: Code
    suffix: Text | None
    bloomberg: Code


class Company(Row):
    """A company that supplies, owns or finances programmes. Unlisted ones count in shares but are never ranked."""

    key = ("company_id",)
    references = {"mic": ("exchanges.mic",)}

    company_id: Id
    name: Text
    name_local: Text | None
    ticker: Code | None
    mic: Code | None
    country: Code
    currency: Currency | None
    fiscal_year_end: MonthDay | None
    note: Text | None

    @rule("ticker", "mic", "currency")
    def _listing_is_whole(self) -> Iterator[Breach]:
        listing = (self.ticker, self.mic, self.currency)
        if any(listing) and not all(listing):
            yield "ticker", "ticker, mic and currency are stated together or not at all"


class CompanyAlias(Row):
    """Another spelling of a company's name in sources. No alias means two companies."""

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
    def _parent_is_another_company(self) -> Iterator[Breach]:
        if self.parent_id == self.child_id:
            yield "child_id", f"{self.child_id!r} cannot be its own parent"

    @rule("valid_from", "valid_to")
    def _days_are_ordered(self) -> Iterator[Breach]:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            yield "valid_to", f"{self.valid_to} is before valid_from {self.valid_from}"


# --- programmes and products ---------------------------------------------------------------


class Family(Row):
    """The generations of one owner's line. Its id is also the scope of all of them together."""

    key = ("family_id",)
    references = {"owner_id": ("companies.company_id",)}

    family_id: Id
    name: Text
    owner_id: Id
    unit_basis: UnitBasis
    note: Text | None


class Programme(Row):
    """One accelerator platform generation; each family has one more, `unallocated`, for units of unnamed ones."""

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

    `total` marks a group that is counted as its whole family.
    """

    key = ("scope_id",)
    references = {"family_id": ("families.family_id",)}

    scope_id: Id
    name: Text
    family_id: Id | None
    total: Flag
    note: Text | None

    @rule("family_id", "total")
    def _total_is_of_a_family(self) -> Iterator[Breach]:
        if self.total and not self.family_id:
            yield "total", "a scope that is counted as its whole family names the family"


class ScopeMember(Row):
    """A programme that a scope contains."""

    key = ("scope_id", "programme_id")
    references = {"scope_id": ("scopes.scope_id",), "programme_id": ("programmes.programme_id",)}

    scope_id: Id
    programme_id: Id


class UnitConversion(NumericFact):
    """How many chips (accelerators) one board, tray, server or rack of a programme holds."""

    about = ("programme_id", "unit_basis")
    domain = (0.0, LARGEST_COUNT)
    references = {"programme_id": ("programmes.programme_id",)}

    programme_id: Id
    unit_basis: UnitBasis

    _number_is_positive = rule("low", "base", "high")(refuse_zero)


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
