"""The method: judgements with their reasoning, which have no knowledge time."""

from __future__ import annotations

from collections.abc import Iterator

from exposure.seeds.models.cells import (
    LARGEST,
    LARGEST_COUNT,
    LARGEST_DAYS,
    SMALLEST,
    Code,
    CorrelatedId,
    KnownDay,
    Number,
    SourcingMode,
    Text,
    Tier,
)
from exposure.seeds.models.rows import Breach, Row, refuse_if, rule

#: parameter -> its minimum and maximum; `seeds/parameters.csv` holds each of them and no other.
#: A widening of 1 would reach down to sales of zero
PARAMETERS: dict[str, tuple[float, float]] = {
    "revision_window_days": (1, LARGEST_DAYS), "revision_half_life_days": (1, LARGEST_DAYS), "carry_widening": (0, 0.9),
    "material_part": (0, 1), "stale_after_days": (1, LARGEST_DAYS), "revenue_gap": (0, 1), "neutral_score": (0, 100),
    "minimum_coverage": (0, 1), "minimum_companies": (1, LARGEST_COUNT), "winsor_sd": (0.1, 10),
    "fx_carry_widening": (0, 0.9), "year_correlation": (0, 1), "spread_floor": (0, 1),
    "confidence_origins": (1, LARGEST_COUNT), "twin_correlation": (0, 1), "implausible_weight": (0, 1),
    "rounding": (0, 1), "unit_mismatch": (0, 1), "disagreement": (0, 1), "method_gap": (0, 1),
    "run_rate_days": (1, LARGEST_DAYS), "unknown_base_part": (0, 1), "pass_through": (0, 1), "pass_through_low": (0, 1),
    "grade_a_founded": (0, 1), "grade_a_assumed": (0, 1), "grade_b_founded": (0, 1), "grade_b_assumed": (0, 1),
    "comparable_widening": (1, 100), "bounded_part": (0, 1),
    "refuted_total": (1, 100), "remainder_high": (1, 100), "hand_over_speed": (0, 20), "hand_over_speed_low": (0, 20),
    "hand_over_speed_high": (0, 20),
    "comparables": (1, LARGEST_COUNT),
    "out_of_line": (1, LARGEST_COUNT), "cumulative_apart": (0, 1),
}  # fmt: skip

#: the kinds of findings, each a view of the schema `audit`; `seeds/waivers.csv` accepts findings of these
FINDINGS = (
    "above_stated_part", "attach_above_market", "backcast", "base_outside_bound", "child_unlike_parent",
    "circular_input", "content_above_parent", "cumulative_as_quarter", "customer_cap", "disagreement", "factor_twins",
    "false_waiver", "forecast_out_of_reach", "implausible_weight", "method_gap", "method_mix",
    "mix_above_one", "out_of_line", "part_above_whole", "refuted_mix", "revenue_gap", "scope_conflict",
    "share_above_one", "stale_denominator", "unallocated_rest", "unit_mismatch", "unknown_leaf", "unlike_currency",
    "weight_above_one", "whole_below_parts",
)  # fmt: skip

#: what a waiver may claim, and the form of what it claims it of; `audit.waiver` checks it against the facts
CLAIMS = {
    "no_later_document": "a company",
    "no_price_stated": "a product and a scope, as 'pcb|trainium'",
    "no_share": "a product and a scope, as 'optics-1.6t|tpu'",
    "overtaken_by_run_rate": "a company",
    "states": "facts and their numbers, as 'SF-0019=1700000 SF-0020=30000'",
}


class TierParameter(Row):
    """The weight of an evidence tier, how fast its claims age, and how wide they are without a stated range."""

    tier: Tier
    rank: Number
    weight: Number
    half_life_days: Number
    default_spread: Number
    reasoning: Text

    @refuse_if("weight", fault="{row.weight:g} is not a fraction above 0 and at most 1")
    def _weight_is_out_of_range(self) -> bool:
        return not SMALLEST <= self.weight <= 1

    @refuse_if("half_life_days", fault=f"{{row.half_life_days:g}} is not from 1 to {LARGEST_DAYS:g} days")
    def _half_life_is_out_of_range(self) -> bool:
        return not 1 <= self.half_life_days <= LARGEST_DAYS

    @refuse_if("default_spread", fault="{row.default_spread:g} is not a fraction from 0 to below 1")
    def _spread_is_out_of_range(self) -> bool:
        return not 0 <= self.default_spread < 1

    @refuse_if("rank", fault=f"{{row.rank:g}} is not from {-LARGEST:g} to {LARGEST:g}")
    def _rank_is_out_of_range(self) -> bool:
        return abs(self.rank) > LARGEST


class SourcingModeWeight(Row):
    """The part of the unstated share that a role takes: an assumed weight with a range."""

    sourcing_mode: SourcingMode
    low: Number
    base: Number
    high: Number
    reasoning: Text

    @refuse_if("low", "base", "high", fault="low, base and high are fractions from 0 to 1 in ascending order")
    def _range_is_out_of_order(self) -> bool:
        return not 0 <= self.low <= self.base <= self.high <= 1


class SignalMetric(Row):
    """A controlled name for a company signal."""

    metric: Code
    unit: Text
    definition: Text


class Correlation(Row):
    """How strongly the units of two families or programmes move together.

    A family with itself: its generations with each other, where they are counted one by one.
    """

    key = ("left_id", "right_id")

    left_id: CorrelatedId
    right_id: CorrelatedId
    correlation: Number
    reasoning: Text

    @refuse_if("correlation", fault="{row.correlation:g} is not from -1 to 1")
    def _correlation_is_out_of_range(self) -> bool:
        return abs(self.correlation) > 1


class Parameter(Row):
    """A number of the method."""

    parameter: Code
    value: Number
    reasoning: Text

    @rule("parameter", "value")
    def _value_is_possible(self) -> Iterator[Breach]:
        minimum, maximum = PARAMETERS.get(self.parameter, (-LARGEST, LARGEST))
        if not minimum <= self.value <= maximum:
            yield "value", f"{self.value:g} is not from {minimum:g} to {maximum:g}, the range of {self.parameter!r}"


class Waiver(Row):
    """A finding that is accepted until a day, with the reason and a claim that the facts can contradict.

    Once it has expired, or its claim is false, the finding is open again.
    """

    key = ("finding", "finding_key")

    finding: Code
    finding_key: Text
    waived_on: KnownDay
    expires_on: KnownDay
    claim: Text
    reason: Text

    @refuse_if("expires_on", "waived_on", fault="{row.expires_on} is not after {row.waived_on}, when it was waived")
    def _expires_before_it_begins(self) -> bool:
        return self.expires_on <= self.waived_on

    @rule("claim")
    def _claim_can_be_checked(self) -> Iterator[Breach]:
        kind, _, about = self.claim.partition(":")
        if kind not in CLAIMS:
            yield "claim", f"{self.claim!r} is not one of {', '.join(CLAIMS)}, each with ':' and what it is about"
        elif not about:
            yield "claim", f"{kind!r} is of {CLAIMS[kind]}"
