"""Intervals of ranks, scores and exposures: every uncertain input drawn many times, every draw scored and ranked."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from exposure.errors import ExposureError
from exposure.question import DEFAULT_GRADES, LEADING_GRADES, Question, Result
from exposure.scoring import ranking
from exposure.scoring.watchlist import GROSS_PROFIT_ENDS, INTERVALS, sort_bounded
from exposure.uncertainty import simulation
from exposure.uncertainty.rank_summary import bound_ranks, compute_quantiles, summarise_draws
from exposure.uncertainty.scorer import UNPLACED, OpenTerms, Scorer
from exposure.uncertainty.world import VARIED, World, read_world

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.distributions import Floats, Index
    from exposure.scoring.normalise import Rules
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile

#: the columns of the watchlist that `simulate` returns, in order
SIMULATED = (
    "rank", "company_id", "ticker", "name", "grade", "score", "exposure_weight", "rank_tier", "rank_low", "rank_high",
    "p_top5", "p_top10", "p_top20", "score_median", "score_p05", "score_p95", "exposure_median", "exposure_p05",
    "exposure_p95", "expectation_gap", "expectation_gap_p05", "expectation_gap_p95", "p_beats_consensus", "draws",
    "seed", "as_of", "horizon", "profile",
)  # fmt: skip


#: what a company without a place has no interval of
_PLACED = ("rank_tier", "score_median", "score_p05", "score_p95")
_OPEN_PART = pl.col("open_usd_high") / pl.col("company_revenue_usd")
#: the largest exposure of a company
_LIMIT = pl.max_horizontal("exposure_weight", pl.col("exposure_limit").fill_null(1))


@dataclass(frozen=True)
class Prepared:
    """A ranking with all its inputs, ready to be drawn or changed."""

    world: World
    scorer: Scorer
    watchlist: pl.DataFrame
    profile: Profile


def prepare_ranking(reader: Reader, question: Question, profile: Profile, *, with_bounded: bool = False) -> Prepared:
    """Rank over all programmes and read every input of the ranking; raise ExposureError when no company is ranked.

    With the bounded companies below the ranked ones, draws are those of the watchlist.
    """
    watchlist = ranking.rank_companies(reader, question, profile)
    if watchlist.ranked.is_empty():
        raise ExposureError("Nobody can be ranked at this date and horizon, so there is nothing to vary.")
    prepared = prepare(reader, watchlist, question, profile)
    return _place_bounded(reader, prepared, watchlist) if with_bounded else prepared


def prepare(reader: Reader, watchlist: Watchlist, question: Question, profile: Profile) -> Prepared:
    """Read every input of a ranking over all programmes, or over those of the question."""
    rules, programmes = ranking.read_rules(reader), ranking.resolve_programmes(reader, question)
    ranked = watchlist.ranked["company_id"].to_list()
    scorer = build_scorer(watchlist, profile, rules, by_grade=question.by_grade)
    if programmes is None:
        return Prepared(read_world(reader, ranked), scorer, watchlist.ranked, profile)
    world = read_world(reader, watchlist.field["company_id"].to_list(), ranked)
    return Prepared(world, _compare_with_field(scorer, watchlist), watchlist.ranked, profile)


def _place_bounded(reader: Reader, prepared: Prepared, watchlist: Watchlist) -> Prepared:
    """Return a ranking with the bounded companies below it, which are placed among the ranked ones in each draw."""
    if watchlist.bounded.is_empty():
        return prepared
    scorer, bounded = prepared.scorer, watchlist.bounded
    ids = prepared.world.company_ids
    chosen = () if scorer.ranked is None else ids[len(watchlist.field) :]
    before = ids[: len(ids) - len(chosen)]
    added = bounded["company_id"].to_list()
    world = read_world(reader, (*before, *(() if chosen else added)), (*chosen, *added) if chosen else ())
    raw = {factor: _bounded_factor(bounded, factor) for factor in scorer.weights}
    rows = np.arange(len(ids), len(ids) + bounded.height)
    ranked = np.arange(len(ids)) if scorer.ranked is None else scorer.ranked
    return replace(prepared, world=world, scorer=replace(
        scorer,
        fixed={factor: np.concatenate([of_all, raw[factor].to_numpy()]) for factor, of_all in scorer.fixed.items()},
        known={
            factor: np.concatenate([of_all, raw[factor].is_not_null().to_numpy()])
            for factor, of_all in scorer.known.items()
        },
        block=np.concatenate([scorer.block, np.full(len(rows), UNPLACED)]),
        field=ranked if scorer.field is None else scorer.field,
        ranked=np.concatenate([ranked, rows]),
        place=None if scorer.place is None else np.concatenate([scorer.place, rows + 1]),
        open_terms=None
        if scorer.open_terms is None
        else scorer.open_terms.followed_by(_open_terms(bounded), scorer.open_terms.twin),
    ))  # fmt: skip


def simulate(
    prepared: Prepared,
    draws: int,
    seed: int,
    grades: str = DEFAULT_GRADES,
    *,
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Result:
    """Draw all inputs, rank all companies and return the intervals of those of the grades: rank, score and exposure.

    | rank | company_id | ... | rank_tier | rank_low | rank_high | p_top5 | ... | score_p05 | score_p95 | ... | seed |

    The intervals hold 90% of the draws. The same seed gives the same bytes for any number of threads. `done` is called
    with the number of draws of each finished chunk.
    """
    table = append_intervals(prepared, draws, seed, threads=threads, done=done)
    notes = [
        f"The stated shares of {product} on {programme} ({role} year) add up to more than one; in each draw they are "
        "scaled down to the whole, so that draws lie below the published figure."
        for role, programme, product in prepared.world.oversubscribed
    ]
    answer = Result(table.with_columns(draws=pl.lit(draws), seed=pl.lit(seed)).select(SIMULATED), notes)
    return ranking.keep_grades(answer, grades)


def draw_intervals(
    reader: Reader, watchlist: Watchlist, question: Question, profile: Profile, draws: int, seed: int
) -> Watchlist:
    """Return a ranking of at least one company with its interval columns filled by `draws` draws.

    A bounded company has the interval of the places that it would take among the ranked ones.
    """
    prepared = _place_bounded(reader, prepare(reader, watchlist, question, profile), watchlist)
    if not draws:
        return watchlist
    outcomes = _simulate(prepared, draws, seed)
    height = watchlist.ranked.height
    placed, below = outcomes.rows(slice(height)), outcomes.rows(slice(height, None))
    low, high = bound_ranks(-below.score, -placed.score)
    unplaced = _append(watchlist.bounded, below, draws, seed)
    unplaced = unplaced.with_columns(pl.lit(None, dtype=INTERVALS[name]).alias(name) for name in _PLACED)
    unplaced = unplaced.with_columns(pl.Series("rank_low", low), pl.Series("rank_high", high))
    return replace(
        watchlist,
        ranked=_append(watchlist.ranked, placed, draws, seed),
        bounded=sort_bounded(unplaced),
    )


def append_intervals(
    prepared: Prepared,
    draws: int,
    seed: int,
    *,
    threads: int | None = None,
    done: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return the watchlist with intervals that hold 90% of the draws; with 0 draws it stays as it is."""
    if not draws:
        return prepared.watchlist
    outcomes = _simulate(prepared, draws, seed, threads, done)
    return _append(prepared.watchlist, outcomes.rows(slice(prepared.watchlist.height)), draws, seed)


