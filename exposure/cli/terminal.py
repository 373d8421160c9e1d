"""Tables for people: aligned in a terminal, wide characters included, and short enough to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

Rows = Sequence[Sequence[object]]
Row = Mapping[str, Any]

_GAP = "  "
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: a text is cut to this while there are columns to spare, and to the other where there are none
_NARROWEST = 12
_NARROWER = 8
#: lines that a text may take
_MOST_LINES = 4
#: what sums of floats leave behind where nothing is
_NOISE = 1e-12


class Column(NamedTuple):
    """A column of a table for people."""

    header: str
    #: what its cell says of a row
    write: Callable[[Row], str]
    #: numbers stand to the right and are never cut
    right: bool = False
    #: cells that a text keeps while there are columns to spare
    least: int = _NARROWEST
    #: in a narrow terminal the column with the highest goes first, those of 0 last
    spare: int = 0
    #: a text too long for its column goes on below
    wraps: bool = False


class Layout(NamedTuple):
    """Which columns a reader needs, and how rows are set apart."""

    columns: Sequence[Column]
    #: the heading of the block that a row belongs to
    block: Callable[[Row], str] = lambda row: ""  # noqa: ARG005
    #: rows of less weight
    faint: Callable[[Row], bool] = lambda row: False  # noqa: ARG005


class Table(NamedTuple):
    """A table as text, and whether it has fewer columns than the answer."""

    text: str
    left_out: bool


def width(text: str) -> int:
    """Count the terminal cells that a text takes: two for Chinese, Japanese and Korean, none for marks."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def aligned(
    columns: Sequence[str],
    rows: Rows,
    *,
    layout: Layout | None = None,
    room: int | None = None,
    colour: bool = False,
) -> Table:
    """Lay out rows under their headers, numbers to the right, in lines of no more than `room` cells."""
    chosen = _plain(columns, rows) if layout is None else layout
    records: list[Row] = [dict(zip(columns, row, strict=True)) for row in rows]
    body = [[column.write(record) for column in chosen.columns] for record in records]
    kept, widths = _fitted(chosen.columns, body, room)
    shown = [chosen.columns[i] for i in kept]
    lines = _row_lines([column.header for column in shown], shown, widths, _BOLD if colour else "")
    heading = ""
    for record, cells in zip(records, body, strict=True):
        if (block := chosen.block(record)) != heading:
            heading = block
            lines += [_cut(heading, room or width(heading))] if heading else []
        style = _DIM if colour and chosen.faint(record) else ""
        lines += _row_lines([cells[i] for i in kept], shown, widths, style)
    whole = len(chosen.columns) if layout is None else len(columns)
    return Table("\n".join(lines) + "\n", len(kept) < whole)


def _plain(columns: Sequence[str], rows: Rows) -> Layout:
    """Show every column as it is; the last ones go first."""
    return Layout(
        [
            Column(_visible(name), _cell_of(name), right=any(_is_number(row[i]) for row in rows), spare=i)
            for i, name in enumerate(columns)
        ]
    )


def _cell_of(name: str) -> Callable[[Row], str]:
    return lambda row: shown(row[name])


# --- words for numbers --------------------------------------------------------------------


def money(value: object) -> str:
    """Write dollars in millions or billions; unknown stays empty."""
    if not isinstance(value, int | float | Decimal):
        return ""
    amount = float(value)
    return f"{amount / 1e9:,.1f}bn" if abs(amount) >= 999.5e6 else f"{amount / 1e6:,.0f}m"


def percent(value: object) -> str:
    """Write a fraction in percent; unknown stays empty."""
    if not isinstance(value, int | float | Decimal):
        return ""
    hundredths = round(float(value) * 100, 1)
    if not hundredths:
        return "0%"
    return f"{hundredths:.1f}%" if abs(hundredths) < 10 else f"{float(value) * 100:.0f}%"


def rounded(value: object, form: str = ".1f") -> str:
    """Write a number in a form; unknown stays empty."""
    return format(float(value), form) if isinstance(value, int | float | Decimal) else ""


