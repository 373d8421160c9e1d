"""Build a database: raw tables from checked seeds, then the views over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from exposure import __version__
from exposure.db import connection as database
from exposure.db.connection import SCHEMAS, Columns, Damaged, Foreign, Locked, Missing, Stale, qualified, quoted
from exposure.db.session import STEP_COLUMNS, Reader, ask, reading
from exposure.seeds import resources

if TYPE_CHECKING:
    import duckdb

    from exposure.db.raw_tables import RawTable
    from exposure.db.steps import Step
    from exposure.seeds.reader import Seeds

__all__ = [
    "BuildReport",
    "Damaged",
    "Foreign",
    "Locked",
    "Missing",
    "Reader",
    "Stale",
    "Writer",
    "ask",
    "build",
    "content_digest",
    "reading",
]

_CATALOGUE = (
    "select schema_name, table_name, sql, comment from duckdb_tables() where not internal order by all",
    "select schema_name, view_name, sql, comment from duckdb_views() where not internal order by all",
    "select schema_name, table_name, column_name, comment from duckdb_columns() where not internal order by all",
    "select schema_name, function_name, macro_definition from duckdb_functions() where not internal order by all",
)
#: comments on tables that no seed table and no view describes
_OWN = {
    "raw.build": "Versions and digests of the build, and the question that the file answers by default.",
    "raw.views": "The views as steps, each over the results of the views below it. One row per view.",
}
_STORED = "Computed by the build for the default question. One row per position."


@dataclass(frozen=True)
class BuildReport:
    """The rows of each raw table, the views, and the question that the database answers by default."""

    db: Path
    rows: dict[str, int]
    views: list[str]
    latest_known_on: date | None
    default_horizon: int | None


class Writer(Reader):
    """A database that is being built, and can be queried already."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, db: Path, tables: Mapping[str, Columns]) -> None:
        super().__init__(connection, db)
        self._tables = tables

    def store(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Append rows, in the order given, to one of the `tables` of the build."""
        _load(self._connection, table, self._tables[table], rows)


def build(
    seeds: Seeds,
    db: Path,
    *,
    sql: Path | None = None,
    seeds_fingerprint: str | None = None,
    tables: Mapping[str, Columns] | None = None,
    after_views: Callable[[Writer], None] | None = None,
) -> BuildReport:
    """Build a database from checked seeds and the SQL views, and publish it in one step.

    `seeds_fingerprint` is `resources.fingerprint` of the folder, taken before it was read; without it the database is
    never current. `tables` are created empty before the views; `after_views` fills them.
    """
    from exposure.db import publish as publishing
    from exposure.db import raw_tables, steps, view_files, views

    folder = sql or resources.sql_dir()
    sql_digest = resources.fingerprint(folder)
    raw = dict(raw_tables.read(seeds))
    stored = dict(tables or {})
    ordered = view_files.read_views(folder, {*raw, *stored, "raw.build", "raw.views"})
    taken = steps.list_steps(ordered)
    described = view_files.read_descriptions(folder)
    stamp = _stamp(seeds, seeds_fingerprint, sql_digest)
    with publishing.publication(db) as connection:
        connection.execute("begin")
        _make_tables(connection, raw, stored, stamp)
        _store_steps(connection, taken)
        views.create_views(connection, taken)
        comments = {name: table.comment for name, table in raw.items()} | _OWN | dict.fromkeys(stored, _STORED)
        views.add_comments(connection, comments, taken, described)
        if after_views is not None:
            after_views(Writer(connection, db, stored))
        connection.execute("commit")
    counts = {name: len(rows) for name, rows in seeds.tables.items()}
    names = [view.full_name for view in ordered]
    return BuildReport(db, counts, names, stamp.latest_known_on, stamp.default_horizon)


def content_digest(db: Path) -> str:
    """Return a digest of tables in stored order, views and comments. Equal builds have equal digests."""
    digest = hashlib.sha256()
    with database.opened(db) as connection:
        for query in _CATALOGUE:
            digest.update(repr(connection.sql(query).fetchall()).encode())
        for schema, table, *_ in connection.sql(_CATALOGUE[0]).fetchall():
            for row in connection.sql(f"from {quoted(schema)}.{quoted(table)}").fetchall():
                digest.update(f"{row!r}\n".encode())
    return digest.hexdigest()


# --- tables --------------------------------------------------------------------------------


def _stamp(seeds: Seeds, seeds_fingerprint: str | None, sql_digest: str) -> database.Stamp:
    known = [day for rows in seeds.tables.values() for row in rows if (day := getattr(row, "known_on", None))]
    latest = max(known, default=None)
    return database.Stamp(
        format_version=database.FORMAT_VERSION,
        package_version=__version__,
        seeds_digest=seeds.digest,
        seeds_fingerprint=seeds_fingerprint,
        sql_digest=sql_digest,
        latest_known_on=latest,
        default_horizon=latest.year if latest else None,
    )


def _make_tables(
    connection: duckdb.DuckDBPyConnection,
    raw: Mapping[str, RawTable],
    stored: Mapping[str, Columns],
    stamp: database.Stamp,
) -> None:
    for schema in SCHEMAS:
        connection.execute(f"create schema {quoted(schema)}")
    for name, table in raw.items():
        _make_table(connection, name, table.columns)
        _load(connection, name, table.columns, table.cells())
    _make_table(connection, "raw.build", database.STAMP_COLUMNS)
    cells = tuple(getattr(stamp, column) for column, _ in database.STAMP_COLUMNS)
    _load(connection, "raw.build", database.STAMP_COLUMNS, [cells])
    for name, columns in stored.items():
        _make_table(connection, name, columns)


def _make_table(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
    body = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns)
    connection.execute(f"create table {qualified(name)} ({body})")


def _load(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, rows: Iterable[Sequence[object]]) -> None:
    """Insert rows column by column, as parameters, in the order given."""
    cells = [list(column) for column in zip(*rows, strict=True)]
    if not cells:
        return
    if len(cells) != len(columns):
        raise ValueError(f"{name} has {len(columns)} columns, and the rows have {len(cells)}")
    lists = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns)
    connection.execute(f"insert into {qualified(name)} select {lists}", cells)


def _store_steps(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """Store the steps for `Reader.compute`."""
    _make_table(connection, "raw.views", STEP_COLUMNS)
    rows = [
        (order, step.view.full_name, [lower.full_name for lower in step.below], step.relation, step.text)
        for order, step in enumerate(steps)
        if not step.view.kept
    ]
    _load(connection, "raw.views", STEP_COLUMNS, rows)
