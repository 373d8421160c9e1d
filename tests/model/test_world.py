"""Worlds read from seeds: the network repeats the views at the centre, and inputs move together as the seeds say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import exposure
from exposure.db import session
from exposure.engine import Engine
from exposure.model.accounts import BufferPool
from exposure.model.network import VARIED
from exposure.model.tables import VIEWS
from exposure.model.terms import Choice
from exposure.model.world import World, read_world
from exposure.question import DEFAULT_QUESTION
from exposure.uncertainty import intervals, simulation
from tests.support import two_companies
from tests.support.seed_folders import (
    DAY,
    FACTS,
    SHIPPED,
    Claim,
    content,
    disclosed,
    forecast,
    rate,
    revenue,
    share,
    shipped,
    world,
    write,
)
from tests.support.view_cases import built, crowd

Kind = Callable[[Claim], Claim]

# --- the network repeats the views --------------------------------------------------------


def read_factors(reader: session.Reader) -> dict[str, dict[str, Any]]:
    reader.compute("mart.factors")
    return {row["company_id"]: row for row in reader.records('from "mart.factors" order by company_id')}


def read_entries(
    db: Path, programmes: frozenset[str] | None = None, **question: Any
) -> tuple[World, list[dict[str, Any]]]:
    """Return a world, and the views' factors of its entries: all companies, then those of a choice."""
    with session.reading(db, **question) as reader:
        factors = read_factors(reader)
        if programmes is None:
            return read_world(reader, factors), list(factors.values())
        reader.choose(programmes)
        of_choice = read_factors(reader)
        chosen = read_world(reader, factors, Choice(programmes, of_choice))
        return chosen, [*factors.values(), *of_choice.values()]


def assert_repeats(read: World, factors: list[dict[str, Any]]) -> None:
    net = read.network
    common, blocks = net.centre()
    central = net.factors(common, *net.sums(common, blocks))
    for place, (company, row) in enumerate(zip(read.company_ids, factors, strict=True)):
        assert row["company_id"] == company
        assert central.programme_revenue[place, 0] == pytest.approx(row["programme_revenue_usd"], rel=1e-9)
        for factor in VARIED:
            value = row["exposure_weight" if factor == "exposure" else factor]
            assert net.companies.known[factor][place] == (value is not None), (company, factor)
            if value is not None:
                assert central.values[factor][place, 0] == pytest.approx(value, rel=1e-9, abs=1e-12), (company, factor)


def test_at_the_centre_the_network_repeats_the_factors_of_the_views(shipped_db: Path, tmp_path: Path) -> None:
    assert_repeats(*read_entries(shipped_db))
    assert_repeats(*read_entries(two_companies.build(tmp_path)[0]))


def test_the_network_repeats_the_factors_of_an_earlier_date(shipped_db: Path) -> None:
    assert_repeats(*read_entries(shipped_db, as_of=date(2025, 12, 31), horizon=2026))


@pytest.mark.parametrize("programmes", [{"trainium2", "trainium3", "trainium-unallocated"}, {"gb300-nvl72"}])
def test_the_network_repeats_the_factors_of_a_choice_of_programmes(shipped_db: Path, programmes: set[str]) -> None:
    read, factors = read_entries(shipped_db, frozenset(programmes))
    assert len(factors) > len({row["company_id"] for row in factors}) > 20
    assert_repeats(read, factors)


# --- inputs near zero ---------------------------------------------------------------------


def draw(folder: Path, *claims: Claim) -> simulation.Draws:
    """Build a world with the shipped profiles and draw it 2000 times."""
    seeds = world(folder / "seeds", *claims)
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    exposure.build(db=folder / "world.duckdb", seeds=seeds)
    with Engine.at(folder / "world.duckdb", seeds).opened(DEFAULT_QUESTION) as (reader, profile):
        prepared = intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile)
    return simulation.simulate(prepared.world.network.feasible(), prepared.scorer, 2000, 1, gap=True)


def assert_numbers(draws: simulation.Draws) -> None:
    assert draws.gap is not None
    assert all(np.isfinite(values).all() for values in (draws.score, draws.exposure, draws.gap))
    assert ((draws.score >= 0) & (draws.score <= 100)).all()
    assert (draws.rank.min(axis=0) == 1).all()


@pytest.mark.slow
def test_sales_rolled_forward_from_no_units_stay_finite(tmp_path: Path) -> None:
    others = [claim for claim in FACTS if claim.table != "supply_shares" or claim.cells["company_id"] != "beta"]
    kept = [claim for claim in others if claim.table != "shipment_forecasts"]
    units = [forecast("fam-1", "2025", 1_000_000, low=0, high=1_500_000), forecast("fam-1", "2026", 2_000_000)]
    draws = draw(tmp_path, *kept, *units, disclosed("beta", "2025", 0.2, scope_id="fam-1"))
    assert_numbers(draws)
    assert np.ptp(draws.exposure[1]) > 0


@pytest.mark.slow
def test_growth_from_next_to_no_sales_stays_finite(tmp_path: Path) -> None:
    consensus = {"kind": "forecast", "origin_id": "broker-a", "tier": "estimate"}
    assert_numbers(draw(
        tmp_path,
        revenue("alpha", "2025", 6000, low=1e-6, high=7000, currency="TWD"),
        revenue("alpha", "2026", 9000, currency="TWD", **consensus),
        revenue("beta", "2025", 100, low=1e-6, high=150),
        revenue("beta", "2026", 140, **consensus),
    ))  # fmt: skip


