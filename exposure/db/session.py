"""Open databases: the product's own queries and computed steps, and users' queries with fewer rights and limits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from exposure import __version__
from exposure.db import connection as database
from exposure.db import questions
from exposure.errors import ExposureError
from exposure.question import Question, Table, Workspace
from exposure.seeds import resources

if TYPE_CHECKING:
    import polars

log = logging.getLogger(__name__)

Parameters = Sequence[object] | None

#: the columns of `raw.views`: each view as a step over the results of the views below it
STEP_COLUMNS: database.Columns = (
    ("view_order", "INTEGER"),
    ("view_name", "VARCHAR"),
    ("below", "VARCHAR[]"),
    ("relation", "VARCHAR"),
    ("step", "VARCHAR"),
)

#: the views that depend on the choice of programmes
_CHOOSING = """
select view_name from raw.views
where view_name in ('core.question', 'core.choice') or list_contains(below, 'core.choice')
"""

#: settings for queries of users
_FENCED: database.Config = database.QUIET | {
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "enable_external_access": "false",
    "temp_directory": "",
}


class Reader:
    """An open database."""

    #: the views in order of creation, with the views below each and the query of its step
    _STEPS = "select view_name, below, 'from ' || relation from raw.views order by view_order"

    def __init__(self, connection: duckdb.DuckDBPyConnection, db: Path) -> None:
        self._connection = connection
        self._db = db
        self._computed: set[str] = set()
        #: computed views with rows that were amended
        self.amended: set[str] = set()

    def rows(self, query: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.table(query, parameters).rows

    def table(self, query: str, parameters: Parameters = None) -> Table:
        """Return the rows of a query with the names of their columns."""
        with self._translated_damage():
            relation = self._connection.sql(query, params=parameters)
            return Table(relation.columns, relation.fetchall())

    def records(self, query: str, parameters: Parameters = None) -> list[dict[str, Any]]:
        """Return rows as dictionaries by the names of their columns."""
        table = self.table(query, parameters)
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    def frame(self, query: str, parameters: Parameters = None) -> polars.DataFrame:
        """Return the answer of a query as a polars frame."""
        with self._translated_damage():
            return _polars(self._connection.sql(query, params=parameters))

    def columns(self, query: str) -> dict[str, Any]:
        """Return the answer of a query as NumPy arrays by the names of its columns; masked where NULL."""
        with self._translated_damage():
            return self._connection.sql(query).fetchnumpy()

    def choose(self, programmes: Collection[str]) -> None:
        """Answer for these programmes only from now on; computed steps that do not depend on them stay."""
        _point(self._connection, None, None, programmes)
        for (name,) in self._connection.sql(_CHOOSING).fetchall():
            self._connection.execute(f"drop table if exists temp.{database.quoted(name)}")
            self._computed.discard(name)

    def compute(self, *views: str) -> None:
        """Compute views step by step, with the views below them, each once.

        The result of `mart.factors` is then the table `"mart.factors"`, in quotes.
        """
        with self._translated_damage():
            steps = self._connection.sql(self._STEPS).fetchall()
            below = {name: lower for name, lower, _ in steps}
            needed = {lower for view in views for lower in (*below[view], view)}
            for name, _, query in steps:
                if name in needed - self._computed:
                    self._connection.execute(f"create temp table {database.quoted(name)} as {query}")
                    self._computed.add(name)

    def amend(self, view: str, keys: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
        """Replace the rows of a computed view that have the same keys, and add the others.

        Steps above that were already computed stay as they are until `forget_above`. A column that a row does not name
        is NULL.
        """
        if not rows:
            return
        self.amended.add(view)
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
        """Set variables of `core.question`, and drop all computed steps."""
        self.forget()
        for name, value in variables.items():
            self._connection.execute(f"set variable {database.quoted(name)} = (select ?)", [value])

    def forget(self, *views: str) -> None:
        """Drop some computed steps; without names, all of them."""
        for name in self._computed & set(views) if views else set(self._computed):
            self._connection.execute(f"drop table temp.{database.quoted(name)}")
            self._computed.discard(name)
            self.amended.discard(name)

    def forget_above(self, views: Collection[str], keep: Collection[str] = ()) -> None:
        """Drop the computed steps that rest on any of these, except some and what these rest on."""
        below = {name: lower for name, lower, _ in self._connection.sql(self._STEPS).fetchall()}
        kept = {lower for name in keep for lower in (name, *below[name])}
        above = [name for name, lower in below.items() if name not in kept and not set(views).isdisjoint(lower)]
        if above:
            self.forget(*above)

    @property
    def db(self) -> Path:
        """Return the file that is open."""
        return self._db

    def note_late_day(self, question: Question) -> str:
        """Return the note on a day after the latest fact and on the year that it chooses; else nothing."""
        day, latest = question.as_of, self.stamp().latest_known_on
        if not (day and latest and day > latest):
            return ""
        year = f", and the horizon is {day.year}" if question.horizon is None and day.year > latest.year else ""
        return f"{day} lies after the latest fact, of {latest}: nothing newer is known{year}."

    def stamp(self) -> database.Stamp:
        """Return which build made the file."""
        return database.stamp(self._connection, self._db)

    @contextmanager
    def _translated_damage(self) -> Iterator[None]:
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
    """Open a database read-only at a date, a horizon and a choice of programmes.

    With the folder of its seeds, a database that was built from other files or by another version raises Stale.
    """
    with database.opened(db) as connection:
        reader = Reader(connection, db)
        _check_stamp(reader.stamp(), db, seeds, sql)
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
        if late := reader.note_late_day(question):
            log.warning("%s", late)
        yield reader


def make_current(workspace: Workspace, build: Callable[[], object]) -> None:
    """Call `build` if there is no database, or one of another version or of other files.

    Of several processes that find none, one builds it and the others wait.
    """
    try:
        with reading(workspace.db, seeds=workspace.seeds):
            return
    except database.Missing:
        log.warning("Building %s.", workspace.db)
    except database.Stale as stale:
        log.warning("%s Building it again.", stale)
    try:
        build()
    except database.Building:
        from exposure.db import publish

        log.warning("Another process builds it; waiting.")
        publish.wait_for_build(workspace.db)
        make_current(workspace, build)


def ask(
    db: Path,
    query: str,
    parameters: Parameters = None,
    *,
    as_of: date | None = None,
    horizon: int | None = None,
    programmes: Collection[str] | None = None,
    seconds: float = 60.0,
    memory: str = "2GB",
    most_rows: int = 1_000_000,
    seeds: Path | None = None,
    sql: Path | None = None,
) -> polars.DataFrame:
    """Answer a query of a user: one statement that only reads, within limits of time, memory and rows."""
    with database.opened(db, {**_FENCED, "memory_limit": memory}) as connection:
        _check_stamp(database.stamp(connection, db), db, seeds, sql)
        _point(connection, as_of, horizon, programmes)
        connection.execute("set lock_configuration = true")
        with _translated_errors(db, seconds), _interrupted_after(connection, seconds):
            relation = connection.sql(questions.extract_statement(connection, query), params=parameters)
            return _frame(questions.guard_columns(relation), most_rows)


def _check_stamp(stamp: database.Stamp, db: Path, seeds: Path | None, sql: Path | None) -> None:
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
    """Set the variables that `core.question` reads; None leaves one unset."""
    if as_of is not None:
        connection.execute("set variable as_of = (select ?::date)", [as_of])
    if horizon is not None:
        connection.execute("set variable horizon = (select ?::integer)", [horizon])
    if programmes is not None:
        connection.execute("set variable programmes = (select ?::varchar[])", [list(programmes)])


def _frame(relation: duckdb.DuckDBPyRelation, most_rows: int) -> polars.DataFrame:
    frame = _polars(relation.limit(most_rows + 1))
    if frame.height > most_rows:
        raise ExposureError(f"The answer has more than {most_rows:,} rows; narrow the question or add a limit.")
    return frame


def _polars(relation: duckdb.DuckDBPyRelation) -> polars.DataFrame:
    """Return a relation as a frame; `polars.DataFrame(relation)` would report leaks when Python ends."""
    import polars

    return polars.from_dataframe(relation)


@contextmanager
def _interrupted_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _translated_errors(db: Path, seconds: float) -> Iterator[None]:
    """Raise DuckDB's message as an ExposureError; polars wraps it when it fetches the rows."""
    from polars.exceptions import ComputeError

    try:
        yield
    except (duckdb.Error, ComputeError) as error:
        words = str(error).removeprefix("got external error: ").strip()
        if words.startswith("INTERRUPT"):
            raise ExposureError(f"The query was stopped after {seconds:g} seconds.") from error
        if database.is_damage(words):
            raise database.sentence(db, words) from error
        raise ExposureError(questions.strip_error_name(words)) from error
