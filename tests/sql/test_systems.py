"""The views over the ledger: small worlds worked by hand, and known figures of the shipped claims."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from tests.support.ledgers import Row, asked, full_name, ledger
from tests.support.seed_folders import (
    FACTS,
    FAMILIES,
    PRODUCTS,
    PROGRAMMES,
    SCOPES,
    SHIPPED,
    Cells,
    chips,
    claim,
    content,
    disclosed,
    forecast,
    share,
    world,
)
from tests.support.seed_folders import Claim as Written

#: asks nearly every view of the shipped claims: run with `-m slow`
pytestmark = pytest.mark.slow

MILLION: Cells = {"unit": "USD million", "currency": "USD"}
SYSTEMS = (
    "capex",
    "cooling_market",
    "cooling_content",
    "custom_silicon",
    "scenario_valuation",
    "cluster",
    "power_buildout",
    "accelerator_economics",
    "cluster_payback",
    "market_size",
    "market_share",
    "supply_map",
    "demand_signal",
    "anchor_customer",
    "claim_check",
    "contradiction",
    "revision_chain",
)


def money(subject: str, metric: str, base: float | None = None, **cells: Any) -> Written:
    """Return a claim of millions of US dollars."""
    return claim(subject, metric, base, **MILLION | cells)


def plain(subject: str, metric: str, base: float | None = None, unit: str = "multiple", **cells: Any) -> Written:
    """Return a claim of a bare number."""
    return claim(subject, metric, base, unit=unit, **cells)


def worded(subject: str, metric: str, text: str, **cells: Any) -> Written:
    """Return a claim in words."""
    return claim(subject, metric, text=text, **cells)


def view(folder: Path, name: str, *claims: Written, as_of: str | None = None, **tables: Any) -> list[Row]:
    """Return the rows of one view over a small world with these claims."""
    rows = world(folder / "rows", *claims, **tables)
    return asked(ledger(folder, rows, name), f"select * from {full_name(name)}", as_of=as_of)


def only_row(rows: list[Row], **wanted: Any) -> Row:
    """Return the one row that has these cells."""
    matching = [row for row in rows if all(row[column] == value for column, value in wanted.items())]
    assert len(matching) == 1, matching or rows
    return matching[0]


# --- the arithmetic of the sources ---------------------------------------------------------

LEVELS = (
    money("owner", "capex", 100, period="2024", fact_id="A"),
    money("owner", "capex", 50, period="2025", fact_id="B"),
)


def check(formula: str, inputs: str, stated: str, rounding: str = "1; 1", **cells: Any) -> Cells:
    """Return a check whose id is its formula."""
    own: Cells = {
        "check_id": formula,
        "formula": formula,
        "inputs": inputs,
        "input_rounding": rounding,
        "stated": stated,
    }
    return own | {"stated_rounding": 1} | cells


@pytest.mark.parametrize(
    ("stated", "rounding", "verdict"),
    [(151, 1, "agrees"), (152, 1, "differs"), (152, 5, "agrees"), (148, 1, "differs"), (149, 1, "agrees")],
)
def test_a_sum_agrees_when_the_rounding_of_all_its_figures_lets_it(
    tmp_path: Path, stated: float, rounding: float, verdict: str
) -> None:
    total = money("owner", "capex", stated, period="2026", fact_id="C")
    row, *_ = view(
        tmp_path,
        "claim_check",
        *LEVELS,
        total,
        claim_checks=[check("sum_of_parts", "A; B", "C", stated_rounding=rounding)],
    )
    assert (row["recomputed"], row["recomputed_low"], row["recomputed_high"]) == (150, 149, 151)
    assert (row["stated_low"], row["stated_high"]) == (stated - rounding / 2, stated + rounding / 2)
    assert row["verdict"] == verdict
    assert row["inputs"] == ["A 100 USD million", "B 50 USD million"]


#: formula -> its inputs and its result
WORKED: dict[str, tuple[list[float], float]] = {
    "added_capacity_times_mean_cost": ([20, 2, 50, 37], 435),
    "annualised": ([26], 104),
    "complement": ([0.4, 0.43], 0.17),
    "difference": ([48, 25, 18], 5),
    "eps_times_multiple": ([4, 28], 112),
    "growth_from_levels": ([54, 38], 54 / 38 - 1),
    "growth_of_sum": ([120, 60, 40], 0.2),
    "growth_through_actual": ([174, 180, 0.2], 0.16),
    "mean": ([3.5, 4.5], 4),
    "multiple_less_one": ([2.5], 1.5),
    "payback_schedule": ([0.5, 2, 0.25, 4], 1.5),
    "product": ([306, 6.25], 1912.5),
    "quarter_of_year_lost": ([240], -60),
    "racks_times_value": ([100_000, 700_000], 70_000),
    "ratio": ([2500, 657], 2500 / 657),
    "ratio_of_sum": ([9, 60, 100], 0.69),
    "reciprocal_days": ([0.5], 730),
    "share_of_total": ([25, 100], 0.25),
    "sum_of_parts": ([1, 2, 3.5], 6.5),
}


def test_every_formula_gives_the_result_worked_by_hand(tmp_path: Path) -> None:
    facts, checks = [], []
    for formula, (inputs, result) in WORKED.items():
        named = [f"{formula}-{place}" for place in range(len(inputs))]
        facts += [
            plain(formula.replace("_", "-"), "growth_multiple", value, object=f"in-{place}", fact_id=name)
            for place, (name, value) in enumerate(zip(named, inputs, strict=True))
        ]
        facts.append(plain(formula.replace("_", "-"), "growth_multiple", result, object="out", fact_id=formula))
        rounding = "; ".join(["0.0001"] * len(inputs))
        checks.append(check(formula, "; ".join(named), formula, rounding, stated_rounding=0.0001))
    rows = view(tmp_path, "claim_check", *facts, claim_checks=checks)
    assert len(rows) == len(WORKED)
    for row in rows:
        assert row["recomputed"] == pytest.approx(WORKED[row["formula"]][1]), row
        assert row["recomputed_low"] < row["recomputed"] < row["recomputed_high"], row
        assert row["verdict"] == "agrees", row


def test_a_rate_of_growth_takes_its_years_from_the_periods(tmp_path: Path) -> None:
    facts = [
        money("asic", "market_size", 400, period="2026", fact_id="A"),
        money("asic", "market_size", 100, period="2024", fact_id="B"),
        plain("asic", "cagr", 1.0, "fraction", period="2024..2026", fact_id="C"),
    ]
    row, *_ = view(tmp_path, "claim_check", *facts, claim_checks=[check("cagr", "A; B", "C", stated_rounding=0.01)])
    assert row["recomputed"] == pytest.approx(1.0)
    assert row["recomputed_low"] == pytest.approx(sqrt(399.5 / 100.5) - 1)
    assert row["recomputed_high"] == pytest.approx(sqrt(400.5 / 99.5) - 1)


def test_an_open_range_stays_open(tmp_path: Path) -> None:
    facts = [
        plain("figma", "revenue_growth_yoy", None, "fraction", low=0.4, fact_id="A"),
        plain("figma", "free_cash_flow_margin", None, "fraction", low=0.28, fact_id="B"),
        plain("figma", "rule_of_40", None, "fraction", low=0.6, fact_id="C"),
    ]
    sums = [check("sum_of_parts", "A; B", "C", "0.01; 0.01", stated_rounding=0.01)]
    row, *_ = view(tmp_path, "claim_check", *facts, claim_checks=sums)
    assert (row["recomputed_high"], row["stated_high"], row["verdict"]) == (None, None, "agrees")
    assert row["recomputed_low"] == pytest.approx(0.67)


def test_a_check_that_cannot_be_compared_gives_its_reason(tmp_path: Path) -> None:
    facts = [
        *LEVELS,
        plain("owner", "capex_growth_yoy", 1, "fraction", fact_id="C"),
        money("owner", "capex", 0, fact_id="Z"),
    ]
    checks = [
        check("ratio", "A; B", "C", not_comparable="One is a quarter"),
        check("growth_from_levels", "A; Z", "C"),
    ]
    rows = view(tmp_path, "claim_check", *facts, claim_checks=checks)
    assert {row["verdict"] for row in rows} == {"not comparable"}
    assert only_row(rows, check_id="ratio")["reason"] == "One is a quarter"
    assert only_row(rows, check_id="growth_from_levels")["reason"].startswith("A divisor may be zero")


def test_a_check_waits_until_all_its_figures_are_known(tmp_path: Path) -> None:
    later = money("owner", "capex", 150, period="2026", fact_id="C", known_on="2026-03-01")
    checks = [check("sum_of_parts", "A; B", "C")]
    rows = world(tmp_path / "rows", *LEVELS, later, claim_checks=checks)
    db = ledger(tmp_path, rows, "claim_check")
    assert asked(db, "select * from research.claim_check", as_of="2026-02-28") == []
    assert len(asked(db, "select * from research.claim_check", as_of="2026-03-01")) == 1


# --- contradictions ------------------------------------------------------------------------


def at_odds(**later: Any) -> list[Written]:
    first = money("owner", "investment", 4000, object="lab", fact_id="A", known_on="2025-01-01")
    return [
        first,
        first.but(**{"base": 14000, "fact_id": "B", "known_on": "2025-03-01", "origin_id": "broker-b"} | later),
    ]


def test_two_origins_with_ranges_apart_contradict_each_other(tmp_path: Path) -> None:
    row, *more = view(tmp_path, "contradiction", *at_odds())
    assert more == []
    assert (row["left_fact_id"], row["right_fact_id"], row["kind"]) == ("A", "B", "contradiction")
    assert (row["left_statement"], row["right_statement"]) == ("4000 USD million", "14000 USD million")
    assert (row["days_apart"], row["is_judged"], row["treatment"]) == (59, False, "Both kept; no formula uses them")


def test_once_the_earlier_claim_has_lost_half_its_weight_it_is_a_revision(tmp_path: Path) -> None:
    # an estimate loses half of its weight in 270 days, which end on 28 September
    assert view(tmp_path / "a", "contradiction", *at_odds(known_on="2025-09-27"))[0]["kind"] == "contradiction"
    assert view(tmp_path / "b", "contradiction", *at_odds(known_on="2025-09-28"))[0]["kind"] == "revision"


def test_a_page_of_an_unknown_day_shows_no_time_passed(tmp_path: Path) -> None:
    collected = {"known_on": "2026-01-10", "known_on_basis": "collected"}
    assert view(tmp_path, "contradiction", *at_odds(**collected))[0]["kind"] == "contradiction"


@pytest.mark.parametrize(
    ("period", "left", "right", "treatment"),
    [
        ("2026", {"base": 10}, {"base": 20}, "Both enter by tier and age, and the range holds both"),
        ("2026", {"base": 10}, {"low": 20}, "A enters by tier and age; B is a bound, which limits the range"),
        ("2026", {"high": 10}, {"low": 20}, "Both are bounds, which limit the range and enter no mean"),
        ("2026Q1", {"base": 10}, {"base": 20}, "Both are bounds, which limit the range and enter no mean"),
    ],
)
def test_a_pair_is_shown_with_its_treatment(
    tmp_path: Path, period: str, left: Cells, right: Cells, treatment: str
) -> None:
    units = forecast(period=period, fact_id="A", **left)
    other = forecast(period=period, fact_id="B", origin_id="broker-b", **right)
    (row,) = view(tmp_path, "contradiction", units, other)
    assert row["treatment"] == treatment


@pytest.mark.parametrize(
    "later",
    [
        {"base": 4300},
        {"base": None, "low": 3000},
        {"origin_id": "broker-a"},
        {"object": "other-lab"},
        {"period": "2025"},
        {"tier": "assumption", "known_on_basis": "rests_on", "rests_on": ("A",), "known_on": "2025-01-01"}
        | {"origin_id": "exposure"},
    ],
)
def test_claims_that_can_both_hold_are_no_contradiction(tmp_path: Path, later: Cells) -> None:
    assert view(tmp_path, "contradiction", *at_odds(**later)) == []


def test_a_judged_pair_is_shown_once_and_as_judged(tmp_path: Path) -> None:
    judged = {"contradiction_id": "X1", "left_fact": "B", "right_fact": "A", "kind": "scope_difference"}
    pairs = [judged | {"treatment": "Both kept", "note": "Two labs"}]
    row, *more = view(tmp_path, "contradiction", *at_odds(), contradictions=pairs)
    assert more == []
    assert (row["kind"], row["is_judged"], row["note"]) == ("scope_difference", True, "Two labs")


# --- revisions -----------------------------------------------------------------------------


def test_a_chain_gives_each_vintage_its_change_and_age(tmp_path: Path) -> None:
    guided = money("owner", "capex_guidance", 100, period="2025", known_on="2025-03-01", fact_id="A")
    chain = [
        guided,
        guided.but(base=None, low=110, high=120, known_on="2025-08-01", fact_id="B"),
        guided.but(base=125, known_on="2025-11-02", fact_id="C"),
    ]
    rows = world(tmp_path / "rows", *chain)
    db = ledger(tmp_path, rows, "revision_chain")
    query = "select * from mart.revision_chain where metric = 'capex_guidance' order by vintage"
    first, second, third = asked(db, query, as_of="2025-11-12")
    assert (first["change"], second["change"], third["change"]) == (
        None,
        pytest.approx(0.15),
        pytest.approx(125 / 115 - 1),
    )
    assert (second["days_between"], third["days_between"], third["days_since"]) == (153, 93, 10)
    assert [row["is_current"] for row in (first, second, third)] == [False, False, True]
    assert len(asked(db, query, as_of="2025-08-10")) == 2


def test_a_repeat_is_no_vintage_and_a_result_no_revision(tmp_path: Path) -> None:
    again = money("owner", "capex_guidance", 100, period="2025", known_on="2025-03-01")
    result = money("owner", "capex", 90, period="2024", known_on="2025-02-01")
    repeats = [again, again.but(known_on="2025-04-01"), result, result.but(base=91, known_on="2025-06-01")]
    assert [row for row in view(tmp_path, "revision_chain", *repeats) if row["metric"] != "units"] == []


def test_a_rounded_repeat_is_no_vintage_and_the_first_still_stands(tmp_path: Path) -> None:
    stated = claim("beta", "target_price", 7_803_148, unit="USD", currency="USD", known_on="2025-03-01")
    repeats = [
        stated.but(base=7_800_000, known_on="2025-04-01"),
        stated.but(base=None, low=7_800_000, known_on="2025-05-01"),
    ]
    raised = stated.but(base=8_000_000, known_on="2025-06-01")
    rows = view(tmp_path, "revision_chain", stated, *repeats, raised)
    rows = sorted((row for row in rows if row["subject"] == "beta"), key=lambda row: row["vintage"])
    assert [(row["value"], row["is_current"]) for row in rows] == [(7_803_148, False), (8_000_000, True)]
    assert [
        row for row in view(tmp_path / "more", "revision_chain", stated, *repeats) if row["subject"] == "beta"
    ] == []


def test_a_correction_is_no_vintage_but_a_former_view_is(tmp_path: Path) -> None:
    target = claim("beta", "target_price", 55, unit="USD", currency="USD", fact_id="A", known_on_basis="before")
    raised = target.but(base=65, fact_id="B", supersedes="A", known_on_basis="published")
    typo = claim("beta", "eps", 3, unit="USD", currency="USD", fact_id="C", period="2030")
    rows = view(tmp_path, "revision_chain", target, raised, typo, typo.but(base=4, fact_id="D", supersedes="C"))
    assert [(row["fact_id"], row["vintage"]) for row in rows if row["subject"] == "beta"] == [("A", 1), ("B", 2)]


def test_breadth_weighs_ups_against_downs_by_origin(tmp_path: Path) -> None:
    units = [
        forecast(base=base, origin_id=origin, known_on=known)
        for origin, values in {"broker-a": (5, 6), "broker-b": (5, 7), "press": (5, 4), "market": (5,)}.items()
        for base, known in zip(values, ("2025-01-01", "2025-06-01"), strict=False)
    ]
    rows = view(tmp_path, "revision_chain", *units)
    assert len(rows) == 7
    assert [row["revision_breadth"] for row in rows] == pytest.approx([1 / 3] * 7)
    assert {row["family_id"] for row in rows} == {"fam"}


# --- spending ------------------------------------------------------------------------------


def spent(company: str, base: float | None, period: str, **cells: Any) -> Written:
    return money(company, "capex", base, period=period, company_id=company, **cells)


GROUP = [worded("pair", "group_member", "one of the two", object=name, company_id=name) for name in ("alpha", "beta")]


def test_growth_is_computed_on_the_year_and_on_the_quarter_before(tmp_path: Path) -> None:
    rows = view(
        tmp_path, "capex", spent("alpha", 100, "2024Q2"), spent("alpha", 120, "2025Q1"), spent("alpha", 150, "2025Q2")
    )
    row = only_row(rows, period="2025Q2")
    assert (row["growth_yoy"], row["growth_qoq"]) == (0.5, 0.25)
    assert only_row(rows, period="2025Q1")["growth_yoy"] is None


def test_a_group_is_the_sum_of_its_members_or_at_least_of_those_known(tmp_path: Path) -> None:
    known = [spent("alpha", 100, "2025Q1"), spent("beta", 50, "2025Q1"), spent("alpha", 110, "2025Q2")]
    third = worded("pair", "group_member", "one of the three", object="owner", company_id="owner")
    both = only_row(view(tmp_path / "a", "capex", *GROUP, *known), subject="pair", period="2025Q1")
    assert (both["capex"], both["capex_low"], both["capex_high"], both["basis"]) == (150, 150, 150, "sum of members")
    part = only_row(view(tmp_path / "b", "capex", *GROUP, third, *known), subject="pair", period="2025Q1")
    assert (part["capex"], part["capex_low"], part["members"], part["members_known"]) == (None, 150, 3, 2)


def test_a_budget_is_set_against_the_pace_of_cloud_sales(tmp_path: Path) -> None:
    facts = [
        money("alpha", "capex_guidance", 120, period="2025", company_id="alpha"),
        worded("alpha-cloud", "segment_kind", "its cloud", object="cloud", company_id="alpha"),
        money("alpha-cloud", "run_rate", 100, period="2025Q1", company_id="alpha"),
        money("alpha-cloud", "run_rate", 96, period="2025Q2", company_id="alpha"),
        spent("alpha", 30, "2025Q2"),
        money("alpha-cloud", "revenue", 24, period="2025Q2", company_id="alpha"),
    ]
    rows = view(tmp_path, "capex", *facts)
    year, quarter = only_row(rows, measure="guidance"), only_row(rows, measure="capex")
    assert (year["capex_intensity"], year["cloud_revenue_basis"]) == (1.25, "run rate")
    assert (quarter["capex_intensity"], quarter["cloud_revenue_basis"]) == (1.25, "same period")


def test_a_companys_own_figure_comes_before_others(tmp_path: Path) -> None:
    own = spent("alpha", 100, "2025", origin_id="company", tier="disclosed", known_on="2025-01-01")
    row, *more = view(tmp_path, "capex", own, spent("alpha", 130, "2025"))
    assert (more, row["capex"], row["origin_id"]) == ([], 100, "company")


# --- cooling -------------------------------------------------------------------------------

COOLING = [
    *PRODUCTS,
    {"product_id": "cooling", "name": "Cooling"},
    {"product_id": "plate", "name": "Plates", "parent_id": "cooling"},
]


def test_the_cooling_market_is_racks_times_money_per_rack(tmp_path: Path) -> None:
    facts = [
        chips("fam-1"),
        forecast(base=None, low=100_000, high=120_000, unit_basis="rack"),
        content("cooling", base=700_000, period="2026", unit_basis="rack"),
        money("cooling", "market_size", 80_000, scope_id="fam-1", period="2026"),
    ]
    row = only_row(view(tmp_path, "cooling_market", *facts, products=COOLING), racks_basis="same origin")
    assert (row["market"], row["market_low"], row["market_high"]) == (
        77_000,
        pytest.approx(70_000),
        pytest.approx(84_000),
    )
    assert (row["market_stated"], row["market_gap"]) == (80_000, pytest.approx(-0.0375))


def test_counts_of_a_generation_are_set_against_those_before(tmp_path: Path) -> None:
    pieces: Cells = {"measure": "attach", "unit_basis": "rack", "currency": None, "period": "2025"}
    facts = [
        chips("fam-1"),
        chips("fam-2"),
        content("plate", "fam-1", 54, **pieces),
        content("plate", "fam-2", 126, **pieces),
        content("plate", "fam-2", 300, measure="price", unit_basis="piece", period="2025"),
    ]
    rows = view(tmp_path, "cooling_content", *facts, products=COOLING)
    row = only_row(rows, programme_id="fam-2", product_id="plate")
    assert (row["pieces_before"], row["pieces_ratio"], row["content_from_pieces"]) == (
        54,
        pytest.approx(126 / 54),
        37_800,
    )
    assert only_row(rows, programme_id="fam-2", product_id="cooling")["content_per_rack"] is None


# --- custom silicon ------------------------------------------------------------------------


def test_units_times_value_per_unit_is_the_designers_revenue(tmp_path: Path) -> None:
    facts = [
        *FACTS,
        content("asic-design", base=50),
        share("alpha", "asic-design", base=0.4),
        disclosed("alpha", "2026", 48, measure="revenue", currency="USD", scope_id="fam-1", origin_id="broker-b"),
    ]
    products = [*PRODUCTS, {"product_id": "asic-design", "name": "Design"}]
    rows = view(tmp_path, "custom_silicon", *facts, products=products)
    model = only_row(rows, company_id="alpha", year=2026, basis="model")
    stated = only_row(rows, company_id="alpha", year=2026, basis="stated")
    assert (model["units"], model["value_per_unit_usd"], model["revenue_usd"]) == (800_000, 50, 40_000_000)
    assert (stated["value_per_unit_usd"], stated["revenue_gap"]) == (60, pytest.approx(0.2))


# --- valuation -----------------------------------------------------------------------------


def test_a_target_is_earnings_times_multiple_rounded_as_its_origin_rounds(tmp_path: Path) -> None:
    dollar: Cells = {"unit": "USD", "currency": "USD"}
    facts = []
    for case, eps, multiple, target in (("base", 3.06, 21, 65), ("upside", 3.83, 27, 105), ("downside", 1.74, 18, 30)):
        facts += [
            claim("beta", "eps_mean", eps, object=case, period="2026..2027", **dollar),
            plain("beta", "price_earnings", multiple, object=case),
            claim("beta", "target_price", target, object=case, **dollar),
        ]
    rows = view(tmp_path, "scenario_valuation", *facts)
    assert {row["rounded_to"] for row in rows} == {5}
    assert all(row["is_reproduced"] for row in rows)
    up = only_row(rows, scenario="upside")
    assert up["target_exact"] == pytest.approx(103.41)
    assert up["target_against_base"] == pytest.approx(105 / 65 - 1)


# --- clusters, power, accelerators ---------------------------------------------------------

SITE = {"scope_id": "site", "name": "A site", "family_id": "fam", "total": False, "note": "One site's chips"}


def test_a_site_has_its_owner_its_user_and_its_part_of_the_family(tmp_path: Path) -> None:
    facts = [
        *FACTS,
        forecast("site", "2026", 200_000, kind="cumulative"),
        worded("site", "site_operator", "Owner"),
        worded("site", "site_tenant", "A lab", object="lab"),
        worded("site", "site_status", "running", period="2026"),
    ]
    row = only_row(view(tmp_path, "cluster", *facts, scopes=[*SCOPES, SITE]), subject="site")
    assert (row["name"], row["operator"], row["tenant"], row["status"]) == ("A site", "Owner", "A lab", "2026: running")
    assert (row["own_units"], row["family_units"], row["part_of_family"]) == (200_000, 2_000_000, 0.1)


def test_the_state_of_a_site_is_neither_that_of_another_building_nor_of_a_later_plan(tmp_path: Path) -> None:
    chips = plain("site", "units_installed", 5, "chip", period="2025Q3", fact_id="NOW")
    facts = [
        chips,
        chips.but(base=9, period="2026Q4", fact_id="LATER"),
        chips.but(base=7, period=None, object="annex", fact_id="ANNEX"),
        worded("site", "site_status", "running", period="2025Q3"),
        worded("site", "site_status", "planned", object="annex"),
    ]
    rows = view(tmp_path, "cluster", *facts, scopes=[*SCOPES, SITE])
    states = {row["units"]: row["status"] for row in rows if row["subject"] == "site"}
    assert states == {5: "2025Q3: running", 9: "2026Q4: expected on 2026-01-15", 7: "planned"}


def test_a_programmes_own_count_is_no_cluster(tmp_path: Path) -> None:
    assert view(tmp_path, "cluster", *FACTS, forecast("fam-1", "2024..2026", 5, kind="cumulative")) == []


def test_a_doubling_costs_what_half_of_it_costs_at_the_mean_of_the_silicon(tmp_path: Path) -> None:
    facts = [
        plain("cloud", "power_capacity", 20, "GW", period="2027"),
        plain("cloud", "capacity_multiple", 2, object="power", period="2027"),
        money("one", "cost_per_gw", 50_000),
        money("two", "cost_per_gw", 37_000),
        plain("fam-1", "rack_power", 120, "kW", scope_id="fam-1"),
        chips("fam-1", base=72),
    ]
    row, *_ = view(tmp_path, "power_buildout", *facts)
    assert (row["state"], row["gw_before"], row["gw_to_add"]) == ("planned", 10, 10)
    assert (row["cost_usd_million_low"], row["cost_usd_million_high"]) == (740_000, 1_000_000)
    assert row["cost_to_add_usd_million"] == 435_000
    assert row["chips_low"] == row["chips_high"] == pytest.approx(12_000_000)


def test_power_for_one_scope_costs_what_its_own_silicon_does(tmp_path: Path) -> None:
    facts = [
        plain("site", "power_capacity", 2, "GW", scope_id="fam-1"),
        plain("other", "power_capacity", 2, "GW", scope_id="fam-2"),
        money("one", "cost_per_gw", 50_000),
        money("fam-1", "cost_per_gw", 20_000, scope_id="fam-1"),
    ]
    rows = view(tmp_path, "power_buildout", *facts)
    assert only_row(rows, subject="site")["cost_usd_million_high"] == 40_000
    assert only_row(rows, subject="other")["silicon"] == ["fam-1"]


def test_ratios_are_computed_between_levels_of_one_kind_only(tmp_path: Path) -> None:
    facts = [
        plain("gpu", "compute", 2500, "TFLOPS", object="fp16"),
        plain("own", "compute", 500, "TFLOPS", object="fp16"),
        plain("own", "compute", 5000, "TFLOPS", object="fp4"),
        plain("gpu", "compute_ratio", 5.1, object="own"),
        plain("gpu", "compute_ratio", 9, object="older"),
    ]
    rows = view(tmp_path, "accelerator_economics", *facts)
    ratio = only_row(rows, metric="compute_ratio", baseline="own")
    assert (ratio["ratio_recomputed"], ratio["recomputed_from"]) == (5, "fp16")
    assert ratio["ratio_gap"] == pytest.approx(5 / 5.1 - 1)
    assert only_row(rows, metric="compute_ratio", baseline="older")["ratio_recomputed"] is None


def test_a_cluster_is_paid_back_on_the_day_its_schedule_reaches_what_was_spent(tmp_path: Path) -> None:
    dollar: Cells = {"unit": "USD", "currency": "USD"}
    facts = [
        claim("cluster", "return_per_dollar", 0.8, object="first-phase", **dollar),
        claim("cluster", "return_per_dollar", 0.25, object="second-phase", **dollar),
        plain("cluster", "useful_life", 2, "year", object="first-phase"),
        plain("cluster", "useful_life", 4, "year"),
        plain("cluster", "payback", 400, "day"),
    ]
    rows = sorted(view(tmp_path, "cluster_payback", *facts), key=lambda row: row["year"])
    assert [row["cumulative"] for row in rows] == [0.8, 1.6, 1.85, 2.1]
    assert [row["payback_days"] for row in rows] == pytest.approx([365 + 365 * 0.2 / 0.8] * 4)
    assert [row["return_implied_by_payback"] for row in rows] == pytest.approx([365 / 400] * 4)


# --- markets -------------------------------------------------------------------------------


def test_a_markets_growth_runs_between_levels_of_one_origin(tmp_path: Path) -> None:
    facts = [
        money("asic", "market_size", 12_000, period="2024"),
        money("asic", "market_size", 30_000, period="2027"),
        money("asic", "market_size", 90_000, period="2026", origin_id="broker-b"),
        plain("asic", "cagr", 0.34, "fraction", object="market-size", period="2024..2027"),
    ]
    rows = view(tmp_path, "market_size", *facts)
    last = only_row(rows, period="2027")
    assert last["cagr"] == pytest.approx(2.5 ** (1 / 3) - 1)
    assert (last["cagr_stated"], last["years"]) == (0.34, 3)
    assert only_row(rows, period="2026")["cagr"] is None


def test_a_share_moves_in_points_and_its_market_is_added_up(tmp_path: Path) -> None:
    facts = [
        plain("makers", "market_share", 0.29, "fraction", object="chips", period="2024"),
        plain("makers", "market_share", 0.59, "fraction", object="chips", period="2025"),
        plain("others", "market_share", 0.3, "fraction", object="chips", period="2025"),
        plain("makers", "market_share", 0.8, "fraction", object="chips"),
    ]
    rows = view(tmp_path, "market_share", *facts)
    now = only_row(rows, subject="makers", period="2025")
    assert (now["change_points"], now["holders"], now["named_together"]) == (pytest.approx(0.3), 2, 0.89)
    assert only_row(rows, period=None)["change_points"] is None


# --- supply and demand ---------------------------------------------------------------------


def test_a_scope_has_the_family_of_its_programmes_if_they_have_one(tmp_path: Path) -> None:
    db = ledger(tmp_path, world(tmp_path / "rows"), "supply_map")
    families = {row["scope_id"]: row["family_id"] for row in asked(db, "select * from core.scope_family")}
    assert families == dict.fromkeys(["fam", "fam-1", "fam-2", "fam-unallocated", "fam-1-2"], "fam") | {"market": None}


def test_a_supplier_has_role_and_share_beside_the_same_brokers_view(tmp_path: Path) -> None:
    facts = [
        share("alpha", sourcing_mode="main", period="2025"),
        share("alpha", base=0.4, period="2026"),
        share("alpha", sourcing_mode="minor", origin_id="press"),
        worded("alpha", "rating", "buy", company_id="alpha"),
        worded("alpha", "view", "favoured", object="fam-1", company_id="alpha"),
    ]
    rows = view(tmp_path, "supply_map", *facts)
    ours = only_row(rows, subject="alpha", origin_id="broker-a")
    assert (ours["supplies"], ours["share_stated"], ours["family_id"]) == ("main", "0.4 fraction", "fam")
    assert (ours["rating"], ours["view"]) == ("buy", "fam-1: favoured")
    assert only_row(rows, subject="alpha", origin_id="press")["rating"] is None


def test_backlog_and_use_are_set_against_the_figure_before(tmp_path: Path) -> None:
    facts = [
        money("cloud", "backlog", 195, period="2025Q2"),
        money("cloud", "backlog", 200, period="2025Q3"),
        plain("app", "tokens", 10, "token", period="2024Q1"),
        plain("app", "tokens", 400, "token", period="2025-03"),
        plain("shares", "price_earnings", 31),
        plain("beta", "price_earnings", 21, object="target"),
    ]
    rows = view(tmp_path, "demand_signal", *facts)
    assert only_row(rows, metric="backlog", period="2025Q3")["change"] == pytest.approx(5 / 195)
    assert only_row(rows, metric="tokens", period="2025-03")["change"] is None
    assert [row["subject"] for row in rows if row["theme"] == "froth"] == ["shares"]


def test_one_customer_behind_two_families_is_shown(tmp_path: Path) -> None:
    other = {"family_id": "fan", "name": "Fan", "owner_id": "alpha", "unit_basis": "chip"}
    rest = {"programme_id": "fan-unallocated", "name": "Fan", "family_id": "fan", "unallocated": True}
    facts = [
        worded("fam", "customer_concentration", "one customer", object="beta", scope_id="fam"),
        plain("beta", "order_units", 1_000_000, "chip", scope_id="fan"),
        worded("fam", "customer_concentration", "itself", object="owner", scope_id="fam"),
    ]
    rows = view(tmp_path, "anchor_customer", *facts, families=[*FAMILIES, other], programmes=[*PROGRAMMES, rest])
    assert [(row["customer_id"], row["family_ids"]) for row in rows] == [("beta", ["fam", "fan"])]


# --- the shipped claims --------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of every system over the shipped seeds."""
    return ledger(tmp_path_factory.mktemp("systems"), SHIPPED, "claim", *SYSTEMS)


