"""Build a database: raw tables from checked seeds, the views over them, and a comment on every relation and column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from exposure import __version__
from exposure.db import connection as database
from exposure.db.connection import Columns, Damaged, Foreign, Locked, Missing, Stale, quoted
from exposure.db.session import STEP_COLUMNS, Reader, ask, reading
from exposure.errors import Fault, RejectedData
from exposure.seeds import resources

if TYPE_CHECKING:
    from exposure.db.raw_tables import RawTable
    from exposure.db.views import Step, View
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
#: schemas in which every column has a description
_DESCRIBED = ("core", "mart", "research", "audit")
#: comments on tables that no seed table and no view describes
_OWN = {
    "raw.build": "Versions and digests of the build, and the question that the file answers by default.",
    "raw.views": "The views as steps, each over the results of the views below it. One row per view.",
}
_STORED = "Computed by the build for the default question. One row per position."
#: comment on a macro
_STEP = "The view of this name over the results of the views below it; read the view instead."


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
    from exposure.db import raw_tables, views

    folder = sql or resources.sql_dir()
    sql_digest = resources.fingerprint(folder)
    raw = dict(raw_tables.read(seeds))
    stored = dict(tables or {})
    ordered = views.read(folder, {*raw, *stored, "raw.build", "raw.views"})
    steps = views.steps(ordered)
    described = views.descriptions(folder)
    stamp = _stamp(seeds, seeds_fingerprint, sql_digest)
    with publishing.publication(db) as connection:
        connection.execute("begin")
        _make_tables(connection, raw, stored, stamp)
        _store_steps(connection, steps)
        _make_views(connection, steps)
        comments = {name: table.comment for name, table in raw.items()} | _OWN | dict.fromkeys(stored, _STORED)
        _comment(connection, comments, steps, described)
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
    from exposure.db.views import FLOORS

    for schema in FLOORS:
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
    connection.execute(f"create table {_relation(name)} ({body})")


def _load(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, rows: Iterable[Sequence[object]]) -> None:
    """Insert rows column by column, as parameters, in the order given."""
    cells = [list(column) for column in zip(*rows, strict=True)]
    if not cells:
        return
    if len(cells) != len(columns):
        raise ValueError(f"{name} has {len(columns)} columns, and the rows have {len(cells)}")
    lists = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns)
    connection.execute(f"insert into {_relation(name)} select {lists}", cells)


# --- views ---------------------------------------------------------------------------------


def _store_steps(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """Store the steps for `Reader.compute`."""
    _make_table(connection, "raw.views", STEP_COLUMNS)
    rows = [
        (order, step.view.full_name, [lower.full_name for lower in step.below], step.relation, step.text)
        for order, step in enumerate(steps)
        if not step.view.kept
    ]
    _load(connection, "raw.views", STEP_COLUMNS, rows)


def _make_views(connection: duckdb.DuckDBPyConnection, steps: Collection[Step]) -> None:
    """Create each view over stubs of the steps below it, and then the steps themselves (see the package)."""
    from exposure.db.views import composed

    for step, query in composed(steps):
        with _translated_errors(step.view):
            if not step.view.kept:
                _make_stub(connection, step)
            connection.execute(f"create {_kind(step.view)} {_relation(step.view.full_name)} as {query}")
    for step in steps:
        if step.has_macro:
            macro = _relation(step.view.full_name)
            connection.execute(f"create or replace macro {macro}() as table {step.text}")
    for step in steps:
        if not step.view.kept:
            connection.execute(f"drop table temp.{quoted(step.view.full_name)}")


def _make_stub(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Create an empty table, and a macro, with the columns of a step."""
    relation = connection.sql(step.text)
    columns = [(quoted(column), str(kind)) for column, kind in zip(relation.columns, relation.types, strict=True)]
    body = ", ".join(f"{column} {kind}" for column, kind in columns)
    connection.execute(f"create temp table {quoted(step.view.full_name)} ({body})")
    if step.has_macro:
        nothing = ", ".join(f"null::{kind} as {column}" for column, kind in columns)
        connection.execute(f"create macro {_relation(step.view.full_name)}() as table select {nothing}")


@contextmanager
def _translated_errors(view: View) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise RejectedData([Fault(view.file, 1, "", str(error).split("\n\n")[0])]) from error


def _kind(view: View) -> str:
    return "table" if view.kept else "view"


def _comment(
    connection: duckdb.DuckDBPyConnection,
    comments: Mapping[str, str],
    steps: Collection[Step],
    described: Mapping[str, str],
) -> None:
    """Comment on every relation, column and macro; raise RejectedData if one has no description."""
    ordered = [step.view for step in steps]
    columns = connection.sql(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal order by all"
    ).fetchall()
    faults = [*_find_grain_faults(columns, ordered), *_find_undescribed(columns, described)]
    if faults:
        raise RejectedData(faults)
    statements = [_comment_on("table", name, comment) for name, comment in comments.items()]
    statements += [_comment_on(_kind(view), view.full_name, view.comment) for view in ordered]
    statements += [_comment_on("macro table", step.view.full_name, _STEP) for step in steps if step.has_macro]
    for schema, relation, column in columns:
        if column in described:
            statements.append(_comment_on("column", f"{schema}.{relation}.{column}", described[column]))
    connection.execute(";\n".join(statements))


def _find_grain_faults(columns: Iterable[tuple[str, str, str]], ordered: Iterable[View]) -> Iterator[Fault]:
    """Yield a fault for each grain with columns that the view does not have."""
    known = set(columns)
    for view in ordered:
        missing = [column for column in view.grain if (view.schema, view.name, column) not in known]
        if missing:
            yield Fault(view.file, 2, "", f"the grain names {', '.join(missing)}, which the view does not have")


def _find_undescribed(columns: Iterable[tuple[str, str, str]], described: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each column name of the upper schemas that the dictionary does not describe."""
    from exposure.db.views import DICTIONARY

    places: dict[str, list[str]] = {}
    for schema, relation, column in columns:
        if schema in _DESCRIBED and column not in described:
            places.setdefault(column, []).append(f"{schema}.{relation}")
    for name, where in places.items():
        yield Fault(DICTIONARY, 1, "", f"column {name} has no description ({', '.join(where)})")


def _comment_on(kind: str, name: str, text: str) -> str:
    """Return a statement with the text as a literal: DuckDB accepts no parameter there."""
    literal = text.replace("'", "''")
    return f"comment on {kind} {_relation(name)} is '{literal}'"


def _relation(name: str) -> str:
    return ".".join(quoted(part) for part in name.split("."))
