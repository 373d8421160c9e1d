"""Measure how many claims of the ledger `exposure ingest` proposes, and how many of its proposals are in the ledger.

    python benchmarks/ingest.py FOLDER

FOLDER holds the source notes as text files, which are not part of the project. Their distinct documents, in the order
of the files, are the sources N01, N02 ... of the seeds. A proposal and a claim match when they are of the same document
and have the same numbers of the same kind (money of a currency, fractions, counts).
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from exposure.extraction.documents import fold_text, read_text, split_documents
from exposure.extraction.proposals import NoteReader, Proposal
from exposure.seeds import resources

#: the seed tables with facts from the notes
TABLES = (
    "claims", "company_revenues", "company_signals", "content_values", "disclosed_exposures", "shipment_forecasts",
    "supply_shares",
)  # fmt: skip
#: unit of a seed -> its kind, and how many of the kind one is
KINDS: Mapping[str, tuple[str, float]] = {
    "kW": ("watt", 1e3),
    "GW": ("watt", 1e9),
    "fraction": ("fraction", 1.0),
    "multiple": ("multiple", 1.0),
}
SMALLEST_ERROR = 1e-6
#: bands of confidence, from and below
BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 1.01))


@dataclass(frozen=True)
class Entry:
    """A claim or a proposal, reduced to what is compared."""

    numbers: frozenset[float]
    kind: str
    low: float | None
    high: float | None
    companies: frozenset[str]
    period: str | None

    def open_sides(self) -> tuple[bool, bool]:
        """Return which sides of the range are open: without low, without high."""
        return self.low is None, self.high is None

    def has_numbers_of(self, other: Entry) -> bool:
        """Return whether both have the same numbers, whatever they count."""
        if len(self.numbers) != len(other.numbers):
            return False
        pairs = zip(sorted(self.numbers), sorted(other.numbers), strict=True)
        return all(abs(a - b) <= SMALLEST_ERROR * max(abs(a), abs(b)) for a, b in pairs)

    def matches(self, other: Entry) -> bool:
        """Return whether both have the same numbers of the same kind; a number without a unit may count anything."""
        kinds = {self.kind, other.kind}
        same = len(kinds) == 1 or ("" in kinds and not kinds & {"fraction", "multiple"})
        return same and self.has_numbers_of(other)


def make_entry(unit: str | None, values: Sequence[float | None], companies: Sequence[str], period: str | None) -> Entry:
    """Return a row in base units, without its sign, since a fall may be written in words."""
    kind, factor = _kind_of(unit or "")
    low, base, high = (None if v is None else abs(v) * factor for v in values)
    numbers = frozenset(v for v in (low, base, high) if v is not None)
    return Entry(numbers, kind, low, high, frozenset(companies), period)


def _kind_of(unit: str) -> tuple[str, float]:
    if unit.endswith(" million"):
        return unit.removesuffix(" million"), 1e6
    if unit in KINDS:
        return KINDS[unit]
    return (unit, 1.0) if len(unit) == 3 and unit.isupper() else ("", 1.0)


# --- the ledger ---------------------------------------------------------------------------


def read_ledger(folder: Path) -> dict[str, list[Entry]]:
    """Return the numeric facts of each note, from all seed tables that have any."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for table in TABLES:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                values = [float(row[c]) if row[c] else None for c in ("low", "base", "high")]
                note, is_numeric = row["source_id"], any(value is not None for value in values)
                if note[:1] == "N" and note[1:].isdigit() and is_numeric:
                    companies = [row["company_id"]] if row.get("company_id") else []
                    entries[note].append(make_entry(_unit_of(table, row), values, companies, row.get("period") or None))
    return entries


def _unit_of(table: str, row: Mapping[str, str]) -> str:
    """Return the unit of a row; tables without the column have a fixed one."""
    if "unit" in row:
        return row["unit"]
    if table in ("company_revenues", "disclosed_exposures"):
        return f"{row['currency']} million" if row["currency"] else "fraction"
    return {"content_values": row.get("currency", ""), "supply_shares": "fraction"}.get(table, "")


# --- the proposals ------------------------------------------------------------------------