def test_more_than_sixty_figures_are_computed_again(shipped: Path) -> None:
    rows = asked(shipped, "select * from research.claim_check")
    assert len(rows) >= 60
    assert {row["verdict"] for row in rows} == {"agrees", "differs", "not comparable"}
    assert all(row["input_citation"] and row["stated_citation"] and row["reason"] for row in rows)


@pytest.mark.parametrize(
    ("subject", "metric", "period", "stated", "recomputed", "verdict"),
    [
        ("market-asic", "cagr", "2024..2027", 0.34, 0.357209, "differs"),
        ("gb200", "compute_ratio", None, 3.85, 3.805175, "differs"),
        ("gpu-cluster", "payback", None, 410, 415.717540, "differs"),
        ("gpu-cluster", "cumulative_return", None, 6.25, 8.14, "differs"),
        ("marvell", "revenue", "FQ2025-07", 1527, 1527, "agrees"),
        ("marvell", "eps_mean", "2026..2027", 4, 3.995, "agrees"),
        ("amazon", "operating_income", "2025Q3", 17_400, 17_400, "agrees"),
        ("tpu-anthropic", "units_lifetime", "2026..2027", 1_000_000, 1_000_000, "agrees"),
    ],
)
def test_known_figures_are_reproduced(
    shipped: Path, subject: str, metric: str, period: str | None, stated: float, recomputed: float, verdict: str
) -> None:
    rows = asked(shipped, f"select * from research.claim_check where subject = '{subject}' and metric = '{metric}'")
    row = only_row([row for row in rows if row["period"] == period], stated=stated)
    assert row["recomputed"] == pytest.approx(recomputed)
    assert row["verdict"] == verdict


