"""The types of cells: plain numbers, days, ids, codes, periods and texts, and the words that several tables share."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
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
#: days outside are slips of the pen; periods lie in the same years
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
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


def _match(pattern: str, kind: str) -> AfterValidator:
    """Return a check that a cell is of a kind."""

    def check(cell: str) -> str:
        if not re.fullmatch(pattern, cell):
            raise ValueError(f"{cell!r} is not {kind}")
        return cell

    return AfterValidator(check)


def _check_day(cell: object) -> object:
    if isinstance(cell, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise ValueError(f"{cell!r} is not a date written YYYY-MM-DD")
    return cell


def _check_known_day(day: date) -> date:
    """Refuse a day far off: the latest day of all facts is the default as-of date."""
    if day < _FIRST_DAY:
        raise ValueError(f"{day} is before the year {_FIRST_DAY.year}")
    if day > _LAST_DAY:
        raise ValueError(f"{day} is after the year {_LAST_DAY.year}")
    return day


def _parse_flag(cell: object) -> object:
    if cell not in ("true", "false", True, False):
        raise ValueError(f"{cell!r} is neither true nor false")
    return cell in ("true", True)


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


def _check_pattern(cell: str) -> str:
    try:
        re.compile(cell)
    except re.error as error:
        raise ValueError(f"{cell!r} is not a regular expression: {error.msg}") from None
    return cell


def _check_month_day(cell: str) -> str:
    try:
        date.fromisoformat(f"2000-{cell}")
    except ValueError:
        raise ValueError(f"{cell!r} is not a day of the year written MM-DD") from None
    return cell


@dataclass(frozen=True)
class RefersTo:
    """Marks a cell whose value one of these `table.column`s must hold."""

    targets: tuple[str, ...]


Number = Annotated[float, BeforeValidator(_parse_number)]
Day = Annotated[date, BeforeValidator(_check_day)]
KnownDay = Annotated[Day, AfterValidator(_check_known_day)]
MonthDay = Annotated[str, AfterValidator(_check_month_day)]
Period = Annotated[str, AfterValidator(_check_period)]
Flag = Annotated[bool, BeforeValidator(_parse_flag)]
Text = Annotated[str, AfterValidator(_check_text)]
Pattern = Annotated[Text, AfterValidator(_check_pattern)]
Currency = Annotated[str, _match(r"[A-Z]{3}", "a three-letter currency code")]
Id = Annotated[str, _match(r"[a-z0-9][a-z0-9.-]*", "an id (lower-case letters, digits, '-' and '.')")]
Code = Annotated[str, _match(r"[A-Za-z0-9][A-Za-z0-9._-]*", "a code (letters, digits, '-', '_' and '.')")]
Codes = Annotated[tuple[str, ...], BeforeValidator(_split_codes)]

OriginId = Annotated[Id, RefersTo(("origins.origin_id",))]
SourceId = Annotated[Code, RefersTo(("sources.source_id",))]
Mic = Annotated[Code, RefersTo(("exchanges.mic",))]
CompanyId = Annotated[Id, RefersTo(("companies.company_id",))]
CompanyIds = Annotated[Codes, RefersTo(("companies.company_id",))]
FamilyId = Annotated[Id, RefersTo(("families.family_id",))]
ProgrammeId = Annotated[Id, RefersTo(("programmes.programme_id",))]
GroupId = Annotated[Id, RefersTo(("scopes.scope_id",))]
#: what a source may speak of: a family, a group of programmes, or a programme
ScopeId = Annotated[Id, RefersTo(("families.family_id", "scopes.scope_id", "programmes.programme_id"))]
#: what may move together with another
CorrelatedId = Annotated[Id, RefersTo(("families.family_id", "programmes.programme_id"))]
ProductId = Annotated[Id, RefersTo(("products.product_id",))]
SignalName = Annotated[Code, RefersTo(("signal_metrics.metric",))]
MetricName = Annotated[Code, RefersTo(("claim_metrics.metric", "signal_metrics.metric"))]

Tier = Literal["disclosed", "reported", "estimate", "rumour", "assumption"]
UnitBasis = Literal["chip", "board", "tray", "server", "rack", "module", "piece"]
SourcingMode = Literal["sole", "main", "co-main", "second", "minor", "participant"]
Basis = Literal[
    "published", "origin_published", "month_end", "year_end", "before", "collected", "filing_deadline", "rests_on"
]  # fmt: skip
