"""CSV: bytes, quoting, guarded formulas."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.formats.csv import encode_csv
from tests.support.tables import COLUMNS, ROWS

GOLDEN_CSV = """\
rank,name_local,weight,revenue_usd,as_of,known,facts
1,中际旭创,0.333333333333,69100000000,2026-03-31,true,SF-0001; CV-0002
2,"says ""no"", twice
over",0,,,false,
3,'=1+1,0.00000015,1250000000000000,2025-12-31,,
"""


def test_csv_has_these_bytes() -> None:
    assert encode_csv(COLUMNS, ROWS) == GOLDEN_CSV.encode()


def test_csv_for_excel_begins_with_a_byte_order_mark_and_is_otherwise_the_same() -> None:
    assert encode_csv(COLUMNS, ROWS, encoding="utf-8-sig") == b"\xef\xbb\xbf" + GOLDEN_CSV.encode()


def test_no_rows_are_a_header() -> None:
    assert encode_csv(["a", "b"], []) == b"a,b\n"


def test_numbers_that_are_not_finite_are_named() -> None:
    assert encode_csv(["a"], [(float("nan"),), (float("inf"),), (None,)]) == b'a\nnan\ninf\n""\n'


def test_values_of_other_types_are_written_plainly() -> None:
    row = (Decimal("10.500"), datetime(2026, 1, 2, 3, 4), b"\x01\xff", {"k": [1.0, None]}, [[1], [2]])  # noqa: DTZ001
    assert encode_csv("abcde", [row]) == (
        b'a,b,c,d,e\n10.5,2026-01-02T03:04:00,01ff,"{""k"": [1.0, null]}","[[1], [2]]"\n'
    )


STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\n\n=", "\u3000＝", "\ufeff@", "\xa0 +"]


@pytest.mark.parametrize("start", STARTS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    [[header], [cell]] = csv.reader(io.StringIO(encode_csv([f"{start}h"], [(f"{start}x",)]).decode(), newline=""))
    assert (header, cell) == (f"'{start}h", f"'{start}x")


def test_a_list_that_a_spreadsheet_would_run_gets_an_apostrophe() -> None:
    assert encode_csv(["a"], [(["=x", "y"],)]) == b"a\n'=x; y\n"


def test_a_negative_number_gets_no_apostrophe() -> None:
    assert encode_csv(["a", "b"], [(-1.5, -2)]) == b"a,b\n-1.5,-2\n"


def test_a_single_unknown_is_still_a_record() -> None:
    assert list(csv.reader(io.StringIO(encode_csv(["a"], [(None,), (1,)]).decode()))) == [["a"], [""], ["1"]]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_any_text_is_read_back_except_for_the_apostrophe(rows: list[list[str]]) -> None:
    written = encode_csv(["a", "b"], rows).decode()
    header, *read = csv.reader(io.StringIO(written, newline=""), strict=True)
    assert header == ["a", "b"]
    for texts, back in zip(rows, read, strict=True):
        assert all(cell in (text, f"'{text}") for text, cell in zip(texts, back, strict=True))
        runs = tuple("=+-@\t\r\n＝＋－＠")
        assert all(cell[:1] == "'" for text, cell in zip(texts, back, strict=True) if text.startswith(runs))


@pytest.mark.parametrize("text", ["a=b", "1 + 1", "mid-range", "x@y", "'quoted'", "−5", "中际旭创", ""])
def test_other_texts_are_written_as_they_are(text: str) -> None:
    assert list(csv.reader(io.StringIO(encode_csv(["a", "b"], [(text, 1)]).decode(), newline="")))[1] == [text, "1"]
