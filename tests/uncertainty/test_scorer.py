"""Scores and ranks of many draws at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from exposure.uncertainty.scorer import Scorer, rank_scores
from exposure.uncertainty.simulation import simulate
from tests.support.graphs import around, by_exposure, make_world


@pytest.mark.parametrize("companies", [7, 200])
def test_equal_scores_share_a_rank_and_blocks_follow_each_other(companies: int) -> None:
    random = np.random.default_rng(5)
    scores = random.integers(0, 6, (companies, 40)).astype(np.float32)
    block = random.integers(0, 2, companies)
    rank = rank_scores(scores, block)
    for draw in range(scores.shape[1]):
        key = [(block[i], -scores[i, draw]) for i in range(companies)]
        assert rank[:, draw].tolist() == [1 + sum(other < one for other in key) for one in key]


def test_single_precision_scores_as_double_precision() -> None:
    values = np.random.default_rng(1).lognormal(size=(20, 3))
    double = by_exposure(20).scores({"exposure": values})
    single = by_exposure(20).scores({"exposure": values.astype(np.float32)})
    assert double == pytest.approx(np.asarray(single), abs=1e-3)


def test_percentile_scores_average_50() -> None:
    values = np.random.default_rng(1).lognormal(size=(20, 3))
    assert by_exposure(20, normalisation="percentile").scores({"exposure": values}).mean() == pytest.approx(50)


# --- unknown factors and the point of the range -------------------------------------------


def by_barrier(*barriers: float) -> Scorer:
    """Return a profile that scores exposure and, nine times as much, the barrier of each company, NaN where unknown."""
    values = np.array(barriers)
    return replace(
        by_exposure(len(values)),
        weights={"exposure": 1.0, "barrier": 9.0},
        fixed={"barrier": values},
        known={"exposure": np.ones(len(values), bool), "barrier": ~np.isnan(values)},
    )


def test_an_unknown_factor_is_neutral_at_the_centre() -> None:
    scores = by_barrier(1, 2, np.nan).central_scores({"exposure": np.array([[0.2], [0.2], [0.2]])})
    # equal exposures score 50 each; the barriers 1 and 2 lie one deviation below and above their mean: 15.8655, 84.1345
    assert scores[:, 0] == pytest.approx([5 + 0.9 * 15.8655, 5 + 0.9 * 84.1345, 5 + 0.9 * 25], abs=1e-3)


def test_an_unknown_factor_is_uniform_over_0_to_100_in_draws_and_one_of_each_company() -> None:
    scorer = replace(by_barrier(np.nan, 2, np.nan, 3), weights={"barrier": 1.0})
    draws = simulate(make_world(around([0.2, 0.2, 0.3, 0.1], 1.5)), scorer, 4000, 1)
    for company in (0, 2):
        assert kstest(draws.score[company] / 100, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(draws.score[0], draws.score[2])[0, 1]) < 0.05
    assert abs(np.corrcoef(draws.score[0], draws.exposure[0])[0, 1]) < 0.05
    assert (draws.score[[1, 3]] == draws.score[[1, 3], :1]).all()


def test_unknown_factors_are_the_same_for_any_number_of_threads_and_move_no_exposure() -> None:
    world, scorer = make_world(around([0.2, 0.2, 0.3, 0.1], 1.5)), by_barrier(np.nan, 2, np.nan, 3)
    one, three, other = (
        simulate(world, scorer, 5000, seed, threads=threads) for seed, threads in ((7, 1), (7, 3), (8, 1))
    )
    assert one.score.tobytes() == three.score.tobytes()
    assert one.score.tobytes() != other.score.tobytes()
    assert one.exposure.tobytes() == simulate(world, by_exposure(4), 5000, 7).exposure.tobytes()


def test_a_penalty_that_is_unknown_scores_as_drawn_too() -> None:
    scorer = replace(by_barrier(1, 2, np.nan), weights={"barrier": -1.0})
    assert scorer.scores({"exposure": np.zeros((3, 2))}, {"barrier": np.array([[10, 90]])})[2].tolist() == [10, 90]


def test_the_centre_scores_a_part_of_the_exposure_and_draws_all_of_it() -> None:
    scorer = replace(by_exposure(2), exposure_part=np.array([0.25, 1.0]))
    factors = {"exposure": np.array([[0.4], [0.2]])}
    # at the centre 0.1 and 0.2, one deviation below and above their mean; in draws 0.4 and 0.2
    assert scorer.central_scores(factors)[:, 0] == pytest.approx([15.8655, 84.1345], abs=1e-3)
    assert scorer.scores(factors)[:, 0] == pytest.approx([84.1345, 15.8655], abs=1e-3)
