"""Seed folders as a whole: what is accepted, what the guide promises, and every fault at once."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure.errors import ExposureError, RejectedData
from exposure.scenarios.checked_seeds import read_checked_seeds
from exposure.seeds.models import TABLES, Fact
from exposure.seeds.periods import parse_period
from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import DAY, FACTS, SHIPPED, edit, fault, faults, share, world


def test_the_shipped_seeds_are_accepted() -> None:
    assert faults(SHIPPED) == []


def test_a_small_world_is_accepted_in_key_order(tmp_path: Path) -> None:
    read = read_seeds(world(tmp_path, share("beta", base=0.3, fact_id="B"), share("alpha", base=0.4, fact_id="A")))
    assert list(read.tables) == list(TABLES)
    assert [row.fact_id for row in read.tables["supply_shares"] if isinstance(row, Fact)] == ["A", "B"]


def test_columns_may_be_in_another_order(tmp_path: Path) -> None:
    plain = read_seeds(world(tmp_path))
    with (tmp_path / "companies.csv").open(newline="") as file:
        rows = [row[::-1] for row in csv.reader(file)]
    with (tmp_path / "companies.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert read_seeds(tmp_path).tables == plain.tables


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="There is no seeds folder") as caught:
        read_seeds(tmp_path / "none")
    assert caught.value.exit_code == 2


def test_an_empty_folder_lacks_every_table(tmp_path: Path) -> None:
    assert faults(tmp_path) == sorted(f"{name}.csv:1: the file is missing" for name in TABLES)


def test_a_missing_file_is_a_fault_and_not_a_hundred_unknown_references(tmp_path: Path) -> None:
    (world(tmp_path) / "companies.csv").unlink()
    assert fault(tmp_path) == "companies.csv:1: the file is missing"


def test_a_csv_file_that_is_not_a_table_is_a_fault(tmp_path: Path) -> None:
    (world(tmp_path) / "supply_share.csv").write_text("fact_id\n")
    assert fault(tmp_path) == "supply_share.csv:1: the file is not a seed table; did you mean 'supply_shares.csv'?"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("alias,company_id", "alias", " company_id: the column is missing"),
        ("alias,company_id", "alias,company", ": the column 'company' is unknown; did you mean 'company_id'?"),
        ("kind,note", "kind,note,colour", ": the column 'colour' is unknown"),
        ("kind,note", "kind,note,", ": the column '' is unknown"),
        ("kind,note", "kind,note,note", " note: the column is there twice"),
    ],
)
def test_a_wrong_header_is_a_fault_of_its_columns(tmp_path: Path, old: str, new: str, message: str) -> None:
    edit(world(tmp_path) / "company_aliases.csv", old, new)
    assert f"company_aliases.csv:1{message}" in faults(tmp_path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x", "the row has too few cells: 1 for 4 columns"),
        ("x,alpha,short,,", "the row has too many cells: 5 for 4 columns"),
        ("", "the line is empty"),
    ],
)
def test_a_ragged_row_is_a_fault(tmp_path: Path, row: str, message: str) -> None:
    with (world(tmp_path) / "company_aliases.csv").open("a") as file:
        file.write(f"{row}\n")
    assert fault(tmp_path) == f"company_aliases.csv:3: {message}"


def test_a_ragged_row_still_defines_its_id(tmp_path: Path) -> None:
    edit(world(tmp_path) / "companies.csv", "owner,Owner Cloud,,,,US,,,", "owner,Owner Cloud")
    assert fault(tmp_path) == "companies.csv:4: the row has too few cells: 2 for 9 columns"


def test_every_fault_of_every_file_is_reported_at_once(tmp_path: Path) -> None:
    broken = share("alhpa", base=1.4, low=1.5, period="CY2025", known_on="today", origin_id="broker-c")
    (world(tmp_path, broken, *FACTS[:4]) / "waivers.csv").write_bytes(b"")
    assert faults(tmp_path) == [
        "supply_shares.csv:2 base: 1.4 is above 1, the maximum of this table",
        "supply_shares.csv:2 company_id: 'alhpa' is not in companies.csv; did you mean 'alpha'?",
        "supply_shares.csv:2 known_on: 'today' is not a date written YYYY-MM-DD",
        "supply_shares.csv:2 low: 1.5 is above 1, the maximum of this table",
        "supply_shares.csv:2 low: low 1.5 is above base 1.4",
        "supply_shares.csv:2 origin_id: 'broker-c' is not in origins.csv; did you mean 'broker-b' or 'broker-a'?",
        (
            "supply_shares.csv:2 period: 'CY2025' is not a period; "
            "write 2026, 2025Q3, 2025H1, 2025-12, 9M2025, FY2025-11 "
            "(twelve months to November 2025), FQ2025-08 (three months to August 2025), TTM2025-09, "
            "or two of them as 2025..2026"
        ),
        "waivers.csv:1: the file is empty; even a table without rows has its header",
    ]


# --- the guide ---------------------------------------------------------------------------


def guide() -> str:
    """Return the text of the seeds' own README."""
    return (SHIPPED / "README.md").read_text(encoding="utf-8")


