"""Tables for people: alignment, width, wrapping."""

from __future__ import annotations

from datetime import date

import pytest

from exposure.cli.terminal import Column, Layout, display_width, format_table
from tests.support.tables import COLUMNS, ROWS

GOLDEN_TABLE = """\
rank  name_local              weight     revenue_usd  as_of       known  facts
   1  中际旭创                0.3333  69,100,000,000  2026-03-31  true   SF-0001; CV-0002
   2  says "no", twice\\nover       0                  2025-12-31  false
"""


def test_a_table_aligns_wide_characters_and_numbers() -> None:
    shown = format_table(COLUMNS, [ROWS[0], (*ROWS[1][:4], date(2025, 12, 31), False, [])])
    assert shown.text == GOLDEN_TABLE


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("中际", 4), ("ガ", 2), ("e\u0301", 1), ("한국", 4), ("\u200b", 0), ("５", 2)]
)
def test_display_width_counts_terminal_cells(text: str, cells: int) -> None:
    assert display_width(text) == cells


def test_a_table_wider_than_the_terminal_cuts_its_longest_texts() -> None:
    shown = format_table(["id", "text", "n"], [("x", "奇鋐科技股份有限公司", 1), ("y", "b" * 50, 2)], max_width=30)
    assert shown.text.splitlines() == [
        "id  text                     n",
        "x   奇鋐科技股份有限公司     1",
        "y   bbbbbbbbbbbbbbbbbbbbbb…  2",
    ]


def test_noise_of_floating_point_sums_is_not_shown() -> None:
    assert format_table(["a", "b"], [(-0.0, 1e-15)]).text.splitlines()[1].split() == ["0", "0"]


def test_control_characters_in_data_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in format_table(["a\x1b[31m"], [("b\x1b[0m\r\n",)]).text


def test_a_plain_table_drops_its_last_columns_and_reports_it() -> None:
    columns, row = ["first", "second", "third"], ("a" * 40, "b" * 40, "c" * 40)
    whole, cut = format_table(columns, [row], max_width=125), format_table(columns, [row], max_width=27)
    assert (whole.is_cut, cut.is_cut) == (False, True)
    assert cut.text.splitlines() == ["first         second", f"{'a' * 11}…  {'b' * 12}…"]


def test_a_text_wraps_between_words_and_is_cut_after_four_lines() -> None:
    column = Column("message", lambda row: row["m"], wraps=True)
    text = format_table(["m"], [("the quick brown fox " * 4,)], layout=Layout([column]), max_width=12).text
    assert text.splitlines() == ["message", "the quick", "brown fox", "the quick", "brown fox t…"]
