"""Scores and ranks of many draws at once."""

from __future__ import annotations

import numpy as np
import pytest

from exposure.uncertainty.scorer import rank_scores
from tests.support.graphs import by_exposure


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
