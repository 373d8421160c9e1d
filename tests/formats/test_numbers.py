"""Numbers as text, for programs and for people."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.formats.numbers import (
    format_change,
    format_exact,
    format_month,
    format_parts,
    format_percent,
    format_quantity,
)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_twelve_digits_and_has_no_exponent(value: float) -> None:
    text = format_exact(value)
    assert "e" not in text
    assert float(text) == float(f"{value:.12g}")


def test_noise_of_floating_point_sums_is_not_shown() -> None:
    assert [format_percent(value) for value in (-0.0, 5.8e-05, 0.0007, 0.0996, 0.4754)] == [
        *("0%", "0%", "0.1%", "10%", "48%"),
    ]
    assert [format_change(value) for value in (None, -0.0, 1e-15, -0.04, 0.06)] == ["", "", "", "", "+0.1"]


def test_parts_and_months_are_short_and_empty_where_unknown() -> None:
    assert format_parts([0.0, 0.6151, 0.0, 0.3849]) == "0/62/0/38"
    assert (format_month(date(2026, 1, 31)), format_month(None), format_parts([None] * 4)) == ("2026-01", "", "")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "USD", "unknown"), (0.1234, "fraction", "12.3%"), (-0.0, "fraction", "0.0%"), (-0.0, "USD", "USD 0"),
        (49.96, "0 to 100", "50.0"),
        (40e6, "USD", "USD 40m"), (1234.5, "TWD", "TWD 1.234k"), (2e6, "chips", "2m chips"),
        (1.5e12, "", "1.5tn"), (0.5, "ratio", "0.5"), (-3e9, "USD", "USD -3bn"), (12, "", "12"),
    ],
)  # fmt: skip
def test_a_quantity_has_a_scale_and_its_unit(value: float | None, unit: str, text: str) -> None:
    assert format_quantity(value, unit) == text
