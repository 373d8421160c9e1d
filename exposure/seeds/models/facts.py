"""The facts that feed the formula: units, content, shares, revenue, signals and rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from exposure.seeds.models.cells import (
    LARGEST,
    LARGEST_COUNT,
    Code,
    Codes,
    Currency,
    Day,
    Flag,
    Id,
    Number,
    Period,
    SourcingMode,
    UnitBasis,
)
from exposure.seeds.models.rows import SCOPES, Breach, Fact, NumericFact, refuse_zero, rule


def _refuse_negative(row: ShipmentForecast | CompanyRevenue) -> Iterator[Breach]:
    """Refuse what is below zero, unless it is growth."""
    for column, value in row.list_stated():
        if value < 0 and row.kind != "growth":
            yield column, f"{value:g} is below 0, which only growth can be"


class ShipmentForecast(NumericFact):
    """Units of a scope in a period: a forecast, an estimate of the past, or an actual count.

    `supplier_id` limits it to the supplier's part, `product_id` to units of the product.
    Only forecast, estimate and actual are pooled.
    """

    about = ("scope_id", "supplier_id", "product_id", "period", "kind", "unit_basis")
    domain = (-1.0, LARGEST)
    references = {
        "scope_id": SCOPES,
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
    def _market_is_of_a_product(self) -> Iterator[Breach]:
        if self.scope_id == "market" and not self.product_id:
            yield "product_id", "is required in the scope 'market', whose units are units of a product"

    _only_growth_is_negative = rule("low", "base", "high", "kind")(_refuse_negative)


class ContentValue(NumericFact):
    """Money of a product in one unit (`content`), money of one piece (`price`), or pieces per unit (`attach`)."""

    about = ("scope_id", "product_id", "supplier_id", "measure", "unit_basis", "period")
    references = {
        "scope_id": SCOPES,
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
    def _price_is_of_a_piece(self) -> Iterator[Breach]:
        if (self.measure == "price") != (self.unit_basis == "piece"):
            yield "unit_basis", "is 'piece' for a price, and only for it"

    @rule("scope_id", "measure")
    def _market_has_prices_only(self) -> Iterator[Breach]:
        if self.scope_id == "market" and self.measure != "price":
            yield "scope_id", "the scope 'market' has no units to hold a product, only prices"

    @rule("low", "base", "high", "measure")
    def _pieces_fit_in_a_unit(self) -> Iterator[Breach]:
        for column, value in self.list_stated():
            if self.measure == "attach" and LARGEST_COUNT < value <= LARGEST:
                yield column, f"{value:g} is above {LARGEST_COUNT:g}, the largest number of pieces in a unit"


class SupplyShare(Fact):
    """A company's supply of a product into a scope: its share, its part of a joint share, or only its role.

    A stated share is a fraction of all units, of the part open to outside makers (`open_part` of
    all), or of the product's whole market (scope `market`).
    """

    about = ("company_id", "joint_ids", "product_id", "scope_id", "period", "denominator")
    domain = (0.0, 1.0)
    references = {
        "company_id": ("companies.company_id",),
        "joint_ids": ("companies.company_id",),
        "product_id": ("products.product_id",),
        "scope_id": SCOPES,
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
    def _states_something(self) -> Iterator[Breach]:
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

    _only_growth_is_negative = rule("low", "base", "high", "kind")(_refuse_negative)

    @rule("low", "base", "high", "kind")
    def _sales_are_not_zero(self) -> Iterator[Breach]:
        # exposure weights are parts of sales, whether sales are stated or rolled forward by their growth
        nothing = -1 if self.kind == "growth" else 0
        for column, value in self.list_stated():
            if value == nothing:
                yield column, f"is {'a fall to zero' if nothing else 'zero'}, but other numbers are divided by it"


class DisclosedExposure(NumericFact):
    """A company's sales from a programme, customer or product: in millions, or as a fraction of all its sales."""

    about = ("company_id", "scope_id", "customer_id", "product_id", "measure", "period")
    references = {
        "company_id": ("companies.company_id",),
        "scope_id": SCOPES,
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
    def _share_is_a_fraction(self) -> Iterator[Breach]:
        for column, value in self.list_stated():
            if self.measure == "share" and value > 1:
                yield column, f"{value:g} is above 1, the largest share"


class CompanySignal(Fact):
    """A qualitative or financial signal on a company: the day `until` which orders reach, or a number."""

    about = ("company_id", "metric", "scope_id", "period")
    domain = (-LARGEST, LARGEST)
    references = {
        "company_id": ("companies.company_id",),
        "metric": ("signal_metrics.metric",),
        "scope_id": SCOPES,
    }

    company_id: Id
    metric: Code
    scope_id: Id | None
    period: Period | None
    until: Day | None

    @rule("low", "base", "high", "until", "withdrawn")
    def _states_something(self) -> Iterator[Breach]:
        if not (self.has_number or self.until or self.withdrawn):
            yield "base", "neither a number nor a day (until) is stated"


class FxRate(NumericFact):
    """Units of a currency for one US dollar, average of the period."""

    about = ("currency", "period")

    currency: Currency
    period: Period

    _number_is_positive = rule("low", "base", "high")(refuse_zero)
