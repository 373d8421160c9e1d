"""Inputs changed by rules, worked by hand through the views; in millions of dollars unless stated otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from exposure.db import session
from exposure.errors import ExposureError
from exposure.names.vocabulary import Vocabulary
from exposure.scenarios.apply import AppliedRules, apply_rules
from exposure.scenarios.changes import AffectedInput
from exposure.scenarios.rules import Rule
from tests.support.seed_folders import DAY, Claim, chips, content, disclosed, forecast, rate, revenue, share
from tests.support.view_cases import Answer, Asked, Cases

#: worlds of their own for nearly every test: run with `-m slow`
pytestmark = pytest.mark.slow

case = Cases("mart.factors", "mart.name")
asked = case.fixture()

MONEY = {"measure": "revenue", "currency": "USD"}
EXACT = {"tier": "disclosed", "origin_id": "company"}
CONSENSUS = {"kind": "forecast", "tier": "estimate", "origin_id": "broker-a"}


def supplier(family: str, *, before: float | None = 1e6, after: float | None = 3e6) -> tuple[Claim, ...]:
    """Return claims on half of a product: units of two years, content of $20; by default $10m, then $30m."""
    units = [("2025", before), ("2026", after)]
    return (
        *(forecast(f"{family}-1", year, count) for year, count in units if count is not None),
        content("cable", f"{family}-1", 20),
        share(family, "cable", f"{family}-1", "2025..2026", 0.5),
    )


def query_under(
    asked: Asked, rules: Sequence[Rule], query: str, *parameters: object
) -> tuple[list[Answer], AppliedRules]:
    """Apply rules, compute the factors where the query reads them, and return its rows."""
    with session.reading(asked.db, as_of=date.fromisoformat(asked.as_of or DAY)) as reader:
        applied = apply_rules(reader, rules, Vocabulary.from_database(reader))
        if "mart.factors" in query:
            reader.compute("mart.factors")
        return reader.records(query, parameters), applied


def factors_of(asked: Asked, company: str, *rules: Rule) -> Answer:
    """Return a company's factors under rules."""
    if not rules:
        return asked.row("mart.factors", company_id=company)
    (row,), _ = query_under(asked, rules, 'select * from "mart.factors" where company_id = ?', company)
    return row


def millions(asked: Asked, company: str, *rules: Rule) -> Any:
    return pytest.approx(factors_of(asked, company, *rules)["programme_revenue_usd"] / 1e6)


def shares(asked: Asked, family: str, *rules: Rule) -> dict[str, Any]:
    """Return the shares at the horizon of all companies in a family."""
    query = (
        """select company_id, supply_share from "core.supply_share" where family_id = ? and period_role = 'horizon'"""
    )
    rows, _ = query_under(asked, rules, query, family)
    return {row["company_id"]: pytest.approx(row["supply_share"]) for row in rows}


def applied(asked: Asked, *rules: Rule) -> AppliedRules:
    return query_under(asked, rules, "select 1")[1]


def units(programme: str, **rest: Any) -> Rule:
    return Rule(what="units", programmes=(programme,), periods=("2026",), **rest)


# --- units ----------------------------------------------------------------------------------


@case(*supplier("street"), revenue("street", "2025", 100), revenue("street", "2026", 200, **CONSENSUS))
def test_fewer_units_are_less_revenue_over_the_same_consensus(asked: Asked) -> None:
    row = factors_of(asked, "street", units("street", multiply=0.8))
    assert row["programme_revenue_usd"] == pytest.approx(24e6)
    assert row["exposure_weight"] == pytest.approx(24 / 200)
    assert row["growth"] == pytest.approx((24 - 10) / 100)


@case(*supplier("flat"), revenue("flat", "2025", 100))
def test_an_implied_denominator_moves_with_the_units(asked: Asked) -> None:
    assert factors_of(asked, "flat", units("flat", multiply=0.8))["exposure_weight"] == pytest.approx(
        24 / (100 - 10 + 24)
    )


