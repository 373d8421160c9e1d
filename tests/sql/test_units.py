"""Units of programmes (family total times mix), units of measure, money and fiscal years."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from tests.support.seed_folders import assumed, chips, content, disclosed, forecast, rate, revenue
from tests.support.view_cases import Answer, Asked, Cases

case = Cases(
    "core.programme_units", "core.company_revenue", "core.trailing_revenue", "core.run_rate", "core.carried_mix",
    "core.generation_mix",
)  # fmt: skip
asked = case.fixture()

B = {"origin_id": "broker-b"}
PRESS = {"origin_id": "press", "tier": "reported"}


def units(asked: Asked, programme_id: str, **where: Any) -> Answer:
    """Return the units of a programme in 2026."""
    return asked.row("core.programme_units", **{"period_role": "horizon", "programme_id": programme_id} | where)


def family(asked: Asked, family_id: str, **where: Any) -> Answer:
    """Return the units of a family in 2026."""
    return asked.row("core.family_units", **{"period_role": "horizon", "family_id": family_id} | where)


# --- family x mix ---------------------------------------------------------------------------


@case(
    forecast("mix", base=100),
    forecast("mix-1", base=60),
    forecast("mix-2", base=30),
    forecast("mix", base=200, **B),
    forecast("mix-1", base=160, **B),
)
def test_generations_are_pooled_as_fractions_within_an_origin_and_multiplied_with_the_family(asked: Asked) -> None:
    # the family: (100 + 200) / 2; generation 1: 0.6 of one, 0.8 of the other, 0.7 on average; generation 2: 0.3 of one
    assert family(asked, "mix")["units"] == 150
    assert units(asked, "mix-1")["units"] == pytest.approx(150 * 0.7)
    assert units(asked, "mix-2")["units"] == pytest.approx(150 * 0.3)
    assert units(asked, "mix-1")["units_basis"] == "family_within_origin"


@case(
    forecast("over", base=100),
    forecast("over-1", base=70),
    forecast("over", base=100, **B),
    forecast("over-2", base=60, **B),
)
def test_fractions_of_different_origins_that_exceed_the_whole_are_fitted_to_it(asked: Asked) -> None:
    # 0.7 and 0.6 make 1.3: 70 / 1.3 and 60 / 1.3, and nothing is left
    assert units(asked, "over-1")["units"] == pytest.approx(70 / 1.3)
    assert units(asked, "over-2")["units"] == pytest.approx(60 / 1.3)
    assert asked.rows("core.programme_units", programme_id="over-rest") == []


@case(
    forecast("thirds", base=3), forecast("thirds-1", base=1), forecast("thirds-2", base=1), forecast("thirds-3", base=1)
)
def test_rounding_is_no_generation(asked: Asked) -> None:
    assert asked.rows("core.programme_units", programme_id="thirds-rest") == []


@case(forecast("rest", base=100), forecast("rest-1", base=60))
def test_what_the_mix_leaves_over_is_unallocated(asked: Asked) -> None:
    row = units(asked, "rest-rest")
    assert (row["units"], row["units_basis"]) == (pytest.approx(40), "family_rest")


@case(forecast("lone", base=100))
def test_a_family_without_named_generations_is_unallocated_as_a_whole(asked: Asked) -> None:
    assert [row["programme_id"] for row in asked.rows("core.programme_units", family_id="lone")] == ["lone-rest"]
    assert units(asked, "lone-rest")["units"] == 100


@case(forecast("cross", base=100), forecast("cross-1", base=40, **B))
def test_a_generation_that_only_another_origin_counts_is_set_against_the_pooled_family_and_marked(asked: Asked) -> None:
    row = units(asked, "cross-1")
    assert (row["units"], row["units_basis"]) == (pytest.approx(40), "family_across_origins")
    assert units(asked, "cross-rest")["units"] == pytest.approx(60)


@case(forecast("tight", base=100), forecast("tight-1", base=80), forecast("tight-2", base=50, **B))
def test_what_other_origins_count_fits_into_what_the_better_fractions_leave_over(asked: Asked) -> None:
    # generation 1 takes 0.8 within its origin; 50 of 100 shrink to the 20 that are left
    assert units(asked, "tight-1")["units"] == pytest.approx(80)
    assert units(asked, "tight-2")["units"] == pytest.approx(20)


@case(forecast("ways", base=100), forecast("ways-1", base=20), forecast("ways-1", base=60, **B))
def test_an_origin_that_counts_only_the_generation_weighs_in_beside_one_that_counts_both(asked: Asked) -> None:
    # 0.2 within one origin and 60 of the pooled 100 by the other: 0.4, within what estimates of 15 % either way leave
    row = units(asked, "ways-1")
    assert (row["units"], row["units_basis"]) == (pytest.approx(40), "family_both_ways")
    mix = asked.row("core.generation_mix", period_role="horizon", programme_id="ways-1")
    assert (mix["mix_low"], mix["mix_high"]) == (pytest.approx(0.2 * 0.85), pytest.approx(0.6 * 1.15))


@case(forecast("more-1", base=150), forecast("more", base=100))
def test_a_generation_above_its_own_family_is_capped_at_the_family(asked: Asked) -> None:
    assert units(asked, "more-1")["units"] == pytest.approx(100)


@case(forecast("sum-1", base=60), forecast("sum-2", base=40, **B))
def test_without_a_family_total_the_generations_keep_their_counts(asked: Asked) -> None:
    assert family(asked, "sum")["units"] == 100
    assert family(asked, "sum")["units_basis"] == "generation_sum"
    assert units(asked, "sum-1")["units"] == 60
    assert asked.rows("core.programme_units", programme_id="sum-rest") == []


@case(forecast("held-1", base=60), forecast("held-2", base=40), forecast("held", low=150, **B))
def test_a_bound_on_the_family_widens_a_sum_of_generations_that_contradicts_it(asked: Asked) -> None:
    row = family(asked, "held")
    assert (row["units_low"], row["units"], row["units_high"]) == (100, 100, 150)
    assert row["outside_bound"] is True
    assert row["origins"] == 1


@case(forecast("nil", base=100), forecast("nil-1", base=100), forecast("nil-2", base=0, **B))
def test_a_generation_counted_as_zero_is_zero_and_one_not_counted_is_unknown(asked: Asked) -> None:
    assert units(asked, "nil-2")["units"] == 0
    assert asked.rows("core.programme_units", programme_id="nil-3") == []


@case(forecast("none", base=0))
def test_a_family_counted_as_zero_is_zero(asked: Asked) -> None:
    assert family(asked, "none")["units"] == 0
    assert units(asked, "none-rest")["units"] == 0


@case(forecast("whole-all", base=90), forecast("whole", base=110, **B))
def test_a_scope_counted_as_the_whole_family_pools_with_the_family(asked: Asked) -> None:
    assert family(asked, "whole")["units"] == 100


@case(forecast("group-12", base=90), forecast("group", base=200))
def test_a_scope_never_pools_with_its_family_or_its_members(asked: Asked) -> None:
    assert family(asked, "group")["units"] == 200
    assert [row["programme_id"] for row in asked.rows("core.programme_units", family_id="group")] == ["group-rest"]


@case(
    forecast("guess", base=100, fact_id="GUESS-1"),
    forecast("guess-1", base=50),
    assumed(forecast("guess", base=80), "GUESS-1"),
    assumed(forecast("guess-1", base=72), "GUESS-1"),
    assumed(forecast("guess-2", base=8), "GUESS-1"),
)
def test_assumed_fractions_count_only_where_there_is_no_evidence(asked: Asked) -> None:
    # generation 1 is half by evidence, whatever is assumed; generation 2 is a tenth by assumption
    assert units(asked, "guess-1")["units"] == pytest.approx(50)
    assert units(asked, "guess-2")["units"] == pytest.approx(10)
    assert (units(asked, "guess-1")["tier"], units(asked, "guess-2")["tier"]) == ("estimate", "assumption")


@case(
    forecast("real", "2025", base=100),
    forecast("real-1", "2025", base=25),
    forecast("real", "2025", base=80, kind="actual", tier="disclosed", origin_id="company"),
)
def test_a_forecast_mix_holds_for_the_actual_total(asked: Asked) -> None:
    assert units(asked, "real-1", period_role="base")["units"] == pytest.approx(80 * 0.25)


@case(
    forecast("width", low=80, base=100, high=125),
    forecast("width-1", base=50),
    forecast("width", base=100, **B),
    forecast("width-1", base=25, **B),
)
def test_ranges_of_total_and_mix_combine_as_root_sum_square_of_logs(asked: Asked) -> None:
    # family 80, 100, 125 (the other origin's 85 to 115 lies inside); mix 0.25 less 15 %, 0.375, 0.5 and 15 % more
    row = units(asked, "width-1")
    up = math.hypot(math.log(125 / 100), math.log(0.5 * 1.15 / 0.375))
    down = math.hypot(math.log(100 / 80), math.log(0.375 / (0.25 * 0.85)))
    assert row["units"] == pytest.approx(37.5)
    assert row["units_high"] == pytest.approx(37.5 * math.exp(up))
    assert row["units_low"] == pytest.approx(37.5 * math.exp(-down))


# --- units of measure -----------------------------------------------------------------------


@case(chips("conv-1", "rack", 64), forecast("conv-1", base=10, unit_basis="rack"))
def test_racks_become_chips_by_the_programmes_own_count(asked: Asked) -> None:
    assert units(asked, "conv-1")["units"] == 640
    assert units(asked, "conv-1")["unit_basis"] == "chip"


@case(chips("racks-1", "rack", 72), chips("racks-1", "tray", 4), forecast("racks-1", base=36, unit_basis="tray"))
def test_trays_become_racks_through_the_chips_in_both(asked: Asked) -> None:
    # 36 trays of 4 chips are 144 chips, two racks of 72
    assert units(asked, "racks-1")["units"] == pytest.approx(2)
    assert units(asked, "racks-1")["unit_basis"] == "rack"


@case(
    chips("both-1", "rack", 10),
    forecast("both-1", base=100, fact_id="BOTH-1"),
    forecast("both-1", base=11, unit_basis="rack", fact_id="BOTH-2"),
    forecast("both-1", base=200, **B),
)
def test_racks_and_chips_of_one_origin_are_one_claim_in_the_familys_own_unit(asked: Asked) -> None:
    # (100 + 200) / 2; the same origin's 11 racks are a second copy
    assert units(asked, "both-1")["units"] == 150
    assert "BOTH-2" not in units(asked, "both-1")["fact_ids"]


@case(
    chips("mean-1", "rack", 60),
    chips("mean-1", "rack", 70, **B),
    assumed(chips("mean-1", "rack", 1000), "MEAN-1"),
    forecast("mean-1", base=1, unit_basis="rack", fact_id="MEAN-1"),
)
def test_chips_in_a_rack_are_averaged_over_origins_and_not_over_assumptions(asked: Asked) -> None:
    assert units(asked, "mean-1")["units"] == 65


@case(chips("ends-1", "rack", low=60, base=None, high=72), forecast("ends-1", base=1, unit_basis="rack"))
def test_a_range_of_chips_takes_its_middle(asked: Asked) -> None:
    assert units(asked, "ends-1")["units"] == 66


@case(chips("duo-1", "rack", 10), chips("duo-2", "rack", 30), forecast("duo", base=5, unit_basis="rack"))
def test_racks_of_a_whole_family_take_the_mean_of_its_members(asked: Asked) -> None:
    assert family(asked, "duo")["units"] == 100


@case(
    chips("soon-1", "rack", 10, known_on="2025-09-01"),
    forecast("soon-1", base=5, unit_basis="rack", known_on="2025-06-01"),
)
def test_racks_wait_for_the_day_their_chips_became_known(asked: Asked) -> None:
    assert asked.rows("core.programme_units", programme_id="soon-1", as_of="2025-08-31", horizon=2026) == []
    assert units(asked, "soon-1", as_of="2025-09-01", horizon=2026)["units"] == 50


@case(chips("cont-1", "rack", 20), content("board", "cont-1", 1000, unit_basis="rack"))
def test_money_in_a_rack_is_divided_over_its_chips(asked: Asked) -> None:
    claim = asked.row("core.yearly_claim", period_role="horizon", kind="content", scope_id="cont-1")
    assert (claim["base"], claim["own_unit"]) == (50, "chip")


# --- money ----------------------------------------------------------------------------------


@case(
    rate("TWD", "2024", 32, known_on="2025-01-02"),
    rate("TWD", "2025", 30, known_on="2026-01-02"),
    rate("TWD", "2025Q4", 20, known_on="2026-01-10"),
    revenue("twd", "2024", 6400, currency="TWD"),
    revenue("twd", "2025", 6000, currency="TWD"),
    revenue("twd", "2026", 6000, currency="TWD", kind="forecast", tier="estimate", origin_id="broker-a"),
)
def test_money_converts_at_the_rate_of_its_year_or_else_the_latest_known_one(asked: Asked) -> None:
    def sales(period_role: str, **where: Any) -> tuple[float, str]:
        claim = asked.row("core.yearly_claim", kind="revenue", company_id="twd", period_role=period_role, **where)
        return claim["base"], claim["fx_basis"]

    # millions: 6400 / 32 and 6000 / 30; a quarter's 20 is no average of the year, but the latest to be carried on
    assert sales("prior") == (200e6, "period")
    assert sales("base") == (200e6, "period")
    assert sales("horizon") == (300e6, "carried")


@case(revenue("early", "2025", 6000, currency="TWD", known_on="2025-12-31"))
def test_a_rate_that_was_not_known_yet_is_not_used(asked: Asked) -> None:
    # on the last day of 2025 only the average of 2024 is known: 6000 / 32
    row = asked.row("core.yearly_claim", company_id="early", period_role="base", as_of="2025-12-31", horizon=2026)
    assert (row["base"], row["fx_basis"]) == (187.5e6, "carried")


@case(
    rate("KRW", "2024", 1300, known_on="2025-01-02"),
    revenue("krw", "2023", 1300, currency="KRW"),
)
def test_money_before_the_first_known_rate_takes_it_and_is_marked(asked: Asked) -> None:
    assert asked.row("core.trailing_revenue", company_id="krw")["trailing_revenue_usd"] == 1e6
    assert asked.row("core.fx_rate", currency="KRW", year=2023)["fx_basis"] == "carried_back"


@case(rate("JPY", "2025", base=None, low=140, high=160), revenue("jpy", "2025", 300, currency="JPY"))
def test_a_range_of_rates_takes_its_middle(asked: Asked) -> None:
    assert asked.row("core.company_revenue", company_id="jpy", period_role="base")["revenue_usd"] == pytest.approx(2e6)


# --- years ----------------------------------------------------------------------------------


@case(
    revenue("fiscal", "FY2025-11", 100),
    revenue("july", "FY2025-07", 100),
    revenue("march", "FY2026-03", 100, known_on="2025-06-01", kind="forecast"),
    disclosed("fiscal", "FY2025-11", 40, measure="revenue", currency="USD", scope_id="fiscal"),
    forecast("fiscal", base=1),
)
def test_a_fiscal_year_counts_as_the_calendar_year_of_its_middle(asked: Asked) -> None:
    assert asked.row("core.company_revenue", company_id="fiscal", period_role="base")["revenue_basis"] == "reported"
    # the year to July has its middle in January of the year in which it ends, the year to March in the one before
    assert asked.row("core.company_revenue", company_id="july", period_role="base")["revenue_basis"] == "reported"
    assert asked.row("core.company_revenue", company_id="march", period_role="base")["revenue_basis"] == "forecast"
    stated = asked.row("core.pooled", company_id="fiscal", measure="programme_revenue", period_role="base")
    assert stated["base"] == 40e6


@case(revenue("june", "FY2025-06", 100))
def test_a_fiscal_year_that_ends_within_the_base_year_is_its_sales_where_nothing_nearer_is_known(asked: Asked) -> None:
    # its middle lies in 2024, so it counts as that year; for 2025 it is the latest twelve months
    assert asked.row("core.company_revenue", company_id="june", period_role="prior")["revenue_basis"] == "reported"
    assert asked.row("core.company_revenue", company_id="june", period_role="base")["revenue_basis"] == "fiscal_year"
    assert asked.row("core.trailing_revenue", company_id="june")["age_days"] == 199  # from the end of June 2025


@case(
    revenue("print", "2025Q4", 400),
    revenue("print", "2025Q1", 100),
    revenue("print", "2025Q3", 200),
    revenue("print", "TTM2025-09", 350, known_on="2025-11-14"),
)
def test_parts_that_leave_out_a_quarter_are_not_the_year(asked: Asked) -> None:
    row = asked.row("core.company_revenue", company_id="print", period_role="base")
    assert (row["revenue_usd"], row["revenue_basis"]) == (350e6, "trailing")


@case(
    revenue("quarters", "2025Q1", 100), revenue("quarters", "2025Q2", 110),
    revenue("quarters", "2025Q3", 120), revenue("quarters", "2025Q4", 130),
    revenue("halves", "2025H1", 210), revenue("halves", "9M2025", 330), revenue("halves", "2025H2", 250),
    revenue("ninth", "9M2025", 330), revenue("ninth", "2025Q3", 120), revenue("ninth", "2025-10", 40),
    revenue("ninth", "2025-11", 41), revenue("ninth", "2025-12", 42),
)  # fmt: skip
def test_a_year_given_by_its_parts_is_a_year_and_what_overlaps_is_not_added_twice(asked: Asked) -> None:
    years = {"quarters": 460e6, "halves": 460e6, "ninth": 453e6}
    for company, usd in years.items():
        row = asked.row("core.company_revenue", company_id=company, period_role="base")
        assert (row["revenue_usd"], row["revenue_basis"]) == (usd, "reported"), company
    assert len(asked.row("core.company_revenue", company_id="quarters", period_role="base")["fact_ids"]) == 4


def days(month: str) -> float:
    """Return how much longer 2026 is than its part up to a day."""
    return 365 / (date.fromisoformat(f"2026-{month}") - date(2025, 12, 31)).days


@case(
    revenue("grows", "2025", 900), revenue("grows", "2026Q1", 150), revenue("grows", "2026Q2", 600),
    revenue("shrinks", "2025", 900), revenue("shrinks", "2026Q1", 450), revenue("shrinks", "2026Q2", 50),
    revenue("months", "2025", 900), *(revenue("months", f"2026-0{n}", 150) for n in range(1, 7)),
    revenue("overlap", "2025", 900), revenue("overlap", "9M2026", 900), revenue("overlap", "2026Q3", 400),
    revenue("gap", "2025", 900), revenue("gap", "2026Q1", 200), revenue("gap", "2026Q3", 900),
    revenue("season", "2025", 900), revenue("season", "2025H1", 600), revenue("season", "2026H1", 700),
)  # fmt: skip
def test_reported_parts_that_adjoin_are_one_part_of_the_year(asked: Asked) -> None:
    expected = {
        "grows": (750, 750 * days("06-30")),
        "shrinks": (500, 500 * days("06-30")),
        "months": (900, 900 * days("06-30")),
        "overlap": (900, 900 * days("09-30")),
        "gap": (200, 200 * days("03-31")),
        "season": (700, 700 * 900 / 600),  # two thirds of the year before were sold by its middle
    }
    for company, (part, year) in expected.items():
        row = asked.row("core.run_rate", company_id=company, period_role="horizon", as_of="2026-09-30")
        assert (row["part_usd"] / 1e6, row["revenue_usd"] / 1e6) == (part, pytest.approx(year)), company


@case(revenue("most", "2026Q1", 150), revenue("most", "2026Q2", 600))
def test_a_year_reaches_its_reported_part_and_the_rest_at_most_at_twice_the_fastest_pace(asked: Asked) -> None:
    row = asked.row("core.run_rate", company_id="most", period_role="horizon", as_of="2026-06-30")
    # 200 a month of the latest part; 184 of 365 days are left
    assert row["reach_usd"] / 1e6 == pytest.approx(750 + 200 * 12 / 365 * 184 * 2)


# --- the hand-over of generations -----------------------------------------------------------


@case(
    forecast("hand", "2025", 100), forecast("hand-1", "2025", 60), forecast("hand-2", "2025", 20),
    forecast("hand", "2026", 200),
)  # fmt: skip
def test_a_year_that_nobody_splits_has_the_last_mix_along_the_hand_over(asked: Asked) -> None:
    # each year multiplies 2 to 1 by exp(3.3): 20 to 60 x exp(-3.3), of the 0.8 that were named; 0.2 stay unnamed
    old = 60 * math.exp(-3.3)
    assert units(asked, "hand-1")["units"] == pytest.approx(200 * 0.8 * old / (old + 20))
    assert units(asked, "hand-2")["units"] == pytest.approx(200 * 0.8 * 20 / (old + 20))
    assert units(asked, "hand-2")["units_basis"] == "family_carried"
    slow, fast = 60 * math.exp(-2.2), 60 * math.exp(-4.4)
    row = asked.row("core.carried_mix", period_role="horizon", programme_id="hand-2")
    assert (row["handed_low"], row["handed_high"]) == pytest.approx((0.8 * 20 / (slow + 20), 0.8 * 20 / (fast + 20)))
    assert sum(row["units"] for row in asked.rows("core.programme_units", family_id="hand", period_role="horizon")) == (
        pytest.approx(200)
    )


@case(
    forecast("left", "2025", 100), forecast("left-1", "2025", 90), forecast("left-2", "2025", 10),
    forecast("left", "2026", 200), forecast("left-2", "2026", 150),
    forecast("less", "2025", 20), forecast("less-1", "2025", 15), forecast("less-2", "2025", 5),
    forecast("less", "2026", 200), forecast("less-2", "2026", 150),
    forecast("gone", "2025", 100), forecast("gone-1", "2025", 90),
    forecast("gone", "2026", 200), forecast("gone-1", "2026", 0), forecast("gone-2", "2026", 150),
)  # fmt: skip
def test_what_a_split_leaves_over_goes_to_the_generations_before_which_do_not_grow_any_more(asked: Asked) -> None:
    assert units(asked, "left-1")["units"] == pytest.approx(50)
    assert asked.rows("core.programme_units", programme_id="left-rest", period_role="horizon") == []
    assert (units(asked, "less-1")["units"], units(asked, "less-rest")["units"]) == pytest.approx((15, 35))
    assert (units(asked, "gone-1")["units"], units(asked, "gone-rest")["units"]) == pytest.approx((0, 50))


@case(
    forecast("ahead", "2025", 100), forecast("ahead-1", "2025", 100),
    forecast("ahead", "2026", 200), forecast("ahead-1", "2026", 80), forecast("ahead-2", "2026", 120),
    forecast("ahead", "2027", 300),
)  # fmt: skip
def test_generations_add_up_to_the_family_in_every_year(asked: Asked) -> None:
    for horizon in (2025, 2026, 2027):
        rows = asked.rows("core.programme_units", family_id="ahead", period_role="horizon", horizon=horizon)
        assert sum(row["units"] for row in rows) == pytest.approx({2025: 100, 2026: 200, 2027: 300}[horizon])
    old = 80 * math.exp(-3.3)
    assert units(asked, "ahead-1", horizon=2027)["units"] == pytest.approx(300 * old / (old + 120))


@case(
    forecast("wrong", base=100), forecast("wrong", base=30, **B), forecast("wrong-1", base=27, **B),
    forecast("right", base=100), forecast("right", base=80, **B), forecast("right-1", base=72, **B),
)  # fmt: skip
def test_an_origin_whose_total_is_far_from_the_pooled_one_says_nothing_of_the_mix(asked: Asked) -> None:
    # pooled, the families have 65 and 90: 30 is less than half of 65
    assert asked.rows("core.programme_units", programme_id="wrong-1", period_role="horizon") == []
    assert units(asked, "right-1")["units"] == pytest.approx(90 * 0.9)


@case(
    forecast("floor", base=100), forecast("floor-1", base=50, known_on="2025-12-01"), forecast("floor-1", low=70, **B)
)
def test_a_binding_floor_of_a_generation_is_the_least_that_the_mix_leaves_it(asked: Asked) -> None:
    assert units(asked, "floor-1")["units"] == pytest.approx(70)


@case(
    forecast("last", "2026", 100), forecast("last-1", "2026", 10, known_on="2025-12-01"),
    forecast("last-1", "2026Q4", 30, **B),
)  # fmt: skip
def test_a_quarter_is_the_least_that_its_year_can_be(asked: Asked) -> None:
    row = asked.row("core.pooled_units", scope_id="last-1", period_role="horizon")
    assert (row["base"], row["floor"]) == (30, 30)


@case(
    forecast("four", "2025Q1", 10, low=8, high=12), forecast("four", "2025Q2", 20, low=16, high=24),
    forecast("four", "2025Q3", 30, low=24, high=36), forecast("four", "2025Q4", 40, low=32, high=48),
)  # fmt: skip
def test_units_of_four_quarters_are_those_of_the_year_with_their_ends_added(asked: Asked) -> None:
    row = family(asked, "four", period_role="base")
    assert (row["units_low"], row["units"], row["units_high"]) == (80, 100, 120)


@case(revenue("old", "2023", 100))
def test_sales_from_before_the_base_year_are_stale(asked: Asked) -> None:
    row = asked.row("core.company_revenue", company_id="old", period_role="base")
    assert (row["revenue_usd"], row["revenue_basis"]) == (100e6, "stale")


@case(
    revenue("grow", "2025", 100),
    revenue("grow", "2026", 0.5, kind="growth", currency=None, tier="estimate", origin_id="broker-a"),
    revenue("stale", "2023", 100),
    revenue("stale", "2026", 0.5, kind="growth", currency=None, tier="estimate", origin_id="broker-a"),
)
def test_growth_applies_to_the_year_before_and_never_to_an_older_one(asked: Asked) -> None:
    row = asked.row("core.company_revenue", company_id="grow", period_role="horizon")
    assert (row["revenue_usd"], row["revenue_basis"]) == (pytest.approx(150e6), "growth")
    # 2 % on what is reported, and 15 % of 0.5 on growth: their logs add as squares
    up = math.hypot(math.log(1.02), math.log(1.575 / 1.5))
    assert row["revenue_usd_high"] == pytest.approx(150e6 * math.exp(up))
    assert asked.rows("core.company_revenue", company_id="stale", period_role="horizon") == []


@case(
    revenue("which", "2025", 100),
    revenue("which", "2025", 120, kind="forecast", tier="estimate", origin_id="broker-a"),
    revenue("which", "TTM2025-09", 90),
)
def test_reported_sales_come_before_a_forecast_and_a_forecast_before_trailing_months(asked: Asked) -> None:
    assert asked.row("core.company_revenue", company_id="which", period_role="base")["revenue_usd"] == 100e6
