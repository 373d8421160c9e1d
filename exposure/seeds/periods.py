"""Periods as the seeds write them, with their first and last day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

GRAMMAR = (
    "2026, 2025Q3, 2025H1, 2025-12, 9M2025, FY2025-11 (twelve months to November 2025), "
    "FQ2025-08 (three months to August 2025), TTM2025-09, or two of them as 2025..2026"
)

_YEAR, _MONTH = "(?P<year>[0-9]{4})", "-(?P<number>[0-9]{2})"
#: form of a period -> months from one number to the next, and months in the period
_FORMS = {
    re.compile(_YEAR): (12, 12),
    re.compile(f"{_YEAR}Q(?P<number>[1-4])"): (3, 3),
    re.compile(f"{_YEAR}H(?P<number>[12])"): (6, 6),
    re.compile(_YEAR + _MONTH): (1, 1),
    re.compile(f"9M{_YEAR}"): (9, 9),
    re.compile(f"(?:FY|TTM){_YEAR}{_MONTH}"): (1, 12),
    re.compile(f"FQ{_YEAR}{_MONTH}"): (1, 3),
}


def parse_period(period: str) -> tuple[date, date]:
    """Return the first and the last day of a period; raise ValueError when it is not one."""
    first, separator, last = period.partition("..")
    start, end = _parse_single(first)
    if separator:
        end = _parse_single(last)[1]
    if end < start:
        raise ValueError(f"{period!r} ends before it starts")
    return start, end


def _parse_single(period: str) -> tuple[date, date]:
    for form, (step, length) in _FORMS.items():
        if match := form.fullmatch(period):
            return _span_months(int(match["year"]), step * int(match.groupdict().get("number", 1)), length)
    raise ValueError(f"{period!r} is not a period; write {GRAMMAR}")


def _span_months(year: int, last_month: int, length: int) -> tuple[date, date]:
    """Return the first and the last day of the `length` months that end with `last_month` of `year`."""
    if not (1 <= last_month <= 12 and 1990 <= year <= 2100):
        raise ValueError(f"{year}-{last_month:02d} is not a month between 1990 and 2100")
    first = year * 12 + last_month - length
    start = date(first // 12, first % 12 + 1, 1)
    return start, date(year, last_month, monthrange(year, last_month)[1])
