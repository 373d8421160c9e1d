"""What leaves the house as bytes: CSV, JSON, parquet, tables for people, files and folders put in place at once."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import stat
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.cli import layouts
from exposure.cli import terminal as tables
from exposure.errors import ExposureError
from exposure.formats import exports

COLUMNS = ["rank", "name_local", "weight", "revenue_usd", "as_of", "known", "facts"]
ROWS: list[tuple[Any, ...]] = [
    (1, "中际旭创", 1 / 3, 69_100_000_000.0, date(2026, 3, 31), True, ["SF-0001", "CV-0002"]),
    (2, 'says "no", twice\nover', -0.0, None, None, False, []),
    (3, "=1+1", 1.5e-7, 1.25e15, date(2025, 12, 31), None, None),
]

GOLDEN_CSV = """\
rank,name_local,weight,revenue_usd,as_of,known,facts
1,中际旭创,0.333333333333,69100000000,2026-03-31,true,SF-0001; CV-0002
2,"says ""no"", twice
over",0,,,false,
3,'=1+1,0.00000015,1250000000000000,2025-12-31,,
"""
GOLDEN_JSON = """\
[
{"rank": 1, "name_local": "中际旭创", "weight": 0.333333333333, "revenue_usd": 69100000000.0, "as_of": "2026-03-31", \
"known": true, "facts": ["SF-0001", "CV-0002"]},
{"rank": 2, "name_local": "says \\"no\\", twice\\nover", "weight": 0.0, "revenue_usd": null, "as_of": null, \
"known": false, "facts": []},
{"rank": 3, "name_local": "=1+1", "weight": 1.5e-07, "revenue_usd": 1250000000000000.0, "as_of": "2025-12-31", \
"known": null, "facts": null}
]
"""
GOLDEN_TABLE = """\
rank  name_local              weight     revenue_usd  as_of       known  facts
   1  中际旭创                0.3333  69,100,000,000  2026-03-31  true   SF-0001; CV-0002
   2  says "no", twice\\nover       0                  2025-12-31  false
