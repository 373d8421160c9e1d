"""What the bytes of a seed file may be, and which changes of a folder change its digest."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import edit, fault, faults, forecast, world


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    plain = read_seeds(world(tmp_path))
    for path in tmp_path.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_seeds(tmp_path) == plain


@pytest.mark.parametrize("content_of_file", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n"])
def test_an_empty_file_is_a_fault(tmp_path: Path, content_of_file: bytes) -> None:
    (world(tmp_path) / "ownership.csv").write_bytes(content_of_file)
    assert fault(tmp_path) == "ownership.csv:1: the file is empty; even a table without rows has its header"


def test_a_folder_in_place_of_a_file_is_a_fault(tmp_path: Path) -> None:
    (world(tmp_path) / "ownership.csv").unlink()
    (tmp_path / "ownership.csv").mkdir()
    assert fault(tmp_path).startswith("ownership.csv:1: the file cannot be read: ")


def test_bytes_that_are_not_utf_8_are_a_fault_at_their_line(tmp_path: Path) -> None:
    path = world(tmp_path) / "companies.csv"
    path.write_bytes(path.read_bytes().replace("阿爾法".encode(), "阿爾法".encode("big5")) + b"x,\xff,,,,US,,,\n")
    assert faults(tmp_path) == [
        "companies.csv:2: the byte 0xaa is not UTF-8",
        "companies.csv:5: the byte 0xff is not UTF-8",
    ]


def test_utf_16_is_named_as_such(tmp_path: Path) -> None:
    path = world(tmp_path) / "waivers.csv"
    path.write_bytes(path.read_text().encode("utf-16"))
    assert fault(tmp_path) == "waivers.csv:1: the file is UTF-16; save it as UTF-8"


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_than_the_comma_is_one_fault_that_names_it(tmp_path: Path, sign: str, name: str) -> None:
    path = world(tmp_path) / "waivers.csv"
    path.write_text(path.read_text().replace(",", sign))
    assert fault(tmp_path) == f"waivers.csv:1: the cells are separated by {name}; save the file with commas"


def test_a_nul_byte_is_a_fault_at_its_line(tmp_path: Path) -> None:
    edit(world(tmp_path) / "companies.csv", "Beta Circuits", "Beta\0Circuits")
    assert fault(tmp_path) == "companies.csv:3: there is a NUL byte in the line"


def test_a_quote_that_is_never_closed_is_a_fault_where_its_row_starts(tmp_path: Path) -> None:
    edit(world(tmp_path) / "companies.csv", "beta,Beta Circuits", 'beta,"Beta Circuits')
    assert fault(tmp_path) == "companies.csv:3: a quoted cell that begins in this row is never closed"


def test_text_after_a_closing_quote_is_a_fault_and_the_next_rows_are_still_read(tmp_path: Path) -> None:
    edit(world(tmp_path) / "companies.csv", "Alpha Boards", '"Alpha" Boards')
    edit(tmp_path / "companies.csv", "owner,Owner Cloud", "owner,")
    assert faults(tmp_path) == [
        "companies.csv:2: a quoted cell is followed by more text; double the quotes inside it",
        "companies.csv:4 name: the cell is empty",
    ]


def test_the_line_of_a_fault_is_where_its_record_starts(tmp_path: Path) -> None:
    edit(world(tmp_path) / "companies.csv", "Alpha Boards", '"Alpha\nBoards"')
    edit(tmp_path / "companies.csv", "owner,Owner Cloud", "owner,")
    assert faults(tmp_path) == [
        "companies.csv:2 name: contains the invisible character U+000A",
        "companies.csv:5 name: the cell is empty",
    ]


def test_a_huge_cell_is_a_fault(tmp_path: Path) -> None:
    edit(world(tmp_path) / "companies.csv", "Alpha Boards", "A" * 200_000)
    assert faults(tmp_path)[0].startswith("companies.csv:2: the row cannot be read: field larger than field limit")


# --- the digest ----------------------------------------------------------------------------


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_neither_digest_nor_tables(tmp_path: Path, order: random.Random) -> None:
    plain = read_seeds(world(tmp_path))
    for path in tmp_path.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        order.shuffle(rows)
        path.write_text("".join([header, *rows]), encoding="utf-8")
    assert read_seeds(tmp_path) == plain


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("companies.csv", "Alpha Boards", "Alpha Board"),
        ("shipment_forecasts.csv", "2000000", "2000001"),
        ("supply_shares.csv", "0.3,", "0.30,"),
        ("parameters.csv", "winsor_sd,3,", "winsor_sd,4,"),
        ("profiles/balanced.toml", "a = 1", "a = 2"),
    ],
)
def test_any_changed_cell_changes_the_digest(tmp_path: Path, file: str, old: str, new: str) -> None:
    world(tmp_path)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "balanced.toml").write_text("a = 1\n")
    before = read_seeds(tmp_path).digest
    edit(tmp_path / file, old, new)
    assert read_seeds(tmp_path).digest != before


def test_a_cell_that_moves_to_the_next_column_changes_the_digest(tmp_path: Path) -> None:
    before = read_seeds(world(tmp_path, forecast(base=5))).digest
    assert read_seeds(world(tmp_path, forecast(high=5))).digest != before


def test_notes_beside_the_tables_do_not_count(tmp_path: Path) -> None:
    before = read_seeds(world(tmp_path))
    (tmp_path / "README.md").write_text("How to")
    (tmp_path / ".companies.csv").write_text("an editor's copy")
    assert read_seeds(tmp_path) == before
