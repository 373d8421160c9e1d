"""The ledger of claims: statements that feed no formula, their vocabulary, their checks and their contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from exposure.seeds.models.cells import (
    LARGEST_CLAIM,
    NUMBER,
    Code,
    Codes,
    CompanyId,
    Currency,
    Id,
    MetricName,
    Number,
    Period,
    ScopeId,
    Text,
)
from exposure.seeds.models.rows import Breach, Fact, Row, refuse_if, rule

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

    subject: Id
    metric: MetricName
    object: Id | None
    scope_id: ScopeId | None
    company_id: CompanyId | None
    period: Period | None
    unit: Text | None
    currency: Currency | None
    text: Text | None

    @refuse_if("text", "low", "base", "high", fault="a claim states a number or a text; the note explains the number")
    def _states_two_things(self) -> bool:
        return self.has_number and bool(self.text)

    @refuse_if("base", "low", "high", "text", "withdrawn", fault="neither a number nor a text is stated")
    def _states_nothing(self) -> bool:
        return not (self.has_number or self.text or self.withdrawn)

    @refuse_if("unit", "low", "base", "high", fault="is stated for numbers, and only for them")
    def _unit_is_without_number(self) -> bool:
        return self.has_number != (self.unit is not None)


#: formula of a check -> the smallest and the largest number of its inputs; `research.claim_check` computes them
FORMULAS: dict[str, tuple[int, int]] = {
    "added_capacity_times_mean_cost": (4, 4), "annualised": (1, 1), "cagr": (2, 2), "complement": (1, 9),
    "difference": (2, 9), "eps_times_multiple": (2, 2), "growth_from_levels": (2, 2), "growth_of_sum": (2, 9),
    "growth_through_actual": (3, 3), "mean": (2, 9), "multiple_less_one": (1, 1), "payback_schedule": (4, 4),
    "product": (2, 2), "quarter_of_year_lost": (1, 1), "racks_times_value": (2, 2), "ratio": (2, 2),
    "ratio_of_sum": (3, 3), "reciprocal_days": (1, 1), "share_of_total": (2, 2), "sum_of_parts": (2, 9),
}  # fmt: skip


class ClaimCheck(Row):
    """A stated figure that follows from other stated figures by a formula.

    `input_rounding` and `stated_rounding` are the units of the last printed digits, in the facts' own units.
    """

    check_id: Code
    formula: Code
    inputs: Codes
    input_rounding: Text
    stated: Code
    stated_rounding: Number
    not_comparable: Text | None
    note: Text | None

    @refuse_if("formula", fault=f"{{row.formula!r}} is not one of {', '.join(FORMULAS)}")
    def _formula_is_unknown(self) -> bool:
        return self.formula not in FORMULAS

    @rule("formula", "inputs")
    def _inputs_fit_the_formula(self) -> Iterator[Breach]:
        fewest, most = FORMULAS.get(self.formula, (0, len(self.inputs)))
        if not fewest <= len(self.inputs) <= most:
            number = str(fewest) if fewest == most else f"{fewest} to {most}"
            yield "inputs", f"{self.formula!r} takes {number} inputs, not {len(self.inputs)}"

    @refuse_if("stated", "inputs", fault="{row.stated!r} is one of the inputs")
    def _figure_is_its_own_input(self) -> bool:
        return self.stated in self.inputs

    @rule("inputs", "input_rounding")
    def _every_input_is_rounded(self) -> Iterator[Breach]:
        steps = self.input_rounding.split("; ")
        if not all(NUMBER.fullmatch(step) and 0 < float(step) <= LARGEST_CLAIM for step in steps):
            yield "input_rounding", f"{self.input_rounding!r} is not a list of numbers above 0; write '100; 0.1'"
        elif len(steps) != len(self.inputs):
            yield "input_rounding", f"there are {len(self.inputs)} inputs and {len(steps)} roundings"

    @refuse_if("stated_rounding", fault=f"{{row.stated_rounding:g}} is not above 0 and at most {LARGEST_CLAIM:g}")
    def _rounding_is_out_of_range(self) -> bool:
        return not 0 < self.stated_rounding <= LARGEST_CLAIM


class Contradiction(Row):
    """Two claims that seem to be at odds, how they relate, and how the engine treats them.

    The claim in `set_aside` stays in the ledger, but no view computes with it.
    """

    contradiction_id: Code
    left_fact: Code
    right_fact: Code
    kind: Literal["contradiction", "revision", "scope_difference"]
    set_aside: Code | None
    treatment: Text
    note: Text

    @refuse_if("right_fact", "left_fact", fault="{row.right_fact!r} is the left fact as well")
    def _claims_are_one(self) -> bool:
        return self.left_fact == self.right_fact

    @refuse_if("set_aside", "left_fact", "right_fact", fault="{row.set_aside!r} is neither of the two facts")
    def _another_is_set_aside(self) -> bool:
        return self.set_aside is not None and self.set_aside not in (self.left_fact, self.right_fact)
