"""Two-piece lognormals and their dependence: every draw within its range, every sum between its bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure.errors import ExposureError
from exposure.model.distributions import Ranges, TwoPieceLognormal, correlation_root
from exposure.uncertainty.rank_summary import compute_quantiles
from tests.support.graphs import exactly

PARTS = Ranges.of([80.0, 30.0, 200.0], [100.0, 50.0, 300.0], [150.0, 80.0, 500.0])


def draw(ranges: Ranges, draws: int = 20_000) -> Any:
    """Draw each quantity by itself."""
    normals = np.random.default_rng(1).standard_normal((len(ranges), draws), np.float32)
    return TwoPieceLognormal(ranges).transform(normals)


# --- ranges -------------------------------------------------------------------------------


@given(base=st.floats(1e-3, 1e9), down=st.floats(0, 1), up=st.floats(1, 50))
@settings(max_examples=60)
def test_every_draw_is_a_number_and_none_is_below_zero(base: float, down: float, up: float) -> None:
    values = draw(Ranges.of([base * down], [base], [base * up]), draws=2000)
    assert np.isfinite(values).all()
    assert (values >= 0).all()


def test_low_base_and_high_are_the_5th_50th_and_95th_percentile() -> None:
    low, base, high = np.quantile(draw(Ranges.of([50.0], [100.0], [400.0]), draws=200_000), [0.05, 0.5, 0.95])
    assert low == pytest.approx(50, rel=0.02)
    assert base == pytest.approx(100, rel=0.02)
    assert high == pytest.approx(400, rel=0.03)


def test_a_range_down_to_zero_reaches_zero_in_one_draw_of_twenty() -> None:
    values = draw(Ranges.of([0.0], [5.0], [15.0]), draws=200_000)
    assert (values == 0).mean() == pytest.approx(0.05, abs=0.003)
    assert np.quantile(values, [0.5, 0.95]) == pytest.approx([5, 15], rel=0.02)


def test_a_degenerate_range_is_exact_in_every_draw() -> None:
    assert (draw(exactly([0.375, 12.5, 0.0])) == np.array([[0.375], [12.5], [0.0]], np.float32)).all()


def test_a_base_of_zero_is_zero_in_every_draw() -> None:
    assert (draw(Ranges.of([0.0], [0.0], [1e6])) == 0).all()


@pytest.mark.parametrize(
    ("low", "base", "high"),
    [(2.0, 1.0, 3.0), (1.0, 4.0, 3.0), (-1.0, 1.0, 2.0), (0.0, np.nan, 1.0), (0.0, 1.0, np.inf)],
)
def test_an_impossible_range_is_refused(low: float, base: float, high: float) -> None:
    with pytest.raises(ExposureError):
        Ranges.of([low], [base], [high])


# --- dependence ---------------------------------------------------------------------------


def test_the_root_gives_normals_the_correlation() -> None:
    correlation = np.array([[1, 0.5, 0], [0.5, 1, -0.3], [0, -0.3, 1]])
    normals = correlation_root(correlation) @ np.random.default_rng(1).standard_normal((3, 200_000))
    assert np.corrcoef(normals) == pytest.approx(correlation, abs=0.01)


def test_contradicting_correlations_are_refused() -> None:
    with pytest.raises(ExposureError, match="contradict"):
        correlation_root(np.array([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]))


def test_the_root_is_symmetric_and_does_not_depend_on_the_order_of_equal_eigenvalues() -> None:
    # five families alike: equal eigenvalues, whose eigenvectors are arbitrary
    correlation = np.kron(np.eye(5), np.full((3, 3), 0.5)) + 0.5 * np.eye(15)
    root = correlation_root(correlation)
    np.testing.assert_allclose(root, root.T, rtol=0, atol=0)
    np.testing.assert_allclose(root @ root, correlation, atol=1e-9)
    order = np.random.default_rng(1).permutation(15)
    permuted = correlation_root(correlation[np.ix_(order, order)])
    np.testing.assert_array_equal(permuted, root[np.ix_(order, order)])
    assert np.count_nonzero(root) == 5 * 3 * 3


def _ends_of_sum(ranges: Ranges, correlation: float) -> tuple[float, float]:
    count = len(ranges)
    root = correlation_root(np.full((count, count), correlation) + (1 - correlation) * np.eye(count))
    normals = (root @ np.random.default_rng(2).standard_normal((count, 200_000))).astype(np.float32)
    low, _, high = compute_quantiles(TwoPieceLognormal(ranges).transform(normals).sum(axis=0, keepdims=True))
    return float(low[0]), float(high[0])


def test_the_interval_of_an_independent_sum_is_narrower_than_the_summed_bounds() -> None:
    low, high = _ends_of_sum(PARTS, 0)
    assert PARTS.low.sum() * 1.05 < low
    assert high < PARTS.high.sum() * 0.95


def test_the_interval_of_a_perfectly_correlated_sum_spans_the_summed_bounds() -> None:
    assert _ends_of_sum(PARTS, 1) == pytest.approx((PARTS.low.sum(), PARTS.high.sum()), rel=0.01)
