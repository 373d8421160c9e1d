"""Find the periods that a text speaks of (今年, 下半年, 2Q25, FY26, next year) and resolve them by its day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

Group = Mapping[str, str | None]


@dataclass(frozen=True)
class Fiscal:
    """A fiscal year or quarter as said; one without a year is the one nearest to the day."""

    year: int | None
    quarter: int | None
    spoken_on: date | None


@dataclass(frozen=True)
class SpokenPeriod:
    """Words that mean a period: the period when it could be resolved, and whether the words name its year."""

    start: int
    end: int
    period: str | None
    fiscal: Fiscal | None = None
    named: bool = True

    def resolved(self, year_end_month: int | None) -> str | None:
        """Give the period, for a fiscal one by the month in which the company's year ends."""
        if self.fiscal is None:
            return self.period
        return None if year_end_month is None else _fiscal(self.fiscal, year_end_month)


_YEAR = "(?:19|20)[0-9]{2}"
_NUMERALS: Mapping[str, int] = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_COUNTED_YEARS: Mapping[str, int] = {
    **{numeral: n for n, numeral in enumerate("二三四五六七八九十", start=2)}, "两": 2, "兩": 2,
    **{w: n for n, w in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2)},
}  # fmt: skip
_LAST_MONTH_OF_FIRST_HALF = 6
_NAMED_QUARTERS: Mapping[str, int] = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_YEARS_AWAY: Mapping[str, int] = {
    "今年": 0, "本年": 0, "本年度": 0, "年内": 0, "全年": 0, "this year": 0, "full-year": 0, "去年": -1, "上年": -1,
    "年底": 0, "年末": 0, "year-end": 0,
    "last year": -1, "前年": -2, "明年": 1, "来年": 1, "來年": 1, "来岁": 1, "next year": 1, "后年": 2, "後年": 2,
}  # fmt: skip
#: what may not stand before a word: in 2026年底 and 每年年底 another word names the year
_ALONE: Mapping[str, str] = dict.fromkeys(("年底", "年末"), "(?<![0-9年每今去明前后後来來本])")
_QUARTERS_AWAY: Mapping[str, int] = {
    "本季度": 0, "本季": 0, "this quarter": 0, "上季度": -1, "上一季度": -1, "last quarter": -1, "下季度": 1,
    "下一季度": 1, "next quarter": 1,
}  # fmt: skip
_MONTHS_AWAY: Mapping[str, int] = {"本月": 0, "this month": 0, "上月": -1, "上个月": -1, "last month": -1, "下月": 1}