def read_notes(folder: Path, reader: NoteReader) -> Iterator[tuple[str, list[Proposal]]]:
    """Yield each distinct document of the files with its proposals, numbered as in the seeds."""
    seen: set[str] = set()
    for path in sorted(folder.glob("*.txt")):
        text = read_text(path)
        proposals = reader.propose_claims(text)
        documents = split_documents(fold_text(text))
        for number, document in enumerate(documents, start=1):
            name = document.title or path.name
            if name in seen or (document.title is None and len(documents) > 1):
                continue
            seen.add(name)
            yield f"N{len(seen):02d}", [p for p in proposals if p.document == number]


def entry_of(proposal: Proposal) -> Entry:
    """Return what is compared of a proposal."""
    values = (proposal.low, proposal.base, proposal.high)
    return make_entry(proposal.unit, values, proposal.companies, proposal.period)


def format_part(some: int, whole: int) -> str:
    """Write a part of a whole with both counts."""
    return f"{some / whole:6.1%} ({some} of {whole})" if whole else "-"


def main(arguments: Sequence[str]) -> int:
    """Measure and print recall, precision, and how much else is right where they match."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    reader = NoteReader.from_seeds(resources.seeds_dir())
    ledger = read_ledger(resources.seeds_dir())
    notes = [
        (ledger[note], [(p.confidence, entry_of(p)) for p in proposals], note)
        for note, proposals in read_notes(Path(arguments[0]), reader)
    ]
    print(f"{'note':6}{'claims':>7}{'proposals':>10}{'recall':>9}{'precision':>10}")
    for claims, rated, note in notes:
        recall = _format_share(sum(any(p.matches(claim) for _, p in rated) for claim in claims), len(claims))
        precision = _format_share(sum(any(p.matches(claim) for claim in claims) for _, p in rated), len(rated))
        print(f"{note:6}{len(claims):7}{len(rated):10}{recall:>9}{precision:>10}")
    print_summary(notes)
    return 0


def _format_share(some: int, whole: int) -> str:
    return f"{some / whole:.0%}" if whole else "-"


#: the claims of a note, its proposals with their confidence, and its name
Note = tuple[list[Entry], list[tuple[float, Entry]], str]


def print_summary(notes: Sequence[Note]) -> None:
    """Print the sums over all notes."""
    claims = [(claim, [p for _, p in rated]) for claims, rated, _ in notes for claim in claims]
    proposals = [(confidence, p, claims) for claims, rated, _ in notes for confidence, p in rated]
    hits = [(claim, matching) for claim, rated in claims if (matching := [p for p in rated if p.matches(claim)])]
    by_number = sum(any(p.has_numbers_of(claim) for p in rated) for claim, rated in claims)
    print(f"\nrecall       {format_part(len(hits), len(claims))}")
    print(f"  by number alone {format_part(by_number, len(claims))}")
    print(f"precision    {_format_precision([(p, claims) for _, p, claims in proposals])}")
    for low, high in BANDS:
        band = [(p, claims) for confidence, p, claims in proposals if low <= confidence < high]
        print(f"  confidence {low:.2f} to {min(high, 1):.2f} {_format_precision(band)}")
    print("of the claims recalled, with a proposal that also has the same")
    print(f"  open sides of the range {_format_agreement(hits, Entry.open_sides)}")
    dated = [(claim, matching) for claim, matching in hits if claim.period]
    print(f"  period                  {_format_agreement(dated, lambda each: each.period)}")
    owned = [(claim, matching) for claim, matching in hits if claim.companies]
    named = sum(any(claim.companies <= p.companies for p in matching) for claim, matching in owned)
    print(f"  company among its own   {format_part(named, len(owned))}")


def _format_precision(proposals: Sequence[tuple[Entry, list[Entry]]]) -> str:
    return format_part(sum(any(p.matches(claim) for claim in claims) for p, claims in proposals), len(proposals))


def _format_agreement(hits: Sequence[tuple[Entry, list[Entry]]], aspect: Callable[[Entry], object]) -> str:
    return format_part(sum(any(aspect(p) == aspect(claim) for p in matching) for claim, matching in hits), len(hits))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
