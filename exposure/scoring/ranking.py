"""Rank the companies of an open database, and write the notes that a reader of the watchlist needs.

polars is imported only after the views were computed: the engine loads it on another core meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from exposure.errors import ExposureError
from exposure.question import DEFAULT_GRADES, Question, Result

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader
    from exposure.scoring.normalise import Rules
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile

#: a note names at most so many companies, or missing inputs
_MOST_NAMED = 8

Answer = TypeVar("Answer", bound=Result)
_UNIVERSE = 'select * from "mart.factors" order by company_id'
_UNQUANTIFIED = 'select * from "mart.unquantified" order by company_id'
_PARAMETERS = "select parameter, value from raw.parameters"
_UNCOUNTED = 'select family_id, year from "mart.uncounted_family" order by family_id'
_LINKED = """
    select l.company_id from "core.supply_link" as l
    inner join "core.asked_programme" as asked on asked.programme_id = l.programme_id limit 1
"""
_STALE = 'select company_id, stale_after_days, as_of_revenue from "mart.stale_revenue"'


@dataclass(frozen=True, kw_only=True)
class Ranking(Result):
    """A watchlist as the result of a verb, with the companies left out of it."""

    unranked: pl.DataFrame
    #: whether its day lies after the latest fact, of which the session has told
    is_late: bool


def import_meanwhile(module: str) -> None:
    """Import a slow module on another core while DuckDB works; a later import waits for what is left of it."""
    threading.Thread(target=import_module, args=[module], daemon=True).start()


def rank_companies(reader: Reader, question: Question, profile: Profile) -> Watchlist:
    """Rank the companies of an open database that supply the programmes of the question, against all quantified ones.

    The database answers for the chosen programmes from then on.
    """
    programmes = resolve_programmes(reader, question)
    reader.compute("mart.factors", "mart.unquantified")
    universe = ranked = read_universe(reader)
    if programmes is not None:
        reader.choose(programmes)
        ranked = read_universe(reader)
    from exposure.scoring import watchlist

    unquantified, rules = read_unquantified(reader), read_rules(reader)
    return watchlist.rank(universe, ranked, unquantified, profile, rules, by_grade=question.by_grade)


def resolve_programmes(reader: Reader, question: Question) -> list[str] | None:
    """Return the ids of the question's programmes; None for all."""
    from exposure.names import resolve

    return resolve.resolve_programmes(reader, question.programmes) if question.programmes else None


def read_universe(reader: Reader) -> pl.DataFrame:
    """Return `mart.factors`: one row a quantified company."""
    reader.compute("mart.factors")
    return reader.frame(_UNIVERSE)


def read_unquantified(reader: Reader) -> pl.DataFrame:
    """Return `mart.unquantified`: the listed companies without a figure, and why."""
    reader.compute("mart.unquantified")
    return reader.frame(_UNQUANTIFIED)


def read_rules(reader: Reader) -> Rules:
    """Return the parameters of the score."""
    from exposure.scoring.normalise import Rules

    values = dict(reader.rows(_PARAMETERS))
    return Rules(**{rule.name: values[rule.name] for rule in fields(Rules)})


def present(reader: Reader, watchlist: Watchlist, question: Question) -> Ranking:
    """Return a watchlist as an answer: the companies of the grades that are asked for, and its notes."""
    notes, is_late = list_notes(reader, watchlist), bool(reader.note_late_day(question))
    answer = Ranking(watchlist.listed, notes, unranked=watchlist.unranked, is_late=is_late)
    return keep_grades(answer, question.grades)


# --- grades -------------------------------------------------------------------------------


def keep_grades(answer: Answer, grades: str, *columns: str) -> Answer:
    """Return an answer without the companies that have none of the grades in the columns; ranks stay as they are."""
    import polars as pl

    if grades == DEFAULT_GRADES:
        return answer
    kept = answer.frame.filter(pl.any_horizontal(pl.col(columns or "grade").is_in(list(grades))))
    note = note_others(kept.height, answer.frame.height, grades)
    return replace(answer, table=kept, notes=[*answer.notes, *note])


