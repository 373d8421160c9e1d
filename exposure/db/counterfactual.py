"""Counterfactual worlds between two databases: each input, with its as-of date, from the first or from the second.

The same views compute over a mixed world as over a built one. Nothing is copied or written: a database in memory has
views over the tables of the two files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from exposure.db import connection as database
from exposure.db.connection import quoted
from exposure.db.session import Reader

#: input -> its seed tables
TABLES: dict[str, tuple[str, ...]] = {
    "units": ("shipment_forecasts", "unit_conversions"),
    "content": ("content_values",),
    "share": ("supply_shares", "ownership"),
    "revenue": ("company_revenues", "disclosed_exposures"),
    "fx": ("fx_rates",),
    "signal": ("company_signals",),
    "reference": (
        "companies", "exchanges", "families", "parameters", "products", "programmes", "scope_members", "scopes",
        "signal_metrics", "sources", "sourcing_modes", "tiers",
    ),
}  # fmt: skip
#: kind of a fact in `core.fact` -> its input; `core.knowledge_date` dates them alike
INPUT_OF_KIND = {
    "units": "units",
    "product_units": "units",
    "conversion": "units",
    "content": "content",
    "share": "share",
    "ownership": "share",
    "revenue": "revenue",
    "disclosed": "revenue",
    "fx": "fx",
    "signal": "signal",
}
#: inputs whose rows have a date since which they are known
DATED = ("units", "content", "share", "revenue", "fx", "signal")

_FIRST, _SECOND = "first_world", "second_world"
_INPUT_OF_TABLE = {table: name for name, tables in TABLES.items() for table in tables}
_STORED = """
    select schema_name, table_name from duckdb_tables()
    where database_name = ? and schema_name not like 'information%' and schema_name <> 'main' and not internal
    order by all
