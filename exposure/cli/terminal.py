"""Tables for people: aligned in a terminal, wide characters included, and short enough to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

Row = Mapping[str, Any]

_GAP = "  "
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: width that a text keeps while there are columns to drop, and where there are none
_MIN_WIDTH, _LEAST_WIDTH = 12, 8
#: lines that a text may take
_MAX_LINES = 4
#: remainder of sums of floats that are zero
_NOISE = 1e-12


class Column(NamedTuple):
    """A column of a table for people."""

    header: str
    #: row -> text of the cell
    format: Callable[[Row], str]
    #: numbers are aligned right and never cut
    right: bool = False
    #: width that a text keeps while there are columns to drop
    min_width: int = _MIN_WIDTH
    #: in a narrow terminal the highest is dropped first; 0 only after every text is cut
    drop: int = 0
    #: a text too long for its column continues below
    wraps: bool = False


class Layout(NamedTuple):
    """The columns a reader needs, and how rows are set apart."""

    columns: Sequence[Column]
    #: row -> heading of its block
    heading: Callable[[Row], str] = lambda row: ""  # noqa: ARG005
    #: row -> whether it matters less
    is_dimmed: Callable[[Row], bool] = lambda row: False  # noqa: ARG005


class Table(NamedTuple):
    """A table as text, and whether it lacks columns of the answer."""

    text: str
    is_cut: bool


def format_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    layout: Layout | None = None,
    max_width: int | None = None,
    colour: bool = False,
) -> Table:
    """Return rows aligned under their headers, in lines of at most `max_width` cells."""
    chosen = _plain_layout(columns, rows) if layout is None else layout
    records: list[Row] = [dict(zip(columns, row, strict=True)) for row in rows]
    body = [[column.format(record) for column in chosen.columns] for record in records]
    kept, widths = _fit_columns(chosen.columns, body, max_width)
    kept_columns = [chosen.columns[i] for i in kept]
    lines = _row_lines([column.header for column in kept_columns], kept_columns, widths, _BOLD if colour else "")
    heading = ""
    for record, cells in zip(records, body, strict=True):
        if (block := chosen.heading(record)) != heading:
            heading = block
            lines += [_cut(heading, max_width or display_width(heading))] if heading else []
        style = _DIM if colour and chosen.is_dimmed(record) else ""
        lines += _row_lines([cells[i] for i in kept], kept_columns, widths, style)
    whole = len(chosen.columns) if layout is None else len(columns)
    return Table("\n".join(lines) + "\n", len(kept) < whole)


def _plain_layout(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Layout:
    """Return a layout of every column as it is, dropped from the last."""

    def cell(name: str) -> Callable[[Row], str]:
        return lambda row: format_cell(row[name])

    return Layout(
        [
            Column(_escape(name), cell(name), right=any(_is_number(row[i]) for row in rows), drop=i)
            for i, name in enumerate(columns)
        ]
    )


# --- cells --------------------------------------------------------------------------------


def format_cell(value: object) -> str:
    """Return any value as text for people; empty where unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _short_number(float(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return _escape("; ".join(map(str, value)))
    return _escape(str(value))


def display_width(text: str) -> int:
    """Return the terminal cells of a text: two for Chinese, Japanese and Korean, none for combining marks."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _short_number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) > _NOISE else "0"


def _escape(text: str) -> str:
    """Return a text with control characters by name, so that data cannot steer the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


# --- columns ------------------------------------------------------------------------------


def _fit_columns(
    columns: Sequence[Column], body: Sequence[Sequence[str]], max_width: int | None
) -> tuple[list[int], list[int]]:
    """Return the columns that fit and their widths: columns to drop go first, then texts are cut."""
    cells = [[column.header, *(row[i] for row in body)] for i, column in enumerate(columns)]
    full = [max(map(display_width, column)) for column in cells]
    least = [n if column.right else min(n, column.min_width) for n, column in zip(full, columns, strict=True)]
    kept = list(range(len(columns)))
    while max_width is not None and _line_width(least, kept) > max_width and len(kept) > 1:
        last = max(kept[1:], key=lambda i: (columns[i].drop, i))
        narrower = [n if column.right else min(n, _LEAST_WIDTH) for n, column in zip(least, columns, strict=True)]
        if not columns[last].drop and narrower != least:
            least = narrower
        else:
            kept.remove(last)
    return kept, _shrink([full[i] for i in kept], [least[i] for i in kept], max_width)


def _line_width(widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(widths[i] for i in kept) + len(_GAP) * (len(kept) - 1)


def _shrink(full: Sequence[int], least: Sequence[int], max_width: int | None) -> list[int]:
    """Return widths whose line fits, taken from the widest columns."""
    widths = list(full)
    while max_width is not None and _line_width(widths, range(len(widths))) > max_width:
        wide = [i for i, cells in enumerate(widths) if cells > least[i]]
        if not wide:
            break
        widths[max(wide, key=lambda i: widths[i])] -= 1
    return widths


# --- lines --------------------------------------------------------------------------------


def _row_lines(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int], style: str) -> list[str]:
    """Return the lines of one row, several where a text wraps."""
    parts = [
        _wrap(cell, width) if column.wraps else [_cut(cell, width)]
        for cell, column, width in zip(cells, columns, widths, strict=True)
    ]
    lines = []
    for position in range(max(map(len, parts), default=0)):
        padded = (
            _pad(part[position] if position < len(part) else "", width, right=column.right)
            for part, column, width in zip(parts, columns, widths, strict=True)
        )
        line = _GAP.join(padded).rstrip()
        lines.append(f"{style}{line}{_RESET}" if style else line)
    return lines


def _wrap(text: str, width: int) -> list[str]:
    """Break a text between words into a few lines; the last one is cut."""
    lines = [""]
    for position, word in enumerate(words := text.split()):
        longer = f"{lines[-1]} {word}".strip()
        if display_width(longer) <= width or not lines[-1]:
            lines[-1] = longer
        elif len(lines) == _MAX_LINES:
            lines[-1] = " ".join([lines[-1], *words[position:]])
            break
        else:
            lines.append(word)
    return [_cut(line, width) for line in lines]


def _pad(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - display_width(cell))
    return space + cell if right else cell + space


def _cut(text: str, width: int) -> str:
    if display_width(text) <= width:
        return text
    kept = ""
    taken = 1  # the ellipsis
    for character in text:
        taken += _cells(character)
        if taken > width:
            break
        kept += character
    return kept + "…"
