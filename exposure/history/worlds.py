"""The two worlds of a comparison and the mixed worlds between them, each computed once."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from exposure.db.counterfactual import DATED, TABLES, Mixer, Side
from exposure.history.fact_changes import Statement
from exposure.history.score_attribution import World
from exposure.history.shapley import subsets
from exposure.scoring import ranking, watchlist
from exposure.scoring.normalise import Rules, rounded
from exposure.scoring.watchlist import Watchlist
from exposure.seeds.profiles import Profile

#: the columns of factors that signals reach, and no other input does
_SIGNALS = ("visibility", "barrier")
#: inputs that need no query of their own: their effect is put together from other worlds
_ASSEMBLED = frozenset({"time", "profile", "signal"})
_STATEMENTS = """select kind, subject_key, period_start, period_end, origin_id, fact_id, measure, unit, currency, low,
    base, high, tier, known_on from "core.vintage" """
_FACTS = 'select company_id, fact_id from "mart.factor_fact"'
#: is called with the worlds computed so far and their number
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sided:
    """One of the two questions of a comparison."""

    side: Side
    profile: Profile


@dataclass(frozen=True)
class Ending:
    """One of the two worlds in full."""

    world: World
    ranking: Watchlist
    statements: list[Statement]
    #: company_id -> ids of the facts that its row rests on
    facts: dict[str, set[str]]


class Worlds:
    """Two worlds and those between them, in which each input is as in the first or as in the second."""

    def __init__(self, mixer: Mixer, first: Sided, second: Sided, *, by_grade: bool = False) -> None:
        self._mixer = mixer
        self.first, self.second = first, second
        self._by_grade = by_grade
        self._computed: dict[frozenset[str], tuple[pl.DataFrame, Rules]] = {}
        self._all = frozenset(TABLES) | {"horizon"}
        self.ends = (self._end(frozenset()), self._end(self._all | {"profile"}))
        #: the inputs that differ, and those that do not but count for less as time passes
        self.inputs, self._idle = self._find_inputs()

    @property
    def is_dated(self) -> bool:
        """Whether time passes between the two worlds."""
        return self.first.side.as_of != self.second.side.as_of

    def world(self, inputs: Collection[str]) -> World:
        """Return the world with these inputs of the second; with all that differ, the second itself."""
        chosen = frozenset(inputs)
        if not chosen or chosen >= set(self.inputs):
            return self.ends[bool(chosen)].world
        universe, rules = self._compute(self._mixer, self._tables(chosen))
        has_signals = "signal" in chosen or ("time" in chosen and "signal" in self._idle)
        signals = self.ends[has_signals].world.universe.select("company_id", *_SIGNALS)
        universe = universe.drop(_SIGNALS).join(signals, on="company_id", how="left").select(universe.columns)
        return World(universe, self._profile(chosen), rules)

    def compute_all(self, progress: Progress | None = None) -> None:
        """Compute all worlds between the two ends, on every core; `progress` gets the worlds done and their number."""
        between = [chosen for chosen in subsets(self.inputs) if chosen and chosen != frozenset(self.inputs)]
        worlds = [world for world in dict.fromkeys(map(self._tables, between)) if world not in self._computed]
        count = min(os.cpu_count() or 1, len(worlds))
        done = itertools.count(1)

        def compute_part(number: int) -> None:
            with self._mixer.duplicate(number) as mixer:
                for world in worlds[number::count]:
                    self._compute(mixer, world)
                    if progress is not None:
                        progress(next(done), len(worlds))

        with ThreadPoolExecutor(max(count, 1)) as pool:
            list(pool.map(compute_part, range(count)))

    def _tables(self, chosen: frozenset[str]) -> frozenset[str]:
        return (chosen | self._idle if "time" in chosen else chosen) - _ASSEMBLED

    def _compute(self, mixer: Mixer, inputs: frozenset[str]) -> tuple[pl.DataFrame, Rules]:
        if inputs not in self._computed:
            mixer.take(inputs)
            self._computed[inputs] = ranking.read_universe(mixer), ranking.read_rules(mixer)
        return self._computed[inputs]

    def _profile(self, chosen: frozenset[str]) -> Profile:
        return (self.second if "profile" in chosen else self.first).profile

    def _end(self, inputs: frozenset[str]) -> Ending:
        universe, rules = self._compute(self._mixer, inputs - {"profile"})
        profile = self._profile(inputs)
        unquantified = ranking.read_unquantified(self._mixer)
        ranked = watchlist.rank(universe, universe, unquantified, profile, rules, by_grade=self._by_grade)
        self._mixer.compute("core.vintage", "mart.factor_fact")
        statements = [Statement(row[0], row[1:5], row[5], row[6:]) for row in self._mixer.rows(_STATEMENTS)]
        facts: dict[str, set[str]] = {}
        for company_id, fact_id in self._mixer.rows(_FACTS):
            facts.setdefault(company_id, set()).add(fact_id)
        required = universe.join(ranked.ranked, on="company_id", how="semi")
        return Ending(World(required, profile, rules), ranked, statements, facts)

    def _find_inputs(self) -> tuple[list[str], frozenset[str]]:
        changed = self._mixer.changed()
        idle: frozenset[str] = frozenset()
        if self.is_dated:
            idle = frozenset(DATED) - set(changed)
            silent = idle - {"signal"}
            if silent and not self._ages(silent):
                idle -= silent
        others = {
            "time": bool(idle),
            "horizon": self.first.side.horizon != self.second.side.horizon,
            "profile": self.first.profile != self.second.profile,
        }
        return [*changed, *(name for name, differs in others.items() if differs)], idle

    def _ages(self, inputs: frozenset[str]) -> bool:
        """Return whether inputs without new facts give other factors at the later date."""
        pairs = ((frozenset[str](), inputs), (self._all - inputs, self._all))
        first, second = ([self._compute(self._mixer, world)[0] for world in pair] for pair in pairs)
        return not (is_same(*first) and is_same(*second))


def is_same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Return whether two frames have the same factors at the digits that count."""
    floats = [name for name, kind in one.schema.items() if kind == pl.Float64]
    texts = ("company_id", "grade")
    return one.select(*texts, *map(rounded, floats)).equals(other.select(*texts, *map(rounded, floats)))
