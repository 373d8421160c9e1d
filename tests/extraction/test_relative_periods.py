"""Periods as notes name them, resolved by the day of the note and by the end of the company's year."""

from __future__ import annotations

from datetime import date

import pytest

from exposure.extraction.relative_periods import find_periods
from exposure.seeds.periods import parse_period

SPOKEN_ON = date(2025, 11, 2)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("今年", "2025"),
        ("去年", "2024"),
        ("明年上半年", "2026H1"),
        ("今年下半年", "2025H2"),
        ("下半年", "2025H2"),
        ("2Q25", "2025Q2"),
        ("2025年第三季度", "2025Q3"),
        ("2008 年第一季度", "2008Q1"),
        ("第四季度", "2025Q4"),
        ("一季度", "2026Q1"),
        ("下季度", "2026Q1"),
        ("上季度", "2025Q3"),
        ("1H26", "2026H1"),
        ("2024-2027年", "2024..2027"),
        ("CY26/CY27E", "2026..2027"),
        ("26年底", "2026"),
        ("年底", "2025"),
        ("明年年底", "2026"),
        ("未来三年", "2026..2028"),
        ("the next 5 years", "2026..2030"),
        ("2025年3月", "2025-03"),
        ("12月", "2024-12"),
        ("过去12个月", "TTM2025-09"),
        ("next year", "2026"),
        ("Q3 2025", "2025Q3"),
        ("the third quarter of 2025", "2025Q3"),
        ("next quarter", "2026Q1"),
    ],
)
def test_a_period_is_resolved_by_the_day_of_its_document(text: str, period: str) -> None:
    assert find_periods(text, SPOKEN_ON)[-1].resolve(None) == period
    parse_period(period)


@pytest.mark.parametrize(
    ("text", "year_end_month", "period"),
    [
        ("FY26", 6, "FY2026-06"),
        ("FY26", 12, "2026"),
        ("FY25Q3", 12, "2025Q3"),
        ("2026财年第一季度", 6, "FQ2025-09"),
        ("FQ3", 1, "FQ2025-10"),
        ("fiscal 2026", 1, "FY2026-01"),
        ("FY26", None, None),
    ],
)
def test_a_fiscal_period_needs_the_end_of_the_companys_year(
    text: str, year_end_month: int | None, period: str | None
) -> None:
    (spoken,) = find_periods(text, SPOKEN_ON)
    assert spoken.resolve(year_end_month) == period


def test_without_a_day_a_relative_period_stays_unresolved() -> None:
    assert [p.resolve(12) for p in find_periods("明年 下半年 FQ3 2026年", None)] == [None, None, None, "2026"]
