"""Cut seed files into cells, and fingerprint them, without knowing what the cells mean.

This is the one parser for checking and for loading.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exposure.errors import ExposureError, Fault

if TYPE_CHECKING:
    from pathlib import Path

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Record:
    """A row of a file as text; `readable` is false when its bytes are not what somebody wrote."""

    line: int
    cells: tuple[str, ...]
    readable: bool = True


@dataclass(frozen=True)
class Sheet:
    """A file cut into records, of which the first is the header."""

    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def names(folder: Path) -> list[str]:
    """List the CSV files of a folder but for hidden ones, which belong to file managers and editors."""
    if not folder.is_dir():
        raise ExposureError(f"There is no seeds folder {folder}.")
    return sorted(path.name for path in folder.glob("*.csv") if not path.name.startswith("."))


def sheet(path: Path) -> Sheet:
    """Cut one CSV file into records, with every fault of its bytes and of its quoting."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Sheet(faults=[Fault(path.name, 1, "", "the file is missing")])
    except OSError as error:
        return Sheet(faults=[Fault(path.name, 1, "", f"the file cannot be read: {error.strerror}")])
    if not data.removeprefix(_BOM).strip():
        return Sheet(faults=[Fault(path.name, 1, "", "the file is empty; even a table without rows has its header")])
    if other := _other_comma(data):
        return Sheet(faults=[Fault(path.name, 1, "", f"the cells are parted by {other}; save the file with commas")])
    broken = dict(_broken_lines(data))
    faults = [Fault(path.name, line, "", what) for line, what in broken.items()]
    records = [
        Record(line, cells, readable=not any(number in broken for number in range(line, last + 1)))
        for line, last, cells in _records(path.name, data, faults)
    ]
    return Sheet(records, faults)


def digest(sheets: Mapping[str, Sheet], others: Mapping[str, bytes]) -> str:
    """Fingerprint sheets and other files: any cell changes it; row order, line ends and byte order marks do not."""
    rows = [[name, *sorted(record.cells for record in sheet.records)] for name, sheet in sorted(sheets.items())]
    texts = [[name, _text(data)] for name, data in sorted(others.items())]
    return hashlib.sha256(json.dumps([rows, texts]).encode()).hexdigest()


def _other_comma(data: bytes) -> str | None:
    """Name what parts the cells of a header that has no comma, as spreadsheets of some countries write it."""
    header = _plain_ends(data).split(b"\n", 1)[0]
    if b"," in header:
        return None
    return "semicolons" if b";" in header else "tabs" if b"\t" in header else None


def _broken_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Find the lines whose bytes cannot be text."""
    if data.startswith(_UTF_16):
        yield 1, "the file is UTF-16; save it as UTF-8"
        return
    for number, line in enumerate(_plain_ends(data).split(b"\n"), start=1):
        if b"\0" in line:
            yield number, "there is a NUL byte in the line"
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            yield number, f"the byte 0x{line[error.start]:02x} is not UTF-8"


def _records(name: str, data: bytes, faults: list[Fault]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield first line, last line and cells of each record; after a fault go on with the next line."""
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(name, line, "", _quoting(str(error))))
        else:
            yield line, reader.line_num, tuple(cells)


def _quoting(message: str) -> str:
    if "end of data" in message:
        return "a quoted cell that begins in this row is never closed"
    if "expected after" in message:
        return "a quoted cell is followed by more text; double the quotes inside it"
    return f"the row cannot be read: {message}"


def _plain_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _text(data: bytes) -> str:
    return _plain_ends(data).removeprefix(_BOM).decode("utf-8", errors="backslashreplace")
