"""Terms that no sum has: what bounds each, what bounds them together, and how much of a company is known."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from tests.support import memory
from tests.support.removals import list_facts, read_factors, remove
from tests.support.seed_folders import (
    FACTS,
    SCOPES,
    SHIPPED,
    Claim,
    assumed,
    content,
    disclosed,
    forecast,
    revenue,
    share,
    world,
)  # fmt: skip
from tests.support.view_cases import Asked, built

VIEWS = ("core.term_bound", "core.company_bound", "core.stated_limit", "core.company_revenue", "mart.factors")
#: alpha sells boards for 2m x $50 x 0.4 = $40m of $300m, and cables at an unknown content
CABLES = (*FACTS, share("alpha", "cable", base=0.2))
#: cables of $8 to $12 in each of 2m chips, of which alpha has a quarter to a half, both by our own guess
GUESSED = (
    forecast("fam-2", "2026", 0, fact_id="CHIPS"),
    assumed(content("cable", base=10, low=8, high=12), "CHIPS"),
    assumed(share("alpha", "cable", period="2026", base=0.3, low=0.25, high=0.5), "CHIPS"),
)


def asked(folder: Path, *claims: Claim) -> Asked:
    return built(world(folder / "seeds", *claims), folder, *VIEWS)


def bound(answers: Asked, company: str = "alpha") -> dict[str, Any]:
    return dict(answers.row("core.company_bound", company_id=company, horizon=2026))


def test_the_same_product_on_the_family_bounds_an_unknown_content(tmp_path: Path) -> None:
    answers = asked(tmp_path, *CABLES, content("cable", "fam-2", 10))
    (term,) = answers.rows("core.term_bound", company_id="alpha", horizon=2026)
    # 2m chips x 0.2 x $10, widened by what leaving out known contents shows
    assert term["revenue_usd_high"] == pytest.approx(2e6 * 0.2 * 10 * 2.7)
    assert term["rule"] == "the same product on the family"
    assert term["missing"] == ["content of cable on fam-1"]
    assert bound(answers)["known_part"] == pytest.approx(40 / (40 + 10.8 / 2))


def test_without_a_comparable_the_remaining_sales_bound_a_term(tmp_path: Path) -> None:
    answers = asked(tmp_path, *CABLES)
    # $300m less the $40m of boards
    assert bound(answers)["open_usd_high"] == pytest.approx(260e6)
    assert bound(answers)["known_part"] == pytest.approx(40 / (40 + 260 / 2))
    factors = answers.row("mart.factors", company_id="alpha", horizon=2026)
    assert factors["exposure_weight"] == pytest.approx(40 / 300)
    assert factors["exposure_high"] == 1


def test_open_terms_together_stay_within_the_remaining_sales(tmp_path: Path) -> None:
    answers = asked(tmp_path, *CABLES, share("alpha", "server", base=0.9), content("server", "fam-2", 1000))
    # servers alone could bring 2m x $1,000 x 2.7 x 0.9
    assert bound(answers)["open_usd_high"] == pytest.approx(260e6)


def test_uncounted_units_are_at_most_last_years_at_the_widest_growth(tmp_path: Path) -> None:
    claims = [claim for claim in FACTS if claim.cells.get("period") != "2026" or claim.table != "shipment_forecasts"]
    answers = asked(tmp_path, *claims)
    # no family is counted in both years, so no growth is known, and nothing but the sales bounds the boards
    (term,) = answers.rows("core.term_bound", company_id="alpha", horizon=2026)
    assert (term["units_high"], term["missing"]) == (None, ["units of fam"])


def test_a_company_without_open_terms_is_known_wholly(tmp_path: Path) -> None:
    answers = asked(tmp_path, *FACTS)
    assert answers.rows("core.company_bound", horizon=2026) == []
    assert answers.row("mart.factors", company_id="alpha", horizon=2026)["known_part"] == 1


def test_two_own_guesses_count_at_their_lower_end_and_are_open_above_it(tmp_path: Path) -> None:
    answers = asked(tmp_path, *FACTS, *GUESSED)
    # the half-widths of the logs add as squares
    down = math.hypot(math.log(10 / 8), math.log(0.3 / 0.25))
    up = math.hypot(math.log(12 / 10), math.log(0.5 / 0.3))
    low, high = (2e6 * 10 * 0.3 * math.exp(width) for width in (-down, up))
    factors = answers.row("mart.factors", company_id="alpha", horizon=2026)
    assert factors["programme_revenue_usd"] == pytest.approx(40e6 + low)
    (term,) = answers.rows("core.term_bound", company_id="alpha", horizon=2026)
    assert term["revenue_usd_high"] == pytest.approx(high - low)
    assert term["missing"] == ["evidence of content and share of cable on fam-1"]
    known = 40e6 + low
    assert factors["known_part"] == pytest.approx(known / (known + (high - low) / 2))


@pytest.mark.parametrize(
    "stated", [content("cable", base=10), share("alpha", "cable", base=0.3)], ids=["content", "share"]
)
def test_one_own_guess_beside_a_stated_figure_keeps_its_middle(tmp_path: Path, stated: Claim) -> None:
    answers = asked(tmp_path, *FACTS, *GUESSED, stated)
    assert answers.rows("core.term_bound", company_id="alpha", horizon=2026) == []
    factors = answers.row("mart.factors", company_id="alpha", horizon=2026)
    assert factors["programme_revenue_usd"] == pytest.approx(40e6 + 2e6 * 10 * 0.3)


def test_guesses_that_each_restate_a_stated_bound_keep_their_middle(tmp_path: Path) -> None:
    bounds = (content("cable", low=8), share("alpha", "cable", period="2026", low=0.25))
    answers = asked(tmp_path, *FACTS, *GUESSED, *bounds)
    factors = answers.row("mart.factors", company_id="alpha", horizon=2026)
    assert factors["programme_revenue_usd"] == pytest.approx(40e6 + 2e6 * 10 * 0.3)


def test_a_company_of_guesses_that_reach_down_to_nothing_is_listed_with_a_range(tmp_path: Path) -> None:
    claims = [claim for claim in FACTS if (claim.table, claim.cells.get("company_id")) != ("supply_shares", "alpha")]
    minor = assumed(share("alpha", "cable", period="2026", base=0.1, low=0, high=0.2), "CHIPS")
    answers = asked(tmp_path, *claims, *GUESSED[:2], minor)
    factors = answers.row("mart.factors", company_id="alpha", horizon=2026)
    assert (factors["programme_revenue_usd"], factors["exposure_low"], factors["known_part"]) == (0, 0, 0)
    # at most 2m x $10 x 0.1, times the factors 1.2 and 2 together, of $300m
    up = math.exp(math.hypot(math.log(1.2), math.log(2)))
    assert factors["exposure_high"] == pytest.approx(2e6 * up / 300e6)


def test_another_suppliers_room_bounds_an_unknown_content(tmp_path: Path) -> None:
    answers = asked(tmp_path, *CABLES, share("beta", "cable", base=0.4))
    (term,) = answers.rows("core.term_bound", company_id="alpha", horizon=2026)
    # beta's sales of $100m grow by $15m of boards to 115, all into the family: at most that for 0.4, and half for 0.2
    assert term["revenue_usd_high"] == pytest.approx(57.5e6)
    assert term["rule"] == "what another supplier has room for"
    assert bound(answers)["open_usd_high"] == pytest.approx(57.5e6)


@pytest.mark.parametrize("part", [{"product_id": "board"}, {"scope_id": "ai-all"}, {"customer_id": "owner"}])
def test_a_stated_part_of_the_sales_limits_the_high_end(tmp_path: Path, part: dict[str, str]) -> None:
    scopes = [*SCOPES, {"scope_id": "ai-all", "name": "AI hardware", "total": False, "note": "All"}]
    claims = (*FACTS, disclosed("alpha", "2026", 0.14, low=0.13, high=0.15, **part))
    answers = built(world(tmp_path / "seeds", *claims, scopes=scopes), tmp_path, *VIEWS)
    factors = answers.row("mart.factors", company_id="alpha", horizon=2026)
    assert factors["exposure_weight"] == pytest.approx(40 / 300)
    assert factors["exposure_limit"] == factors["exposure_high"] == pytest.approx(0.15)


def test_a_stated_part_below_the_figure_never_lowers_it(tmp_path: Path) -> None:
    answers = asked(tmp_path, *FACTS, disclosed("alpha", "2026", 0.1, low=0.1, high=0.1, product_id="board"))
    factors = answers.row("mart.factors", company_id="alpha", horizon=2026)
    assert factors["exposure_weight"] == factors["exposure_high"] == pytest.approx(40 / 300)
    assert factors["exposure_limit"] == pytest.approx(0.1)


def test_what_a_statement_does_not_speak_of_comes_on_top_of_its_limit(tmp_path: Path) -> None:
    claims = (*CABLES, content("cable", "fam-2", 10), disclosed("alpha", "2026", 0.14, high=0.15, product_id="board"))
    answers = asked(tmp_path, *claims)
    # cables at most 2m x 0.2 x $10 x 2.7 of $300m
    limit = answers.row("core.stated_limit", company_id="alpha", horizon=2026)["exposure_limit"]
    assert limit == pytest.approx(0.15 + 10.8 / 300)


def test_the_reported_part_of_a_base_year_counts_at_its_pace_until_the_year_is_reported(tmp_path: Path) -> None:
    claims = [claim for claim in FACTS if (claim.table, claim.cells.get("period")) != ("company_revenues", "2025")]
    parts = (revenue("beta", "2024", 90), revenue("beta", "9M2025", 75))
    answers = asked(tmp_path, *claims, *parts)
    row = answers.row("core.company_revenue", company_id="beta", period_role="base", horizon=2026)
    assert (row["revenue_basis"], row["revenue_usd"]) == ("run-rate", pytest.approx(75e6 * 365 / 273))


@pytest.mark.slow
def test_a_range_holds_the_figure_that_a_lost_fact_leaves_unknown() -> None:
    """Take facts away: hard ends always hold the old figure, soft ends in nine of ten cases, and nothing vanishes."""
    sample = random.Random(20261130).sample(list_facts(), 60)
    with memory.opened(SHIPPED) as opened:
        before = read_factors(opened)
        found = [removal for fact in sample for removal in remove(opened, fact, before)]
    unknown = [removal for removal in found if removal.opened]
    assert len(unknown) > 20
    assert all(removal.hard_held for removal in unknown)
    missed = [(removal.fact_id, removal.company_id) for removal in unknown if not removal.soft_held]
    assert len(missed) <= len(unknown) / 10, missed
    assert [removal for removal in found if removal.after is None and not removal.missing] == []
    apart = [removal for removal in found if removal.after is not None and not removal.opened]
    assert [removal for removal in apart if not removal.intersects] == []
