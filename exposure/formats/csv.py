"""CSV by RFC 4180 with LF, in which no cell runs as a formula in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal

from exposure.formats import Encoding
from exposure.formats.numbers import format_decimal, format_exact

#: a spreadsheet runs a text that begins so as a formula, in Chinese and Japanese editions also with wide signs
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
#: what a spreadsheet may take from the beginning of a cell
_BLANKS = "\t\r\n\v\f \xa0\u3000\u200b\u2060\ufeff"
_CONTROLS = ("\t", "\r", "\n")
_NEEDS_QUOTES = frozenset('",\r\n')


def encode_csv(columns: Sequence[str], rows: Sequence[Sequence[object]], *, encoding: Encoding = "utf-8") -> bytes:
    """Return rows under a header; unknown is empty, numbers have 12 significant digits."""
    lines = [_line(map(_guard, columns)), *(_line(map(_cell, row)) for row in rows)]
    return "".join(lines).encode(encoding)


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
        return format_exact(value)
    if isinstance(value, Decimal):
        return format_decimal(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return _guard(_text(value))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple) and not any(isinstance(part, list | tuple | dict) for part in value):
        return "; ".join(part if isinstance(part, str) else _cell(part) for part in value)
    if isinstance(value, list | tuple | dict):
        from exposure.formats.json import dump_json

        return dump_json(value)
    return str(value)


def _guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run."""
    runs = text.startswith(_CONTROLS) or text.lstrip(_BLANKS).startswith(_FORMULA_STARTS)
    return f"'{text}" if runs else text
