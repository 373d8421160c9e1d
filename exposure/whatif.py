"""Ask how sure a ranking is and what would change it. Returns frames, prints nothing, keeps nothing open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from exposure import engine, inputs, simulation
from exposure.engine import DEFAULT_GRADES, DEFAULT_PROFILE, Day, Place
from exposure.errors import ExposureError

if TYPE_CHECKING:
    from exposure.draws import Floats
    from exposure.inputs import World
    from exposure.profiles import Profile
    from exposure.simulation import Scorer, Summary
    from exposure.warehouse import Reader

DEFAULT_DRAWS = 10_000
DEFAULT_SEED = 1
#: what `simulate` gives, in this order
SIMULATED: dict[str, pl.DataType] = {
    "rank": pl.Int64(), "company_id": pl.String(), "ticker": pl.String(), "name": pl.String(), "grade": pl.String(),
    "score": pl.Float64(), "exposure_weight": pl.Float64(), "tier": pl.Int64(), "rank_low": pl.Int64(),
    "rank_high": pl.Int64(), "p_top5": pl.Float64(), "p_top10": pl.Float64(), "p_top20": pl.Float64(),
    "score_median": pl.Float64(), "score_p05": pl.Float64(), "score_p95": pl.Float64(),
    "exposure_median": pl.Float64(), "exposure_p05": pl.Float64(), "exposure_p95": pl.Float64(),
    "expectation_gap": pl.Float64(), "expectation_gap_p05": pl.Float64(), "expectation_gap_p95": pl.Float64(),
    "p_beats_consensus": pl.Float64(), "draws": pl.Int64(), "seed": pl.Int64(), "as_of": pl.Date(),
    "horizon": pl.Int64(), "profile": pl.String(),
}  # fmt: skip


class Simulation(NamedTuple):
    """What the draws say of each ranked company, and what the reader must be told."""

    table: pl.DataFrame
    notes: list[str]


@dataclass(frozen=True)
class Prepared:
    """A ranking with all its inputs, ready to be drawn or changed."""

    world: World
    scorer: Scorer
    watchlist: pl.DataFrame
    profile: Profile


@contextmanager
def prepared(
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    db: Place = None,
    seeds: Place = None,
) -> Iterator[tuple[Prepared, Reader]]:
    """Rank, and read every input that the ranking rests on."""
    with engine.answering(as_of=as_of, horizon=horizon, profile=profile, grades=grades, db=db, seeds=seeds) as answer:
        ranked = answer.watchlist.ranked
        if ranked.is_empty():
            raise ExposureError("Nobody can be ranked at this date and horizon, so there is nothing to vary.")
        company_ids = ranked["company_id"].to_list()
        rows = {row["company_id"]: row for row in ranked.to_dicts()}
        world = inputs.read(answer.reader, company_ids, rows)
        yield Prepared(world, scorer(answer, grades, world), ranked, answer.profile), answer.reader


def scorer(answer: engine.Answer, grades: str, world: World) -> Scorer:
    """Make a profile ready to score draws, as `watchlist` scored the central values."""
    made, profile, rules = answer.watchlist, answer.profile, answer.rules
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


def simulate(
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    *,
    threads: int | None = None,
    as_of: Day = None,
    horizon: int | None = None,
    profile: str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    db: Place = None,
    seeds: Place = None,
    done: Callable[[int], None] | None = None,
) -> Simulation:
    """Draw all inputs many times and say how sure each company's rank, score and exposure is.

    | rank | company_id | ... | tier | rank_low | rank_high | p_top5 | ... | score_p05 | score_p95 | ... | seed |

    The intervals hold 90% of the draws. The same seed gives the same bytes for any number of threads. `done` hears of
    each finished chunk how many draws it had.
    """
    if draws < 0 or seed < 0:
        raise ExposureError("The number of draws and the seed are whole numbers from 0.")
    with prepared(as_of=as_of, horizon=horizon, profile=profile, grades=grades, db=db, seeds=seeds) as (ready, _):
        pass
    table = ready.watchlist.with_columns(draws=pl.lit(draws), seed=pl.lit(seed))
    if draws:
        network = ready.world.network.possible()
        cores = threads or os.cpu_count() or 1
        found = simulation.simulate(network, ready.scorer, draws, seed, threads=cores, gap=True, done=done)
        told = simulation.summary(found, ready.watchlist["rank"].to_numpy())
        table = table.with_columns(**_columns(told), **_gap(ready, found.gap))
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in SIMULATED.items() if name not in table.columns]
    shown = table.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SIMULATED.items())
    return Simulation(_rounded(shown), _notes(ready))


def _columns(told: Summary) -> dict[str, pl.Series]:
    found = {
        "tier": told.tier, "rank_low": told.rank_low, "rank_high": told.rank_high,
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


def _rounded(table: pl.DataFrame) -> pl.DataFrame:
    """Keep the digits that single precision has."""
    drawn = ("_median", "_p05", "_p95")
    return table.with_columns(pl.col(name).round_sig_figs(6) for name in table.columns if name.endswith(drawn))


def _notes(ready: Prepared) -> list[str]:
    return [
        f"The stated shares of {product} on {programme} ({role} year) add up to more than one; in each draw they are "
        "scaled down to the whole, so that draws lie below the published figure."
        for role, programme, product in ready.world.overfull
    ]
