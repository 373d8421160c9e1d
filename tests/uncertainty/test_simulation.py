"""Monte Carlo: draws that cannot be, intervals that cover the truth, and the same bytes for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exposure.engine import Engine
from exposure.model.distributions import Ranges
from exposure.model.sampler import Sampler
from exposure.question import DEFAULT_QUESTION
from exposure.uncertainty import intervals
from exposure.uncertainty.intervals import Prepared
from exposure.uncertainty.rank_summary import compute_quantiles, summarise_draws
from exposure.uncertainty.simulation import simulate
from exposure.uncertainty.world import World
from tests.support.graphs import around, by_exposure, exactly, make_world, one_supplier

COMPANIES = 25
PUBLISHED = np.arange(1, COMPANIES + 1)

# --- coverage -----------------------------------------------------------------------------


def own_programmes(random: np.random.Generator) -> World:
    return make_world(around(random.uniform(0.05, 0.5, COMPANIES), random.uniform(1.05, 2.5, COMPANIES)))


def correlated_programmes(random: np.random.Generator) -> World:
    """Correlate the programmes of all companies; their ranges are skewed and reach down to zero."""
    base = random.uniform(0.05, 0.5, COMPANIES)
    low, high = base * random.choice([0, 0.5, 0.9], COMPANIES), base * random.uniform(1.0, 2.0, COMPANIES)
    units = around(random.uniform(500, 1500, COMPANIES), 1.5)
    return make_world(Ranges.of(low, base, high), units=units, correlation=0.6)


def rivals(random: np.random.Generator) -> World:
    """Let all companies share one programme: what one gains the others lose, and roles share the rest."""
    shares = around(random.dirichlet(np.ones(COMPANIES)), random.uniform(1.05, 2.5, COMPANIES))
    return make_world(shares, units=around([1000.0], 1.4), rivals=True, roles=[3, 9, 20])


def covers(drawn: World, seed: int, truth: Any) -> Any:
    """Return which companies' rank intervals hold their true ranks."""
    summary = summarise_draws(simulate(drawn, by_exposure(COMPANIES), 1000, seed), PUBLISHED)
    return (summary["rank_low"] <= truth) & (truth <= summary["rank_high"])


@pytest.mark.parametrize("make", [own_programmes, correlated_programmes, rivals])
def test_the_rank_interval_covers_the_truth_of_synthetic_worlds(make: Callable[[np.random.Generator], World]) -> None:
    covered = []
    for seed in range(40):
        drawn = make(np.random.default_rng(seed))
        truth = simulate(drawn, by_exposure(COMPANIES), 1, 10_000 + seed).rank[:, 0]
        covered.append(covers(drawn, seed, truth))
    assert np.mean(covered) >= 0.88


def coverage(apart: float, wrong: float) -> float:
    """Return the coverage of a truth that the simulation has not drawn.

    True figures are lognormal with the deviation `apart`; published ones are off by the deviation `wrong`, and have
    ranges that hold the truth in 90 of 100.
    """
    covered = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        truth = 0.02 * np.exp(apart * random.standard_normal(COMPANIES))
        published = truth * np.exp(wrong * random.standard_normal(COMPANIES))
        drawn = make_world(around(published, np.exp(1.6449 * wrong)), sales=exactly(np.full(COMPANIES, 1e7)))
        covered.append(covers(drawn, seed, 1 + (truth > truth[:, None]).sum(axis=1)))
    return float(np.mean(covered))


@pytest.mark.parametrize(
    ("apart", "wrong"), [(1.0, 0.2), (0.3, 0.3), (0.1, 0.4)], ids=["spread", "middling", "crowded"]
)
def test_the_rank_interval_covers_a_truth_that_was_not_drawn_by_the_simulation(apart: float, wrong: float) -> None:
    assert coverage(apart, wrong) >= 0.88


@pytest.mark.parametrize("company", [0, 3, 7, 14])
def test_widening_a_companys_own_inputs_never_narrows_its_rank_interval(company: int) -> None:
    base = np.linspace(0.1, 0.5, 15)
    widths = []
    for factor in (1.02, 1.2, 1.5, 2.0, 3.0):
        factors = np.full(15, 1.2)
        factors[company] = factor
        draws = simulate(make_world(around(base, factors)), by_exposure(15), 8000, 1)
        summary = summarise_draws(draws, np.arange(1, 16))
        widths.append(summary["rank_high"][company] - summary["rank_low"][company])
    assert widths == sorted(widths)
    assert widths[-1] > widths[0]


@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_a_companys_interval_spans_its_summed_bounds_only_under_perfect_correlation(correlation: float) -> None:
    units = Ranges.of([400.0, 700.0, 900.0], [1000.0, 1000.0, 1000.0], [1500.0, 2000.0, 1100.0])
    drawn = one_supplier(exactly([0.2, 0.3, 0.1]), units, correlation)
    low, _, high = compute_quantiles(simulate(drawn, by_exposure(3), 20_000, 1).exposure[:1])
    part = np.array([0.2, 0.3, 0.1]) * 100 / 1e6
    bounds = ((units.low * part).sum(), (units.high * part).sum())
    if correlation == 1:
        assert (low[0], high[0]) == pytest.approx(bounds, rel=0.02)
    else:
        assert bounds[0] * 1.03 < low[0] < high[0] < bounds[1] * 0.97


# --- draws --------------------------------------------------------------------------------