@pytest.mark.parametrize(("subject", "checks"), [("marvell", 4), ("semtech", 2)])
def test_growth_rates_and_segment_sums_of_the_broker_agree(shipped: Path, subject: str, checks: int) -> None:
    metric = {"marvell": "revenue_growth_yoy", "semtech": "revenue"}[subject]
    rows = asked(
        shipped, f"select verdict from research.claim_check where subject = '{subject}' and metric = '{metric}'"
    )
    assert [row["verdict"] for row in rows] == ["agrees"] * checks


def test_every_target_of_the_broker_is_reproduced_to_five_dollars(shipped: Path) -> None:
    rows = asked(shipped, "select * from research.scenario_valuation")
    assert len(rows) == 5
    assert {(row["rounded_to"], row["is_reproduced"]) for row in rows} == {(5, True)}


def test_the_sum_of_the_big_four_adds_up_their_own_figures(shipped: Path) -> None:
    rows = asked(shipped, "select * from research.capex where subject = 'big-four' and basis = 'sum of members'")
    assert only_row(rows, period="2025Q2")["capex"] == 24_200 + 17_000 + 22_446 + 31_400
    guided = only_row(rows, period="2025", measure="guidance")
    assert (guided["capex_low"], guided["capex_high"]) == (356_000, 362_000)


