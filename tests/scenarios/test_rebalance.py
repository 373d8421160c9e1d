"""Shares of one product on one programme after some of them were changed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.model.distributions import Floats
from exposure.scenarios.rebalance import rebalance_shares


def rebalance(
    shares: list[list[float]], kept: list[int], weights: dict[int, float] | None = None, limit: float = 1.0
) -> list[list[float]]:
    """Rebalance shares, suppliers by columns; `weights` are the suppliers with a role."""
    values, weights = np.array(shares), weights or {}
    count = len(values)
    parts = np.array([weights.get(number, 0.0) for number in range(count)]) / max(sum(weights.values()), 1)
    everyone = np.arange(count)
    fitted = rebalance_shares(values, np.isin(everyone, kept), np.isin(everyone, [*weights]), parts, limit)
    return [[round(share, 12) for share in row] for row in fitted.tolist()]


def test_stated_shares_of_others_shrink_only_where_the_whole_is_exceeded() -> None:
    # 0.4 and 0.2 beside 0.3, 0.4 and 0.9: 0.1 is left for them at the last, 4 to 2
    fitted = rebalance([[0.3, 0.4, 0.9], [0.4, 0.4, 0.4], [0.2, 0.2, 0.2]], [0])
    assert fitted == [[0.3, 0.4, 0.9], [0.4, 0.4, pytest.approx(0.1 * 4 / 6)], [0.2, 0.2, pytest.approx(0.1 * 2 / 6)]]


def test_roles_of_others_share_what_is_left_over() -> None:
    fitted = rebalance([[0.4, 0.2, 0.8, 1]] + 2 * [[0.3] * 4], [0], {1: 0.5, 2: 0.5})
    assert fitted == [[0.4, 0.2, 0.8, 1], [0.3, 0.4, 0.1, 0], [0.3, 0.4, 0.1, 0]]


def test_a_changed_role_is_kept_like_a_share() -> None:
    # 0.6 of the role beside a stated 0.4: nothing is left within the whole for the other role
    assert rebalance([[0.4], [0.6], [0.3]], [1], {1: 0.5, 2: 0.5}) == [[0.4], [0.6], [0]]


def test_oversubscribed_shares_keep_their_sum_as_the_limit() -> None:
    fitted = rebalance([[0.8, 0.96, 0.4], [0.4, 0.4, 0.4]], [0], limit=1.2)
    assert fitted == [[0.8, 0.96, 0.4], [0.4, 0.24, 0.4]]


def test_kept_shares_above_the_limit_shrink_and_leave_nothing() -> None:
    assert rebalance([[0.9], [0.9], [0.2]], [0, 1]) == [[0.5], [0.5], [0]]


class Product(NamedTuple):
    """Shares as they are and as rules want them, which of them are fixed, which are roles, and the roles' parts."""

    old: Floats
    wanted: Floats
    kept: Any
    is_role: Any
    parts: Floats

    @property
    def limit(self) -> float:
        return max(1.0, float(self.old.sum()))

    def fitted(self) -> Floats:
        return rebalance_shares(self.wanted[:, None], self.kept, self.is_role, self.parts, self.limit)[:, 0]


@st.composite
def products(draw: st.DrawFn) -> Product:
    """Draw the shares of a product, those with some fixed by rules, and the weights of its roles."""
    count = draw(st.integers(1, 6))
    share = st.just(0.0) | st.floats(1e-6, 1)
    is_role = np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    weights = np.where(is_role, draw(st.lists(st.floats(0.01, 1), min_size=count, max_size=count)), 0)
    parts = weights / max(weights.sum(), 1)
    stated = np.where(is_role, 0, draw(st.lists(share, min_size=count, max_size=count)))
    old = np.where(is_role, parts * max(1 - stated.sum(), 0), stated)
    kept = np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    wanted = np.where(kept, draw(st.lists(share, min_size=count, max_size=count)), old)
    return Product(old, wanted, kept, is_role, parts)


@given(products())
def test_shares_stay_within_the_whole_or_the_sum_of_the_base(product: Product) -> None:
    fitted = product.fitted()
    assert fitted.sum() <= product.limit * (1 + 1e-9)
    assert ((fitted >= 0) & (fitted <= 1)).all()


@given(products())
def test_fixed_shares_are_kept_where_they_fit_and_no_stated_share_grows(product: Product) -> None:
    fitted = product.fitted()
    if product.wanted[product.kept].sum() <= 1:
        assert fitted[product.kept] == pytest.approx(product.wanted[product.kept])
    others = ~product.kept & ~product.is_role
    assert (fitted[others] <= product.old[others] * (1 + 1e-12)).all()


@given(products())
def test_rebalancing_unchanged_shares_changes_nothing(product: Product) -> None:
    nothing = np.zeros(len(product.old), bool)
    assert product._replace(wanted=product.old, kept=nothing).fitted() == pytest.approx(product.old, abs=1e-12)
