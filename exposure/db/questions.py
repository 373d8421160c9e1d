"""Queries of users: one statement that only reads, whose answer a frame can hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from exposure.db.connection import quoted
from exposure.errors import ExposureError

_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
#: polars aborts on columns of these types, or shows their bytes
_UNREADABLE = frozenset({"interval", "union", "bit", "bignum", "time with time zone"})
#: type -> the condition on values that polars and Python can hold, and what the others are
_HELD = {
    "date": ("between date '0001-01-01' and date '9999-12-31'", "a date outside the years 1 to 9999"),
    "time": ("< time '24:00:00'", "the time 24:00:00"),
    "hugeint": ("between -{most} and {most}", "a number of more than 38 digits"),
    "uhugeint": ("<= {most}", "a number of more than 38 digits"),
} | dict.fromkeys(
    ("timestamp", "timestamp_s", "timestamp_ms"),
    ("between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999'", "a time outside the years 1 to 9999"),
)
_HELD["timestamp with time zone"] = (
    "between timestamptz '0001-01-02 00:00:00+00' and timestamptz '9999-12-30 00:00:00+00'",
    "a time outside the years 1 to 9999",
)
#: nanoseconds reach no further
_HELD["timestamp_ns"] = ("between timestamp_ns '1677-09-22' and timestamp_ns '2262-04-11'", "a time that is not finite")
_MOST = "9" * 38 + "::hugeint"


def extract_statement(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return the only statement, without what follows its semicolon; raise ExposureError unless it only reads."""
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise ExposureError(f"Ask one statement at a time; this is {len(statements)}.")
    if statements[0].type not in _READING:
        raise ExposureError(f"The database is only read here; {statements[0].type.name} is not a question to it.")
    return _cut_end(query)


def guard_columns(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Return the relation with an error in place of values that no frame can hold; raise ExposureError on columns."""
    kinds = dict(zip(relation.columns, relation.types, strict=True))
    if len(kinds) < len(relation.columns):
        twice = min(column for column in relation.columns if relation.columns.count(column) > 1)
        raise ExposureError(f"Two columns are called {twice!r}; give each a name of its own.")
    for column, kind in kinds.items():
        if not _UNREADABLE.isdisjoint(_list_types(kind)):
            raise ExposureError(f"Column {column!r} is of type {kind}; cast it to varchar.")
    if _HELD.keys().isdisjoint(name for kind in relation.types for name in _list_types(kind)):
        return relation
    guarded = (f"{_guard(quoted(column), kind, column)} as {quoted(column)}" for column, kind in kinds.items())
    return relation.project(", ".join(guarded))


def strip_error_name(words: str) -> str:
    """Return the message of an error that `guard_columns` put in, as it was written."""
    own = "Invalid Input Error: "
    return words.removeprefix(own) if words.startswith(f"{own}Column ") else words


def _cut_end(query: str) -> str:
    """Return a query without its last semicolons and the comments behind them."""
    text = query.encode()
    end = len(text)
    for start, kind in reversed(duckdb.tokenize(query)):  # places are counted in bytes
        if kind != duckdb.token_type.comment and text[start:end].strip() != b";":
            break
        end = start
    return text[:end].decode()


def _list_types(kind: Any) -> Iterator[str]:
    """Yield the name of a type, and those of the types inside it."""
    yield kind.id
    if kind.id in ("list", "array", "struct", "tuple", "map", "union"):
        for _, inner in kind.children:
            if not isinstance(inner, int):  # the length of an array
                yield from _list_types(inner)


def _guard(value: str, kind: Any, column: str, depth: int = 0) -> str:
    """Return an expression that is an error where a value, or one inside it, cannot be held."""
    if kind.id in _HELD:
        held, wrong = _HELD[kind.id]
        message = f"Column {column!r} holds {wrong}; cast it to varchar.".replace("'", "''")
        return (
            f"case when {value} is null or {value} {held.format(most=_MOST)} then {value} else error('{message}') end"
        )
    if _HELD.keys().isdisjoint(_list_types(kind)):
        return value
    each = f"each_{depth}"
    if kind.id in ("list", "array"):
        return f"list_transform({value}, lambda {each}: {_guard(each, kind.children[0][1], column, depth + 1)})"
    if kind.id == "map":
        sides = zip(("map_keys", "map_values"), kind.children, strict=True)
        lists = [
            f"list_transform({side}({value}), lambda {each}: {_guard(each, inner, column, depth + 1)})"
            for side, (_, inner) in sides
        ]
        return f"case when {value} is not null then map({', '.join(lists)}) end"
    parts = {name: _guard(field, inner, column, depth) for name, field, inner in _list_fields(value, kind)}
    if kind.id == "tuple":
        return f"case when {value} is not null then row({', '.join(parts.values())}) end"
    named = ", ".join(f"{quoted(name)} := {part}" for name, part in parts.items())
    return f"case when {value} is not null then struct_pack({named}) end"


def _list_fields(value: str, kind: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield name, expression and type of each field of a structure; those of a tuple are called by their places."""
    for place, (name, inner) in enumerate(kind.children, start=1):
        key = str(place) if kind.id == "tuple" else "'" + name.replace("'", "''") + "'"
        yield name or str(place), f"struct_extract({value}, {key})", inner
