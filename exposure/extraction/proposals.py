"""Propose claims from a pasted digest: rows for a person to accept or refuse. Nothing here writes to the seeds."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from exposure.extraction import documents as digests
from exposure.extraction import entities as mentions
from exposure.extraction import quantities
from exposure.extraction import relative_periods as spoken_periods
from exposure.extraction.documents import Document, Folded
from exposure.extraction.entities import Mention, Names
from exposure.extraction.quantities import Quantity
from exposure.extraction.relative_periods import SpokenPeriod
from exposure.seeds import reader as seeds
from exposure.seeds import resources
from exposure.seeds.models import Company


@dataclass(frozen=True)
class Proposal:
    """One candidate claim; numbers are in `unit`, which is how the ledger of claims writes it."""

    document: int
    title: str | None
    publisher: str | None
    published_on: date | None
    start: int
    end: int
    span: str
    low: float | None
    base: float | None
    high: float | None
    unit: str | None
    scale: float
    currency: str | None
    range_word: str | None
    companies: tuple[str, ...]
    programmes: tuple[str, ...]
    period: str | None
    period_words: str | None
    citation: str | None
    confidence: float
    context: str


COLUMNS = tuple(field.name for field in fields(Proposal))

#: what each thing that is known of a quantity adds to the confidence, which starts from `_LEAST`
_LEAST = 0.2
_KNOWN = {
    "unit": 0.2,
    "company_near": 0.2,
    "company_carried": 0.08,
    "period_near": 0.15,
    "period_carried": 0.05,
    "header": 0.1,
    "citation": 0.15,
}
#: what makes a quantity doubtful takes so much away
_DOUBTS = {"borrowed": 0.1, "by_words": 0.1, "fillers": 0.15, "duration": 0.15, "counted": 0.05}
_DURATIONS = frozenset({"year", "quarter", "month", "week", "day", "hour"})

_SENTENCE = re.compile(r"(?:\[[0-9]{1,3}\] ?)+|[。;!?\n]|(?<=[a-z0-9%)])\. (?=[A-Z])| [-*•] ")
_CITATION = re.compile(r"(?:\[[0-9]{1,3}\] ?)+")
_BULLET_END = re.compile(r"\n| [-*•] ")
_LINE_END = re.compile(r"\n")
#: a bold label, a Markdown heading, or a few words alone before a bullet or a line's end, themselves no bullet
_HEADING = re.compile(
    r"\*\*[^*\n]{1,60}\*\*|^ *#{1,6} [^\n]{1,80}$"
    r"|(?:(?<=\] )|(?<=\])|^)(?! *[-*•] )[^\[\]\n。;,*]{1,25}(?<![.!?])(?= [-*•] |$)",
    re.MULTILINE,
)
#: a period that stands behind a quantity is not its own across these
_CLAUSE_END = re.compile(r"[,:]")
#: a period right behind a quantity is its own: 9,000 racks in 2026
_OF = re.compile(r" (?:in|by|for|during|at the end of|by the end of) ")
#: how far back a company that is not named in the sentence may have been named
_REACH = 400
_LONGEST_CONTEXT = 240
#: how far from a quantity its sentence is read; what has no full stop for longer is no sentence
_LONGEST_HALF = 500
_MILLION = Decimal("1e6")


def proposals(path: Path, seeds_folder: Path | None = None) -> list[Proposal]:
    """Read a digest file and propose claims by the names of the seeds."""
    names = Reader.of(seeds_folder or resources.seeds_dir())
    return names.proposals(digests.read(path))


@dataclass(frozen=True)
class Reader:
    """Reads digests, knowing the names of companies and programmes and when each company's year ends."""

    companies: Names
    programmes: Names
    brokers: Names
    year_end_months: dict[str, int]

    @classmethod
    def of(cls, seeds_folder: Path) -> Reader:
        """Take the names from a folder of seeds."""
        read = seeds.read(seeds_folder)
        rows = [row for row in read.tables["companies"] if isinstance(row, Company) and row.fiscal_year_end]
        months = {row.company_id: int(str(row.fiscal_year_end)[:2]) for row in rows}
        return cls(mentions.companies(read), mentions.programmes(read), mentions.brokers(read), months)

    def proposals(self, text: str) -> list[Proposal]:
        """Propose claims from a text, in its order."""
        folded = digests.fold(text)
        found: list[Proposal] = []
        for number, document in enumerate(digests.documents(folded), start=1):
            found += _Reading(self, text, folded, document, number).proposals()
        return found


