"""What a database file is good for, as opening it says."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from exposure.db.connection import Damaged, Foreign, Locked, Missing, Stale
from exposure.db.session import reading


class Status(NamedTuple):
    """`current`, `stale`, `missing`, `foreign`, `damaged` or `locked`, and the sentence of the error."""

    state: str
    sentence: str


def status(db: Path, seeds: Path, sql: Path | None = None) -> Status:
    """Open a database as the engine does."""
    try:
        with reading(db, seeds=seeds, sql=sql):
            return Status("current", "")
    except (Missing, Stale, Foreign, Damaged, Locked) as error:
        return Status(type(error).__name__.lower(), str(error))
