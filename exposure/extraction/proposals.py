"""Proposals: candidate claims from a pasted note, for a person to accept or refuse; nothing writes to the seeds."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from exposure.extraction.documents import Document, FoldedText, fold_text, read_text, split_documents
from exposure.extraction.entities import Mention, NameMatcher, match_brokers, match_companies, match_programmes
from exposure.extraction.quantities import Quantity, find_quantities
from exposure.extraction.relative_periods import SpokenPeriod, find_periods
from exposure.seeds import resources
from exposure.seeds.reader import read_seeds


@dataclass(frozen=True)
class Proposal:
    """One candidate claim; numbers are in `unit`, as the ledger of claims writes it."""

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

#: what each sign of a quantity adds to the confidence, which starts from `_LEAST`, or takes from it
_LEAST = 0.2
_SIGNS = {
    "unit": 0.2, "company_near": 0.2, "company_carried": 0.08, "period_near": 0.15, "period_carried": 0.05,
    "header": 0.1, "citation": 0.15, "borrowed": -0.1, "by_words": -0.1, "fillers": -0.15, "duration": -0.15,
    "counted": -0.05,
}  # fmt: skip
_DURATIONS = frozenset({"year", "quarter", "month", "week", "day", "hour"})

_SENTENCE = re.compile(r"(?:\[[0-9]{1,3}\] ?)+|[。;!?\n]|(?<=[a-z0-9%)])\. (?=[A-Z])| [-*•] ")
_CITATION = re.compile(r"(?:\[[0-9]{1,3}\] ?)+")
_BULLET_END = re.compile(r"\n| [-*•] ")
_LINE_END = re.compile(r"\n")
#: a bold label, a Markdown heading, or a few words alone before a bullet or the end of a line
_HEADING = re.compile(
    r"\*\*[^*\n]{1,60}\*\*|^ *#{1,6} [^\n]{1,80}$"
    r"|(?:(?<=\] )|(?<=\])|^)(?! *[-*•] )[^\[\]\n。;,*]{1,25}(?<![.!?])(?= [-*•] |$)",
    re.MULTILINE,
)
#: a period after a quantity is not its own across these
_CLAUSE_END = re.compile(r"[,:]")
#: a period right after a quantity is its own: 9,000 racks in 2026
_OF = re.compile(r" (?:in|by|for|during|at the end of|by the end of) ")
#: how far back a company may be named that the sentence does not name
_REACH = 400
_LONGEST_CONTEXT = 240
#: how much of a sentence is read on either side of a quantity; longer text without a full stop is not a sentence
_LONGEST_HALF = 500
_MILLION = Decimal("1e6")


def propose_claims(path: Path, seeds_folder: Path | None = None) -> list[Proposal]:
    """Read a note from a file and propose claims by the names of the seeds."""
    reader = NoteReader.from_seeds(seeds_folder or resources.seeds_dir())
    return reader.propose_claims(read_text(path))


@dataclass(frozen=True)
class NoteReader:
    """Reads notes by the names of companies and programmes and the months in which companies' years end."""

    companies: NameMatcher
    programmes: NameMatcher
    brokers: NameMatcher
    year_end_months: dict[str, int]

    @classmethod
    def from_seeds(cls, folder: Path) -> NoteReader:
        """Take the names from a folder of seeds."""
        tables: dict[str, list[Any]] = dict(read_seeds(folder).tables)
        months = {row.company_id: int(row.fiscal_year_end[:2]) for row in tables["companies"] if row.fiscal_year_end}
        return cls(match_companies(tables), match_programmes(tables), match_brokers(tables), months)

    def propose_claims(self, text: str) -> list[Proposal]:
        """Propose claims from a text, in its order."""
        folded = fold_text(text)
        documents = enumerate(split_documents(folded), start=1)
        return [p for number, each in documents for p in _DocumentReader(self, text, folded, each, number).propose()]


