"""The types of cells: plain numbers, days, ids, codes, periods and texts, and the words that several tables share."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from exposure.seeds.periods import parse_period

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
#: the largest figure in the unit of its table; products of a few larger ones overflow the database's decimals
LARGEST = 1e12
#: the largest number of chips or pieces in one unit, which money and units are multiplied by
LARGEST_COUNT = 1e6
#: the largest figure of a claim, whose unit is free and counts single tokens and watts
LARGEST_CLAIM = 1e18
#: the smallest figure other than zero; smaller ones are slips, and overflow the database's decimals as divisors
SMALLEST = 1e-9
LAST_DAY = date(2100, 12, 31)
#: a century: no claim ages and no window reaches further
LARGEST_DAYS = 36_525.0
#: Unicode categories that editors do not show: controls, format marks, private use, line separators
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def _parse_number(cell: object) -> object:
    """Read plain decimal text only: no nan, inf, 1_000, 1,000 or 5%."""
    if not isinstance(cell, str):
        return cell
    if not NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
        raise ValueError(f"{cell!r} is not a plain decimal number")
    return float(cell)


def _check_day(cell: object) -> object:
    if isinstance(cell, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError(f"{cell!r} is not a date written YYYY-MM-DD")
    return cell


def _parse_flag(cell: object) -> object:
    if cell not in ("true", "false", True, False):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell in ("true", True)


def _check_id(cell: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", cell):
        raise ValueError(f"{cell!r} is not an id (lower-case letters, digits, '-' and '.')")
    return cell


def _check_code(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", cell):
        raise ValueError(f"{cell!r} is not a code (letters, digits, '-', '_' and '.')")
    return cell


def _split_codes(cell: object) -> object:
    """Split `a; b` into its parts, in the order written; an empty cell has none."""
    if not isinstance(cell, str):
        return cell or ()
    parts = tuple(part.strip() for part in cell.split(";"))
    if not all(parts):
        raise ValueError(f"{cell!r} has an empty part; write 'a; b'")
    if len(set(parts)) < len(parts):
        raise ValueError(f"{cell!r} names something twice")
    return parts


def _check_period(cell: str) -> str:
    parse_period(cell)
    return cell


def _check_text(cell: str) -> str:
    if cell != cell.strip():
        raise ValueError("has spaces at its ends")
    for character in cell:
        if unicodedata.category(character) in _INVISIBLE:
            raise ValueError(f"contains the invisible character U+{ord(character):04X}")
    return cell


def _check_currency(cell: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", cell):
        raise ValueError(f"{cell!r} is not a three-letter currency code")
    return cell


def _check_month_day(cell: str) -> str:
    try:
        date.fromisoformat(f"2000-{cell}")
    except ValueError:
        raise ValueError(f"{cell!r} is not a day of the year written MM-DD") from None
    return cell


Number = Annotated[float, BeforeValidator(_parse_number)]
Day = Annotated[date, BeforeValidator(_check_day)]
Flag = Annotated[bool, BeforeValidator(_parse_flag)]
Id = Annotated[str, AfterValidator(_check_id)]
Code = Annotated[str, AfterValidator(_check_code)]
Codes = Annotated[tuple[str, ...], BeforeValidator(_split_codes)]
Period = Annotated[str, AfterValidator(_check_period)]
Text = Annotated[str, AfterValidator(_check_text)]
Currency = Annotated[str, AfterValidator(_check_currency)]
MonthDay = Annotated[str, AfterValidator(_check_month_day)]

Tier = Literal["disclosed", "reported", "estimate", "rumour", "assumption"]
UnitBasis = Literal["chip", "board", "tray", "server", "rack", "module", "piece"]
SourcingMode = Literal["sole", "main", "co-main", "second", "minor", "participant"]
Basis = Literal["published", "month_end", "year_end", "before", "collected", "filing_deadline", "rests_on"]