def note_others(shown: int, ranked: int, grades: str) -> list[str]:
    """Return the note on the companies that have none of the grades."""
    if shown == ranked:
        return []
    return [f"{ranked - shown} of {ranked} companies, of other grades than {grades}, are not shown."]


def check_grade(ranked: pl.DataFrame, company_id: str, grades: str) -> None:
    """Raise ExposureError when a company is ranked with another grade than those that are asked for."""
    import polars as pl

    for grade in ranked.filter(pl.col("company_id") == company_id)["grade"]:
        if grade not in grades:
            raise ExposureError(f"{company_id!r} has grade {grade}, and only {' and '.join(grades)} are asked for.")


# --- notes --------------------------------------------------------------------------------


def list_notes(reader: Reader, watchlist: Watchlist) -> list[str]:
    """Return what a reader of a watchlist must know: what is in no figure, and which figures are old."""
    if watchlist.ranked.is_empty():
        return [_note_on_nobody(reader, watchlist), *watchlist.notes]
    tickers = dict(watchlist.ranked.select("company_id", "ticker").rows())
    reader.compute("mart.uncounted_family", "mart.stale_revenue")
    mostly_bounded = watchlist.bounded.height > watchlist.ranked.height
    uncounted = _note_uncounted_families(reader, mostly_bounded=mostly_bounded)
    above = _note_companies_above_sales(watchlist)
    return [*above, *uncounted, *_note_stale_companies(reader, tickers), *watchlist.notes]


def _note_on_nobody(reader: Reader, watchlist: Watchlist) -> str:
    import polars as pl

    if not watchlist.bounded.is_empty():
        return "Nobody can be ranked at this date and horizon: less than half is known of every company listed."
    reader.compute("core.supply_link", "core.asked_programme")
    if not reader.rows(_LINKED):
        return "Nobody can be ranked at this date and horizon: no source names a supplier of the programmes."
    unranked = watchlist.unranked
    missing = unranked.filter(pl.col("missing") != "")["missing"].str.split("; ").explode().unique().sort().to_list()
    return f"Nobody can be ranked at this date and horizon. Missing: {_listed(missing) or 'any fact known by then'}."


def _note_companies_above_sales(watchlist: Watchlist) -> Iterator[str]:
    """Name the companies whose programmes exceed their sales, which some wrong fact must have brought about."""
    import polars as pl

    if named := watchlist.ranked.filter(pl.col("exposure_weight") > 1)["ticker"].to_list():
        yield f"The programmes bring {_listed(named)} more than all sales: a fact is wrong; see exposure audit."


def _note_uncounted_families(reader: Reader, *, mostly_bounded: bool) -> Iterator[str]:
    """Name the families without units in this year, although units of other years are known."""
    rows = reader.rows(_UNCOUNTED)
    if families := [family for family, _ in rows]:
        listed = " and ".join(filter(None, (", ".join(families[:-1]), families[-1])))
        pronoun = "it" if len(families) == 1 else "them"
        bounded = ", and most rows are bounded for want of them" if mostly_bounded else ""
        yield (
            f"No units of {listed} are known for {rows[0][1]}: what companies sell into {pronoun} is in no figure, "
            f"unless they state it themselves{bounded}."
        )


def _note_stale_companies(reader: Reader, tickers: Mapping[str, str]) -> Iterator[str]:
    """Count the ranked companies that have reported nothing for long, and name the first of them."""
    stale = {company: (days, day) for company, days, day in reader.rows(_STALE)}
    if named := [ticker for company, ticker in tickers.items() if company in stale]:
        days, day = next(iter(stale.values()))
        yield (
            f"{len(named)} of {len(tickers)} companies last reported sales of a period that ended more than {days} "
            f"days before {day}: {_listed(named)}."
        )


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
