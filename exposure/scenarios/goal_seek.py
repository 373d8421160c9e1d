"""Goal seek: the multiplier of units, shares or contents with which a company reaches a target."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from exposure.errors import ExposureError
from exposure.names.resolve import resolve_company
from exposure.names.vocabulary import Vocabulary
from exposure.question import Question, Result
from exposure.scenarios import solving
from exposure.scenarios.apply import apply_rules
from exposure.scenarios.levers import LeverFinder, Move, Quantity
from exposure.scenarios.solving import Solution, Target
from exposure.scoring import ranking
from exposure.uncertainty import intervals
from exposure.uncertainty.uncertain_inputs import InputLabels

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.world import World
    from exposure.scenarios.goals import Goal
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile
    from exposure.uncertainty.intervals import Prepared
    from exposure.uncertainty.scorer import Scorer

#: the columns of an answer, in order
SOLVED: dict[str, pl.DataType] = {
    "company_id": pl.String(), "ticker": pl.String(), "name": pl.String(), "reach": pl.String(), "by": pl.String(),
    "verdict": pl.String(), "multiplier": pl.Float64(), "quantity": pl.String(), "unit": pl.String(),
    "present": pl.Float64(), "needed": pl.Float64(), "rank": pl.Int64(), "rank_then": pl.Int64(),
    "score": pl.Float64(), "score_then": pl.Float64(), "exposure_weight": pl.Float64(),
    "exposure_weight_then": pl.Float64(), "programme_revenue_usd": pl.Float64(),
    "programme_revenue_usd_then": pl.Float64(), "as_of": pl.Date(), "horizon": pl.Int64(), "profile": pl.String(),
}  # fmt: skip
#: kind of target -> column of the watchlist; the score beside them
_COLUMNS = {
    "rank": "rank", "score": "score", "exposure": "exposure_weight", "revenue": "programme_revenue_usd",
}  # fmt: skip
#: how often the search is repeated with the factors of the last checked multiplier
_ROUNDS = 4
#: how often the interval to a multiplier that reaches is halved
_HALVINGS = 10
#: relative difference of values that the views compute alike
_CLOSE = 1e-9
#: decimal places of a share or a content that are shown
_PLACES = 12

#: a company's row of a watchlist
Row = dict[str, Any]


def seek_goal(reader: Reader, question: Question, profile: Profile, company: str, goal: Goal) -> Result:
    """Find the multiplier nearest to one that reaches the goal, and check it through the views.

    | company_id | ... | reach | by | verdict | multiplier | quantity | unit | present | needed | rank | rank_then | ...

    There is one row for each quantity that the multiplier moves.
    """
    prepared = intervals.prepare_ranking(reader, question, profile)
    company_id = resolve_company(reader, company)
    if company_id not in prepared.world.company_ids:
        raise ExposureError(f"{company_id!r} is not ranked at this date and horizon, so it has nothing to move.")
    vocabulary = Vocabulary.from_database(reader)
    labels = InputLabels(reader, prepared.watchlist["horizon"].item(0))
    move = LeverFinder(prepared.world, company_id, labels, vocabulary).find_move(goal.kind, goal.name)
    answer = _Search(prepared, reader, question, vocabulary).search(company_id, goal.target, move)
    return Result(_table(prepared.world, answer, move, goal), [_sentence(company_id, goal.target, answer)])


class Answer(NamedTuple):
    """A multiplier, the network's levels at one and at it, and the company's row at present and in the scenario."""

    multiplier: float
    verdict: str
    levels: solving.Outcome
    now: Row
    then: Row
    #: why grades keep the company from a rank, or nothing
    blocked: str


@dataclass(frozen=True)
class Trials:
    """The multipliers that were checked through the views, each with the company's row; one is the present."""

    target: Target
    now: Row
    rows: dict[float, Row]

    @property
    def is_reached(self) -> bool:
        """Return whether any of them reaches the target."""
        return any(map(self.reaches, self.rows.values()))

    def reaches(self, row: Row) -> bool:
        """Return whether a row reaches the target, up to rounding."""
        column, value = _COLUMNS[self.target.what], row[_COLUMNS[self.target.what]]
        reached = self.target.is_reached(np.array(value), self.now[column])
        return bool(reached) or math.isclose(value, self.target.value, rel_tol=_CLOSE)

    def nearest(self) -> tuple[float, Row]:
        """Return the multiplier nearest to one that reaches the target, or else the one that comes nearest to it."""
        column = _COLUMNS[self.target.what]

        def order(multiplier: float) -> tuple[float, float]:
            row = self.rows[multiplier]
            gap = 0.0 if self.reaches(row) else abs(row[column] - self.target.value)
            return gap, solving.distance(multiplier)

        best = min(self.rows, key=order)
        return best, self.rows[best]


