"""Ask worlds in memory what the engine says of them: no file, and of the views only the steps that an answer needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from exposure.db import build as warehouse
from exposure.db import raw_tables, view_files
from exposure.db import session as reading
from exposure.db.session import Reader
from exposure.db.steps import Step, list_steps
from exposure.lineage import explanation
from exposure.lineage.explanation import Explanation
from exposure.question import DEFAULT_QUESTION
from exposure.scoring.ranking import rank_companies
from exposure.scoring.watchlist import Watchlist
from exposure.seeds.models import TABLES
from exposure.seeds.profiles import read_profile
from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import SHIPPED

STORED = {"mart.stored_watchlist", "mart.stored_note"}
#: views that are read by name rather than as steps
_ASKED_BY_NAME = {"core.question", "core.choice"}


@cache
def steps() -> list[Step]:
    """Read the shipped views once."""
    tables = {"raw.build", "raw.views", *(f"raw.{table}" for table in TABLES), *STORED}
    return list_steps(view_files.read_views(SHIPPED.parent / "sql", tables))


class Steps(Reader):
    """Read a database that has no macros of the steps."""

    _STEPS = "select view_name, below, step from raw.views order by view_order"


@dataclass
class World:
    """A world in memory."""

    connection: duckdb.DuckDBPyConnection

    @contextmanager
    def asked(
        self, *, as_of: str | None = None, horizon: int | None = None, without: Collection[str] = ()
    ) -> Iterator[Reader]:
        """Ask at a date and a horizon, and as if the facts `without` had never been said."""
        self.connection.execute("begin")
        try:
            self.connection.execute("delete from core.fact where list_contains(?, fact_id)", [list(without)])
            reading._point(self.connection, date.fromisoformat(as_of) if as_of else None, horizon, None)
            yield Steps(self.connection, Path("memory"))
        finally:
            self.connection.execute("rollback")
            for variable in ("as_of", "horizon", "programmes"):
                self.connection.execute(f"reset variable {variable}")

    def explanations(
        self, *companies: str, programme: str | None = None, profile: str = "balanced", **question: Any
    ) -> dict[str, Explanation]:
        """Explain companies, or all that are ranked."""
        with self.asked(**question) as reader:
            watchlist = ranking(reader, programme, profile)
            return explanation.explain_all(
                reader, companies or watchlist.listed["company_id"].to_list(), programme, watchlist
            )

    def explain(self, company: str, programme: str | None = None, **question: Any) -> Explanation:
        """Explain one company."""
        return self.explanations(company, programme=programme, **question)[company]


@contextmanager
def opened(folder: Path) -> Iterator[World]:
    """Load a folder of seeds."""
    tables = read_seeds(folder)
    with duckdb.connect(":memory:") as connection:
        # These worlds are so small that planning an answer well takes longer than any answer.
        connection.execute("pragma disable_optimizer; set threads = 1")
        warehouse._make_tables(connection, dict(raw_tables.read(tables)), {}, warehouse._stamp(tables, None, ""))
        warehouse._store_steps(connection, steps())
        _make(connection)
        yield World(connection)


def _make(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views that are tables, out of the results of those below them, and those that are asked by name."""
    for step in steps():
        name = step.view.full_name
        if name in _ASKED_BY_NAME:
            connection.execute(f"create view {name} as {step.view.body}")
        elif step.view.kept:
            lower = [below.full_name for below in step.below]
            Steps(connection, Path("memory")).compute(*lower)
            connection.execute(f"create table {name} as {step.text}")
            for below in lower:
                connection.execute(f'drop table temp."{below}"')


def ranking(reader: Reader, programme: str | None = None, profile: str = "balanced") -> Watchlist:
    """Rank as the engine does."""
    question = DEFAULT_QUESTION.on(programme)
    return rank_companies(reader, question, read_profile(profile, SHIPPED))
