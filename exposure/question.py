"""The question that every verb answers, the workspace that holds its data, and the result that it returns.

Defaults and limits live here, and each option is parsed here once. Nothing slow is imported: the stored watchlist is
read without polars.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypedDict

from exposure.errors import ExposureError

if TYPE_CHECKING:
    import polars as pl

DEFAULT_PROFILE = "balanced"
#: grade of evidence -> what the money behind the exposure rests on; the thresholds are in `seeds/parameters.csv`
GRADES = {
    "A": "nearly all money rests on filings and dated research",
    "B": "most money rests on filings and dated research",
    "C": "too much money rests on assumptions and rumours",
}
#: classes of evidence from the best, as in the columns `part_...` of the watchlist
EVIDENCE = ("filing", "research", "rumour", "assumption")
#: grades that are printed
DEFAULT_GRADES = "ABC"
#: grades of the first block, where the list is in blocks
LEADING_GRADES = "AB"
FIRST_YEAR, LAST_YEAR = 1990, 2100
#: draws behind the intervals of a ranking, and the seed number that they start from
DEFAULT_DRAWS, DEFAULT_SEED = 10_000, 1
#: more draws than anybody waits for, and the largest seed number that a table can hold
MOST_DRAWS, MOST_SEED = 10_000_000, 2**63 - 1
#: more rows than any answer has
MOST_ROWS = 2**63 - 1

Day = date | str | None
Place = Path | str | None


class Options(TypedDict, total=False):
    """What every function of the Python API accepts; all of it is optional.

    as_of: use only what was known on this day; a date or YYYY-MM-DD. Default: the latest day with a fact.
    horizon: the calendar year that is ranked. Default: the year of `as_of`.
    profile: the name of a profile of the seeds, or the path of a TOML file.
    db: the database file. Default: EXPOSURE_DB, else exposure.duckdb in this folder.
    seeds: the folder of seed tables. Default: EXPOSURE_SEEDS, else the packaged ones.
    """

    as_of: Day
    horizon: int | None
    profile: Path | str
    db: Place
    seeds: Place


class RankOptions(Options, total=False):
    """`Options` of functions that rank.

    grades: return only companies of these grades of evidence, such as "AB"; ranks stay those of the whole list.
    by_grade: rank the grades A and B first, and grade C in a block after them, instead of one list by score.
    """

    grades: str
    by_grade: bool


@dataclass(frozen=True)
class Workspace:
    """Where the data is: the database file, and the folder of seeds that it is built from."""

    db: Path
    seeds: Path


@dataclass(frozen=True)
class Question:
    """What a ranking is asked for; `parse` reads it from what a user wrote."""

    #: None: the latest day with a fact
    as_of: date | None = None
    #: None: the year of `as_of`
    horizon: int | None = None
    #: the name of a profile of the seeds, or the path of a TOML file
    profile: str = DEFAULT_PROFILE
    #: grades of evidence of the companies to answer for
    grades: str = DEFAULT_GRADES
    #: whether `LEADING_GRADES` rank first, in a block
    by_grade: bool = False
    #: names of programmes, families or scopes; empty: all programmes
    programmes: tuple[str, ...] = ()

    @classmethod
    def parse(
        cls,
        programmes: Sequence[str] | str | None = None,
        *,
        as_of: Day = None,
        horizon: int | None = None,
        profile: Path | str = DEFAULT_PROFILE,
        grades: str = DEFAULT_GRADES,
        by_grade: bool = False,
    ) -> Question:
        """Parse the options of a verb; raise ExposureError on the first that is not one."""
        names = (programmes,) if isinstance(programmes, str) else tuple(programmes or ())
        return cls(parse_date(as_of), parse_horizon(horizon), str(profile), parse_grades(grades), by_grade, names)

    def on(self, programme: str | None) -> Question:
        """Return the same question of one programme, or of all."""
        return replace(self, programmes=() if programme is None else (programme,))

    def but(self, *, as_of: Day = None, horizon: int | None = None, profile: Path | str | None = None) -> Question:
        """Return the question with some options changed; None keeps an option."""
        return replace(
            self,
            as_of=parse_date(as_of) or self.as_of,
            horizon=parse_horizon(horizon) or self.horizon,
            profile=self.profile if profile is None else str(profile),
        )


#: the question that the build answers and stores
DEFAULT_QUESTION = Question()


class Table(NamedTuple):
    """Rows and the names of their columns: a small answer without polars."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Result:
    """The answer of a verb: a table, and the notes that its reader needs."""

    table: pl.DataFrame | Table
    notes: Sequence[str] = ()

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns."""
        return self.table.columns

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows."""
        return self.table.rows if isinstance(self.table, Table) else self.table.rows()

    @property
    def frame(self) -> pl.DataFrame:
        """Return the table as a polars frame."""
        if not isinstance(self.table, Table):
            return self.table
        import polars as pl

        return pl.DataFrame(self.rows, schema=self.columns, orient="row", infer_schema_length=None)

    def head(self, top: int | None) -> Self:
        """Return the result with its first rows only; None keeps all."""
        if top is None:
            return self
        is_plain = isinstance(self.table, Table)
        return replace(self, table=Table(self.columns, self.rows[:top]) if is_plain else self.frame.head(top))


# --- parsing ------------------------------------------------------------------------------


def parse_date(day: object) -> date | None:
    """Parse a date written YYYY-MM-DD; a datetime counts as its day. Raise ExposureError on anything else."""
    if day is None:
        return None
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    with suppress(ValueError):
        # `fromisoformat` also reads 20251231 and 2025-W01-1, which may be slips
        if isinstance(day, str) and (parsed := date.fromisoformat(day)).isoformat() == day:
            return parsed
    raise ExposureError(f"{day!r} is not a date written YYYY-MM-DD.")


def parse_horizon(horizon: object) -> int | None:
    """Check a calendar year; raise ExposureError when it is none."""
    if horizon is None or (isinstance(horizon, int) and FIRST_YEAR <= horizon <= LAST_YEAR):
        return horizon
    raise ExposureError(f"The horizon {horizon!r} is not a year from {FIRST_YEAR} to {LAST_YEAR}.")


def parse_grades(grades: str) -> str:
    """Return grades in upper case, each once and in order; raise ExposureError on others."""
    chosen = sorted(set(grades.upper()))
    if not chosen or set(chosen) - set(GRADES):
        raise ExposureError(f"Grades are some of A, B and C, such as AB; {grades!r} is not.")
    return "".join(chosen)


def parse_top(top: object) -> int | None:
    """Check the number of rows to keep; raise ExposureError when it is not a whole number that a table can count."""
    if top is None or (isinstance(top, int) and 1 <= top <= MOST_ROWS):
        return top
    raise ExposureError(f"The first {top!r} rows cannot be shown: name a whole number from 1 to {MOST_ROWS:,}.")


def check_draws(draws: int, seed: int = DEFAULT_SEED) -> None:
    """Raise ExposureError when there cannot be so many draws, or such a seed number."""
    if not (0 <= draws <= MOST_DRAWS and 0 <= seed <= MOST_SEED):
        raise ExposureError(f"Draws are whole numbers from 0 to {MOST_DRAWS:,}, and seeds from 0 to {MOST_SEED:,}.")
