"""Ask what it takes: by how much units, shares or contents must move for a company to reach a target."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
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
from exposure.scenarios.rules import Rule
from exposure.scenarios.solving import Lever, Solution, Target
from exposure.scoring import ranking
from exposure.uncertainty import intervals
from exposure.uncertainty.uncertain_inputs import InputLabels

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.inputs import Input
    from exposure.model.world import World
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile
    from exposure.uncertainty.intervals import Prepared
    from exposure.uncertainty.scorer import Scorer

#: what `solve` gives, in this order
SOLVED: dict[str, pl.DataType] = {
    "company_id": pl.String(), "ticker": pl.String(), "name": pl.String(), "reach": pl.String(), "by": pl.String(),
    "verdict": pl.String(), "multiplier": pl.Float64(), "quantity": pl.String(), "unit": pl.String(),
    "present": pl.Float64(), "needed": pl.Float64(), "rank": pl.Int64(), "rank_then": pl.Int64(),
    "score": pl.Float64(), "score_then": pl.Float64(), "exposure_weight": pl.Float64(),
    "exposure_weight_then": pl.Float64(), "programme_revenue_usd": pl.Float64(),
    "programme_revenue_usd_then": pl.Float64(), "as_of": pl.Date(), "horizon": pl.Int64(), "profile": pl.String(),
}  # fmt: skip
_SCALES = {"": 1.0, "m": 1e6, "bn": 1e9, "tn": 1e12}
_REACH = re.compile(
    r"(?P<what>rank|exposure|revenue) +(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<unit>%|m|bn|tn|)", re.IGNORECASE
)
_REACH_HELP = 'write "rank 5", "exposure 0.30" (or 30%) or "revenue 2.0bn" (dollars; m, bn, tn).'
_BY_HELP = "write units, share or content, alone or with a name: units:trainium2, share:cooling."
#: column of the watchlist that each target is about, and the score beside it
_COLUMNS = {
    "rank": "rank", "score": "score", "exposure": "exposure_weight", "revenue": "programme_revenue_usd",
}  # fmt: skip
#: how often the search goes on with what the views have
_ROUNDS = 4
#: how often the way to an end that reaches is halved
_HALVINGS = 10
#: the last digits of the views
_CLOSE = 1e-9
_ROLES = {"units": "programmes", "share": "products", "content": "products"}
#: places that are still one share or one content to the eye
_SAME = 12


class Quantity(NamedTuple):
    """Something that is multiplied, and where its level is read: a row of units, or a link or a content of a block."""

    words: str
    unit: str
    kind: str
    block: int
    row: int


class Move(NamedTuple):
    """What is multiplied in the network, the quantities whose level says so, and the rules that say the same."""

    lever: Lever
    quantities: list[Quantity]
    rules: list[dict[str, Any]]

    def by(self, multiplier: float) -> list[Rule]:
        """Give the rules of a scenario that multiplies the same at the horizon."""
        return [Rule(**rule, periods=("horizon",), multiply=multiplier) for rule in self.rules]


class Goal(NamedTuple):
    """A target and what may move to reach it, as a user wrote them and as they are meant."""

    reach: str
    by: str
    target: Target
    #: units, share or content, and the programme or product that it is of; None: all that the company has
    kind: str
    name: str | None


def parse_goal(reach: str, by: str) -> Goal:
    """Parse a target and a lever; raise ExposureError with what can be written."""
    return Goal(reach, by, parse_target(reach), *_parse_lever(by))


def seek_goal(reader: Reader, question: Question, profile: Profile, company: str, goal: Goal) -> Result:
    """Find the multiplier nearest to one that reaches the goal, and check it through the views.

    | company_id | ... | reach | by | verdict | multiplier | quantity | unit | present | needed | rank | rank_then | ...

    There is one row for each quantity that the multiplier moves.
    """
    prepared = intervals.prepare_ranking(reader, question, profile)
    company_id = resolve_company(reader, company)
    if company_id not in prepared.world.company_ids:
        raise ExposureError(f"{company_id!r} is not ranked at this date and horizon, so it has nothing to move.")
    words = InputLabels(reader, prepared.watchlist["horizon"].item(0))
    names = Vocabulary.from_database(reader)
    move = _Levers(prepared.world, company_id, words, names).move(goal.kind, goal.name)
    found = _Search(prepared, reader, question, names).found(company_id, goal.target, move)
    return Result(_table(prepared.world, found, move, goal), [_sentence(company_id, goal.target, found)])


def parse_target(reach: str) -> Target:
    """Read a target; raise ExposureError with what can be written."""
    found = _REACH.fullmatch(reach.strip())
    if found is None:
        raise ExposureError(f"{reach!r} is no target: {_REACH_HELP}")
    what, unit, value = found["what"].lower(), found["unit"].lower(), float(found["number"])
    if what == "rank" and (unit or value < 1 or value != int(value)):
        raise ExposureError(f"{reach!r} is no target: a rank is a whole number from 1.")
    if what == "exposure":
        value = value / 100 if unit == "%" else value
        if unit not in ("", "%") or not 0 < value <= 1:
            raise ExposureError(f"{reach!r} is no target: an exposure is a part of sales, above 0 and up to 1 or 100%.")
    if what == "revenue":
        if unit == "%":
            raise ExposureError(f"{reach!r} is no target: revenue is in dollars, such as 2.0bn.")
        value *= _SCALES[unit]
    return Target(what, value)


def _parse_lever(by: str) -> tuple[str, str | None]:
    kind, colon, name = (part.strip() for part in by.partition(":"))
    if kind.lower() not in _ROLES or (colon and not name):
        raise ExposureError(f"{by!r} is nothing that can be moved: {_BY_HELP}")
    return kind.lower(), name or None


# --- what is moved ------------------------------------------------------------------------


class _Levers:
    """What of a company's programme revenue at the horizon can be moved."""

    def __init__(self, world: World, company_id: str, words: InputLabels, vocabulary: Vocabulary) -> None:
        self._world, self._words, self._vocabulary = world, words, vocabulary
        self._company_id = company_id
        self._company = world.company_ids.index(company_id)
        self._inputs = {(one.block, one.row): one for one in world.inputs}

    def move(self, kind: str, name: str | None) -> Move:
        """Give what is multiplied for a kind of input, of one programme or product or of all that the company has."""
        if name is not None and (trouble := self._vocabulary.find_fault(_ROLES[kind], name)):
            raise ExposureError(trouble[0].upper() + trouble[1:].rstrip(".") + ".")
        match kind:
            case "units":
                return self._units(name)
            case "share":
                return self._share(name)
        return self._content(name)

    def _units(self, name: str | None) -> Move:
        rows = self._world.unit_rows
        if name is None and not self._families():
            raise ExposureError(f"The revenue of {self._company_id!r} is stated as a whole and moves with no units.")
        scopes = [self._vocabulary.resolve_scope(word) for word in ([name] if name else self._families())]
        moved = {p: rows["horizon", p] for scope in scopes for p in scope.programmes if ("horizon", p) in rows}
        if not moved:
            what = repr(name) if name else f"the programmes of {self._company_id!r}"
            raise ExposureError(f"No units of {what} are known at the horizon.")
        families = [rows["horizon", self._vocabulary.family_of[programme]] for programme in moved]
        shown = [scope.scope_id for scope in scopes if ("horizon", scope.scope_id) in rows] or list(moved)
        quantities = [
            Quantity(self._words.label_units(scope), self._basis(scope), "units", -1, rows["horizon", scope])
            for scope in shown
        ]
        lever = Lever(np.array(list(moved.values()), np.intp), np.array(families, np.intp))
        return Move(lever, quantities, [{"what": "units", "programmes": tuple(scope.scope_id for scope in scopes)}])

    def _basis(self, scope: str) -> str:
        return self._vocabulary.unit_basis[self._vocabulary.family_of.get(scope, scope)]

    def _families(self) -> list[str]:
        """Name the families that the company's programme revenue at the horizon is from."""
        network, names = self._world.network, {row: key for key, row in self._world.unit_rows.items()}
        rows = {int(row) for block in network.blocks for row in block.used_by(self._company)[2]}
        stated = network.stated.incidence
        terms = stated.term[stated.account == self._company]
        growths = network.stated.units[terms] - len(names) - 1
        rows |= {int(network.units.growth_of[growth]) for growth in growths if growth >= 0}
        scopes = [str(names[row][1]) for row in rows]
        return sorted({self._vocabulary.family_of.get(scope, scope) for scope in scopes})

    def _own(self, name: str | None) -> Iterator[tuple[int, Input]]:
        """Give the links that the company's revenue at the horizon is made of, of one product or of all."""
        product = None if name is None else self._vocabulary.resolve_id("products", name)
        supplied: set[str] = set()
        for number, block in enumerate(self._world.network.blocks):
            for link in block.used_by(self._company)[0]:
                one = self._inputs[number, int(link)]
                supplied.add(str(one.product_id))
                if product in (None, one.product_id):
                    yield number, one
        if product is not None and product not in supplied:
            has = f"its figure rests on {', '.join(sorted(supplied))}" if supplied else "it rests on stated sales alone"
            raise ExposureError(f"Nothing of {self._company_id!r} is computed from {product!r}: {has}.")

    def _share(self, name: str | None) -> Move:
        own = list(self._own(name))
        self._refuse_nothing(own, "share")
        quantities = [
            Quantity(self._words.label_share(one), "fraction", "share", number, one.row) for number, one in own
        ]
        rules = [
            {
                "what": "share",
                "programmes": (one.programme_id,),
                "products": (one.product_id,),
                "companies": (one.company_id,),
            }
            for _, one in own
        ]
        return Move(Lever(links=_by_block((number, one.row) for number, one in own)), quantities, rules)

    def _content(self, name: str | None) -> Move:
        """Multiply what a product is worth in the programmes that the company supplies it to, whoever makes it."""
        own = list(self._own(name))
        self._refuse_nothing(own, "content")
        needs = {(number, one.programme_id, one.product_id) for number, one in own}
        moved = [
            one
            for one in self._world.inputs
            if one.kind == "content" and one.period_role == "horizon"
            and (one.block, one.programme_id, one.product_id) in needs
        ]  # fmt: skip
        used = {
            (number, int(row))
            for number, block in enumerate(self._world.network.blocks)
            for row in block.used_by(self._company)[1]
        }
        quantities = [
            Quantity(self._words.label([one]), self._words.unit(one), "content", one.block, one.row)
            for one in moved
            if (one.block, one.row) in used
        ]
        rules = [
            {"what": "content", "programmes": (programme,), "products": (product,)}
            for _, programme, product in sorted(needs, key=str)
        ]
        return Move(Lever(contents=_by_block((one.block, one.row) for one in moved)), quantities, rules)

    def _refuse_nothing(self, own: Sequence[object], kind: str) -> None:
        if not own:
            raise ExposureError(f"The figure of {self._company_id!r} rests on stated sales, not on any {kind}.")


