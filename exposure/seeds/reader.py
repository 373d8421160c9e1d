"""Seed folders, read and checked: every fault of all files at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from exposure.errors import Fault, RejectedData
from exposure.seeds import csv_files, named_files, rules
from exposure.seeds.csv_files import Record, Sheet
from exposure.seeds.models import TABLES, Row
from exposure.seeds.models.rows import Breach, BrokenRulesError
from exposure.seeds.rules.tables import Line, Table, Tables, suggest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Seeds:
    """All seed tables, each in the order of its key, and a digest of the files."""

    tables: dict[str, list[Row]]
    digest: str


def read_seeds(folder: Path) -> Seeds:
    """Read and check a seeds folder; raise RejectedData with every fault."""
    faults = list(_find_other_files(folder))
    sheets = {name: csv_files.read_sheet(folder / f"{name}.csv") for name in TABLES}
    tables = Tables((name, _read_table(name, model, sheets[name], faults)) for name, model in TABLES.items())
    profiles = _read_profiles(folder, faults)
    faults += rules.find_faults(tables)
    if faults:
        raise RejectedData(faults)
    digest = csv_files.digest_files(sheets, profiles)
    return Seeds({name: _sort_rows(table) for name, table in tables.items()}, digest)


def _sort_rows(table: Table) -> list[Row]:
    rows = [line.row for line in table.lines if line.row is not None]
    return sorted(rows, key=lambda row: [str(getattr(row, column)) for column in table.model.key])


def _find_other_files(folder: Path) -> Iterator[Fault]:
    """Refuse CSV files that are not tables, most of which are misspelled tables."""
    known = [f"{name}.csv" for name in TABLES]
    for name in csv_files.list_csv_files(folder):
        if name not in known:
            yield Fault(name, 1, "", f"the file is not a seed table{suggest(name, known)}")


def _read_profiles(folder: Path, faults: list[Fault]) -> dict[str, bytes]:
    """Return the bytes of the scoring profiles, which belong to the digest."""
    profiles = {}
    for path in named_files.list_files("profile", folder):
        try:
            profiles[path.name] = path.read_bytes()
        except OSError as error:
            faults.append(Fault(f"profiles/{path.name}", 1, "", f"the file cannot be read: {error.strerror}"))
    return profiles


def _read_table(name: str, model: type[Row], sheet: Sheet, faults: list[Fault]) -> Table:
    file = f"{name}.csv"
    faults += sheet.faults
    if not sheet.records or not sheet.records[0].readable:
        return Table(name, model, [], whole=False, named=False)
    header, *records = sheet.records
    if header_faults := list(_find_header_faults(file, header, model.columns())):
        faults += header_faults
        lines = [Line(file, r.line, dict(zip(header.cells, r.cells, strict=False)), None) for r in records]
        return Table(name, model, lines, whole=False, named=_has_keys(sheet, model))
    lines = [_read_line(file, header.cells, record, model, faults) for record in records]
    return Table(name, model, lines, whole=not sheet.faults, named=_has_keys(sheet, model))


def _has_keys(sheet: Sheet, model: type[Row]) -> bool:
    """Return whether the key of every row can be read, also where other cells are damaged."""
    header, *records = sheet.records
    if sheet.torn or any(header.cells.count(column) != 1 for column in model.key):
        return False
    places = [header.cells.index(column) for column in model.key]
    damaged = [record.cells for record in records if not record.readable]
    return all(place < len(cells) and _is_text(cells[place]) for cells in damaged for place in places)


def _is_text(cell: str) -> bool:
    """Return whether a cell of a damaged line was read; a byte that is no text stands in it as an escape."""
    return "\\" not in cell and "\0" not in cell


def _find_header_faults(file: str, header: Record, columns: list[str]) -> Iterator[Fault]:
    for column in columns:
        if column not in header.cells:
            yield Fault(file, header.line, column, "the column is missing")
        elif header.cells.count(column) > 1:
            yield Fault(file, header.line, column, "the column is there twice")
    for column in header.cells:
        if column not in columns:
            yield Fault(file, header.line, "", f"the column {column!r} is unknown{suggest(column, columns)}")


def _read_line(file: str, header: tuple[str, ...], record: Record, model: type[Row], faults: list[Fault]) -> Line:
    cells = dict(zip(header, record.cells, strict=False))
    row, breaches = None, list[Breach]()
    if record.readable and len(record.cells) != len(header):
        breaches = [("", _describe_width(record.cells, header))]
    elif record.readable:
        row, breaches = _read_row(model, cells)
    faults += [Fault(file, record.line, column, message) for column, message in breaches]
    return Line(file, record.line, cells, row)


def _describe_width(cells: tuple[str, ...], header: tuple[str, ...]) -> str:
    if not cells:
        return "the line is empty"
    amount = "few" if len(cells) < len(header) else "many"
    return f"the row has too {amount} cells: {len(cells)} for {len(header)} columns"


def _read_row(model: type[Row], cells: dict[str, str]) -> tuple[Row | None, list[Breach]]:
    """Return the row, or everything that is wrong with its cells."""
    values = {column: cell or None for column, cell in cells.items()}
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    cause = details[0].get("ctx", {}).get("error")
    if isinstance(cause, BrokenRulesError):
        return None, cause.breaches
    unreadable = {str(detail["loc"][0]): _describe_cell(detail) for detail in details}
    adapters = _adapters_of(model).items()
    readable = {c: adapter.validate_python(values[c]) for c, adapter in adapters if c not in unreadable}
    return None, [*unreadable.items(), *model.model_construct(**readable).find_breaches(readable)]


@cache
def _adapters_of(model: type[Row]) -> dict[str, TypeAdapter[Any]]:
    """Return what reads each column alone, for rows that cannot be read as a whole."""
    return {column: TypeAdapter(info.rebuild_annotation()) for column, info in model.model_fields.items()}


def _describe_cell(detail: ErrorDetails) -> str:
    cell = detail["input"]
    if cell is None:
        return "the cell is empty"
    if detail["type"] == "literal_error":
        return f"{cell!r} is not one of {detail['ctx']['expected']}"
    if detail["type"].startswith("date"):
        return f"{cell!r} is not a day of the calendar"
    return str(detail.get("ctx", {}).get("error", detail["msg"]))