#: (name, pattern) in the order in which they are tried at a place
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("between", rf"(?<![0-9])(?P<b1>{_YEAR}) ?年? ?(?:-|~|至|到|to) ?(?P<b2>{_YEAR})(?![0-9])年?(?![-/.][0-9])"),
    ("pair", r"CY(?P<p1>[0-9]{2})E?/(?:CY)?(?P<p2>[0-9]{2})E?(?![0-9])"),
    ("day", rf"(?<![0-9])(?P<d1>{_YEAR})[-/.](?P<d2>[01][0-9])[-/.][0-3][0-9](?![0-9])"),
    (
        "fiscal",
        (rf"FY ?(?P<f1>{_YEAR}|[0-9]{{2}})(?:[ -]?Q(?P<f2>[1-4]))?E?(?![0-9])|FQ(?P<f3>[1-4])(?![0-9])"
        rf"|(?P<f4>{_YEAR}|(?<![0-9])[0-9]{{2}})财年(?:第?(?P<f5>[一二三四1-4])季度?)?"
        rf"|fiscal (?:year )?(?P<f6>{_YEAR})"),
    ),
    (
        "quarter",
        (rf"(?<![0-9])(?P<q1>{_YEAR}|[0-9]{{2}}) ?年? ?第?(?:Q(?P<q2>[1-4])|(?P<q3>[一二三四1-4])季度?)(?![0-9])"
        rf"|(?<![0-9A-Za-z])(?P<q4>[1-4])Q(?P<q5>{_YEAR}|[0-9]{{2}})E?(?![0-9])"
        rf"|(?<![A-Za-z])C?Q(?P<q6>[1-4])[ ']{{1,2}}(?P<q7>{_YEAR}|[0-9]{{2}}(?= |$))(?![0-9%])"
        rf"|(?P<q8>first|second|third|fourth)[ -]quarter (?:of )?(?P<q9>{_YEAR})"),
    ),
    (
        "half",
        (rf"(?<![0-9])(?P<h1>{_YEAR}|[0-9]{{2}}) ?年? ?(?:H(?P<h2>[12])(?![0-9])|(?P<h3>[上下])半年)"
        rf"|(?<![0-9A-Za-z])(?P<h4>[12])H(?P<h5>{_YEAR}|[0-9]{{2}})(?![0-9])"
        rf"|(?<![A-Za-z])H(?P<h6>[12]) (?P<h7>{_YEAR})|(?P<h8>first|second)[ -]half of (?P<h9>{_YEAR})"),
    ),
    (
        "month",
        rf"(?<![0-9])(?P<m1>{_YEAR})(?: ?年 ?(?P<m2>1[0-2]|0?[1-9])月|-(?P<m3>0[1-9]|1[0-2])(?![0-9-]))(?![0-9])",
    ),
    (
        "year",
        (rf"(?<![0-9A-Za-z.])(?<![0-9],)(?P<y1>{_YEAR})(?![0-9]|[.,][0-9]|[A-Za-z]{{2}}| ?[亿万億萬颗个%])"
        r"|CY ?(?P<y2>[0-9]{2})E?(?![0-9])"),
    ),
    ("short", r"(?<![0-9A-Za-z.])(?P<s1>2[0-9]|3[0-5])年(?=[底初末的 ]|上|下|预|营|收|资|全|度)"),
    (
        "ahead",
        (r"(?:未来|未來|今后|今後) ?(?P<a1>[2-9]|1[0-9]|[二两兩三四五六七八九十]) ?年"
        r"|next (?P<a2>[2-9]|two|three|four|five|six|seven|eight|nine|ten) years"),
    ),
    ("away", "|".join(_ALONE.get(w, "") + re.escape(w) for w in sorted(_YEARS_AWAY, key=len, reverse=True))),
    ("quarters", "|".join(sorted((re.escape(word) for word in _QUARTERS_AWAY), key=len, reverse=True))),
    ("months", "|".join(sorted((re.escape(word) for word in _MONTHS_AWAY), key=len, reverse=True))),
    (
        "bare",
        (r"第?(?P<n1>[一二三四])季度|(?<![0-9A-Za-z])(?:CQ|Q)(?P<n2>[1-4])(?![0-9])"
        r"|(?<![0-9A-Za-z])(?P<n3>[1-4])Q(?![0-9])"
        r"|(?P<n4>[上下])半年|(?<![0-9A-Za-z])(?:H(?P<n5>[12])|(?P<n6>[12])H)(?![0-9A-Za-z])"
        r"|(?P<n7>first|second|third|fourth)[ -]quarter|(?P<n8>first|second)[ -]half"),
    ),
    ("named_month", r"(?<![0-9年])(?P<k1>1[0-2]|[1-9])月(?!活)"),
    (
        "trailing",
        (r"(?:过去|過去)(?:12|十二) ?个月|12个月|trailing twelve months|TTM"
        r"|(?:last|past) (?:12|twelve) months"),
    ),
)  # fmt: skip
_ALL = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS), re.IGNORECASE)


def found(text: str, spoken_on: date | None) -> list[SpokenPeriod]:
    """Find the periods in a folded text, in its order; without a day, what is relative to it stays unresolved."""
    return list(_with_year_before(text, [_read(match, spoken_on) for match in _ALL.finditer(text)]))


def _read(match: re.Match[str], spoken_on: date | None) -> SpokenPeriod:
    kind = next(name for name, _ in _PATTERNS if match[name] is not None)
    part = match.groupdict()
    if kind == "fiscal":
        return SpokenPeriod(match.start(), match.end(), None, fiscal=_fiscal_words(part, spoken_on))
    if kind in _NAMED:
        return SpokenPeriod(match.start(), match.end(), _NAMED[kind](part))
    period = None if spoken_on is None else _RELATIVE[kind](match, part, spoken_on)
    return SpokenPeriod(match.start(), match.end(), period, named=False)


def _with_year_before(text: str, periods: list[SpokenPeriod]) -> Iterator[SpokenPeriod]:
    """Give a quarter or half without a year the year that stands right before it: 明年上半年, 2025年 ... 第三季度."""
    last: SpokenPeriod | None = None
    for period in periods:
        joins = last and len(text[last.end : period.start].strip(" 的,")) == 0 and period.start - last.end <= 2
        if joins and last and last.period and len(last.period) == 4 and _part_of_year(period):
            period = SpokenPeriod(last.start, period.end, last.period + str(period.period)[4:], named=last.named)
        yield period
        last = period


def _part_of_year(period: SpokenPeriod) -> bool:
    return not period.named and bool(re.fullmatch("[0-9]{4}[QH][1-4]", period.period or ""))


# --- kinds --------------------------------------------------------------------------------


def _first(part: Group, *names: str) -> str:
    return next((part[name] or "" for name in names if part[name]), "")


