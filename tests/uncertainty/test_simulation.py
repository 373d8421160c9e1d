"""Monte Carlo: draws that cannot be, intervals that cover the truth, and the same bytes for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exposure.engine import Engine
from exposure.model.accounts import BufferPool, sum_matrix
from exposure.model.distributions import Ranges, correlation_root
from exposure.model.network import Block, Network, Units
from exposure.question import DEFAULT_QUESTION
from exposure.uncertainty import intervals
from exposure.uncertainty.rank_summary import compute_quantiles, summarise_draws
from exposure.uncertainty.simulation import Sampler, simulate
from tests.support.networks import around, by_exposure, exactly, network, one_supplier

COMPANIES = 25
PUBLISHED = np.arange(1, COMPANIES + 1)

# --- coverage -----------------------------------------------------------------------------


def own_programmes(random: np.random.Generator) -> Network:
    return network(around(random.uniform(0.05, 0.5, COMPANIES), random.uniform(1.05, 2.5, COMPANIES)))


def correlated_programmes(random: np.random.Generator) -> Network:
    """Correlate the programmes of all companies; their ranges are skewed and reach down to zero."""
    base = random.uniform(0.05, 0.5, COMPANIES)
    low, high = base * random.choice([0, 0.5, 0.9], COMPANIES), base * random.uniform(1.0, 2.0, COMPANIES)
    net = network(Ranges.of(low, base, high), units=around(random.uniform(500, 1500, COMPANIES), 1.5))
    correlation = np.full((COMPANIES, COMPANIES), 0.6) + 0.4 * np.eye(COMPANIES)
    return replace(net, dependence=correlation_root(correlation))


def rivals(random: np.random.Generator) -> Network:
    """Let all companies share one programme: what one gains the others lose, and roles share the rest."""
    shares = around(random.dirichlet(np.ones(COMPANIES)), random.uniform(1.05, 2.5, COMPANIES))
    return network(shares, units=around([1000.0], 1.4), rivals=True, roles=[3, 9, 20])


def covers(net: Network, seed: int, truth: Any) -> Any:
    """Return which companies' rank intervals hold their true ranks."""
    summary = summarise_draws(simulate(net, by_exposure(COMPANIES), 1000, seed), PUBLISHED)
    return (summary["rank_low"] <= truth) & (truth <= summary["rank_high"])


@pytest.mark.parametrize("make", [own_programmes, correlated_programmes, rivals])
def test_the_rank_interval_covers_the_truth_of_synthetic_worlds(make: Callable[[np.random.Generator], Network]) -> None:
    covered = []
    for seed in range(40):
        net = make(np.random.default_rng(seed))
        truth = simulate(net, by_exposure(COMPANIES), 1, 10_000 + seed).rank[:, 0]
        covered.append(covers(net, seed, truth))
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
        net = network(around(published, np.exp(1.6449 * wrong)), sales=exactly(np.full(COMPANIES, 1e7)))
        covered.append(covers(net, seed, 1 + (truth > truth[:, None]).sum(axis=1)))
    return float(np.mean(covered))


def test_the_rank_interval_covers_a_truth_that_was_not_drawn_by_the_simulation() -> None:
    assert coverage(apart=1.0, wrong=0.2) >= 0.88


