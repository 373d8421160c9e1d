from __future__ import annotations

import csv
import random
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure.errors import ExposureError
from exposure.seeds import reader as seeds
from exposure.seeds.models import PARAMETERS, TABLES, CompanyRevenue, Fact, ShipmentForecast
from exposure.seeds.periods import bounds
from tests.support.seed_folders import (
    ALIASES,
    COMPANIES,
    DAY,
    FACTS,
    PRODUCTS,
    SCOPES,
    SHIPPED,
    SOURCES,
    Cells,
    Claim,
    assumed,
    chips,
    content,
    disclosed,
    fault,
    faults,
    forecast,
    owned,
    rate,
    revenue,
    share,
    shipped,
    signal,
    world,
)
from tests.support.seed_folders import (
    claim as ledger,
)


def edit(path: Path, old: str, new: str) -> Path:
    """Change one piece of a file and give its folder."""
    text = path.read_bytes()
    assert text.count(old.encode()) == 1
    path.write_bytes(text.replace(old.encode(), new.encode()))
    return path.parent


# --- what is accepted ----------------------------------------------------------------------


def test_the_shipped_seeds_are_accepted() -> None:
    assert faults(SHIPPED) == []


def test_a_small_world_is_accepted_in_key_order(tmp_path: Path) -> None:
    read = seeds.read(world(tmp_path, share("beta", base=0.3, fact_id="B"), share("alpha", base=0.4, fact_id="A")))
    assert list(read.tables) == list(TABLES)
    assert [row.fact_id for row in read.tables["supply_shares"] if isinstance(row, Fact)] == ["A", "B"]


def test_cells_become_numbers_days_flags_and_lists(tmp_path: Path) -> None:
    claim = forecast("fam", "2026", 1500, low=1.5e3, note="Über 中文", withdrawn=False)
    row = seeds.read(world(tmp_path, claim)).tables["shipment_forecasts"][0]
    assert isinstance(row, ShipmentForecast)
    assert (row.low, row.base, row.high) == (1500.0, 1500.0, None)
    assert (row.known_on, row.withdrawn, row.rests_on, row.note) == (date(2026, 1, 15), False, (), "Über 中文")


def test_every_shipped_parameter_is_one_that_the_method_needs() -> None:
    assert {row["parameter"] for row in shipped("parameters")} == set(PARAMETERS)


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    plain = seeds.read(world(tmp_path))
    for path in tmp_path.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert seeds.read(tmp_path) == plain


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    plain = seeds.read(world(tmp_path))
    with (tmp_path / "companies.csv").open(newline="") as file:
        rows = [row[::-1] for row in csv.reader(file)]
    with (tmp_path / "companies.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert seeds.read(tmp_path).tables == plain.tables


# --- the guide -----------------------------------------------------------------------------


def guide() -> str:
    """Give the text of the seeds' own README."""
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


def test_the_periods_of_the_guide_have_the_days_that_it_says() -> None:
    rows = re.findall(r"^\| `(\S+)` \| (\d{4}-\d\d-\d\d) \| (\d{4}-\d\d-\d\d) \|$", guide(), re.MULTILINE)
    assert len(rows) == 9
    for period, first, last in rows:
        assert bounds(period) == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_guide_describes_every_column_that_facts_share() -> None:
    described = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.+?) \|", guide(), re.MULTILINE))))
    assert set(Fact.model_fields) <= described


# --- the digest ----------------------------------------------------------------------------


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_neither_digest_nor_tables(tmp_path: Path, order: random.Random) -> None:
    plain = seeds.read(world(tmp_path))
    for path in tmp_path.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        order.shuffle(rows)
        path.write_text("".join([header, *rows]), encoding="utf-8")
    assert seeds.read(tmp_path) == plain


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
    before = seeds.read(tmp_path).digest
    edit(tmp_path / file, old, new)
    assert seeds.read(tmp_path).digest != before


