"""The facts that feed the formula: units, content, shares, revenue, signals and rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from exposure.seeds.models.cells import (
    LARGEST,
    LARGEST_COUNT,
    CompanyId,
    CompanyIds,
    Currency,
    Day,
    Flag,
    Number,
    Period,
    ProductId,
    ScopeId,
    SignalName,
    SourcingMode,
    UnitBasis,
)
from exposure.seeds.models.rows import Breach, Fact, NumericFact, refuse_if, refuse_zero, rule
from exposure.seeds.periods import parse_period


def _refuse_negative(row: ShipmentForecast | CompanyRevenue) -> Iterator[Breach]:
    """Refuse what is below zero, unless it is growth."""
    for column, value in row.list_stated():
        if value < 0 and row.kind != "growth":
            yield column, f"{value:g} is below 0, which only growth can be"


def _refuse_before_end(row: ShipmentForecast | CompanyRevenue) -> Iterator[Breach]:
    """Refuse what was counted or reported before its period was over."""
    last = parse_period(row.period)[1]
    if row.kind in ("actual", "reported", "derived") and row.known_on < last:
        message = f"{row.known_on} is before {last}, the last day of {row.period!r}"
        yield "known_on", f"{message}: a figure of kind {row.kind!r} is known after its period"


class ShipmentForecast(NumericFact):
    """Units of a scope in a period: a forecast, an estimate of the past, or an actual count.

    `supplier_id` limits it to the supplier's part, `product_id` to units of the product.
    Only forecast, estimate and actual are pooled.
    """

    about = ("scope_id", "supplier_id", "product_id", "period", "kind", "unit_basis")
    domain = (-1.0, LARGEST)

    scope_id: ScopeId
    supplier_id: CompanyId | None
    product_id: ProductId | None
    period: Period
    kind: Literal["forecast", "estimate", "actual", "required", "annualised", "cumulative", "growth", "lifetime"]
    unit_basis: Literal[UnitBasis, "fraction"]

    @refuse_if("unit_basis", "kind", fault="is 'fraction' for growth, and only for it")
    def _unit_is_not_that_of_its_kind(self) -> bool:
        return (self.kind == "growth") != (self.unit_basis == "fraction")

    @refuse_if("product_id", "scope_id", fault="is required in the scope 'market', whose units are units of a product")
    def _market_has_no_product(self) -> bool:
        return self.scope_id == "market" and not self.product_id

    _only_growth_is_negative = rule("low", "base", "high", "kind")(_refuse_negative)
    _period_is_over = rule("known_on", "period", "kind")(_refuse_before_end)


class ContentValue(NumericFact):
    """Money of a product in one unit (`content`), money of one piece (`price`), or pieces per unit (`attach`)."""

    about = ("scope_id", "product_id", "supplier_id", "measure", "unit_basis", "period")

    scope_id: ScopeId
    product_id: ProductId
    supplier_id: CompanyId | None
    measure: Literal["content", "price", "attach"]
    unit_basis: UnitBasis
    period: Period | None
    currency: Currency | None
    booking: Literal["gross", "net", "consigned", "unknown"]
    circular: Flag

    @refuse_if("currency", "measure", fault="is stated for content and price, and only for them")
    def _currency_is_not_that_of_its_measure(self) -> bool:
        return (self.currency is None) != (self.measure == "attach")

    @refuse_if("unit_basis", "measure", fault="is 'piece' for a price, and only for it")
    def _unit_is_not_that_of_its_measure(self) -> bool:
        return (self.measure == "price") != (self.unit_basis == "piece")

    @refuse_if("scope_id", "measure", fault="the scope 'market' has no units to hold a product, only prices")
    def _market_has_more_than_prices(self) -> bool:
        return self.scope_id == "market" and self.measure != "price"

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

    company_id: CompanyId
    joint_ids: CompanyIds
    product_id: ProductId
    scope_id: ScopeId
    period: Period
    sourcing_mode: SourcingMode | None
    denominator: Literal["all_units", "open_units", "market"]
    open_part: Number | None

    @refuse_if(
        "base", "low", "high", "sourcing_mode", "withdrawn", fault="neither a share nor a sourcing_mode is stated"
    )
    def _states_nothing(self) -> bool:
        return not (self.has_number or self.sourcing_mode or self.withdrawn)

    @refuse_if("open_part", "denominator", fault="is stated for the denominator open_units, and only for it")
    def _open_part_is_not_of_open_units(self) -> bool:
        return (self.denominator == "open_units") != (self.open_part is not None)

    @refuse_if("open_part", fault="{row.open_part:g} is not a fraction above 0 and at most 1")
    def _open_part_is_no_fraction(self) -> bool:
        return self.open_part is not None and not 0 < self.open_part <= 1

    @refuse_if("denominator", "scope_id", fault="scope 'market' and denominator 'market' go together")
    def _market_is_only_one_of_both(self) -> bool:
        return (self.denominator == "market") != (self.scope_id == "market")

    @refuse_if("joint_ids", "company_id", fault="names the company itself, {row.company_id!r}; name the others")
    def _joint_ids_name_itself(self) -> bool:
        return self.company_id in self.joint_ids


class CompanyRevenue(NumericFact):
    """A company's sales in a period, in millions of its currency, or their growth on a year (a fraction)."""

    about = ("company_id", "period", "kind")
    domain = (-1.0, LARGEST)

    company_id: CompanyId
    period: Period
    kind: Literal["reported", "derived", "forecast", "growth"]
    currency: Currency | None

    @refuse_if("currency", "kind", fault="is stated for sales, and only for them, not for growth")
    def _currency_is_not_that_of_its_kind(self) -> bool:
        return (self.currency is None) != (self.kind == "growth")

    _only_growth_is_negative = rule("low", "base", "high", "kind")(_refuse_negative)
    _period_is_over = rule("known_on", "period", "kind")(_refuse_before_end)

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

    company_id: CompanyId
    scope_id: ScopeId | None
    customer_id: CompanyId | None
    product_id: ProductId | None
    measure: Literal["share", "revenue"]
    period: Period
    currency: Currency | None

    @refuse_if(
        "scope_id", "customer_id", "product_id", fault="exactly one of scope_id, customer_id and product_id is stated"
    )
    def _subjects_are_not_one(self) -> bool:
        return sum(x is not None for x in (self.scope_id, self.customer_id, self.product_id)) != 1

    @refuse_if("currency", "measure", fault="is stated for revenue, and only for it, not for a share")
    def _currency_is_not_that_of_its_measure(self) -> bool:
        return (self.currency is None) != (self.measure == "share")

    @rule("low", "base", "high", "measure")
    def _share_is_a_fraction(self) -> Iterator[Breach]:
        for column, value in self.list_stated():
            if self.measure == "share" and value > 1:
                yield column, f"{value:g} is above 1, the largest share"


class CompanySignal(Fact):
    """A qualitative or financial signal on a company: the day `until` which orders reach, or a number."""

    about = ("company_id", "metric", "scope_id", "period")
    domain = (-LARGEST, LARGEST)

    company_id: CompanyId
    metric: SignalName
    scope_id: ScopeId | None
    period: Period | None
    until: Day | None

    @refuse_if("base", "low", "high", "until", "withdrawn", fault="neither a number nor a day (until) is stated")
    def _states_nothing(self) -> bool:
        return not (self.has_number or self.until or self.withdrawn)


class FxRate(NumericFact):
    """Units of a currency for one US dollar, average of the period."""

    about = ("currency", "period")

    currency: Currency
    period: Period

    _number_is_positive = rule("low", "base", "high")(refuse_zero)
