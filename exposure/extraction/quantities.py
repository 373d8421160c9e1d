"""Quantities: number or range, unit, scale, currency and range word of each quantity in a folded text.

A quantity has only what is written: its numbers are the text's own digits or number words, times the scale of its unit.
Years, dates, citation marks, list numbers and the numbers in names (GB200, 3D, TPU v7) are not quantities.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from exposure.extraction import measures
from exposure.extraction.measures import NOUNS, SCALES, UNITS, Side, match_any


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


_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,9})?(?![0-9]|\.[0-9])"
_NUMERAL = "(?:[一二三四五六七八九两兩]?十[一二三四五六七八九]?|[一二三四五六七八九两兩])(?![一二三四五六七八九十])"
_BEFORE_MONEY = "|".join(re.escape(sign) for sign in sorted(measures.CURRENCIES_BEFORE, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?:(?<![A-Za-z])(?P<currency>{_BEFORE_MONEY}) ?"
    r"|(?<![0-9A-Za-z_.])(?:(?<![A-Za-z][-/])|(?<=[0-9][TBMKmbk]-)|(?<=[0-9][bt]n-)|(?<=[0-9]mn-)|(?<=[0-9]pct-))"
    r"(?<![0-9][,:]))"
    rf"(?P<sign>-|(?<![0-9])\+)?(?:(?P<number>{_NUMBER})|(?P<numeral>{_NUMERAL}))"
    rf"(?: ?(?P<more>[多余餘]|\+(?= ?[万亿个家款名颗台])))?"
    rf"(?: {{0,2}}(?P<scale>{match_any(SCALES)})|(?P<letter>[TBMKmbk])(?![A-Za-z0-9]))?(?P<over>多)?"
    rf"(?: {{0,2}}(?:(?P<after>{match_any(measures.CURRENCIES_AFTER)})|(?P<unit>{match_any(UNITS)}))"
    rf"|(?P<described> (?:[A-Za-z][A-Za-z0-9.-]{{0,20}} ){{0,2}}(?P<noun>{match_any(NOUNS)})))?"
    r"|(?<=[A-Za-z])(?P<rise>\+[0-9]{1,9}(?:\.[0-9]{1,9})?)%"
)
_WHOLE = re.compile(rf"(?<![A-Za-z])(?i:{match_any(measures.WHOLE_QUANTITIES)})")
_BEFORE_IT = re.compile(
    rf"(?<![A-Za-z合条签])(?P<word>(?i:{match_any(measures.RANGE_WORDS_BEFORE)})) {{0,2}}(?:了|达到|达|至|为)? {{0,2}}$"
)
_AFTER_IT = re.compile(rf" ?(?P<word>{match_any(measures.RANGE_WORDS_AFTER)})(?![0-9])")
_JOIN = re.compile(r" {0,2}(?:-|~|至|到|to|and) {0,2}")
_FROM = re.compile(r"(?:从|由|from) ?$")
_BETWEEN = re.compile(r"between ?$", re.IGNORECASE)
#: what separates the members of a list that share a unit, or a currency
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
    rf"(?<![A-Za-z])(?P<noun>{'|'.join(noun.removesuffix('s') for noun in NOUNS if noun[-1] == 's')})s?"
    r" (?:shipments?|volumes?|deliveries|output|orders|forecasts?|estimates?)"
    r"(?: (?:[A-Za-z]{1,12}|(?:19|20)[0-9]{2}|[0-9][0-9,.]{0,11}[kKmM]?)){0,6}? (?:to|from|of|at|about|around|reach) ?$"
)
_LONGEST_COUNTED = 80
_LEAST_COUNT = Decimal(100)
#: the rest of a number whose beginning was cut off
_CUT_SHORT = re.compile("0[0-9]")
#: from this scale on, amounts are money in a sentence on money
_LARGE = Decimal("1e8")
_ONE = Decimal(1)
_ORDINAL = re.compile(r"(?:第|前|No\.|#) ?$")


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities of a folded text, in its order."""
    amounts = [amount for match in _AMOUNT.finditer(text) if (amount := _read_amount(text, match))]
    measured = [q for q in _lend_units(text, _join_ranges(text, amounts)) if _is_measured(q)]
    worded = [_read_range_words(text, q) for q in _lend_currencies(text, measured)]
    return sorted([*worded, *_find_whole(text, worded)], key=lambda q: (q.start, q.end))