def test_a_cell_that_moves_to_the_next_column_changes_the_digest(tmp_path: Path) -> None:
    before = seeds.read(world(tmp_path, forecast(base=5))).digest
    assert seeds.read(world(tmp_path, forecast(high=5))).digest != before


def test_notes_beside_the_tables_do_not_count(tmp_path: Path) -> None:
    before = seeds.read(world(tmp_path))
    (tmp_path / "README.md").write_text("How to")
    (tmp_path / ".companies.csv").write_text("an editor's copy")
    assert seeds.read(tmp_path) == before


# --- files ---------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="There is no seeds folder") as caught:
        seeds.read(tmp_path / "none")
    assert caught.value.exit_code == 2


def test_an_empty_folder_lacks_every_table(tmp_path: Path) -> None:
    assert faults(tmp_path) == sorted(f"{name}.csv:1: the file is missing" for name in TABLES)


def test_a_missing_file_is_a_fault_and_not_a_hundred_unknown_references(tmp_path: Path) -> None:
    (world(tmp_path) / "companies.csv").unlink()
    assert fault(tmp_path) == "companies.csv:1: the file is missing"


@pytest.mark.parametrize("content_of_file", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n"])
def test_an_empty_file_is_a_fault(tmp_path: Path, content_of_file: bytes) -> None:
    (world(tmp_path) / "ownership.csv").write_bytes(content_of_file)
    assert fault(tmp_path) == "ownership.csv:1: the file is empty; even a table without rows has its header"


def test_a_folder_in_place_of_a_file_is_a_fault(tmp_path: Path) -> None:
    (world(tmp_path) / "ownership.csv").unlink()
    (tmp_path / "ownership.csv").mkdir()
    assert fault(tmp_path).startswith("ownership.csv:1: the file cannot be read: ")


def test_a_csv_file_that_is_no_table_is_a_fault(tmp_path: Path) -> None:
    (world(tmp_path) / "supply_share.csv").write_text("fact_id\n")
    assert fault(tmp_path) == "supply_share.csv:1: the file is no seed table; did you mean 'supply_shares.csv'?"


def test_bytes_that_are_no_utf_8_are_a_fault_at_their_line(tmp_path: Path) -> None:
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
def test_another_sign_than_the_comma_is_one_fault_that_names_it(tmp_path: Path, sign: str, name: str) -> None:
    path = world(tmp_path) / "waivers.csv"
    path.write_text(path.read_text().replace(",", sign))
    assert fault(tmp_path) == f"waivers.csv:1: the cells are parted by {name}; save the file with commas"


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
        "companies.csv:2 name: has the invisible character U+000A in it",
        "companies.csv:5 name: the cell is empty",
    ]


def test_a_huge_cell_is_a_fault(tmp_path: Path) -> None:
    edit(world(tmp_path) / "companies.csv", "Alpha Boards", "A" * 200_000)
    assert faults(tmp_path)[0].startswith("companies.csv:2: the row cannot be read: field larger than field limit")


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


# --- cells ---------------------------------------------------------------------------------