def test_without_uncertainty_every_draw_is_the_centre() -> None:
    draws = simulate(make_world(exactly([0.125, 0.5, 0.25, 0.0]), rivals=True, roles=[2]), by_exposure(4), 3000, 1)
    assert (draws.exposure == draws.exposure[:, :1]).all()
    # 1000 units x 100 USD of 1m; a quarter of the 0.375 left over
    assert draws.exposure[:, 0] == pytest.approx([0.0125, 0.05, 0.25 * 0.0375, 0], rel=1e-6)
    assert (draws.rank == np.array([[2], [1], [3], [4]])).all()


def test_one_draw_serves_every_company() -> None:
    drawn = make_world(exactly([0.2, 0.4]), rivals=True, content=around([100.0], 1.5))
    draws = simulate(drawn, by_exposure(2), 1000, 1)
    assert draws.exposure[1] == pytest.approx(2 * draws.exposure[0], rel=1e-5)
    assert draws.exposure[0].std() > 0


def test_a_seed_gives_the_same_bytes_for_any_number_of_threads() -> None:
    drawn = make_world(around(np.linspace(0.1, 0.5, 9), 1.5))
    one, three, other = (
        simulate(drawn, by_exposure(9), 5000, seed, threads=threads) for seed, threads in ((7, 1), (7, 3), (8, 1))
    )
    assert one.score.tobytes() == three.score.tobytes()
    assert one.rank.tobytes() == three.rank.tobytes()
    assert one.score.tobytes() != other.score.tobytes()


def test_no_exposure_exceeds_the_whole() -> None:
    draws = simulate(make_world(around([0.9], 3), sales=around([1e5], 3)), by_exposure(1), 2000, 1)
    assert draws.exposure.max() == 1
    assert np.isfinite(draws.score).all()


def test_shares_of_one_product_sum_to_at_most_one_in_every_draw() -> None:
    draws = simulate(make_world(around([0.5, 0.3, 0.15], [1.5, 2, 3]), rivals=True), by_exposure(3), 5000, 3)
    whole = draws.exposure.sum(axis=0) / 0.1
    assert whole.max() == pytest.approx(1, rel=1e-5)
    assert whole.min() < 0.9


def test_roles_share_what_stated_shares_leave_over() -> None:
    drawn = make_world(around([0.6, 0.8, 0.9], [1.4, 1.1, 1.1]), rivals=True, roles=[1, 2])
    draws = simulate(drawn, by_exposure(3), 5000, 3)
    assert draws.exposure.sum(axis=0) == pytest.approx(np.full(5000, 0.1), rel=1e-5)
    everything = draws.exposure[0] > 0.1 * (1 - 1e-6)
    assert everything.any()
    assert (draws.exposure[1:, everything] < 1e-6).all()


def test_shares_that_sources_together_state_above_the_whole_keep_it_at_the_centre_and_lose_it_in_draws() -> None:
    drawn = make_world(exactly([0.8, 0.4]), rivals=True)
    nodes = drawn.graph.numbers(["share/0", "share/1"])
    assert drawn.graph.value[nodes].tolist() == pytest.approx([0.8, 0.4])
    draws = simulate(drawn, by_exposure(2), 10, 1)
    assert draws.exposure[:, 0] / 0.1 == pytest.approx([2 / 3, 1 / 3], rel=1e-5)


def test_inputs_of_one_variate_move_together() -> None:
    drawn = make_world(around([0.2, 0.2, 0.1], [1.5, 1.5, 2.0]))
    shared = replace(drawn, graph=replace(drawn.graph, variate=["as one"] * len(drawn.graph)))
    draws = simulate(shared, by_exposure(3), 500, 1)
    assert (draws.exposure[0] == draws.exposure[1]).all()
    assert np.corrcoef(np.log(draws.exposure))[0, 2] == pytest.approx(1, abs=1e-4)
    assert (shared.sampler.normals, drawn.sampler.normals) == (1, 3)


# --- the shipped evidence -----------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(shipped_db: Path) -> Prepared:
    with Engine.at(shipped_db).opened(DEFAULT_QUESTION) as (reader, profile):
        return intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile)


def test_no_draw_of_the_shipped_evidence_has_impossible_units_or_shares(shipped: Prepared) -> None:
    graph = shipped.world.graph
    shares = [name for name in graph.ids if name.startswith("share/")]
    units = [name for name in graph.ids if name.startswith("units/")]
    assert len(shares) > 500
    assert len(units) > 20
    sampler = Sampler(graph, graph.numbers([*shares, *units]), shipped.world.correlations)
    product_of = [name.split("/", maxsplit=2)[2] for name in shares]
    products = np.unique(product_of)
    for child in np.random.SeedSequence(3).spawn(10):
        drawn = sampler.draw(child, 1000)
        assert np.isfinite(drawn).all()
        assert (drawn >= 0).all()
        whole = np.zeros((len(products), 1000))
        np.add.at(whole, np.searchsorted(products, product_of), drawn[: len(shares)])
        assert whole.max() <= 1 + 1e-5


def test_no_draw_of_the_shipped_evidence_has_impossible_outcomes(shipped: Prepared) -> None:
    draws = simulate(shipped.world, shipped.scorer, 10_000, 3, gap=True)
    most = shipped.world.graph.ceiling[shipped.world.roots["exposure"]][:, None] * (1 + 1e-6)
    assert ((draws.exposure >= 0) & (draws.exposure <= most)).all()
    assert ((draws.score >= 0) & (draws.score <= 100)).all()
    assert draws.gap is not None
    assert np.isfinite(draws.gap).all()
    assert (np.sort(draws.rank, axis=0)[0] == 1).all()
