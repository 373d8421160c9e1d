"""The ledger of claims: statements that feed no formula, their vocabulary, their checks and their contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from exposure.seeds.models.cells import LARGEST_CLAIM, NUMBER, Code, Codes, Currency, Id, Number, Period, Text
from exposure.seeds.models.rows import SCOPES, Breach, Fact, Row, rule

#: the views that recompute what sources compute; `general` feeds several of them
System = Literal[
    "capex", "cooling_market", "custom_silicon", "scenario_valuation", "cluster", "power_buildout",
    "accelerator_economics", "cluster_payback", "market_size", "market_share", "supply_map", "demand_signal", "general",
]  # fmt: skip
#: what a metric shows of demand, in the view `research.demand_signal`
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

    Facts that feed the formula have their own tables and are not repeated here; the view `mart.claim` unites both.
    """

    about = ("subject", "metric", "object", "scope_id", "period")
    domain = (-LARGEST_CLAIM, LARGEST_CLAIM)
    references = {
        "metric": ("claim_metrics.metric", "signal_metrics.metric"),
        "scope_id": SCOPES,
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
    def _states_one_thing(self) -> Iterator[Breach]:
        if self.has_number and self.text:
            yield "text", "a claim states a number or a text; the note explains the number"
        if not (self.has_number or self.text or self.withdrawn):
            yield "base", "neither a number nor a text is stated"

    @rule("low", "base", "high", "unit")
    def _numbers_have_a_unit(self) -> Iterator[Breach]:
        if self.has_number != (self.unit is not None):
            yield "unit", "is stated for numbers, and only for them"


#: formula of a check -> the smallest and the largest number of its inputs; `research.claim_check` computes them
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

    `input_rounding` and `stated_rounding` are the units of the last printed digits, in the facts' own units.
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
        fewest, most = FORMULAS.get(self.formula, (0, len(self.inputs)))
        if not fewest <= len(self.inputs) <= most:
            number = str(fewest) if fewest == most else f"{fewest} to {most}"
            yield "inputs", f"{self.formula!r} takes {number} inputs, not {len(self.inputs)}"

    @rule("inputs", "stated")
    def _figure_is_no_input_of_its_own(self) -> Iterator[Breach]:
        if self.stated in self.inputs:
            yield "stated", f"{self.stated!r} is one of the inputs"

    @rule("inputs", "input_rounding")
    def _every_input_is_rounded(self) -> Iterator[Breach]:
        steps = self.input_rounding.split("; ")
        if not all(NUMBER.fullmatch(step) and 0 < float(step) <= LARGEST_CLAIM for step in steps):
            yield "input_rounding", f"{self.input_rounding!r} is not a list of numbers above 0; write '100; 0.1'"
        elif len(steps) != len(self.inputs):
            yield "input_rounding", f"there are {len(self.inputs)} inputs and {len(steps)} roundings"

    @rule("stated_rounding")
    def _figure_is_rounded(self) -> Iterator[Breach]:
        if self.stated_rounding <= 0:
            yield "stated_rounding", "is not above 0"
        if self.stated_rounding > LARGEST_CLAIM:
            yield "stated_rounding", f"{self.stated_rounding:g} is above {LARGEST_CLAIM:g}"


class Contradiction(Row):
    """Two claims that seem to be at odds, how they relate, and how the engine treats them.

    The claim in `set_aside` stays in the ledger, but no view computes with it.
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
    def _claims_are_two(self) -> Iterator[Breach]:
        if self.left_fact == self.right_fact:
            yield "right_fact", f"{self.right_fact!r} is the left fact as well"

    @rule("left_fact", "right_fact", "set_aside")
    def _one_of_them_is_set_aside(self) -> Iterator[Breach]:
        if self.set_aside and self.set_aside not in (self.left_fact, self.right_fact):
            yield "set_aside", f"{self.set_aside!r} is neither of the two facts"
