"""Why companies moved between two rankings: by which input and facts, by their own figures or those of peers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from exposure.db import session
from exposure.db.build import build as build_database
from exposure.db.counterfactual import Side, mixing
from exposure.errors import ExposureError
from exposure.history import score_attribution
from exposure.history.fact_changes import FactChanges, FactIds
from exposure.history.worlds import Progress, Sided, Worlds, is_same
from exposure.question import DEFAULT_GRADES, Place, Question, Workspace
from exposure.scoring import ranking, stored, watchlist
from exposure.seeds.profiles import read_profile
from exposure.seeds.reader import read_seeds

log = logging.getLogger(__name__)

#: the part of a change that comes from companies joining or leaving the ranking
MEMBERSHIP = "membership"
#: the columns of `companies`, before one for the part of each input in the score
OVERVIEW = (
    "company_id", "ticker", "name", "standing", "rank_from", "rank_to", "score_from", "score_to", "score_change",
    "exposure_from", "exposure_to", "exposure_change", "score_own", "score_peers", "score_method", "score_membership",
)  # fmt: skip
PARTS = (
    "company_id", "ticker", "name", "input", "exposure_part", "score_part", "label", "changed_fact_ids",
    "new_fact_ids", "withdrawn_fact_ids",
)  # fmt: skip
#: inputs without facts of a company's own
_WITHOUT_FACTS = ("horizon", "profile", "reference")


class Difference(NamedTuple):
    """The changes by company, their parts by company and input, and the notes that a reader needs."""

    companies: pl.DataFrame
    parts: pl.DataFrame
    notes: list[str]


def diff_rankings(
    workspaces: Sequence[Workspace], questions: Sequence[Question], progress: Progress | None = None
) -> Difference:
    """Compare two rankings, which may differ in date, horizon, profile and seeds, and split each change exactly.

    The databases of the two workspaces are current. A question without a horizon is of the year of the later date.
    """
    dates = [_find_date(question, where.db) for question, where in zip(questions, workspaces, strict=True)]
    first, second = (
        Sided(Side(where.db, day, question.horizon or max(dates).year), read_profile(question.profile, where.seeds))
        for question, where, day in zip(questions, workspaces, dates, strict=True)
    )
    if first == second:
        raise ExposureError("Both sides are the same question; let them differ in date, horizon, profile or seeds.")
    with mixing(first.side, second.side) as mixer:
        worlds = Worlds(mixer, first, second, by_grade=questions[0].by_grade)
        worlds.compute_all(progress)
        return _keep_grades(_split(worlds), worlds, questions[0].grades)


@contextmanager
def open_side(workspace: Workspace, seeds: Place, build: Callable[[], object]) -> Iterator[Workspace]:
    """Provide a current database for one side: the workspace's own, or one of other seeds, built for this question."""
    if seeds is None:
        session.make_current(workspace, build)
        yield workspace
        return
    with TemporaryDirectory(prefix="exposure-") as folder:
        side = Workspace(Path(folder) / "side.duckdb", Path(seeds))
        log.info("Building %s from %s.", side.db, seeds)
        build_database(read_seeds(side.seeds), side.db, tables=stored.table_columns())
        yield side


def _find_date(question: Question, db: Path) -> date:
    with session.reading(db) as reader:
        day = question.as_of or reader.stamp().latest_known_on
    if day is None:
        raise ExposureError("There is no fact, so there is nothing to compare.")
    return day


def _split(worlds: Worlds) -> Difference:
    ranked = [set(end.ranking.ranked["company_id"]) for end in worlds.ends]
    stayed = ranked[0] & ranked[1]
    by_input = score_attribution.over_inputs(worlds.inputs, worlds.world, stayed)
    by_side = score_attribution.over_sides(worlds.ends[0].world, worlds.ends[1].world, stayed)
    companies = _list_companies(worlds, by_side, _score_membership(worlds, stayed))
    overview = companies
    if by_input.height:
        wide = by_input.pivot("input", index="company_id", values="score_part")
        named = [pl.col(name).alias(f"score_{name}") for name in worlds.inputs]
        overview = companies.join(wide.select("company_id", *named), on="company_id", how="left", maintain_order="left")
    sides = [f"{one.side.as_of} for {one.side.horizon}, {one.profile.name}" for one in (worlds.first, worlds.second)]
    moved = f"{len(ranked[1] - stayed)} came, {len(ranked[0] - stayed)} went"
    notes = [
        f"From {sides[0]} to {sides[1]}: {len(stayed)} ranked in both, {moved}.",
        f"What differs: {', '.join(worlds.inputs) or 'nothing that the ranking uses'}.",
    ]
    return Difference(overview, _list_parts(worlds, companies, by_input), notes)


