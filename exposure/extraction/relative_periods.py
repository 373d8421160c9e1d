"""Relative periods: those that a text names (今年, 下半年, 2Q25, FY26, next year), resolved by the day of the text."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from exposure.extraction.measures import index_words

Group = Mapping[str, str | None]


@dataclass(frozen=True)
class Fiscal:
    """A fiscal year or quarter as written; without a year it is the one nearest to the day."""

    year: int | None
    quarter: int | None
    spoken_on: date | None


@dataclass(frozen=True)
class SpokenPeriod:
    """Words that mean a period: the period if it could be resolved, and whether the words name its year."""

    start: int
    end: int
    period: str | None
    fiscal: Fiscal | None = None
    named: bool = True

    def resolve(self, year_end_month: int | None) -> str | None:
        """Return the period, a fiscal one by the month in which the company's year ends."""
        if self.fiscal is None:
            return self.period
        return None if year_end_month is None else _resolve_fiscal(self.fiscal, year_end_month)


_YEAR = "(?:19|20)[0-9]{2}"
_NUMERALS: Mapping[str, int] = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_COUNTED_YEARS: Mapping[str, int] = {
    **{numeral: n for n, numeral in enumerate("二三四五六七八九十", start=2)}, "两": 2, "兩": 2,
    **{w: n for n, w in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2)},
}  # fmt: skip
_LAST_MONTH_OF_FIRST_HALF = 6
_NAMED_QUARTERS: Mapping[str, int] = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_YEARS_AWAY: Mapping[str, int] = index_words({
    -2: "前年", -1: "去年|上年|last year", 1: "明年|来年|來年|来岁|next year", 2: "后年|後年",
    0: "今年|本年|本年度|年内|全年|年底|年末|this year|full-year|year-end",
})  # fmt: skip
#: what may not precede a word: in 2026年底 and 每年年底 another word names the year
_ALONE: Mapping[str, str] = dict.fromkeys(("年底", "年末"), "(?<![0-9年每今去明前后後来來本])")
_QUARTERS_AWAY: Mapping[str, int] = index_words({
    -1: "上季度|上一季度|last quarter", 0: "本季度|本季|this quarter", 1: "下季度|下一季度|next quarter",
})  # fmt: skip
_MONTHS_AWAY: Mapping[str, int] = index_words({-1: "上月|上个月|last month", 0: "本月|this month", 1: "下月"})


def _match_any(words: Iterable[str]) -> str:
    return "|".join(_ALONE.get(word, "") + re.escape(word) for word in sorted(words, key=len, reverse=True))


