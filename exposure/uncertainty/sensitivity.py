"""Ask what a rank hangs on: which inputs move one company, and which facts would settle who is among the first."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from exposure.engine import DEFAULT_GRADES, DEFAULT_PROFILE, DEFAULT_SEED, Day, Place
from exposure.errors import ExposureError
from exposure.names import resolve as lookup
from exposure.uncertainty import leverage, simulation, unknowns
from exposure.uncertainty.whatif import prepared

if TYPE_CHECKING:
    from exposure.db.build import Reader
    from exposure.uncertainty.intervals import Prepared
    from exposure.uncertainty.leverage import Indices, Swings

DEFAULT_TOP = 10
#: draws for the facts that would settle the first places, and for the indices of one company
DEFAULT_INFORMATION_DRAWS, DEFAULT_INDEX_DRAWS = 10_000, 4096
#: fewer draws say nothing of what an input would settle
_FEWEST_DRAWS = 1000
_QUESTION: dict[str, pl.DataType] = {
    "draws": pl.Int64(), "seed": pl.Int64(), "as_of": pl.Date(), "horizon": pl.Int64(), "profile": pl.String(),
}  # fmt: skip
_MOVED = ("base", "at_low", "at_high", "swing", "elasticity", *(
    f"{index}{end}" for index in ("first", "total") for end in ("", "_p05", "_p95")
))  # fmt: skip
#: what `sensitivity` gives of one company, in this order
MOVED: dict[str, pl.DataType] = {
    "company_id": pl.String(), "ticker": pl.String(), "name": pl.String(), "input": pl.String(), "kind": pl.String(),
    "unknowns": pl.Int64(),
    **{f"{what}_{column}": pl.Float64() for what in ("score", "exposure") for column in _MOVED},
    **_QUESTION,
}  # fmt: skip
#: what `sensitivity` gives of the first places, in this order
SETTLING: dict[str, pl.DataType] = {
    "place": pl.Int64(), "unknown": pl.String(), "kind": pl.String(), "low": pl.Float64(), "base": pl.Float64(),
    "high": pl.Float64(), "unit": pl.String(), "tier": pl.String(), "settled_part": pl.Float64(),
    "noise_part": pl.Float64(), "settles": pl.String(), "fact_ids": pl.String(), "source_ids": pl.String(),
    "publishers": pl.String(), "unsettled": pl.Float64(), "top": pl.Int64(), **_QUESTION,
}  # fmt: skip
#: what of these a reader looks at first


class Hinges(NamedTuple):
    """A table of what a rank hangs on, and what the reader must be told."""

    table: pl.DataFrame
    notes: list[str]


def sensitivity(company: str | None = None, **asked: Any) -> pl.DataFrame:
    """Say what a company's score and exposure hang on, or else the first places; options as for `hinges`.

    Of a company: | company_id | ... | input | score_base | score_at_low | score_at_high | ... | score_total | ... |
    Of the first `top`: | place | unknown | low | base | high | unit | tier | settled_part | ... | publishers | ... |
    """
    return hinges(company, **asked).table


def hinges(
    company: str | None = None,
    *,
    top: int | None = None,
    draws: int | None = None,
    seed: int = DEFAULT_SEED,
    threads: int | None = None,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    db: Place = None,
    seeds: Place = None,
) -> Hinges:
    """Give `moved` for a company, else `settling` for the first `top`, and what the reader must be told."""
    if company is not None and top is not None:
        raise ExposureError("Ask for one company, or for the first N, not for both.")
    simulation.refuse_beyond(draws or 0, seed)
    if top is not None and top < 1:
        raise ExposureError("The first N are a whole number from 1.")
    cores = threads or os.cpu_count() or 1
    with prepared(as_of=as_of, horizon=horizon, profile=profile, grades=grades, db=db, seeds=seeds) as (ready, reader):
        if company is None:
            count = DEFAULT_INFORMATION_DRAWS if draws is None else draws
            return settling(ready, reader, top or DEFAULT_TOP, count, seed, cores)
        count = DEFAULT_INDEX_DRAWS if draws is None else draws
        return moved(ready, reader, lookup.company(reader, company), count, seed, cores)


def moved(ready: Prepared, reader: Reader, company_id: str, draws: int, seed: int, threads: int = 1) -> Hinges:
    """Give one row an input group: what the company's score and exposure do when it moves, the widest swing first.

    Indices need draws, a power of two of them: the largest that is no more than asked for.
    """
    world, words = ready.world, unknowns.Words(reader, ready.watchlist["horizon"].item(0))
    if company_id not in world.company_ids:
        raise ExposureError(f"{company_id!r} is not ranked at this date and horizon, so nothing can move its rank.")
    company, places = world.company_ids.index(company_id), unknowns.Places(world.network)
    asked = unknowns.questions(world, company, words)
    groups = [places.group(question.inputs) for question in asked]
    exposure, score = leverage.swings(world.network, ready.scorer, company, groups)
    columns = _swings("score", score) | _swings("exposure", exposure)
    draws = 1 << draws.bit_length() - 1 if draws else 0
    if draws:
        found = leverage.indices(world.network.possible(), ready.scorer, company, groups, draws, seed, threads=threads)
        columns |= _indices("exposure", found[0]) | _indices("score", found[1])
    table = pl.DataFrame({
        "input": [question.words for question in asked],
        "kind": [question.kind for question in asked],
        "unknowns": [len(group.normals) for group in groups],
        **columns,
    })  # fmt: skip
    who = ready.watchlist.filter(pl.col("company_id") == company_id)
    table = table.join(who.select("company_id", "ticker", "name", "as_of", "horizon", "profile"), how="cross")
    effects = pl.max_horizontal("score_swing", "exposure_swing", *(c for c in ("score_total",) if c in table.columns))
    table = table.filter(effects > 0).with_columns(draws=pl.lit(draws), seed=pl.lit(seed))
    return Hinges(_shaped(table.sort("score_swing", "input", descending=[True, False]), MOVED), [])


def _swings(what: str, found: Swings) -> dict[str, object]:
    return {
        f"{what}_base": [found.base] * len(found.low), f"{what}_at_low": found.low, f"{what}_at_high": found.high,
        f"{what}_swing": found.swing, f"{what}_elasticity": found.elasticity,
    }  # fmt: skip


def _indices(what: str, found: Indices) -> dict[str, object]:
    return {
        f"{what}_first": found.first, f"{what}_first_p05": found.first_low, f"{what}_first_p95": found.first_high,
        f"{what}_total": found.total, f"{what}_total_p05": found.total_low, f"{what}_total_p95": found.total_high,
    }  # fmt: skip


def settling(ready: Prepared, reader: Reader, top: int, draws: int, seed: int, threads: int = 1) -> Hinges:
    """Give one row an unknown whose knowledge would settle who is among the first `top`, the most telling first.

    Unknowns that settle no more than chance shows for inputs on which nothing depends are left out.
    """
    if draws < _FEWEST_DRAWS:
        raise ExposureError(f"What a fact would settle is read from draws: ask for at least {_FEWEST_DRAWS}.")
    world, words = ready.world, unknowns.Words(reader, ready.watchlist["horizon"].item(0))
    found = leverage.information(world.network.possible(), ready.scorer, draws, seed, top, threads=threads)
    settled = found.settled.sum(axis=1)
    inputs = unknowns.unknowns(world)
    telling = sorted((n for n in inputs if settled[n] > found.noise), key=lambda n: (-settled[n], n))
    documents = unknowns.sources(reader, (fact for n in telling for one in inputs[n] for fact in one.fact_ids))
    names = [words.name("company", company) for company in world.company_ids]
    rows = []
    for place, number in enumerate(telling, start=1):
        one = unknowns.shown(inputs[number])
        sources, publishers = unknowns.documents(one.fact_ids, documents)
        helped = [c for c in (-found.settled[number]).argsort()[:3] if found.settled[number, c] > found.noise]
        rows.append({
            "place": place, "unknown": words.of(inputs[number]), "kind": one.kind, "low": one.low, "base": one.base,
            "high": one.high, "unit": words.unit(one), "tier": one.tier,
            "settled_part": settled[number] / found.unsettled, "noise_part": found.noise / found.unsettled,
            "settles": unknowns.joined(names[c] for c in helped), "fact_ids": unknowns.joined(one.fact_ids),
            "source_ids": sources, "publishers": publishers,
        })  # fmt: skip
    question = ready.watchlist.head(1).select("as_of", "horizon", "profile")
    table = pl.DataFrame(rows, schema={name: SETTLING[name] for name in list(SETTLING)[:14]}).join(
        question, how="cross"
    )
    table = table.with_columns(
        unsettled=pl.lit(found.unsettled), top=pl.lit(top), draws=pl.lit(draws), seed=pl.lit(seed)
    )
    return Hinges(_shaped(table, SETTLING), _settling_notes(top, found.unsettled, len(inputs) - len(telling)))


def _settling_notes(top: int, unsettled: float, silent: int) -> list[str]:
    if not unsettled:
        return [f"The same companies are among the first {top} in every draw: there is nothing to settle."]
    note = f"Unsettled among the first {top}: {unsettled:.2f}, the sum over companies of p (1 - p), p the chance to be "
    note += f"there. {silent} unknowns would settle no more of it than chance shows and are left out."
    return [note]


def _shaped(table: pl.DataFrame, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """Put the columns of a contract in order, those without values empty, and keep the digits that say something."""
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name not in table.columns]
    shaped = table.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in columns.items())
    return shaped.with_columns(pl.col(pl.Float64).round_sig_figs(6))
