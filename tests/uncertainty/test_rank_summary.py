"""Tiers of companies that draws cannot distinguish."""

from __future__ import annotations

import numpy as np

from exposure.uncertainty.rank_summary import assign_tiers, bound_ranks, summarise_draws
from exposure.uncertainty.simulation import simulate
from tests.support.graphs import around, by_exposure, make_world


def test_identical_companies_share_a_tier() -> None:
    count, twins = 12, 2
    base = np.repeat(np.linspace(0.02, 0.6, count), twins)
    draws = simulate(make_world(around(base, 1.4)), by_exposure(len(base)), 4000, 1)
    published = 1 + twins * np.repeat(np.arange(count)[::-1], twins)
    tier = assign_tiers(draws.rank, published)
    assert (tier[::2] == tier[1::2]).all()
    assert len(set(tier)) > 2


def test_companies_far_apart_have_tiers_of_their_own() -> None:
    apart = simulate(make_world(around([0.01, 0.1, 0.9], 1.05)), by_exposure(3), 1000, 1)
    assert assign_tiers(apart.rank, np.array([3, 2, 1])).tolist() == [3, 2, 1]
    alike = simulate(make_world(around([0.3, 0.3, 0.3], 1.5)), by_exposure(3), 1000, 1)
    assert assign_tiers(alike.rank, np.array([1, 1, 1])).tolist() == [1, 1, 1]


def test_a_tier_includes_all_who_share_its_leaders_published_rank() -> None:
    """The second shares the first's published rank and is behind it in every draw, and so is the third."""
    rank = np.repeat(np.array([[1], [2], [3], [4]]), 10, axis=1)
    assert assign_tiers(rank, np.array([1, 1, 3, 4])).tolist() == [1, 1, 2, 3]
    assert assign_tiers(rank, np.array([1, 1, 3, 3])).tolist() == [1, 1, 2, 2]


def test_a_company_behind_in_nine_draws_of_ten_begins_a_tier_and_one_in_eight_does_not() -> None:
    for behind, tier in ((8, [1, 1]), (9, [1, 2])):
        first = np.array([1] * behind + [2] * (10 - behind))
        assert assign_tiers(np.stack([first, 3 - first]), np.array([1, 2])).tolist() == tier


def test_one_company_has_one_rank_and_one_tier() -> None:
    summary = summarise_draws(simulate(make_world(around([0.3], 1.5)), by_exposure(1), 100, 1), np.array([1]))
    assert [summary[name].tolist() for name in ("rank_low", "rank_high", "rank_tier")] == [[1], [1], [1]]


def test_a_rank_leaves_room_for_those_who_are_not_clearly_ahead_or_behind() -> None:
    """The first is ahead of the third in all draws, of the second in 90 of 100; the second of the third in 95."""
    first = np.array([1] * 90 + [2] * 10)
    second = np.array([2] * 85 + [3] * 5 + [1] * 10)
    third = np.array([3] * 85 + [2] * 5 + [3] * 10)
    rank = np.stack([first, second, third])
    low, high = bound_ranks(rank, rank)
    assert (low.tolist(), high.tolist()) == ([1, 1, 3], [2, 2, 3])
