"""How many claims of the ledger `exposure ingest` proposes, and how many of its proposals are in the ledger.

    python benchmarks/ingest.py FOLDER

FOLDER holds the source notes as text files, which are no part of the project. Their documents, in the order of the
files and without those that stand there twice, are the sources N01, N02 ... of the seeds. A proposal and a claim match
when they are of the same document and have the same numbers of the same kind (money of a currency, fractions, counts).
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from exposure.extraction import documents as digests
from exposure.extraction.proposals import Proposal, Reader
from exposure.seeds import resources

#: the seed tables whose facts come from the notes, too
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
        """Say which sides of the range are open: no low, no high."""
        return self.low is None, self.high is None

    def has_the_numbers_of(self, other: Entry) -> bool:
        """Say whether both have the same numbers, whatever they count."""
        if len(self.numbers) != len(other.numbers):
            return False
        pairs = zip(sorted(self.numbers), sorted(other.numbers), strict=True)
        return all(abs(a - b) <= SMALLEST_ERROR * max(abs(a), abs(b)) for a, b in pairs)

    def matches(self, other: Entry) -> bool:
        """Say whether both have the same numbers of the same kind; what has no unit may count anything."""
        kinds = {self.kind, other.kind}
        same = len(kinds) == 1 or ("" in kinds and not kinds & {"fraction", "multiple"})
        return same and self.has_the_numbers_of(other)


def entry(unit: str | None, values: Sequence[float | None], companies: Sequence[str], period: str | None) -> Entry:
    """Bring a row to base units; the sign is left out, since a fall may be written in words."""
    kind, factor = _kind(unit or "")
    low, base, high = (None if v is None else abs(v) * factor for v in values)
    numbers = frozenset(v for v in (low, base, high) if v is not None)
    return Entry(numbers, kind, low, high, frozenset(companies), period)


def _kind(unit: str) -> tuple[str, float]:
    if unit.endswith(" million"):
        return unit.removesuffix(" million"), 1e6
    if unit in KINDS:
        return KINDS[unit]
    return (unit, 1.0) if len(unit) == 3 and unit.isupper() else ("", 1.0)


# --- the ledger ---------------------------------------------------------------------------


def ledger(folder: Path) -> dict[str, list[Entry]]:
    """Give the numeric facts of each note, from all seed tables that hold such."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for table in TABLES:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                values = [float(row[c]) if row[c] else None for c in ("low", "base", "high")]
                if (
                    row["source_id"][:1] == "N"
                    and row["source_id"][1:].isdigit()
                    and any(v is not None for v in values)
                ):
                    companies = [row["company_id"]] if row.get("company_id") else []
                    entries[row["source_id"]].append(
                        entry(_unit(table, row), values, companies, row.get("period") or None)
                    )
    return entries


def _unit(table: str, row: Mapping[str, str]) -> str:
    """Give the unit of a row; tables without the column have one that goes without saying."""
    if "unit" in row:
        return row["unit"]
    if table == "company_revenues":
        return f"{row['currency']} million" if row["currency"] else "fraction"
    if table == "disclosed_exposures":
        return f"{row['currency']} million" if row["currency"] else "fraction"
    return {"content_values": row.get("currency", ""), "supply_shares": "fraction"}.get(table, "")


# --- the proposals ------------------------------------------------------------------------


def notes(folder: Path, reader: Reader) -> Iterator[tuple[str, list[Proposal]]]:
    """Give each distinct document of the files with its proposals, numbered as the seeds do."""
    seen: set[str] = set()
    for path in sorted(folder.glob("*.txt")):
        text = digests.read(path)
        proposals = reader.proposals(text)
        documents = digests.documents(digests.fold(text))
        for number, document in enumerate(documents, start=1):
            name = document.title or path.name
            if name in seen or (document.title is None and len(documents) > 1):
                continue
            seen.add(name)
            yield f"N{len(seen):02d}", [p for p in proposals if p.document == number]


def proposed(proposal: Proposal) -> Entry:
    """Reduce a proposal to what is compared."""
    values = (proposal.low, proposal.base, proposal.high)
    return entry(proposal.unit, values, proposal.companies, proposal.period)


def part(some: int, whole: int) -> str:
    """Write a part of a whole with both counts."""
    return f"{some / whole:6.1%} ({some} of {whole})" if whole else "-"


def main(arguments: Sequence[str]) -> int:
    """Measure and print recall, precision and what is right of those that match."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    reader = Reader.of(resources.seeds_dir())
    claims = ledger(resources.seeds_dir())
    pairs = [
        (claims[note], [(p.confidence, proposed(p)) for p in found], note)
        for note, found in notes(Path(arguments[0]), reader)
    ]
    print(f"{'note':6}{'claims':>7}{'proposals':>10}{'recall':>9}{'precision':>10}")
    for wanted, given, note in pairs:
        recalled = sum(any(p.matches(c) for _, p in given) for c in wanted)
        right = sum(any(p.matches(c) for c in wanted) for _, p in given)
        print(
            f"{note:6}{len(wanted):7}{len(given):10}{_share(recalled, len(wanted)):>9}{_share(right, len(given)):>10}"
        )
    summary(pairs)
    return 0


def _share(some: int, whole: int) -> str:
    return f"{some / whole:.0%}" if whole else "-"


Pair = tuple[list[Entry], list[tuple[float, Entry]], str]


def summary(pairs: Sequence[Pair]) -> None:
    """Print the sums over all notes."""
    wanted = [(claim, [p for _, p in given]) for claims, given, _ in pairs for claim in claims]
    given = [(confidence, p, claims) for claims, found, _ in pairs for confidence, p in found]
    hits = [(claim, matching) for claim, found in wanted if (matching := [p for p in found if p.matches(claim)])]
    by_number = sum(any(p.has_the_numbers_of(claim) for p in found) for claim, found in wanted)
    print(f"\nrecall       {part(len(hits), len(wanted))}")
    print(f"  by number alone {part(by_number, len(wanted))}")
    print(f"precision    {_precision([(p, claims) for _, p, claims in given])}")
    for low, high in BANDS:
        band = [(p, claims) for confidence, p, claims in given if low <= confidence < high]
        print(f"  confidence {low:.2f} to {min(high, 1):.2f} {_precision(band)}")
    print("of the claims recalled, with a proposal that also has the same")
    print(f"  open sides of the range {_agreeing(hits, Entry.open_sides)}")
    dated = [(claim, found) for claim, found in hits if claim.period]
    print(f"  period                  {_agreeing(dated, lambda each: each.period)}")
    owned = [(claim, found) for claim, found in hits if claim.companies]
    named = sum(any(claim.companies <= p.companies for p in found) for claim, found in owned)
    print(f"  company among its own   {part(named, len(owned))}")


def _precision(proposals: Sequence[tuple[Entry, list[Entry]]]) -> str:
    return part(sum(any(p.matches(claim) for claim in claims) for p, claims in proposals), len(proposals))


def _agreeing(hits: Sequence[tuple[Entry, list[Entry]]], aspect: Callable[[Entry], object]) -> str:
    return part(sum(any(aspect(p) == aspect(claim) for p in found) for claim, found in hits), len(hits))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