class _Reading:
    """One document as it is read: what it names, and where."""

    def __init__(self, reader: Reader, text: str, folded: Folded, document: Document, number: int) -> None:
        self.reader, self.text, self.folded, self.document, self.number = reader, text, folded, document, number
        self.body = folded.text[document.start : document.end]
        self.companies = reader.companies.found(self.body)
        self.programmes = reader.programmes.found(self.body)
        self.brokers = reader.brokers.found(self.body)
        self.periods = spoken_periods.found(self.body, document.published_on)
        title = document.title or ""
        self.title_companies = tuple(dict.fromkeys(m.identity for m in reader.companies.found(title)))
        self.title_period = next(iter(spoken_periods.found(title, document.published_on)), None)
        self.headings = [(match.start(), match.end()) for match in _HEADING.finditer(self.body)]
        self.ends = [0, *(match.end() for match in _SENTENCE.finditer(self.body)), len(self.body)]
        self.marks = [(match.start(), match.end()) for match in _CITATION.finditer(self.body)]
        self.bullets = [match.start() for match in _BULLET_END.finditer(self.body)]
        self.lines = [0, *(match.end() for match in _LINE_END.finditer(self.body))]

    def proposals(self) -> Iterator[Proposal]:
        names = [(m.start, m.end) for m in self.programmes] + [(p.start, p.end) for p in self.periods]
        named = {place for start, end in names for place in range(start, end)}
        for quantity in quantities.found(self.body):
            if quantity.start not in named:
                yield self._proposal(quantity)

    def _proposal(self, quantity: Quantity) -> Proposal:
        sentence = self._sentence(quantity)
        named = _in(self.companies, sentence)
        companies = tuple(dict.fromkeys([*_by_nearness(named, quantity), *self._subject(quantity, sentence)]))
        period, near = self._period(quantity, sentence)
        citation = self._citation(quantity)
        start, end = self.folded.span(quantity.start + self.document.start, quantity.end + self.document.start)
        resolved = self._resolved(period, companies)
        unit, scale = _ledger_unit(quantity)
        low, base, high = (
            None if n is None else float(n * scale) for n in (quantity.low, quantity.base, quantity.high)
        )
        known = {
            "unit": unit is not None,
            "company_near": bool(named or _in(self.programmes, sentence)),
            "company_carried": bool(companies) and not named,
            "period_near": resolved is not None and near,
            "period_carried": resolved is not None and not near,
            "header": self.document.published_on is not None,
            "citation": citation is not None,
        }
        doubts = {
            "borrowed": quantity.borrowed,
            "by_words": quantity.by_words,
            "fillers": any(c in self.folded.fillers for c in self.text[start:end]),
            "duration": unit in _DURATIONS,
            "counted": unit is None or unit in ("count", "piece", "person"),
        }
        return Proposal(
            document=self.number,
            title=self.document.title,
            publisher=self.document.publisher,
            published_on=self.document.published_on,
            start=start,
            end=end,
            span=self.text[start:end],
            low=low,
            base=base,
            high=high,
            unit=unit,
            scale=float(scale),
            currency=quantity.currency,
            range_word=quantity.range_word,
            companies=companies,
            programmes=_by_nearness(_in(self.programmes, sentence), quantity),
            period=resolved,
            period_words=self._words(period),
            citation=citation,
            confidence=_confidence(known, doubts),
            context=self._context(sentence),
        )

    def _sentence(self, quantity: Quantity) -> tuple[int, int]:
        after = bisect_right(self.ends, quantity.start)
        start, end = self.ends[after - 1], self.ends[min(after, len(self.ends) - 1)]
        near = (quantity.start - _LONGEST_HALF, quantity.end + _LONGEST_HALF)
        return max(start, near[0]), max(quantity.end, min(end, near[1]))

    def _subject(self, quantity: Quantity, sentence: tuple[int, int]) -> tuple[str, ...]:
        """Give the companies of the heading above; where none is named nearer, that of the title or the last one.

        Where a broker speaks of a programme, its sentence has a subject of its own.
        """
        above_it = bisect_right(self.headings, (quantity.start, len(self.body)))
        heading = self.headings[above_it - 1] if above_it else None
        above = tuple(dict.fromkeys(m.identity for m in _in(self.companies, heading))) if heading else ()
        if above or _in(self.companies, sentence):
            return above
        anew = bool(_in(self.brokers, sentence) and _in(self.programmes, sentence))
        if anew or len(self.title_companies) == 1:
            return self.title_companies
        before = _in(self.companies, (quantity.start - _REACH, quantity.start))
        return (before[-1].identity,) if before else self.title_companies

    def _period(self, quantity: Quantity, sentence: tuple[int, int]) -> tuple[SpokenPeriod | None, bool]:
        """Give the period that a quantity is of, and whether its own clause or sentence names it."""
        inside = _in(self.periods, sentence)
        before = [p for p in inside if p.end <= quantity.start]
        behind = [p for p in inside if p.start >= quantity.end]
        if behind and _OF.fullmatch(self.body, quantity.end, behind[0].start):
            return behind[0], True
        if before:
            return before[-1], True
        if behind and not _CLAUSE_END.search(self.body, quantity.end, behind[0].start):
            return behind[0], True
        if self.title_period:
            return self.title_period, False
        line = self.lines[bisect_right(self.lines, sentence[0]) - 1]
        earlier = bisect_left(self.periods, sentence[0], key=_start) - 1
        carried = earlier >= 0 and self.periods[earlier].start >= line
        return (self.periods[earlier] if carried else None), False

    def _resolved(self, period: SpokenPeriod | None, companies: Sequence[str]) -> str | None:
        if period is None:
            return None
        months = (self.reader.year_end_months.get(company) for company in companies)
        return period.resolved(next((month for month in months if month), None))

    def _words(self, period: SpokenPeriod | None) -> str | None:
        if period is None:
            return None
        text = (self.document.title or "") if period is self.title_period else self.body
        return text[period.start : period.end]

    def _citation(self, quantity: Quantity) -> str | None:
        """Give the marks that end the bullet or line of a quantity."""
        following = bisect_left(self.marks, (quantity.end, 0))
        if following == len(self.marks):
            return None
        start, end = self.marks[following]
        bullet = bisect_left(self.bullets, quantity.end)
        ended = bullet < len(self.bullets) and self.bullets[bullet] < start
        return None if ended else self.body[start:end].replace(" ", "")

    def _context(self, sentence: tuple[int, int]) -> str:
        return " ".join(self.body[slice(*sentence)].split())[:_LONGEST_CONTEXT]