"""


@dataclass(frozen=True)
class Side:
    """One of the two worlds: a database, and the date and year that are asked."""

    db: Path
    as_of: date
    horizon: int


class Overlay(Reader):
    """An attached database behind views in memory, which can narrow or mix its tables. Nothing is copied."""

    #: the text of a step: a macro would read the tables of its own file
    _STEPS = "select view_name, below, step from raw.views order by view_order"

    def __init__(self, connection: duckdb.DuckDBPyConnection, db: Path, catalogue: str = "overlay") -> None:
        super().__init__(connection, db)
        connection.execute(f"attach ':memory:' as {catalogue}")
        connection.execute(f"use {catalogue}")
        self._tables = connection.execute(_STORED, [_FIRST]).fetchall()
        for schema in sorted({schema for schema, _ in self._tables}):
            connection.execute(f"create schema {quoted(schema)}")

    def define(self, rows: Callable[[str, str], str]) -> None:
        """Define each table by the query that `rows` returns for its schema and name."""
        for schema, table in self._tables:
            name = f"{quoted(schema)}.{quoted(table)}"
            self._connection.execute(f"create or replace view {name} as {rows(schema, table)}")


class Mixer(Overlay):
    """Two databases, asked as if they were one."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, first: Side, second: Side, catalogue: str = "overlay"
    ) -> None:
        super().__init__(connection, first.db, catalogue)
        self._sides = {_FIRST: first, _SECOND: second}
        is_same = first.db.absolute() == second.db.absolute()
        self._attached = {_FIRST: _FIRST, _SECOND: _FIRST if is_same else _SECOND}
        self._taken: frozenset[str] | None = None
        self.take(())

    @contextmanager
    def duplicate(self, number: int) -> Iterator[Mixer]:
        """Provide a mixer of the same worlds for another thread, on a connection of its own to the open files."""
        with self._connection.cursor() as connection:
            yield Mixer(connection, self._sides[_FIRST], self._sides[_SECOND], f"overlay_{number}")

    def take(self, inputs: Collection[str]) -> None:
        """Take these inputs (`horizon` is one) from the second world from now on, and the others from the first."""
        if self._taken == frozenset(inputs):
            return
        self._taken = frozenset(inputs)
        self.point(self._variables())
        self.define(self._rows)

    def changed(self) -> list[str]:
        """Return the inputs whose rows, as known at each world's date, differ."""
        return [name for name in TABLES if any(self._differs(name, table) for table in TABLES[name])]

    def _side(self, name: str) -> str:
        return _SECOND if name in (self._taken or ()) else _FIRST

    def _rows(self, schema: str, table: str) -> str:
        if (schema, table) == ("core", "fact"):
            return " union all ".join(
                f"from {self._attached[self._side(name)]}.core.fact where kind in ({_kinds(name)})" for name in DATED
            )
        side = self._side(_INPUT_OF_TABLE.get(table, "reference"))
        rows = f"from {self._attached[side]}.{quoted(schema)}.{quoted(table)}"
        return f"{rows} union all {self._sources_of_the_other(side)}" if table == "sources" else rows

    def _sources_of_the_other(self, side: str) -> str:
        """Return the documents that only the other world has: facts taken from it name them."""
        other = self._attached[_SECOND if side == _FIRST else _FIRST]
        known = f"from {self._attached[side]}.raw.sources as s select s.source_id"
        return f"(from {other}.raw.sources where source_id not in ({known}))"

    def _variables(self) -> dict[str, date | int]:
        dates = {f"as_of_{name}": self._sides[self._side(name)].as_of for name in DATED}
        latest = max(side.as_of for side in self._sides.values())
        return {"as_of": latest, **dates, "horizon": self._sides[self._side("horizon")].horizon}

    def _differs(self, name: str, table: str) -> bool:
        known = {side: f"from {self._attached[side]}.raw.{quoted(table)}" for side in self._sides}
        if name in DATED:
            known = {side: f"{rows} where known_on <= date '{self._sides[side].as_of}'" for side, rows in known.items()}
        if table == "sources":  # a document of one world only changes no fact of both
            ids = (f"(from {self._attached[side]}.raw.sources as s select s.source_id)" for side in self._sides)
            both = " and ".join(f"source_id in {own}" for own in ids)
            known = {side: f"{rows} where {both}" for side, rows in known.items()}
        for one, other in ((_FIRST, _SECOND), (_SECOND, _FIRST)):
            if self.rows(f"({known[one]}) except all ({known[other]}) limit 1"):
                return True
        return False


@contextmanager
def mixing(first: Side, second: Side) -> Iterator[Mixer]:
    """Open two databases read-only, to ask worlds between them."""
    with _attached(*dict.fromkeys((first.db.absolute(), second.db.absolute()))) as connection:
        yield Mixer(connection, first, second)


@contextmanager
def open_facts(db: Path, kinds: Collection[str]) -> Iterator[Overlay]:
    """Open a database read-only as if it held the facts of these kinds only: less to compute for each question."""

    def rows(schema: str, table: str) -> str:
        narrowed = f" where kind in ({', '.join(map(_text, kinds))})" if (schema, table) == ("core", "fact") else ""
        return f"from {_FIRST}.{quoted(schema)}.{quoted(table)}{narrowed}"

    with _attached(db.absolute()) as connection:
        overlay = Overlay(connection, db)
        overlay.define(rows)
        yield overlay


@contextmanager
def _attached(*files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory with the files attached read-only."""
    for file in files:
        with database.opened(file):  # which raises in a sentence if the file cannot be read
            pass
    # the steps are small: a second thread for each takes longer than the step
    connection = database.silenced(duckdb.connect(":memory:", config=database.QUIET | {"threads": 1}))
    try:
        for name, file in zip((_FIRST, _SECOND), files, strict=False):
            connection.execute(f"attach {_text(file)} as {name} (read_only)")
        yield connection
    finally:
        connection.close()


def _kinds(name: str) -> str:
    return ", ".join(_text(kind) for kind, input_ in INPUT_OF_KIND.items() if input_ == name)


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
