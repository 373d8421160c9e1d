"""Say what moved between two rankings and why: by which input, by whose facts, by whose move."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from exposure.errors import ExposureError
from exposure.question import Place, Question, Workspace
from exposure.scoring import ranking

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.counterfactual import Mixer, Side
    from exposure.history.score_attribution import World
    from exposure.scoring.normalise import Rules
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile

log = logging.getLogger(__name__)

#: what is not an input but who is compared with whom
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

#: what signals say reaches the factors in these columns, and no other input does
_SIGNALS = ("visibility", "barrier")
_CURRENT = """
select
    v.kind, concat_ws('|', v.subject_key, v.period_start, v.period_end, v.origin_id) as said_of, v.fact_id,
    concat_ws('|', v.measure, v.unit, v.currency, v.low, v.base, v.high, v.tier, v.known_on) as said
from "core.vintage" as v
"""
_USED = """
with stated as (
    select
        r.company_id,
        unnest(list_concat(
            list_concat(r.units_fact_ids, r.content_fact_ids), list_concat(r.share_fact_ids, r.other_fact_ids)
        )) as fact_id
    from "core.programme_revenue" as r
    where r.chosen
    union
    select d.company_id, unnest(list_concat(d.fact_ids, d.base_fact_ids)) as fact_id from "core.denominator" as d
    union
    select distinct r.company_id, unnest(f.fact_ids) as fact_id
    from "core.programme_revenue" as r
    inner join "mart.forecast_revision" as f on f.family_id = r.family_id
    where r.chosen
    union
    select p.company_id, unnest(p.fact_ids) as fact_id
    from "core.pooled" as p
    where p.kind = 'signal' or (p.kind = 'disclosed' and p.measure = 'customer_share')
),

converted as (
    select s.company_id, c.fx_fact_id as fact_id
    from stated as s inner join "core.yearly_claim" as c on c.fact_id = s.fact_id
    where c.fx_fact_id is not null
    union
    select s.company_id, unnest(r.fact_ids) as fact_id
    from stated as s
    inner join "core.yearly_claim" as c on c.fact_id = s.fact_id and c.kind in ('units', 'content')
    inner join "core.unit_ratio" as r on r.scope_id = c.scope_id and r.unit = c.unit
)

select company_id, fact_id from stated where fact_id is not null
union
select company_id, fact_id from converted
"""


class Difference(NamedTuple):
    """What moved between two rankings, by company; why, by company and input; and what the reader must know."""

    companies: pl.DataFrame
    parts: pl.DataFrame
    notes: list[str]


class Touched(NamedTuple):
    """Facts that are not the same in both worlds, for one company and input."""

    changed: tuple[str, ...]
    new: tuple[str, ...]
    withdrawn: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One of the two questions."""

    side: Side
    profile: Profile


@dataclass(frozen=True)
class Ending:
    """One of the two worlds in full."""

    world: World
    made: Watchlist
    #: said of -> (kind of the claim, ids of the current facts, what they say)
    said: dict[str, tuple[str, frozenset[tuple[str, str]]]]
    #: company_id -> ids of the facts that its row rests on
    used: dict[str, frozenset[str]]


# --- what moved, and why ------------------------------------------------------------------


def diff_rankings(workspaces: Sequence[Workspace], questions: Sequence[Question]) -> Difference:
    """Compare two rankings, which may differ in date, horizon, profile and seeds, and split each change exactly.

    The databases of the two workspaces are current. A question without a horizon is of the year of the later date.
    """
    from exposure.db.counterfactual import Side, mixing
    from exposure.seeds.profiles import read_profile

    dates = [_date(question, where.db) for question, where in zip(questions, workspaces, strict=True)]
    first, second = (
        Asked(
            Side(where.db, day, question.horizon or max(dates).year),
            read_profile(question.profile, where.seeds),
        )
        for question, where, day in zip(questions, workspaces, dates, strict=True)
    )
    if first == second:
        raise ExposureError("Both sides are the same question; let them differ in date, horizon, profile or seeds.")
    with mixing(first.side, second.side) as mixer:
        return _Comparison(mixer, first, second, questions[0].grades).difference()