def _full(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def _ordinal(word: str) -> int:
    return _NUMERALS.get(word) or _NAMED_QUARTERS.get(word.lower()) or (1 if word == "上" else 2)


def _between(part: Group) -> str | None:
    first, last = _first(part, "b1", "p1"), _first(part, "b2", "p2")
    first, last = _full(first), _full(last)
    return f"{first}..{last}" if first < last else None


def _quarter(part: Group) -> str:
    year = _full(_first(part, "q1", "q5", "q7", "q9"))
    return f"{year}Q{_ordinal(_first(part, 'q2', 'q3', 'q4', 'q6', 'q8'))}"


def _half(part: Group) -> str:
    year = _full(_first(part, "h1", "h5", "h7", "h9"))
    return f"{year}H{_ordinal(_first(part, 'h2', 'h3', 'h4', 'h6', 'h8'))}"


def _year(part: Group) -> str:
    return _full(_first(part, "y1", "y2", "s1"))


_NAMED: Mapping[str, Callable[[Group], str | None]] = {
    "between": _between,
    "pair": _between,
    "day": lambda part: f"{part['d1']}-{part['d2']}" if 1 <= int(part["d2"] or 0) <= 12 else None,
    "quarter": _quarter,
    "half": _half,
    "month": lambda part: f"{part['m1']}-{int(_first(part, 'm2', 'm3')):02d}",
    "year": _year,
    "short": _year,
}


def _away(match: re.Match[str], _part: Group, spoken_on: date) -> str:
    return str(spoken_on.year + _YEARS_AWAY[match[0].lower()])


def _ahead(_match: re.Match[str], part: Group, spoken_on: date) -> str:
    """Take so many years from the one of the day, or in its second half from the one that follows."""
    first = spoken_on.year + (spoken_on.month > _LAST_MONTH_OF_FIRST_HALF)
    return f"{first}..{first + _number_of_years(_first(part, 'a1', 'a2')) - 1}"


def _number_of_years(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() else _COUNTED_YEARS[word.lower()]


def _quarters(match: re.Match[str], _part: Group, spoken_on: date) -> str:
    number = spoken_on.year * 4 + (spoken_on.month - 1) // 3 + _QUARTERS_AWAY[match[0].lower()]
    return f"{number // 4}Q{number % 4 + 1}"


def _months(match: re.Match[str], _part: Group, spoken_on: date) -> str:
    number = spoken_on.year * 12 + spoken_on.month - 1 + _MONTHS_AWAY[match[0].lower()]
    return f"{number // 12}-{number % 12 + 1:02d}"


def _bare(_match: re.Match[str], part: Group, spoken_on: date) -> str:
    """Take the quarter nearest to the day, and the half of its year."""
    if half := _first(part, "n4", "n5", "n6", "n8"):
        return f"{spoken_on.year}H{_ordinal(half)}"
    quarter = _ordinal(_first(part, "n1", "n2", "n3", "n7"))
    year = min((spoken_on.year - 1, spoken_on.year, spoken_on.year + 1), key=lambda y: _days(y, quarter * 3, spoken_on))
    return f"{year}Q{quarter}"


def _named_month(_match: re.Match[str], part: Group, spoken_on: date) -> str:
    """Take the last month of that name that had begun."""
    month = int(_first(part, "k1"))
    return f"{spoken_on.year - (month > spoken_on.month)}-{month:02d}"


def _trailing(_match: re.Match[str], _part: Group, spoken_on: date) -> str:
    """Take the twelve months to the last quarter that had ended."""
    number = spoken_on.year * 4 + (spoken_on.month - 1) // 3 - 1
    return f"TTM{number // 4}-{(number % 4 + 1) * 3:02d}"


_RELATIVE: Mapping[str, Callable[[re.Match[str], Group, date], str]] = {
    "ahead": _ahead,
    "away": _away,
    "quarters": _quarters,
    "months": _months,
    "bare": _bare,
    "named_month": _named_month,
    "trailing": _trailing,
}


def _days(year: int, last_month: int, day: date) -> int:
    """Give how far a day is from the middle of a quarter, late ones counting a little less."""
    return abs((date(year, last_month - 1, 15) - day).days + 1)


# --- fiscal periods -----------------------------------------------------------------------


def _fiscal_words(part: Group, spoken_on: date | None) -> Fiscal:
    year = _first(part, "f1", "f4", "f6")
    quarter = _first(part, "f2", "f3", "f5")
    return Fiscal(int(_full(year)) if year else None, _ordinal(quarter) if quarter else None, spoken_on)


def _fiscal(said: Fiscal, year_end_month: int) -> str | None:
    if said.quarter is None:
        return f"{said.year}" if year_end_month == 12 else f"FY{said.year}-{year_end_month:02d}"
    year = said.year or _nearest_fiscal_year(said.quarter, year_end_month, said.spoken_on)
    if year is None:
        return None
    end_year, end_month = _end_of_quarter(year, said.quarter, year_end_month)
    return f"{end_year}Q{end_month // 3}" if year_end_month == 12 else f"FQ{end_year}-{end_month:02d}"


def _end_of_quarter(year: int, quarter: int, year_end_month: int) -> tuple[int, int]:
    months = year * 12 + year_end_month - 12 + 3 * quarter - 1
    return months // 12, months % 12 + 1


def _nearest_fiscal_year(quarter: int, year_end_month: int, day: date | None) -> int | None:
    if day is None:
        return None

    def distance(year: int) -> int:
        end_year, end_month = _end_of_quarter(year, quarter, year_end_month)
        return abs((date(end_year, end_month, monthrange(end_year, end_month)[1]) - day).days)

    return min(range(day.year - 1, day.year + 3), key=distance)
