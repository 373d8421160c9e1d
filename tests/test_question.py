"""What a user writes is parsed once: dates, years, grades, numbers of rows and of draws; and what a result holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from exposure.errors import ExposureError
from exposure.question import DEFAULT_QUESTION, Question, Result, Table, check_draws, parse_top


def test_a_question_without_options_is_the_default_one() -> None:
    assert Question.parse() == Question.parse([], grades="cba", profile=Path("balanced")) == DEFAULT_QUESTION


@pytest.mark.parametrize("day", ["2025-12-31", date(2025, 12, 31), datetime(2025, 12, 31, 18, 30, tzinfo=UTC)])
def test_a_date_is_a_text_a_day_or_a_moment_of_the_day(day: Any) -> None:
    assert Question.parse(as_of=day).as_of == date(2025, 12, 31)


@pytest.mark.parametrize("day", ["yesterday", "2025-13-01", "31.12.2025", "", "2025-W01-1", "20251231", 20251231])
def test_anything_else_is_not_a_date(day: Any) -> None:
    with pytest.raises(ExposureError) as caught:
        Question.parse(as_of=day)
    assert str(caught.value) == f"{day!r} is not a date written YYYY-MM-DD."


@pytest.mark.parametrize("year", [0, 1989, 2101, 2026.0, "2026"])
def test_a_horizon_is_a_whole_year_of_our_time(year: Any) -> None:
    assert Question.parse(horizon=2026).horizon == 2026
    with pytest.raises(ExposureError, match=rf"^The horizon {year!r} is not a year from 1990 to 2100\.$"):
        Question.parse(horizon=year)


@pytest.mark.parametrize("grades", ["ba", "BAB", "AB"])
def test_grades_are_a_set_in_any_case(grades: str) -> None:
    assert Question.parse(grades=grades).grades == "AB"


@pytest.mark.parametrize("grades", ["", "D", "AD", "A,B"])
def test_other_grades_are_refused_in_a_sentence(grades: str) -> None:
    with pytest.raises(ExposureError, match=r"^Grades are some of A, B and C, such as AB; '.*' is not\.$"):
        Question.parse(grades=grades)


def test_a_bare_text_is_one_programme() -> None:
    assert Question.parse("tpu") == Question.parse(["tpu"]) == DEFAULT_QUESTION.on("tpu")


@pytest.mark.parametrize("top", [-1, 0, 1.5, "3", 2**63, 2**64, 10**30])
def test_the_first_rows_are_a_whole_number_from_one_on(top: Any) -> None:
    assert parse_top(3) == 3
    with pytest.raises(ExposureError, match=rf"^The first {top!r} rows cannot be shown: name a whole number from 1"):
        parse_top(top)


@pytest.mark.parametrize(("draws", "seed"), [(-1, 1), (10_000_001, 1), (10, -1), (10, 2**63)])
def test_draws_and_seeds_out_of_range_are_refused_in_a_sentence(draws: int, seed: int) -> None:
    message = "^Draws are whole numbers from 0 to 10,000,000, and seeds from 0 to 9,223,372,036,854,775,807.$"
    with pytest.raises(ExposureError, match=message):
        check_draws(draws, seed)


def test_options_of_one_side_replace_those_of_both() -> None:
    both = Question.parse(as_of="2026-01-31", horizon=2026, by_grade=True)
    assert both.but() == both
    changed = both.but(as_of=date(2025, 12, 31), profile=Path("own.toml"))
    assert changed == Question(as_of=date(2025, 12, 31), horizon=2026, profile="own.toml", by_grade=True)


def test_a_result_of_rows_and_one_of_a_frame_are_read_alike() -> None:
    plain = Result(Table(["name", "count"], [("a", 1), ("b", None)]), ["A note."])
    framed = Result(pl.DataFrame({"name": ["a", "b"], "count": [1, None]}), ["A note."])
    for result in (plain, framed):
        assert result.columns == ["name", "count"]
        assert result.rows == [("a", 1), ("b", None)]
        assert result.frame.equals(framed.frame)
        assert result.head(None) is result
        first = result.head(1)
        assert (first.rows, first.notes) == ([("a", 1)], ["A note."])
