"""Periods as the seeds write them, with their first and last day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

GRAMMAR = (
    "2026, 2025Q3, 2025H1, 2025-12, 9M2025, FY2025-11 (twelve months to November 2025), "
    "FQ2025-08 (three months to August 2025), TTM2025-09, or two of them as 2025..2026"
)

_CALENDAR = re.compile(r"(?P<year>[0-9]{4})(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|-(?P<month>[0-9]{2}))?")
_ENDING = re.compile(r"(?P<kind>FY|FQ|TTM)(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")
_NINE = re.compile(r"9M(?P<year>[0-9]{4})")
_LENGTH = {"FY": 12, "TTM": 12, "FQ": 3}


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
    if match := _CALENDAR.fullmatch(period):
        year = int(match["year"])
        if match["quarter"]:
            return _span_months(year, int(match["quarter"]) * 3, 3)
        if match["half"]:
            return _span_months(year, int(match["half"]) * 6, 6)
        return _span_months(year, int(match["month"]), 1) if match["month"] else _span_months(year, 12, 12)
    if match := _ENDING.fullmatch(period):
        return _span_months(int(match["year"]), int(match["month"]), _LENGTH[match["kind"]])
    if match := _NINE.fullmatch(period):
        return _span_months(int(match["year"]), 9, 9)
    raise ValueError(f"{period!r} is not a period; write {GRAMMAR}")


def _span_months(year: int, last_month: int, length: int) -> tuple[date, date]:
    """Return the first and the last day of the `length` months that end with `last_month` of `year`."""
    if not (1 <= last_month <= 12 and 1990 <= year <= 2100):
        raise ValueError(f"{year}-{last_month:02d} is not a month between 1990 and 2100")
    first = year * 12 + last_month - length
    start = date(first // 12, first % 12 + 1, 1)
    return start, date(year, last_month, monthrange(year, last_month)[1])
