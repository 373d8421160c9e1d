"""Test how claims of independent origins pool into one range. Claims are of chips."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.seed_folders import assumed, content, disclosed, forecast, revenue, share
from tests.support.view_cases import Asked, Cases

case = Cases("core.pooled")
asked = case.fixture()

B = {"origin_id": "broker-b"}
PRESS = {"origin_id": "press", "tier": "reported"}


def units(asked: Asked, scope_id: str, **where: Any) -> tuple[object, ...]:
    """Return low, base and high of the units of 2026."""
    row = pooled(asked, scope_id, **where)
    return row["low"], row["base"], row["high"]


def pooled(asked: Asked, scope_id: str, **where: Any) -> dict[str, object]:
    return asked.row("core.pooled", **{"period_role": "horizon", "measure": "units", "scope_id": scope_id} | where)


# --- the current vintage of an origin -------------------------------------------------------


@case(forecast("again", base=5, known_on="2025-06-01"), forecast("again", base=7, known_on="2025-12-01"))
def test_the_last_claim_of_an_origin_counts_alone(asked: Asked) -> None:
    assert pooled(asked, "again")["base"] == 7
    assert pooled(asked, "again")["origins"] == 1
    assert pooled(asked, "again", as_of="2025-11-30", horizon=2026)["base"] == 5


@case(
    forecast("fixed", base=5, fact_id="FIX-1"),
    forecast("fixed", base=6, fact_id="FIX-2", supersedes="FIX-1"),
)
def test_a_correction_of_the_same_day_replaces_what_it_names(asked: Asked) -> None:
    assert pooled(asked, "fixed")["fact_ids"] == ["FIX-2"]


@case(
    forecast("late", base=5, known_on="2025-03-01", fact_id="LATE-1"),
    forecast("late", base=6, known_on="2025-09-01", fact_id="LATE-2", supersedes="LATE-1"),
)
def test_a_correction_counts_since_it_was_known(asked: Asked) -> None:
    assert pooled(asked, "late", as_of="2025-08-31", horizon=2026)["base"] == 5
    assert pooled(asked, "late", as_of="2025-09-01", horizon=2026)["base"] == 6


@case(
    forecast("typo", base=5, known_on="2025-03-01", fact_id="TYPO-1"),
    forecast("typo", base=9, known_on="2025-06-01", fact_id="TYPO-2"),
    forecast("typo", base=5, known_on="2025-09-01", fact_id="TYPO-3", supersedes="TYPO-2"),
    forecast("typo", "2027", 9, known_on="2025-09-01"),
)
def test_a_correction_of_the_year_gives_the_year_back_to_what_was_said_before(asked: Asked) -> None:
    assert (pooled(asked, "typo")["base"], pooled(asked, "typo")["fact_ids"]) == (5, ["TYPO-3"])


@case(
    forecast("gone", base=5, known_on="2025-03-01"),
    forecast("gone", base=6, known_on="2025-06-01"),
    forecast("gone", known_on="2025-09-01", withdrawn=True),
)
def test_an_origin_that_withdraws_has_no_claim_not_even_an_earlier_one(asked: Asked) -> None:
    assert asked.rows("core.pooled", scope_id="gone") == []
    assert pooled(asked, "gone", as_of="2025-08-31", horizon=2026)["base"] == 6


@case(
    forecast("taken", base=5, known_on="2025-03-01", fact_id="TAKEN-1"),
    forecast("taken", known_on="2025-09-01", withdrawn=True, supersedes="TAKEN-1"),
    forecast("taken", base=8, **B),
)
def test_a_withdrawal_leaves_the_other_origins_alone(asked: Asked) -> None:
    assert pooled(asked, "taken")["base"] == 8


@case(
    forecast("tie", base=5, fact_id="TIE-2"),
    forecast("tie", base=6, fact_id="TIE-1", kind="estimate"),
)
def test_a_tie_goes_to_the_larger_fact_id_not_to_the_later_row(asked: Asked) -> None:
    assert pooled(asked, "tie")["fact_ids"] == ["TIE-2"]


# --- weighted mean and hull -----------------------------------------------------------------


@case(forecast("tiers", base=10, tier="disclosed", origin_id="company"), forecast("tiers", base=4))
def test_better_evidence_weighs_more(asked: Asked) -> None:
    # disclosed weighs 1, an estimate 0.5: (10 x 1 + 4 x 0.5) / 1.5 = 8
    assert pooled(asked, "tiers")["base"] == pytest.approx(8, rel=1e-12)
    assert pooled(asked, "tiers")["tier"] == "disclosed"


@case(forecast("aged", base=12), forecast("aged", base=6, known_on="2025-04-20", **B))
def test_a_claim_of_one_half_life_ago_weighs_half(asked: Asked) -> None:
    # 270 days before 2026-01-15, the half-life of estimates: (12 x 0.5 + 6 x 0.25) / 0.75 = 10
    low, base, high = units(asked, "aged")
    assert base == pytest.approx(10, rel=1e-12)
    # neither states a range, so 15 % either way: 6 x 0.85 = 5.1 to 12 x 1.15 = 13.8
    assert (low, high) == pytest.approx((5.1, 13.8))


@case(forecast("hull", low=4, base=5, high=9), forecast("hull", low=5, base=5, high=5, **B))
def test_a_newcomer_never_narrows_the_hull(asked: Asked) -> None:
    assert units(asked, "hull") == (4, 5, 9)


@case(
    forecast("copy", base=10, known_on="2025-12-01"),
    forecast("copy", base=10),
    forecast("copy", base=4, **B),
)
def test_a_second_copy_of_one_origin_changes_nothing(asked: Asked) -> None:
    # two estimates of the same day weigh alike: (10 + 4) / 2, however often one of them is printed
    assert pooled(asked, "copy")["base"] == pytest.approx(7, rel=1e-12)
    assert pooled(asked, "copy")["origins"] == 2


@case(forecast("apart", base=12), forecast("apart", base=6, **B))
def test_origins_and_their_disagreement_are_kept_beside_the_value(asked: Asked) -> None:
    row = pooled(asked, "apart")
    assert (row["base"], row["origins"]) == (9, 2)
    assert row["disagreement"] == pytest.approx(6 / 9)


@case(forecast("agree", base=0.1 + 0.2, known_on="2025-02-03"), forecast("agree", base=0.1 + 0.2, **PRESS))
def test_origins_that_agree_are_pooled_at_their_very_number(asked: Asked) -> None:
    assert pooled(asked, "agree")["base"] == 0.1 + 0.2


@case(forecast("middle", low=4, high=10))
def test_a_range_without_a_base_takes_its_middle_marked(asked: Asked) -> None:
    assert units(asked, "middle") == (4, 7, 10)
    assert asked.row("core.yearly_claim", scope_id="middle")["is_midpoint"] is True


@case(forecast("point", base=100, tier="rumour", origin_id="market"))
def test_a_base_without_a_range_takes_the_spread_of_its_tier(asked: Asked) -> None:
    # a rumour's spread is 40 %
    assert units(asked, "point") == pytest.approx((60, 100, 140))


@case(forecast("half", low=90, base=100))
def test_a_side_without_a_value_takes_the_spread_of_its_tier(asked: Asked) -> None:
    assert units(asked, "half") == pytest.approx((90, 100, 115))


@case(forecast("zero", base=0))
def test_zero_is_a_stated_value(asked: Asked) -> None:
    assert units(asked, "zero") == (0, 0, 0)


# --- bounds ---------------------------------------------------------------------------------


@case(forecast("floor", base=10), forecast("floor", low=9, **B))
def test_more_than_tightens_the_low_end_and_moves_no_base(asked: Asked) -> None:
    # 10 with 15 % is 8.5 to 11.5
    assert units(asked, "floor") == pytest.approx((9, 10, 11.5))
    assert pooled(asked, "floor")["outside_bound"] is False
    assert pooled(asked, "floor")["origins"] == 1


@case(forecast("roof", base=10), forecast("roof", high=11, **B))
def test_up_to_tightens_the_high_end_and_moves_no_base(asked: Asked) -> None:
    assert units(asked, "roof") == pytest.approx((8.5, 10, 11))


@case(forecast("loose", base=10), forecast("loose", low=1, **B), forecast("loose", high=100, **PRESS))
def test_a_bound_outside_the_hull_changes_nothing(asked: Asked) -> None:
    assert units(asked, "loose") == pytest.approx((8.5, 10, 11.5))


@case(forecast("above", base=10, known_on="2025-12-01"), forecast("above", low=20, **B))
def test_a_lower_bound_as_good_and_as_new_as_the_claims_binds_the_base_and_is_a_contradiction(asked: Asked) -> None:
    assert units(asked, "above") == (10, 20, 20)
    row = pooled(asked, "above")
    assert (row["claimed_base"], row["floor"], row["outside_bound"]) == (10, 20, True)


@case(forecast("below", base=10, known_on="2025-12-01"), forecast("below", high=4, **B))
def test_an_upper_bound_as_good_and_as_new_as_the_claims_binds_the_base_and_is_a_contradiction(asked: Asked) -> None:
    assert units(asked, "below") == (4, 4, 10)
    assert pooled(asked, "below")["outside_bound"] is True


@case(
    forecast("weak", base=10, known_on="2025-12-01"),
    forecast("weak", low=20, tier="rumour", origin_id="market"),
    forecast("late", base=10),
    forecast("late", low=20, known_on="2025-12-01", **B),
    forecast("final", "2025", base=10, kind="actual", tier="disclosed", origin_id="company"),
    forecast("final", "2025", low=20, **B),
)
def test_a_bound_that_is_weaker_or_older_or_a_forecast_of_what_was_counted_moves_no_base(asked: Asked) -> None:
    for family, role in (("weak", "horizon"), ("late", "horizon"), ("final", "base")):
        row = pooled(asked, family, period_role=role)
        assert (row["base"], row["floor"]) == (10, None), family
    assert pooled(asked, "weak")["outside_bound"] is True


@case(
    forecast("nothing", base=10, known_on="2025-12-01"),
    forecast("nothing", low=20, **B),
    forecast("nothing", high=5, **PRESS),
)
def test_bounds_that_leave_nothing_between_them_move_no_base(asked: Asked) -> None:
    assert pooled(asked, "nothing")["base"] == 10


@case(forecast("bare", low=20))
def test_a_bound_alone_is_a_bound_and_never_a_base(asked: Asked) -> None:
    assert units(asked, "bare") == (20, None, None)


@case(forecast("clash", low=20), forecast("clash", high=10, **B))
def test_bounds_that_contradict_each_other_leave_what_lies_between_them(asked: Asked) -> None:
    assert units(asked, "clash") == (10, None, 20)


@case(
    share("older", "cable", "older-1", "2024", low=0.8),
    share("older", "cable", "older-1", "2026", 0.5, **B),
)
def test_a_bound_of_an_earlier_year_does_not_bind_this_year(asked: Asked) -> None:
    row = asked.row("core.pooled", period_role="horizon", kind="share", company_id="older")
    assert (row["low"], row["base"], row["high"]) == pytest.approx((0.425, 0.5, 0.575))
    assert row["outside_bound"] is False


# --- assumptions and actuals ----------------------------------------------------------------


@case(forecast("known", base=10, fact_id="KNOWN-1"), assumed(forecast("known", low=90, base=100, high=110), "KNOWN-1"))
def test_an_assumption_gives_way_to_evidence(asked: Asked) -> None:
    assert pooled(asked, "known")["fact_ids"] == ["KNOWN-1"]


@case(assumed(forecast("ours", low=1, base=2, high=10), "KNOWN-1"))
def test_an_assumption_gives_the_base_where_evidence_gives_none(asked: Asked) -> None:
    assert units(asked, "ours") == (1, 2, 10)
    assert pooled(asked, "ours")["tier"] == "assumption"


@case(assumed(forecast("bound", low=1, base=2, high=10), "KNOWN-1"), forecast("bound", high=5, **B))
def test_evidence_bounds_bind_an_assumption(asked: Asked) -> None:
    assert units(asked, "bound") == (1, 2, 5)


@case(assumed(forecast("wrong", low=1, base=2, high=10), "KNOWN-1"), forecast("wrong", low=3, **B))
def test_an_assumption_below_an_evidence_bound_is_a_contradiction(asked: Asked) -> None:
    assert pooled(asked, "wrong")["outside_bound"] is True


@case(forecast("mild", base=10), assumed(forecast("mild", high=5), "KNOWN-1"))
def test_an_assumed_bound_does_not_bind_evidence(asked: Asked) -> None:
    assert units(asked, "mild") == pytest.approx((8.5, 10, 11.5))
    assert pooled(asked, "mild")["outside_bound"] is False


@case(
    forecast("done", "2025", base=10),
    forecast("done", "2025", base=12, kind="estimate", **B),
    forecast("done", "2025", base=8, kind="actual", tier="disclosed", origin_id="company"),
)
def test_an_actual_replaces_forecasts(asked: Asked) -> None:
    # disclosed: 2 % for rounding
    assert units(asked, "done", period_role="base") == pytest.approx((7.84, 8, 8.16))
    assert pooled(asked, "done", period_role="base")["origins"] == 1


@case(
    forecast("count", "2025", base=8, kind="actual", known_on="2025-12-31"),
    forecast("count", "2025", base=12, known_on="2026-01-01"),
)
def test_an_actual_holds_when_its_origin_forecasts_again(asked: Asked) -> None:
    assert pooled(asked, "count", period_role="base")["base"] == 8


@case(
    forecast("kinds", base=10),
    forecast("kinds", base=100, kind="required", **B),
    forecast("kinds", base=200, kind="annualised", **B),
    forecast("kinds", base=300, kind="cumulative", **B),
    forecast("kinds", base=400, kind="lifetime", **B),
    forecast("kinds", base=0.5, kind="growth", unit_basis="fraction", **B),
    forecast("kinds", base=5, supplier_id="alpha", **B),
    forecast("kinds", base=6, supplier_id="alpha", product_id="board", **B),
    forecast("kinds", base=7, product_id="board", unit_basis="piece", **B),
)
def test_claims_of_another_kind_are_not_pooled(asked: Asked) -> None:
    assert pooled(asked, "kinds", company_id=None, product_id=None)["base"] == 10


@case(
    forecast("parts", base=10),
    forecast("parts", "2026H1", 5, **B),
    forecast("parts", "FY2026-06", 200, **B),
    forecast("parts", "2025..2026", 300, **B),
)
def test_units_of_another_period_are_not_pooled(asked: Asked) -> None:
    assert pooled(asked, "parts")["base"] == 10


# --- domains --------------------------------------------------------------------------------


@case(
    share("full", "board", "full-1", "2026", 0.95),
    disclosed("full", "2026", 0.95, customer_id="owner", tier="rumour", origin_id="market"),
    revenue("full", "2026", -0.2, kind="growth", currency=None, tier="estimate", origin_id="broker-a"),
    content("board", "full-1", 50, tier="rumour", origin_id="market"),
)
def test_a_range_stays_within_what_its_kind_can_be(asked: Asked) -> None:
    def high(**where: Any) -> object:
        return asked.row("core.pooled", period_role="horizon", **where)["high"]

    assert high(kind="share", company_id="full") == 1
    assert high(kind="disclosed", company_id="full") == 1
    # growth of -20 % lies between -23 % and -17 %
    growth = asked.row("core.pooled", period_role="horizon", measure="growth", company_id="full")
    assert (growth["low"], growth["high"]) == pytest.approx((-0.23, -0.17))
