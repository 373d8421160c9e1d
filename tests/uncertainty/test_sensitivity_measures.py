"""Sobol indices, swings and the value of information, against results worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exposure.model.distributions import Z_END, Ranges
from exposure.uncertainty import sensitivity_measures
from exposure.uncertainty.sensitivity_measures import Group, estimate_indices, estimate_information, measure_swings
from exposure.uncertainty.world import World
from tests.support.graphs import around, by_exposure, exactly, group, make_world, one_supplier

DRAWS = 4096


def each(world: World, *names: str) -> list[Group]:
    """Return a group of each of some nodes."""
    return [group(world, name) for name in names]


def normal_of(world: World, name: str) -> int:
    """Return the normal that a node follows."""
    (normal,) = group(world, name).normals.tolist()
    return int(normal)


def variance(base: float, factor: float) -> float:
    """Return the variance of a lognormal whose 95th percentile is a factor above its median."""
    square = (np.log(factor) / Z_END) ** 2
    return float(base**2 * np.exp(square) * (np.exp(square) - 1))


# --- Sobol indices ------------------------------------------------------------------------


def test_indices_of_an_additive_model_are_its_variance_shares() -> None:
    base, factor = np.array([0.2, 0.1, 0.1]), np.array([1.3, 1.3, 1.8])
    parts = np.array([variance(b, f) for b, f in zip(base, factor, strict=True)])
    shares = parts / parts.sum()
    world = one_supplier(around(base, factor))
    groups = each(world, "stated/0", "stated/1", "stated/2")
    indices, _ = estimate_indices(world, by_exposure(3), 0, groups, DRAWS, 1)
    assert indices["first"] == pytest.approx(shares, abs=0.04)
    assert indices["total"] == pytest.approx(shares, abs=0.04)
    assert ((indices["total_p05"] <= shares) & (shares <= indices["total_p95"])).sum() >= 2
    assert (indices["first_p05"] < indices["first"]).all()
    assert (indices["first"] < indices["first_p95"]).all()


def test_an_input_without_effect_has_index_zero_within_its_band() -> None:
    world = make_world(around([0.2, 0.3], 1.5), sales=around([1e6, 1e6], 1.2))
    own, other = group(world, "stated/0", "sales/0"), group(world, "stated/1", "sales/1")
    exposure, score = estimate_indices(world, by_exposure(2), 0, [own, other], DRAWS, 1)
    assert exposure["total"][1] == exposure["first"][1] == 0
    assert exposure["first_p05"][1] <= 0 <= exposure["first_p95"][1]
    assert exposure["total"][0] == pytest.approx(1, abs=0.05)
    assert score["total"][1] > score["total_p05"][1] > 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_groups_have_the_indices_that_they_have_among_many(count: int) -> None:
    world = one_supplier(around([0.2, 0.1, 0.1], [1.3, 1.3, 1.8]))
    groups = each(world, "stated/0", "stated/1", "stated/2")
    few, many = (estimate_indices(world, by_exposure(3), 0, some, 512, 1)[0] for some in (groups[:count], groups))
    assert few.keys() == many.keys()
    for name, values in few.items():
        assert values.tolist() == pytest.approx(many[name][:count].tolist())


def test_an_only_input_has_index_one() -> None:
    world = make_world(around([0.2], 1.5))
    indices, _ = estimate_indices(world, by_exposure(1), 0, each(world, "stated/0"), DRAWS, 1)
    assert indices["first"] == pytest.approx([1], abs=0.05)
    assert indices["total"] == pytest.approx([1], abs=0.05)


def test_a_certain_result_has_indices_of_zero() -> None:
    world = make_world(around([0.2, 0.3], [1.0, 1.5]))
    indices, _ = estimate_indices(world, by_exposure(2), 0, each(world, "stated/1"), 64, 1)
    assert indices["first"].tolist() == indices["total"].tolist() == [0]


@pytest.mark.parametrize("correlation", [0.5, 0.9])
def test_a_correlated_input_has_a_larger_first_and_a_smaller_total_index(correlation: float) -> None:
    """Of a z1 + b z2, knowing z1 removes (a + b r)^2 of the variance; knowing z2 leaves a^2 (1 - r^2)."""
    world = one_supplier(exactly([0.01, 0.02]), around([1000.0, 1000.0], 1.05), correlation)
    one, other = 1.0, 2.0
    whole = one**2 + other**2 + 2 * correlation * one * other
    indices, _ = estimate_indices(world, by_exposure(2), 0, each(world, "units/0", "units/1"), DRAWS, 1)
    first = np.array([(one + correlation * other) ** 2, (other + correlation * one) ** 2]) / whole
    total = np.array([one**2, other**2]) * (1 - correlation**2) / whole
    assert indices["first"] == pytest.approx(first, abs=0.06)
    assert indices["total"] == pytest.approx(total, abs=0.03)


def test_a_perfect_copy_has_first_index_one_and_total_index_zero() -> None:
    world = one_supplier(exactly([0.1, 0.1]), around([1000.0, 1000.0], 1.2), correlation=1.0)
    indices, _ = estimate_indices(world, by_exposure(2), 0, each(world, "units/0", "units/1"), 1024, 1)
    assert indices["first"] == pytest.approx([1, 1], abs=0.1)
    assert indices["total"] == pytest.approx([0, 0], abs=1e-5)


def test_indices_are_the_same_for_any_number_of_threads() -> None:
    world = make_world(around([0.2, 0.3, 0.4], 1.5))
    groups = each(world, "stated/0", "stated/1", "stated/2")
    one, three = (estimate_indices(world, by_exposure(3), 0, groups, 512, 5, threads=threads)[1] for threads in (1, 3))
    assert one["first"].tobytes() == three["first"].tobytes()
    assert one["total_p05"].tobytes() == three["total_p05"].tobytes()


# --- swings -------------------------------------------------------------------------------


def test_a_swing_is_the_company_at_the_two_ends_of_a_group() -> None:
    world = make_world(
        Ranges.of([0.1, 0.15], [0.2, 0.3], [0.4, 0.6]), sales=Ranges.of([5e5, 1e6], [1e6, 1e6], [2e6, 1e6])
    )
    groups = [*each(world, "stated/0", "sales/0", "stated/1"), group(world, "sales/0", "stated/0")]
    exposure, _ = measure_swings(world, by_exposure(2), 0, groups)
    assert exposure["base"].tolist() == pytest.approx([0.02] * 4)
    assert exposure["at_low"] == pytest.approx([0.01, 0.04, 0.02, 0.02])
    assert exposure["at_high"] == pytest.approx([0.04, 0.01, 0.02, 0.02])
    assert exposure["swing"] == pytest.approx([0.03, 0.03, 0, 0])
    assert exposure["elasticity"] == pytest.approx([1, -1, 0, 0], abs=1e-3)


def test_a_rival_moves_the_score_without_moving_the_exposure() -> None:
    world = make_world(around([0.2, 0.3, 0.4], 1.5))
    exposure, score = measure_swings(world, by_exposure(3), 0, each(world, "stated/1"))
    assert exposure["swing"].tolist() == [0]
    assert exposure["elasticity"].tolist() == [0]
    assert score["at_low"][0] > score["base"][0] > score["at_high"][0]
    assert score["elasticity"][0] < 0


# --- the value of information -------------------------------------------------------------


def test_the_one_input_that_decides_who_is_first_settles_all_of_it() -> None:
    world = make_world(Ranges.of([0.3, 0.15, 0.01], [0.3, 0.3, 0.02], [0.3, 0.6, 0.04]))
    information = estimate_information(world, by_exposure(3), 10_000, 1, 1)
    settled, decider = information.settled.sum(axis=1), normal_of(world, "stated/1")
    assert information.unsettled == pytest.approx(0.5, abs=0.01)
    assert settled[decider] == pytest.approx(information.unsettled, rel=0.01)
    assert information.settled[decider, :2] == pytest.approx([0.25, 0.25], abs=0.01)
    assert information.noise < 0.01
    assert np.delete(settled, decider).max() <= information.noise


def test_an_unknown_factor_that_decides_who_is_first_settles_what_is_open() -> None:
    """The barrier of the first is unknown; those of the others score 15.8655 and 84.1345."""
    barrier = np.array([np.nan, 1, 2])
    fixed, known = {"barrier": barrier}, {"barrier": ~np.isnan(barrier)}
    scorer = replace(by_exposure(3), weights={"barrier": 1.0}, fixed=fixed, known=known)
    information = estimate_information(make_world(around([0.3, 0.3, 0.3], 1.5)), scorer, 20_000, 1, 1)
    settled = information.settled.sum(axis=1)
    # the first leads above 84.1345, in 0.158655 of the draws, and otherwise the last: p (1 - p) of both
    assert information.unsettled == pytest.approx(2 * 0.158655 * 0.841345, rel=0.03)
    # the bin from 80 to 85 holds both cases: a twentieth of 2 x 0.8269 x 0.1731
    assert settled[-1] == pytest.approx(information.unsettled - 2 * 0.8269 * 0.1731 / 20, rel=0.03)
    assert settled[:-1].max() <= information.noise


def test_only_companies_that_are_asked_for_count() -> None:
    world = make_world(Ranges.of([0.3, 0.15, 0.01], [0.3, 0.3, 0.02], [0.3, 0.6, 0.04]))
    whole = estimate_information(world, by_exposure(3), 10_000, 1, 1)
    first = estimate_information(world, by_exposure(3), 10_000, 1, 1, asked=np.array([True, False, False]))
    assert first.unsettled == pytest.approx(whole.unsettled / 2)
    assert first.settled[:, 0].tolist() == whole.settled[:, 0].tolist()
    assert not first.settled[:, 1:].any()


def test_two_equal_rivals_settle_the_same_part_and_neither_all() -> None:
    world = make_world(around([0.3, 0.3], 1.5))
    information = estimate_information(world, by_exposure(2), 20_000, 3, 1)
    one, other = information.settled.sum(axis=1)
    assert one == pytest.approx(other, rel=0.1)
    assert information.noise < one < 0.6 * information.unsettled


def test_nothing_is_unsettled_when_all_are_in_the_top() -> None:
    information = estimate_information(make_world(around([0.3, 0.3], 1.5)), by_exposure(2), 1000, 3, 2)
    assert information.unsettled == 0
    assert not information.settled.any()


def test_sorting_draws_into_bins_settles_nothing_on_average() -> None:
    """Uncorrected, p (1 - p) within a bin of m draws is too small by 1 / m, here by 19 parts of 2000."""
    random = np.random.default_rng(1)
    binned = random.integers(0, 20, (400, 2000)).astype(np.uint8)
    among = random.random((4, 2000)) < 0.3
    chance = among.mean(axis=1)
    spread = chance * (1 - chance) * 2000 / 1999
    gained = spread - sensitivity_measures._spread_within_bins(binned, among, 20)
    assert abs(gained.mean()) < 19 / 2000 * spread.mean() / 10


def test_information_is_the_same_for_any_number_of_threads() -> None:
    world = make_world(around(np.linspace(0.2, 0.4, 6), 1.5))
    one, three = (estimate_information(world, by_exposure(6), 5000, 2, 3, threads=threads) for threads in (1, 3))
    assert one.settled.tobytes() == three.settled.tobytes()
    assert one.noise == three.noise
