"""Monte Carlo: draw every input at once, and score and rank each draw.

One draw serves every company, so that an input that two companies share moves both. Draws come in chunks, each from a
child of one seed number; threads take chunks in any order and change no byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from exposure.model.distributions import Floats
from exposure.uncertainty.scorer import Ranks, Scorer, rank_scores
from exposure.uncertainty.world import World


@dataclass(frozen=True)
class Draws:
    """The outcomes of all draws: (companies, draws) each."""

    score: Floats
    exposure: Floats
    rank: Ranks
    gap: Floats | None = None

    def rows(self, companies: slice) -> Draws:
        """Return the outcomes of some of the companies."""
        gap = None if self.gap is None else self.gap[companies]
        return Draws(self.score[companies], self.exposure[companies], self.rank[companies], gap)


def simulate(
    world: World,
    scorer: Scorer,
    draws: int,
    seed: int,
    *,
    threads: int = 1,
    gap: bool = False,
    done: Callable[[int], None] | None = None,
    seen: Callable[[slice, Floats, Mapping[str, Floats]], None] | None = None,
) -> Draws:
    """Draw, score and rank.

    `done` is called with the number of draws of each finished chunk, `seen` with their slice of all, their normals and
    their scores of unknown factors.
    """
    companies = len(scorer.block)
    result = Draws(
        np.empty((companies, draws), np.float32),
        np.empty((companies, draws), np.float32),
        np.empty((companies, draws), np.min_scalar_type(-companies)),
        np.zeros((companies, draws), np.float32) if gap else None,
    )
    sampler = world.sampler
    size = sampler.chunk
    starts = range(0, draws, size)
    children = np.random.SeedSequence(seed).spawn(len(starts))

    def work(start: int, child: np.random.SeedSequence) -> int:
        where = slice(start, min(start + size, draws))
        count = where.stop - start
        kept = None if seen is None else np.empty((sampler.normals, count), np.float32)
        factors = scorer.limit_exposure(world.factors(sampler.draw(child, count, kept)))
        drawn = scorer.draw_unknown(child, count)
        _store(result, scorer, factors, scorer.scores(factors, drawn), where)
        if seen is not None and kept is not None:
            seen(where, kept, drawn)
        return count

    with ThreadPoolExecutor(threads) as pool:
        finished = map(work, starts, children) if threads == 1 else pool.map(work, starts, children)
        for count in finished:
            if done is not None:
                done(count)
    return result


def _store(result: Draws, scorer: Scorer, factors: Mapping[str, Floats], scores: Floats, where: slice) -> None:
    result.score[:, where] = scores
    result.exposure[:, where] = scorer.select_ranked(factors["exposure"])
    result.rank[:, where] = rank_scores(scores, scorer.block)
    if result.gap is not None:
        result.gap[:, where] = scorer.select_ranked(factors["expectation_gap"])