def _keep_grades(difference: Difference, worlds: Worlds, grades: str) -> Difference:
    """Keep the companies that have one of the grades in either ranking."""
    if grades == DEFAULT_GRADES:
        return difference
    graded = pl.concat(end.ranking.ranked.select("company_id", "grade") for end in worlds.ends)
    kept = graded.filter(pl.col("grade").is_in(list(grades)))["company_id"].implode()
    companies, parts = (table.filter(pl.col("company_id").is_in(kept)) for table in difference[:2])
    note = ranking.note_others(companies.height, difference.companies.height, grades)
    return Difference(companies, parts, [*difference.notes, *note])


# --- companies ----------------------------------------------------------------------------


def _score_membership(worlds: Worlds, stayed: Collection[str]) -> dict[str, float]:
    """Return the part of each score's change that comes from companies that came or went."""
    lacking: list[dict[str, float]] = []
    for end in worlds.ends:
        among = end.world.among(stayed, end.world.universe)
        standings = watchlist.standings(among.universe, among.profile, among.rules)
        whole = dict(end.ranking.ranked.select("company_id", "score").rows())
        lacking.append({c: whole[c] - score for c, score in standings.select("company_id", "score").rows()})
    return {company: lacking[1][company] - lacking[0][company] for company in stayed}


def _list_companies(worlds: Worlds, by_side: pl.DataFrame, membership: dict[str, float]) -> pl.DataFrame:
    columns = ("company_id", "ticker", "name", "rank", "score", "exposure_weight")
    first, second = (end.ranking.ranked.select(columns) for end in worlds.ends)
    joined = first.join(second, on="company_id", how="full", suffix="_to", coalesce=True)
    joined = joined.join(by_side, on="company_id", how="left").with_columns(
        ticker=pl.coalesce("ticker", "ticker_to"),
        name=pl.coalesce("name", "name_to"),
        standing=pl.when(pl.col("rank").is_null())
        .then(pl.lit("came"))
        .when(pl.col("rank_to").is_null())
        .then(pl.lit("went"))
        .otherwise(pl.lit("stayed")),
        score_change=_subtract("score_to", "score"),
        exposure_change=_subtract("exposure_weight_to", "exposure_weight"),
        score_membership=pl.col("company_id").replace_strict(membership, default=None, return_dtype=pl.Float64),
    )
    renamed = {"rank": "rank_from", "score": "score_from", "exposure_weight": "exposure_from"}
    joined = joined.rename(renamed | {"exposure_weight_to": "exposure_to"}).with_columns(
        score_membership=pl.coalesce("score_membership", "score_change"),
    )
    return joined.select(OVERVIEW).sort("rank_to", "rank_from", "company_id", nulls_last=True)


def _subtract(name: str, other: str) -> pl.Expr:
    """Subtract one column from another; a side that does not rank the company counts as nothing."""
    both = pl.col(name).is_not_null() & pl.col(other).is_not_null()
    return pl.when(both).then(pl.col(name) - pl.col(other)).otherwise(pl.coalesce(pl.col(name), -pl.col(other)))


# --- parts --------------------------------------------------------------------------------


def _list_parts(worlds: Worlds, companies: pl.DataFrame, by_input: pl.DataFrame) -> pl.DataFrame:
    changes = FactChanges(worlds.ends[0].statements, worlds.ends[1].statements)
    parts = {(company, name): change for company, name, *change in by_input.rows()}
    rows: list[tuple[object, ...]] = []
    for company in companies.iter_rows(named=True):
        company_id = company["company_id"]
        head = (company_id, company["ticker"], company["name"])
        facts = set[str]().union(*(end.facts.get(company_id, ()) for end in worlds.ends))
        if company["standing"] != "stayed":
            ids = changes.among(facts, worlds.inputs)
            change = (company["exposure_change"], company["score_change"])
            rows.append((*head, MEMBERSHIP, *change, company["standing"], *map("; ".join, ids)))
            continue
        for name in worlds.inputs:
            exposure, score = parts[company_id, name]
            ids = changes.among(facts, [name])
            if exposure or score or any(ids):
                label = _label_part(worlds, name, company_id, ids)
                rows.append((*head, name, exposure, score, label, *map("; ".join, ids)))
        if company["score_membership"]:
            rows.append((*head, MEMBERSHIP, 0.0, company["score_membership"], "others came or went", "", "", ""))
    kinds = {"exposure_part": pl.Float64, "score_part": pl.Float64}
    return pl.DataFrame(rows, {name: kinds.get(name, pl.String) for name in PARTS}, orient="row")


def _label_part(worlds: Worlds, name: str, company_id: str, ids: FactIds) -> str:
    """Return how an input moved a company: by facts of its own, by age alone, or by its effect on others."""
    kinds = [label for label, facts in zip(FactIds._fields, ids, strict=True) if facts]
    if kinds or name in _WITHOUT_FACTS:
        return "; ".join(kinds or ["changed"])
    others = frozenset(worlds.inputs) - {name}
    mine = pl.col("company_id") == company_id
    first, with_it, without_it, second = (
        worlds.world(inputs).universe.filter(mine) for inputs in ((), {name}, others, worlds.inputs)
    )
    if is_same(first, with_it) and is_same(without_it, second):
        return "peers"
    return "aged" if worlds.is_dated else "indirect"
