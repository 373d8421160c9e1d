"""Scenarios: what rules do to a ranking, worked by hand on a small world, and what is said of files that are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from exposure import comparison, engine
from exposure.scenarios import Rule
from tests.worlds import SHIPPED, Claim, world


class Placed:
    """A built world, to be ranked under rules."""

    def __init__(self, seeds: Path, db: Path) -> None:
        self.question: dict[str, Any] = {"seeds": seeds, "db": db}

    def under(self, *rules: Rule, **question: Any) -> pl.DataFrame:
        return comparison.under(rules, **self.question, **question).watchlist

    def of(self, company: str, *rules: Rule, **question: Any) -> dict[str, Any]:
        """Give one company's row of the watchlist under rules."""
        return self.under(*rules, **question).row(by_predicate=pl.col("company_id") == company, named=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Placed:
    """2026: 2m chips x $50 x 0.4 = $40m of $300m expected for alpha; x 0.3 = $30m of $115m implied for beta."""
    return placed(tmp_path_factory.mktemp("plain"))


def placed(folder: Path, *claims: Claim, **tables: Any) -> Placed:
    """Build a world with the shipped profiles."""
    seeds = world(folder / "seeds", *claims, **tables)
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    engine.build(seeds, folder / "world.duckdb")
    return Placed(seeds, folder / "world.duckdb")


def test_a_factor_of_one_changes_no_byte(plain: Placed) -> None:
    rules = [Rule(what="units", multiply=1), Rule(what="content", multiply=1), Rule(what="share", multiply=1)]
    rules += [Rule(what="fx", multiply=1), Rule(what="units", add=0, unit="chip", programmes=("fam",))]
    base = engine.rank(**plain.question)
    assert base.height == 2
    assert plain.under(*rules).write_csv() == base.write_csv()


def test_units_move_revenue_and_an_implied_denominator_and_leave_a_consensus(plain: Placed) -> None:
    cut = Rule(what="units", periods=("2026",), multiply=0.8)
    alpha, beta = plain.of("alpha", cut), plain.of("beta", cut)
    assert (alpha["denominator"], alpha["programme_revenue_usd"]) == ("consensus", pytest.approx(32e6))
    assert alpha["exposure_weight"] == pytest.approx(32 / 300)
    assert (beta["denominator"], beta["programme_revenue_usd"]) == ("implied", pytest.approx(24e6))
    assert beta["exposure_weight"] == pytest.approx(24 / (100 - 15 + 24))
