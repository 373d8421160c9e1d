"""Test point in time: later facts move no earlier answer, and no fact counts before its day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.seed_folders import (
    FACTS,
    Claim,
    assumed,
    chips,
    content,
    disclosed,
    forecast,
    owned,
    rate,
    revenue,
    share,
    signal,
    world,
)
from tests.support.view_cases import Answer, Asked, Cases, built, crowd

MART = (
    "mart.factors", "mart.exposure_weight", "mart.programme_revenue", "mart.shipment_forecast",
    "mart.disclosed_exposure", "mart.evidence", "mart.unquantified", "mart.company",
)  # fmt: skip
LATER = {"known_on": "2026-03-01"}

case = Cases("core.denominator", "core.forecast_revision")
asked = case.fixture()


# --- the whole ------------------------------------------------------------------------------

KNOWN: tuple[Claim, ...] = (
    *(claim.but(fact_id=f"K-{number}") for number, claim in enumerate(FACTS)),
    forecast("fam", "2026", 4e6, fact_id="K-FAM"),
    disclosed("alpha", "2025", 0.2, scope_id="fam-1", fact_id="K-DX"),
    signal("alpha", "barrier", 4, fact_id="K-SG"),
    content("rack", "fam", 90_000, unit_basis="rack", fact_id="K-RACK"),
    share("beta", "rack", "fam", "2026", sourcing_mode="second", fact_id="K-ROLE"),
)
#: every sort of later fact: news, corrections, withdrawals, actuals, rates, conversions, owners, roles, assumptions
FOLLOWING: tuple[Claim, ...] = (
    forecast("fam-1", "2026", 9e6, **LATER),
    forecast("fam-1", "2025", 8e5, kind="actual", origin_id="company", tier="disclosed", **LATER),
    forecast("fam", "2026", 5e6, supersedes="K-FAM", **LATER),
    forecast("fam-2", "2026", low=1e6, origin_id="press", tier="reported", **LATER),
    content("board", "fam-1", 75, **LATER),
    content("cable", "fam-2", 20, period="2024", **LATER),
    share("alpha", "board", "fam-1", "2025", withdrawn=True, **LATER),
    share("beta", "board", "fam-1", "2024", 0.9, **LATER),
    share("beta", "cable", "fam", "2026", 0.3, joint_ids=("alpha",), **LATER),
    revenue("alpha", "2025", 5000, currency="TWD", **LATER),
    revenue("beta", "TTM2025-09", 90, **LATER),
    revenue("beta", "2026", 0.4, kind="growth", currency=None, tier="estimate", origin_id="broker-a", **LATER),
    rate("TWD", "2026", 25, **LATER),
    chips("fam-2", "tray", 4, **LATER),
    owned("beta", "alpha", **LATER),
    disclosed("alpha", "2025", 0.5, scope_id="fam-1", supersedes="K-DX", **LATER),
    signal("alpha", "barrier", 1, **LATER),
    assumed(content("server", "fam", 10, **LATER), "LATE-1"),
    forecast("fam-1", "2027", 3e6, fact_id="LATE-1", **LATER),
)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("before")
    return built(world(folder / "seeds", *KNOWN), folder, *MART)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("after")
    return built(world(folder / "seeds", *KNOWN, *FOLLOWING), folder, *MART)


def _both(before: Asked, after: Asked, as_of: str) -> tuple[dict[str, list[Answer]], ...]:
    return tuple(world.everything(*MART, as_of=as_of, horizon=2026) for world in (before, after))


def test_later_facts_leave_every_earlier_answer_as_it_was(before: Asked, after: Asked) -> None:
    earlier, later = _both(before, after, "2026-02-28")
    assert [view for view in MART if not earlier[view]] == ["mart.unquantified"]
    assert {view: repr(rows) for view, rows in later.items()} == {view: repr(rows) for view, rows in earlier.items()}


def test_later_facts_move_the_answer_of_their_day(before: Asked, after: Asked) -> None:
    earlier, later = _both(before, after, "2026-03-01")
    assert [view for view in MART if repr(earlier[view]) == repr(later[view])] == ["mart.unquantified"]


def test_a_day_before_any_fact_has_no_figures_and_no_errors(after: Asked) -> None:
    answers = after.everything(*MART, as_of="2020-01-01", horizon=2026)
    assert {view for view in MART if answers[view]} == {"mart.unquantified", "mart.company"}
    assert {row["reason"] for row in answers["mart.unquantified"]} == {"no supply link known"}
    assert all(row["trailing_revenue_usd"] is None for row in answers["mart.company"])


def test_the_default_question_is_asked_at_the_latest_fact_and_for_its_year(after: Asked) -> None:
    question = after.row("core.question")
    assert (str(question["as_of"]), question["horizon"]) == ("2026-03-01", 2026)
    years = {row["period_role"]: row["year"] for row in after.rows("core.year", as_of="2025-06-30")}
    assert years == {"horizon": 2025, "base": 2024, "prior": 2023}


# --- traps ----------------------------------------------------------------------------------


@case(
    revenue("restated", "2024", 50, known_on="2026-01-10"),
    revenue("restated", "2025", 80, known_on="2025-12-31"),
)
def test_an_old_year_restated_late_is_not_the_latest_year(asked: Asked) -> None:
    assert asked.row("core.trailing_revenue", company_id="restated")["period"] == "2025"


@case(
    revenue("months", "TTM2025-06", 90, known_on="2025-08-14"),
    revenue("months", "TTM2025-09", 70, known_on="2025-11-14"),
    revenue("months", "TTM2025-06", 95, known_on="2025-12-20"),
)
def test_twelve_months_that_end_later_come_before_those_reported_later(asked: Asked) -> None:
    assert asked.row("core.company_revenue", company_id="months", period_role="base")["revenue_usd"] == 70e6


@case(
    revenue("print", "2025Q4", 30, known_on="2026-01-10"),
    revenue("print", "2024", 100, known_on="2025-03-01"),
)
def test_a_first_print_of_a_part_of_the_year_is_not_the_year(asked: Asked) -> None:
    row = asked.row("core.company_revenue", company_id="print", period_role="base")
    assert (row["revenue_usd"], row["revenue_basis"]) == (100e6, "stale")


@case(
    forecast("redated", base=5, known_on="2025-03-01", fact_id="REDATED-1"),
    forecast("redated", base=5, known_on="2025-09-01", fact_id="REDATED-2", supersedes="REDATED-1"),
)
def test_a_claim_dated_anew_counts_once_and_ages_from_its_new_day(asked: Asked) -> None:
    claim = asked.row("core.yearly_claim", scope_id="redated")
    assert claim["fact_id"] == "REDATED-2"
    # an estimate weighs 0.5, and 136 days of its half-life of 270 have passed
    assert claim["weight"] == pytest.approx(0.5 * 0.5 ** (136 / 270))
    earlier = asked.row("core.yearly_claim", scope_id="redated", as_of="2025-08-31", horizon=2026)
    assert earlier["fact_id"] == "REDATED-1"


@case(
    forecast("ground", base=5, known_on="2025-09-01", fact_id="GROUND-1"),
    assumed(content("cable", "ground-1", 7, known_on="2025-09-01"), "GROUND-1"),
)
def test_an_assumption_is_not_known_before_its_grounds(asked: Asked) -> None:
    at: dict[str, Any] = {"period_role": "horizon", "product_id": "cable", "programme_id": "ground-1", "horizon": 2026}
    assert asked.rows("core.content", as_of="2025-08-31", **at) == []
    assert asked.row("core.content", as_of="2025-09-01", **at)["tier"] == "assumption"


@case(
    share("linked", "cable", "ground-1", "2026", 0.5, known_on="2025-06-01"),
    forecast("ground-1", base=100, known_on="2025-09-01"),
)
def test_a_term_waits_for_each_of_its_inputs(asked: Asked) -> None:
    def revenue_and_gaps(as_of: str) -> tuple[object, object]:
        term = asked.row("core.term", company_id="linked", period_role="horizon", as_of=as_of, horizon=2026)
        return term["revenue_usd"], term["missing"]

    assert revenue_and_gaps("2025-08-31") == (None, ["units of ground", "content of cable on ground-1"])
    assert revenue_and_gaps("2025-09-01")[1] == []


@case(
    forecast("window", base=100, known_on="2025-01-14"),
    forecast("window", base=200, known_on="2025-01-15"),
    forecast("window", base=300, known_on="2025-01-16"),
)
def test_a_revision_is_news_for_a_year_and_not_a_day_longer(asked: Asked) -> None:
    # from 2026-01-15 the window reaches back to 2025-01-16: only the last step, half more, lies in it
    assert asked.row("core.forecast_revision", family_id="window")["revision"] == pytest.approx(0.5)
    assert asked.rows("core.forecast_revision", family_id="window", as_of="2026-01-16", horizon=2026) == []


@case(
    forecast("taken", base=100, known_on="2025-06-01"),
    forecast("taken", base=150, known_on="2025-09-01"),
    forecast("taken", known_on="2025-12-01", withdrawn=True),
)
def test_a_withdrawn_forecast_is_no_revision(asked: Asked) -> None:
    assert asked.rows("core.forecast_revision", family_id="taken") == []
    before = asked.row("core.forecast_revision", family_id="taken", as_of="2025-11-30", horizon=2026)
    assert before["revision"] == pytest.approx(0.5)


@case(forecast("passing", base=10), forecast("passing", base=4, known_on="2025-05-05", origin_id="broker-b"))
def test_the_passing_of_time_alone_changes_no_pooled_value(asked: Asked) -> None:
    def pooled(as_of: str) -> tuple[float, float, float]:
        row = asked.row("core.pooled", scope_id="passing", as_of=as_of, horizon=2026)
        return row["low"], row["base"], row["high"]

    assert pooled("2028-01-15") == pytest.approx(pooled("2026-01-15"), rel=1e-9)


def test_an_empty_world_answers_with_nothing(tmp_path: Path) -> None:
    empty = built(crowd(tmp_path / "seeds", []), tmp_path, "mart.factors", "mart.unquantified")
    assert empty.rows("mart.factors") == empty.rows("mart.unquantified") == []