@contextmanager
def open_side(workspace: Workspace, seeds: Place, build: Callable[[], object]) -> Iterator[Workspace]:
    """Provide a current database for one side: the workspace's own, or one of other seeds, built for this question."""
    from exposure.db import session
    from exposure.db.build import build as build_database
    from exposure.scoring import stored
    from exposure.seeds.reader import read_seeds

    if seeds is None:
        session.make_current(workspace, build)
        yield workspace
        return
    with TemporaryDirectory(prefix="exposure-") as folder:
        side = Workspace(Path(folder) / "side.duckdb", Path(seeds))
        log.info("Building %s from %s.", side.db, seeds)
        build_database(read_seeds(side.seeds), side.db, tables=stored.table_columns())
        yield side


def _date(question: Question, db: Path) -> date:
    from exposure.db.session import reading

    with reading(db) as reader:
        day = question.as_of or reader.stamp().latest_known_on
    if day is None:
        raise ExposureError("There is no fact, so there is nothing to compare.")
    return day


class _Comparison:
    """Two rankings, and the worlds between them."""

    def __init__(self, mixer: Mixer, first: Asked, second: Asked, grades: str) -> None:
        from exposure.db.counterfactual import TABLES

        self._mixer = mixer
        self._first, self._second = first, second
        self._grades = grades
        self._all = frozenset(TABLES) | {"horizon"}
        self._ends = (self._ending(frozenset()), self._ending(self._all | {"profile"}))
        self._inputs, self._idle = self._differing()

    def difference(self) -> Difference:
        """Split the changes."""
        import polars as pl

        from exposure.history import score_attribution as moves

        first, second = (end.world for end in self._ends)
        ranked = [set(end.made.ranked["company_id"]) for end in self._ends]
        both = ranked[0] & ranked[1]
        by_input = moves.over_inputs(self._inputs, cache(self._world), both)
        by_side = moves.over_sides(first, second, both)
        companies = self._companies(by_side, self._membership(both))
        wide = by_input.pivot("input", index="company_id", values="score_part") if by_input.height else None
        named = [pl.col(name).alias(f"score_{name}") for name in self._inputs]
        overview = (
            companies
            if wide is None
            else companies.join(wide.select("company_id", *named), on="company_id", how="left", maintain_order="left")
        )
        return Difference(overview, self._parts(companies, by_input), self._notes(both, ranked))

    # --- worlds ---

    def _world(self, chosen: frozenset[str]) -> World:
        """Give one mixed world; with all that differs taken, it is the second world itself."""
        from exposure.history.score_attribution import World

        if not chosen or chosen >= set(self._inputs):
            return self._ends[bool(chosen)].world
        tables = chosen | self._idle if "time" in chosen else chosen
        universe, rules = self._computed(tables - {"time", "profile", "signal"})
        signals = self._ends[bool("signal" in tables)].world.universe.select("company_id", *_SIGNALS)
        universe = universe.drop(_SIGNALS).join(signals, on="company_id", how="left").select(universe.columns)
        return World(universe, self._profile(chosen), rules)

    @cache  # noqa: B019
    def _computed(self, chosen: frozenset[str]) -> tuple[pl.DataFrame, Rules]:
        """Ask the views, with these inputs of the second world."""
        log.info("Asking with %s of the second world.", ", ".join(sorted(chosen)) or "nothing")
        self._mixer.take(chosen)
        return ranking.read_universe(self._mixer), ranking.read_rules(self._mixer)

    def _profile(self, chosen: frozenset[str]) -> Profile:
        return (self._second if "profile" in chosen else self._first).profile

    def _ending(self, chosen: frozenset[str]) -> Ending:
        from exposure.history.score_attribution import World
        from exposure.scoring import watchlist

        universe, rules = self._computed(chosen - {"profile"})
        world = World(universe, self._profile(chosen), rules)
        unquantified = ranking.read_unquantified(self._mixer)
        self._mixer.compute("mart.forecast_revision", "core.vintage", "core.unit_ratio")
        made = watchlist.rank(universe, universe, unquantified, world.profile, rules, self._grades)
        required = universe.join(made.ranked, on="company_id", how="semi")
        return Ending(World(required, world.profile, rules), made, self._said(), self._used())

    def _said(self) -> dict[str, tuple[str, frozenset[tuple[str, str]]]]:
        found: dict[str, tuple[str, frozenset[tuple[str, str]]]] = {}
        for kind, said_of, fact_id, said in self._mixer.rows(_CURRENT):
            found[said_of] = (kind, found.get(said_of, (kind, frozenset()))[1] | {(fact_id, said)})
        return found

    def _used(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for company_id, fact_id in self._mixer.rows(_USED):
            found.setdefault(company_id, set()).add(fact_id)
        return {company_id: frozenset(facts) for company_id, facts in found.items()}

    # --- inputs ---

    def _differing(self) -> tuple[list[str], frozenset[str]]:
        """Name what is not the same in both worlds, and the inputs that are but count for less as time passes."""
        from exposure.db.counterfactual import DATED

        changed = self._mixer.changed()
        idle: frozenset[str] = frozenset()
        if self._first.side.as_of != self._second.side.as_of:
            idle = frozenset(DATED) - set(changed)
            silent = idle - {"signal"}
            if silent and not self._age(silent):
                idle -= silent
        marks = (
            ("time", bool(idle)),
            ("horizon", self._first.side.horizon != self._second.side.horizon),
            ("profile", self._first.profile != self._second.profile),
        )
        return [*changed, *(name for name, differs in marks if differs)], idle

    def _age(self, inputs: frozenset[str]) -> bool:
        """Say whether it matters at which of the two dates these inputs, of which nothing new was said, are asked."""
        pairs = ((frozenset[str](), inputs), (self._all - inputs, self._all))
        return any(not _same(self._computed(one)[0], self._computed(other)[0]) for one, other in pairs)

    # --- companies ---

    def _membership(self, both: set[str]) -> dict[str, float]:
        """Give what coming and going of others does to the score of those who stay: what they lack among themselves."""
        from exposure.scoring import watchlist

        own: list[dict[str, float]] = []
        for end in self._ends:
            among = end.world.among(both, end.world.universe)
            standings = watchlist.standings(among.universe, among.profile, among.rules)
            whole = dict(end.made.ranked.select("company_id", "score").rows())
            own.append({c: whole[c] - score for c, score in standings.select("company_id", "score").rows()})
        return {company: own[1][company] - own[0][company] for company in both}

    def _companies(self, by_side: pl.DataFrame, membership: dict[str, float]) -> pl.DataFrame:
        import polars as pl

        columns = ("company_id", "ticker", "name", "rank", "score", "exposure_weight")
        first, second = (end.made.ranked.select(columns) for end in self._ends)
        joined = first.join(second, on="company_id", how="full", suffix="_to", coalesce=True)
        joined = joined.join(by_side, on="company_id", how="left").with_columns(
            ticker=pl.coalesce("ticker", "ticker_to"),
            name=pl.coalesce("name", "name_to"),
            standing=pl.when(pl.col("rank").is_null())
            .then(pl.lit("came"))
            .when(pl.col("rank_to").is_null())
            .then(pl.lit("went"))
            .otherwise(pl.lit("stayed")),
            score_change=_less("score_to", "score"),
            exposure_change=_less("exposure_weight_to", "exposure_weight"),
            score_membership=pl.col("company_id").replace_strict(membership, default=None, return_dtype=pl.Float64),
        )
        joined = joined.rename(
            {"rank": "rank_from", "score": "score_from", "exposure_weight": "exposure_from"}
            | {"exposure_weight_to": "exposure_to"}
        ).with_columns(
            score_membership=pl.coalesce("score_membership", "score_change"),
        )
        return joined.select(OVERVIEW).sort("rank_to", "rank_from", "company_id", nulls_last=True)

    # --- parts ---

    def _parts(self, companies: pl.DataFrame, by_input: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        given = {(company, name): parts for company, name, *parts in by_input.rows()}
        rows = []
        for company in companies.iter_rows(named=True):
            head = (company["company_id"], company["ticker"], company["name"])
            if company["standing"] == "stayed":
                for name in self._inputs:
                    exposure, score = given[company["company_id"], name]
                    touched = self._touched(company["company_id"], [name])
                    if exposure or score or any(touched):
                        rows.append(
                            (
                                *head,
                                name,
                                exposure,
                                score,
                                self._label(name, company["company_id"], touched),
                                *map("; ".join, touched),
                            )
                        )
                if company["score_membership"]:
                    others = ("others came or went", "", "", "")
                    rows.append((*head, MEMBERSHIP, 0.0, company["score_membership"], *others))
            else:
                touched = self._touched(company["company_id"], self._inputs)
                change = (company["exposure_change"], company["score_change"])
                label = (company["standing"], *map("; ".join, touched))
                rows.append((*head, MEMBERSHIP, *change, *label))
        kinds = {"exposure_part": pl.Float64, "score_part": pl.Float64}
        return pl.DataFrame(rows, {name: kinds.get(name, pl.String) for name in PARTS}, orient="row")

    def _touched(self, company_id: str, inputs: Sequence[str]) -> Touched:
        """Name the facts of these inputs that a company rests on and that are not the same in both worlds."""
        used = self._ends[0].used.get(company_id, frozenset()) | self._ends[1].used.get(company_id, frozenset())
        found = [self._facts_that_differ()[label] for label in Touched._fields]
        touched = [used.intersection(chain.from_iterable(facts.get(name, ()) for name in inputs)) for facts in found]
        return Touched(*(tuple(sorted(facts)) for facts in touched))

    @cache  # noqa: B019
    def _facts_that_differ(self) -> dict[str, dict[str, set[str]]]:
        """Give label -> input -> facts: said otherwise, said for the first time, no longer said."""
        from exposure.db.counterfactual import INPUT_OF_KIND

        before, after = (end.said for end in self._ends)
        found: dict[str, dict[str, set[str]]] = {label: {} for label in Touched._fields}
        for said_of in {*before, *after}:
            kind = (after.get(said_of) or before[said_of])[0]
            nothing: tuple[str, frozenset[tuple[str, str]]] = (kind, frozenset())
            old, new = before.get(said_of, nothing)[1], after.get(said_of, nothing)[1]
            label = "changed" if old and new else "new" if new else "withdrawn"
            found[label].setdefault(INPUT_OF_KIND[kind], set()).update(fact_id for fact_id, _ in old ^ new)
        return found

    def _label(self, name: str, company_id: str, touched: Touched) -> str:
        """Say by what an input moved a company: by facts of its own, by age alone, or by what it does to others."""
        kinds = [label for label, facts in zip(Touched._fields, touched, strict=True) if facts]
        if not kinds and name in ("horizon", "profile", "reference"):
            kinds = ["changed"]
        return "; ".join(kinds or [self._without_facts(name, company_id)])

    def _without_facts(self, name: str, company_id: str) -> str:
        import polars as pl

        mine = pl.col("company_id") == company_id
        all_others = frozenset(self._inputs) - {name}
        worlds = (frozenset[str](), frozenset({name}), all_others, frozenset(self._inputs))
        rows = [self._world(chosen).universe.filter(mine) for chosen in worlds]
        if _same(rows[0], rows[1]) and _same(rows[2], rows[3]):
            return "peers"
        return "aged" if self._first.side.as_of != self._second.side.as_of else "indirect"

    def _notes(self, both: set[str], ranked: Sequence[set[str]]) -> list[str]:
        asked = (self._first, self._second)
        sides = [f"{one.side.as_of} for {one.side.horizon}, {one.profile.name}" for one in asked]
        moved = f"{len(both)} ranked in both, {len(ranked[1] - both)} came, {len(ranked[0] - both)} went."
        varied = ", ".join(self._inputs) or "nothing that the ranking uses"
        return [f"From {sides[0]} to {sides[1]}: {moved}", f"What differs: {varied}."]


def _same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Compare factors at the digits that count."""
    import polars as pl

    from exposure.scoring.normalise import rounded

    floats = [name for name, kind in one.schema.items() if kind == pl.Float64]
    texts = ("company_id", "grade")
    return one.select(*texts, *map(rounded, floats)).equals(other.select(*texts, *map(rounded, floats)))


def _less(name: str, other: str) -> pl.Expr:
    """Take one column from another; who is not ranked stands with nothing."""
    import polars as pl

    both = pl.col(name).is_not_null() & pl.col(other).is_not_null()
    return pl.when(both).then(pl.col(name) - pl.col(other)).otherwise(pl.coalesce(pl.col(name), -pl.col(other)))