@case(*supplier("wide"), revenue("wide", "2025", 100))
def test_a_range_moves_with_its_base(asked: Asked) -> None:
    base, less = factors_of(asked, "wide"), factors_of(asked, "wide", units("wide", multiply=0.5))
    for end in ("programme_revenue_usd_low", "programme_revenue_usd_high"):
        assert less[end] == pytest.approx(base[end] / 2)


@case(
    disclosed("rolled", "2025", 0.5, scope_id="rolled"),
    *(forecast("rolled", year, count) for year, count in (("2025", 1e6), ("2026", 3e6))),
    revenue("rolled", "2025", 100),
)
def test_units_at_the_horizon_change_what_is_rolled_forward(asked: Asked) -> None:
    assert factors_of(asked, "rolled")["method"] == "roll_forward"
    assert millions(asked, "rolled") == 50 * 3
    assert millions(asked, "rolled", units("rolled", multiply=0.8)) == 50 * 2.4


@case(
    disclosed("whole", "2026", 60, scope_id="whole", **MONEY),
    *(forecast("whole", year, count) for year, count in (("2025", 1e6), ("2026", 3e6))),
    revenue("whole", "2025", 100),
)
def test_sales_stated_as_a_whole_halve_with_the_units_of_their_year(asked: Asked) -> None:
    assert millions(asked, "whole") == 60
    assert millions(asked, "whole", units("whole", multiply=0.5)) == 30
    base = Rule(what="units", programmes=("whole",), periods=("base",), multiply=0.5)
    assert millions(asked, "whole", base) == 60


@case(*supplier("gone"), revenue("gone", "2025", 100))
def test_without_any_units_a_company_has_no_exposure(asked: Asked) -> None:
    rows, _ = query_under(asked, [units("gone", multiply=0)], 'from "mart.factors" where company_id = ?', "gone")
    assert rows == []


@case(
    *supplier("ended"),
    *(forecast("going-1", year, 1e6) for year in ("2025", "2026")),
    share("ended", "cable", "going-1", "2025..2026", 0.5),
    content("cable", "going-1", 30),
    revenue("ended", "2025", 100),
)
def test_the_elasticity_of_the_other_families_is_known_when_one_ends(asked: Asked) -> None:
    row = factors_of(asked, "ended", units("ended", multiply=0), Rule(what="content", periods=("2026",), multiply=2))
    assert row["elasticity"] == pytest.approx(30 / (100 - 25 + 30))


@case(*supplier("late"), revenue("late", "2025", 100))
def test_a_delay_of_two_quarters_is_half_of_each_year(asked: Asked) -> None:
    assert millions(asked, "late", units("late", delay=2)) == (0.5 * 3 + 0.5 * 1) * 20 * 0.5
    assert millions(asked, "late", units("late", delay=4)) == 10


@case(*supplier("fresh", before=None), revenue("fresh", "2025", 100))
def test_in_a_delay_an_unknown_year_before_counts_as_no_units_with_a_remark(asked: Asked) -> None:
    slip = Rule(what="units", programmes=("fresh",), delay=1)
    assert millions(asked, "fresh", slip) == 0.75 * 30
    (effect,) = applied(asked, slip).effects
    assert effect.remarks == {"units of the year before are unknown and count as none": ["fresh-1"]}


@case(
    *supplier("gapped"), forecast("gapped-2", "2026", 1e6), revenue("gapped", "2025", 100),
    content("cable", "gapped-2", 40), share("filler", "cable", "gapped-2", "2026", 0.5), revenue("filler", "2025", 100),
)  # fmt: skip
def test_what_a_programme_loses_another_one_may_take_up_with_its_own_content_and_suppliers(asked: Asked) -> None:
    # half of 3m and of the 1m before: 1m chips move to the second generation, at $40 from another supplier
    slip = units("gapped-1", delay=2, filled_by="gapped-2")
    assert millions(asked, "gapped", slip) == 2 * 20 * 0.5
    assert millions(asked, "filler", slip) == (1 + 1) * 40 * 0.5
    family, _ = query_under(asked, [slip], """select units from "core.family_units" where family_id = 'gapped'""")
    assert {row["units"] for row in family} <= {4e6, 1e6}


