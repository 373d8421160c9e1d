"""Who and what claims are about: sources, companies, programmes and products."""

from __future__ import annotations

from datetime import date
from typing import Literal

from exposure.seeds.models.cells import (
    LARGEST_COUNT,
    Code,
    CompanyId,
    CompanyIds,
    Currency,
    Day,
    FamilyId,
    Flag,
    GroupId,
    Id,
    KnownDay,
    Mic,
    MonthDay,
    Number,
    OriginId,
    Pattern,
    ProductId,
    ProgrammeId,
    Text,
    Tier,
    UnitBasis,
)
from exposure.seeds.models.rows import NumericFact, Row, refuse_if, refuse_zero, rule


class Origin(Row):
    """Who made a statement: one broker's note in three newspapers is one origin."""

    origin_id: Id
    name: Text
    kind: Literal["company", "broker", "press", "researcher", "expert", "market", "official", "own"]


class Source(Row):
    """A document that facts come from."""

    source_id: Code
    title: Text
    publisher: Text
    published_on: KnownDay | None
    published_precision: Literal["day", "month", "year", "before", "none"]
    language: Literal["en", "zh-Hans", "zh-Hant", "ko"]
    channel: Literal[
        "filing", "company_release", "company_call", "official_statistics", "data_site", "broker",
        "press", "research_digest", "expert_call", "blog", "social", "own_reasoning",
    ]  # fmt: skip
    tier: Tier
    origin_id: OriginId
    url: Text | None
    collected_on: KnownDay
    note: Text | None

    @refuse_if("published_precision", "published_on", fault="is 'none' without a published_on, and only then")
    def _precision_is_not_that_of_the_day(self) -> bool:
        return (self.published_on is None) != (self.published_precision == "none")

    @refuse_if("published_on", "collected_on", fault="{row.published_on} is after collected_on {row.collected_on}")
    def _published_after_it_was_collected(self) -> bool:
        return self.published_on is not None and self.published_on > self.collected_on

    @property
    def first_day(self) -> date | None:
        """Return the first day on which it may have been published, as far as that is known."""
        match self.published_precision:
            case "day":
                return self.published_on
            case "month":
                return self.published_on and self.published_on.replace(day=1)
            case "year":
                return self.published_on and self.published_on.replace(month=1, day=1)
        return None


class Exchange(Row):
    """A stock exchange, how data vendors write its tickers, and the form (a regular expression) that these have."""

    mic: Code
    name: Text
    country: Code
    suffix: Text | None
    bloomberg: Code
    ticker_form: Pattern | None


class Company(Row):
    """A company that supplies, owns or finances programmes, or that claims speak of.

    One without a ticker is never ranked: it is not listed and counts in shares only, or it has no part in a programme.
    """

    company_id: Id
    name: Text
    name_local: Text | None
    ticker: Code | None
    mic: Mic | None
    country: Code
    currency: Currency | None
    fiscal_year_end: MonthDay | None
    note: Text | None

    @refuse_if("ticker", "mic", "currency", fault="ticker, mic and currency are stated together or not at all")
    def _listing_is_partial(self) -> bool:
        listing = (self.ticker, self.mic, self.currency)
        return any(listing) and not all(listing)


class CompanyAlias(Row):
    """Another spelling of a company's name in sources. No alias means two companies."""

    alias: Text
    company_id: CompanyId
    kind: Literal["name", "short", "former", "misspelling", "traditional", "simplified", "ticker"]
    note: Text | None


class Ownership(NumericFact):
    """A parent's share in a child (0 to 1), and whether the parent's revenue contains the child's."""

    about = ("parent_id", "child_id")
    domain = (0.0, 1.0)

    parent_id: CompanyId
    child_id: CompanyId
    consolidated: Flag
    valid_from: Day | None
    valid_to: Day | None

    @refuse_if("child_id", "parent_id", fault="{row.child_id!r} cannot be its own parent")
    def _parent_is_the_child(self) -> bool:
        return self.parent_id == self.child_id

    @refuse_if("valid_to", "valid_from", fault="{row.valid_to} is before valid_from {row.valid_from}")
    def _days_are_not_in_order(self) -> bool:
        return bool(self.valid_from and self.valid_to and self.valid_from > self.valid_to)


class Family(Row):
    """The generations of one owner's line. Its id is also the scope of all of them together."""

    family_id: Id
    name: Text
    owner_id: CompanyId
    unit_basis: UnitBasis
    note: Text | None


class Programme(Row):
    """One accelerator platform generation; each family has one more, `unallocated`, for units of unnamed ones.

    `succession` counts a family's generations: a higher one takes over from a lower, equal ones are sold side by side.
    """

    programme_id: Id
    name: Text
    family_id: FamilyId
    designer_ids: CompanyIds
    succession: Number | None
    unallocated: Flag
    note: Text | None

    @refuse_if("succession", fault="a generation has a place in the succession, and the unallocated one has none")
    def _succession_is_misplaced(self) -> bool:
        return (self.succession is None) != self.unallocated


class Scope(Row):
    """A group of programmes that sources speak of together; neither a family nor a programme.

    `total` marks a group that is counted as its whole family.
    """

    scope_id: Id
    name: Text
    family_id: FamilyId | None
    total: Flag
    note: Text | None

    @refuse_if("total", "family_id", fault="a scope that is counted as its whole family names the family")
    def _total_has_no_family(self) -> bool:
        return self.total and not self.family_id


class ScopeMember(Row):
    """A programme that a scope contains."""

    key = ("scope_id", "programme_id")

    scope_id: GroupId
    programme_id: ProgrammeId


class UnitConversion(NumericFact):
    """How many chips (accelerators) one board, tray, server or rack of a programme holds."""

    about = ("programme_id", "unit_basis")
    domain = (0.0, LARGEST_COUNT)

    programme_id: ProgrammeId
    unit_basis: UnitBasis

    _number_is_positive = rule("low", "base", "high")(refuse_zero)


class Product(Row):
    """A line of the bill of materials. `stage` ranks assembly levels (6, 10, 11): the higher one contains the lower."""

    product_id: Id
    name: Text
    name_local: Text | None
    parent_id: ProductId | None
    stage: Number | None
    note: Text | None

    @refuse_if("stage", fault="{row.stage:g} is not an assembly level from 0 to 99")
    def _stage_is_out_of_range(self) -> bool:
        return self.stage is not None and not 0 <= self.stage <= 99
