from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from exposure.model.distributions import Z_END, Ranges
from exposure.uncertainty import leverage
from exposure.uncertainty.leverage import Group, indices, information, swings
from tests.support.networks import added, around, by_exposure, exactly, joined, network

DRAWS = 4096


def alone(*numbers: int) -> Group:
    """Make a group of inputs each of which has the normal of the same number, as in networks without variates."""
    return Group(np.array(numbers), np.array(numbers))


def variance(base: float, factor: float) -> float:
    """Give the variance of a lognormal whose 95th percentile is a factor above its median."""
    square = (np.log(factor) / Z_END) ** 2
    return float(base**2 * np.exp(square) * (np.exp(square) - 1))


# --- Sobol indices ------------------------------------------------------------------------


def test_indices_of_an_additive_model_are_its_variance_shares() -> None:
    base, factor = np.array([0.2, 0.1, 0.1]), np.array([1.3, 1.3, 1.8])
    parts = np.array([variance(b, f) for b, f in zip(base, factor, strict=True)])
    shares = parts / parts.sum()
    found, _ = indices(added(around(base, factor)), by_exposure(3), 0, [alone(6), alone(7), alone(8)], DRAWS, 1)
    assert found.first == pytest.approx(shares, abs=0.04)
    assert found.total == pytest.approx(shares, abs=0.04)
    assert ((found.total_low <= shares) & (shares <= found.total_high)).sum() >= 2
    assert (found.first_low < found.first).all()
    assert (found.first < found.first_high).all()


def test_what_has_no_effect_has_index_zero_within_its_band() -> None:
    net = network(around([0.2, 0.3], 1.5), sales=around([1e6, 1e6], 1.2))
    own, other = alone(2, 4), alone(3, 5)
    exposure, score = indices(net, by_exposure(2), 0, [own, other], DRAWS, 1)
    assert exposure.total[1] == exposure.first[1] == 0
    assert exposure.first_low[1] <= 0 <= exposure.first_high[1]
    assert exposure.total[0] == pytest.approx(1, abs=0.05)
    assert score.total[1] > score.total_low[1] > 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_groups_have_the_indices_that_they_have_among_many(count: int) -> None:
    net, groups = added(around([0.2, 0.1, 0.1], [1.3, 1.3, 1.8])), [alone(6), alone(7), alone(8)]
    few, many = (indices(net, by_exposure(3), 0, asked, 512, 1)[0] for asked in (groups[:count], groups))
    for name in ("first", "first_low", "first_high", "total", "total_low", "total_high"):
        assert getattr(few, name).tolist() == pytest.approx(getattr(many, name)[:count].tolist())


def test_an_input_that_is_all_there_is_has_index_one() -> None:
    found, _ = indices(network(around([0.2], 1.5)), by_exposure(1), 0, [alone(2)], DRAWS, 1)
    assert found.first == pytest.approx([1], abs=0.05)
    assert found.total == pytest.approx([1], abs=0.05)


def test_a_certain_result_has_no_indices() -> None:
    found, _ = indices(network(exactly([0.2, 0.3])), by_exposure(2), 0, [alone(4), alone(5)], 64, 1)
    assert found.first.tolist() == found.total.tolist() == [0, 0]


@pytest.mark.parametrize("correlation", [0.5, 0.9])
def test_of_two_that_move_together_one_tells_of_the_other_and_alone_leaves_less(correlation: float) -> None:
    """Of a z1 + b z2, knowing z1 removes (a + b r)^2 of the variance; knowing z2 leaves a^2 (1 - r^2)."""
    net = added(exactly([0.01, 0.02]), around([1000.0, 1000.0], 1.05), correlation)
    one, other = 1.0, 2.0
    whole = one**2 + other**2 + 2 * correlation * one * other
    found, _ = indices(net, by_exposure(2), 0, [alone(0), alone(1)], DRAWS, 1)
    first = np.array([(one + correlation * other) ** 2, (other + correlation * one) ** 2]) / whole
    total = np.array([one**2, other**2]) * (1 - correlation**2) / whole
    assert found.first == pytest.approx(first, abs=0.06)
    assert found.total == pytest.approx(total, abs=0.03)


def test_a_perfect_copy_is_known_by_its_original() -> None:
    tied = np.array([[1.0, 0.0], [1.0, 0.0]])
    net = replace(added(exactly([0.1, 0.1]), around([1000.0, 1000.0], 1.2)), dependence=tied)
    found, _ = indices(net, by_exposure(2), 0, [alone(0), alone(1)], 1024, 1)
    assert found.first == pytest.approx([1, 1], abs=0.1)
    assert found.total == pytest.approx([0, 0], abs=1e-5)