@case()
def test_a_gap_is_filled_by_one_other_programme_of_the_family(asked: Asked) -> None:
    for filler in ("gapped-1", "gapped", "late-1"):
        with pytest.raises(ExposureError, match=f"cannot be filled by {filler}: name another programme of the family"):
            applied(asked, units("gapped-1", delay=2, filled_by=filler))


@case(*supplier("past"), revenue("past", "2025", 100))
def test_a_delay_without_a_period_is_of_the_horizon(asked: Asked) -> None:
    slip = Rule(what="units", programmes=("past",), delay=2)
    assert factors_of(asked, "past", slip)["programme_revenue_base_usd"] == pytest.approx(10e6)


@case(
    *(forecast(f"split-{part}", "2026", count) for part, count in (("1", 1e6), ("2", 3e6))),
    forecast("split", "2026", 4e6),
    content("cable", "split-1", 20),
    share("split", "cable", "split-1", "2026", 0.5),
    revenue("split", "2025", 100),
)
def test_an_amount_of_a_family_is_split_in_proportion_to_its_generations(asked: Asked) -> None:
    more = units("split", add=2e6, unit="chip")
    assert millions(asked, "split", more) == (1e6 + 2e6 / 4) * 20 * 0.5 / 1e6
    rows, _ = query_under(asked, [more], """
        select units from "core.family_units" where family_id = 'split' and period_role = 'horizon'
    """)  # fmt: skip
    assert rows == [{"units": pytest.approx(6e6)}]


@case(*supplier("racked"), chips("racked-1", "rack", 10), revenue("racked", "2025", 100))
def test_an_amount_in_racks_is_converted(asked: Asked) -> None:
    assert millions(asked, "racked", units("racked-1", replace=2e5, unit="rack")) == 2 * 20 * 0.5
    price = Rule(what="content", programmes=("racked-1",), products=("cable",), replace=500, unit="rack")
    assert millions(asked, "racked", price) == 3 * 50 * 0.5


@case(*supplier("plate"), revenue("plate", "2025", 100))
def test_an_amount_in_an_unconvertible_unit_changes_nothing_with_a_remark(asked: Asked) -> None:
    more = units("plate-1", add=5, unit="tray")
    assert factors_of(asked, "plate", more) == factors_of(asked, "plate")
    (effect,) = applied(asked, more).effects
    assert effect.remarks == {
        "no source converts one tray into their own units, so these stay as they are": ["plate-1"]
    }


@case(
    *supplier("dark", before=None, after=None),
    *supplier("lit"),
    revenue("dark", "2025", 100),
    revenue("lit", "2025", 1),
)
def test_unknown_units_can_be_stated_and_not_multiplied(asked: Asked) -> None:
    assert applied(asked, units("dark", multiply=2)).effects[0].matched == 0
    row = factors_of(asked, "dark", units("dark-1", add=1e6, unit="chip"))
    assert row["programme_revenue_usd"] == pytest.approx(10e6)
    # an assumption, with its default spread
    assert row["grade"] == "C"
    assert row["programme_revenue_usd_low"] < 5.1e6


# --- contents -------------------------------------------------------------------------------


@case(
    *supplier("pair"),
    share("twin", "cable", "pair-1", "2025..2026", 0.3),
    revenue("pair", "2025", 100),
    revenue("twin", "2025", 100),
)
def test_content_of_one_supplier_does_not_change_that_of_others(asked: Asked) -> None:
    dearer = Rule(what="content", products=("cable",), companies=("pair",), periods=("2026",), multiply=2)
    assert millions(asked, "pair", dearer) == 60
    assert millions(asked, "twin", dearer) == 3 * 20 * 0.3


@case(*supplier("slow"), revenue("slow", "2025", 100))
def test_a_delayed_price_is_the_mean_of_both_years(asked: Asked) -> None:
    cheaper = Rule(what="content", programmes=("slow",), periods=("2026",), multiply=0.5)
    later = Rule(what="content", programmes=("slow",), delay=2)
    assert millions(asked, "slow", cheaper, later) == 3 * (0.5 * 10 + 0.5 * 20) * 0.5