def _read_amount(text: str, match: re.Match[str]) -> Quantity | None:
    """Read one number with its measure; return None for a year, an ordinal or a letter that is not a scale."""
    part = match.groupdict()
    if part["rise"]:
        rise = Decimal(part["rise"])
        return Quantity(match.start(), match.end(), None, rise, None, Decimal("0.01"), "fraction", None, None)
    number = Decimal(part["number"].replace(",", "")) if part["number"] else _parse_numeral(part["numeral"])
    scale, unit, currency = _read_measure(part)
    if _is_other_number(text, match, number, unit):
        return None
    if unit is None and part["number"] and (counted := _find_counted(text, match.start(), number * scale)):
        return Quantity(match.start(), match.end(), None, number, None, scale, counted, None, None, borrowed=True)
    number = -number if part["sign"] == "-" else number
    more = part["more"] or part["over"]
    low, base = (number, None) if more else (None, number)
    return Quantity(match.start(), match.end(), low, base, None, scale, unit, currency, more, bool(part["numeral"]))


def _parse_numeral(word: str) -> Decimal:
    tens, ten, ones = word.rpartition("十")
    return Decimal((measures.DIGITS.get(tens, 1) * 10 if ten else 0) + measures.DIGITS.get(ones, 0))


def _read_measure(part: Mapping[str, str | None]) -> tuple[Decimal, str | None, str | None]:
    """Return the scale, the unit and the currency of a number."""
    word, letter, before, after = part["scale"], part["letter"], part["currency"], part["after"]
    scale = Decimal(SCALES[word] if word else measures.LETTERS[letter] if letter else 1)
    currency = measures.CURRENCIES_BEFORE[before] if before else measures.CURRENCIES_AFTER[after] if after else None
    if currency:
        return scale, currency, currency
    if part["noun"]:
        return scale, NOUNS[part["noun"]], None
    unit, each = UNITS[part["unit"]] if part["unit"] else (None, "1")
    return scale * Decimal(each), unit, unit if unit == "USD" else None


def _is_other_number(text: str, match: re.Match[str], number: Decimal, unit: str | None) -> bool:
    """Return whether a number is a year, an ordinal, the rest of another one, or has a letter that is not a scale."""
    part = match.groupdict()
    digits = part["number"] or ""
    if (part["letter"] and not _is_scale(text, match)) or _CUT_SHORT.match(digits):
        return True
    if (unit == "year" or part["noun"]) and "," not in digits and not part["scale"]:
        short_year = unit == "year" and 20 <= number <= 39 and not part["numeral"]
        if _is_year(number) or short_year:
            return True
    return unit != "fraction" and bool(_ORDINAL.search(text[max(0, match.start() - 4) : match.start()]))


def _is_scale(text: str, match: re.Match[str]) -> bool:
    """Return whether a letter is a scale: beside a currency, at the end of a range of money, as in 500k chips."""
    part = match.groupdict()
    if part["currency"] or part["after"]:
        return True
    if part["letter"] in _LETTERS_OF_COUNTS and (part["noun"] or _find_counted(text, match.start(), _LEAST_COUNT)):
        return True
    return bool(_MONEY_TO.search(text[max(0, match.start() - _LONGEST_MONEY) : match.start()]))


def _find_counted(text: str, start: int, number: Decimal) -> str | None:
    """Return what is counted when it precedes its number: rack shipments to 72,000 from 65,000."""
    if number < _LEAST_COUNT or _is_year(number):
        return None
    counted = _COUNTED.search(text[max(0, start - _LONGEST_COUNTED) : start])
    return NOUNS[f"{counted['noun']}s"] if counted else None


def _is_year(number: Decimal) -> bool:
    return 1990 <= number <= 2100


def _join_ranges(text: str, amounts: Sequence[Quantity]) -> list[Quantity]:
    """Join two amounts with a dash or a word between them; a move from one to the other remains two amounts."""
    joined: list[Quantity] = []
    for amount in amounts:
        if joined and (ends := _join(text, joined[-1], amount)):
            joined[-1:] = ends
        else:
            joined.append(amount)
    return joined


def _join(text: str, first: Quantity, second: Quantity) -> list[Quantity] | None:
    join = text[first.end : second.start]
    dashed = _is_dashed(text, first, second)
    if first.base is None or second.base is None or not (dashed or _JOIN.fullmatch(join)):
        return None
    before = text[max(0, first.start - 8) : first.start]
    if join.strip() == "and" and not _BETWEEN.search(before):
        return None
    if not _fits(first, second):
        return None
    lent = _lend(first, second)
    if _FROM.search(before) and join.strip() not in ("-", "~", "") and not text.startswith("不等", second.end):
        return [lent, second]
    ends = sorted((first.base * lent.scale / second.scale, abs(second.base) if dashed else second.base))
    by_words = first.by_words or second.by_words
    money = first.currency if second.unit is None else second.currency
    whole = replace(second, unit=second.unit or money, currency=money)
    return [replace(whole, start=first.start, low=ends[0], base=None, high=ends[1], by_words=by_words)]


def _is_dashed(text: str, first: Quantity, second: Quantity) -> bool:
    """Return whether the minus of the second is a dash: without a gap before it, and not a rise that becomes a fall."""
    if first.base is None or second.base is None or second.base >= 0 or first.end != second.start:
        return False
    return text[first.start] != "+" or abs(second.base) >= first.base


