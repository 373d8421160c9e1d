"""Find the quantities of a folded text: number or range, unit, scale, currency and range word.

A quantity is only what is written: its numbers are the text's own digits or number words, times the scale of its unit.
Years, dates, citation marks, list numbers and the numbers in names (GB200, 3D, TPU v7) are none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

Side = Literal["low", "base", "high"]


@dataclass(frozen=True)
class Quantity:
    """A quantity as written: `low`, `base` and `high` times `scale` are in `unit`; `start` and `end` are its span."""

    start: int
    end: int
    low: Decimal | None
    base: Decimal | None
    high: Decimal | None
    scale: Decimal
    unit: str | None
    currency: str | None
    range_word: str | None
    by_words: bool = False
    borrowed: bool = False

    def scaled(self) -> tuple[float | None, float | None, float | None]:
        """Give low, base and high in the unit."""
        low, base, high = (None if n is None else float(n * self.scale) for n in (self.low, self.base, self.high))
        return low, base, high


# --- the words of the field ---------------------------------------------------------------

#: scale words; the letters alone count only beside a currency sign
_SCALES: Mapping[str, str] = {
    "万亿": "1e12", "萬億": "1e12", "千亿": "1e11", "百亿": "1e10", "十亿": "1e9", "亿": "1e8", "億": "1e8",
    "千万": "1e7", "百万": "1e6", "百萬": "1e6", "十万": "1e5", "万": "1e4", "萬": "1e4", "千": "1e3",
    "trillion": "1e12", "billion": "1e9", "million": "1e6", "thousand": "1e3", "trn": "1e12", "tn": "1e12",
    "bn": "1e9", "mn": "1e6", "mln": "1e6",
}  # fmt: skip
_LETTERS: Mapping[str, str] = {"T": "1e12", "B": "1e9", "M": "1e6", "K": "1e3", "m": "1e6", "b": "1e9", "k": "1e3"}
_CURRENCIES_BEFORE: Mapping[str, str] = {
    "US$": "USD", "USD": "USD", "NT$": "TWD", "NTD": "TWD", "TWD": "TWD", "HK$": "HKD", "HKD": "HKD", "RMB": "CNY",
    "CNY": "CNY", "EUR": "EUR", "JPY": "JPY", "KRW": "KRW", "GBP": "GBP", "人民币": "CNY", "¥": "CNY", "￥": "CNY",
    "€": "EUR", "£": "GBP", "₩": "KRW", "$": "USD",
}  # fmt: skip
_CURRENCIES_AFTER: Mapping[str, str] = {
    "美元": "USD", "美金": "USD", "元人民币": "CNY", "人民币": "CNY", "新台币": "TWD", "新臺幣": "TWD", "台币": "TWD",
    "台幣": "TWD", "港元": "HKD", "港币": "HKD", "欧元": "EUR", "歐元": "EUR", "日元": "JPY", "日圆": "JPY",
    "韩元": "KRW",
    "韓元": "KRW", "英镑": "GBP", "元": "CNY", "USD": "USD", "RMB": "CNY", "CNY": "CNY", "TWD": "TWD", "EUR": "EUR",
    "dollars": "USD", "dollar": "USD", "yuan": "CNY", "euros": "EUR", "won": "KRW", "yen": "JPY",
}  # fmt: skip
#: word -> unit and how many of the unit one is
_UNITS: Mapping[str, tuple[str, str]] = {
    "%": ("fraction", "0.01"), "percent": ("fraction", "0.01"), "per cent": ("fraction", "0.01"),
    "个百分点": ("fraction", "0.01"), "個百分點": ("fraction", "0.01"), "百分点": ("fraction", "0.01"),
    "pct": ("fraction", "0.01"), "ppt": ("fraction", "0.01"), "pp": ("fraction", "0.01"),
    "percentage points": ("fraction", "0.01"), "个基点": ("fraction", "0.0001"), "個基點": ("fraction", "0.0001"),
    "基点": ("fraction", "0.0001"), "bps": ("fraction", "0.0001"), "bp": ("fraction", "0.0001"),
    "basis points": ("fraction", "0.0001"), "成": ("fraction", "0.1"),
    "倍": ("multiple", "1"), "x": ("multiple", "1"), "X": ("multiple", "1"), "times": ("multiple", "1"),
    "美分": ("USD", "0.01"), "cents": ("USD", "0.01"),
    "GW": ("GW", "1"), "吉瓦": ("GW", "1"), "千兆瓦": ("GW", "1"), "gigawatts": ("GW", "1"), "gigawatt": ("GW", "1"),
    "MW": ("GW", "0.001"), "兆瓦": ("GW", "0.001"), "megawatts": ("GW", "0.001"), "megawatt": ("GW", "0.001"),
    "kW": ("kW", "1"), "KW": ("kW", "1"), "千瓦": ("kW", "1"), "W": ("kW", "0.001"), "瓦": ("kW", "0.001"),
    "TFLOPS": ("TFLOPS", "1"), "TFLOP/s": ("TFLOPS", "1"), "TFLOPs": ("TFLOPS", "1"), "PFLOPS": ("TFLOPS", "1e3"),
    "PFLOP/s": ("TFLOPS", "1e3"), "petaflops": ("TFLOPS", "1e3"), "EFLOPS": ("TFLOPS", "1e6"), "TOPS": ("TOPS", "1"),
    "TB/s": ("TB/s", "1"), "GB/s": ("TB/s", "0.001"), "Tbps": ("Tbit/s", "1"), "Gbps": ("Tbit/s", "0.001"),
    "TB": ("TB", "1"), "GB": ("TB", "0.001"), "nm": ("nm", "1"), "纳米": ("nm", "1"), "奈米": ("nm", "1"),
    "年": ("year", "1"), "years": ("year", "1"), "year": ("year", "1"), "个季度": ("quarter", "1"),
    "quarters": ("quarter", "1"), "个多月": ("month", "1"), "个月": ("month", "1"), "個月": ("month", "1"),
    "months": ("month", "1"), "month": ("month", "1"), "周": ("week", "1"), "weeks": ("week", "1"),
    "天": ("day", "1"), "days": ("day", "1"), "day": ("day", "1"), "小时": ("hour", "1"), "hours": ("hour", "1"),
    "微秒": ("microsecond", "1"), "μs": ("microsecond", "1"), "毫秒": ("microsecond", "1e3"),
    "tokens/s": ("token/s", "1"), "tokens": ("token", "1"), "token": ("token", "1"), "Tokens": ("token", "1"),
    "RPM": ("count", "1"),
    "颗芯片": ("chip", "1"), "芯片": ("chip", "1"), "颗": ("chip", "1"), "顆": ("chip", "1"), "枚": ("chip", "1"),
    "块": ("piece", "1"), "片": ("piece", "1"), "根": ("piece", "1"), "只": ("piece", "1"), "件": ("piece", "1"),
    "机柜": ("rack", "1"), "個機櫃": ("rack", "1"), "个机柜": ("rack", "1"), "台机柜": ("rack", "1"),
    "柜": ("rack", "1"),
    "台服务器": ("server", "1"), "台": ("unit", "1"), "臺": ("unit", "1"), "套": ("unit", "1"), "部": ("unit", "1"),
    "卡": ("chip", "1"), "张": ("piece", "1"), "名": ("person", "1"), "人": ("person", "1"), "用户": ("user", "1"),
    "家": ("count", "1"), "款": ("count", "1"), "个": ("count", "1"), "個": ("count", "1"), "座": ("count", "1"),
    "项": ("count", "1"), "星": ("count", "1"), "次": ("count", "1"), "条": ("count", "1"),
}  # fmt: skip
#: what English counts; up to two words of description may stand between
_NOUNS: Mapping[str, str] = {
    "chips": "chip", "accelerators": "chip", "GPUs": "chip", "TPUs": "chip", "racks": "rack", "cabinets": "rack",
    "servers": "server", "trays": "tray", "boards": "board", "modules": "module", "units": "unit", "wafers": "wafer",
    "users": "user", "customers": "count", "companies": "count", "employees": "person", "robots": "count",
    "pieces": "piece", "systems": "unit", "sites": "count", "fabs": "count",
}  # fmt: skip
_BEFORE: Mapping[str, Side] = {
    "不超过": "high", "不超過": "high", "不高于": "high", "至多": "high", "最多": "high", "低于": "high",
    "不足": "high",
    "不到": "high", "多达": "high", "多達": "high", "最高": "high", "高达": "high", "高達": "high",
    "少于": "high", "小于": "high", "up to": "high", "at most": "high", "no more than": "high", "less than": "high",
    "fewer than": "high", "below": "high", "under": "high", "<": "high", "≤": "high",
    "不低于": "low", "不少于": "low", "超过": "low", "超過": "low", "超出": "low", "超": "low", "逾": "low",
    "突破": "low",
    "冲破": "low", "高于": "low", "大于": "low", "至少": "low", "最少": "low", "多于": "low", "起码": "low",
    "起碼": "low",
    "more than": "low", "at least": "low", "no less than": "low", "exceeding": "low", "exceeds": "low", "exceed": "low",
    "exceeded": "low", "over": "low", "above": "low", ">": "low", "≥": "low",
    "接近": "base", "将近": "base", "將近": "base", "近": "base", "大约": "base", "大約": "base", "大概": "base",
    "约为": "base", "约": "base", "約": "base", "nearly": "base", "almost": "base", "close to": "base", "about": "base",
    "around": "base", "approximately": "base", "roughly": "base", "~": "base", "≈": "base",
}  # fmt: skip
_AFTER: Mapping[str, Side] = {
    "以上": "low", "及以上": "low", "+": "low", "plus": "low", "or more": "low", "以下": "high", "以内": "high",
    "以內": "high", "or less": "high", "左右": "base", "上下": "base", "or so": "base",
}  # fmt: skip
#: whole quantities in words: low, base and unit
_SAID: Mapping[str, tuple[Side, str, str]] = {
    "翻一番": ("base", "2", "multiple"), "翻两番": ("base", "4", "multiple"), "翻倍": ("base", "2", "multiple"),
    "翻番": ("base", "2", "multiple"), "一半": ("base", "0.5", "fraction"), "三位数百分比": ("low", "1", "fraction"),
    "两位数百分比": ("low", "0.1", "fraction"), "三位数": ("low", "1", "fraction"),
    "两位数": ("low", "0.1", "fraction"),
    "triple-digit": ("low", "1", "fraction"), "triple digits": ("low", "1", "fraction"),
    "double-digit": ("low", "0.1", "fraction"), "double digits": ("low", "0.1", "fraction"),
    "doubling": ("base", "2", "multiple"), "doubled": ("base", "2", "multiple"), "tripled": ("base", "3", "multiple"),
}  # fmt: skip
_DIGITS: Mapping[str, int] = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "〇": 0}


# --- patterns -----------------------------------------------------------------------------

#: characters that make another word of a unit: 台积电, 成本, 部分, 周期
_OTHER_WORDS: Mapping[str, str] = {
    "台": "积積湾灣达達光股厂系", "成": "本为立长熟品都功员果交", "部": "分门署", "周": "期活年转", "条": "件款",
    "年": "底初末中", "人": "工", "次": "贷级日", "元": "器件素", "个": "股人", "只": "有是", "项": "目",
    "千": "问", "家": "电居", "超": "节级算",
}  # fmt: skip


def _any(words: Iterable[str]) -> str:
    """Match any of the words, the longest first, where it is no part of a longer word."""
    return "|".join(_whole(word) for word in sorted(words, key=len, reverse=True))


def _whole(word: str) -> str:
    latin = word.isascii() and word[-1].isalpha()
    others = _OTHER_WORDS.get(word)
    return re.escape(word) + ("(?![A-Za-z0-9])" if latin else f"(?![{others}])" if others else "")


_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,9})?(?![0-9]|\.[0-9])"
_NUMERAL = "(?:[一二三四五六七八九两兩]?十[一二三四五六七八九]?|[一二三四五六七八九两兩])(?![一二三四五六七八九十])"
_BEFORE_MONEY = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES_BEFORE, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?:(?<![A-Za-z])(?P<currency>{_BEFORE_MONEY}) ?"
    r"|(?<![0-9A-Za-z_.])(?:(?<![A-Za-z][-/])|(?<=[0-9][TBMKmbk]-)|(?<=[0-9][bt]n-)|(?<=[0-9]mn-)|(?<=[0-9]pct-))"
    r"(?<![0-9][,:]))"
    rf"(?P<sign>-|(?<![0-9])\+)?(?:(?P<number>{_NUMBER})|(?P<numeral>{_NUMERAL}))"
    rf"(?: ?(?P<more>[多余餘]|\+(?= ?[万亿个家款名颗台])))?"
    rf"(?: {{0,2}}(?P<scale>{_any(_SCALES)})|(?P<letter>[TBMKmbk])(?![A-Za-z0-9]))?(?P<over>多)?"
    rf"(?: {{0,2}}(?:(?P<after>{_any(_CURRENCIES_AFTER)})|(?P<unit>{_any(_UNITS)}))"
    rf"|(?P<described> (?:[A-Za-z][A-Za-z0-9.-]{{0,20}} ){{0,2}}(?P<noun>{_any(_NOUNS)})))?"
    r"|(?<=[A-Za-z])(?P<rise>\+[0-9]{1,9}(?:\.[0-9]{1,9})?)%"
)
_WORDS = re.compile(rf"(?<![A-Za-z])(?i:{_any(_SAID)})")
_BEFORE_IT = re.compile(rf"(?<![A-Za-z合条签])(?P<word>(?i:{_any(_BEFORE)})) {{0,2}}(?:了|达到|达|至|为)? {{0,2}}$")
_AFTER_IT = re.compile(rf" ?(?P<word>{_any(_AFTER)})(?![0-9])")
_JOIN = re.compile(r" {0,2}(?:-|~|至|到|to|and) {0,2}")
_FROM = re.compile(r"(?:从|由|from) ?$")
_BETWEEN = re.compile(r"between ?$", re.IGNORECASE)
#: what stands between the members of a list that share a unit, or a currency
_LISTED = re.compile(r" ?(?:和|及|与|、|/|或|and|or) ?")
_BESIDE = re.compile(r"[ ,、/和及与或]{1,3}|,? (?:and|or) ")
_SENTENCE_END = re.compile(r"[。;!?\n]")
#: how far back a range word may begin
_LONGEST_WORD = 20
#: the first end of a range of money
_MONEY_TO = re.compile(rf"(?:{_BEFORE_MONEY}) ?[0-9][0-9,.]{{0,15}}[TBMKmbk]? ?(?:-|~|to) ?$")
_LONGEST_MONEY = 30
#: letters that are scales before what is counted; 1.6T modules are modules of a speed
_LETTERS_OF_COUNTS = frozenset("kKmM")
#: what is counted, and the words up to its number
_COUNTED = re.compile(
    rf"(?<![A-Za-z])(?P<noun>{'|'.join(noun.removesuffix('s') for noun in _NOUNS if noun[-1] == 's')})s?"
    r" (?:shipments?|volumes?|deliveries|output|orders|forecasts?|estimates?)"
    r"(?: (?:[A-Za-z]{1,12}|(?:19|20)[0-9]{2}|[0-9][0-9,.]{0,11}[kKmM]?)){0,6}? (?:to|from|of|at|about|around|reach) ?$"
)
_LONGEST_COUNTED = 80
_LEAST_COUNT = Decimal(100)
#: the rest of a number whose beginning something cut off
_CUT_SHORT = re.compile("0[0-9]")
#: scales from here on are of money where the sentence speaks of money
_LARGE = Decimal("1e8")
_ONE = Decimal(1)
_ORDINAL = re.compile(r"(?:第|前|No\.|#) ?$")


# --- reading ------------------------------------------------------------------------------


def found(text: str) -> list[Quantity]:
    """Find the quantities of a folded text, in its order."""
    amounts = [amount for match in _AMOUNT.finditer(text) if (amount := _amount(text, match))]
    measured = [q for q in _lend_units(text, _ranges(text, amounts)) if _says_what(q)]
    worded = [_with_range_word(text, q) for q in _lend_currencies(text, measured)]
    return sorted([*worded, *_said(text, worded)], key=lambda q: (q.start, q.end))


def _amount(text: str, match: re.Match[str]) -> Quantity | None:
    """Read one number with what follows it; a year, an ordinal or a letter that is no scale is none."""
    part = match.groupdict()
    if part["rise"]:
        rise = Decimal(part["rise"])
        return Quantity(match.start(), match.end(), None, rise, None, Decimal("0.01"), "fraction", None, None)
    number = Decimal(part["number"].replace(",", "")) if part["number"] else _numeral(part["numeral"])
    scale, unit, currency = _measure(part)
    if _is_no_quantity(text, match, number, unit):
        return None
    if unit is None and part["number"] and (counted := _counted_before(text, match.start(), number * scale)):
        return Quantity(match.start(), match.end(), None, number, None, scale, counted, None, None, borrowed=True)
    number = -number if part["sign"] == "-" else number
    more = part["more"] or part["over"]
    low, base = (number, None) if more else (None, number)
    return Quantity(match.start(), match.end(), low, base, None, scale, unit, currency, more, bool(part["numeral"]))


def _numeral(word: str) -> Decimal:
    tens, ten, ones = word.rpartition("十")
    return Decimal((_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0))


def _measure(part: Mapping[str, str | None]) -> tuple[Decimal, str | None, str | None]:
    """Give the scale, the unit and the currency that are written with a number."""
    scale = Decimal(_SCALES[part["scale"]]) if part["scale"] else _ONE
    if part["letter"]:
        scale = Decimal(_LETTERS[part["letter"]])
    before, after = part["currency"], part["after"]
    currency = _CURRENCIES_BEFORE[before] if before else _CURRENCIES_AFTER[after] if after else None
    if currency:
        return scale, currency, currency
    if part["noun"]:
        return scale, _NOUNS[part["noun"]], None
    unit, each = _UNITS[part["unit"]] if part["unit"] else (None, "1")
    if unit == "USD":
        currency = unit
    return scale * Decimal(each), unit, currency


def _is_no_quantity(text: str, match: re.Match[str], number: Decimal, unit: str | None) -> bool:
    part = match.groupdict()
    if part["letter"] and not _scales(text, match):
        return True
    if _CUT_SHORT.match(part["number"] or ""):
        return True
    if unit == "year" or part["noun"]:
        plain = "," not in (part["number"] or "") and not part["scale"]
        if plain and (_is_year(number) or (unit == "year" and 20 <= number <= 39 and not part["numeral"])):
            return True
    before = text[max(0, match.start() - 4) : match.start()]
    return bool(_ORDINAL.search(before)) and unit not in ("fraction",)


def _scales(text: str, match: re.Match[str]) -> bool:
    """Say whether a letter is a scale: beside a currency, at the end of a range of money, as in 500k chips."""
    part = match.groupdict()
    if part["currency"] or part["after"]:
        return True
    if part["letter"] in _LETTERS_OF_COUNTS and (part["noun"] or _counted_before(text, match.start(), _LEAST_COUNT)):
        return True
    return bool(_MONEY_TO.search(text[max(0, match.start() - _LONGEST_MONEY) : match.start()]))


def _counted_before(text: str, start: int, number: Decimal) -> str | None:
    """Give what is counted where it stands before its number: rack shipments to 72,000 from 65,000."""
    if number < _LEAST_COUNT or _is_year(number):
        return None
    counted = _COUNTED.search(text[max(0, start - _LONGEST_COUNTED) : start])
    return _NOUNS[f"{counted['noun']}s"] if counted else None


def _is_year(number: Decimal) -> bool:
    return 1990 <= number <= 2100


def _ranges(text: str, amounts: Sequence[Quantity]) -> list[Quantity]:
    """Put two amounts together that a dash or a word joins; a move from one to the other stays two amounts."""
    joined: list[Quantity] = []
    for amount in amounts:
        last = joined[-1] if joined else None
        if last and (range_ := _range(text, last, amount)):
            joined[-1:] = range_
        else:
            joined.append(amount)
    return joined


def _range(text: str, first: Quantity, second: Quantity) -> list[Quantity] | None:
    join = text[first.end : second.start]
    dashed = _is_dashed(text, first, second)
    if first.base is None or second.base is None or not (dashed or _JOIN.fullmatch(join)):
        return None
    before = text[max(0, first.start - 8) : first.start]
    if join.strip() == "and" and not _BETWEEN.search(before):
        return None
    if not _fits(first, second):
        return None
    lent = _lent(first, second)
    if _FROM.search(before) and join.strip() not in ("-", "~", "") and not text.startswith("不等", second.end):
        return [lent, second]
    ends = sorted((first.base * lent.scale / second.scale, abs(second.base) if dashed else second.base))
    by_words = first.by_words or second.by_words
    money = first.currency if second.unit is None else second.currency
    whole = replace(second, unit=second.unit or money, currency=money)
    return [replace(whole, start=first.start, low=ends[0], base=None, high=ends[1], by_words=by_words)]


def _is_dashed(text: str, first: Quantity, second: Quantity) -> bool:
    """Say whether the minus of the second is a dash: no gap stands before it, and no rise turns to a fall."""
    if first.base is None or second.base is None or second.base >= 0 or first.end != second.start:
        return False
    return text[first.start] != "+" or abs(second.base) >= first.base


def _fits(first: Quantity, second: Quantity) -> bool:
    """Say whether two amounts can be the ends of one range: the second has a measure, the first the same or none."""
    if not (_says_what(second) or second.unit):
        return first.currency is not None and _is_bare(first) and not _is_year(second.base or _ONE)
    if _is_bare(first):
        return True
    same_scale = first.scale == second.scale or first.unit != "fraction"
    return same_scale and (first.unit in (second.unit, None) or second.unit is None)


def _lent(first: Quantity, second: Quantity) -> Quantity:
    if not _is_bare(first):
        return replace(first, unit=first.unit or second.unit, currency=first.currency or second.currency)
    if first.unit == second.unit or (first.currency and second.unit is None):
        return replace(first, scale=second.scale)
    return replace(first, scale=second.scale, unit=second.unit, currency=second.currency, borrowed=True)


def _is_bare(quantity: Quantity) -> bool:
    return quantity.scale == _ONE and quantity.unit in (None, quantity.currency)


def _says_what(quantity: Quantity) -> bool:
    """Say whether a number counts something: it has a unit, a currency or at least a scale."""
    if quantity.by_words:
        ends = quantity.low is not None
        return quantity.unit in ("multiple", "fraction", "month") or (ends and quantity.unit is not None)
    return quantity.unit is not None or quantity.scale != _ONE


def _lend_units(text: str, amounts: list[Quantity]) -> list[Quantity]:
    """Lend the unit to the bare members of a list, of which only the last one names it."""
    lent = list(amounts)
    for i in reversed(range(len(lent) - 1)):
        this, following = lent[i], lent[i + 1]
        nameless = not _says_what(this) and this.unit is None and not _is_year(this.base or this.low or _ONE)
        if nameless and _LISTED.fullmatch(text[this.end : following.start]):
            lent[i] = replace(_lent(this, following), borrowed=True)
    return lent


def _lend_currencies(text: str, amounts: list[Quantity]) -> list[Quantity]:
    """Lend the currency of a list's end to its members, and that of a sentence's money to its later large amounts."""
    lent = list(amounts)
    for i in reversed(range(len(lent) - 1)):
        if (
            _could_be_money(lent[i])
            and lent[i + 1].currency
            and _BESIDE.fullmatch(text[lent[i].end : lent[i + 1].start])
        ):
            lent[i] = _as_money(lent[i], lent[i + 1].currency)
    for i, (before, this) in enumerate(pairwise(list(lent)), start=1):
        money = lent[i - 1].currency
        if money and _could_be_money(this) and this.scale >= _LARGE:
            between = text[before.end : this.start]
            if not _SENTENCE_END.search(between):
                lent[i] = _as_money(this, money)
    return lent


def _could_be_money(quantity: Quantity) -> bool:
    return quantity.unit is None and quantity.scale >= 10_000


def _as_money(quantity: Quantity, currency: str | None) -> Quantity:
    return replace(quantity, unit=currency, currency=currency, borrowed=True)


def _with_range_word(text: str, quantity: Quantity) -> Quantity:
    """Take the range word before or behind into the span, and read what it says of the number."""
    before = _BEFORE_IT.search(text[max(0, quantity.start - _LONGEST_WORD) : quantity.start])
    behind = _AFTER_IT.match(text, quantity.end)
    start = quantity.start - len(before[0]) if before else quantity.start
    end = behind.end() if behind else quantity.end
    words = [word for word in (before and before["word"], quantity.range_word, behind and behind["word"]) if word]
    sides = {_side(word) for word in words} - {"base"}
    worded = replace(quantity, start=start, end=end, range_word=" ".join(words) or None)
    number = quantity.base if quantity.base is not None else quantity.low
    if quantity.high is not None or not sides:
        return worded
    side = sides.pop() if len(sides) == 1 else _side(words[-1])  # as high as 80% or more: more
    if side == "base":
        return worded
    return replace(worded, low=number if side == "low" else None, base=None, high=number if side == "high" else None)


def _side(word: str) -> Side:
    return _BEFORE.get(word.lower()) or _AFTER.get(word) or "low"


def _said(text: str, taken: Sequence[Quantity]) -> Iterator[Quantity]:
    """Find what is said in words alone, such as doubling, where no number was found."""
    ends = sorted(q.end for q in taken)
    starts = sorted(q.start for q in taken)
    for match in _WORDS.finditer(text):
        if bisect_right(ends, match.start()) < bisect_left(starts, match.end()):
            continue
        side, number, unit = _SAID[match[0].lower()]
        low, base = (Decimal(number), None) if side == "low" else (None, Decimal(number))
        yield Quantity(match.start(), match.end(), low, base, None, _ONE, unit, None, None, by_words=True)
