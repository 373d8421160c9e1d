"""Numbers as people read them."""

from __future__ import annotations

import pytest

from exposure.formats.numbers import human


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "USD", "unknown"), (0.1234, "fraction", "12.3%"), (-0.0, "fraction", "0.0%"), (-0.0, "USD", "USD 0"),
        (49.96, "0 to 100", "50.0"),
        (40e6, "USD", "USD 40m"), (1234.5, "TWD", "TWD 1.234k"), (2e6, "chips", "2m chips"),
        (1.5e12, "", "1.5tn"), (0.5, "ratio", "0.5"), (-3e9, "USD", "USD -3bn"), (12, "", "12"),
    ],
)  # fmt: skip
def test_numbers_are_written_for_people(value: float | None, unit: str, text: str) -> None:
    assert human(value, unit) == text
