"""Properties of operations on one value, and of rebalanced shares."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.scenarios.ranges import Key, Range, apply_operation, around, delay, rebalance_shares

amounts = st.just(0.0) | st.floats(1e-6, 1e9)
ranges = st.tuples(amounts, amounts, amounts).map(lambda ends: Range(*sorted(ends)))
parts = st.tuples(*[st.just(0.0) | st.floats(1e-6, 1)] * 3).map(lambda ends: Range(*sorted(ends)))


def is_range(value: Range) -> bool:
    return 0 <= value.low <= value.base <= value.high


@given(ranges, amounts, st.sampled_from(["multiply", "add", "replace"]))
def test_a_changed_value_lies_in_its_range(now: Range, amount: float, operation: str) -> None:
    value = apply_operation(operation, amount, now, 0.5)
    assert value is not None
    assert is_range(value)
    assert all(map(math.isfinite, (value.low, value.base, value.high)))


@given(ranges)
def test_an_operation_without_effect_returns_the_value(now: Range) -> None:
    assert apply_operation("multiply", 1, now, 0.5) == now
    assert apply_operation("add", 0, now, 0.5) == now
    assert apply_operation("replace", now.base, now, 0.5) == now


@given(ranges, amounts)
def test_subtracting_more_than_the_value_leaves_zero(now: Range, more: float) -> None:
    value = apply_operation("add", -now.base - more, now, 0.5)
    assert value is not None
    assert value.base == 0


def test_an_unknown_value_can_be_stated_and_not_multiplied() -> None:
    assert apply_operation("multiply", 2, None, 0.5) is None
    assert apply_operation("add", -2, None, 0.5) is None
    assert apply_operation("add", 2, None, 0.5) == apply_operation("replace", 2, None, 0.5) == Range(1, 2, 3)
    assert apply_operation("add", 2, Range(0, 0, 1), 0.5) == around(2, 0.5)


def test_a_range_keeps_its_proportions() -> None:
    assert apply_operation("replace", 20, Range(5, 10, 40), 0.5) == Range(10, 20, 80)
    assert apply_operation("add", 5, Range(5, 10, 40), 0.5) == Range(7.5, 15, 60)


@given(ranges, ranges, st.integers(1, 4))
def test_a_delay_lies_between_both_years(now: Range, before: Range, quarters: int) -> None:
    value = delay(now, before, quarters, unknown_is_none=True)
    assert value is not None
    assert is_range(value)
    assert min(now.base, before.base) * (1 - 1e-12) <= value.base <= max(now.base, before.base) * (1 + 1e-12)


def test_a_delay_by_quarters_is_worked_by_hand() -> None:
    now, before = Range(80, 100, 160), Range(10, 20, 40)
    assert delay(now, before, 1, unknown_is_none=True) == Range(62.5, 80, 130)
    assert delay(now, None, 2, unknown_is_none=True) == Range(40, 50, 80)
    assert delay(now, None, 2, unknown_is_none=False) == now
    assert delay(None, before, 2, unknown_is_none=True) is None


# --- shares of one product ------------------------------------------------------------------


@st.composite
def products(draw: st.DrawFn) -> tuple[dict[Key, Range], dict[Key, Range], set[Key], dict[Key, Any]]:
    """Draw the shares of a product, those with some fixed by rules, the fixed ones, and their rows."""
    companies = [(name,) for name in "abcdef"[: draw(st.integers(1, 6))]]
    weights = {key: draw(st.floats(0.01, 1)) for key in companies if draw(st.booleans())}
    stated = {key: draw(parts) for key in companies if key not in weights}
    residual = max(1 - sum(share.base for share in stated.values()), 0)
    total = max(sum(weights.values()), 1)
    rows: dict[Key, Any] = {
        key: {"share_basis": "role", "role_weight": weights[key], "role_weight_total": total}
        if key in weights
        else {"share_basis": "programme"}
        for key in companies
    }
    old = stated | {key: Range(0, weight * residual / total, 1) for key, weight in weights.items()}
    changed = {key for key in companies if draw(st.booleans())}
    return old, old | {key: draw(parts) for key in changed}, changed, rows


@given(products())
def test_shares_stay_within_the_whole_or_the_sum_of_the_base(product: Any) -> None:
    old, wanted, changed, rows = product
    new = rebalance_shares(wanted, old, changed, rows)
    assert new.keys() == wanted.keys()
    limit = max(1, sum(share.base for share in old.values()))
    assert sum(share.base for share in new.values()) <= limit * (1 + 1e-9)
    assert all(0 <= share.base <= 1 for share in new.values())


@given(products())
def test_fixed_shares_are_kept_where_they_fit_and_no_stated_share_grows(product: Any) -> None:
    old, wanted, changed, rows = product
    new = rebalance_shares(wanted, old, changed, rows)
    if sum(wanted[key].base for key in changed) <= 1:
        assert {key: new[key] for key in changed} == {key: wanted[key] for key in changed}
    others = [key for key in wanted if key not in changed and rows[key]["share_basis"] != "role"]
    assert all(new[key].base <= old[key].base for key in others)


@given(products())
def test_rebalancing_unchanged_shares_changes_nothing(product: Any) -> None:
    old, _, _, rows = product
    new = rebalance_shares(old, old, set(), rows)
    assert {key: share.base for key, share in new.items()} == {
        key: pytest.approx(share.base, abs=1e-12) for key, share in old.items()
    }