"""


# --- CSV ----------------------------------------------------------------------------------


def test_csv_has_these_bytes() -> None:
    assert exports.csv_bytes(COLUMNS, ROWS) == GOLDEN_CSV.encode()


def test_csv_for_excel_begins_with_a_byte_order_mark_and_is_otherwise_the_same() -> None:
    assert exports.csv_bytes(COLUMNS, ROWS, encoding="utf-8-sig") == b"\xef\xbb\xbf" + GOLDEN_CSV.encode()


def test_json_has_these_bytes() -> None:
    assert exports.json_bytes(COLUMNS, ROWS) == GOLDEN_JSON.encode()


def test_no_rows_are_an_empty_json_array_and_a_csv_header() -> None:
    assert exports.json_bytes(["a"], []) == b"[]\n"
    assert exports.csv_bytes(["a", "b"], []) == b"a,b\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted_with_an_apostrophe(start: str) -> None:
    [[header], [cell]] = csv.reader(
        io.StringIO(exports.csv_bytes([f"{start}h"], [(f"{start}x",)]).decode(), newline="")
    )
    assert (header, cell) == (f"'{start}h", f"'{start}x")


def test_a_list_whose_first_text_a_spreadsheet_would_run_is_quoted_too() -> None:
    assert exports.csv_bytes(["a"], [(["=x", "y"],)]) == b"a\n'=x; y\n"


def test_a_negative_number_is_a_number_and_gets_no_apostrophe() -> None:
    assert exports.csv_bytes(["a", "b"], [(-1.5, -2)]) == b"a,b\n-1.5,-2\n"


def test_an_unknown_alone_on_its_line_is_still_a_record() -> None:
    assert list(csv.reader(io.StringIO(exports.csv_bytes(["a"], [(None,), (1,)]).decode()))) == [["a"], [""], ["1"]]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_any_text_is_read_back_as_it_was_but_for_the_apostrophe(rows: list[list[str]]) -> None:
    written = exports.csv_bytes(["a", "b"], rows).decode()
    header, *read = csv.reader(io.StringIO(written, newline=""), strict=True)
    assert header == ["a", "b"]
    assert read == [[f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in row] for row in rows]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_twelve_digits_and_has_no_exponent(value: float) -> None:
    text = exports.number_text(value)
    assert "e" not in text
    assert float(text) == float(f"{value:.12g}")


def test_what_is_no_number_is_named_and_not_taken_for_unknown() -> None:
    assert exports.csv_bytes(["a"], [(float("nan"),), (float("inf"),), (None,)]) == b'a\nnan\ninf\n""\n'
    assert json.loads(exports.json_bytes(["a"], [(float("nan"),), (None,)])) == [{"a": "nan"}, {"a": None}]


def test_other_types_of_a_query_are_written_plainly() -> None:
    row = (Decimal("10.500"), datetime(2026, 1, 2, 3, 4), b"\x01\xff", {"k": [1.0, None]}, [[1], [2]])  # noqa: DTZ001
    assert exports.csv_bytes("abcde", [row]) == (
        b'a,b,c,d,e\n10.5,2026-01-02T03:04:00,01ff,"{""k"": [1.0, null]}","[[1], [2]]"\n'
    )
    assert json.loads(exports.json_bytes("abcde", [row])) == [
        {"a": 10.5, "b": "2026-01-02T03:04:00", "c": "01ff", "d": {"k": [1.0, None]}, "e": [[1], [2]]}
    ]


# --- parquet ------------------------------------------------------------------------------


def test_parquet_gives_the_frame_back_with_its_types() -> None:
    frame = pl.DataFrame(ROWS, schema=COLUMNS, orient="row")
    assert pl.read_parquet(io.BytesIO(exports.parquet_bytes(frame))).equals(frame)


# --- tables for people --------------------------------------------------------------------


def test_a_table_lines_up_with_wide_characters_and_numbers_to_the_right() -> None:
    shown = tables.aligned(COLUMNS, [ROWS[0], (*ROWS[1][:4], date(2025, 12, 31), False, [])])
    assert shown.text == GOLDEN_TABLE


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("中际", 4), ("ガ", 2), ("e\u0301", 1), ("한국", 4), ("\u200b", 0), ("５", 2)]
)
def test_the_width_of_a_text_is_counted_in_terminal_cells(text: str, cells: int) -> None:
    assert tables.width(text) == cells


def test_a_table_wider_than_the_terminal_gives_up_the_ends_of_its_longest_texts() -> None:
    shown = tables.aligned(["id", "text", "n"], [("x", "奇鋐科技股份有限公司", 1), ("y", "b" * 50, 2)], room=30)
    assert shown.text.splitlines() == [
        "id  text                     n",
        "x   奇鋐科技股份有限公司     1",
        "y   bbbbbbbbbbbbbbbbbbbbbb…  2",
    ]


def test_control_characters_in_data_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in tables.aligned(["a\x1b[31m"], [("b\x1b[0m\r\n",)]).text


WATCHLIST_COLUMNS = [
    *("rank", "company_id", "ticker", "mic", "name", "name_local", "score", "grade", "exposure_weight"),
    *("exposure_low", "exposure_high", "exposure_base", "programme_revenue_usd", "assumed_part"),
    *("rank_low", "rank_high"),
]
WATCHLIST_ROWS = [
    (1, "alpha", "1001.TW", "XTAI", "Alpha Boards", "阿爾法", 81.26, "A", 0.4512, 0.38, 0.52, None, 4.234e9, 0.0, 1, 2),
    (2, "gamma", "G", "XNAS", "Gamma", None, None, "B", None, None, None, None, 31e6, None, None, None),
    (3, "beta", "BETA", "XNAS", "Beta", None, 7.0, "C", 0.0312, None, 1.2, 0.001, 999.6e6, 1.0, 2, 2),
]
GOLDEN_WATCHLIST = """\
rank  rank range  ticker   company              score  grade  exposure       range  programme USD  base year  assumed
   1      1 to 2  1001.TW  Alpha Boards 阿爾法   81.3  A           45%  38% to 52%          4.2bn                  0%
   2              G        Gamma                       B                                      31m
grade C: two or more assumptions, circular or rumoured
   3           2  BETA     Beta                   7.0  C          3.1%     to 120%          1.0bn       0.1%     100%
