"""Days of knowledge: no fact is known before its document said so, and none after somebody had read it there."""

from __future__ import annotations

from collections.abc import Iterator

from exposure.errors import Fault
from exposure.seeds.models.identity import Source
from exposure.seeds.rules.tables import Tables


def check_known_days(tables: Tables) -> Iterator[Fault]:
    """Refuse a day that the document of the fact rules out."""
    documents = {source.source_id: source for _, source in tables.list_rows(Source)}
    for line, row in tables.list_facts():
        document = documents.get(row.source_id)
        if document is None or row.known_on_basis == "rests_on":  # our reasoning is no document
            continue
        if row.known_on > document.collected_on:
            message = f"{row.known_on} is after {document.collected_on}, when {row.source_id!r} was collected"
            yield line.fault("known_on", message)
        first = document.first_day
        if row.known_on_basis == "published" and first and row.known_on < first:
            message = f"{row.known_on} is before {first}, the first day on which {row.source_id!r} can have appeared"
            yield line.fault("known_on", f"{message}; if its origin had published the figure, write 'origin_published'")
        if row.known_on_basis == "origin_published" and not (row.note or document.note):
            message = "'origin_published' needs a note, of the row or of its document, that says how the day is known"
            yield line.fault("known_on_basis", message)


RULES = (check_known_days,)
