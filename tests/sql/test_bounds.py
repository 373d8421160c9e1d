"""Terms that no sum has: what bounds each, what bounds them together, and how much of a company is known."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.support import memory
from tests.support.seed_folders import FACTS, SHIPPED, Claim, content, share, shipped, world
from tests.support.view_cases import Asked, built

VIEWS = ("core.term_bound", "core.company_bound", "mart.factors")
#: alpha sells boards for 2m x $50 x 0.4 = $40m of $300m, and cables at an unknown content
CABLES = (*FACTS, share("alpha", "cable", base=0.2))


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


@pytest.mark.slow
def test_a_range_holds_the_figure_that_a_lost_fact_leaves_unknown() -> None:
    """Take facts away: where a term becomes unknown, the new range contains the old figure in nine of ten cases."""
    tables = ("content_values", "supply_shares", "shipment_forecasts")
    facts = sorted(str(row["fact_id"]) for table in tables for row in shipped(table))
    sample = random.Random(20261130).sample(facts, 60)
    held, missed = 0, []
    with memory.opened(SHIPPED) as opened:
        before = _factors(opened)
        for fact in sample:
            after = _factors(opened, without=[fact])
            for company, row in before.items():
                now = after.get(company)
                if now is None or now["known_part"] >= row["known_part"]:
                    continue
                if now["exposure_low"] <= row["exposure_weight"] <= now["exposure_high"]:
                    held += 1
                else:
                    missed.append((fact, company, row["exposure_weight"], now["exposure_high"]))
    assert held >= 9 * len(missed), missed


def _factors(opened: memory.World, **question: Any) -> dict[str, dict[str, Any]]:
    with opened.asked(**question) as reader:
        reader.compute("mart.factors")
        return {row["company_id"]: row for row in reader.records('select * from "mart.factors"')}