def _simulate(
    prepared: Prepared, draws: int, seed: int, threads: int | None = None, done: Callable[[int], None] | None = None
) -> simulation.Draws:
    cores = threads or os.cpu_count() or 1
    return simulation.simulate(prepared.world, prepared.scorer, draws, seed, threads=cores, gap=True, done=done)


def _append(companies: pl.DataFrame, outcomes: simulation.Draws, draws: int, seed: int) -> pl.DataFrame:
    places = companies["rank"].fill_null(UNPLACED).to_numpy()
    summary = summarise_draws(outcomes, places)
    if outcomes.gap is not None:
        summary |= _summarise_gap(companies["expectation_gap"].is_not_null().to_numpy(), outcomes.gap)
    columns = [pl.Series(name, values).fill_nan(None) for name, values in summary.items()]
    table = companies.with_columns(*columns, draws=pl.lit(draws), seed=pl.lit(seed))
    table = table.with_columns(_round(name, kind) for name, kind in INTERVALS.items())
    # The range has open terms at their ends: nothing at the low one, all of it at the high one.
    high = pl.when(_OPEN_PART > 0).then(pl.min_horizontal(_LIMIT, pl.col("exposure_p95") + _OPEN_PART))
    table = table.with_columns(exposure_low="exposure_p05", exposure_high=high.otherwise("exposure_p95"))
    return table.with_columns(**GROSS_PROFIT_ENDS)


def _summarise_gap(known: npt.NDArray[np.bool_], gap: Floats) -> dict[str, Any]:
    """Return the interval of growth beyond the consensus, and the chance of any; NaN without a consensus."""
    low, _, high = compute_quantiles(gap)
    columns = {"expectation_gap_p05": low, "expectation_gap_p95": high, "p_beats_consensus": (gap > 0).mean(axis=1)}
    return {name: np.where(known, values, np.nan) for name, values in columns.items()}


