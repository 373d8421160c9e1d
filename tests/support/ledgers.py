"""Build databases with only the views that a test needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from exposure.db import build as warehouse
from exposure.db import view_files
from exposure.seeds.models import TABLES
from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import SHIPPED

SQL = SHIPPED.parent / "sql"
#: tables that the engine fills, and that no view over the ledger reads
STORED = frozenset({"mart.stored_watchlist", "mart.stored_note"})

Row = dict[str, Any]


@cache
def _read() -> Mapping[str, view_files.View]:
    tables = {"raw.build", *(f"raw.{table}" for table in TABLES), *STORED}
    return {view.full_name: view for view in view_files.read_views(SQL, tables)}


def full_name(view: str) -> str:
    """Return the name of a view over the ledger with its schema."""
    return next(name for name in (f"mart.{view}", f"research.{view}") if name in _read())


def _needed(names: tuple[str, ...]) -> Iterator[view_files.View]:
    """Yield views and all that they read, directly or not."""
    waiting, seen = [full_name(name) for name in names], set()
    while waiting:
        view = _read().get(waiting.pop())
        if view is not None and view.full_name not in seen:
            seen.add(view.full_name)
            waiting += view.reads
            yield view


def ledger(folder: Path, rows: Path, *names: str) -> Path:
    """Build views of `mart` and `research` over a seed folder; return the database."""
    part = folder / "sql"
    for view in _needed(names):
        target = part / view.file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SQL / view.file, target)
    shutil.copy(SQL / view_files.DICTIONARY, part / view_files.DICTIONARY)
    db = folder / "ledger.duckdb"
    warehouse.build(read_seeds(rows), db, sql=part)
    return db


def asked(db: Path, query: str, *, as_of: str | None = None, horizon: int | None = None) -> list[Row]:
    """Return the rows of a query, each as column name -> value."""
    day = None if as_of is None else date.fromisoformat(as_of)
    with warehouse.reading(db, as_of=day, horizon=horizon) as reader:
        table = reader.table(query)
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
