"""The search for a multiplier, on outcomes that are worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from exposure.model.distributions import Floats
from exposure.scenarios.solving import Target, find_multiplier, find_nearest, search_between

ENDS = (100.0, 0.01)


def proportional(multipliers: Floats) -> Floats:
    return 0.02 * multipliers


def rank_of(multipliers: Floats) -> Floats:
    """Return rank 3 up to 2, rank 2 up to 5, and rank 1 above."""
    return 3 - (multipliers >= 2).astype(int) - (multipliers >= 5)


def test_a_proportional_outcome_needs_the_ratio_of_target_and_present() -> None:
    assert find_multiplier(proportional, Target("exposure", 0.05), 0.02, ENDS) == 2.5
    assert find_multiplier(proportional, Target("exposure", 0.01), 0.02, ENDS) == 0.5


def test_the_nearest_multiplier_that_reaches_a_rank_is_found() -> None:
    found = find_multiplier(rank_of, Target("rank", 2), 3, ENDS)
    assert found == pytest.approx(2, rel=1e-6)
    assert rank_of(np.array([found]))[0] == 2
    assert find_multiplier(rank_of, Target("rank", 1), 3, ENDS) == pytest.approx(5, rel=1e-6)


def test_of_two_ways_the_nearer_one_counts() -> None:
    def both_ways(multipliers: Floats) -> Floats:
        return np.where((multipliers > 8) | (multipliers < 0.5), 1, 2)

    assert find_multiplier(both_ways, Target("rank", 1), 2, ENDS) == pytest.approx(0.5, rel=1e-6)


def test_what_is_not_reached_on_either_way_is_none() -> None:
    assert find_multiplier(proportional, Target("exposure", 3), 0.02, ENDS) is None


def test_the_multiplier_that_comes_nearest_is_the_end_or_one_without_effect() -> None:
    assert find_nearest(proportional, Target("exposure", 3), ENDS) == 100
    assert find_nearest(lambda multipliers: np.full(len(multipliers), 0.02), Target("exposure", 3), ENDS) == 1


def test_a_search_between_two_multipliers_stays_between_them() -> None:
    assert search_between(rank_of, Target("rank", 1), 3, 2, 4) is None
    assert search_between(rank_of, Target("rank", 1), 3, 4, 6) == pytest.approx(5, rel=1e-6)
    assert search_between(rank_of, Target("rank", 1), 3, 6, 8) == 6


def test_a_multiplier_is_rounded_so_that_it_still_reaches() -> None:
    found = find_multiplier(lambda m: m / 3, Target("exposure", 1.0), 1 / 3, ENDS)
    assert found is not None
    assert found / 3 >= 1.0
    assert found == pytest.approx(3, rel=1e-6)
