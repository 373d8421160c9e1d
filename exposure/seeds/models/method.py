"""The method: judgements with their reasoning, which have no knowledge time."""

from __future__ import annotations

from collections.abc import Iterator

from exposure.seeds.models.cells import (
    LARGEST,
    LARGEST_COUNT,
    LARGEST_DAYS,
    SMALLEST,
    Code,
    Day,
    Id,
    Number,
    SourcingMode,
    Text,
    Tier,
)
from exposure.seeds.models.rows import Breach, Row, refuse_late, rule

#: parameter -> its minimum and maximum; `seeds/parameters.csv` holds each of them and no other.
#: A widening of 1 would reach down to sales of zero
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

#: the kinds of findings, each a view of the schema `audit`; `seeds/waivers.csv` accepts findings of these
FINDINGS = (
    "attach_above_market", "backcast", "base_outside_bound", "circular_input", "content_above_parent", "customer_cap",
    "disagreement", "factor_twins", "implausible_weight", "known_after_build", "method_gap", "mix_above_one",
    "revenue_gap", "scope_conflict", "share_above_one", "stale_denominator", "unallocated_rest", "unit_mismatch",
    "unknown_leaf", "weight_above_one",
)  # fmt: skip


class TierParameter(Row):
    """The weight of an evidence tier, how fast its claims age, and how wide they are without a stated range."""

    key = ("tier",)

    tier: Tier
    rank: Number
    weight: Number
    half_life_days: Number
    default_spread: Number
    reasoning: Text

    @rule("weight", "half_life_days", "default_spread")
    def _numbers_are_possible(self) -> Iterator[Breach]:
        # a weight close to zero would count for nothing, and a spread of 1 would reach down to zero
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
    """The part of the unstated share that a role takes: an assumed weight with a range."""

    key = ("sourcing_mode",)

    sourcing_mode: SourcingMode
    low: Number
    base: Number
    high: Number
    reasoning: Text

    @rule("low", "base", "high")
    def _range_is_an_ordered_fraction(self) -> Iterator[Breach]:
        if not 0 <= self.low <= self.base <= self.high <= 1:
            yield "low", "low, base and high are fractions from 0 to 1 in ascending order"


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
    def _correlation_is_at_most_one(self) -> Iterator[Breach]:
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
        minimum, maximum = PARAMETERS.get(self.parameter, (-LARGEST, LARGEST))
        if not minimum <= self.value <= maximum:
            yield "value", f"{self.value:g} is not from {minimum:g} to {maximum:g}, the range of {self.parameter!r}"


class Waiver(Row):
    """A finding that is accepted, with the reason."""

    key = ("finding", "finding_key")

    finding: Code
    finding_key: Text
    waived_on: Day
    reason: Text

    @rule("waived_on")
    def _waived_in_time(self) -> Iterator[Breach]:
        yield from refuse_late("waived_on", self.waived_on)