class _Search:
    """Searches in the network, and checks each multiplier through the views, as a scenario.

    The network keeps grades and factors that do not follow from its inputs, such as confidence, at their central
    values. Where these matter, the search is repeated with those of the last checked multiplier.
    """

    def __init__(self, prepared: Prepared, reader: Reader, question: Question, vocabulary: Vocabulary) -> None:
        self._prepared, self._reader, self._question, self._vocabulary = prepared, reader, question, vocabulary
        self._network = prepared.world.network
        self._rules = ranking.read_rules(reader)

    def search(self, company_id: str, target: Target, move: Move) -> Answer:
        """Search until a checked multiplier reaches the target, or neither the network nor the views find one."""
        company = self._prepared.world.company_ids.index(company_id)
        now = _row(self._prepared.watchlist, company_id)
        trials = Trials(target, now, {1.0: now})
        is_found = self._search_network(company, trials, move)
        if not is_found and target.what == "rank":
            self._search_views(trials, move)
        multiplier, then = trials.nearest()
        verdict = "reached" if trials.is_reached else "not reached when put back" if is_found else "not reachable"
        levels = self._evaluate(self._prepared.scorer, company, move, 1.0, multiplier)
        return Answer(multiplier, verdict, levels, now, then, "" if trials.is_reached else self._block(company, target))

    def _search_network(self, company: int, trials: Trials, move: Move) -> bool:
        """Search and check in turn; return whether the network reaches the target."""
        scorer, target, column = self._prepared.scorer, trials.target, _COLUMNS[trials.target.what]
        solution = Solution(1.0, is_reached=False)
        for _ in range(_ROUNDS):
            solution = solving.find_multiplier(self._network, scorer, company, move.lever, target, trials.now[column])
            if solution.multiplier in trials.rows:
                break
            watchlist = self._rank(move, solution.multiplier)
            then = trials.rows[solution.multiplier] = _row(watchlist.ranked, trials.now["company_id"])
            expected = self._evaluate(scorer, company, move, solution.multiplier).of(target.what)[0]
            if trials.is_reached or math.isclose(expected, then[column], rel_tol=_CLOSE):
                break
            scorer = self._build_scorer(watchlist)
        return solution.is_reached

    def _search_views(self, trials: Trials, move: Move) -> None:
        """Check the ends of the search, since a rank also depends on what the network keeps, and halve the interval."""
        for end in solving.search_ends(self._network, move.lever):
            far, near = end, 1.0
            for _ in range(_HALVINGS if self._try(trials, move, end) else 0):
                between = float(f"{math.sqrt(near * far):.5g}")
                near, far = (near, between) if self._try(trials, move, between) else (between, far)

    def _try(self, trials: Trials, move: Move, multiplier: float) -> bool:
        trials.rows[multiplier] = _row(self._rank(move, multiplier).ranked, trials.now["company_id"])
        return trials.reaches(trials.rows[multiplier])

    def _block(self, company: int, target: Target) -> str:
        """Return why no multiplier reaches a rank outside the company's block of grades, or nothing."""
        blocks, grades = self._prepared.scorer.block, self._prepared.watchlist["grade"]
        ahead, after = (np.flatnonzero(side) for side in (blocks < blocks[company], blocks > blocks[company]))
        if target.what != "rank" or len(ahead) < target.value <= len(blocks) - len(after):
            return ""
        if target.value > len(blocks):
            return f"; {len(blocks)} companies are ranked"
        where, others = ("behind", ahead) if target.value <= len(ahead) else ("ahead of", after)
        listed = " and ".join(grades[others].unique().sort())
        noun = "grade" if " " not in listed else "grades"
        return f"; a company of grade {grades[company]} is {where} the {len(others)} of {noun} {listed}"

    def _evaluate(self, scorer: Scorer, company: int, move: Move, *multipliers: float) -> solving.Outcome:
        return solving.evaluate_lever(self._network, scorer, company, move.lever, np.array(multipliers))

    def _rank(self, move: Move, multiplier: float) -> Watchlist:
        apply_rules(self._reader, move.multiply(multiplier), self._vocabulary)
        return ranking.rank_companies(self._reader, self._question, self._prepared.profile)

    def _build_scorer(self, watchlist: Watchlist) -> Scorer:
        """Return a scorer with the factors of a changed ranking, its companies in the order of the network."""
        order = self._prepared.watchlist.select("company_id")
        ranked = order.join(watchlist.ranked, on="company_id", how="left", maintain_order="left")
        ranked = ranked.with_columns(pl.col("grade").fill_null(self._prepared.watchlist["grade"]))
        changed = replace(watchlist, ranked=ranked)
        return intervals.build_scorer(changed, self._prepared.profile, self._rules, self._question.grades)