def _by_block(places: Iterator[tuple[int, int]]) -> dict[int, np.ndarray[Any, np.dtype[np.intp]]]:
    found: dict[int, list[int]] = {}
    for block, row in places:
        found.setdefault(block, []).append(row)
    return {block: np.array(rows, np.intp) for block, rows in found.items()}


# --- the answer ---------------------------------------------------------------------------


class Found(NamedTuple):
    """A multiplier, the network's levels at one and at it, the company's row as it is and with it put back.

    `blocked` says why grades keep the company from a rank.
    """

    multiplier: float
    verdict: str
    levels: solving.Outcome
    now: dict[str, Any]
    then: dict[str, Any]
    blocked: str


@dataclass(frozen=True)
class _Tried:
    """Multipliers that were put back, each with the company's row; one is the present."""

    target: Target
    now: dict[str, Any]
    rows: dict[float, dict[str, Any]]

    @property
    def is_reached(self) -> bool:
        """Say whether any of them reaches the target."""
        return any(map(self.reaches, self.rows.values()))

    def reaches(self, row: dict[str, Any]) -> bool:
        """Say whether the views reach the target, their last digits aside."""
        column, value = _COLUMNS[self.target.what], row[_COLUMNS[self.target.what]]
        reached = self.target.is_reached(np.array(value), self.now[column])
        return bool(reached) or math.isclose(value, self.target.value, rel_tol=_CLOSE)

    def nearest(self) -> tuple[float, dict[str, Any]]:
        """Give what reaches the target and is nearest to one, or else what comes nearest to the target."""
        column = _COLUMNS[self.target.what]

        def order(multiplier: float) -> tuple[float, float]:
            row = self.rows[multiplier]
            off = 0.0 if self.reaches(row) else abs(row[column] - self.target.value)
            return off, solving.distance(multiplier)

        best = min(self.rows, key=order)
        return best, self.rows[best]


