"""Hold the seed files to their contracts: every fault of all files at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from exposure.errors import Fault, RejectedData
from exposure.seeds import csv_files as seed_files
from exposure.seeds import rules as seed_rules
from exposure.seeds.csv_files import Record, Sheet
from exposure.seeds.models import TABLES, Breach, BrokenRulesError, Row
from exposure.seeds.rules import Line, Table, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Seeds:
    """All seed tables, each in the order of its key, and the fingerprint of the files."""

    tables: dict[str, list[Row]]
    digest: str


def read(folder: Path) -> Seeds:
    """Read and check a seeds folder; raise RejectedData with all that is wrong with it."""
    faults = list(_strangers(folder))
    sheets = {name: seed_files.sheet(folder / f"{name}.csv") for name in TABLES}
    tables = {name: _table(name, model, sheets[name], faults) for name, model in TABLES.items()}
    profiles = _profiles(folder, faults)
    faults += seed_rules.faults(tables)
    if faults:
        raise RejectedData(faults)
    return Seeds({name: _in_key_order(table) for name, table in tables.items()}, seed_files.digest(sheets, profiles))


def _in_key_order(table: Table) -> list[Row]:
    rows = [line.row for line in table.lines if line.row is not None]
    return sorted(rows, key=lambda row: [str(getattr(row, column)) for column in table.model.key])


def _strangers(folder: Path) -> Iterator[Fault]:
    """Refuse CSV files that are no table, since most of them are tables misspelled."""
    known = [f"{name}.csv" for name in TABLES]
    for name in seed_files.names(folder):
        if name not in known:
            yield Fault(name, 1, "", f"the file is no seed table{nearest(name, known)}")


def _profiles(folder: Path, faults: list[Fault]) -> dict[str, bytes]:
    """Take the scoring profiles as bytes, which `scoring` reads."""
    found = {}
    for path in folder.glob("profiles/*.toml"):
        try:
            found[path.name] = path.read_bytes()
        except OSError as error:
            faults.append(Fault(f"profiles/{path.name}", 1, "", f"the file cannot be read: {error.strerror}"))
    return found


# --- files ---------------------------------------------------------------------------------


def _table(name: str, model: type[Row], sheet: Sheet, faults: list[Fault]) -> Table:
    file = f"{name}.csv"
    faults += sheet.faults
    if not sheet.records or not sheet.records[0].readable:
        return Table(name, model, [], whole=False)
    header, *records = sheet.records
    if wrong := list(_header_faults(file, header, model.columns())):
        faults += wrong
        return Table(name, model, [], whole=False)
    lines = [_line(file, header.cells, record, model, faults) for record in records]
    return Table(name, model, lines, whole=not sheet.faults)


def _header_faults(file: str, header: Record, columns: list[str]) -> Iterator[Fault]:
    found = list(header.cells)
    for column in columns:
        if column not in found:
            yield Fault(file, header.line, column, "the column is missing")
        elif found.count(column) > 1:
            yield Fault(file, header.line, column, "the column is there twice")
    for column in found:
        if column not in columns:
            yield Fault(file, header.line, "", f"the column {column!r} is unknown{nearest(column, columns)}")


def _line(file: str, header: tuple[str, ...], record: Record, model: type[Row], faults: list[Fault]) -> Line:
    cells = dict(zip(header, record.cells, strict=False))
    if not record.readable:
        return Line(file, record.line, cells, None)
    if len(record.cells) != len(header):
        faults.append(Fault(file, record.line, "", _ragged(record.cells, header)))
        return Line(file, record.line, cells, None)
    row, wrong = _row(model, cells)
    faults += [Fault(file, record.line, column, message) for column, message in wrong]
    return Line(file, record.line, cells, row)


def _ragged(cells: tuple[str, ...], header: tuple[str, ...]) -> str:
    if not cells:
        return "the line is empty"
    amount = "few" if len(cells) < len(header) else "many"
    return f"the row has too {amount} cells: {len(cells)} for {len(header)} columns"


# --- rows ----------------------------------------------------------------------------------


def _row(model: type[Row], cells: dict[str, str]) -> tuple[Row | None, list[Breach]]:
    """Read the cells of a row, or say all that is wrong with them in plain words."""
    values = {column: cell or None for column, cell in cells.items()}
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    broken = details[0].get("ctx", {}).get("error")
    if isinstance(broken, BrokenRulesError):
        return None, broken.breaches
    unreadable = {str(detail["loc"][0]): _sentence(detail) for detail in details}
    readable = {c: adapter.validate_python(values[c]) for c, adapter in _cells(model).items() if c not in unreadable}
    return None, [*unreadable.items(), *model.model_construct(**readable).breaches(readable)]


@cache
def _cells(model: type[Row]) -> dict[str, TypeAdapter[Any]]:
    """Give what reads each column alone, for rows that cannot be read as a whole."""
    return {column: TypeAdapter(info.rebuild_annotation()) for column, info in model.model_fields.items()}


def _sentence(detail: ErrorDetails) -> str:
    """Say in plain words what is wrong with a cell."""
    cell = detail["input"]
    if cell is None:
        return "the cell is empty"
    if detail["type"] == "literal_error":
        allowed = detail["ctx"]["expected"]
        return f"{cell!r} is not one of {allowed}"
    if detail["type"].startswith("date"):
        return f"{cell!r} is not a day of the calendar"
    return str(detail.get("ctx", {}).get("error", detail["msg"]))
