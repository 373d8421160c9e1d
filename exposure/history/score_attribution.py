"""Split what moved between two rankings: over the inputs, and into own changes and those of peers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from exposure.history import shapley as attribution
from exposure.scoring import watchlist
from exposure.scoring.normalise import Rules
from exposure.seeds.profiles import Profile

INPUT_COLUMNS = {"company_id": pl.String, "input": pl.String, "exposure_part": pl.Float64, "score_part": pl.Float64}
SIDE_COLUMNS = {"company_id": pl.String, "score_own": pl.Float64, "score_peers": pl.Float64, "score_method": pl.Float64}


@dataclass(frozen=True)
class World:
    """Factors of companies (the columns of mart.factors), and how they are made into a score."""

    universe: pl.DataFrame
    profile: Profile
    rules: Rules

    def among(self, companies: Collection[str], fallback: pl.DataFrame) -> World:
        """Give the same world with these companies alone; one that it cannot quantify stands as in `fallback`."""
        asked = pl.col("company_id").is_in(list(companies))
        ours = self.universe.filter(asked)
        lacking = fallback.filter(asked).join(ours, on="company_id", how="anti").select(ours.columns)
        return World(pl.concat([ours, lacking]).sort("company_id"), self.profile, self.rules)


def common_ground(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Give companies of both frames with each factor halfway between its two values, or as the one world knows it."""
    both = first.join(second, on="company_id", suffix=" after")
    halfway = [
        pl.mean_horizontal(name, f"{name} after").alias(name)
        for name, kind in first.schema.items()
        if kind == pl.Float64
    ]
    return both.with_columns(halfway).select(first.columns)


def over_inputs(
    inputs: Sequence[str], world: Callable[[frozenset[str]], World], companies: Collection[str]
) -> pl.DataFrame:
    """Split changes of exposure and of score, of companies among themselves, over the inputs.

    | company_id | input | exposure_part | score_part |
    """
    first, second = world(frozenset()), world(frozenset(inputs))
    fallback = common_ground(first.universe, second.universe)

    @cache
    def standing(chosen: frozenset[str]) -> dict[str, tuple[float, float]]:
        mixed = world(chosen).among(companies, fallback)
        return {row[0]: row[1:] for row in watchlist.standings(mixed.universe, mixed.profile, mixed.rules).rows()}

    rows = []
    for company in sorted(companies):
        exposure = attribution.parts(inputs, lambda chosen, c=company: standing(chosen)[c][0])  # type: ignore[misc]
        score = attribution.parts(inputs, lambda chosen, c=company: standing(chosen)[c][1])  # type: ignore[misc]
        rows += [(company, name, exposure[name], score[name]) for name in inputs]
    return pl.DataFrame(rows, INPUT_COLUMNS, orient="row")


def over_sides(first: World, second: World, companies: Collection[str]) -> pl.DataFrame:
    """Split changes of score, of companies among themselves, into own moves, those of peers, and of the method.

    | company_id | score_own | score_peers | score_method |

    The part of the peers is what happens to a score when the inputs of the others alone change; the method is the
    profile and its parameters.
    """
    ends = {False: first.among(companies, first.universe), True: second.among(companies, second.universe)}
    is_same_method = (first.profile, first.rules) == (second.profile, second.rules)
    sides = ("own", "peers") if is_same_method else ("own", "peers", "method")
    rows = []
    for company in sorted(companies):
        split = attribution.parts(sides, lambda chosen, c=company: _score(c, chosen, ends))  # type: ignore[misc]
        rows.append((company, split["own"], split["peers"], split.get("method", 0.0)))
    return pl.DataFrame(rows, SIDE_COLUMNS, orient="row")


def _score(company: str, chosen: frozenset[str], ends: dict[bool, World]) -> float:
    own, peers, method = (ends[side in chosen] for side in ("own", "peers", "method"))
    mine = pl.col("company_id") == company
    universe = pl.concat([own.universe.filter(mine), peers.universe.filter(~mine)]).sort("company_id")
    standings = watchlist.standings(universe, method.profile, method.rules)
    return float(standings.row(by_predicate=mine, named=True)["score"])
