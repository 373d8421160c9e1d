"""Ask how sure a ranking is and what would change it. Returns frames, prints nothing, keeps nothing open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from exposure import engine
from exposure.engine import DEFAULT_DRAWS, DEFAULT_GRADES, DEFAULT_PROFILE, DEFAULT_SEED, Day, Place
from exposure.errors import ExposureError
from exposure.uncertainty import intervals

if TYPE_CHECKING:
    from exposure.db.build import Reader
    from exposure.uncertainty.intervals import Prepared

#: the columns of the watchlist that `simulate` gives, in this order
SIMULATED = (
    "rank", "company_id", "ticker", "name", "grade", "score", "exposure_weight", "rank_tier", "rank_low", "rank_high",
    "p_top5", "p_top10", "p_top20", "score_median", "score_p05", "score_p95", "exposure_median", "exposure_p05",
    "exposure_p95", "expectation_gap", "expectation_gap_p05", "expectation_gap_p95", "p_beats_consensus", "draws",
    "seed", "as_of", "horizon", "profile",
)  # fmt: skip


class Simulation(NamedTuple):
    """What the draws say of each ranked company, and what the reader must be told."""

    table: pl.DataFrame
    notes: list[str]


@contextmanager
def prepared(
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    db: Place = None,
    seeds: Place = None,
) -> Iterator[tuple[Prepared, Reader]]:
    """Rank, and read every input that the ranking rests on."""
    with engine.answering(as_of=as_of, horizon=horizon, profile=profile, grades=grades, db=db, seeds=seeds) as answer:
        if answer.watchlist.ranked.is_empty():
            raise ExposureError("Nobody can be ranked at this date and horizon, so there is nothing to vary.")
        ready = intervals.prepare(answer.reader, answer.watchlist, answer.profile, answer.rules, grades)
        yield ready, answer.reader


def simulate(
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    *,
    threads: int | None = None,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    db: Place = None,
    seeds: Place = None,
    done: Callable[[int], None] | None = None,
) -> Simulation:
    """Draw all inputs many times and say how sure each company's rank, score and exposure is.

    | rank | company_id | ... | rank_tier | rank_low | rank_high | p_top5 | ... | score_p05 | score_p95 | ... | seed |

    The intervals hold 90% of the draws. The same seed gives the same bytes for any number of threads. `done` hears of
    each finished chunk how many draws it had.
    """
    with prepared(as_of=as_of, horizon=horizon, profile=profile, grades=grades, db=db, seeds=seeds) as (ready, _):
        pass
    table = intervals.appended(ready, draws, seed, threads=threads, done=done)
    table = table.with_columns(draws=pl.lit(draws), seed=pl.lit(seed))
    return Simulation(table.select(SIMULATED), _notes(ready))


def _notes(ready: Prepared) -> list[str]:
    return [
        f"The stated shares of {product} on {programme} ({role} year) add up to more than one; in each draw they are "
        "scaled down to the whole, so that draws lie below the published figure."
        for role, programme, product in ready.world.overfull
    ]
