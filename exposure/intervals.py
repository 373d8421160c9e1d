"""How sure each place of a ranking is: every uncertain input drawn many times, every draw scored and ranked."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from exposure import inputs, simulation
from exposure.errors import ExposureError
from exposure.watchlist import INTERVALS

if TYPE_CHECKING:
    from exposure.draws import Floats
    from exposure.inputs import World
    from exposure.profiles import Profile
    from exposure.scoring import Rules
    from exposure.simulation import Scorer, Summary
    from exposure.warehouse import Reader
    from exposure.watchlist import Watchlist


@dataclass(frozen=True)
class Prepared:
    """A ranking with all its inputs, ready to be drawn or changed."""

    world: World
    scorer: Scorer
    watchlist: pl.DataFrame
    profile: Profile


def prepare(reader: Reader, made: Watchlist, profile: Profile, rules: Rules, grades: str) -> Prepared:
    """Read every input that a ranking over all programmes rests on."""
    rows = {row["company_id"]: row for row in made.ranked.to_dicts()}
    world = inputs.read(reader, list(rows), rows)
    return Prepared(world, scorer(made, profile, rules, grades, world), made.ranked, profile)


def scorer(made: Watchlist, profile: Profile, rules: Rules, grades: str, world: World) -> Scorer:
    """Make a profile ready to score draws, as `watchlist` scored the central values."""
    ranked = made.ranked
    varied = world.network.known()
    weights, fixed, known = {}, {}, {}
    for factor in made.contributions["factor"].unique(maintain_order=True).to_list():
        of_factor = made.contributions.filter(pl.col("factor") == factor).select("company_id", "raw")
        raw = ranked.select("company_id").join(of_factor, on="company_id", how="left", maintain_order="left")["raw"]
        weights[factor] = profile.weights[factor]
        known[factor] = raw.is_not_null().to_numpy()
        if factor not in varied:
            fixed[factor] = raw.cast(pl.Float64).to_numpy()
    in_front = ranked["grade"].is_in(list(grades.upper()))
    block = np.where(in_front.to_numpy(), 0, [" ABC".index(grade) for grade in ranked["grade"]])
    return simulation.Scorer(weights, fixed, known, profile.normalisation, rules.neutral_score, rules.winsor_sd, block)


def appended(
    ready: Prepared,
    draws: int,
    seed: int,
    *,
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Give the watchlist with its interval columns, which hold 90% of the draws; with 0 draws they stay empty.

    The same seed gives the same values for any number of threads. `done` hears of each finished chunk its draws.
    """
    if draws < 0 or seed < 0:
        raise ExposureError("The number of draws and the seed are whole numbers from 0.")
    if not draws:
        return ready.watchlist
    network = ready.world.network.possible()
    cores = threads or os.cpu_count() or 1
    found = simulation.simulate(network, ready.scorer, draws, seed, threads=cores, gap=True, done=done)
    told = simulation.summary(found, ready.watchlist["rank"].to_numpy())
    columns = {**_columns(told), **_gap(ready, found.gap), "draws": pl.lit(draws), "seed": pl.lit(seed)}
    table = ready.watchlist.with_columns(**columns)
    return table.with_columns(_kept(name, kind) for name, kind in INTERVALS.items())


def _columns(told: Summary) -> dict[str, pl.Series]:
    found = {
        "rank_tier": told.tier, "rank_low": told.rank_low, "rank_high": told.rank_high,
        "score_median": told.score, "score_p05": told.score_low, "score_p95": told.score_high,
        "exposure_median": told.exposure, "exposure_p05": told.exposure_low, "exposure_p95": told.exposure_high,
    }  # fmt: skip
    found |= {f"p_top{place}": chance for place, chance in zip(simulation.PLACES, told.chance_top, strict=True)}
    return {name: pl.Series(name, values) for name, values in found.items()}


def _gap(ready: Prepared, drawn: Floats | None) -> dict[str, pl.Expr | pl.Series]:
    """Give the interval of growth beyond the consensus, and how often there is any; null without a consensus."""
    if drawn is None:
        return {}
    known = ready.world.network.known()["expectation_gap"]
    low, _, high = simulation.quantiles(drawn)
    found = {
        "expectation_gap_p05": low, "expectation_gap_p95": high, "p_beats_consensus": (drawn > 0).mean(axis=1),
    }  # fmt: skip
    return {name: pl.Series(name, np.where(known, values, np.nan)).fill_nan(None) for name, values in found.items()}


def _kept(name: str, kind: pl.DataType) -> pl.Expr:
    """Keep the digits that single precision has."""
    column = pl.col(name).cast(kind)
    return column.round_sig_figs(6) if name.endswith(("_median", "_p05", "_p95")) else column
