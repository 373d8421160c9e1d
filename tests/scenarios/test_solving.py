from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exposure.model.accounts import BufferPool
from exposure.model.distributions import Ranges
from exposure.model.network import Network
from exposure.scenarios.solving import (
    FARTHEST,
    Lever,
    Solution,
    Target,
    evaluate_lever,
    find_multiplier,
    rebalance_shares,
)
from exposure.uncertainty.scorer import Scorer, rank_scores
from tests.support.networks import around, by_exposure, exactly, network


def links(*numbers: int) -> Lever:
    return Lever(links={0: np.array(numbers)})


def contents(*numbers: int) -> Lever:
    return Lever(contents={0: np.array(numbers)})


def units(*rows: int) -> Lever:
    """Return a lever of programmes without a family: what is added to the row of ones is not read."""
    return Lever(units=np.array(rows), families=np.zeros(len(rows), np.intp))


def search(net: Network, lever: Lever, target: Target, company: int = 0, scorer: Scorer | None = None) -> Solution:
    count = len(net.companies)
    scorer = scorer or by_exposure(count)
    present = float(evaluate_lever(net, scorer, company, lever, np.ones(1)).of(target.what)[0])
    return find_multiplier(net, scorer, company, lever, target, present)


# --- multipliers worked by hand -----------------------------------------------------------


def test_with_stated_sales_exposure_is_proportional_to_content() -> None:
    """1000 units x 100 USD x 0.2 of 1m is 0.02; 0.05 needs two and a half times as much."""
    net = network(exactly([0.2, 0.3]))
    assert search(net, contents(2), Target("exposure", 0.05)) == Solution(2.5, is_reached=True)
    assert search(net, contents(2), Target("exposure", 0.01)) == Solution(0.5, is_reached=True)
    assert search(net, contents(2), Target("revenue", 60_000.0)).multiplier == pytest.approx(3)


def test_a_share_is_multiplied_up_to_the_whole() -> None:
    net = network(exactly([0.2, 0.3]))
    assert search(net, links(0), Target("revenue", 80_000.0)).multiplier == pytest.approx(4)
    assert search(net, links(0), Target("revenue", 120_000.0)) == Solution(5.0, is_reached=False)
    assert rebalance_shares(net, links(0), np.array([1, 4, 50]))[0][0].tolist() == pytest.approx([0.2, 0.8, 1])


def test_a_target_already_met_has_a_multiplier_of_one() -> None:
    net = network(exactly([0.2, 0.3]))
    assert search(net, contents(2), Target("rank", 2)) == Solution(1.0, is_reached=True)


def test_a_lever_without_effect_reaches_nothing_at_one() -> None:
    net = network(exactly([0.2, 0.3]))
    assert search(net, contents(3), Target("exposure", 0.05)) == Solution(1.0, is_reached=False)


def test_a_target_beyond_the_search_is_not_reachable_and_the_end_comes_nearest() -> None:
    net = network(exactly([1e-4, 0.3]))
    assert search(net, contents(2), Target("revenue", 20_000.0)) == Solution(FARTHEST, is_reached=False)


def test_a_rank_is_reached_where_the_rival_is_passed() -> None:
    net = network(exactly([0.1, 0.3, 0.2]))
    first = search(net, contents(3), Target("rank", 1))
    assert first.is_reached
    assert first.multiplier == pytest.approx(3, rel=1e-6)
    outcome = evaluate_lever(net, by_exposure(3), 0, contents(3), np.array([first.multiplier, first.multiplier - 1e-5]))
    assert outcome.rank.tolist() == [1, 2]


def test_a_rank_below_is_reached_by_falling() -> None:
    net = network(exactly([0.3, 0.2, 0.1]))
    solution = search(net, contents(3), Target("rank", 3))
    assert solution.is_reached
    assert solution.multiplier == pytest.approx(1 / 3, rel=1e-6)


def test_under_a_negative_weight_a_rank_is_reached_by_falling() -> None:
    net = network(exactly([0.3, 0.2, 0.2]))
    against = replace(by_exposure(3), weights={"exposure": -1.0})
    solution = search(net, contents(3), Target("rank", 1), scorer=against)
    assert solution.is_reached
    assert solution.multiplier == pytest.approx(2 / 3, rel=1e-6)


def test_no_multiplier_leaves_the_block_of_grades() -> None:
    net = network(exactly([0.1, 0.3, 0.2]))
    solution = search(net, contents(3), Target("rank", 1), scorer=by_exposure(3, [1, 0, 0]))
    assert solution == Solution(1.0, is_reached=False)


