"""Worlds read from seeds: what moves together as the seeds say, and draws that stay possible near zero."""

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
from exposure.model.sampler import Sampler
from exposure.question import DEFAULT_QUESTION
from exposure.uncertainty import intervals, simulation
from exposure.uncertainty.world import World, read_world
from tests.support.seed_folders import (
    DAY,
    FACTS,
    SHIPPED,
    Claim,
    content,
    disclosed,
    forecast,
    owned,
    rate,
    revenue,
    share,
    shipped,
    world,
    write,
)
from tests.support.view_cases import Asked, built, crowd

VIEWS = ("core.edge", "core.variate_correlation")
Kind = Callable[[Claim], Claim]


def read(asked: Asked, *companies: str, chosen: tuple[str, ...] = (), programmes: list[str] | None = None) -> World:
    """Return the world of some companies at the day of the claims, for 2026."""
    with session.reading(asked.db, as_of=date.fromisoformat(DAY), programmes=programmes) as reader:
        return read_world(reader, companies, chosen)


# --- roots and facts ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Build 2m chips x $50, of which alpha has 0.4, inside its parent's, and beta 0.7: more than the whole."""
    folder = tmp_path_factory.mktemp("plain")
    shares = [share("alpha", base=0.4), share("beta", base=0.7)]
    kept = [one for one in FACTS if one.table != "supply_shares"]
    return built(world(folder / "seeds", *kept, *shares, owned("beta", "alpha")), folder, *VIEWS)


def test_a_company_has_a_root_for_each_factor_that_is_known(plain: Asked) -> None:
    found = read(plain, "alpha", "owner")
    assert found.graph.value[found.roots["exposure"][0]] == pytest.approx(40 / 300)
    assert (found.roots["growth"] >= 0).tolist() == [True, False]
    assert found.roots["exposure"][1] == -1
    assert len(found.nodes) == 2 * len(found.roots)


def test_chosen_programmes_have_roots_of_their_own_but_for_the_gap(plain: Asked) -> None:
    found = read(plain, "alpha", chosen=("alpha",), programmes=["fam-1"])
    names = {factor: [found.graph.ids[node] for node in nodes] for factor, nodes in found.roots.items()}
    assert names["exposure"] == ["exposure/alpha", "asked/exposure/alpha"]
    assert names["expectation_gap"] == ["expectation_gap/alpha"] * 2
    assert found.company_ids == ("alpha", "alpha")


def test_the_revenue_node_is_what_the_programmes_bring(plain: Asked) -> None:
    found = read(plain, "alpha", "beta")
    values = [found.graph.value[found.revenue_node(company)] for company in found.company_ids]
    assert values == pytest.approx([40e6, 110e6])  # the parent has its child's too


def test_an_uncertain_figure_rests_on_its_facts_and_not_on_those_of_unknowns_below_it(plain: Asked) -> None:
    """Sales in another currency rest on the claim; the exchange rate is an unknown of its own."""
    found = read(plain, "alpha")
    uncertain = {found.graph.variate[node]: found.facts_of(node) for node in found.sampler.uncertain.nodes}
    assert uncertain["sales/alpha/2026"] == ["RV-0002"]
    assert uncertain["fx/TWD"] == ["FX-0001"]
    assert uncertain["units/fam-1/2026"] == ["SF-0002"]


def test_shares_of_more_than_the_whole_are_named_where_a_ranked_company_rests_on_them(plain: Asked) -> None:
    """The shares of 2025 are carried to 2026."""
    groups = tuple((role, "fam-1", "board") for role in ("base", "horizon"))
    assert read(plain, "alpha").oversubscribed == groups
    assert read(plain, "owner").oversubscribed == ()


def test_a_scaled_node_moves_what_follows_from_it(plain: Asked) -> None:
    found = read(plain, "alpha", "owner")
    factors = found.evaluate(found.graph.numbers(["sales/alpha/2026"]), np.array([[1.0, 2.0]]))
    assert factors["exposure"][0] == pytest.approx([40 / 300, 20 / 300])
    assert (factors["exposure"][1] == 0).all()
    assert factors["growth"][0, 0] == factors["growth"][0, 1]


# --- inputs near zero ---------------------------------------------------------------------