TOO_LATE = "9026-01-15 is after the year 2100"


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (forecast(base=None), "base: none of low, base and high is stated"),
        (forecast(low=3, base=2), "low: low 3 is above base 2"),
        (forecast(low=3, high=2), "low: low 3 is above high 2"),
        (forecast(base=3, high=2), "base: base 3 is above high 2"),
        (forecast(base=-1), "base: -1 is below 0, which only growth can be"),
        (forecast(base="1,000"), "base: '1,000' is not a plain decimal number"),
        (forecast(base="1_000"), "base: '1_000' is not a plain decimal number"),
        (forecast(base="5%"), "base: '5%' is not a plain decimal number"),
        (forecast(base="nan"), "base: 'nan' is not a plain decimal number"),
        (forecast(base="inf"), "base: 'inf' is not a plain decimal number"),
        (forecast(base=1e30), "base: 1e+30 is above 1e+12, the most that this table allows"),
        (forecast(base=1e-30), "base: 1e-30 is nearer to zero than 1e-09, and yet not zero"),
        (content(base=1e30), "base: 1e+30 is above 1e+12, the most that this table allows"),
        (
            content(base=1e7, measure="attach", currency=None),
            "base: 1e+07 is above 1e+06, the most pieces that a unit can hold",
        ),
        (chips(base=1e7), "base: 1e+07 is above 1e+06, the most that this table allows"),
        (rate(base=1e-10), "base: 1e-10 is nearer to zero than 1e-09, and yet not zero"),
        (revenue(base=1e22), "base: 1e+22 is above 1e+12, the most that this table allows"),
        (
            disclosed(base=1e22, customer_id="owner", measure="revenue", currency="USD"),
            "base: 1e+22 is above 1e+12, the most that this table allows",
        ),
        (ledger("x", "backlog", 1e19, unit="x"), "base: 1e+19 is above 1e+18, the most that this table allows"),
        (ledger("x", "backlog", -1e19, unit="x"), "base: -1e+19 is below -1e+18, the least that this table allows"),
        (forecast(base="1e999"), "base: '1e999' is not a plain decimal number"),
        (forecast(base="٣"), "base: '٣' is not a plain decimal number"),
        (forecast(base=" 3"), "base: ' 3' is not a plain decimal number"),
        (forecast(base="0x10"), "base: '0x10' is not a plain decimal number"),
        (forecast(base=1, period=""), "period: the cell is empty"),
        (forecast(base=1, known_on="2026-02-30"), "known_on: '2026-02-30' is not a day of the calendar"),
        (forecast(base=1, known_on="2101-01-01"), "known_on: 2101-01-01 is after the year 2100"),
        (forecast(base=1, known_on="15/01/2026"), "known_on: '15/01/2026' is not a date written YYYY-MM-DD"),
        (forecast(base=1, known_on="20260115"), "known_on: '20260115' is not a date written YYYY-MM-DD"),
        (forecast(base=1, known_on="2026-01-15 "), "known_on: '2026-01-15 ' is not a date written YYYY-MM-DD"),
        (forecast(base=1, withdrawn="no"), "withdrawn: 'no' is neither true nor false"),
        (forecast(base=1, withdrawn="TRUE"), "withdrawn: 'TRUE' is neither true nor false"),
        (forecast(base=1, note="twice "), "note: has spaces at its ends"),
        (forecast(base=1, note="\u200btwice"), "note: has the invisible character U+200B in it"),
        (forecast(base=1, note="a\tb"), "note: has the invisible character U+0009 in it"),
        (forecast(base=1, fact_id="a b"), "fact_id: 'a b' is not a code (letters, digits, '-', '_' and '.')"),
        (share(base=0.1, joint_ids="beta;;owner"), "joint_ids: 'beta;;owner' has an empty part; write 'a; b'"),
        (share(base=0.1, joint_ids="beta; beta"), "joint_ids: 'beta; beta' names something twice"),
        (forecast(base=1, unit_basis="fraction"), "unit_basis: is 'fraction' for growth, and only for it"),
        (forecast("market", base=1), "product_id: units of the scope 'market' are units of a product; name it"),
        (
            forecast(base=1, known_on_basis="rests_on"),
            "known_on_basis: is 'rests_on' for assumptions, and only for them",
        ),
        (assumed(forecast(base=1)), "rests_on: an assumption names the facts that it rests on"),
        (content(base=1, currency=None), "currency: is stated for content and price, and only for them"),
        (content(base=1, currency="usd"), "currency: 'usd' is not a three-letter currency code"),
        (content(base=1, measure="price"), "unit_basis: is 'piece' for a price, and only for it"),
        (
            content("board", "market", 1),
            "scope_id: the scope 'market' has no units that a product could be in, only prices",
        ),
        (share(base=1.2), "base: 1.2 is above 1, the most that this table allows"),
        (share(high=-0.1), "high: -0.1 is below 0, the least that this table allows"),
        (share(), "base: neither a share nor a sourcing_mode is stated"),
        (
            share(base=0.5, denominator="open_units"),
            "open_part: is stated for the denominator open_units, and only for it",
        ),
        (
            share(base=0.5, denominator="open_units", open_part=1.5),
            "open_part: 1.5 is not a fraction above 0 and at most 1",
        ),
        (share(base=0.5, denominator="market"), "denominator: scope 'market' and denominator 'market' go together"),
        (share(base=0.5, scope_id="market"), "denominator: scope 'market' and denominator 'market' go together"),
        (share(base=0.5, joint_ids="alpha; beta"), "joint_ids: names the company itself, 'alpha'; name the others"),
        (revenue(base=1, kind="growth"), "currency: is stated for sales, and only for them, not for growth"),
        (revenue(base=-0.5), "base: -0.5 is below 0, which only growth can be"),
        (revenue(base=0), "base: is zero, but other numbers are divided by it"),
        (revenue(low=0, high=5), "low: is zero, but other numbers are divided by it"),
        (revenue(base=0, kind="forecast"), "base: is zero, but other numbers are divided by it"),
        (revenue(high=0, kind="derived"), "high: is zero, but other numbers are divided by it"),
        (
            revenue(base=-1, kind="growth", currency=None),
            "base: is a fall to zero, but other numbers are divided by it",
        ),
        (disclosed(base=0.3), "scope_id: exactly one of scope_id, customer_id and product_id is stated"),
        (disclosed(base=30, customer_id="owner"), "base: 30 is above 1, the most that a share can be"),
        (
            disclosed(base=0.3, customer_id="owner", currency="USD"),
            "currency: is stated for revenue, and only for it, not for a share",
        ),
        (signal(), "base: neither a number nor a day (until) is stated"),
        (owned("alpha", "alpha"), "child_id: 'alpha' cannot be its own parent"),
        (
            owned(valid_from="2026-02-01", valid_to="2026-01-01"),
            "valid_to: 2026-01-01 is before valid_from 2026-02-01",
        ),
        (chips(base=0), "base: is zero, but other numbers are divided by it"),
        (rate(base=0), "base: is zero, but other numbers are divided by it"),
    ],
)
def test_a_wrong_cell_of_a_claim_is_one_plain_sentence(tmp_path: Path, claim: Claim, message: str) -> None:
    folder = world(tmp_path, claim, **{} if claim.table == "fx_rates" else {"fx_rates": [rate()]})
    assert fault(folder) == f"{claim.table}.csv:2 {message}"


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        (
            "companies",
            [*COMPANIES, COMPANIES[2] | {"company_id": "X"}],
            "company_id: 'X' is not an id (lower-case letters, digits, '-' and '.')",
        ),
        (
            "companies",
            [*COMPANIES, {"company_id": "x", "name": "X", "country": "US", "ticker": "X"}],
            "ticker: ticker, mic and currency are stated together or not at all",
        ),
        (
            "companies",
            [*COMPANIES, {"company_id": "x", "name": "X", "country": "US", "fiscal_year_end": "13-01"}],
            "fiscal_year_end: '13-01' is not a day of the year written MM-DD",
        ),
        (
            "company_aliases",
            [*ALIASES, {"alias": "x", "company_id": "alpha", "kind": "nick"}],
            (
                "kind: 'nick' is not one of 'name', 'short', 'former', 'misspelling', 'traditional', "
                "'simplified' or 'ticker'"
            ),
        ),
        (
            "sources",
            [*SOURCES, SOURCES[0] | {"source_id": "X", "published_on": None}],
            "published_precision: is 'none' without a published_on, and only then",
        ),
        *(
            ("sources", [*SOURCES, SOURCES[0] | {"source_id": "X", day: "9026-01-15"}], f"{day}: {TOO_LATE}")
            for day in ("published_on", "collected_on")
        ),
        (
            "waivers",
            [{"finding": "backcast", "finding_key": "k", "waived_on": "9026-01-15", "reason": "r"}],
            f"waived_on: {TOO_LATE}",
        ),
        (
            "scopes",
            [*SCOPES, {"scope_id": "x", "name": "X", "total": True, "note": "x"}],
            "total: a scope counted as its family's whole names the family",
        ),
        ("waivers", [{"finding": "f", "finding_key": "k", "reason": "r"}], "waived_on: the cell is empty"),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"half_life_days": 0}],
            "half_life_days: 0 is not from 1 to 36525 days",
        ),
        *(
            (
                "tiers",
                [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"weight": weight}],
                f"weight: {weight:g} is not a fraction above 0 and at most 1",
            )
            for weight in (0, 1.5, 1e300)
        ),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"default_spread": 1}],
            "default_spread: 1 is not a fraction from 0 to below 1",
        ),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"rank": 1e300}],
            "rank: 1e+300 is not from -1e+12 to 1e+12",
        ),
        (
            "products",
            [*PRODUCTS, {"product_id": "x", "name": "X", "stage": 1e300}],
            "stage: 1e+300 is not an assembly level from 0 to 99",
        ),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"default_spread": -1}],
            "default_spread: -1 is not a fraction from 0 to below 1",
        ),
        (
            "sourcing_modes",
            [*shipped("sourcing_modes")[:-1], shipped("sourcing_modes")[-1] | {"low": 0.9}],
            "low: low, base and high are fractions from 0 to 1, each not below the one before",
        ),
    ],
)
def test_a_wrong_cell_of_another_row_is_one_plain_sentence(
    tmp_path: Path, table: str, rows: list[Cells], message: str
) -> None:
    found = faults(world(tmp_path, **{table: rows}))
    assert f"{table}.csv:{len(rows) + 1} {message}" in found


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_within_what_it_can_be(tmp_path: Path, name: str) -> None:
    least, most = PARAMETERS[name]
    rows = shipped("parameters")
    line = next(number for number, row in enumerate(rows, start=2) if row["parameter"] == name)
    for value in (least, most):
        rows[line - 2] |= {"value": value}
        assert faults(world(tmp_path, parameters=rows)) == []
    for value in (least - 0.01, most + 1000, 1e300):
        rows[line - 2] |= {"value": value}
        said = f"{value:g} is not from {least:g} to {most:g}, which {name!r} can be"
        assert fault(world(tmp_path, parameters=rows)) == f"parameters.csv:{line} value: {said}"