def _round(name: str, kind: pl.DataType) -> pl.Expr:
    """Round to the digits that single precision has."""
    column = pl.col(name).cast(kind)
    return column.round_sig_figs(6) if name.endswith(("_median", "_p05", "_p95")) else column


# --- scorers ------------------------------------------------------------------------------


def build_scorer(watchlist: Watchlist, profile: Profile, rules: Rules, *, by_grade: bool) -> Scorer:
    """Return a scorer of draws whose central scores are those of `watchlist`."""
    factors = watchlist.contributions["factor"].unique(maintain_order=True).to_list()
    raw = {factor: _raw_factor(watchlist, factor) for factor in factors}
    return Scorer(
        weights={factor: profile.weights[factor] for factor in factors},
        fixed={factor: values.to_numpy() for factor, values in raw.items() if factor not in VARIED},
        known={factor: values.is_not_null().to_numpy() for factor, values in raw.items()},
        normalisation=profile.normalisation,
        neutral=rules.neutral_score,
        winsor_sd=rules.winsor_sd,
        block=_find_blocks(watchlist.ranked, by_grade=by_grade),
        exposure_part=_part_scored(watchlist.ranked, raw["exposure"]) if "exposure" in raw else None,
        place=watchlist.ranked["company_id"].rank("ordinal").cast(pl.Int64).to_numpy(),
        open_terms=_open_terms(watchlist.ranked) if "exposure" in raw else None,
    )


def _compare_with_field(scorer: Scorer, watchlist: Watchlist) -> Scorer:
    """Return a scorer that compares companies over some programmes with all over all, whose rows come first."""
    field = {factor: watchlist.field[factor].cast(pl.Float64) for factor in scorer.weights}
    compared, ranked = watchlist.field.height, watchlist.ranked.height
    return replace(
        scorer,
        fixed={factor: np.concatenate([field[factor].to_numpy(), values]) for factor, values in scorer.fixed.items()},
        known={
            factor: np.concatenate([field[factor].is_not_null().to_numpy(), values])
            for factor, values in scorer.known.items()
        },
        field=np.arange(compared),
        ranked=np.arange(compared, compared + ranked),
        exposure_part=scorer.exposure_part
        if scorer.exposure_part is None
        else np.concatenate([_part_scored(watchlist.field, field["exposure"]), scorer.exposure_part]),
        open_terms=None
        if scorer.open_terms is None
        else _open_terms(watchlist.field).followed_by(scorer.open_terms, _find_twins(watchlist)),
    )


def _raw_factor(watchlist: Watchlist, factor: str) -> pl.Series:
    """Return a factor of the ranked companies, in their order."""
    of_factor = watchlist.contributions.filter(pl.col("factor") == factor).select("company_id", "raw")
    joined = watchlist.ranked.select("company_id").join(of_factor, on="company_id", how="left", maintain_order="left")
    return joined["raw"].cast(pl.Float64)


def _part_scored(companies: pl.DataFrame, scored: pl.Series) -> Floats:
    """Return the scored exposure of each company as a part of its central one."""
    return (scored / companies["exposure_weight"]).fill_null(1).to_numpy()


def _open_terms(companies: pl.DataFrame) -> OpenTerms:
    """Return the upper end of each company's open terms as a part of its sales, and the limit of its exposure."""
    part = companies.select(pl.when(pl.col("open_usd_high") > 0).then(_OPEN_PART).otherwise(0.0)).to_series()
    return OpenTerms(part.to_numpy(), companies.select(_LIMIT).to_series().to_numpy(), np.arange(companies.height))


def _find_twins(watchlist: Watchlist) -> Index:
    """Return, for each company of the field, its row among the ranked ones that follow the field, or its own."""
    height = watchlist.field.height
    below = {company: height + row for row, company in enumerate(watchlist.ranked["company_id"])}
    return np.array([below.get(company, row) for row, company in enumerate(watchlist.field["company_id"])])


def _bounded_factor(bounded: pl.DataFrame, factor: str) -> pl.Series:
    """Return a factor of the bounded companies."""
    return bounded["exposure_weight" if factor == "exposure" else factor].cast(pl.Float64)


def _find_blocks(ranked: pl.DataFrame, *, by_grade: bool) -> Index:
    """Return the block of each company: 0 for all in one list, or for the grades that lead."""
    return np.array([0 if not by_grade or grade in LEADING_GRADES else 1 for grade in ranked["grade"]], np.intp)