def change(value: float | None, form: str = "+.1f") -> str:
    """Write how much a figure moves; one that does not move to the eye stays empty."""
    text = "" if value is None else format(value, form)
    return text if any(digit in text for digit in "123456789") else ""


def span(low: str, high: str) -> str:
    """Write two ends that were written before; once where they read alike."""
    if low == high:
        return low
    return f"{low} to {high}".strip()


# --- cells --------------------------------------------------------------------------------


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def shown(value: object) -> str:
    """Write a value for the eye; unknown is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _short_number(float(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return _visible("; ".join(map(str, value)))
    return _visible(str(value))


def _short_number(value: float) -> str:
    """Write a number for the eye: five digits or so, thousands apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) > _NOISE else "0"


def _visible(text: str) -> str:
    """Show control characters as their names: data does not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


# --- layout -------------------------------------------------------------------------------


def _fitted(columns: Sequence[Column], body: Sequence[Sequence[str]], room: int | None) -> tuple[list[int], list[int]]:
    """Choose the columns that the room has place for, and their widths: texts give way, then columns to spare."""
    cells = [[column.header, *(row[i] for row in body)] for i, column in enumerate(columns)]
    full = [max(map(width, column)) for column in cells]
    least = [n if column.right else min(n, column.least) for n, column in zip(full, columns, strict=True)]
    kept = list(range(len(columns)))
    while room is not None and _line_width(least, kept) > room and len(kept) > 1:
        last = max(kept[1:], key=lambda i: (columns[i].spare, i))
        narrower = [n if column.right else min(n, _NARROWER) for n, column in zip(least, columns, strict=True)]
        if not columns[last].spare and narrower != least:
            least = narrower
        else:
            kept.remove(last)
    return kept, _shrunk([full[i] for i in kept], [least[i] for i in kept], room)


def _line_width(widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(widths[i] for i in kept) + len(_GAP) * (len(kept) - 1)


def _shrunk(full: Sequence[int], least: Sequence[int], room: int | None) -> list[int]:
    """Take from the widest columns what is too much for the room."""
    widths = list(full)
    while room is not None and _line_width(widths, range(len(widths))) > room:
        spare = [i for i, cells in enumerate(widths) if cells > least[i]]
        if not spare:
            break
        widths[max(spare, key=lambda i: widths[i])] -= 1
    return widths


def _row_lines(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int], style: str) -> list[str]:
    """Write one row, over several lines where a text goes on below."""
    parts = [
        _wrapped(cell, cells_) if column.wraps else [_cut(cell, cells_)]
        for cell, column, cells_ in zip(cells, columns, widths, strict=True)
    ]
    lines = []
    for position in range(max(map(len, parts), default=0)):
        padded = (
            _padded(part[position] if position < len(part) else "", cells_, right=column.right)
            for part, column, cells_ in zip(parts, columns, widths, strict=True)
        )
        line = _GAP.join(padded).rstrip()
        lines.append(f"{style}{line}{_PLAIN}" if style else line)
    return lines


def _wrapped(text: str, cells: int) -> list[str]:
    """Break a text between words into a few lines; what is too much for them is cut."""
    lines = [""]
    for position, word in enumerate(words := text.split()):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer) <= cells or not lines[-1]:
            lines[-1] = longer
        elif len(lines) == _MOST_LINES:
            lines[-1] = " ".join([lines[-1], *words[position:]])
            break
        else:
            lines.append(word)
    return [_cut(line, cells) for line in lines]


def _padded(cell: str, cells: int, *, right: bool) -> str:
    space = " " * (cells - width(cell))
    return space + cell if right else cell + space


def _cut(text: str, cells: int) -> str:
    if width(text) <= cells:
        return text
    kept = ""
    taken = 1  # the ellipsis
    for character in text:
        taken += _cells(character)
        if taken > cells:
            break
        kept += character
    return kept + "…"