def test_every_fault_of_every_file_is_reported_at_once(tmp_path: Path) -> None:
    broken = share("alhpa", base=1.4, low=1.5, period="CY2025", known_on="today", origin_id="broker-c")
    (world(tmp_path, broken, *FACTS[:4]) / "waivers.csv").write_bytes(b"")
    assert faults(tmp_path) == [
        "supply_shares.csv:2 base: 1.4 is above 1, the most that this table allows",
        "supply_shares.csv:2 company_id: 'alhpa' is not in companies.csv; did you mean 'alpha'?",
        "supply_shares.csv:2 known_on: 'today' is not a date written YYYY-MM-DD",
        "supply_shares.csv:2 low: 1.5 is above 1, the most that this table allows",
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


def test_growth_may_be_negative(tmp_path: Path) -> None:
    shrinking = forecast(base=-0.2, kind="growth", unit_basis="fraction")
    assert faults(world(tmp_path, shrinking, revenue(base=-0.1, kind="growth", currency=None))) == []


def test_sales_may_stand_still(tmp_path: Path) -> None:
    assert faults(world(tmp_path, revenue(low=0, kind="growth", currency=None), fx_rates=[rate()])) == []


# --- whatever comes ------------------------------------------------------------------------


def _reads_or_rejects(folder: Path) -> None:
    for said in faults(folder):
        assert re.fullmatch(r"\w+\.csv:[1-9][0-9]*( \S+)?: .+", said, re.DOTALL)


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


def test_the_columns_of_a_fact_end_with_its_range_and_evidence() -> None:
    assert CompanyRevenue.columns()[:5] == ["fact_id", "company_id", "period", "kind", "currency"]
    for model in TABLES.values():
        if issubclass(model, Fact):
            assert model.columns()[-len(Fact.model_fields) + 1 :] == list(Fact.model_fields)[1:]