def test_amazons_budget_is_a_chain_of_three_of_which_two_were_known_in_august(shipped: Path) -> None:
    query = """
        select statement from mart.revision_chain
        where subject = 'amazon' and metric = 'capex_guidance' and period = '2025' order by vintage
    """
    assert [row["statement"] for row in asked(shipped, query)] == [
        "100000 USD million",
        "110000 to 120000 USD million",
        "125000 USD million",
    ]
    august = (
        "select capex_low, capex_high, vintages from research.capex where subject = 'amazon' and measure = 'guidance'"
    )
    assert asked(shipped, august, as_of="2025-08-10") == [{"capex_low": 110_000, "capex_high": 120_000, "vintages": 2}]


def test_anthropic_is_behind_trainium_and_tpu(shipped: Path) -> None:
    row = only_row(asked(shipped, "select * from research.anchor_customer"), customer_id="anthropic")
    assert row["family_ids"] == ["tpu", "trainium"]


@pytest.mark.parametrize("name", ["claim", *SYSTEMS])
def test_a_system_rests_only_on_facts_known_at_its_as_of_date(shipped: Path, name: str) -> None:
    columns = asked(shipped, f"select * from {full_name(name)} limit 1")[0]
    facts = "unnest(v.fact_ids)" if "fact_ids" in columns else "v.fact_id"
    query = f"""
        select used.fact_id, used.as_of from (select {facts} as fact_id, v.as_of from {full_name(name)} as v) as used
        left join staging.claim as c on c.fact_id = used.fact_id
        where c.known_on is null or c.known_on > used.as_of or used.as_of <> date '2025-10-01'
    """
    assert asked(shipped, query, as_of="2025-10-01") == []
    assert asked(shipped, f"select count(*) as n from {full_name(name)}", as_of="2024-01-01")[0]["n"] <= len(
        asked(shipped, f"select as_of from {full_name(name)}")
    )


def test_the_page_on_systems_names_every_view() -> None:
    page = (SHIPPED.parent / "docs" / "systems.md").read_text(encoding="utf-8")
    assert [name for name in ("claim", *SYSTEMS) if f"`{full_name(name)}`" not in page] == []
