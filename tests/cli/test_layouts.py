"""The watchlist as a table: golden lines, blocks of grades, narrow terminals."""

from __future__ import annotations

from datetime import date

import pytest

from exposure.cli.layouts import find_layout
from exposure.cli.terminal import Table, display_width, format_table

WATCHLIST_COLUMNS = [
    *("rank", "company_id", "ticker", "mic", "name", "name_local", "score", "grade", "exposure_weight"),
    *("exposure_low", "exposure_high", "exposure_base", "programme_revenue_usd"),
    *("rank_low", "rank_high", "known_part", "consolidated_in"),
    *("part_filing", "part_research", "part_rumour", "part_assumption"),
    *("newest_known_on",),
]

WATCHLIST_ROWS = [
    (
        *(1, "alpha", "1001.TW", "XTAI", "Alpha Boards", "阿爾法", 81.26, "A", 0.4512, 0.38, 0.52, None, 4.234e9),
        *(1, 2, 1.0, None, 0.25, 0.624, 0.062, 0.064, date(2025, 12, 31)),
    ),
    (2, "gamma", "G", "XNAS", "Gamma", None, None, "B", None, None, None, None, 31e6, *[None] * 9),
    (
        *(3, "beta", "BETA", "XNAS", "Beta", None, 7.0, "C", 0.0312, None, 1.2, 0.001, 999.6e6),
        *(2, 2, 1.0, None, 0.0, 0.0, 0.0, 1.0, date(2026, 1, 31)),
    ),
]

GOLDEN_WATCHLIST = """\
rank  rank range  ticker   company              score  grade  exposure       range  programme USD  base year   evidence  newest
   1      1 to 2  1001.TW  Alpha Boards 阿爾法   81.3  A           45%  38% to 52%          4.2bn             25/62/6/6  2025-12
   2              G        Gamma                       B                                      31m
grade C: too much money rests on assumptions and rumours
   3           2  BETA     Beta                   7.0  C          3.1%     to 120%          1.0bn       0.1%  0/0/0/100  2026-01
"""  # noqa: E501


def _watchlist(width: int | None = None, *, by_grade: bool = True, colour: bool = False) -> Table:
    layout = find_layout("watchlist", by_grade=by_grade)
    return format_table(WATCHLIST_COLUMNS, WATCHLIST_ROWS, layout=layout, max_width=width, colour=colour)


def test_the_watchlist_has_these_lines_and_a_heading_for_a_block_of_a_grade() -> None:
    assert _watchlist().text == GOLDEN_WATCHLIST
    assert _watchlist(by_grade=False).text == GOLDEN_WATCHLIST.replace(GOLDEN_WATCHLIST.splitlines()[3] + "\n", "")


def test_a_child_is_marked_with_its_parent_and_unknown_money_is_left_blank() -> None:
    names = (("Kid Boards", "小板", "Kid Boards 小板 (1001.TW)"), ("A Long Company Name", "小板", "小板 (1001.TW)"))
    for name, local, cell in names:
        row = (*WATCHLIST_ROWS[2][:4], name, local, *WATCHLIST_ROWS[2][6:15], 0.0, "1001.TW", *WATCHLIST_ROWS[2][17:])
        (_, line) = format_table(WATCHLIST_COLUMNS, [row], layout=find_layout("watchlist")).text.splitlines()
        assert f"  {cell}  " in line
        assert "1.0bn" not in line


def test_colour_adds_only_bold_headers_and_dimmed_lines_of_grade_c() -> None:
    coloured = _watchlist(colour=True).text.splitlines()
    assert [line[:4] for line in coloured] == ["\x1b[1m", "   1", "   2", "grad", "\x1b[2m"]
    plain = "\n".join(coloured).replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert plain + "\n" == GOLDEN_WATCHLIST


@pytest.mark.parametrize("width", range(30, 130))
def test_no_line_of_the_watchlist_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(display_width, _watchlist(width).text.splitlines())) <= width


def test_the_newest_fact_is_shown_where_there_is_room() -> None:
    assert "newest" not in _watchlist(120).text
    assert "evidence" in _watchlist(120).text


def test_a_narrow_terminal_drops_columns_before_it_cuts_the_name_short() -> None:
    header, first, *_ = _watchlist(80).text.splitlines()
    assert header.split() == ["rank", "ticker", "company", "score", "grade", "exposure", "programme", "USD"]
    assert "Alpha Boards 阿爾法" in first
