"""CSV files as text: read into cells and digested, without knowing what the cells mean.

Checking and loading share this parser.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from exposure.errors import ExposureError, Fault

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Record:
    """A row of a file as text; `readable` is false when its bytes are damaged."""

    line: int
    cells: tuple[str, ...]
    readable: bool = True


@dataclass(frozen=True)
class Sheet:
    """A file as records, the header first; `torn` when not all of its rows could be told apart."""

    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    torn: bool = False


def list_csv_files(folder: Path) -> list[str]:
    """Return the names of a folder's CSV files, without hidden ones, which belong to file managers and editors."""
    if not folder.is_dir():
        raise ExposureError(f"There is no seeds folder {folder}.")
    return sorted(path.name for path in folder.glob("*.csv") if not path.name.startswith("."))


def read_sheet(path: Path) -> Sheet:
    """Read one CSV file, with every fault of its bytes and of its quoting."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _refuse(path, "the file is missing")
    except OSError as error:
        return _refuse(path, f"the file cannot be read: {error.strerror}")
    if not data.removeprefix(_BOM).strip():
        return _refuse(path, "the file is empty; even a table without rows has its header")
    if separator := _find_other_separator(data):
        return _refuse(path, f"the cells are separated by {separator}; save the file with commas")
    damaged = dict(_find_damaged_lines(data))
    torn: list[Fault] = []
    records = [
        Record(line, cells, readable=not any(number in damaged for number in range(line, last + 1)))
        for line, last, cells in _parse_records(path.name, data, torn)
    ]
    return Sheet(
        records, [*(Fault(path.name, line, "", message) for line, message in damaged.items()), *torn], torn=bool(torn)
    )


def digest_files(sheets: Mapping[str, Sheet], others: Mapping[str, bytes]) -> str:
    """Return a digest of sheets and other files that ignores row order, line ends and byte order marks."""
    rows = [[name, *sorted(record.cells for record in sheet.records)] for name, sheet in sorted(sheets.items())]
    texts = [[name, _decode(data)] for name, data in sorted(others.items())]
    return hashlib.sha256(json.dumps([rows, texts]).encode()).hexdigest()


def _refuse(path: Path, message: str) -> Sheet:
    return Sheet(faults=[Fault(path.name, 1, "", message)])


def _find_other_separator(data: bytes) -> str | None:
    """Return the separator of a header without commas, as spreadsheets of some countries write it."""
    header = _unify_line_ends(data).split(b"\n", 1)[0]
    if b"," in header:
        return None
    return "semicolons" if b";" in header else "tabs" if b"\t" in header else None


def _find_damaged_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines whose bytes cannot be text."""
    if data.startswith(_UTF_16):
        yield 1, "the file is UTF-16; save it as UTF-8"
        return
    for number, line in enumerate(_unify_line_ends(data).split(b"\n"), start=1):
        if b"\0" in line:
            yield number, "there is a NUL byte in the line"
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            yield number, f"the byte 0x{line[error.start]:02x} is not UTF-8"


def _parse_records(name: str, data: bytes, faults: list[Fault]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield first line, last line and cells of each record; after a fault go on with the next line."""
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(name, line, "", _describe_error(str(error))))
        else:
            yield line, reader.line_num, tuple(cells)


def _describe_error(message: str) -> str:
    if "end of data" in message:
        return "a quoted cell that begins in this row is never closed"
    if "expected after" in message:
        return "a quoted cell is followed by more text; double the quotes inside it"
    return f"the row cannot be read: {message}"


def _unify_line_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _decode(data: bytes) -> str:
    return _unify_line_ends(data).removeprefix(_BOM).decode("utf-8", errors="backslashreplace")