@case(
    *supplier("bare"),
    revenue("bare", "2025", 100),
    revenue("maker", "2025", 100),
    share("maker", "rack", "bare-2", "2026", 1),
)
def test_stating_an_unknown_content_and_share_makes_a_supplier(asked: Asked) -> None:
    board: dict[str, Any] = {"programmes": ("bare-1",), "products": ("board",), "periods": ("2026",)}
    rules = (
        Rule(what="content", add=100, unit="chip", **board),
        Rule(what="share", companies=("maker",), add=0.2, **board),
    )
    assert millions(asked, "maker", *rules) == 3 * 100 * 0.2


# --- shares ---------------------------------------------------------------------------------

FULL = (
    forecast("full-1", "2026", 1e6),
    content("cable", "full-1", 100),
    share("first", "cable", "full-1", "2026", 0.5),
    share("other", "cable", "full-1", "2026", 0.3),
    share("role", "cable", "full-1", "2026", sourcing_mode="co-main"),
    *(revenue(company, "2025", 1000) for company in ("first", "other", "role")),
)


def first(**operation: Any) -> Rule:
    return Rule(what="share", programmes=("full-1",), products=("cable",), companies=("first",), **operation)


@case(*FULL)
def test_a_larger_share_leaves_less_to_roles(asked: Asked) -> None:
    weight = shares(asked, "full")["role"].expected / 0.2
    assert shares(asked, "full", first(replace=0.6)) == {"first": 0.6, "other": 0.3, "role": weight * 0.1}
    assert shares(asked, "full", first(replace=0.4)) == {"first": 0.4, "other": 0.3, "role": weight * 0.3}


@case()
def test_other_shares_shrink_to_fit_beside_a_fixed_one(asked: Asked) -> None:
    assert shares(asked, "full", first(add=0.4)) == {"first": 0.9, "other": 0.1, "role": 0}


@case()
def test_a_share_is_cut_at_the_whole_with_a_remark(asked: Asked) -> None:
    assert shares(asked, "full", first(multiply=3)) == {"first": 1, "other": 0, "role": 0}
    (effect,) = applied(asked, first(multiply=3)).effects
    assert list(effect.remarks.values()) == [["first's cable on full-1"]]


@case()
def test_fixed_shares_above_the_whole_are_scaled_down_together(asked: Asked) -> None:
    other = Rule(what="share", programmes=("full-1",), companies=("other",), replace=0.6)
    assert shares(asked, "full", first(replace=0.9), other) == {"first": 0.6, "other": 0.4, "role": 0}
    assert shares(asked, "full", other, first(replace=0.9)) == {"first": 0.6, "other": 0.4, "role": 0}


@case(
    forecast("count-1", "2026", 1e6),
    forecast("count-1", "2026", 2e5, supplier_id="count", product_id="cable"),
    content("cable", "count-1", 100),
    revenue("count", "2025", 1000),
)
def test_units_counted_for_one_supplier_follow_their_programme(asked: Asked) -> None:
    assert millions(asked, "count") == 20
    assert millions(asked, "count", units("count", multiply=0.5)) == 10


# --- rates ----------------------------------------------------------------------------------


@case(*supplier("taipei"), revenue("taipei", "2025", 3000, currency="TWD"), rate("TWD", "2025", 30))
def test_a_dearer_currency_makes_sales_in_it_larger(asked: Asked) -> None:
    assert factors_of(asked, "taipei")["company_revenue_usd"] == pytest.approx(100e6 + 20e6)
    dearer = Rule(what="fx", currencies=("TWD",), periods=("base",), replace=25)
    assert factors_of(asked, "taipei", dearer)["company_revenue_usd"] == pytest.approx(120e6 + 20e6)


