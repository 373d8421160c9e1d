"""The watchlist of the default question: the build stores it, and `rank` reads it back without polars."""

from __future__ import annotations

import logging
import shlex
from typing import TYPE_CHECKING

from exposure.question import DEFAULT_PROFILE, Question, Result, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exposure.db.build import Writer
    from exposure.db.session import Reader
    from exposure.scoring.watchlist import Watchlist

log = logging.getLogger(__name__)

_WATCHLIST, _NOTES = "mart.stored_watchlist", "mart.stored_note"
_DUCKDB_TYPES = {"Int64": "BIGINT", "Float64": "DOUBLE", "String": "VARCHAR", "Date": "DATE"}


def table_columns() -> dict[str, list[tuple[str, str]]]:
    """Return the tables that hold it: name -> columns with their DuckDB types."""
    from exposure.scoring.watchlist import COLUMNS

    columns = [(name, _DUCKDB_TYPES[str(kind)]) for name, kind in COLUMNS.items()]
    return {
        _WATCHLIST: [("position", "BIGINT"), *columns],
        _NOTES: [("position", "BIGINT"), ("note", "VARCHAR")],
    }


def write_watchlist(writer: Writer, watchlist: Watchlist, notes: Sequence[str]) -> None:
    """Store a watchlist with its notes in a database that is being built."""
    writer.store(_WATCHLIST, [(position, *row) for position, row in enumerate(watchlist.listed.rows())])
    writer.store(_NOTES, list(enumerate(notes)))


def read_watchlist(reader: Reader) -> Result:
    """Return the stored watchlist."""
    rows = reader.table(f"select * exclude (position) from {_WATCHLIST} order by position")  # noqa: S608
    notes = reader.rows(f"select note from {_NOTES} order by position")  # noqa: S608
    return Result(rows, [note for (note,) in notes])


def check_profile(question: Question, workspace: Workspace) -> None:
    """Raise on a wrong profile, and warn whoever queries SQL by another than the stored one: no view ranks by it."""
    from exposure.seeds.profiles import read_profile

    read_profile(question.profile, workspace.seeds)
    if question.profile != DEFAULT_PROFILE:
        log.warning(
            "mart.watchlist holds the profile %s only; for %s: exposure rank --profile %s",
            DEFAULT_PROFILE, question.profile, shlex.quote(question.profile),
        )  # fmt: skip