def test_indices_are_the_same_for_any_number_of_threads() -> None:
    net, groups = network(around([0.2, 0.3, 0.4], 1.5)), [alone(6), alone(7), alone(8)]
    one, three = (indices(net, by_exposure(3), 0, groups, 512, 5, threads=threads)[1] for threads in (1, 3))
    assert one.first.tobytes() == three.first.tobytes()
    assert one.total_low.tobytes() == three.total_low.tobytes()


# --- swings -------------------------------------------------------------------------------


def test_a_swing_is_what_the_two_ends_of_a_group_make_of_the_company() -> None:
    net = network(Ranges.of([0.1, 0.3], [0.2, 0.3], [0.4, 0.3]), sales=Ranges.of([5e5, 1e6], [1e6, 1e6], [2e6, 1e6]))
    exposure, _ = swings(net, by_exposure(2), 0, [alone(4), alone(2), alone(5), alone(2, 4)])
    assert exposure.base == pytest.approx(0.02)
    assert exposure.low == pytest.approx([0.01, 0.04, 0.02, 0.02])
    assert exposure.high == pytest.approx([0.04, 0.01, 0.02, 0.02])
    assert exposure.swing == pytest.approx([0.03, 0.03, 0, 0])
    assert exposure.elasticity == pytest.approx([1, -1, 0, 0], abs=1e-3)


def test_a_rival_moves_the_score_without_moving_the_exposure() -> None:
    exposure, score = swings(network(around([0.2, 0.3, 0.4], 1.5)), by_exposure(3), 0, [alone(7)])
    assert exposure.swing.tolist() == [0]
    assert exposure.elasticity.tolist() == [0]
    assert score.low[0] > score.base > score.high[0]
    assert score.elasticity[0] < 0


# --- what knowing would settle ------------------------------------------------------------


def test_who_is_first_is_settled_by_the_one_input_that_decides_it() -> None:
    net = network(Ranges.of([0.3, 0.15, 0.01], [0.3, 0.3, 0.02], [0.3, 0.6, 0.04]))
    found = information(net, by_exposure(3), 10_000, 1, 1)
    settled = found.settled.sum(axis=1)
    assert found.unsettled == pytest.approx(0.5, abs=0.01)
    assert settled[7] == pytest.approx(found.unsettled, rel=0.01)
    assert found.settled[7, :2] == pytest.approx([0.25, 0.25], abs=0.01)
    assert found.noise < 0.01
    assert np.delete(settled, 7).max() <= found.noise


def test_of_two_equal_rivals_each_settles_the_same_part_and_neither_all() -> None:
    found = information(network(around([0.3, 0.3], 1.5)), by_exposure(2), 20_000, 3, 1)
    one, other = found.settled.sum(axis=1)[4:6]
    assert one == pytest.approx(other, rel=0.1)
    assert found.noise < one < 0.6 * found.unsettled


def test_when_all_are_among_the_first_nothing_is_unsettled() -> None:
    found = information(network(around([0.3, 0.3], 1.5)), by_exposure(2), 1000, 3, 2)
    assert found.unsettled == 0
    assert not found.settled.any()


def test_sorting_draws_into_bins_settles_nothing_on_average() -> None:
    """Left as it is, p (1 - p) within a bin of m draws is too small by 1 / m, here by 19 parts of 2000."""
    random = np.random.default_rng(1)
    binned = random.integers(0, 20, (400, 2000)).astype(np.uint8)
    among = random.random((4, 2000)) < 0.3
    chance = among.mean(axis=1)
    spread = chance * (1 - chance) * 2000 / 1999
    gained = spread - leverage._within(binned, among, 20)
    assert abs(gained.mean()) < 19 / 2000 * spread.mean() / 10


def test_information_is_the_same_for_any_number_of_threads() -> None:
    net = network(around(np.linspace(0.2, 0.4, 6), 1.5))
    one, three = (information(net, by_exposure(6), 5000, 2, 3, threads=threads) for threads in (1, 3))
    assert one.settled.tobytes() == three.settled.tobytes()
    assert one.noise == three.noise


def test_inputs_of_the_common_part_and_of_blocks_are_numbered_alike() -> None:
    net = network(joined(around([0.2], 1.5), exactly([0.3])), units=Ranges.of([500, 1000], [1000, 1000], [3000, 1000]))
    exposure, _ = swings(net, by_exposure(2), 0, [alone(0), alone(4), alone(6)])
    assert exposure.high / exposure.base == pytest.approx([3, 1.5, 1])
    found: Any = indices(net, by_exposure(2), 0, [alone(0), alone(1)], 256, 1)[0]
    assert found.total[0] > 0.5
    assert found.total[1] == 0
