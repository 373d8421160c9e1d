"""Properties of what rules do to one value, and of shares that make room for each other."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.scenarios.ranges import Key, Range, around, delayed, operated, settled

amounts = st.just(0.0) | st.floats(1e-6, 1e9)
ranges = st.tuples(amounts, amounts, amounts).map(lambda ends: Range(*sorted(ends)))
parts = st.tuples(*[st.just(0.0) | st.floats(1e-6, 1)] * 3).map(lambda ends: Range(*sorted(ends)))


def is_range(found: Range) -> bool:
    return 0 <= found.low <= found.base <= found.high


@given(ranges, amounts, st.sampled_from(["multiply", "add", "replace"]))
def test_a_changed_value_lies_in_its_range(now: Range, amount: float, operation: str) -> None:
    found = operated(operation, amount, now, 0.5)
    assert found is not None
    assert is_range(found)
    assert all(map(math.isfinite, (found.low, found.base, found.high)))


@given(ranges)
def test_what_changes_nothing_gives_the_value_itself(now: Range) -> None:
    assert operated("multiply", 1, now, 0.5) == now
    assert operated("add", 0, now, 0.5) == now
    assert operated("replace", now.base, now, 0.5) == now


@given(ranges, amounts)
def test_taking_away_more_than_there_is_leaves_nothing(now: Range, more: float) -> None:
    found = operated("add", -now.base - more, now, 0.5)
    assert found is not None
    assert found.base == 0


def test_a_value_that_nobody_knows_is_stated_and_not_multiplied() -> None:
    assert operated("multiply", 2, None, 0.5) is None
    assert operated("add", -2, None, 0.5) is None
    assert operated("add", 2, None, 0.5) == operated("replace", 2, None, 0.5) == Range(1, 2, 3)
    assert operated("add", 2, Range(0, 0, 1), 0.5) == around(2, 0.5)


def test_a_range_keeps_its_proportions() -> None:
    assert operated("replace", 20, Range(5, 10, 40), 0.5) == Range(10, 20, 80)
    assert operated("add", 5, Range(5, 10, 40), 0.5) == Range(7.5, 15, 60)


@given(ranges, ranges, st.integers(1, 4))
def test_a_delay_lies_between_both_years(now: Range, before: Range, quarters: int) -> None:
    found = delayed(now, before, quarters, unknown_is_none=True)
    assert found is not None
    assert is_range(found)
    assert min(now.base, before.base) * (1 - 1e-12) <= found.base <= max(now.base, before.base) * (1 + 1e-12)


def test_a_delay_by_quarters_is_worked_by_hand() -> None:
    now, before = Range(80, 100, 160), Range(10, 20, 40)
    assert delayed(now, before, 1, unknown_is_none=True) == Range(62.5, 80, 130)
    assert delayed(now, None, 2, unknown_is_none=True) == Range(40, 50, 80)
    assert delayed(now, None, 2, unknown_is_none=False) == now
    assert delayed(None, before, 2, unknown_is_none=True) is None


# --- shares of one product ------------------------------------------------------------------


@st.composite
def products(draw: st.DrawFn) -> tuple[dict[Key, Range], dict[Key, Range], set[Key], dict[Key, Any]]:
    """Give shares as they are and as rules want some of them, which those are, and their rows."""
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
def test_shares_stay_within_the_whole_or_what_the_base_had(product: Any) -> None:
    old, wanted, changed, rows = product
    found = settled(wanted, old, changed, rows)
    assert found.keys() == wanted.keys()
    limit = max(1, sum(share.base for share in old.values()))
    assert sum(share.base for share in found.values()) <= limit * (1 + 1e-9)
    assert all(0 <= share.base <= 1 for share in found.values())


@given(products())
def test_what_rules_state_stands_where_it_fits_and_no_stated_share_grows(product: Any) -> None:
    old, wanted, changed, rows = product
    found = settled(wanted, old, changed, rows)
    if sum(wanted[key].base for key in changed) <= 1:
        assert {key: found[key] for key in changed} == {key: wanted[key] for key in changed}
    others = [key for key in wanted if key not in changed and rows[key]["share_basis"] != "role"]
    assert all(found[key].base <= old[key].base for key in others)


@given(products())
def test_settling_what_nobody_changed_changes_nothing(product: Any) -> None:
    old, _, _, rows = product
    found = settled(old, old, set(), rows)
    assert {key: share.base for key, share in found.items()} == {
        key: pytest.approx(share.base, abs=1e-12) for key, share in old.items()
    }
