"""Goal seek: the multiplier of units, shares or contents with which a company reaches a target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from exposure.errors import ExposureError
from exposure.model.evaluate import Evaluator
from exposure.names.resolve import resolve_company
from exposure.names.vocabulary import Vocabulary
from exposure.question import Question, Result
from exposure.scenarios.apply import apply_rules
from exposure.scenarios.levers import LEAST, Lever, LeverFinder
from exposure.scenarios.solving import Outcome, Target, distance, find_multiplier, find_nearest, search_between
from exposure.scoring import ranking
from exposure.uncertainty import intervals
from exposure.uncertainty.scorer import rank_scores

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.distributions import Floats
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
#: multipliers each way whose grades are looked up in the views when a rank is not found with the present ones
_LOOKED_UP = 10
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
    ranking.check_grade(prepared.watchlist, company_id, question.grades)
    vocabulary = Vocabulary.from_database(reader)
    lever = LeverFinder(reader, prepared.world.graph, company_id, vocabulary).find(goal.kind, goal.name)
    search = _Search(prepared, reader, question, vocabulary, company_id, goal.target, lever)
    answer = search.run()
    return Result(_table(search.levels(answer.multiplier), answer, goal), [_sentence(company_id, goal.target, answer)])


class Answer(NamedTuple):
    """A multiplier, and the company's row at present and in the scenario."""

    multiplier: float
    verdict: str
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
        """Return whether a row reaches the target, up to rounding; a row of which too little is known does not."""
        column, value = _COLUMNS[self.target.what], row[_COLUMNS[self.target.what]]
        if value is None:
            return False
        reached = self.target.is_reached(np.array(value), self.now[column])
        return bool(reached) or math.isclose(value, self.target.value, rel_tol=_CLOSE)

    def nearest(self) -> tuple[float, Row]:
        """Return the multiplier nearest to one that reaches the target, or else the one that comes nearest to it."""
        column = _COLUMNS[self.target.what]

        def order(multiplier: float) -> tuple[float, float]:
            row = self.rows[multiplier]
            value = math.inf if row[column] is None else row[column]
            gap = 0.0 if self.reaches(row) else abs(value - self.target.value)
            return gap, distance(multiplier)

        best = min(self.rows, key=order)
        return best, self.rows[best]


