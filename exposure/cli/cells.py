"""Cells of tables for people: functions that turn a row into text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from exposure.cli.terminal import Row, format_cell
from exposure.formats.numbers import (
    format_change,
    format_money,
    format_parts,
    format_percent,
    format_quantity,
    format_span,
)
from exposure.question import EVIDENCE

#: parts of a score change that are not inputs -> what a reader calls them
_NAMED_PARTS = {"membership": "who is ranked"}
_MAX_PARTS = 2
_MAX_FACTS = 2
#: a known part that is all but rounding
_ALL = 0.995
#: letters of a name that leave room for another cell's worth beside it
_LONG_NAME = 12

Cell = Callable[[Row], str]


def show(name: str, write: Callable[[Any], str] = format_cell) -> Cell:
    """Return a cell of one column."""
    return lambda row: write(row[name])


def show_exposure(row: Row) -> str:
    """Show the exposure; "≥" says that it is the known part of more, where the range leaves room for more."""
    weight, known, high = row["exposure_weight"], row["known_part"], row["exposure_high"]
    has_more = None not in (weight, known, high) and known < _ALL and high > weight
    return ("≥ " if has_more else "") + format_percent(weight)


def show_company(row: Row) -> str:
    """Show the names, and in brackets the parent whose figures hold those of the company.

    Beside a parent, a long name gives way to the local one, so that the cell is not cut before the brackets.
    """
    names = [name for name in (row["name"], row["name_local"]) if name is not None]
    if row["consolidated_in"]:
        names = [*(names if len(row["name"]) <= _LONG_NAME else names[-1:]), f"({row['consolidated_in']})"]
    return " ".join(names)


def show_known_money(row: Row) -> str:
    """Show programme revenue; where nothing of it is known, nothing."""
    return "" if row["known_part"] == 0 else format_money(row["programme_revenue_usd"])


def show_span(low: str, high: str, write: Callable[[Any], str] = format_percent) -> Cell:
    """Return a cell of two ends."""
    return lambda row: format_span(write(row[low]), write(row[high]))


def show_joined(*names: str) -> Cell:
    """Return a cell of several columns."""
    return lambda row: " ".join(format_cell(row[name]) for name in names if row[name] is not None)


def show_facts(name: str) -> Cell:
    """Return a cell of the first of many facts."""

    def write(row: Row) -> str:
        value = row[name] or ()
        facts = value.split("; ") if isinstance(value, str) else list(value)
        more = f" +{len(facts) - _MAX_FACTS}" if len(facts) > _MAX_FACTS else ""
        return "; ".join(facts[:_MAX_FACTS]) + more

    return write


def show_points(name: str) -> Cell:
    """Return a cell of a change of a fraction in percentage points."""
    return lambda row: format_change(None if row[name] is None else row[name] * 100)


def show_quantity(name: str) -> Cell:
    """Return a cell of a number whose unit has a column of its own."""
    return lambda row: _quantity(row[name], row["unit"])


def show_quantities(low: str, high: str) -> Cell:
    """Return a cell of two such numbers."""
    return lambda row: format_span(_quantity(row[low], row["unit"]), _quantity(row[high], row["unit"]))


def show_estimate(row: Row) -> str:
    """Return the base of an estimate, or its range."""
    write = partial(_quantity, unit=row["unit"], currency=row["currency"])
    return write(row["base"]) if row["base"] is not None else format_span(write(row["low"]), write(row["high"]))


def _quantity(value: float | None, unit: str | None, currency: str | None = None) -> str:
    """Return a number without its unit, fractions in percent."""
    if value is None:
        return ""
    return format_quantity(value, "fraction" if unit == "fraction" and currency is None else "")


# --- of one table -------------------------------------------------------------------------


def show_evidence(row: Row) -> str:
    """Return the parts of the money that rest on filings, research, rumours and assumptions, in percent."""
    return format_parts(row[f"part_{name}"] for name in EVIDENCE)


def show_scenario_change(row: Row) -> str:
    """Return the relative change of programme revenue in a scenario."""
    base, change = row["base_programme_revenue_usd"], row["programme_revenue_usd_change"]
    known = isinstance(base, float) and isinstance(change, float) and base
    return format_change(change / base if known else None, "+.1%")


def show_of_stayed(cell: Cell) -> Cell:
    """Return a cell that is empty for a company that came or went: nothing of it changed, it was not there."""
    return lambda row: cell(row) if row["standing"] == "stayed" else ""


def show_score_parts(row: Row) -> str:
    """Return the largest parts of a change of score, by input."""
    others = ("from", "to", "change", "own", "peers", "method")
    parts = {name.removeprefix("score_"): row[name] for name in row if name.startswith("score_")}
    inputs = [(name, part) for name, part in parts.items() if name not in others]
    largest = sorted(inputs, key=lambda part: -abs(part[1] or 0))[:_MAX_PARTS]
    return ", ".join(
        f"{_NAMED_PARTS.get(name, name)} {text}" for name, part in largest if (text := format_change(part))
    )


def show_finding(row: Row) -> str:
    """Return a finding's message with the reason of its waiver."""
    waived = f" Waived: {row['reason']}." if row["reason"] else ""
    return format_cell(row["message"]) + waived.replace("..", ".")


def show_stated(row: Row) -> str:
    """Return what a source states."""
    if row["audited"] == "pair":
        return format_cell(row["first_statement"])
    if row["unit"] == "fraction":
        return format_percent(row["stated"])
    return f"{format_cell(row['stated'])} {row['unit'] or ''}".strip()


def show_recomputed(row: Row) -> str:
    """Return what follows from a source's own figures, or the statement that contradicts it."""
    if row["audited"] == "pair":
        return format_cell(row["second_statement"])
    return show_span("recomputed_low", "recomputed_high", format_percent if row["unit"] == "fraction" else format_cell)(
        row
    )


def show_fact_value(row: Row) -> str:
    """Return what a fact states, with its unit; a range where it states no figure."""
    unit, currency = row["unit"] or "", row["currency"]
    value = show_estimate(row)
    if not value or (unit == "fraction" and currency is None):
        return value
    return f"{currency} {value}" if currency else f"{value} {unit}".strip()


def show_fact_kind(row: Row) -> str:
    """Return the kind of a fact, with its measure where that says more."""
    return row["kind"] if row["measure"] == row["kind"] else f"{row['kind']}, {row['measure']}"


def show_source(row: Row) -> str:
    """Return the heading of the facts of one document."""
    published = f"published {row['published_on']}" if row["published_on"] else "date unknown"
    return f"{row['source_id']}: {row['source_title']} ({row['publisher']}, {published})"


def show_digest(row: Row) -> str:
    """Return the heading of the proposals from one document."""
    named = ", ".join(format_cell(row[name]) for name in ("title", "publisher", "published_on") if row[name])
    return f"document {row['document']}{': ' * bool(named)}{named}"