def _row(watchlist: pl.DataFrame, company_id: str) -> Row:
    return watchlist.row(by_predicate=pl.col("company_id") == company_id, named=True)


def _table(world: World, answer: Answer, move: Move, goal: Goal) -> pl.DataFrame:
    """Return one row for each quantity that is multiplied, equal ones once."""
    levels = dict.fromkeys(_level(world, answer, quantity) for quantity in move.quantities)
    same = {name: answer.now[name] for name in SOLVED if name in answer.now}
    same |= {f"{column}_then": answer.then[column] for column in _COLUMNS.values()}
    same |= {"reach": goal.reach, "by": goal.by, "verdict": answer.verdict, "multiplier": answer.multiplier}
    rows = [same | dict(zip(("quantity", "unit", "present", "needed"), level, strict=True)) for level in levels]
    return pl.DataFrame([{name: row[name] for name in SOLVED} for row in rows], schema=SOLVED)


def _level(world: World, answer: Answer, quantity: Quantity) -> tuple[str, str, float, float]:
    match quantity.kind:
        case "units":
            present, needed = answer.levels.units[quantity.row]
        case "share":
            present, needed = answer.levels.shares[quantity.block][quantity.row]
        case _:
            present = world.network.blocks[quantity.block].ranges.base[quantity.row]
            needed = present * answer.multiplier
    return quantity.label, quantity.unit, round(float(present), _PLACES), round(float(needed), _PLACES)


def _sentence(company_id: str, target: Target, answer: Answer) -> str:
    present, then = (_write(target.what, row[_COLUMNS[target.what]]) for row in (answer.now, answer.then))
    goal, times = _write(target.what, target.value), f"at {answer.multiplier:.4g} times the present value"
    if answer.verdict == "reached":
        outcome = f"from {present}, {goal} is reached {times}" if answer.multiplier != 1 else f"already has {goal}"
    elif answer.multiplier == 1:
        outcome = f"{goal} is {answer.verdict}; nothing comes nearer to it than the present {present}"
    else:
        outcome = f"{goal} is {answer.verdict}; from {present}, the nearest is {then}, {times}"
    return f"{company_id}: {outcome}{answer.blocked}."


def _write(what: str, value: float) -> str:
    if what == "rank":
        return f"rank {value:.0f}"
    return f"exposure {value:.1%}" if what == "exposure" else f"revenue of USD {value / 1e6:,.0f}m"