def test_the_rows_of_the_guide_are_accepted_beside_the_shipped_ones(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    names = {",".join(model.columns()): name for name, model in TABLES.items()}
    blocks = re.findall(r"```csv\n(.+?)\n(.+?)```", guide(), re.DOTALL)
    for header, rows in blocks:
        with (tmp_path / f"{names[header]}.csv").open("a", encoding="utf-8") as file:
            file.write(rows)
    assert len(blocks) >= 8
    assert faults(tmp_path) == []


def test_the_guide_lists_every_table_with_its_key_in_order() -> None:
    listed = re.findall(r"^\| `(\w+)\.csv` \| .+ \| (.+) \|$", guide(), re.MULTILINE)
    assert listed == [(name, ", ".join(f"`{column}`" for column in model.key)) for name, model in TABLES.items()]


def test_the_periods_of_the_guide_have_its_days() -> None:
    rows = re.findall(r"^\| `(\S+)` \| (\d{4}-\d\d-\d\d) \| (\d{4}-\d\d-\d\d) \|$", guide(), re.MULTILINE)
    assert len(rows) == 9
    for period, first, last in rows:
        assert parse_period(period) == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_guide_describes_every_column_that_facts_share() -> None:
    described = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.+?) \|", guide(), re.MULTILINE))))
    assert set(Fact.model_fields) <= described


# --- any input ---------------------------------------------------------------------------


def _reads_or_rejects(folder: Path) -> None:
    for message in faults(folder):
        assert re.fullmatch(r"\w+\.csv:[1-9][0-9]*( \S+)?: .+", message, re.DOTALL)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(TABLES)), st.binary(max_size=200))
def test_any_bytes_are_read_or_rejected(tmp_path: Path, table: str, data: bytes) -> None:
    (world(tmp_path) / f"{table}.csv").write_bytes(data)
    _reads_or_rejects(tmp_path)


_CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["fam", "fam-1", "alpha", "SF-0001", "1", "-1", "2026", "USD", "true", DAY, "a; b"]),
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_cells_under_the_right_header_are_read_or_rejected(tmp_path: Path, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(list(TABLES)))
    width = len(TABLES[table].columns())
    rows = data.draw(st.lists(st.lists(_CELL, min_size=width - 1, max_size=width + 1), max_size=3))
    with (world(tmp_path) / f"{table}.csv").open("a", encoding="utf-8", errors="surrogatepass", newline="") as file:
        csv.writer(file).writerows(rows)
    _reads_or_rejects(tmp_path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_byte_is_read_or_rejected(tmp_path: Path, data: st.DataObject) -> None:
    path = world(tmp_path) / f"{data.draw(st.sampled_from(list(TABLES)))}.csv"
    content_of_file = bytearray(path.read_bytes())
    content_of_file[data.draw(st.integers(0, len(content_of_file) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content_of_file)
    _reads_or_rejects(tmp_path)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no header": lambda data: b"",
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "big5": lambda data: b",\xa4A\n".join(data.rsplit(b"\n", 2)[:2]) + b"\nragged\n",
    "no key": lambda data: b"x" + data,
    "no last column": lambda data: data.replace(b"\n", b"_x\n", 1),
    "a quote that never closes": lambda data: data + b'"open\n',
    "semicolons": lambda data: data.replace(b",", b";"),
}


@pytest.mark.parametrize("table", ["companies", "sources", "shipment_forecasts", "waivers"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_an_unreadable_table_hides_no_fault_of_another(tmp_path: Path, table: str, damage: str) -> None:
    folder = world(tmp_path, *FACTS, share("nobody", base=0.1, supersedes="NONE", origin_id="broker-b"))
    for name in TABLES:
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write("ragged\n")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "mine.toml").write_text("weights = 1")
    before = {line for line in faults(folder) if not line.startswith(f"{table}.csv")}
    path = folder / f"{table}.csv"
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    # whether an id is missing is known only where those that there are can be read
    unknown = {line for line in before if "'nobody' is not in companies.csv" in line and table == "companies"}
    readable = damage in ("big5", "no last column")
    assert before - set(faults(folder)) == (set() if readable else unknown)
    assert any(line.startswith(f"{table}.csv") for line in faults(folder))


def test_a_missing_column_does_not_hide_which_ids_are_unknown(tmp_path: Path) -> None:
    folder = world(tmp_path, *FACTS, share("nobody", base=0.1, origin_id="broker-b"))
    edit(folder / "companies.csv", "fiscal_year_end", "year_end")
    assert faults(folder) == [
        "companies.csv:1: the column 'year_end' is unknown; did you mean 'fiscal_year_end'?",
        "companies.csv:1 fiscal_year_end: the column is missing",
        "supply_shares.csv:4 company_id: 'nobody' is not in companies.csv",
    ]


@pytest.mark.parametrize(
    ("table", "column"),
    [("companies", "mic"), ("companies", "currency"), ("sources", "language"), ("waivers", "finding")],
)
@pytest.mark.parametrize("sign", ["x", "微", "'", "it's \"", "\\"])
def test_a_message_repeats_at_most_200_signs_of_a_cell(tmp_path: Path, table: str, column: str, sign: str) -> None:
    folder = world(tmp_path)
    model = TABLES[table]
    cells = ["x" * (name in model.key) for name in model.columns()]
    cells[model.columns().index(column)] = (sign * 30_000)[:30_000]
    with (folder / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(cells)
    long = [line for line in faults(folder) if f" {column}: " in line and "…" in line]
    assert long
    # a backslash is written twice, like any sign that is escaped
    assert all(200 < len(line) < 200 * 2 + 250 for line in long)


@pytest.mark.parametrize("name", ["._balanced.toml", ".balanced.toml", ".#mine.toml"])
@pytest.mark.parametrize("folder", ["profiles", "scenarios"])
def test_hidden_files_beside_profiles_and_scenarios_are_ignored(tmp_path: Path, folder: str, name: str) -> None:
    seeds = world(tmp_path / "seeds")
    (seeds / folder).mkdir()
    digest = read_checked_seeds(seeds).digest
    (seeds / folder / name).write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    assert read_checked_seeds(seeds).digest == digest


def test_an_unreadable_profile_or_scenario_hides_no_other_fault(tmp_path: Path) -> None:
    seeds = world(tmp_path / "seeds", share("nobody", base=0.1))
    (seeds / "profiles" / "mine.toml").mkdir(parents=True)
    (seeds / "scenarios" / "mine.toml").mkdir(parents=True)
    with pytest.raises(RejectedData) as caught:
        read_checked_seeds(seeds)
    assert [str(fault) for fault in caught.value.faults] == [
        f"mine.toml:1: {seeds / 'scenarios' / 'mine.toml'} cannot be read: Is a directory.",
        "profiles/mine.toml:1: the file cannot be read: Is a directory",
        "supply_shares.csv:2 company_id: 'nobody' is not in companies.csv",
    ]