@pytest.mark.parametrize(("apart", "wrong", "part"), [(0.3, 0.3, 0.86), (0.1, 0.4, 0.77)])
def test_the_coverage_of_companies_closer_than_their_ranges_is_as_documented(
    apart: float, wrong: float, part: float
) -> None:
    assert coverage(apart, wrong) == pytest.approx(part, abs=0.03)
    assert f"{part:.2f}" in (Path(__file__).parents[2] / "docs" / "analysis.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("company", [0, 3, 7, 14])
def test_widening_a_companys_own_inputs_never_narrows_its_rank_interval(company: int) -> None:
    base = np.linspace(0.1, 0.5, 15)
    widths = []
    for factor in (1.02, 1.2, 1.5, 2.0, 3.0):
        factors = np.full(15, 1.2)
        factors[company] = factor
        summary = summarise_draws(simulate(network(around(base, factors)), by_exposure(15), 8000, 1), np.arange(1, 16))
        widths.append(summary["rank_high"][company] - summary["rank_low"][company])
    assert widths == sorted(widths)
    assert widths[-1] > widths[0]


@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_a_companys_interval_spans_its_summed_bounds_only_under_perfect_correlation(correlation: float) -> None:
    units = Ranges.of([400.0, 700.0, 900.0], [1000.0, 1000.0, 1000.0], [1500.0, 2000.0, 1100.0])
    net = one_supplier(exactly([0.2, 0.3, 0.1]), units, correlation)
    low, _, high = compute_quantiles(simulate(net, by_exposure(3), 20_000, 1).exposure[:1])
    part = np.array([0.2, 0.3, 0.1]) * 100 / 1e6
    bounds = ((units.low * part).sum(), (units.high * part).sum())
    if correlation == 1:
        assert (low[0], high[0]) == pytest.approx(bounds, rel=0.02)
    else:
        assert bounds[0] * 1.03 < low[0] < high[0] < bounds[1] * 0.97


# --- draws --------------------------------------------------------------------------------


def test_without_uncertainty_every_draw_is_the_centre() -> None:
    net = network(exactly([0.125, 0.5, 0.25, 0.0]), rivals=True, roles=[2])
    draws = simulate(net, by_exposure(4), 3000, 1)
    common, blocks = net.centre()
    centre = net.factors(common, *net.sums(common, blocks)).values["exposure"]
    assert (draws.exposure == draws.exposure[:, :1]).all()
    assert draws.exposure[:, :1] == pytest.approx(centre, rel=1e-6)
    assert (draws.rank == np.array([[2], [1], [3], [4]])).all()  # a quarter of the 0.375 left over is less than 0.125


def test_one_draw_serves_every_company() -> None:
    net = network(exactly([0.2, 0.4]), rivals=True, content=around([100.0], 1.5))
    draws = simulate(net, by_exposure(2), 1000, 1)
    assert draws.exposure[1] == pytest.approx(2 * draws.exposure[0], rel=1e-5)
    assert draws.exposure[0].std() > 0


def test_a_seed_gives_the_same_bytes_for_any_number_of_threads() -> None:
    net = network(around(np.linspace(0.1, 0.5, 9), 1.5))
    one, three, other = (
        simulate(net, by_exposure(9), 5000, seed, threads=threads) for seed, threads in ((7, 1), (7, 3), (8, 1))
    )
    assert one.score.tobytes() == three.score.tobytes()
    assert one.rank.tobytes() == three.rank.tobytes()
    assert one.score.tobytes() != other.score.tobytes()


def test_sales_are_at_least_the_programme_revenue() -> None:
    draws = simulate(network(around([0.9], 3), sales=around([1e5], 3)), by_exposure(1), 2000, 1)
    assert draws.exposure.max() <= 1
    assert np.isfinite(draws.score).all()


def test_inputs_of_one_variate_and_range_are_drawn_once_and_move_together() -> None:
    net = network(around([0.2, 0.2, 0.1], [1.5, 1.5, 2.0]))
    shared = replace(net.blocks[0], variate=np.array([0, 0, 0, 1, 2, 3]), variates=4)
    draws = simulate(replace(net, blocks=[shared]), by_exposure(3), 500, 1)
    assert (draws.exposure[0] == draws.exposure[1]).all()
    assert np.corrcoef(np.log(draws.exposure))[0, 2] == pytest.approx(1, abs=1e-4)
    assert Sampler(replace(net, blocks=[shared])).normals() == Sampler(net).normals() - 2


def test_no_draw_of_the_shipped_evidence_is_impossible(shipped_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check units and shares while they are drawn, and all outcomes afterwards."""
    with Engine.at(shipped_db).opened(DEFAULT_QUESTION) as (reader, profile):
        prepared = intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile)
    net = prepared.world.network.feasible()
    original_shares, original_rows = Block.shares, Units.rows
    drawn: list[int] = []

    def shares(block: Block, values: Any, units: Any, pool: BufferPool) -> Any:
        result = original_shares(block, values, units, pool)
        assert (result >= 0).all()
        assert (sum_matrix(block.group, len(block.room)) @ result).max() <= 1 + 1e-5
        drawn.append(result.shape[1])
        return result

    def rows(units: Units, common: Any) -> Any:
        result = original_rows(units, common)
        assert np.isfinite(result).all()
        assert (result >= 0).all()
        return result

    monkeypatch.setattr(Block, "shares", shares)
    monkeypatch.setattr(Units, "rows", rows)
    draws = simulate(net, prepared.scorer, 10_000, 3, gap=True)
    assert sum(drawn) == 10_000 * len(net.blocks)
    most = net.companies.most_exposure[:, None] * (1 + 1e-6)
    assert ((draws.exposure >= 0) & (draws.exposure <= most)).all()
    assert ((draws.score >= 0) & (draws.score <= 100)).all()
    assert draws.gap is not None
    assert np.isfinite(draws.gap).all()
    assert (np.sort(draws.rank, axis=0)[0] == 1).all()
