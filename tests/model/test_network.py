"""The arithmetic of networks: shares within one, mixes within a family, ratios to nothing, sums into accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from exposure.model import accounts
from exposure.model.accounts import Accounts, BufferPool, Incidence, sum_matrix
from exposure.model.distributions import Ranges, TwoPieceLognormal
from exposure.model.network import Network, ratio
from tests.support.networks import around, exactly, joined, network

DRAWS = 5000


def draw(ranges: Ranges) -> Any:
    normals = np.random.default_rng(3).standard_normal((len(ranges), DRAWS), np.float32)
    return TwoPieceLognormal(ranges).transform(normals)


def draw_shares(net: Network) -> Any:
    (block,) = net.blocks
    units = net.units.rows(net.common.base[:, None].astype(np.float32))
    return block.shares(draw(block.ranges), units, BufferPool())


def test_a_ratio_to_nothing_is_large_and_of_nothing_to_nothing_zero() -> None:
    above, below = np.array([[6, -6, 0, 6, 3e38], [0, 0, 0, 3, 1e-38]], np.float32)
    assert np.allclose(ratio(above, below), [1e6, -1e6, 0, 2, 1e6], rtol=1e-6)


# --- shares -------------------------------------------------------------------------------


def test_shares_of_one_product_sum_to_at_most_one_in_every_draw() -> None:
    shares = draw_shares(network(around([0.5, 0.3, 0.15], [1.5, 2, 3]), rivals=True))
    assert (shares >= 0).all()
    assert shares.sum(axis=0).max() <= 1 + 1e-6
    assert shares.sum(axis=0).min() < 0.9


def test_roles_share_what_stated_shares_leave_over() -> None:
    shares = draw_shares(network(around([0.6, 0.8, 0.9], [1.4, 1.1, 1.1]), rivals=True, roles=[1, 2]))
    assert shares.sum(axis=0) == pytest.approx(np.ones(DRAWS), abs=1e-6)
    assert (shares[1:, shares[0] == 1] == 0).all()
    assert (shares[0] == 1).any()


def test_oversubscribed_shares_keep_their_room_unless_the_network_is_feasible() -> None:
    net = network(exactly([0.8, 0.4]), rivals=True, room=1.2)
    assert draw_shares(net).sum(axis=0).max() == pytest.approx(1.2)
    assert draw_shares(net.feasible()).sum(axis=0).max() == pytest.approx(1.0)


# --- mixes --------------------------------------------------------------------------------


def test_mixes_of_a_family_and_its_rest_sum_to_the_family() -> None:
    ranges = joined(exactly([1000.0]), around([0.5, 0.3], [1.3, 1.3]))
    with_rest = replace(
        network(exactly([0.5])).units, total=np.array([0, 0, 0]), fraction=np.array([1, 2, 3]), mixes=np.array([1, 2]),
        mix_group=np.array([0, 0]), whole=np.array([np.nan]), families=sum_matrix(np.array([0]), 1) @ np.ones((1, 3)),
    )  # fmt: skip
    common = draw(ranges)
    programmes = with_rest.rows(common)[1:4]
    assert programmes.sum(axis=0) == pytest.approx(np.full(DRAWS, 1000.0), rel=1e-5)
    assert (programmes >= 0).all()
    without_rest = replace(with_rest, total=np.array([0, 0]), fraction=np.array([1, 2]), whole=np.array([0.8]))
    assert without_rest.rows(common)[1:3].sum(axis=0) == pytest.approx(np.full(DRAWS, 800.0), rel=1e-5)


# --- accounts -----------------------------------------------------------------------------


def test_accounts_are_the_weighted_sums_of_their_terms_however_sources_are_batched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(1)
    counts, height, draws = (4, 0, 3, 9), 2, 5
    terms = [random.random((count, draws)) for count in counts]
    sources = [
        Incidence(count, np.arange(count), random.integers(0, height, count), random.random(count)) for count in counts
    ]
    by_hand = np.zeros((height, draws))
    for source, values in zip(sources, terms, strict=True):
        for term, account, weight in zip(source.term, source.account, source.weight, strict=True):
            by_hand[account] += weight * values[term]

    def fill(number: int, buffer: Any) -> None:
        buffer[:] = terms[number]

    for fewest in (1, 1000):
        monkeypatch.setattr(accounts, "_BATCH", fewest)
        batched = Accounts(sources, height)
        assert batched.total(fill, draws, np.float64, BufferPool()) == pytest.approx(by_hand)