# --- shares -------------------------------------------------------------------------------


def test_stated_shares_of_others_shrink_only_where_the_whole_is_exceeded() -> None:
    net = network(exactly([0.3, 0.4, 0.2]), rivals=True)
    shares = rebalance_shares(net, links(0), np.array([1.0, 4 / 3, 3.0]))[0]
    assert shares[0] == pytest.approx([0.3, 0.4, 0.9])
    assert shares[1] == pytest.approx([0.4, 0.4, 0.1 * 4 / 6])
    assert shares.sum(axis=0) == pytest.approx([0.9, 1, 1])


def test_roles_of_others_share_what_is_left_over() -> None:
    net = network(exactly([0.4, 0.5, 0.5]), rivals=True, roles=[1, 2])
    shares = rebalance_shares(net, links(0), np.array([1.0, 0.5, 2.0, 9.0]))[0]
    assert shares[0] == pytest.approx([0.4, 0.2, 0.8, 1])
    assert shares[1] == pytest.approx([0.3, 0.4, 0.1, 0])


def test_a_multiplied_role_is_kept_like_a_share() -> None:
    net = network(exactly([0.4, 0.5, 0.5]), rivals=True, roles=[1, 2])
    shares = rebalance_shares(net, links(1), np.array([1.0, 2.0]))[0]
    assert shares[1] == pytest.approx([0.3, 0.6])
    assert shares.sum(axis=0) == pytest.approx([1, 1])


def test_oversubscribed_shares_keep_their_room() -> None:
    net = network(exactly([0.8, 0.4]), rivals=True, room=1.2)
    shares = rebalance_shares(net, links(0), np.array([1.0, 1.2, 0.5]))[0]
    assert shares[0] == pytest.approx([0.8, 0.96, 0.4])
    assert shares[1] == pytest.approx([0.4, 0.24, 0.4])


def test_at_a_multiplier_of_one_shares_are_those_of_the_network() -> None:
    random = np.random.default_rng(1)
    net = network(around(random.uniform(0.05, 0.3, 8), 1.5), rivals=True, roles=[2, 5])
    block = net.blocks[0]
    plain = block.shares(block.ranges.base[:, None].copy(), np.ones((2, 1)), BufferPool())[:, 0]
    assert rebalance_shares(net, links(1, 2), np.ones(1))[0][:, 0] == pytest.approx(plain)


# --- units --------------------------------------------------------------------------------


def test_units_move_all_suppliers_of_the_programme() -> None:
    net = network(exactly([0.2, 0.3]), rivals=True)
    outcome = evaluate_lever(net, by_exposure(2), 0, units(1), np.array([1.0, 2.0]))
    assert outcome.exposure == pytest.approx([0.02, 0.04])
    assert outcome.units[1].tolist() == [1000, 2000]
    assert outcome.rank.tolist() == [2, 2]


def test_multipliers_together_give_what_each_gives_alone() -> None:
    random = np.random.default_rng(2)
    net = network(around(random.uniform(0.05, 0.3, 6), 1.5), units=Ranges.of([900.0], [1000.0], [1100.0]), rivals=True)
    scorer, lever = by_exposure(6), Lever(units(1).units, units(1).families, {0: np.array([1])}, {0: np.array([6])})
    multipliers = np.array([0.5, 1.0, 3.0])
    together = evaluate_lever(net, scorer, 1, lever, multipliers)
    for place, multiplier in enumerate(multipliers):
        alone = evaluate_lever(net, scorer, 1, lever, np.array([multiplier]))
        for what in ("exposure", "revenue", "score", "rank"):
            assert together.of(what)[place] == pytest.approx(alone.of(what)[0])


def test_at_a_multiplier_of_one_the_outcome_is_the_networks() -> None:
    random = np.random.default_rng(3)
    net = network(around(random.uniform(0.05, 0.3, 6), 1.5), rivals=True, roles=[3])
    common, blocks = net.centre()
    factors = net.factors(common, *net.sums(common, blocks))
    scores = by_exposure(6).scores(factors.values)
    outcome = evaluate_lever(net, by_exposure(6), 2, links(2), np.ones(1))
    assert outcome.exposure == pytest.approx(factors.values["exposure"][2])
    assert outcome.score == pytest.approx(scores[2])
    assert outcome.rank.tolist() == rank_scores(scores, np.zeros(6, np.intp))[2].tolist()