def test_a_rule_on_all_currencies_leaves_dollars_alone(asked: Asked) -> None:
    query = """select distinct usd_per_unit from "core.fx_rate" where currency = 'USD'"""
    assert query_under(asked, [Rule(what="fx", multiply=2)], query)[0] == [{"usd_per_unit": 1}]


def won(**rest: Any) -> Rule:
    return Rule(what="fx", currencies=("KRW",), **rest)


def rates(asked: Asked, *rules: Rule) -> dict[int, Any]:
    rows, _ = query_under(asked, rules, """select year, per_usd from "core.fx_rate" where currency = 'KRW'""")
    return {row["year"]: pytest.approx(row["per_usd"]) for row in rows}


@case(rate("KRW", "2024", 1100), rate("KRW", "2025", 1200), rate("KRW", "2026", 1400))
def test_a_delay_of_rates_without_a_period_is_of_the_horizon(asked: Asked) -> None:
    assert rates(asked, won(delay=2)) == {2024: 1100, 2025: 1200, 2026: 1300}
    assert rates(asked, won(delay=2, periods=("2025",))) == {2024: 1100, 2025: 1150, 2026: 1400}


@pytest.mark.parametrize(
    "rules",
    [
        [won(add=-1400)],
        [won(add=-5000)],
        [won(add=-1399.9999999)],
        [won(multiply=1e-6), won(multiply=1e-6)],
    ],
)
def test_a_rule_that_leaves_no_rate_is_refused_by_number(asked: Asked, rules: list[Rule]) -> None:
    message = rf"Rule {len(rules)} of the scenario \({rules[-1].words}\) leaves no rate of KRW for 202[456]: "
    with pytest.raises(ExposureError, match=message):
        applied(asked, *rules)


@pytest.mark.parametrize(
    "rules",
    [
        [units("street-1", multiply=1e6), units("street-1", multiply=1e6)],
        [Rule(what="content", multiply=1e6), Rule(what="content", multiply=1e6)],
        [units("street-1", add=9e11, unit="chip"), units("street-1", multiply=20)],
    ],
)
def test_a_rule_with_a_result_too_large_is_refused_by_number(asked: Asked, rules: list[Rule]) -> None:
    with pytest.raises(ExposureError, match=r"Rule 2 of the scenario \(multiply .*\) makes more of .*"):
        applied(asked, *rules)


# --- several --------------------------------------------------------------------------------


@case(*supplier("order"), revenue("order", "2025", 100))
def test_rules_apply_in_their_order(asked: Asked) -> None:
    more, double = units("order", add=1e6, unit="chip"), units("order", multiply=2)
    assert millions(asked, "order", more, double) == (3 + 1) * 2 * 10
    assert millions(asked, "order", double, more) == (3 * 2 + 1) * 10


@case()
def test_rules_on_different_rows_commute(asked: Asked) -> None:
    rules = [
        units("order", multiply=0.7),
        Rule(what="content", programmes=("order",), multiply=1.3),
        Rule(what="share", programmes=("order",), periods=("horizon",), multiply=0.9),
        units("flat", delay=1),
    ]
    assert factors_of(asked, "order", *rules) == factors_of(asked, "order", *reversed(rules))


@case()
def test_a_rule_of_another_year_matches_nothing(asked: Asked) -> None:
    later = Rule(what="units", programmes=("order",), periods=("2027..2028",), multiply=0.5)
    assert applied(asked, later).effects[0].matched == 0
    assert factors_of(asked, "order", later) == factors_of(asked, "order")


@case(
    *supplier("known"),
    revenue("known", "2025", 100),
    forecast("known-1", "2026", 9e6, origin_id="broker-b", known_on="2026-01-20"),
)
def test_a_scenario_uses_nothing_published_later(asked: Asked) -> None:
    assert millions(asked, "known", units("known", multiply=0.5)) == 15


@case()
def test_inputs_that_a_rule_matches_at_the_horizon_are_affected(asked: Asked) -> None:
    affected = applied(asked, units("order-1", multiply=2), first(multiply=0.5)).affected
    assert affected == {AffectedInput("order-1", None, None), AffectedInput("full-1", "cable", "first")}