class _Search:
    """Search in the network, and put what is found back through the views, as a scenario would.

    The network keeps the grade and the factors that inputs are not multiplied out to, such as confidence. Where they
    matter, the search goes on with those that the views have at the multiplier found.
    """

    def __init__(self, ready: Prepared, reader: Reader, question: Question, names: Vocabulary) -> None:
        self._ready, self._reader, self._question, self._names = ready, reader, question, names
        self._rules = ranking.read_rules(reader)

    def found(self, company_id: str, target: Target, move: Move) -> Found:
        """Search until what is put back reaches the target, or neither the network nor the views see a way."""
        network, company = self._ready.world.network, self._ready.world.company_ids.index(company_id)
        now = _row(self._ready.watchlist, company_id)
        tried = _Tried(target, now, {1.0: now})
        seen = self._rounds(company, tried, move, self._ready.scorer)
        if not seen and target.what == "rank":
            self._from_the_ends(tried, move)
        multiplier, then = tried.nearest()
        verdict = "reached" if tried.is_reached else "not reached when put back" if seen else "not reachable"
        levels = solving.evaluate_lever(network, self._ready.scorer, company, move.lever, np.array([1.0, multiplier]))
        return Found(multiplier, verdict, levels, now, then, "" if tried.is_reached else self._blocked(company, target))

    def _rounds(self, company: int, tried: _Tried, move: Move, scorer: Scorer) -> bool:
        """Search and put back in turn; say whether the network sees the target reached."""
        network, target, column = self._ready.world.network, tried.target, _COLUMNS[tried.target.what]
        solution = Solution(1.0, is_reached=False)
        for _ in range(_ROUNDS):
            solution = solving.find_multiplier(network, scorer, company, move.lever, target, tried.now[column])
            if solution.multiplier in tried.rows:
                break
            made = self._put_back(move, solution.multiplier)
            then = tried.rows[solution.multiplier] = _row(made.ranked, tried.now["company_id"])
            seen = solving.evaluate_lever(network, scorer, company, move.lever, np.array([solution.multiplier])).of(
                target.what
            )
            if tried.is_reached or math.isclose(seen[0], then[column], rel_tol=_CLOSE):
                break
            scorer = self._scorer(made)
        return solution.is_reached

    def _from_the_ends(self, tried: _Tried, move: Move) -> None:
        """Put the ends of the search back, since what the network keeps can bring a rank as well, and halve the way."""
        for end in solving.search_ends(self._ready.world.network, move.lever):
            far, near = end, 1.0
            for _ in range(_HALVINGS if self._tried(tried, move, end) else 0):
                between = float(f"{math.sqrt(near * far):.5g}")
                near, far = (near, between) if self._tried(tried, move, between) else (between, far)

    def _tried(self, tried: _Tried, move: Move, multiplier: float) -> bool:
        tried.rows[multiplier] = _row(self._put_back(move, multiplier).ranked, tried.now["company_id"])
        return tried.reaches(tried.rows[multiplier])

    def _blocked(self, company: int, target: Target) -> str:
        """Say it where a rank lies outside the company's block of grades, which nothing that is multiplied changes."""
        blocks, grades = self._ready.scorer.block, self._ready.watchlist["grade"]
        ahead, after = (np.flatnonzero(side) for side in (blocks < blocks[company], blocks > blocks[company]))
        if target.what != "rank" or len(ahead) < target.value <= len(blocks) - len(after):
            return ""
        if target.value > len(blocks):
            return f"; {len(blocks)} companies are ranked"
        where, others = ("behind", ahead) if target.value <= len(ahead) else ("ahead of", after)
        named = " and ".join(grades[others].unique().sort())
        grade = "grade" if " " not in named else "grades"
        return f"; a company of grade {grades[company]} stands {where} the {len(others)} of {grade} {named}"

    def _put_back(self, move: Move, multiplier: float) -> Watchlist:
        apply_rules(self._reader, move.by(multiplier), self._names)
        return ranking.rank_companies(self._reader, self._question, self._ready.profile)

    def _scorer(self, made: Watchlist) -> Scorer:
        """Score as the changed ranking does, its companies in the order of the network."""
        order = self._ready.watchlist.select("company_id")
        ranked = order.join(made.ranked, on="company_id", how="left", maintain_order="left")
        ranked = ranked.with_columns(pl.col("grade").fill_null(self._ready.watchlist["grade"]))
        made = replace(made, ranked=ranked)
        return intervals.build_scorer(made, self._ready.profile, self._rules, self._question.grades)


