"""How sure each place of a ranking is: every uncertain input drawn many times, every draw scored and ranked."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from exposure.errors import ExposureError
from exposure.model import inputs
from exposure.model.network import VARIED
from exposure.question import Question, Result
from exposure.scoring import ranking
from exposure.scoring.watchlist import INTERVALS
from exposure.uncertainty import simulation
from exposure.uncertainty.simulation import Scorer

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.distributions import Floats, Index
    from exposure.model.inputs import World
    from exposure.scoring.normalise import Rules
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile
    from exposure.uncertainty.simulation import Summary


#: the columns of the watchlist that `simulate` returns, in order
SIMULATED = (
    "rank", "company_id", "ticker", "name", "grade", "score", "exposure_weight", "rank_tier", "rank_low", "rank_high",
    "p_top5", "p_top10", "p_top20", "score_median", "score_p05", "score_p95", "exposure_median", "exposure_p05",
    "exposure_p95", "expectation_gap", "expectation_gap_p05", "expectation_gap_p95", "p_beats_consensus", "draws",
    "seed", "as_of", "horizon", "profile",
)  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A ranking with all its inputs, ready to be drawn or changed."""

    world: World
    scorer: Scorer
    watchlist: pl.DataFrame
    profile: Profile


def prepare_ranking(reader: Reader, question: Question, profile: Profile) -> Prepared:
    """Rank over all programmes and read every input of the ranking; raise ExposureError when nobody is ranked."""
    watchlist = ranking.rank_companies(reader, question, profile)
    if watchlist.ranked.is_empty():
        raise ExposureError("Nobody can be ranked at this date and horizon, so there is nothing to vary.")
    return prepare(reader, watchlist, question, profile)


def prepare(reader: Reader, watchlist: Watchlist, question: Question, profile: Profile) -> Prepared:
    """Read every input that a ranking rests on, over all programmes or over those of the question."""
    rules, programmes = ranking.read_rules(reader), ranking.resolve_programmes(reader, question)
    ranked = {row["company_id"]: row for row in watchlist.ranked.to_dicts()}
    if programmes is None:
        own = scorer(watchlist, profile, rules, question.grades)
        return Prepared(inputs.read(reader, ranked), own, watchlist.ranked, profile)
    compared = {row["company_id"]: row for row in watchlist.field.to_dicts()}
    world = inputs.read(reader, compared, inputs.Choice(frozenset(programmes), ranked))
    return Prepared(world, _scorer_of_choice(watchlist, profile, rules, question.grades), watchlist.ranked, profile)


def simulate(
    prepared: Prepared,
    draws: int,
    seed: int,
    *,
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Result:
    """Draw all inputs and return how sure each company's rank, score and exposure is.

    | rank | company_id | ... | rank_tier | rank_low | rank_high | p_top5 | ... | score_p05 | score_p95 | ... | seed |

    The intervals hold 90% of the draws. The same seed gives the same bytes for any number of threads. `done` is called
    with the number of draws of each finished chunk.
    """
    table = append_intervals(prepared, draws, seed, threads=threads, done=done)
    notes = [
        f"The stated shares of {product} on {programme} ({role} year) add up to more than one; in each draw they are "
        "scaled down to the whole, so that draws lie below the published figure."
        for role, programme, product in prepared.world.overfull
    ]
    return Result(table.with_columns(draws=pl.lit(draws), seed=pl.lit(seed)).select(SIMULATED), notes)


def draw_intervals(
    reader: Reader, watchlist: Watchlist, question: Question, profile: Profile, draws: int, seed: int
) -> Watchlist:
    """Return a ranking of at least one company with its interval columns filled by `draws` draws."""
    prepared = prepare(reader, watchlist, question, profile)
    return replace(watchlist, ranked=append_intervals(prepared, draws, seed))


def scorer(made: Watchlist, profile: Profile, rules: Rules, grades: str) -> Scorer:
    """Make a profile ready to score draws, as `watchlist` scored the central values."""
    factors = made.contributions["factor"].unique(maintain_order=True).to_list()
    raw = {factor: _raw(made, factor) for factor in factors}
    return Scorer(
        weights={factor: profile.weights[factor] for factor in factors},
        fixed={factor: values.to_numpy() for factor, values in raw.items() if factor not in VARIED},
        known={factor: values.is_not_null().to_numpy() for factor, values in raw.items()},
        normalisation=profile.normalisation,
        neutral=rules.neutral_score,
        winsor_sd=rules.winsor_sd,
        block=_blocks(made.ranked, grades),
    )


def _scorer_of_choice(made: Watchlist, profile: Profile, rules: Rules, grades: str) -> Scorer:
    """Score companies over some programmes against all companies over all, which stand before them."""
    chosen = scorer(made, profile, rules, grades)
    field = {factor: made.field[factor].cast(pl.Float64) for factor in chosen.weights}
    compared, ranked = made.field.height, made.ranked.height
    return replace(
        chosen,
        fixed={factor: np.concatenate([field[factor].to_numpy(), values]) for factor, values in chosen.fixed.items()},
        known={
            factor: np.concatenate([field[factor].is_not_null().to_numpy(), values])
            for factor, values in chosen.known.items()
        },
        field=np.arange(compared),
        ranked=np.arange(compared, compared + ranked),
    )


def _raw(made: Watchlist, factor: str) -> pl.Series:
    """Give a factor of the ranked companies, in their order."""
    of_factor = made.contributions.filter(pl.col("factor") == factor).select("company_id", "raw")
    joined = made.ranked.select("company_id").join(of_factor, on="company_id", how="left", maintain_order="left")
    return joined["raw"].cast(pl.Float64)


def _blocks(ranked: pl.DataFrame, grades: str) -> Index:
    in_front = ranked["grade"].is_in(list(grades.upper()))
    return np.where(in_front.to_numpy(), 0, [" ABC".index(grade) for grade in ranked["grade"]])


def append_intervals(
    ready: Prepared,
    draws: int,
    seed: int,
    *,
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return the watchlist with its interval columns, which hold 90% of the draws; with 0 draws they stay empty."""
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
    known = ready.scorer.chosen(ready.world.network.known()["expectation_gap"])
    low, _, high = simulation.quantiles(drawn)
    found = {
        "expectation_gap_p05": low, "expectation_gap_p95": high, "p_beats_consensus": (drawn > 0).mean(axis=1),
    }  # fmt: skip
    return {name: pl.Series(name, np.where(known, values, np.nan)).fill_nan(None) for name, values in found.items()}


def _kept(name: str, kind: pl.DataType) -> pl.Expr:
    """Keep the digits that single precision has."""
    column = pl.col(name).cast(kind)
    return column.round_sig_figs(6) if name.endswith(("_median", "_p05", "_p95")) else column