"""


def _watchlist(room: int | None = None, *, leading: str = "AB", colour: bool = False) -> tables.Table:
    layout = layouts.of("watchlist", leading)
    return tables.aligned(WATCHLIST_COLUMNS, WATCHLIST_ROWS, layout=layout, room=room, colour=colour)


def test_the_watchlist_for_people_has_these_lines_and_a_heading_where_a_block_of_a_grade_begins() -> None:
    assert _watchlist().text == GOLDEN_WATCHLIST
    assert _watchlist(leading="ABC").text == GOLDEN_WATCHLIST.replace(GOLDEN_WATCHLIST.splitlines()[3] + "\n", "")


def test_colour_adds_only_bold_headers_and_faint_lines_of_grade_c() -> None:
    coloured = _watchlist(colour=True).text.splitlines()
    assert [line[:4] for line in coloured] == ["\x1b[1m", "   1", "   2", "grad", "\x1b[2m"]
    plain = "\n".join(coloured).replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert plain + "\n" == GOLDEN_WATCHLIST


@pytest.mark.parametrize("room", range(30, 130))
def test_no_line_of_a_watchlist_is_wider_than_the_terminal(room: int) -> None:
    assert max(map(tables.width, _watchlist(room).text.splitlines())) <= room


def test_a_narrow_terminal_drops_the_columns_to_spare_before_it_cuts_the_name_to_nothing() -> None:
    header, first, *_ = _watchlist(80).text.splitlines()
    assert header.split() == ["rank", "ticker", "company", "score", "grade", "exposure", "programme", "USD"]
    assert "Alpha Boards 阿爾法" in first


def test_a_plain_table_drops_its_last_columns_and_says_so() -> None:
    columns, row = ["first", "second", "third"], ("a" * 40, "b" * 40, "c" * 40)
    whole, cut = tables.aligned(columns, [row], room=125), tables.aligned(columns, [row], room=27)
    assert (whole.left_out, cut.left_out) == (False, True)
    assert cut.text.splitlines() == ["first         second", f"{'a' * 11}…  {'b' * 12}…"]


def test_a_text_that_wraps_goes_on_below_between_words_and_is_cut_after_four_lines() -> None:
    column = tables.Column("message", lambda row: row["m"], wraps=True)
    told = tables.aligned(["m"], [("the quick brown fox " * 4,)], layout=tables.Layout([column]), room=12).text
    assert told.splitlines() == ["message", "the quick", "brown fox", "the quick", "brown fox t…"]


def test_what_sums_of_floats_leave_behind_is_not_shown() -> None:
    assert tables.aligned(["a", "b"], [(-0.0, 1e-15)]).text.splitlines()[1].split() == ["0", "0"]
    assert [tables.percent(value) for value in (-0.0, 5.8e-05, 0.0007, 0.0996, 0.4754)] == [
        *("0%", "0%", "0.1%", "10%", "48%"),
    ]
    assert [tables.change(value) for value in (None, -0.0, 1e-15, -0.04, 0.06)] == ["", "", "", "", "+0.1"]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- files --------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_bytes(b"old")
    file.chmod(0o640)
    exports.write_atomically(file, b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o640)
    assert _names(tmp_path) == ["out.csv"]


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    exports.write_atomically(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_a_pipe_or_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    exports.write_atomically(pipe, b"data")
    assert os.read(reader, 10) == b"data"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match=r"nowhere.out\.csv cannot be written: No such file or directory"):
        exports.write_atomically(tmp_path / "nowhere" / "out.csv", b"")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.csv"
    file.write_bytes(b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ExposureError, match="No space left"):
        exports.write_atomically(file, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.csv", b"old")]


# --- folders ------------------------------------------------------------------------------

FOLDER = {"watchlist": pl.DataFrame({"rank": [1, 2], "name": ["中", "b"]}), "facts": pl.DataFrame({"fact_id": []})}


def test_a_folder_has_one_file_a_table_and_a_manifest_that_names_them(tmp_path: Path) -> None:
    written = exports.write_folder(tmp_path / "pm", FOLDER, {"as_of": date(2026, 1, 31)})
    assert [path.name for path in written] == ["watchlist.csv", "facts.csv", "manifest.json"]
    assert _names(tmp_path / "pm") == ["facts.csv", "manifest.json", "watchlist.csv"]
    assert (tmp_path / "pm" / "watchlist.csv").read_bytes() == "rank,name\n1,中\n2,b\n".encode()
    digests = [
        hashlib.sha256((tmp_path / "pm" / name).read_bytes()).hexdigest() for name in ("watchlist.csv", "facts.csv")
    ]
    assert (
        (tmp_path / "pm" / "manifest.json").read_text(encoding="utf-8")
        == f"""\
{{
  "as_of": "2026-01-31",
  "files": {{
    "watchlist.csv": {{
      "rows": 2,
      "sha256": "{digests[0]}"
    }},
    "facts.csv": {{
      "rows": 0,
      "sha256": "{digests[1]}"
    }}
  }}
}}
"""
    )


def test_a_folder_is_written_again_over_the_old_one_and_files_of_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "pm"
    exports.write_folder(folder, FOLDER, {})
    (folder / "my notes.txt").write_text("mine")
    exports.write_folder(folder, FOLDER | {"facts": pl.DataFrame({"fact_id": ["A1"]})}, {})
    assert (folder / "my notes.txt").read_text() == "mine"
    assert (folder / "facts.csv").read_bytes() == b"fact_id\nA1\n"
    assert _names(tmp_path) == ["pm"]


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_folder_cut_off_while_it_is_replaced_has_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    folder = tmp_path / "pm"
    exports.write_folder(folder, FOLDER, {})
    replace = Path.replace
    left = [moved]

    def cut_off(self: Path, target: Path) -> Path:
        if not left[0]:
            raise OSError(5, "Input/output error")
        left[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", cut_off)
    with pytest.raises(ExposureError, match="Input/output error"):
        exports.write_folder(folder, FOLDER, {})
    assert _names(folder) == ["facts.csv", "watchlist.csv"]
    assert _names(tmp_path) == ["pm"]


def test_a_folder_that_is_a_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "pm").write_text("")
    with pytest.raises(ExposureError, match="pm cannot be written: Not a directory"):
        exports.write_folder(tmp_path / "pm", FOLDER, {})