#: kind -> pattern, in the order in which they are tried at a place
_PATTERNS: Mapping[str, str] = {
    "between": rf"(?<![0-9])(?P<b1>{_YEAR}) ?年? ?(?:-|~|至|到|to) ?(?P<b2>{_YEAR})(?![0-9])年?(?![-/.][0-9])",
    "pair": r"CY(?P<p1>[0-9]{2})E?/(?:CY)?(?P<p2>[0-9]{2})E?(?![0-9])",
    "day": rf"(?<![0-9])(?P<d1>{_YEAR})[-/.](?P<d2>[01][0-9])[-/.][0-3][0-9](?![0-9])",
    "fiscal":
        rf"FY ?(?P<f1>{_YEAR}|[0-9]{{2}})(?:[ -]?Q(?P<f2>[1-4]))?E?(?![0-9])|FQ(?P<f3>[1-4])(?![0-9])"
        rf"|(?P<f4>{_YEAR}|(?<![0-9])[0-9]{{2}})财年(?:第?(?P<f5>[一二三四1-4])季度?)?"
        rf"|fiscal (?:year )?(?P<f6>{_YEAR})",
    "quarter":
        rf"(?<![0-9])(?P<q1>{_YEAR}|[0-9]{{2}}) ?年? ?第?(?:Q(?P<q2>[1-4])|(?P<q3>[一二三四1-4])季度?)(?![0-9])"
        rf"|(?<![0-9A-Za-z])(?P<q4>[1-4])Q(?P<q5>{_YEAR}|[0-9]{{2}})E?(?![0-9])"
        rf"|(?<![A-Za-z])C?Q(?P<q6>[1-4])[ ']{{1,2}}(?P<q7>{_YEAR}|[0-9]{{2}}(?= |$))(?![0-9%])"
        rf"|(?P<q8>first|second|third|fourth)[ -]quarter (?:of )?(?P<q9>{_YEAR})",
    "half":
        rf"(?<![0-9])(?P<h1>{_YEAR}|[0-9]{{2}}) ?年? ?(?:H(?P<h2>[12])(?![0-9])|(?P<h3>[上下])半年)"
        rf"|(?<![0-9A-Za-z])(?P<h4>[12])H(?P<h5>{_YEAR}|[0-9]{{2}})(?![0-9])"
        rf"|(?<![A-Za-z])H(?P<h6>[12]) (?P<h7>{_YEAR})|(?P<h8>first|second)[ -]half of (?P<h9>{_YEAR})",
    "month":
        rf"(?<![0-9])(?P<m1>{_YEAR})(?: ?年 ?(?P<m2>1[0-2]|0?[1-9])月|-(?P<m3>0[1-9]|1[0-2])(?![0-9-]))(?![0-9])",
    "year":
        rf"(?<![0-9A-Za-z.])(?<![0-9],)(?P<y1>{_YEAR})(?![0-9]|[.,][0-9]|[A-Za-z]{{2}}| ?[亿万億萬颗个%])"
        r"|CY ?(?P<y2>[0-9]{2})E?(?![0-9])",
    "short": r"(?<![0-9A-Za-z.])(?P<s1>2[0-9]|3[0-5])年(?=[底初末的 ]|上|下|预|营|收|资|全|度)",
    "ahead":
        r"(?:未来|未來|今后|今後) ?(?P<a1>[2-9]|1[0-9]|[二两兩三四五六七八九十]) ?年"
        r"|next (?P<a2>[2-9]|two|three|four|five|six|seven|eight|nine|ten) years",
    "away": _match_any(_YEARS_AWAY),
    "quarters": _match_any(_QUARTERS_AWAY),
    "months": _match_any(_MONTHS_AWAY),
    "bare":
        r"第?(?P<n1>[一二三四])季度|(?<![0-9A-Za-z])(?:CQ|Q)(?P<n2>[1-4])(?![0-9])"
        r"|(?<![0-9A-Za-z])(?P<n3>[1-4])Q(?![0-9])"
        r"|(?P<n4>[上下])半年|(?<![0-9A-Za-z])(?:H(?P<n5>[12])|(?P<n6>[12])H)(?![0-9A-Za-z])"
        r"|(?P<n7>first|second|third|fourth)[ -]quarter|(?P<n8>first|second)[ -]half",
    "named_month": r"(?<![0-9年])(?P<k1>1[0-2]|[1-9])月(?!活)",
    "trailing":
        r"(?:过去|過去)(?:12|十二) ?个月|12个月|trailing twelve months|TTM|(?:last|past) (?:12|twelve) months",
}  # fmt: skip
_ALL = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()), re.IGNORECASE)


def find_periods(text: str, spoken_on: date | None) -> list[SpokenPeriod]:
    """Return the periods of a folded text, in its order; without a day, relative ones are not resolved."""
    return list(_inherit_years(text, [_read_match(match, spoken_on) for match in _ALL.finditer(text)]))


def _read_match(match: re.Match[str], spoken_on: date | None) -> SpokenPeriod:
    kind = next(name for name in _PATTERNS if match[name] is not None)
    part = match.groupdict()
    if kind == "fiscal":
        return SpokenPeriod(match.start(), match.end(), None, fiscal=_read_fiscal(part, spoken_on))
    if kind in _NAMED:
        return SpokenPeriod(match.start(), match.end(), _NAMED[kind](part))
    period = None if spoken_on is None else _RELATIVE[kind](part, spoken_on)
    return SpokenPeriod(match.start(), match.end(), period, named=False)


def _inherit_years(text: str, periods: list[SpokenPeriod]) -> Iterator[SpokenPeriod]:
    """Take the year right before a quarter or half without one: 明年上半年, 2025年 ... 第三季度."""
    last: SpokenPeriod | None = None
    for period in periods:
        joins = last and len(text[last.end : period.start].strip(" 的,")) == 0 and period.start - last.end <= 2
        if joins and last and last.period and len(last.period) == 4 and _is_part_of_year(period):
            period = SpokenPeriod(last.start, period.end, last.period + str(period.period)[4:], named=last.named)
        yield period
        last = period


def _is_part_of_year(period: SpokenPeriod) -> bool:
    return not period.named and bool(re.fullmatch("[0-9]{4}[QH][1-4]", period.period or ""))


def _pick(part: Group, *names: str) -> str:
    return next((part[name] or "" for name in names if part[name]), "")


