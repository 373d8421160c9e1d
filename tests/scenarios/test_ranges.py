"""Properties of operations on one value."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from exposure.scenarios.ranges import Range, apply_operation, around, delay

amounts = st.just(0.0) | st.floats(1e-6, 1e9)
ranges = st.tuples(amounts, amounts, amounts).map(lambda ends: Range(*sorted(ends)))


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
