"""Bytes that other programs read: CSV, JSON and parquet, and whole files or folders put in place at once.

CSV and JSON are written from plain columns and rows, so that the quick paths need no polars.
"""

from __future__ import annotations

import math
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from exposure.errors import ExposureError
from exposure.formats import links

if TYPE_CHECKING:
    import polars as pl

Encoding = Literal["utf-8", "utf-8-sig"]
Rows = Sequence[Sequence[object]]

#: a spreadsheet takes a text that begins so for a formula and runs it
_RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")
_NEEDS_QUOTES = frozenset('",\r\n')
_MANIFEST = "manifest.json"


# --- CSV ----------------------------------------------------------------------------------


def csv_bytes(columns: Sequence[str], rows: Rows, *, encoding: Encoding = "utf-8") -> bytes:
    """Write RFC 4180 with LF: unknown is empty, numbers have 12 significant digits, no text runs as a formula."""
    lines = [_line(map(_guarded, columns)), *(_line(map(_cell, row)) for row in rows)]
    return "".join(lines).encode(encoding)


def number_text(value: float) -> str:
    """Write a number at 12 significant digits, without an exponent; what is not finite by its name."""
    if not math.isfinite(value):
        return str(value)
    text = format(Decimal(f"{value:.12g}"), "f")
    return "0" if text == "-0" else text


def _line(cells: Iterable[str]) -> str:
    # The standard library's writer leaves a lone CR unquoted in some versions of Python.
    line = ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if _NEEDS_QUOTES & set(cell) else cell for cell in cells)
    return (line or '""') + "\n"  # an empty line would be no record at all


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return _guarded(_text(value))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple) and not any(isinstance(part, list | tuple | dict) for part in value):
        return "; ".join(part if isinstance(part, str) else _cell(part) for part in value)
    if isinstance(value, list | tuple | dict):
        return _json(value)
    return str(value)


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_RUNS_IN_A_SPREADSHEET) else text


def _decimal_text(value: Decimal) -> str:
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


# --- JSON ---------------------------------------------------------------------------------


def json_bytes(columns: Sequence[str], rows: Rows) -> bytes:
    """Write an array of objects, one a line; unknown is null, numbers have 12 significant digits."""
    objects = (_json(dict(zip(columns, row, strict=True))) for row in rows)
    return ("[\n" + ",\n".join(objects) + "\n]\n").replace("[\n\n]", "[]").encode()


def document_bytes(document: Mapping[str, object]) -> bytes:
    """Write one nested document, indented for the eye."""
    return (_json(document, indent=2) + "\n").encode()


def _json(value: object, *, indent: int | None = None) -> str:
    import json

    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value: object) -> object:
    """Turn a value into what JSON knows; NaN and infinity, which it does not know, into their names."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        text = number_text(float(value))
        return float(text) if math.isfinite(float(text)) else text
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.hex() if isinstance(value, bytes) else str(value)


# --- parquet ------------------------------------------------------------------------------


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """Write a frame with its types, for other programs."""
    import io

    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


# --- files --------------------------------------------------------------------------------


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the file and move into place, so that a reader finds the old or the new, never a part."""
    try:
        path = links.followed(path)  # a link stays a link
        if path.exists() and not path.is_file():
            _write_through(path, content)
        else:
            _replace(path, content)
    except OSError as error:
        raise ExposureError(f"{path} cannot be written: {error.strerror}") from error


def folder_of(name: Path | str) -> Path:
    """Take the name of a folder to write; raise when it is empty, which Python takes for this folder, or a file's."""
    if not str(name):
        raise ExposureError("The name of the folder is empty; for this folder write a dot.")
    folder = Path(name)
    if folder.is_file():
        raise ExposureError(f"{folder} is a file, not a folder.")
    return folder


def write_folder(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    manifest: Mapping[str, object],
    *,
    encoding: Encoding = "utf-8",
) -> list[Path]:
    """Write one CSV a table and the manifest, which names each file's rows and hash; give the files' paths.

    The manifest comes last and goes first: a folder without one is being written, or was cut off.
    Files of other names are left alone.
    """
    contents = {f"{name}.csv": csv_bytes(t.columns, t.rows(), encoding=encoding) for name, t in tables.items()}
    heights = {f"{name}.csv": t.height for name, t in tables.items()}
    files = {name: {"rows": heights[name], "sha256": _sha256(content)} for name, content in contents.items()}
    contents[_MANIFEST] = document_bytes({**manifest, "files": files})
    try:
        _publish(folder, contents)
    except OSError as error:
        raise ExposureError(f"{folder} cannot be written: {error.strerror}") from error
    return [folder / name for name in contents]


def _publish(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder = links.followed(folder)
    beside = _beside(folder)
    beside.mkdir(parents=True)
    try:
        for name, content in contents.items():
            (beside / name).write_bytes(content)
        _move_into_place(beside, folder, list(contents))
    finally:
        _clear(beside, contents)


def _move_into_place(beside: Path, folder: Path, names: Sequence[str]) -> None:
    if not folder.exists():
        beside.rename(folder)
        return
    (folder / _MANIFEST).unlink(missing_ok=True)
    for name in names:
        (beside / name).replace(folder / name)


def _clear(beside: Path, names: Iterable[str]) -> None:
    if beside.exists():
        for name in names:
            (beside / name).unlink(missing_ok=True)
        beside.rmdir()


def _replace(path: Path, content: bytes) -> None:
    beside = _beside(path)
    try:
        with beside.open("xb") as file:
            file.write(content)
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _write_through(path: Path, content: bytes) -> None:
    """Write to a device or a pipe as it stands; moving a file over it would put an end to it."""
    with path.open("wb") as file:
        file.write(content)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


#: formats that need nothing but columns and rows
TEXT_FORMATS: dict[str, Callable[[Sequence[str], Rows], bytes]] = {"csv": csv_bytes, "json": json_bytes}
