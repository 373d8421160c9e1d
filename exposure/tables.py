"""Tables for people: aligned in a terminal, wide characters included, and short enough to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

Rows = Sequence[Sequence[object]]

_GAP = "  "
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: a column is never cut below this
_NARROWEST = 12


def width(text: str) -> int:
    """Count the terminal cells that a text takes: two for Chinese, Japanese and Korean, none for marks."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def aligned(columns: Sequence[str], rows: Rows, *, room: int | None = None, colour: bool = False) -> str:
    """Lay out rows under their headers, numbers to the right; cut long texts to `room` cells a line."""
    numeric = [any(_is_number(row[i]) for row in rows) for i in range(len(columns))]
    body = [[_shown(value) for value in row] for row in rows]
    return _laid_out([_visible(name) for name in columns], body, numeric, room=room, colour=colour)


def watchlist(columns: Sequence[str], rows: Rows, *, room: int | None = None, colour: bool = False) -> str:
    """Lay out what a reader of the watchlist looks at first: who, how exposed, how much money, how sure."""
    headers = (
        "rank",
        "rank range",
        "ticker",
        "company",
        "score",
        "grade",
        "exposure",
        "range",
        "programme USD",
        "base year",
        "assumed",
    )
    numeric = [header not in ("ticker", "company", "grade") for header in headers]
    companies = [dict(zip(columns, row, strict=True)) for row in rows]
    body = [_watchlist_line(company) for company in companies]
    faint = {i for i, company in enumerate(companies) if company["grade"] == "C"}
    return _laid_out(headers, body, numeric, room=room, colour=colour, faint=faint)


def _watchlist_line(company: Mapping[str, object]) -> list[str]:
    return [
        _shown(company["rank"]),
        _places(company["rank_low"], company["rank_high"]),
        _shown(company["ticker"]),
        " ".join(_shown(company[name]) for name in ("name", "name_local") if company[name] is not None),
        _rounded(company["score"], ".1f"),
        _shown(company["grade"]),
        _percent(company["exposure_weight"]),
        _range(company["exposure_low"], company["exposure_high"]),
        money(company["programme_revenue_usd"]),
        _percent(company["exposure_base"]),
        _percent(company["assumed_part"]),
    ]


def scenario(columns: Sequence[str], rows: Rows, *, room: int | None = None, colour: bool = False) -> str:
    """Lay out base, scenario and change side by side: rank, exposure and programme revenue."""
    headers = (
        "rank", "base", "ticker", "company", "exposure", "base", "points", "programme USD", "base", "change",
        "not reached",
    )  # fmt: skip
    numeric = [header not in ("ticker", "company", "not reached") for header in headers]
    companies = [dict(zip(columns, row, strict=True)) for row in rows]
    body = [_scenario_line(company) for company in companies]
    faint = {i for i, company in enumerate(companies) if company["programme_revenue_usd_change"] == 0}
    return _laid_out(headers, body, numeric, room=room, colour=colour, faint=faint)


def _scenario_line(company: Mapping[str, object]) -> list[str]:
    base, change = company["base_programme_revenue_usd"], company["programme_revenue_usd_change"]
    part = change / base if isinstance(base, float) and isinstance(change, float) and base else None
    points = company["exposure_change"]
    return [
        _shown(company["scenario_rank"]),
        _shown(company["base_rank"]),
        _shown(company["ticker"]),
        _shown(company["name"]),
        _percent(company["scenario_exposure"]),
        _percent(company["base_exposure"]),
        _change(points * 100 if isinstance(points, float) else None, "+.1f"),
        money(company["scenario_programme_revenue_usd"]),
        money(base),
        _change(part, "+.1%"),
        _shown(company["unreached"]),
    ]


def _change(value: float | None, form: str) -> str:
    """Write how much a figure moves; one that does not move stays empty."""
    return format(value, form).replace("-0.0", "0.0") if value else ""


def money(value: object) -> str:
    """Write dollars in millions or billions; unknown stays empty."""
    if not isinstance(value, int | float | Decimal):
        return ""
    amount = float(value)
    return f"{amount / 1e9:,.1f}bn" if abs(amount) >= 999.5e6 else f"{amount / 1e6:,.0f}m"


def _percent(value: object) -> str:
    if not isinstance(value, int | float | Decimal):
        return ""
    percent = float(value) * 100
    return f"{percent:.1f}%" if 0 < abs(percent) < 9.95 else f"{percent:.0f}%"


def _range(low: object, high: object) -> str:
    if low is None and high is None:
        return ""
    return f"{_percent(low)} to {_percent(high)}".strip()


def _places(low: object, high: object) -> str:
    return _shown(low) if low == high else f"{_shown(low)} to {_shown(high)}"


def _rounded(value: object, form: str) -> str:
    return format(float(value), form) if isinstance(value, int | float | Decimal) else ""


# --- cells --------------------------------------------------------------------------------


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _shown(value: object) -> str:
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
    return f"{value + 0.0:.4g}"  # no minus before a zero


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


def _laid_out(
    headers: Sequence[str],
    body: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    *,
    room: int | None,
    colour: bool,
    faint: Iterable[int] = (),
) -> str:
    widths = [max(map(width, column)) for column in zip(headers, *body, strict=True)]
    widths = _fitted(widths, numeric, room)
    lines = [_line(cells, widths, numeric) for cells in (headers, *body)]
    if colour:
        styles = {0: _BOLD} | {i + 1: _DIM for i in faint}
        lines = [f"{styles[i]}{line}{_PLAIN}" if i in styles else line for i, line in enumerate(lines)]
    return "\n".join(lines) + "\n"


def _fitted(widths: Sequence[int], numeric: Sequence[bool], room: int | None) -> list[int]:
    """Take from the widest text columns what is too much for the room, as far as they can give."""
    fitted = list(widths)
    spare = [i for i, is_numeric in enumerate(numeric) if not is_numeric]
    while room is not None and spare and sum(fitted) + len(_GAP) * (len(fitted) - 1) > room:
        widest = max(spare, key=lambda i: fitted[i])
        if fitted[widest] <= _NARROWEST:
            break
        fitted[widest] -= 1
    return fitted


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = (_padded(_cut(cell, w), w, right=n) for cell, w, n in zip(cells, widths, numeric, strict=True))
    return _GAP.join(padded).rstrip()


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
