"""Exposure of companies: methods, denominators, raw factors, grades. Amounts are millions of dollars."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from tests.support.seed_folders import Claim, assumed, content, disclosed, forecast, owned, revenue, share, signal
from tests.support.view_cases import Answer, Asked, Cases

case = Cases(
    "audit.forecast_out_of_reach",
    "mart.factors", "mart.exposure_weight", "mart.unquantified", "mart.company", "mart.document",
    "mart.uncounted_family", "mart.stale_revenue",
)  # fmt: skip
asked = case.fixture()

MONEY = {"measure": "revenue", "currency": "USD"}
EXACT = {"tier": "disclosed", "origin_id": "company"}
CONSENSUS = {"kind": "forecast", "tier": "estimate", "origin_id": "broker-a"}


def supplier(family: str, *, before: float | None = 1e6, after: float = 3e6, worth: float = 20) -> tuple[Claim, ...]:
    """Return claims for half of a product: units of two years, content of $20; by default $10m, then $30m."""
    units = [("2025", before), ("2026", after)]
    return (
        *(forecast(f"{family}-1", year, count) for year, count in units if count is not None),
        content("cable", f"{family}-1", worth),
        share(family, "cable", f"{family}-1", "2025..2026", 0.5),
    )


def factors(asked: Asked, company_id: str, **where: Any) -> Answer:
    return asked.row("mart.factors", company_id=company_id, **where)


def denominator(asked: Asked, company_id: str) -> Answer:
    return asked.row("core.denominator", company_id=company_id)


def chosen(asked: Asked, company_id: str, period_role: str = "horizon") -> list[tuple[str, Any]]:
    """Return method and rounded millions of each chosen row."""
    rows = asked.rows("core.programme_revenue", company_id=company_id, period_role=period_role, chosen=True)
    return [(row["method"], pytest.approx(row["programme_revenue_usd"] / 1e6)) for row in rows]


# --- denominators ---------------------------------------------------------------------------


@case(*supplier("street"), revenue("street", "2025", 100), revenue("street", "2026", 200, **CONSENSUS))
def test_with_consensus_the_weight_is_set_against_it(asked: Asked) -> None:
    row = factors(asked, "street")
    assert (row["denominator"], row["company_revenue_usd"]) == ("consensus", 200e6)
    assert row["exposure_weight"] == pytest.approx(30 / 200)
    assert row["exposure_base"] == pytest.approx(10 / 100)
    assert row["revenue_multiple"] == pytest.approx(30 / 100)
    assert row["growth"] == pytest.approx((30 - 10) / 100)


@case(*supplier("flat"), revenue("flat", "2025", 100))
def test_without_consensus_the_other_business_is_held_flat(asked: Asked) -> None:
    row = factors(asked, "flat")
    assert row["denominator"] == "implied"
    # 100 + 30 - 10
    assert row["company_revenue_usd"] == pytest.approx(120e6)
    assert row["exposure_weight"] == pytest.approx(30 / 120)
    assert row["expectation_gap"] is None


@case(*supplier("dark", before=None), revenue("dark", "2025", 100))
def test_an_unknown_base_year_lies_between_nothing_and_the_horizons_figure(asked: Asked) -> None:
    row = factors(asked, "dark")
    assert row["denominator"] == "implied-bounded"
    # 100 + 30 - 30 / 2
    assert row["company_revenue_usd"] == pytest.approx(115e6)
    assert (row["exposure_base"], row["growth"], row["programme_revenue_base_usd"]) == (None, None, None)


@case(*supplier("stale"), revenue("stale", "2023", 100))
def test_sales_of_an_older_year_hold_an_unknown_part_of_the_base_years_programmes(asked: Asked) -> None:
    assert denominator(asked, "stale")["base_revenue_basis"] == "stale"
    row = factors(asked, "stale")
    # 100 + 30 - 10 / 2
    assert (row["company_revenue_usd"], row["denominator"]) == (pytest.approx(125e6), "implied-bounded")
    assert (row["exposure_base"], row["growth"]) == (None, None)


PART = {"kind": "reported"}
#: the day on which the first half of 2026 is reported
HALF = "2026-06-30"


@case(*supplier("paced"), revenue("paced", "2025", 100), revenue("paced", "2026Q1", 40, **PART))
def test_reported_sales_at_their_pace_overtake_a_lower_flat_rest(asked: Asked) -> None:
    row = factors(asked, "paced", as_of=HALF)
    # 100 + 30 - 10 is less than 40 for 90 of 365 days
    pace = 40e6 * 365 / 90
    assert (row["company_revenue_usd"], row["denominator"]) == (pytest.approx(pace), "run-rate")
    assert row["exposure_weight"] == pytest.approx(30e6 / pace)
    # the low end over a pace 15 % up, the high end over what the programmes would then imply or a pace 15 % down
    down = 30e6 * math.exp(-math.sqrt(3) * math.log(1 / 0.85))
    up = 30e6 * math.exp(math.sqrt(3) * math.log(1.15))
    assert row["exposure_low"] == pytest.approx(down / (1.15 * pace))
    assert row["exposure_high"] == pytest.approx(up / max(0.85 * pace, 90e6 + up))
    # growth and the base year are those of the reported year
    assert row["growth"] == pytest.approx(20 / 100)


@case(*supplier("slowly"), revenue("slowly", "2025", 100), revenue("slowly", "2026Q1", 20, **PART))
def test_a_pace_below_the_expected_sales_changes_nothing(asked: Asked) -> None:
    assert factors(asked, "slowly", as_of=HALF)["denominator"] == "implied"


@case(*supplier("monthly"), revenue("monthly", "2025", 100), revenue("monthly", "2026-01", 40, **PART))
def test_a_month_has_no_pace(asked: Asked) -> None:
    assert factors(asked, "monthly", as_of=HALF)["denominator"] == "implied"


@case(
    *supplier("streets"),
    revenue("streets", "2025", 100),
    revenue("streets", "2026", 120, kind="forecast", tier="estimate", origin_id="broker-b"),
    revenue("streets", "2026Q1", 40, **PART),
    revenue("streets", "2026H1", 90, **PART),
)
def test_the_longest_reported_part_overtakes_a_forecast_which_stays_the_consensus(asked: Asked) -> None:
    row = factors(asked, "streets", as_of=HALF)
    assert (row["company_revenue_usd"], row["denominator"]) == (pytest.approx(90e6 * 365 / 181), "run-rate")
    assert row["expectation_gap"] == pytest.approx((30 - 10) / 100 - (120 / 100 - 1))


@case(*supplier("mute"))
def test_a_company_of_unknown_sales_is_left_out_and_its_sales_are_missing(asked: Asked) -> None:
    row = asked.row("mart.unquantified", company_id="mute")
    assert (row["reason"], row["missing"]) == ("no company revenue known", "company revenue")


@case(disclosed("unsold", "2026", 0.3, scope_id="unsold-1"))
def test_a_stated_part_of_unknown_sales_lacks_the_sales(asked: Asked) -> None:
    row = asked.row("mart.unquantified", company_id="unsold")
    assert (row["reason"], row["missing"]) == ("no company revenue known", "company revenue")


@case(
    *supplier("range"),
    forecast("range-1", "2025", low=1e6, base=1e6, high=1e6, origin_id="broker-b"),
    revenue("range", "2025", 100),
)
def test_the_range_of_an_implied_weight_moves_its_denominator(asked: Asked) -> None:
    row = factors(asked, "range")
    # units, content and share are estimates without a range, 15 % either way
    down = 30 * math.exp(-math.sqrt(3) * math.log(1 / 0.85))
    up = 30 * math.exp(math.sqrt(3) * math.log(1.15))
    assert row["exposure_low"] == pytest.approx(down / (90 + down))
    assert row["exposure_high"] == pytest.approx(up / (90 + up))


@case(
    *supplier("hull"),
    revenue("hull", "2025", 100),
    revenue("hull", "2026", low=150, base=200, high=300, **CONSENSUS),
)
def test_the_range_of_a_weight_against_consensus_adds_both_ranges_as_squares(asked: Asked) -> None:
    row = factors(asked, "hull")
    down = math.sqrt(3 * math.log(1 / 0.85) ** 2 + math.log(300 / 200) ** 2)
    up = math.sqrt(3 * math.log(1.15) ** 2 + math.log(200 / 150) ** 2)
    assert row["exposure_low"] == pytest.approx(0.15 * math.exp(-down))
    assert row["exposure_high"] == pytest.approx(0.15 * math.exp(up))


@case(*supplier("burst", before=15e6, after=30e6), revenue("burst", "2025", 100))
def test_a_weight_above_one_lies_within_its_range(asked: Asked) -> None:
    # $150m of programmes in a year of $100m, a finding: 300 / (100 + 300 - 150)
    row = factors(asked, "burst")
    assert row["exposure_weight"] == pytest.approx(1.2)
    assert row["exposure_low"] < row["exposure_weight"] <= row["exposure_high"]


# --- methods --------------------------------------------------------------------------------


@case(*supplier("spoken"), revenue("spoken", "2025", 100), disclosed("spoken", "2026", 45, scope_id="spoken", **MONEY))
def test_a_companys_own_figure_of_a_programme_replaces_the_bottom_up_one(asked: Asked) -> None:
    assert chosen(asked, "spoken") == [("disclosed", 45)]
    # the bottom-up figure stays in the view
    (other,) = asked.rows("core.programme_revenue", company_id="spoken", period_role="horizon", method="bottom_up")
    assert other["programme_revenue_usd"] == pytest.approx(30e6)
    assert factors(asked, "spoken")["method"] == "disclosed"


@case(
    *supplier("then"),
    forecast("then-1", "2025", 1e6, **EXACT),
    forecast("then-1", "2026", 3e6, **EXACT),
    content("cable", "then-1", 20, **EXACT),
    share("then", "cable", "then-1", "2025..2026", 0.5, **EXACT),
    revenue("then", "2025", 200),
    disclosed("then", "2025", 0.3, scope_id="then", tier="estimate", origin_id="broker-a"),
)
def test_a_stated_part_of_an_earlier_year_does_not_displace_better_evidence_in_either_year(asked: Asked) -> None:
    # 200 x 0.3, 60 by the broker; bottom-up is disclosed all along, and the base year follows it: no jump of method
    assert chosen(asked, "then") == [("bottom_up", 30)]
    assert chosen(asked, "then", "base") == [("bottom_up", 10)]
    rolled = asked.row("core.disclosed", company_id="then", method="roll_forward")
    assert rolled["revenue_usd"] == pytest.approx(180e6)


@case(
    forecast("roll-1", "2025", 1e6, fact_id="ROLL-1"),
    forecast("roll-1", "2026", 3e6),
    assumed(content("cable", "roll-1", 20), "ROLL-1"),
    share("roll", "cable", "roll-1", "2025..2026", sourcing_mode="main"),
    revenue("roll", "2025", 100),
    disclosed("roll", "2025", 0.2, scope_id="roll-1"),
)
def test_a_stated_part_is_rolled_forward_with_units_where_content_and_share_would_be_assumed(asked: Asked) -> None:
    # 100 x 0.2 x 3
    assert chosen(asked, "roll") == [("roll_forward", 60)]
    assert chosen(asked, "roll", "base") == [("disclosed", 20)]
    # units are estimates, so the rolled figure is one
    assert asked.row("core.disclosed", company_id="roll", method="roll_forward")["tier"] == "estimate"
    assert factors(asked, "roll")["grade"] == "A"


@case(*supplier("calm"), revenue("calm", "2025", 100), disclosed("calm", "2025", 0.2, scope_id="calm"))
def test_rolled_forward_with_estimated_units_it_is_no_better_than_estimates_bottom_up(asked: Asked) -> None:
    assert chosen(asked, "calm") == [("bottom_up", 30)]


@case(
    *supplier("years"),
    revenue("years", "2025", 100),
    disclosed("years", "2025Q4", 45, scope_id="years", **MONEY),
    disclosed("years", "2026Q1", 45, scope_id="years", **MONEY),
)
def test_a_quarters_dollars_are_not_the_years(asked: Asked) -> None:
    assert asked.rows("core.disclosed", company_id="years") == []


@case(*supplier("cap"), revenue("cap", "2025", 100), disclosed("cap", "2026", 0.9, customer_id="owner"))
def test_a_customers_part_of_sales_is_no_programmes_part(asked: Asked) -> None:
    assert chosen(asked, "cap") == [("bottom_up", 30)]


@case(
    *supplier("split"),
    forecast("split-2", "2026", 1e6),
    content("cable", "split-2", 20),
    share("split", "cable", "split-2", "2026", 0.5),
    revenue("split", "2025", 100),
    disclosed("split", "2026", 45, scope_id="split-1", **MONEY),
)
def test_a_stated_generation_leaves_the_others_bottom_up(asked: Asked) -> None:
    # 1m x $20 x 0.5 for the second generation
    assert sorted(chosen(asked, "split"), key=str) == [("bottom_up", 10), ("disclosed", 45)]


@case(
    *supplier("house"),
    revenue("house", "2025", 100),
    owned("group", "house"),
    revenue("group", "2025", 1000),
)
def test_a_childs_programme_revenue_is_inside_its_consolidated_parents(asked: Asked) -> None:
    row = factors(asked, "group")
    assert row["programme_revenue_usd"] == pytest.approx(30e6)
    # 1000 + 30 - 10
    assert row["exposure_weight"] == pytest.approx(30 / 1020)


@case(
    *supplier("kid", worth=40), revenue("kid", "2025", 100), disclosed("kid", "2026", 45, scope_id="kid", **MONEY),
    owned("clan", "kid"), revenue("clan", "2025", 1000),
    *supplier("hall"), revenue("hall", "2025", 100), disclosed("hall", "2026", 45, scope_id="hall", **MONEY),
    owned("whole", "hall"), revenue("whole", "2025", 1000), share("whole", "rack", "hall-1", "2025..2026", 0.5),
    content("rack", "hall-1", 80),
)  # fmt: skip
def test_what_a_child_states_enters_its_parent_unchanged_unless_the_parent_counts_the_whole_group(asked: Asked) -> None:
    # a stated 45 comes before 3m x $40 x 0.5, in the parent as in the child
    assert chosen(asked, "kid") == chosen(asked, "clan") == [("disclosed", 45)]
    (row,) = asked.rows("core.programme_revenue", company_id="clan", period_role="horizon", chosen=True)
    assert row["via_company_id"] == "kid"
    # 3m racks x $80 x 0.5, which cables stand beside: the child's 45 are not inside them
    assert sorted(chosen(asked, "whole"), key=str) == [("bottom_up", 120), ("disclosed", 45)]


@case(
    forecast("sum", "2026", 4e6), forecast("sum-1", "2026", 1e6), forecast("sum-2", "2026", 3e6),
    revenue("sum", "2025", 100), disclosed("sum", "2026", 40, scope_id="sum", **MONEY),
    forecast("near", "2026", 4e6), forecast("near-1", "2026", 1e6), forecast("near-2", "2026", 3e6),
    revenue("near", "2025", 100), disclosed("near", "2026", 40, scope_id="near", **MONEY),
    share("near", "cable", "near-2", "2026", sourcing_mode="main"),
    share("near", "cable", "near", "2026", sourcing_mode="participant"),
)  # fmt: skip
def test_a_sum_stated_for_several_generations_is_split_by_their_units_over_the_nearest_links(asked: Asked) -> None:
    assert sorted(chosen(asked, "sum"), key=str) == [("disclosed", 10), ("disclosed", 30)]
    assert factors(asked, "sum", programmes=["sum-2"])["programme_revenue_usd"] == pytest.approx(30e6)
    (row,) = asked.rows("core.programme_revenue", company_id="near", period_role="horizon", chosen=True)
    assert (row["programme_id"], row["programme_revenue_usd"]) == ("near-2", pytest.approx(40e6))


@case(
    *supplier("turn"), revenue("turn", "2025", 100), disclosed("turn", "2026", 45, scope_id="turn-1", **MONEY),
    *supplier("fresh", before=0), revenue("fresh", "2025", 100),
    disclosed("fresh", "2026", 45, scope_id="fresh-1", **MONEY),
)  # fmt: skip
def test_a_change_of_method_is_no_growth_where_the_base_year_had_sales(asked: Asked) -> None:
    assert (factors(asked, "turn")["growth"], factors(asked, "turn")["exposure_base"]) == (None, None)
    assert factors(asked, "fresh")["growth"] == pytest.approx(0.45)


@case(
    revenue("late", "2025", 100), revenue("late", "2026Q1", 10), revenue("late", "2026", 150, **CONSENSUS),
    disclosed("late", "2026", 60, scope_id="late-1", **MONEY), forecast("late-1", "2026", 1e6),
)  # fmt: skip
def test_money_expected_of_a_programme_shrinks_with_sales_out_of_reach(asked: Asked) -> None:
    # the first quarter's 10 and 275 days at twice their pace
    reach = 10 * (1 + 2 * 275 / 90)
    row = factors(asked, "late", as_of=HALF)
    assert (row["denominator"], row["company_revenue_usd"] / 1e6) == ("run-rate", pytest.approx(reach))
    assert row["programme_revenue_usd"] / 1e6 == pytest.approx(60 * reach / 150)
    assert row["exposure_weight"] == pytest.approx(60 / 150)
    finding = asked.row("audit.forecast_out_of_reach", company_id="late", as_of=HALF)
    assert (finding["value"] / 1e6, finding["limit_value"] / 1e6) == (150, pytest.approx(reach))


@case(
    *supplier("pick"),
    *supplier("also"),
    share("pick", "cable", "also-1", "2025..2026", 0.5),
    revenue("pick", "2025", 100),
)
def test_a_choice_of_programmes_narrows_the_numerator_and_not_the_company(asked: Asked) -> None:
    # 30 of each family; 100 + 60 - 20
    assert factors(asked, "pick")["exposure_weight"] == pytest.approx(60 / 140)
    picked = factors(asked, "pick", programmes=["pick-1"])
    assert (picked["exposure_weight"], picked["programmes"]) == (pytest.approx(30 / 140), 1)
    rows = asked.rows("mart.exposure_weight", company_id="pick")
    assert [row["exposure_weight"] for row in rows] == pytest.approx([30 / 140, 30 / 140])


# --- factors --------------------------------------------------------------------------------


@case(
    *supplier("rich")[:2],
    content("cable", "rich-1", 20, period="2025"),
    content("cable", "rich-1", 24, period="2026"),
    share("rich", "cable", "rich-1", "2025..2026", 0.5),
    revenue("rich", "2025", 100),
)
def test_elasticity_is_the_uplift_of_content_and_share_and_not_of_units(asked: Asked) -> None:
    # 24 / 20 - 1, times 36 / (100 + 36 - 10)
    assert factors(asked, "rich")["elasticity"] == pytest.approx(0.2 * 36 / 126)
    assert factors(asked, "flat")["elasticity"] == pytest.approx(0, abs=1e-12)


@case(
    *supplier("raise"),
    forecast("raise", "2026", 2e6, known_on="2025-06-01"),
    forecast("raise", "2026", 3e6, known_on="2025-09-17"),
    forecast("raise", "2026", 3e6, origin_id="broker-b"),
    revenue("raise", "2025", 100),
    *supplier("cut"),
    forecast("cut", "2026", 6e6, known_on="2024-06-01"),
    forecast("cut", "2026", 3e6, known_on="2024-12-01"),
    revenue("cut", "2025", 100),
)
def test_a_revision_is_what_one_origin_changed_within_the_window_decayed(asked: Asked) -> None:
    # half more, 120 days ago, of which half is left, times the exposure; another origin's first forecast is no revision
    weight = factors(asked, "raise")["exposure_weight"]
    assert factors(asked, "raise")["revision"] == pytest.approx(0.5 * 0.5 * weight)
    # the other change is older than 365 days
    assert factors(asked, "cut")["revision"] in (None, 0)


@case(*supplier("gap"), revenue("gap", "2025", 100), revenue("gap", "2026", 150, **CONSENSUS))
def test_the_expectation_gap_is_implied_growth_less_consensus_growth(asked: Asked) -> None:
    # the programmes add 20 points, the consensus has 50
    assert factors(asked, "gap")["expectation_gap"] == pytest.approx(0.2 - 0.5)


@case(
    *supplier("signs"),
    revenue("signs", "2025", 100),
    signal("signs", "visibility_until", until="2026-07-15"),
    signal("signs", "barrier", 4),
    signal("signs", "barrier", 2, origin_id="broker-b"),
    signal("signs", "programme_gross_margin", 0.4),
    disclosed("signs", "2025", 0.5, customer_id="owner"),
    disclosed("signs", "2025", 0.3, customer_id="flat"),
    *supplier("over"),
    revenue("over", "2025", 100),
    signal("over", "visibility_until", until="2026-01-14"),
)
def test_signals_become_factors(asked: Asked) -> None:
    row = factors(asked, "signs")
    # 181 days from 2026-01-15, in quarters of a mean year
    assert row["visibility"] == pytest.approx(181 / (365.25 / 4))
    assert row["barrier"] == 3
    assert row["gross_profit_exposure"] == pytest.approx(0.4 * row["exposure_weight"])
    assert row["concentration"] == pytest.approx(0.5**2 + 0.3**2)
    # orders that ran out yesterday give no visibility
    assert factors(asked, "over")["visibility"] is None


@case(*supplier("aged"), revenue("aged", "2023", 100), revenue("aged", "2026", 200, **CONSENSUS))
def test_no_expectation_gap_is_made_of_two_years(asked: Asked) -> None:
    assert factors(asked, "aged")["expectation_gap"] is None


# --- grades and assumed part ----------------------------------------------------------------


def graded(asked: Asked, company_id: str) -> tuple[str, Any]:
    row = factors(asked, company_id)
    return row["grade"], pytest.approx(row["assumed_part"])


@case(
    *supplier("bee")[:2],
    share("bee", "cable", "bee-1", "2025..2026", 0.5, fact_id="BEE-1"),
    assumed(content("cable", "bee-1", 20), "BEE-1"),
    revenue("bee", "2025", 100),
    *supplier("cee")[:3],
    share("cee", "cable", "cee-1", "2025..2026", 0.5, tier="rumour", origin_id="market"),
    revenue("cee", "2025", 100),
)
def test_a_grade_says_what_the_money_rests_on(asked: Asked) -> None:
    assert graded(asked, "flat") == ("A", 0)
    assert graded(asked, "bee") == ("C", 1)
    assert graded(asked, "cee") == ("C", 0)


@case(
    *supplier("part"),
    content("board", "part-1", 60),
    share("part", "board", "part-1", "2025..2026", sourcing_mode="second"),
    revenue("part", "2025", 100),
    *supplier("speck"),
    content("board", "speck-1", 1),
    share("speck", "board", "speck-1", "2025..2026", sourcing_mode="second"),
    revenue("speck", "2025", 100),
)
def test_the_assumed_part_is_money_and_small_terms_decide_no_grade(asked: Asked) -> None:
    # a role of 0.21 on $60 is $12.6 beside the $10 that are stated; on $1 it is $0.21, less than a tenth
    assert graded(asked, "part") == ("C", 12.6 / 22.6)
    assert graded(asked, "speck") == ("A", 0.21 / 10.21)


# --- who is left out ------------------------------------------------------------------------


@case(
    share("link", "rack", "link-1", "2026", 0.5),
    forecast("link-1", "2026", 1e6),
    revenue("link", "2025", 100),
    revenue("loner", "2025", 100),
)
def test_suppliers_without_a_figure_and_companies_without_a_link_have_different_reasons(asked: Asked) -> None:
    row = asked.row("mart.unquantified", company_id="link")
    assert (row["reason"], row["missing"]) == ("supplies, but not quantified", "content of rack on link-1")
    assert asked.row("mart.unquantified", company_id="loner")["reason"] == "no supply link known"
    assert asked.rows("mart.unquantified", company_id="owner") == []  # not listed


@case(revenue("stater", "2024", 100), disclosed("stater", "2024", 0.3, scope_id="stater-1"))
def test_a_company_that_stated_sales_of_an_earlier_year_lacks_the_units_of_the_family(asked: Asked) -> None:
    row = asked.row("mart.unquantified", company_id="stater")
    assert (row["reason"], row["missing"]) == ("stated sales of an earlier year, and not quantified", "units of stater")


def test_every_listed_company_is_either_quantified_or_not(asked: Asked) -> None:
    quantified = [row["company_id"] for row in asked.rows("mart.factors")]
    left_out = [row["company_id"] for row in asked.rows("mart.unquantified")]
    listed = [row["company_id"] for row in asked.rows("mart.company") if row["is_listed"]]
    assert sorted(quantified + left_out) == sorted(listed)


def test_every_range_holds_its_base(asked: Asked) -> None:
    for row in asked.rows("mart.factors"):
        assert row["exposure_low"] <= row["exposure_weight"] <= row["exposure_high"], row
        assert row["programme_revenue_usd_low"] <= row["programme_revenue_usd"] <= row["programme_revenue_usd_high"], (
            row
        )


# --- what the notes and the documents read ----------------------------------------------------


@case(
    forecast("ended-1", "2025", 1e6),
    content("cable", "ended-1", 20),
    share("ended", "cable", "ended-1", "2025..2026", 0.5),
)
def test_a_supplied_family_with_units_of_other_years_alone_is_uncounted(asked: Asked) -> None:
    assert asked.row("mart.uncounted_family", family_id="ended")["year"] == 2026
    assert asked.rows("mart.uncounted_family", family_id="flat") == []
    assert asked.rows("mart.uncounted_family", family_id="ended", horizon=2025) == []
    assert asked.rows("mart.uncounted_family", family_id="ended", programmes=["flat-1"]) == []


def test_sales_that_ended_too_long_ago_are_stale(asked: Asked) -> None:
    row = asked.row("mart.stale_revenue", company_id="stale")
    # from 2023-12-31 to 2026-01-15
    assert (row["period_end"], row["age_days"], row["stale_after_days"]) == (date(2023, 12, 31), 746, 274)
    assert asked.rows("mart.stale_revenue", company_id="flat") == []


def test_a_document_counts_its_facts_and_the_companies_that_rest_on_them(asked: Asked) -> None:
    used = {(row["fact_id"], row["company_id"]) for row in asked.rows("mart.fact_use")}
    assert {fact for fact, company in used if company == "flat"} == {
        fact for row in asked.rows("mart.exposure_weight", company_id="flat") for fact in row["fact_ids"]
    }
    for document in asked.rows("mart.document"):
        known = {row["fact_id"] for row in asked.rows("mart.evidence", source_id=document["source_id"])}
        resting = {(fact, company) for fact, company in used if fact in known}
        counts = (len(known), len({fact for fact, _ in resting}), len({company for _, company in resting}))
        assert (document["facts_known"], document["facts_used"], document["companies_resting"]) == counts
    assert max(document["companies_resting"] for document in asked.rows("mart.document")) > 1
