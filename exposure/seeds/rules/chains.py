"""Chains of claims: each is made once, corrections and withdrawals fit, conclusions follow their grounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from exposure.errors import Fault
from exposure.seeds.models import Fact
from exposure.seeds.models.identity import Origin, Product
from exposure.seeds.rules.tables import Line, Tables

#: file, origin and the values of the columns that a claim is about
Subject = tuple[object, ...]


def _subject_of(line: Line, row: Fact) -> Subject:
    values = (getattr(row, column) for column in row.about)
    return (line.file, row.origin_id, *(tuple(sorted(v)) if isinstance(v, tuple) else v for v in values))


def check_repeats(tables: Tables) -> Iterator[Fault]:
    """Refuse a subject, origin and day that come twice, unless one row names the other in `supersedes`."""
    claims: dict[Subject, list[tuple[Line, Fact]]] = defaultdict(list)
    for line, row in tables.list_facts():
        claims[*_subject_of(line, row), row.known_on].append((line, row))
    for claim in claims.values():
        superseded = {row.supersedes for _, row in claim}
        current = [(line, row) for line, row in claim if row.fact_id not in superseded]
        for line, row in current[1:]:
            other, first = current[0]
            yield line.fault(
                "fact_id",
                f"{row.fact_id!r} repeats {first.fact_id!r} ({other.place}): same {', '.join(row.about)}, origin_id "
                "and known_on; to correct one, name it in supersedes",
            )


def check_corrections(tables: Tables) -> Iterator[Fault]:
    """Refuse a correction of a later row, and one of another origin or subject."""
    rows = {row.fact_id: (line, row) for line, row in tables.list_facts()}
    for line, row in tables.list_facts():
        if row.supersedes not in rows:
            continue
        other, older = rows[row.supersedes]
        if older.known_on > row.known_on:
            message = f"{older.fact_id!r} became known on {older.known_on}, after this row ({row.known_on})"
            yield line.fault("supersedes", message)
        # a row of another table is reported as an unknown reference
        if other.file == line.file and _subject_of(line, row) != _subject_of(other, older):
            pairs = zip(_subject_of(line, row)[1:], _subject_of(other, older)[1:], strict=True)
            differing = [c for c, (a, b) in zip(("origin_id", *row.about), pairs, strict=True) if a != b]
            message = f"{older.fact_id!r} ({other.place}) is another claim, with another {', '.join(differing)}"
            yield line.fault("supersedes", f"{message}; a row corrects its own origin on the same subject")


def check_withdrawals(tables: Tables) -> Iterator[Fault]:
    """Refuse a withdrawal of nothing."""
    days = defaultdict(list)
    for line, row in tables.list_facts():
        if not row.withdrawn:
            days[_subject_of(line, row)].append(row.known_on)
    for line, row in tables.list_facts():
        earlier = any(day <= row.known_on for day in days[_subject_of(line, row)])
        if row.withdrawn and not row.supersedes and not earlier:
            message = f"no earlier row has the same {', '.join(row.about)} and origin_id, so nothing is withdrawn"
            yield line.fault("withdrawn", message)


def check_conclusions(tables: Tables) -> Iterator[Fault]:
    """Refuse a conclusion dated before its grounds, and an assumption dated other than the latest of them."""
    known = {row.fact_id: row.known_on for _, row in tables.list_facts()}
    for line, row in tables.list_facts():
        if not row.rests_on or not all(fact_id in known for fact_id in row.rests_on):
            continue
        latest = max(row.rests_on, key=lambda fact_id: known[fact_id])
        since = f"the latest fact it rests on, {latest!r}, became known on {known[latest]}"
        if row.tier == "assumption" and row.known_on != known[latest]:
            yield line.fault("known_on", f"{row.known_on} is not the day of its grounds: {since}")
        elif row.known_on < known[latest]:
            yield line.fault("known_on", f"{row.known_on} is too early: {since}")


def check_assumptions(tables: Tables) -> Iterator[Fault]:
    """Refuse an assumption of any origin but the project itself."""
    kinds = {origin.origin_id: origin.kind for _, origin in tables.list_rows(Origin)}
    for line, row in tables.list_facts():
        if row.tier == "assumption" and kinds.get(row.origin_id, "own") != "own":
            yield line.fault("origin_id", f"an assumption is the project's own, not one of {row.origin_id!r}")


def check_cycles(tables: Tables) -> Iterator[Fault]:
    """Refuse facts that rest on or supersede themselves, and products that contain themselves."""
    facts = tables.list_facts()
    yield from _find_cycles("rests_on", {row.fact_id: (line, row.rests_on) for line, row in facts})
    yield from _find_cycles("supersedes", {row.fact_id: (line, (row.supersedes,)) for line, row in facts})
    products = tables.list_rows(Product)
    yield from _find_cycles("parent_id", {row.product_id: (line, (row.parent_id,)) for line, row in products})


def _find_cycles(column: str, edges: dict[str, tuple[Line, tuple[str | None, ...]]]) -> Iterator[Fault]:
    """Yield one fault a cycle, at the first of its lines."""
    graph = {node: {str(target) for target in targets if target in edges} for node, (_, targets) in edges.items()}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle = error.args[1][::-1]
            start = min(range(len(cycle) - 1), key=lambda i: (edges[cycle[i]][0].file, edges[cycle[i]][0].line))
            path = [*cycle[start:-1], *cycle[: start + 1]]
            yield edges[path[0]][0].fault(column, f"forms a cycle: {' -> '.join(path)}")
            graph[path[0]].discard(path[1])
        else:
            return


RULES = (
    check_repeats,
    check_corrections,
    check_withdrawals,
    check_conclusions,
    check_assumptions,
    check_cycles,
)