def _full_year(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def _parse_ordinal(word: str) -> int:
    return _NUMERALS.get(word) or _NAMED_QUARTERS.get(word.lower()) or (1 if word == "上" else 2)


def _read_span(part: Group) -> str | None:
    first, last = _full_year(_pick(part, "b1", "p1")), _full_year(_pick(part, "b2", "p2"))
    return f"{first}..{last}" if first < last else None


def _read_quarter(part: Group) -> str:
    year = _full_year(_pick(part, "q1", "q5", "q7", "q9"))
    return f"{year}Q{_parse_ordinal(_pick(part, 'q2', 'q3', 'q4', 'q6', 'q8'))}"


def _read_half(part: Group) -> str:
    year = _full_year(_pick(part, "h1", "h5", "h7", "h9"))
    return f"{year}H{_parse_ordinal(_pick(part, 'h2', 'h3', 'h4', 'h6', 'h8'))}"


def _read_year(part: Group) -> str:
    return _full_year(_pick(part, "y1", "y2", "s1"))


_NAMED: Mapping[str, Callable[[Group], str | None]] = {
    "between": _read_span, "pair": _read_span, "quarter": _read_quarter, "half": _read_half,
    "year": _read_year, "short": _read_year,
    "month": lambda part: f"{part['m1']}-{int(_pick(part, 'm2', 'm3')):02d}",
    "day": lambda part: f"{part['d1']}-{part['d2']}" if 1 <= int(part["d2"] or 0) <= 12 else None,
}  # fmt: skip


def _shift_years(part: Group, spoken_on: date) -> str:
    return str(spoken_on.year + _YEARS_AWAY[_pick(part, "away").lower()])


def _read_years_ahead(part: Group, spoken_on: date) -> str:
    """Return so many years from the one of the day, or in its second half from the next."""
    first = spoken_on.year + (spoken_on.month > _LAST_MONTH_OF_FIRST_HALF)
    return f"{first}..{first + _parse_count(_pick(part, 'a1', 'a2')) - 1}"


def _parse_count(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() else _COUNTED_YEARS[word.lower()]


def _shift_quarters(part: Group, spoken_on: date) -> str:
    number = spoken_on.year * 4 + (spoken_on.month - 1) // 3 + _QUARTERS_AWAY[_pick(part, "quarters").lower()]
    return f"{number // 4}Q{number % 4 + 1}"


def _shift_months(part: Group, spoken_on: date) -> str:
    number = spoken_on.year * 12 + spoken_on.month - 1 + _MONTHS_AWAY[_pick(part, "months").lower()]
    return f"{number // 12}-{number % 12 + 1:02d}"


def _read_bare(part: Group, spoken_on: date) -> str:
    """Return the quarter nearest to the day, or the half of its year."""
    if half := _pick(part, "n4", "n5", "n6", "n8"):
        return f"{spoken_on.year}H{_parse_ordinal(half)}"
    quarter = _parse_ordinal(_pick(part, "n1", "n2", "n3", "n7"))
    years = range(spoken_on.year - 1, spoken_on.year + 2)
    return f"{min(years, key=lambda year: _distance_to_quarter(year, quarter * 3, spoken_on))}Q{quarter}"


def _read_month(part: Group, spoken_on: date) -> str:
    """Return the last month of that name that had begun."""
    month = int(_pick(part, "k1"))
    return f"{spoken_on.year - (month > spoken_on.month)}-{month:02d}"


def _read_trailing(_part: Group, spoken_on: date) -> str:
    """Return the twelve months to the last quarter that had ended."""
    number = spoken_on.year * 4 + (spoken_on.month - 1) // 3 - 1
    return f"TTM{number // 4}-{(number % 4 + 1) * 3:02d}"


_RELATIVE: Mapping[str, Callable[[Group, date], str]] = {
    "ahead": _read_years_ahead, "away": _shift_years, "quarters": _shift_quarters, "months": _shift_months,
    "bare": _read_bare, "named_month": _read_month, "trailing": _read_trailing,
}  # fmt: skip


def _distance_to_quarter(year: int, last_month: int, day: date) -> int:
    """Return how far a day is from the middle of a quarter; later days count as slightly nearer."""
    return abs((date(year, last_month - 1, 15) - day).days + 1)


def _read_fiscal(part: Group, spoken_on: date | None) -> Fiscal:
    year = _pick(part, "f1", "f4", "f6")
    quarter = _pick(part, "f2", "f3", "f5")
    return Fiscal(int(_full_year(year)) if year else None, _parse_ordinal(quarter) if quarter else None, spoken_on)


def _resolve_fiscal(fiscal: Fiscal, year_end_month: int) -> str | None:
    if fiscal.quarter is None:
        return f"{fiscal.year}" if year_end_month == 12 else f"FY{fiscal.year}-{year_end_month:02d}"
    year = fiscal.year or _nearest_fiscal_year(fiscal.quarter, year_end_month, fiscal.spoken_on)
    if year is None:
        return None
    end_year, end_month = _end_of_quarter(year, fiscal.quarter, year_end_month)
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
