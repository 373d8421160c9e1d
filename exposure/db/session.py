"""Questions to a built database: the product's own, and those that users write, which get fewer rights and an end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from exposure import __version__
from exposure.db import connection as database
from exposure.errors import ExposureError
from exposure.question import Question, Table, Workspace
from exposure.seeds import resources

if TYPE_CHECKING:
    import polars

log = logging.getLogger(__name__)

Parameters = Sequence[object] | None

#: the columns of `raw.views`: each view as a step over the results of those below it
STEP_COLUMNS: database.Columns = (
    ("view_order", "INTEGER"),
    ("view_name", "VARCHAR"),
    ("below", "VARCHAR[]"),
    ("relation", "VARCHAR"),
    ("step", "VARCHAR"),
)

#: the views that another choice of programmes changes: of all that read the question, those that read the choice
_CHOOSING = """
select view_name from raw.views
where view_name in ('core.question', 'core.choice') or list_contains(below, 'core.choice')
"""

#: what a query that somebody typed may not do
_FENCED: database.Config = database.QUIET | {
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "enable_external_access": "false",
    "temp_directory": "",
}
_QUESTIONS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
#: polars aborts on columns of these types
_UNREADABLE = ("INTERVAL", "UNION")


class Reader:
    """An open database, to be asked."""

    #: the views with those below them and the query that is each one's step
    _STEPS = "select view_name, below, 'from ' || relation from raw.views order by view_order"

    def __init__(self, connection: duckdb.DuckDBPyConnection, db: Path) -> None:
        self._connection = connection
        self._db = db
        self._computed: set[str] = set()

    def rows(self, query: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        """Ask for rows."""
        return self.table(query, parameters).rows

    def table(self, query: str, parameters: Parameters = None) -> Table:
        """Ask for rows and the names of their columns."""
        with self._damage_told():
            found = self._connection.sql(query, params=parameters)
            return Table(found.columns, found.fetchall())

    def records(self, query: str, parameters: Parameters = None) -> list[dict[str, Any]]:
        """Return rows as dictionaries by the names of their columns."""
        table = self.table(query, parameters)
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    def frame(self, query: str, parameters: Parameters = None) -> polars.DataFrame:
        """Ask for a polars frame."""
        with self._damage_told():
            return _polars(self._connection.sql(query, params=parameters))

    def choose(self, programmes: Collection[str]) -> None:
        """Ask from now on for these programmes only; what was worked out and does not depend on them stays."""
        _point(self._connection, None, None, programmes)
        for (name,) in self._connection.sql(_CHOOSING).fetchall():
            self._connection.execute(f"drop table if exists temp.{database.quoted(name)}")
            self._computed.discard(name)

    def compute(self, *views: str) -> None:
        """Work views out step by step, the ones below them included, each once.

        The result of `mart.factors` is then the table `"mart.factors"`, in quotes. For several views of many floors
        this takes a fraction of the time that asking each of them takes.
        """
        with self._damage_told():
            steps = self._connection.sql(self._STEPS).fetchall()
            below = {name: lower for name, lower, _ in steps}
            needed = {lower for view in views for lower in (*below[view], view)}
            for name, _, query in steps:
                if name in needed - self._computed:
                    self._connection.execute(f"create temp table {database.quoted(name)} as {query}")
                    self._computed.add(name)

    def amend(self, view: str, keys: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
        """Put rows in place of those with the same keys, and beside the others, in a view that was worked out.

        What was worked out from it before stays as it is. A column that a row does not name is NULL.
        """
        if not rows:
            return
        table = f"temp.{database.quoted(view)}"
        kinds = {name: kind for name, kind, *_ in self._connection.sql(f"describe {table}").fetchall()}
        columns = [name for name in kinds if any(name in row for row in rows)]
        listed = ", ".join(f"unnest(?::{kinds[name]}[]) as {database.quoted(name)}" for name in columns)
        same = " and ".join(f"t.{key} is not distinct from n.{key}" for key in map(database.quoted, keys))
        self._connection.execute(
            f"create or replace temp table amended as select {listed}",
            [[row.get(name) for row in rows] for name in columns],
        )
        self._connection.execute(f"delete from {table} as t using temp.amended as n where {same}")  # noqa: S608
        self._connection.execute(f"insert into {table} by name from temp.amended")

    def point(self, variables: Mapping[str, date | int]) -> None:
        """Ask from now on with these variables of `core.question`; all that was worked out before is dropped."""
        self.forget()
        for name, value in variables.items():
            self._connection.execute(f"set variable {database.quoted(name)} = (select ?)", [value])

    def forget(self) -> None:
        """Drop all that was worked out, so that it is worked out anew: the question has changed."""
        for name in self._computed:
            self._connection.execute(f"drop table temp.{database.quoted(name)}")
        self._computed.clear()

    def stamp(self) -> database.Stamp:
        """Tell which build made the file."""
        return database.stamp(self._connection, self._db)

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            if database.is_damage(str(error)):
                raise database.sentence(self._db, str(error)) from error
            raise


@contextmanager
def reading(
    db: Path,
    *,
    as_of: date | None = None,
    horizon: int | None = None,
    programmes: Collection[str] | None = None,
    seeds: Path | None = None,
    sql: Path | None = None,
) -> Iterator[Reader]:
    """Open a built database read-only at a date, a horizon and a choice of programmes.

    With the folder of the seeds, a database that was built from other files or by another version raises Stale.
    """
    with database.opened(db) as connection:
        reader = Reader(connection, db)
        _refuse_stale(reader.stamp(), db, seeds, sql)
        _point(connection, as_of, horizon, programmes)
        yield reader


@contextmanager
def open_current(workspace: Workspace, question: Question, build: Callable[[], object]) -> Iterator[Reader]:
    """Open the workspace's database at the question's date and horizon; `build` it first if it is not current."""
    with ExitStack() as stack:
        reader = None
        with suppress(database.Missing, database.Stale):
            opening = reading(workspace.db, as_of=question.as_of, horizon=question.horizon, seeds=workspace.seeds)
            reader = stack.enter_context(opening)
        if reader is None:  # the old file is closed by now
            make_current(workspace, build)
            reader = stack.enter_context(reading(workspace.db, as_of=question.as_of, horizon=question.horizon))
        if question.as_of and (latest := reader.stamp().latest_known_on) and question.as_of > latest:
            log.warning("%s lies after the latest fact, of %s: nothing newer is known.", question.as_of, latest)
        yield reader


def make_current(workspace: Workspace, build: Callable[[], object]) -> None:
    """Call `build` if there is no database, or one of another version or of other files."""
    found = status(workspace.db, workspace.seeds)
    if found.state == "missing":
        log.warning("Building %s.", workspace.db)
    elif found.state == "stale":
        log.warning("%s Building it again.", found.sentence)
    elif found.state != "current":
        raise getattr(database, found.state.capitalize())(found.sentence)
    if found.state != "current":
        build()


def ask(
    db: Path,
    query: str,
    parameters: Parameters = None,
    *,
    as_of: date | None = None,
    horizon: int | None = None,
    programmes: Collection[str] | None = None,
    seconds: float = 60.0,
    memory: str = "1GB",
    most_rows: int = 1_000_000,
    seeds: Path | None = None,
    sql: Path | None = None,
) -> polars.DataFrame:
    """Answer a query that a user wrote: one statement that only reads, within limits of time, memory and rows."""
    with database.opened(db, {**_FENCED, "memory_limit": memory}) as connection:
        _refuse_stale(database.stamp(connection, db), db, seeds, sql)
        _point(connection, as_of, horizon, programmes)
        connection.execute("set lock_configuration = true")
        with _answered_in_words(db, seconds), _interrupted_after(connection, seconds):
            _refuse_other_than_one_question(connection, query)
            found = connection.sql(query, params=parameters)
            _refuse_what_polars_cannot_hold(found)
            return _frame(found, most_rows)


@dataclass(frozen=True)
class Status:
    """What a database file is good for, and the sentence that says so."""

    state: database.State
    sentence: str


def status(db: Path, seeds: Path | None = None, sql: Path | None = None) -> Status:
    """Say whether a file is `current`, `stale`, `missing`, `foreign`, `damaged` or `locked`."""
    try:
        with reading(db, seeds=seeds or resources.seeds_dir(), sql=sql):
            return Status("current", f"{db} is up to date.")
    except (database.Missing, database.Stale, database.Foreign, database.Damaged, database.Locked) as error:
        return Status(error.state, str(error))


def _refuse_stale(stamp: database.Stamp, db: Path, seeds: Path | None, sql: Path | None) -> None:
    if stamp.package_version != __version__:
        raise database.Stale(f"{db} was built by exposure {stamp.package_version}, and this is exposure {__version__}.")
    if seeds is None:
        return
    if stamp.sql_digest != resources.fingerprint(sql or resources.sql_dir()):
        raise database.Stale(f"{db} was built with other SQL views than this exposure has.")
    if stamp.seeds_fingerprint != resources.fingerprint(seeds):
        raise database.Stale(f"{db} was built from other seeds than those in {seeds}.")


def _point(
    connection: duckdb.DuckDBPyConnection,
    as_of: date | None,
    horizon: int | None,
    programmes: Collection[str] | None,
) -> None:
    """Set the variables that `core.question` reads; one that is not given stays unset."""
    if as_of is not None:
        connection.execute("set variable as_of = (select ?::date)", [as_of])
    if horizon is not None:
        connection.execute("set variable horizon = (select ?::integer)", [horizon])
    if programmes is not None:
        connection.execute("set variable programmes = (select ?::varchar[])", [list(programmes)])


def _refuse_other_than_one_question(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise ExposureError(f"Ask one statement at a time; this is {len(statements)}.")
    if statements[0].type not in _QUESTIONS:
        raise ExposureError(f"The database is only read here; {statements[0].type.name} is not a question to it.")


def _refuse_what_polars_cannot_hold(found: duckdb.DuckDBPyRelation) -> None:
    for column, kind in zip(found.columns, found.types, strict=True):
        if any(word in str(kind) for word in _UNREADABLE):
            raise ExposureError(f"Column {column!r} is of type {kind}; cast it to varchar.")
    if twice := {column for column in found.columns if found.columns.count(column) > 1}:
        raise ExposureError(f"Two columns are called {min(twice)!r}; give each a name of its own.")


def _frame(found: duckdb.DuckDBPyRelation, most_rows: int) -> polars.DataFrame:
    frame = _polars(found.limit(most_rows + 1))
    if frame.height > most_rows:
        raise ExposureError(f"The answer has more than {most_rows:,} rows; narrow the question or add a limit.")
    return frame


def _polars(found: duckdb.DuckDBPyRelation) -> polars.DataFrame:
    """Hand an answer to polars; `polars.DataFrame(found)` would complain of leaks when Python ends."""
    import polars

    return polars.from_dataframe(found)


@contextmanager
def _interrupted_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _answered_in_words(db: Path, seconds: float) -> Iterator[None]:
    """Hand on DuckDB's own sentence, which reaches us through polars when it fetches the rows."""
    from polars.exceptions import ComputeError

    try:
        yield
    except (duckdb.Error, ComputeError) as error:
        words = str(error).removeprefix("got external error: ").strip()
        if words.startswith("INTERRUPT"):
            raise ExposureError(f"The query was stopped after {seconds:g} seconds.") from error
        if database.is_damage(words):
            raise database.sentence(db, words) from error
        raise ExposureError(words) from error