# --- what is drawn, and what moves together -----------------------------------------------


def exact(claim: Claim) -> Claim:
    return claim.but(low=claim.cells["base"], high=claim.cells["base"])


def within_twice(claim: Claim) -> Claim:
    return claim.but(low=claim.cells["base"] / 2, high=claim.cells["base"] * 2)


def supplier(family: str, *, units: Kind = exact, value: Kind = exact) -> list[Claim]:
    """State a company's half of a product of one programme, exactly by default."""
    return [
        *(units(forecast(f"{family}-1", year, count)) for year, count in (("2025", 1e6), ("2026", 3e6))),
        value(content("cable", f"{family}-1", 20)),
        exact(share(family, "cable", f"{family}-1", "2025..2026", 0.5)),
        exact(revenue(family, "2025", 1000)),
        exact(revenue(family, "2026", 2000, kind="forecast", tier="estimate", origin_id="broker-a")),
    ]


class Drawn(NamedTuple):
    """A world with its drawn common inputs, units and programme revenues."""

    world: World
    common: Any
    units: Any
    revenue: Any

    def units_of(self, role: str, family: str) -> Any:
        return np.log(self.units[self.world.unit_rows[role, family]])

    def sales_of(self, role: str, company: str) -> Any:
        """Return drawn sales over the central ones."""
        wanted = ("revenue", role, company, -1)
        (one,) = (i for i in self.world.inputs if (i.kind, i.period_role, i.company_id, i.block) == wanted)
        return self.common[one.row] / one.base


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Draw a world in which the families `tied` and `other` are correlated, and `alone` is not."""
    folder = tmp_path_factory.mktemp("drawn")
    claims = [
        *(claim for family in ("tied", "other", "alone") for claim in supplier(family, units=within_twice)),
        *supplier("price", value=within_twice),
        *(one.but(currency="TWD") if one.table == "company_revenues" else one for one in supplier("taipei")),
        rate("TWD", "2025"),
    ]  # fmt: skip
    rows = crowd(folder / "seeds", claims)
    correlation = {"left_id": "other", "right_id": "tied", "correlation": 0.6, "reasoning": "One owner"}
    write(rows, "correlations", [correlation])
    db = built(rows, folder, *VIEWS, as_of=DAY).db
    with session.reading(db, as_of=date.fromisoformat(DAY)) as reader:
        read = read_world(reader, read_factors(reader))
    sampler = simulation.Sampler(read.network)
    normals = np.random.default_rng(1).standard_normal((sampler.normals(), 50_000), np.float32)
    sampler.correlate(normals)
    revenues = sampler.evaluate_factors(normals).programme_revenue
    common = sampler._common.values(normals[: read.network.common_variates].copy(), BufferPool(), 6)
    return Drawn(read, common, read.network.convert(common), revenues)


def correlation_of(one: Any, other: Any) -> float:
    return float(np.corrcoef(one, other)[0, 1])


@pytest.mark.slow
def test_units_of_families_are_correlated_by_the_table(drawn: Drawn) -> None:
    tied, other, alone = (drawn.units_of("horizon", family) for family in ("tied", "other", "alone"))
    assert correlation_of(tied, other) == pytest.approx(0.6, abs=0.02)
    assert correlation_of(tied, alone) == pytest.approx(0, abs=0.02)


@pytest.mark.slow
def test_correlated_families_move_the_revenue_of_both_their_suppliers(drawn: Drawn) -> None:
    ids = drawn.world.company_ids
    tied, other = (np.log(drawn.revenue[ids.index(company)]) for company in ("tied", "other"))
    assert correlation_of(tied, other) == pytest.approx(0.6, abs=0.02)


@pytest.mark.slow
def test_the_years_of_a_family_are_correlated_by_the_parameter(drawn: Drawn) -> None:
    over_years = next(float(row["value"]) for row in shipped("parameters") if row["parameter"] == "year_correlation")
    assert over_years > 0.1
    before, own, other = (
        drawn.units_of(role, family) for role, family in (("base", "tied"), ("horizon", "tied"), ("horizon", "other"))
    )
    assert correlation_of(before, own) == pytest.approx(over_years, abs=0.02)
    assert correlation_of(before, other) == pytest.approx(over_years * 0.6, abs=0.02)


@pytest.mark.slow
def test_content_is_drawn_within_its_range(drawn: Drawn) -> None:
    revenues = drawn.revenue[drawn.world.company_ids.index("price")] / 30e6
    assert np.quantile(revenues, [0.05, 0.5, 0.95]) == pytest.approx([0.5, 1, 2], rel=0.03)


@pytest.mark.slow
def test_sales_in_foreign_money_are_as_uncertain_as_the_rate_and_more_so_where_it_is_carried(drawn: Drawn) -> None:
    """A stated rate may be 2% off, one carried over a year 7% more; sales in dollars do not move with either."""
    ends = [0.05, 0.5, 0.95]
    assert np.quantile(drawn.sales_of("base", "taipei"), ends) == pytest.approx([0.98, 1, 1.02], abs=0.003)
    assert np.quantile(drawn.sales_of("horizon", "taipei"), ends) == pytest.approx([0.91, 1, 1.09], abs=0.005)
    assert np.ptp(drawn.sales_of("horizon", "price")) == 0