_Placed = TypeVar("_Placed", Mention, SpokenPeriod)


def _in(found: Sequence[_Placed], span: tuple[int, int]) -> list[_Placed]:
    """Give what lies inside a span; what was found stands in the order of the text."""
    first = bisect_left(found, span[0], key=_start)
    last = bisect_left(found, span[1], lo=first, key=_start)
    return [each for each in found[first:last] if each.end <= span[1]]


def _start(placed: Mention | SpokenPeriod) -> int:
    return placed.start


def _by_nearness(found: Sequence[Mention], quantity: Quantity) -> tuple[str, ...]:
    """Order identities: those named before the quantity, the nearest first, then those behind it."""
    ordered = sorted(found, key=lambda m: (m.start > quantity.start, abs(m.start - quantity.start)))
    return tuple(dict.fromkeys(mention.identity for mention in ordered))


def _ledger_unit(quantity: Quantity) -> tuple[str | None, Decimal]:
    """Give unit and scale as the ledger writes them: large money in millions."""
    if quantity.currency and quantity.scale >= _MILLION:
        return f"{quantity.currency} million", quantity.scale / _MILLION
    return quantity.unit, quantity.scale


def _confidence(known: dict[str, bool], doubts: dict[str, bool]) -> float:
    total = _LEAST + sum(_KNOWN[name] for name, is_so in known.items() if is_so)
    total -= sum(_DOUBTS[name] for name, is_so in doubts.items() if is_so)
    return round(min(max(total, 0.0), 1.0), 2)