class _DocumentReader:
    """One document and the places of everything that it names."""

    def __init__(self, reader: NoteReader, text: str, folded: FoldedText, document: Document, number: int) -> None:
        self.reader, self.text, self.folded, self.document, self.number = reader, text, folded, document, number
        self.body = folded.text[document.start : document.end]
        self.companies = reader.companies.find_mentions(self.body)
        self.programmes = reader.programmes.find_mentions(self.body)
        self.brokers = reader.brokers.find_mentions(self.body)
        self.periods = find_periods(self.body, document.published_on)
        title = document.title or ""
        self.title_companies = _identities_of(reader.companies.find_mentions(title))
        self.title_period = next(iter(find_periods(title, document.published_on)), None)
        self.headings = [(match.start(), match.end()) for match in _HEADING.finditer(self.body)]
        self.ends = [0, *(match.end() for match in _SENTENCE.finditer(self.body)), len(self.body)]
        self.marks = [(match.start(), match.end()) for match in _CITATION.finditer(self.body)]
        self.bullets = [match.start() for match in _BULLET_END.finditer(self.body)]
        self.lines = [0, *(match.end() for match in _LINE_END.finditer(self.body))]

    def propose(self) -> Iterator[Proposal]:
        """Propose a claim for each quantity that is not part of a programme's name or of a period."""
        names: list[Mention | SpokenPeriod] = [*self.programmes, *self.periods]
        taken = {place for each in names for place in range(each.start, each.end)}
        for quantity in find_quantities(self.body):
            if quantity.start not in taken:
                yield self._propose_claim(quantity)

    def _propose_claim(self, quantity: Quantity) -> Proposal:
        sentence = self._find_sentence(quantity)
        named = _within(self.companies, sentence)
        companies = tuple(
            dict.fromkeys([*_order_by_nearness(named, quantity), *self._find_subject(quantity, sentence)])
        )
        programmes = _order_by_nearness(_within(self.programmes, sentence), quantity)
        spoken, near = self._find_period(quantity, sentence)
        period = self._resolve_period(spoken, companies)
        citation = self._find_citation(quantity)
        start, end = self.folded.original_span(quantity.start + self.document.start, quantity.end + self.document.start)
        unit, scale = _ledger_unit(quantity)
        low, base, high = (
            None if n is None else float(n * scale) for n in (quantity.low, quantity.base, quantity.high)
        )
        signs = {
            "unit": unit is not None,
            "company_near": bool(named or programmes),
            "company_carried": bool(companies) and not named,
            "period_near": period is not None and near,
            "period_carried": period is not None and not near,
            "header": self.document.published_on is not None,
            "citation": citation is not None,
            "borrowed": quantity.borrowed,
            "by_words": quantity.by_words,
            "fillers": any(c in self.folded.fillers for c in self.text[start:end]),
            "duration": unit in _DURATIONS,
            "counted": unit in (None, "count", "piece", "person"),
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
            programmes=programmes,
            period=period,
            period_words=self._quote_period(spoken),
            citation=citation,
            confidence=_rate_confidence(signs),
            context=" ".join(self.body[slice(*sentence)].split())[:_LONGEST_CONTEXT],
        )

    def _find_sentence(self, quantity: Quantity) -> tuple[int, int]:
        after = bisect_right(self.ends, quantity.start)
        start, end = self.ends[after - 1], self.ends[min(after, len(self.ends) - 1)]
        near = (quantity.start - _LONGEST_HALF, quantity.end + _LONGEST_HALF)
        return max(start, near[0]), max(quantity.end, min(end, near[1]))

    def _find_subject(self, quantity: Quantity, sentence: tuple[int, int]) -> tuple[str, ...]:
        """Return the companies of the heading above; without nearer ones, those of the title or the last one named.

        A broker's sentence on a programme does not continue an earlier company's.
        """
        above_it = bisect_right(self.headings, (quantity.start, len(self.body)))
        above = _identities_of(_within(self.companies, self.headings[above_it - 1])) if above_it else ()
        if above or _within(self.companies, sentence):
            return above
        is_brokers = bool(_within(self.brokers, sentence) and _within(self.programmes, sentence))
        if is_brokers or len(self.title_companies) == 1:
            return self.title_companies
        before = _within(self.companies, (quantity.start - _REACH, quantity.start))
        return (before[-1].identity,) if before else self.title_companies

    def _find_period(self, quantity: Quantity, sentence: tuple[int, int]) -> tuple[SpokenPeriod | None, bool]:
        """Return the period of a quantity, and whether its own clause or sentence names it."""
        inside = _within(self.periods, sentence)
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
        earlier = bisect_left(self.periods, sentence[0], key=_start_of) - 1
        carried = earlier >= 0 and self.periods[earlier].start >= line
        return (self.periods[earlier] if carried else None), False

    def _resolve_period(self, period: SpokenPeriod | None, companies: Sequence[str]) -> str | None:
        if period is None:
            return None
        months = (self.reader.year_end_months.get(company) for company in companies)
        return period.resolve(next((month for month in months if month), None))

    def _quote_period(self, period: SpokenPeriod | None) -> str | None:
        if period is None:
            return None
        text = (self.document.title or "") if period is self.title_period else self.body
        return text[period.start : period.end]

    def _find_citation(self, quantity: Quantity) -> str | None:
        """Return the marks that end the bullet or line of a quantity."""
        following = bisect_left(self.marks, (quantity.end, 0))
        if following == len(self.marks):
            return None
        start, end = self.marks[following]
        bullet = bisect_left(self.bullets, quantity.end)
        ended = bullet < len(self.bullets) and self.bullets[bullet] < start
        return None if ended else self.body[start:end].replace(" ", "")


_Placed = TypeVar("_Placed", Mention, SpokenPeriod)


def _within(ordered: Sequence[_Placed], span: tuple[int, int]) -> list[_Placed]:
    """Return the places inside a span, of places in the order of the text."""
    first = bisect_left(ordered, span[0], key=_start_of)
    last = bisect_left(ordered, span[1], lo=first, key=_start_of)
    return [each for each in ordered[first:last] if each.end <= span[1]]


def _start_of(placed: Mention | SpokenPeriod) -> int:
    return placed.start


def _order_by_nearness(mentions: Sequence[Mention], quantity: Quantity) -> tuple[str, ...]:
    """Return identities: those named before the quantity, the nearest first, then those behind it."""
    return _identities_of(sorted(mentions, key=lambda m: (m.start > quantity.start, abs(m.start - quantity.start))))


def _identities_of(mentions: Sequence[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.identity for mention in mentions))


def _ledger_unit(quantity: Quantity) -> tuple[str | None, Decimal]:
    """Return unit and scale as the ledger writes them: large money in millions."""
    if quantity.currency and quantity.scale >= _MILLION:
        return f"{quantity.currency} million", quantity.scale / _MILLION
    return quantity.unit, quantity.scale


def _rate_confidence(signs: dict[str, bool]) -> float:
    total = _LEAST + sum(_SIGNS[name] for name, is_there in signs.items() if is_there)
    return round(min(max(total, 0.0), 1.0), 2)