def _row(watchlist: pl.DataFrame, company_id: str) -> dict[str, Any]:
    return watchlist.row(by_predicate=pl.col("company_id") == company_id, named=True)


def _table(world: World, found: Found, move: Move, goal: Goal) -> pl.DataFrame:
    """Give one row for each quantity that is multiplied, those alike once."""
    levels = dict.fromkeys(_level(world, found, quantity) for quantity in move.quantities)
    same = {name: found.now[name] for name in SOLVED if name in found.now}
    same |= {f"{column}_then": found.then[column] for column in _COLUMNS.values()}
    same |= {"reach": goal.reach, "by": goal.by, "verdict": found.verdict, "multiplier": found.multiplier}
    rows = [same | dict(zip(("quantity", "unit", "present", "needed"), level, strict=True)) for level in levels]
    return pl.DataFrame([{name: row[name] for name in SOLVED} for row in rows], schema=SOLVED)


def _level(world: World, found: Found, quantity: Quantity) -> tuple[str, str, float, float]:
    match quantity.kind:
        case "units":
            present, needed = found.levels.units[quantity.row]
        case "share":
            present, needed = found.levels.shares[quantity.block][quantity.row]
        case _:
            present = world.network.blocks[quantity.block].ranges.base[quantity.row]
            needed = present * found.multiplier
    return quantity.words, quantity.unit, round(float(present), _SAME), round(float(needed), _SAME)


def _sentence(company_id: str, target: Target, found: Found) -> str:
    present, then = (_said(target.what, row[_COLUMNS[target.what]]) for row in (found.now, found.then))
    wanted, times = _said(target.what, target.value), f"at {found.multiplier:.4g} times the present value"
    if found.verdict == "reached":
        said = f"from {present}, {wanted} is reached {times}" if found.multiplier != 1 else f"stands at {wanted}"
    elif found.multiplier == 1:
        said = f"{wanted} is {found.verdict}; nothing comes nearer to it than {present} as it stands"
    else:
        said = f"{wanted} is {found.verdict}; from {present}, the nearest is {then}, {times}"
    return f"{company_id}: {said}{found.blocked}."


def _said(what: str, value: float) -> str:
    if what == "rank":
        return f"rank {value:.0f}"
    return f"exposure {value:.1%}" if what == "exposure" else f"revenue of USD {value / 1e6:,.0f}m"
