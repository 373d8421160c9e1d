"""Create the views and their macros in a new database, and a comment on every relation, column and macro."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

import duckdb

from exposure.db.connection import qualified, quoted
from exposure.db.steps import Step, compose_steps
from exposure.db.view_files import DICTIONARY, View
from exposure.errors import Fault, RejectedData

#: schemas in which every column has a description
_DESCRIBED = ("core", "mart", "research", "audit")
#: comment on a macro
_STEP = "The view of this name over the results of the views below it; read the view instead."


def create_views(connection: duckdb.DuckDBPyConnection, steps: Collection[Step]) -> None:
    """Create each view over stubs of the steps below it, and then the steps themselves (see the package)."""
    for step, query in compose_steps(steps):
        with _translated_errors(step.view):
            if not step.view.kept:
                _make_stub(connection, step)
            connection.execute(f"create {_kind(step.view)} {qualified(step.view.full_name)} as {query}")
    for step in steps:
        if step.has_macro:
            macro = qualified(step.view.full_name)
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
        connection.execute(f"create macro {qualified(step.view.full_name)}() as table select {nothing}")


@contextmanager
def _translated_errors(view: View) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise RejectedData([Fault(view.file, 1, "", str(error).split("\n\n")[0])]) from error


def _kind(view: View) -> str:
    return "table" if view.kept else "view"


def add_comments(
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
    places: dict[str, list[str]] = {}
    for schema, relation, column in columns:
        if schema in _DESCRIBED and column not in described:
            places.setdefault(column, []).append(f"{schema}.{relation}")
    for name, where in places.items():
        yield Fault(DICTIONARY, 1, "", f"column {name} has no description ({', '.join(where)})")


def _comment_on(kind: str, name: str, text: str) -> str:
    """Return a statement with the text as a literal: DuckDB accepts no parameter there."""
    literal = text.replace("'", "''")
    return f"comment on {kind} {qualified(name)} is '{literal}'"