def draw(folder: Path, *claims: Claim) -> simulation.Draws:
    """Build a world with the shipped profiles and draw it 2000 times."""
    seeds = world(folder / "seeds", *claims)
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    exposure.build(db=folder / "world.duckdb", seeds=seeds)
    with Engine.at(folder / "world.duckdb", seeds).opened(DEFAULT_QUESTION) as (reader, profile):
        prepared = intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile)
    return simulation.simulate(prepared.world, prepared.scorer, 2000, 1, gap=True)


def assert_numbers(draws: simulation.Draws) -> None:
    assert draws.gap is not None
    assert all(np.isfinite(values).all() for values in (draws.score, draws.exposure, draws.gap))
    assert ((draws.score >= 0) & (draws.score <= 100)).all()
    assert ((draws.exposure >= 0) & (draws.exposure <= 1)).all()
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


@pytest.mark.slow
def test_programmes_of_more_than_all_sales_of_the_base_year_leave_the_whole(tmp_path: Path) -> None:
    """Of 60m sales the programmes brought 50m, or in a draw 100m: sales are then no less than the 5m they bring."""
    units = [forecast("fam-1", "2025", 1e6, low=5e5, high=2e6), forecast("fam-1", "2026", 1e5)]
    kept = [one for one in FACTS if one.table not in ("shipment_forecasts", "supply_shares", "company_revenues")]
    draws = draw(tmp_path, *kept, *units, share("beta", base=1), revenue("beta", "2025", 60))
    assert_numbers(draws)
    assert (draws.exposure == 1).mean() > 0.05


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
    """Drawn values of nodes."""

    values: dict[str, Any]

    def units_of(self, family: str, year: int) -> Any:
        return np.log(self.values[f"units/{family}-1/{year}"])

    def revenue_of(self, company: str) -> Any:
        return self.values[f"programme_revenue/{company}/2026"]

    def sales_of(self, company: str, year: int) -> Any:
        return self.values[f"sales/{company}/{year}"]


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
    found = read(built(rows, folder, *VIEWS), "tied", "other", "alone", "price", "taipei")
    names = [name for name in found.graph.ids if name.split("/")[0] in ("units", "programme_revenue", "sales")]
    sampler = Sampler(found.graph, found.graph.numbers(names), found.correlations)
    return Drawn(dict(zip(names, sampler.draw(np.random.SeedSequence(1), 50_000), strict=True)))


def correlation_of(one: Any, other: Any) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def test_units_of_families_are_correlated_by_the_table(drawn: Drawn) -> None:
    tied, other, alone = (drawn.units_of(family, 2026) for family in ("tied", "other", "alone"))
    assert correlation_of(tied, other) == pytest.approx(0.6, abs=0.02)
    assert correlation_of(tied, alone) == pytest.approx(0, abs=0.02)


def test_correlated_families_move_the_revenue_of_both_their_suppliers(drawn: Drawn) -> None:
    tied, other = (np.log(drawn.revenue_of(company)) for company in ("tied", "other"))
    assert correlation_of(tied, other) == pytest.approx(0.6, abs=0.02)


def test_the_years_of_a_family_are_correlated_by_the_parameter(drawn: Drawn) -> None:
    over_years = next(float(row["value"]) for row in shipped("parameters") if row["parameter"] == "year_correlation")
    assert over_years > 0.1
    before, own, other = drawn.units_of("tied", 2025), drawn.units_of("tied", 2026), drawn.units_of("other", 2026)
    assert correlation_of(before, own) == pytest.approx(over_years, abs=0.02)
    assert correlation_of(before, other) == pytest.approx(over_years * 0.6, abs=0.02)


def test_content_is_drawn_within_its_range(drawn: Drawn) -> None:
    assert np.quantile(drawn.revenue_of("price") / 30e6, [0.05, 0.5, 0.95]) == pytest.approx([0.5, 1, 2], rel=0.03)


def test_sales_in_foreign_money_are_as_uncertain_as_the_rate_and_more_so_where_it_is_carried(drawn: Drawn) -> None:
    """A stated rate may be 2% off, one carried over a year 7% more; sales in dollars do not move with either."""
    ends, base, horizon = [0.05, 0.5, 0.95], 1e9 / 30, 2e9 / 30
    assert np.quantile(drawn.sales_of("taipei", 2025) / base, ends) == pytest.approx([0.98, 1, 1.02], abs=0.003)
    assert np.quantile(drawn.sales_of("taipei", 2026) / horizon, ends) == pytest.approx([0.91, 1, 1.09], abs=0.005)
    assert np.ptp(drawn.sales_of("price", 2026)) == 0