def _fits(first: Quantity, second: Quantity) -> bool:
    """Return whether two amounts can be the ends of one range: the second has a measure, the first the same or none."""
    if not (_is_measured(second) or second.unit):
        return first.currency is not None and _is_bare(first) and not _is_year(second.base or _ONE)
    if _is_bare(first):
        return True
    same_scale = first.scale == second.scale or first.unit != "fraction"
    return same_scale and (first.unit in (second.unit, None) or second.unit is None)


def _lend(first: Quantity, second: Quantity) -> Quantity:
    if not _is_bare(first):
        return replace(first, unit=first.unit or second.unit, currency=first.currency or second.currency)
    if first.unit == second.unit or (first.currency and second.unit is None):
        return replace(first, scale=second.scale)
    return replace(first, scale=second.scale, unit=second.unit, currency=second.currency, borrowed=True)


def _is_bare(quantity: Quantity) -> bool:
    return quantity.scale == _ONE and quantity.unit in (None, quantity.currency)


def _is_measured(quantity: Quantity) -> bool:
    """Return whether a number has a unit, a currency or at least a scale."""
    if quantity.by_words:
        ends = quantity.low is not None
        return quantity.unit in ("multiple", "fraction", "month") or (ends and quantity.unit is not None)
    return quantity.unit is not None or quantity.scale != _ONE


def _lend_units(text: str, amounts: list[Quantity]) -> list[Quantity]:
    """Lend the unit of the last member of a list to bare members before it."""
    lent = list(amounts)
    for i in reversed(range(len(lent) - 1)):
        this, following = lent[i], lent[i + 1]
        is_bare = not _is_measured(this) and this.unit is None and not _is_year(this.base or this.low or _ONE)
        if is_bare and _LISTED.fullmatch(text[this.end : following.start]):
            lent[i] = replace(_lend(this, following), borrowed=True)
    return lent


def _lend_currencies(text: str, amounts: list[Quantity]) -> list[Quantity]:
    """Lend the currency of a list's end to its members, and of a sentence's money to its later large amounts."""
    lent = list(amounts)
    for i in reversed(range(len(lent) - 1)):
        this, following = lent[i], lent[i + 1]
        if _could_be_money(this) and following.currency and _BESIDE.fullmatch(text[this.end : following.start]):
            lent[i] = _as_money(this, following.currency)
    for i in range(1, len(lent)):
        before, this = lent[i - 1], lent[i]
        is_large = _could_be_money(this) and this.scale >= _LARGE
        if before.currency and is_large and not _SENTENCE_END.search(text[before.end : this.start]):
            lent[i] = _as_money(this, before.currency)
    return lent


def _could_be_money(quantity: Quantity) -> bool:
    return quantity.unit is None and quantity.scale >= 10_000


def _as_money(quantity: Quantity, currency: str | None) -> Quantity:
    return replace(quantity, unit=currency, currency=currency, borrowed=True)


def _read_range_words(text: str, quantity: Quantity) -> Quantity:
    """Extend the span by range words before and behind, and move the number to the side that they mean."""
    before = _BEFORE_IT.search(text[max(0, quantity.start - _LONGEST_WORD) : quantity.start])
    behind = _AFTER_IT.match(text, quantity.end)
    start = quantity.start - len(before[0]) if before else quantity.start
    end = behind.end() if behind else quantity.end
    words = [word for word in (before and before["word"], quantity.range_word, behind and behind["word"]) if word]
    sides = {_side_of(word) for word in words} - {"base"}
    worded = replace(quantity, start=start, end=end, range_word=" ".join(words) or None)
    number = quantity.base if quantity.base is not None else quantity.low
    if quantity.high is not None or not sides:
        return worded
    side = sides.pop() if len(sides) == 1 else _side_of(words[-1])  # as high as 80% or more: more
    if side == "base":
        return worded
    return replace(worded, low=number if side == "low" else None, base=None, high=number if side == "high" else None)


def _side_of(word: str) -> Side:
    return measures.RANGE_WORDS_BEFORE.get(word.lower()) or measures.RANGE_WORDS_AFTER.get(word) or "low"


def _find_whole(text: str, taken: Sequence[Quantity]) -> Iterator[Quantity]:
    """Yield quantities in words alone, such as doubling, outside the spans already taken."""
    ends = sorted(q.end for q in taken)
    starts = sorted(q.start for q in taken)
    for match in _WHOLE.finditer(text):
        if bisect_right(ends, match.start()) < bisect_left(starts, match.end()):
            continue
        side, number, unit = measures.WHOLE_QUANTITIES[match[0].lower()]
        low, base = (Decimal(number), None) if side == "low" else (None, Decimal(number))
        yield Quantity(match.start(), match.end(), low, base, None, _ONE, unit, None, None, by_words=True)
