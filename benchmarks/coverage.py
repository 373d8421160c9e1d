"""Measure what the intervals cover: simulated truths whose published figures are off, close together and far apart.

    python benchmarks/coverage.py      coverage and width of rank intervals, interval scores of ranges

True figures of 25 companies are lognormal; published ones are off by a lognormal error and have ranges that hold the
truth in 90 of 100. Three regimes: spread figures, middling ones, and crowded ones that lie closer than their ranges are
wide. Beside the interval of the draws stands that of pairs: a rank is bounded by how many others are ahead, or behind,
in 95% of the draws.

The interval score (Winkler, 90%) is the width of a range plus 20 times the distance by which it misses, over the truth:
less is better. The rival range is last year's figure, known exactly, divided and multiplied by the widest change of any
company in the year before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from exposure.model.distributions import Floats, Ranges
from exposure.uncertainty.rank_summary import bound_ranks, compute_quantiles
from exposure.uncertainty.simulation import Draws, simulate
from tests.support.graphs import around, by_exposure, exactly, make_world

COMPANIES, WORLDS, DRAWS = 25, 200, 1000
SALES = 1e7
#: name -> deviations of the logs of the true figures, and of the errors of the published ones
REGIMES = {"spread": (1.0, 0.2), "middling": (0.3, 0.3), "crowded": (0.1, 0.4)}
#: yearly growth of the figures: mean and deviation of its log, as units of the three families show it
GROWTH, GROWTH_SPREAD = 0.45, 0.3
#: part of the draws inside an interval, and the quantile of the normal at its upper end
INSIDE, Z = 0.90, 1.6449


@dataclass(frozen=True)
class Trial:
    """A world: the true figures, the published ones and what was drawn around these."""

    truth: Floats
    last_year: Floats
    widest_change: float
    draws: Draws


def make_trials(apart: float, wrong: float) -> Iterator[Trial]:
    """Yield worlds of one regime."""
    for seed in range(WORLDS):
        random = np.random.default_rng(seed)
        truth = 0.02 * np.exp(apart * random.standard_normal(COMPANIES))
        published = truth * np.exp(wrong * random.standard_normal(COMPANIES))
        growth, growth_before = GROWTH + GROWTH_SPREAD * random.standard_normal((2, COMPANIES))
        ranges: Ranges = around(published, np.exp(Z * wrong))
        world = make_world(ranges, sales=exactly(np.full(COMPANIES, SALES)))
        # 1000 units of $100
        exposure = truth * 1e5 / SALES
        yield Trial(
            exposure, exposure / np.exp(growth), float(np.exp(np.abs(growth_before).max())),
            simulate(world, by_exposure(COMPANIES), DRAWS, seed),
        )  # fmt: skip


def score_interval(low: Floats, high: Floats, truth: Floats) -> float:
    """Return the mean interval score, over the truth."""
    missed = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    return float(np.mean((high - low + 2 / (1 - INSIDE) * missed) / truth))


def measure(apart: float, wrong: float) -> list[float]:
    """Return coverage and width by draws and by pairs, and the scores and coverages of both ranges."""
    rows = []
    for trial in make_trials(apart, wrong):
        rank = 1 + (trial.truth > trial.truth[:, None]).sum(axis=1)
        row = []
        by_draws = compute_quantiles(trial.draws.rank)
        by_pairs = bound_ranks(trial.draws.rank, trial.draws.rank)
        for low, high in ((by_draws[0], by_draws[2]), by_pairs):
            row += [float(((low <= rank) & (rank <= high)).mean()), float((high - low + 1).mean())]
        low, _, high = compute_quantiles(trial.draws.exposure)
        ends = (low, high)
        rival = (trial.last_year / trial.widest_change, trial.last_year * trial.widest_change)
        row += [score_interval(*some, trial.truth) for some in (ends, rival)]
        rows.append(row)
    return [float(value) for value in np.mean(rows, axis=0)]


def main() -> None:
    """Print a table a regime."""
    print("| regime | coverage by draws | width | coverage by pairs | width | score of the range | of last year's |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, (apart, wrong) in REGIMES.items():
        *places, ours, rival = measure(apart, wrong)
        cells = [f"{value:.2f}" if place % 2 == 0 else f"{value:.1f}" for place, value in enumerate(places)]
        print(f"| {name} | {' | '.join(cells)} | {ours:.2f} | {rival:.2f} |")


if __name__ == "__main__":
    main()