class _Search:
    """Searches in the graph, and checks each multiplier through the views, as a scenario.

    The graph keeps grades and factors that do not follow from its inputs, such as confidence, as they are at present.
    Where these matter, they are looked up in the views at several multipliers, and the graph is searched between these.
    """

    def __init__(
        self, prepared: Prepared, reader: Reader, question: Question, vocabulary: Vocabulary, company_id: str,
        target: Target, lever: Lever,
    ) -> None:  # fmt: skip
        self._prepared, self._reader, self._question, self._vocabulary = prepared, reader, question, vocabulary
        self._target, self._lever, self._company_id = target, lever, company_id
        self._rules = ranking.read_rules(reader)
        world = prepared.world
        self._company = world.company_ids.index(company_id)
        self._known = world.nodes >= 0
        revenue = world.revenue_node(company_id)
        self._evaluate = Evaluator(world.graph, np.append(world.nodes[self._known], revenue), fixed=lever.nodes)
        now = _row(prepared.watchlist, company_id)
        self._trials = Trials(target, now, {1.0: now})
        #: checked multiplier -> a scorer with its grades, and with the factors that do not follow from the graph
        self._scorers = {1.0: prepared.scorer}
        self._ends = (lever.most, LEAST)

    def run(self) -> Answer:
        """Search until a checked multiplier reaches the target, or neither the graph nor the views know one."""
        trials = self._trials
        self._seek(self._target)
        if not trials.is_reached and self._target.what == "rank":
            _, nearest = trials.nearest()
            self._seek(Target("rank", nearest["rank"]))
        multiplier, then = trials.nearest()
        verdict = "reached" if trials.is_reached else "not reachable"
        return Answer(multiplier, verdict, trials.now, then, "" if trials.is_reached else self._block())

    def _seek(self, target: Target) -> None:
        """Check the multiplier nearest to 1 that reaches a target, or else the one that comes nearest to it."""
        goal = replace(self._trials, target=target)  # the same rows
        outcome, present = self._outcome(self._scorers[1.0]), goal.now[_COLUMNS[target.what]]
        if present == target.value:
            return
        found = find_multiplier(outcome, target, present, self._ends)
        if found is not None:
            self._try(found)
        if target.what == "rank" and not (found is not None and goal.reaches(goal.rows[found])):
            for end in self._ends:
                self._search_segments(goal, end)
        if not goal.is_reached:
            self._try(find_nearest(outcome, target, self._ends))

    def levels(self, multiplier: float) -> list[tuple[str, str, float, float]]:
        """Return label, unit, present and needed value of each quantity, equal ones once."""
        nodes = np.array([quantity.node for quantity in self._lever.quantities], np.intp)
        evaluate = Evaluator(self._prepared.world.graph, nodes, fixed=self._lever.nodes)
        levels = evaluate(2, fixed=self._lever.values(np.array([1.0, multiplier])))
        rows = zip(self._lever.quantities, levels.round(_PLACES).tolist(), strict=True)
        return list(dict.fromkeys((quantity.label, quantity.unit, *level) for quantity, level in rows))

    def _search_segments(self, goal: Trials, end: float) -> None:
        """Search outward between multipliers, with the grades and factors that the views give at both."""
        present, near = goal.now["rank"], 1.0
        for far in np.geomspace(1, end, _LOOKED_UP + 1)[1:].tolist():
            self._try(far)
            for multiplier in (near, far):
                outcome = self._outcome(self._scorers[multiplier])
                found = search_between(outcome, goal.target, present, near, far)
                if found is not None:
                    self._try(found)
                    if goal.reaches(goal.rows[found]):
                        break
            if any(goal.reaches(goal.rows[each]) for each in goal.rows if near < each <= far or far <= each < near):
                self._halve(goal, near, far)
                return
            near = far

    def _halve(self, goal: Trials, near: float, far: float) -> None:
        """Halve the way to the nearest multiplier that reaches: a grade may change anywhere on it."""
        far = min((each for each in goal.rows if goal.reaches(goal.rows[each])), key=lambda each: abs(each / near - 1))
        for _ in range(_HALVINGS):
            between = float(f"{math.sqrt(near * far):.5g}")
            self._try(between)
            near, far = (near, between) if goal.reaches(goal.rows[between]) else (between, far)

    def _outcome(self, scorer: Scorer) -> Outcome:
        """Return the function from multipliers to the company's rank, exposure or revenue, with a scorer's grades."""

        def outcome(multipliers: Floats) -> Any:
            roots = self._evaluate(len(multipliers), fixed=self._lever.values(multipliers))
            if self._target.what == "revenue":
                return roots[-1]
            values = np.zeros((len(self._known), len(multipliers)))
            values[self._known] = roots[:-1]
            factors = self._prepared.world.factors(values)
            if self._target.what == "exposure":
                return factors["exposure"][self._company]
            return rank_scores(scorer.central_scores(factors), scorer.block)[self._company]

        return outcome

    def _try(self, multiplier: float) -> None:
        """Rank through the views with a multiplier, and keep the company's row and the grades."""
        if multiplier not in self._scorers:
            apply_rules(self._reader, self._lever.rules(multiplier), self._vocabulary)
            watchlist = ranking.rank_companies(self._reader, self._question, self._prepared.profile)
            self._trials.rows[multiplier] = _row(watchlist.listed, self._company_id)
            self._scorers[multiplier] = self._build_scorer(watchlist)

    def _block(self) -> str:
        """Return why no multiplier reaches a rank outside the company's block of grades, or nothing."""
        company, target = self._company, self._target
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

    def _build_scorer(self, watchlist: Watchlist) -> Scorer:
        """Return a scorer with the factors of a changed ranking, its companies in the order of the graph."""
        order = self._prepared.watchlist.select("company_id")
        ranked = order.join(watchlist.ranked, on="company_id", how="left", maintain_order="left")
        ranked = ranked.with_columns(pl.col("grade").fill_null(self._prepared.watchlist["grade"]))
        changed = replace(watchlist, ranked=ranked)
        return intervals.build_scorer(changed, self._prepared.profile, self._rules, by_grade=self._question.by_grade)


def _row(watchlist: pl.DataFrame, company_id: str) -> Row:
    return watchlist.row(by_predicate=pl.col("company_id") == company_id, named=True)


def _table(levels: Sequence[tuple[str, str, float, float]], answer: Answer, goal: Goal) -> pl.DataFrame:
    """Return one row for each quantity that is multiplied."""
    same = {name: answer.now[name] for name in SOLVED if name in answer.now}
    same |= {f"{column}_then": answer.then[column] for column in _COLUMNS.values()}
    same |= {"reach": goal.reach, "by": goal.by, "verdict": answer.verdict, "multiplier": answer.multiplier}
    rows = [same | dict(zip(("quantity", "unit", "present", "needed"), level, strict=True)) for level in levels]
    return pl.DataFrame([{name: row[name] for name in SOLVED} for row in rows], schema=SOLVED)


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
