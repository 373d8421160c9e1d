from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.seeds.periods import GRAMMAR, parse_period


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2025Q1", "2025-01-01", "2025-03-31"),
        ("2025Q3", "2025-07-01", "2025-09-30"),
        ("2025H1", "2025-01-01", "2025-06-30"),
        ("2025H2", "2025-07-01", "2025-12-31"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("9M2025", "2025-01-01", "2025-09-30"),
        ("FY2025-11", "2024-12-01", "2025-11-30"),
        ("FY2026-01", "2025-02-01", "2026-01-31"),
        ("FQ2025-08", "2025-06-01", "2025-08-31"),
        ("FQ2026-01", "2025-11-01", "2026-01-31"),
        ("TTM2025-09", "2024-10-01", "2025-09-30"),
        ("2025..2026", "2025-01-01", "2026-12-31"),
        ("2025Q4..2026Q1", "2025-10-01", "2026-03-31"),
        ("2025H2..FY2026-06", "2025-07-01", "2026-06-30"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: str, first: str, last: str) -> None:
    assert parse_period(period) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "", "CY2026", "26", "2025Q5", "2025Q0", "2025H3", "2025-13", "2025-00", "2025q3", "FY2025", "FY2025-13",
        "6M2025", "2026..2025", "2025..", "..2025", "2025..2026..2027", "1989", "2101", " 2026", "2026 ", "2026\n",
        "２０２６", "٢٠٢٦",
    ],
)  # fmt: skip
def test_a_text_that_is_not_a_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_period(text)


def test_the_refusal_shows_the_grammar() -> None:
    with pytest.raises(ValueError, match="'CY2026' is not a period; write 2026, 2025Q3") as caught:
        parse_period("CY2026")
    assert GRAMMAR in str(caught.value)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'2026\.\.2025' ends before it starts"):
        parse_period("2026..2025")


@given(st.integers(1990, 2100), st.integers(1, 4))
def test_the_quarters_of_a_year_follow_one_another_and_fill_it(year: int, quarter: int) -> None:
    start, end = parse_period(f"{year}Q{quarter}")
    if quarter == 1:
        assert start == parse_period(str(year))[0]
    if quarter == 4:
        assert end == parse_period(str(year))[1]
    else:
        assert end + timedelta(days=1) == parse_period(f"{year}Q{quarter + 1}")[0]


@given(st.text(max_size=20) | st.from_regex(r"[0-9FTMQYH.-]{4,12}", fullmatch=True))
def test_any_text_is_a_period_or_refused_with_a_sentence(text: str) -> None:
    with suppress(ValueError):
        start, end = parse_period(text)
        assert start <= end
